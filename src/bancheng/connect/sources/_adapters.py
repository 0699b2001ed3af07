"""Demo twins of a city's sources: they read sample registers and can be told to be slow, down or stale."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

from bancheng.connect.packs import RegisterEntry
from bancheng.core.evidence import DataSource, Known, KnownDocument, KnownValue, SubjectRef
from bancheng.core.kernel import Fault, Record

STALE_AGE = timedelta(days=400)
"""How far behind a stale demo source is."""


class SourceDown(Fault):
    """A source gave no answer; the message says why, without anything about the subject."""


class Behaviour(StrEnum):
    """How a demo source behaves, so that the bad roads can be walked."""

    GOOD = "good"
    SLOW = "slow"
    DOWN = "down"
    STALE = "stale"


class Health(Record):
    """A source's answer to "are you well?"; `note` is for operators."""

    source: str
    ok: bool
    note: str = ""


class SourceAdapter(Protocol):
    """One connected source. Answers within `patience` seconds or raises `SourceDown`."""

    @property
    def source(self) -> DataSource:
        """What the source is and holds."""
        ...

    def ask(
        self, subject: SubjectRef, elements: Collection[str], documents: Collection[str], patience: float
    ) -> Known:
        """What the source knows of `subject` among what is asked; nothing known is an empty answer, no failure."""
        ...

    def health(self) -> Health:
        """Is the source well?"""
        ...


class _DemoSource:
    """What both twins share: an entry per subject, and a behaviour."""

    def __init__(
        self,
        source: DataSource,
        entries: Mapping[str, RegisterEntry],
        behaviour: Behaviour = Behaviour.GOOD,
        *,
        delay: float = 6.0,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.source = source
        self.behaviour = behaviour
        self._entries = entries
        self._delay = delay
        self._sleep = sleep

    def health(self) -> Health:
        """Down is not well; slow and stale are, with a note."""
        notes = {
            Behaviour.GOOD: "正常",
            Behaviour.SLOW: f"应答要 {self._delay:g} 秒",
            Behaviour.DOWN: "没有应答",
            Behaviour.STALE: f"数据晚了 {STALE_AGE.days} 天",
        }
        ok = self.behaviour is not Behaviour.DOWN
        return Health(source=self.source.key, ok=ok, note=notes[self.behaviour])

    def _entry(self, subject: SubjectRef, patience: float) -> RegisterEntry | None:
        if self.behaviour is Behaviour.DOWN:
            raise SourceDown(f"{self.source.key}: no answer")
        if self.behaviour is Behaviour.SLOW:
            self._sleep(min(self._delay, patience))
            if self._delay > patience:
                raise SourceDown(f"{self.source.key}: no answer within {patience:g} s")
        return self._entries.get(subject.number) if subject.subject is self.source.subject else None

    def _as_of(self, entry: RegisterEntry) -> date:
        return entry.as_of - STALE_AGE if self.behaviour is Behaviour.STALE else entry.as_of


class RegisterSource(_DemoSource):
    """A register: answers with values of elements."""

    def ask(
        self,
        subject: SubjectRef,
        elements: Collection[str],
        documents: Collection[str],  # noqa: ARG002 - a register holds none; the port asks every source alike
        patience: float,
    ) -> Known:
        """The values of `subject` that are asked for and on record."""
        entry = self._entry(subject, patience)
        if entry is None:
            return Known()
        values = {
            element: KnownValue(
                element=element,
                value=value,
                source=self.source.key,
                source_name=self.source.name,
                as_of=self._as_of(entry),
            )
            for element, value in entry.values.items()
            if element in elements and element in self.source.elements
        }
        return Known(values=values)


class LicenceLibrary(_DemoSource):
    """An e-licence library: answers with documents that are valid on the day."""

    def __init__(
        self,
        source: DataSource,
        entries: Mapping[str, RegisterEntry],
        behaviour: Behaviour = Behaviour.GOOD,
        *,
        today: Callable[[], date],
        delay: float = 6.0,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        super().__init__(source, entries, behaviour, delay=delay, sleep=sleep)
        self._today = today

    def ask(
        self,
        subject: SubjectRef,
        elements: Collection[str],  # noqa: ARG002 - a library holds none; the port asks every source alike
        documents: Collection[str],
        patience: float,
    ) -> Known:
        """The documents of `subject` that are asked for, on record and not expired."""
        entry = self._entry(subject, patience)
        if entry is None:
            return Known()
        found = {
            document: KnownDocument(
                document=document,
                identifier=held.identifier,
                source=self.source.key,
                source_name=self.source.name,
                as_of=self._as_of(entry),
                valid_to=held.valid_to,
            )
            for document, held in entry.documents.items()
            if document in documents
            and document in self.source.documents
            and (held.valid_to is None or held.valid_to >= self._today())
        }
        return Known(documents=found)
