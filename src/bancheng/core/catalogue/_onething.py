"""What a city writes of a one-thing, and everything that packs define, together."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from bancheng.core.catalogue._dictionary import (
    Body,
    CodeList,
    DocumentType,
    Element,
    FormGroup,
    Stage,
    Subject,
)
from bancheng.core.catalogue._expectation import ServiceExpectation
from bancheng.core.catalogue._item import Item, Question, Situation
from bancheng.core.catalogue._offices import BatchRule, BodyChange, DispatchRule
from bancheng.core.clock import Limit, Thresholds
from bancheng.core.kernel import Provenance, Record


class Member(Record):
    """An item of a one-thing. It joins when its FEEL condition `when` holds; an `optional` one also needs the person's
    wish; a `late` one may be added after the first result."""

    item: str
    when: str = "true"
    optional: bool = False
    late: bool = False


class GateRule(Record):
    """Who the one-thing is for. When `rule` is false the person hears `reason` and is led to `fallback` (item keys)."""

    rule: str
    reason: str
    basis: str = ""
    fallback: tuple[str, ...] = ()


class Order(Record):
    """An explicit order between two items that neither a result nor a field implies."""

    before: str
    after: str
    reason: str


class PartialPolicy(StrEnum):
    """What a refusal by one body does to the rest of the case."""

    DEPENDANTS_STOP = "dependants_stop"
    ALL_WITHDRAWN = "all_withdrawn"


SampleAnswer: TypeAlias = str | bool | tuple[dict[str, str | bool], ...]
"An answer as packs write it: numbers and dates as text, a list of records as its rows."


class Profile(Record):
    """A sample person: answers by element (numbers and dates as text) and the share of applicants like this."""

    key: str
    name: str
    answers: dict[str, SampleAnswer]
    share: Decimal | None = None


class Measure(StrEnum):
    """What the reform counts."""

    FIELDS = "fields"
    MATERIALS = "materials"
    STEPS = "steps"
    TRIPS = "trips"
    DAYS = "days"


class Claim(Record):
    """What a city says in public that it saves, to be shown beside what we count: a `rate` (0–1), or `cut` in units of
    the measure (working days for `days`). `scope` says over what: this matter alone or the mean of many."""

    measure: Measure
    provenance: Provenance
    rate: Decimal | None = None
    cut: Decimal | None = None
    scope: str = ""
    note: str = ""


class OneThingDefinition(Record):
    """一件事, "1 + N": what a city writes. Everything else is derived by `core.compiler`.

    `members[0]` is the "1". `promised` is the declared bundle promise; it must hold the critical path. `fixed` are
    answers that hold for everyone here, so that nobody is asked. One made from a family says which, and its scene.
    `thresholds` say when clocks of its cases change colour and when a warning nobody acknowledged goes up.
    """

    key: str
    name: str
    subject: Subject
    stage: str
    lead: str
    members: tuple[Member, ...]
    provenance: Provenance
    name_en: str = ""
    aliases: tuple[str, ...] = ()
    summary: str = ""
    summary_en: str = ""
    situations: tuple[Situation, ...] = ()
    gate: tuple[GateRule, ...] = ()
    orders: tuple[Order, ...] = ()
    partial: PartialPolicy = PartialPolicy.DEPENDANTS_STOP
    promised: Limit | None = None
    profiles: tuple[Profile, ...] = ()
    faq: tuple[Question, ...] = ()
    claims: tuple[Claim, ...] = ()
    expectations: tuple[ServiceExpectation, ...] = ()
    version: int = 1
    valid_from: date | None = None
    valid_to: date | None = None
    family: str = ""
    scene: str = ""
    fixed: dict[str, str | bool] = {}
    thresholds: Thresholds = Thresholds()


class Scene(Record):
    """A scene 场景 of a family: what it adds to the shared parts, and the answers that hold for everyone in it.

    Its own members come before the shared ones; `without` names shared members it does not have.
    """

    key: str
    name: str
    name_en: str = ""
    aliases: tuple[str, ...] = ()
    summary: str = ""
    summary_en: str = ""
    members: tuple[Member, ...] = ()
    without: tuple[str, ...] = ()
    fixed: dict[str, str | bool] = {}
    situations: tuple[Situation, ...] = ()
    gate: tuple[GateRule, ...] = ()
    orders: tuple[Order, ...] = ()
    promised: Limit | None = None
    profiles: tuple[Profile, ...] = ()
    faq: tuple[Question, ...] = ()
    provenance: Provenance | None = None


class Family(Record):
    """一类事: one definition, many scenes, shared parts. Each scene becomes a one-thing of its own, with the key
    ``<family>_<scene>``. `choice` are the questions by whose answers (the scenes' `fixed`) people find their scene."""

    key: str
    name: str
    subject: Subject
    stage: str
    lead: str
    scenes: tuple[Scene, ...]
    provenance: Provenance
    name_en: str = ""
    aliases: tuple[str, ...] = ()
    summary: str = ""
    summary_en: str = ""
    choice: tuple[Situation, ...] = ()
    members: tuple[Member, ...] = ()
    situations: tuple[Situation, ...] = ()
    gate: tuple[GateRule, ...] = ()
    orders: tuple[Order, ...] = ()
    partial: PartialPolicy = PartialPolicy.DEPENDANTS_STOP
    faq: tuple[Question, ...] = ()
    version: int = 1
    valid_from: date | None = None


class Catalogue(Record):
    """Everything that packs define, by key. Built by the pack loader, checked by `check_catalogue`."""

    stages: dict[str, Stage] = {}
    codes: dict[str, CodeList] = {}
    groups: dict[str, FormGroup] = {}
    elements: dict[str, Element] = {}
    documents: dict[str, DocumentType] = {}
    bodies: dict[str, Body] = {}
    items: dict[str, Item] = {}
    onethings: dict[str, OneThingDefinition] = {}
    families: dict[str, Family] = {}
    "一类事; `onethings` holds their scenes already, expanded."
    dispatch_rules: dict[str, DispatchRule] = {}
    batch_rules: dict[str, BatchRule] = {}
    body_changes: dict[str, BodyChange] = {}
