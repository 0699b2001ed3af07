"""证据: what the city already knows, from where and since when."""

from bancheng.core.evidence._types import (
    Cell,
    Coverage,
    DataSource,
    EvidencePort,
    Known,
    KnownDocument,
    KnownValue,
    Purpose,
    Row,
    SourceKind,
    SubjectRef,
    Value,
)

__all__ = [
    "Cell",
    "Coverage",
    "DataSource",
    "EvidencePort",
    "Known",
    "KnownDocument",
    "KnownValue",
    "Purpose",
    "Row",
    "SourceKind",
    "SubjectRef",
    "Value",
]
