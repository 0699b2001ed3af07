"""The desk that asks a city's sources on behalf of one matter."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection, Mapping
from datetime import date
from enum import StrEnum

from bancheng.connect.packs import Loaded
from bancheng.connect.sources._adapters import (
    Behaviour,
    Health,
    LicenceLibrary,
    RegisterSource,
    SourceAdapter,
    SourceDown,
)
from bancheng.core.evidence import Coverage, Known, Purpose, SourceKind, SubjectRef
from bancheng.core.kernel import Record

PATIENCE = 3.0
"""Seconds a person waits for a source before the form asks instead."""


class Outcome(StrEnum):
    """How a call to a source ended."""

    FOUND = "found"
    NOTHING = "nothing"
    DOWN = "down"


class SourceCall(Record):
    """The record of one call. `subject_hash` is keyed: calls about one subject look alike, the subject stays hidden."""

    purpose: Purpose
    source: str
    elements: tuple[str, ...]
    documents: tuple[str, ...]
    subject_hash: str
    outcome: Outcome


class EvidenceDesk:
    """Asks the sources of `coverage` in their order of preference (`core.evidence.EvidencePort`).

    1. Each source is asked only what is wanted, what it supplies, and what no source before it has answered.
    2. A source that fails, or has no adapter, is named in `Known.down`; the next one that supplies the same is asked.
    3. Every call is told to `recorder`, failed ones too.
    """

    def __init__(
        self,
        coverage: Coverage,
        adapters: Mapping[str, SourceAdapter],
        *,
        recorder: Callable[[SourceCall], object],
        hash_key: bytes,
        patience: float = PATIENCE,
    ) -> None:
        self._coverage = coverage
        self._adapters = adapters
        self._recorder = recorder
        self._hash_key = hash_key
        self._patience = patience

    def look_up(
        self, subject: SubjectRef, elements: Collection[str], documents: Collection[str], purpose: Purpose
    ) -> Known:
        """What is known of `subject` among what is asked, nothing else."""
        known = Known()
        if not subject.number:
            return known
        for source in self._coverage.sources:
            wanted = tuple(one for one in source.elements if one in elements and one not in known.values)
            papers = tuple(one for one in source.documents if one in documents and one not in known.documents)
            if source.subject is not subject.subject or not (wanted or papers):
                continue
            answer, outcome = self._ask(source.key, subject, wanted, papers)
            known = known.merged(answer)
            call = SourceCall(
                purpose=purpose,
                source=source.key,
                elements=wanted,
                documents=papers,
                subject_hash=self._hash(subject),
                outcome=outcome,
            )
            self._recorder(call)
        return known

    def health(self) -> tuple[Health, ...]:
        """Every source of the coverage, those without an adapter as not well."""
        return tuple(
            self._adapters[source.key].health()
            if source.key in self._adapters
            else Health(source=source.key, ok=False, note="没有接入")
            for source in self._coverage.sources
        )

    def _ask(
        self, key: str, subject: SubjectRef, elements: tuple[str, ...], documents: tuple[str, ...]
    ) -> tuple[Known, Outcome]:
        adapter = self._adapters.get(key)
        if adapter is None:
            return Known(down=(key,)), Outcome.DOWN
        try:
            answer = adapter.ask(subject, elements, documents, self._patience)
        except (SourceDown, OSError):
            return Known(down=(key,)), Outcome.DOWN
        # An outside party may send more than was asked; what was not asked is not ours to keep.
        kept = Known(
            values={name: value for name, value in answer.values.items() if name in elements},
            documents={name: paper for name, paper in answer.documents.items() if name in documents},
        )
        return kept, Outcome.FOUND if kept.values or kept.documents else Outcome.NOTHING

    def _hash(self, subject: SubjectRef) -> str:
        text = f"{subject.subject.value}:{subject.number}".encode()
        return hmac.digest(self._hash_key, text, "sha256").hex()


def demo_adapters(
    loaded: Loaded, today: Callable[[], date], behaviours: Mapping[str, Behaviour] | None = None
) -> dict[str, SourceAdapter]:
    """A demo twin for every source of the packs, fed from their sample registers."""
    told = behaviours or {}
    adapters: dict[str, SourceAdapter] = {}
    for source in loaded.coverage.sources:
        entries = loaded.registers.get(source.key, {})
        behaviour = told.get(source.key, Behaviour.GOOD)
        if source.kind is SourceKind.LICENCES:
            adapters[source.key] = LicenceLibrary(source, entries, behaviour, today=today)
        else:
            adapters[source.key] = RegisterSource(source, entries, behaviour)
    return adapters
