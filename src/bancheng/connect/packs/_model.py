"""What packs yield beside the catalogue: who they are, demo registers, demo people and example cases."""

from __future__ import annotations

from datetime import date

from bancheng.connect.packs._positions import Positions
from bancheng.core.catalogue import Catalogue, ExternalSystem, Level, Standards
from bancheng.core.clock import WorkCalendar
from bancheng.core.evidence import Coverage, Value
from bancheng.core.kernel import Problem, Record, Severity


class Manifest(Record):
    """`pack.yaml`. `sources` gives public titles short keys for use in provenances.

    `within` is the division code of a pack whose overlays and bodies hold only there: a county in its province's
    deployment. A pack without it speaks for the whole deployment. `divisions` names division codes for people.
    """

    name: str
    title: str
    version: str
    level: Level = Level.NATIONAL
    title_en: str = ""
    requires: tuple[str, ...] = ()
    within: str = ""
    divisions: dict[str, str] = {}
    sources: dict[str, str] = {}


class PackInfo(Record):
    """A pack that was loaded, with its folder's name and how many records it brought."""

    name: str
    title: str
    version: str
    level: Level
    folder: str
    requires: tuple[str, ...] = ()
    items: int = 0
    onethings: int = 0


class HeldDocument(Record):
    """A document that a demo licence library holds for a subject."""

    identifier: str
    valid_to: date | None = None


class RegisterEntry(Record):
    """What a demo source knows of one subject, and since when."""

    as_of: date
    values: dict[str, Value] = {}
    documents: dict[str, HeldDocument] = {}


class Role(Record):
    """What a demo person may do, and for which body (empty for the public and for city-wide roles)."""

    role: str
    body: str = ""


class Person(Record):
    """A demo account. `represents` lists credit codes of companies the person acts for; the ID number is fictitious."""

    username: str
    name: str
    roles: tuple[Role, ...] = ()
    represents: tuple[str, ...] = ()
    id_number: str = ""
    phone: str = ""
    note: str = ""


class CaseSubjects(Record):
    """Whom an example case is about: an ID number, a credit code, or both."""

    person: str = ""
    company: str = ""


class Expectation(Record):
    """What an example case must come to; None means that the case says nothing about it."""

    eligible: bool | None = None
    items: tuple[str, ...] | None = None
    materials_asked: tuple[str, ...] | None = None
    materials_waived: tuple[str, ...] | None = None
    fields_typed: int | None = None
    days: int | None = None
    fee: str | None = None
    questions: tuple[str, ...] | None = None
    fallback: tuple[str, ...] | None = None


class ExampleCase(Record):
    """A situation with its expected outcome, readable by officials, run as a test."""

    name: str
    onething: str
    pack: str
    file: str
    answers: dict[str, Value] = {}
    evidence: CaseSubjects = CaseSubjects()
    expect: Expectation = Expectation()


class Loaded(Record):
    """Everything in the packs, and everything wrong with them. Usable when `ok`; otherwise show the problems.

    `registers` maps source key → subject number → entry. `catalogue` is what `standards` come to for the whole
    deployment on the day of loading (`loaded_for`); ask `standards` for another day or a division.
    """

    catalogue: Catalogue
    standards: Standards
    loaded_for: date
    coverage: Coverage
    calendar: WorkCalendar
    registers: dict[str, dict[str, RegisterEntry]]
    people: tuple[Person, ...]
    cases: tuple[ExampleCase, ...]
    packs: tuple[PackInfo, ...]
    problems: tuple[Problem, ...]
    positions: Positions
    systems: tuple[ExternalSystem, ...] = ()

    @property
    def ok(self) -> bool:
        """No error, though perhaps warnings."""
        return not any(problem.severity is Severity.ERROR for problem in self.problems)
