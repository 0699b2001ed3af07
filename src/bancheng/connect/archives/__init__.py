"""归档包: a finished case as one ZIP that proves itself without any system: documents, events, hashes, index, seal."""

from bancheng.connect.archives._check import PackageCheck, check_package
from bancheng.connect.archives._make import (
    EVENTS,
    FORMAT,
    INDEX,
    SEAL,
    ArchiveEvent,
    ArchiveFile,
    CaseFacts,
    make_package,
)

__all__ = [
    "EVENTS",
    "FORMAT",
    "INDEX",
    "SEAL",
    "ArchiveEvent",
    "ArchiveFile",
    "CaseFacts",
    "PackageCheck",
    "check_package",
    "make_package",
]
