"""Connected sources: registers and licence libraries behind `core.evidence.EvidencePort`, with demo twins."""

from bancheng.connect.sources._adapters import (
    STALE_AGE,
    Behaviour,
    Health,
    LicenceLibrary,
    RegisterSource,
    SourceAdapter,
    SourceDown,
)
from bancheng.connect.sources._desk import PATIENCE, EvidenceDesk, Outcome, SourceCall, demo_adapters

__all__ = [
    "PATIENCE",
    "STALE_AGE",
    "Behaviour",
    "EvidenceDesk",
    "Health",
    "LicenceLibrary",
    "Outcome",
    "RegisterSource",
    "SourceAdapter",
    "SourceCall",
    "SourceDown",
    "demo_adapters",
]
