"""A blueprint narrowed to one person's answers and evidence: their form, list, plan, days and fees."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from bancheng.core.catalogue import FeeRefund, FeeTiming
from bancheng.core.compiler._fees import FeeWorking
from bancheng.core.compiler._types import (
    ClockSummary,
    GuidedQuestion,
    ItemCondition,
    MergedField,
    MergedGroup,
    MergedMaterial,
    Plan,
    PlannedItem,
)
from bancheng.core.evidence import KnownDocument, KnownValue, Value
from bancheng.core.kernel import Record, Refusal


class Eligibility(StrEnum):
    """The gate's answer. Unknown means that a named question is still open, never a no."""

    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not_eligible"
    UNKNOWN = "unknown"


class PersonalField(Record):
    """A field of this person's form. `value` is what they answered or what is known; `known` names the source of a
    value nobody had to type. `required` and `shown` are None while another answer is needed to tell."""

    field: MergedField
    value: Value | None = None
    known: KnownValue | None = None
    shown: bool | None = True
    required: bool | None = True


class PersonalMaterial(Record):
    """A material of this person's list. `asked` is True when they must or may bring it, False when they need not (the
    material's disposition and `reason` say why), None while an answer is missing."""

    material: MergedMaterial
    asked: bool | None
    required: bool | None
    reason: str = ""
    document: KnownDocument | None = None


class PersonalFee(Record):
    """A fee that this person will meet; `amount` in yuan, None while an answer is missing."""

    item: str
    body_name: str
    name: str
    amount: Decimal | None
    basis: str
    reduction: str = ""
    workings: tuple[FeeWorking, ...] = ()
    "How the amount came about, step by step; empty for a plain amount."
    body: str = ""
    timing: FeeTiming = FeeTiming.AFTER
    gross: Decimal | None = None
    "Before what was taken off by rule."
    reduced: tuple[str, ...] = ()
    "The reductions that held, with their basis."
    refunds: tuple[FeeRefund, ...] = ()


class PersonalList(Record):
    """What you need, how long, what it costs, who decides — for one person.

    `refusals` and `fallback` are filled when the gate says no. `questions` are those still worth asking, next first;
    empty means that the list is final. `items` are the members that take part, `open_items` those that still depend
    on an answer, `offered` the optional ones the person may still choose.
    """

    blueprint: str
    eligibility: Eligibility
    refusals: tuple[Refusal, ...]
    fallback: tuple[str, ...]
    questions: tuple[GuidedQuestion, ...]
    items: tuple[PlannedItem, ...]
    open_items: tuple[PlannedItem, ...]
    offered: tuple[PlannedItem, ...]
    groups: tuple[MergedGroup, ...]
    fields: tuple[PersonalField, ...]
    materials: tuple[PersonalMaterial, ...]
    plan: Plan
    clock: ClockSummary
    fees: tuple[PersonalFee, ...]
    gate_open: tuple[str, ...] = ()
    "Elements the gate still waits for while `eligibility` is unknown; a question or a source may tell them."
    unmet: tuple[ItemCondition, ...] = ()
    "受理条件 of their items that are already known not to hold: to be told before they apply."
    down: tuple[str, ...] = ()
    "Names of sources that gave no answer: their values are asked for."
