"""证据: what the city already knows, from where and since when."""

from bancheng.core.evidence._types import (
    Coverage,
    DataSource,
    EvidencePort,
    Known,
    KnownDocument,
    KnownValue,
    Purpose,
    SourceKind,
    SubjectRef,
    Value,
)

__all__ = [
    "Coverage",
    "DataSource",
    "EvidencePort",
    "Known",
    "KnownDocument",
    "KnownValue",
    "Purpose",
    "SourceKind",
    "SubjectRef",
    "Value",
]
