"""Who is entitled to what: conditions in FEEL over facts, dated parameters, and the set that is run as one."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from functools import cached_property

from bancheng.core.benefits._facts import ColumnKind, FactSpec, Source, SubjectKind
from bancheng.core.kernel import Confidence, Record, digest


class Dated(Record, kw_only=False):
    """What a parameter is from a day on. `value` is FEEL: ``60``, ``"A"``, ``@"2026-01-01"``, ``["A", "B"]``."""

    since: dt.date
    value: str
    basis: str


class Parameter(Record):
    """A number, day or list that the law or the city sets, from a day on. Values are only ever added.

    `id` is its name in FEEL, dotted lower case (``limit.income``); a list holds items of `kind`.
    """

    id: str
    name: str
    kind: ColumnKind
    values: tuple[Dated, ...]
    unit: str = ""
    listed: bool = False

    def on(self, day: dt.date) -> Dated | None:
        """The value in force on a day; None before the first."""
        before = [one for one in self.values if one.since <= day]
        return max(before, key=lambda one: one.since) if before else None


class Condition(Record):
    """One condition of an entitlement: what people read (`text`, Chinese), what is judged (`when`, FEEL), its basis.

    `parameters` are the ids of those that `when` reads.
    """

    id: str
    text: str
    when: str
    basis: str = ""
    parameters: tuple[str, ...] = ()


class Entitlement(Record):
    """What a subject is entitled to while every condition holds, from `valid_from` to `valid_to` (that day included).

    `amount` is FEEL giving yuan (a decimal) or nothing; `excludes`: entitlements that may not be had beside it, which
    a status does not look at.
    """

    id: str
    name: str
    subject: SubjectKind
    conditions: tuple[Condition, ...]
    version: int = 1
    basis: tuple[str, ...] = ()
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    amount: str = ""
    excludes: tuple[str, ...] = ()
    source_of: str = ""
    confidence: Confidence = Confidence.RECONSTRUCTED

    def valid_on(self, day: dt.date) -> bool:
        """Whether it is in force."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


class Status(StrEnum):
    """What a rule says of a subject. UNKNOWN: a fact that decides is missing, so ask or fetch it; never a no."""

    ENTITLED = "entitled"
    NOT = "not"
    UNKNOWN = "unknown"


class RuleSet(Record, dict=True):
    """Entitlements with the facts, sources and parameters they rest on: what one run is made of.

    Addressed by its content: `digest` is the same for the same records in whatever order they were gathered.
    """

    entitlements: tuple[Entitlement, ...]
    facts: tuple[FactSpec, ...]
    parameters: tuple[Parameter, ...] = ()
    sources: tuple[Source, ...] = ()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content, each kind sorted by id."""
        parts = (self.entitlements, self.facts, self.parameters, self.sources)
        return digest([sorted(part, key=lambda one: one.id) for part in parts])

    def entitlement(self, name: str) -> Entitlement:
        """The entitlement of that id.

        Raises:
            KeyError: there is none.
        """
        return {one.id: one for one in self.entitlements}[name]

    def of(self, subject: SubjectKind) -> tuple[Entitlement, ...]:
        """The entitlements of one kind of subject, sorted by id: the order of rules in every engine."""
        return tuple(
            sorted((one for one in self.entitlements if one.subject is subject), key=lambda one: one.id)
        )
