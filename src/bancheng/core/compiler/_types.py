"""The compiled one-thing: what the passes derive, immutable and addressed by the digest of its content."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from bancheng.core.catalogue import (
    AskedQuestion,
    ElementKind,
    Fee,
    FeeRefund,
    FeeTiming,
    GateRule,
    MaterialForm,
    Measure,
    Option,
    PartialPolicy,
    Profile,
    StepKind,
    Subject,
)
from bancheng.core.clock import Limit
from bancheng.core.kernel import Problem, Provenance, Record


class PlannedItem(Record):
    """A member of the bundle, pinned to one version of its item by digest."""

    key: str
    name: str
    body: str
    body_name: str
    version: int
    digest: str
    when: str
    optional: bool
    late: bool
    statutory: Limit | None
    promised: Limit
    results: tuple[str, ...]
    requires: tuple[str, ...] = ()
    "Items whose result this one needs, directly."
    visits: int = 1
    "Visits the item costs alone (到办事现场次数)."
    online: bool = False
    "Whether the item can be applied for online."


class GuidedQuestion(Record):
    """A merged guided question, in asking order. `decides` says in words what its answer changes; `when` is the FEEL
    condition under which it can still change something."""

    element: str
    kind: ElementKind
    text: str
    text_en: str
    help: str
    options: tuple[Option, ...]
    items: tuple[str, ...]
    decides: tuple[str, ...]
    when: str = "true"
    source: str = ""
    "Key of the data source that can answer instead of the person, or empty."


class AskingPlan(Record):
    """How the guided questions are asked: next always the one that leaves the fewest to ask on average.

    `expected` questions are asked of a person of whom nothing is known yet, people answering independently with the
    declared shares; no way of asking asks fewer than `bound`, and `exact` says that the two meet. `fixed_order` is the
    average of asking in the order written, with the questions left out that no longer matter. `chances` holds for each
    question the share of people who are asked it, in the order written; `order` lists them as people meet them:
    questions that hang together side by side, those that most are asked first.
    """

    expected: Decimal = Decimal(0)
    bound: Decimal = Decimal(0)
    exact: bool = True
    fixed_order: Decimal = Decimal(0)
    chances: dict[str, Decimal] = {}
    order: tuple[str, ...] = ()


class FieldOrigin(Record):
    """An item's demand that went into a merged field."""

    item: str
    body: str
    required: str
    visible: str
    min_rows: int | None = None
    max_rows: int | None = None


class BodyCoding(Record):
    """How one item's body codes the answers to a field: `pairs` gives its own code for each answer people can give."""

    item: str
    body: str
    codes: str
    pairs: dict[str, str]


class MergedField(Record):
    """One question of the merged form: one meaning, all constraints intersected.

    A list of records is asked by its `columns`, whose `required` and `visible` are judged for each row. `codings` are
    the bodies that want another code than the person's answer.

    `required` and `visible` are FEEL and already include each item's own condition. `source` is the data source that
    can prefill it; `produced_by` the item of the bundle whose result gives the value, in which case nobody is asked.
    """

    element: str
    name: str
    name_en: str
    kind: ElementKind
    group: str
    required: str
    visible: str
    subject: Subject
    items: tuple[str, ...]
    bodies: tuple[str, ...]
    origins: tuple[FieldOrigin, ...]
    codes: tuple[Option, ...] = ()
    unit: str = ""
    hint: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    max_length: int | None = None
    pattern: str = ""
    sensitive: bool = False
    ask_afresh: bool = False
    source: str = ""
    source_name: str = ""
    produced_by: str = ""
    guided: bool = False
    producers: tuple[str, ...] = ()
    "All members whose result gives the value; `produced_by` is the first. It is asked of people none of them serves."
    columns: tuple[MergedField, ...] = ()
    min_rows: int | None = None
    max_rows: int | None = None
    row_name: str = ""
    row_name_en: str = ""
    codings: tuple[BodyCoding, ...] = ()


class MergedGroup(Record):
    """A short section of the merged form."""

    key: str
    name: str
    name_en: str
    intro: str
    fields: tuple[str, ...]


class Disposition(StrEnum):
    """What becomes of a material: asked for, waived by evidence (免提交), produced inside the bundle, yielded by the
    merged form, or covered by another paper that serves as well and must be there anyhow."""

    ASKED = "asked"
    WAIVED = "waived"
    PRODUCED = "produced"
    FORM = "form"
    COVERED = "covered"


class MaterialOrigin(Record):
    """An item's demand that went into a merged material."""

    item: str
    material: str
    body: str
    necessity: str
    when: str
    form: MaterialForm
    originals: int
    copies: int
    options: tuple[str, ...] = ()
    "All documents that serve the item; empty means only the one asked for."


class MergedMaterial(Record):
    """One document asked for once, in the strictest form and count any item needs.

    `required` and `when` are FEEL including each item's condition. `reason` says in words why it is not asked, when it
    is not. `deferrable` only when every demanding item lets it follow; `defer_days` their shortest (working days).
    Where one of several documents serves, `options` are those that serve every item; `document` is then the first of
    them, or a name for all of them where the first is asked for by itself elsewhere. `who` says who must bring it.
    """

    document: str
    name: str
    disposition: Disposition
    when: str
    required: str
    form: MaterialForm
    originals: int
    copies: int
    items: tuple[str, ...]
    bodies: tuple[str, ...]
    origins: tuple[MaterialOrigin, ...]
    reason: str = ""
    source: str = ""
    source_name: str = ""
    produced_by: str = ""
    deferrable: bool = False
    defer_days: int = 0
    commitment: bool = False
    note: str = ""
    producers: tuple[str, ...] = ()
    "All members that yield the document; `produced_by` is the first. It is asked of people none of them serves."
    options: tuple[str, ...] = ()
    names: dict[str, str] = {}
    "The names of all documents that serve any of the items, where there is a choice."
    who: str = ""
    who_en: str = ""


class StepOrigin(Record):
    """An item's own step that went into a node of the plan; `when` includes the item's condition."""

    item: str
    step: str
    body: str
    limit: Limit
    days: Decimal
    when: str = "true"


class PlanStep(Record):
    """A node of the plan. A shared step serves several items; then `items` and `bodies` have several entries."""

    key: str
    name: str
    kind: StepKind
    items: tuple[str, ...]
    bodies: tuple[str, ...]
    limit: Limit
    days: Decimal
    "The limit in working days, for the longest path."
    when: str = "true"
    asks: tuple[str, ...] = ()
    silent_consent: bool = False
    staff: int = 1
    needs: tuple[str, ...] = ()
    basis: str = ""
    origins: tuple[StepOrigin, ...] = ()
    "The steps it was made of: one, or several when it is shared."
    ask_limit: Limit | None = None
    "The asked bodies' own days, where they are fewer than the step's."
    questions: tuple[AskedQuestion, ...] = ()


class EdgeKind(StrEnum):
    """Why one step waits for another."""

    WITHIN = "within"
    RESULT = "result"
    FIELD = "field"
    ORDER = "order"


class PlanEdge(Record):
    """`after` opens only when `before` is done (or is not part of this person's case)."""

    before: str
    after: str
    kind: EdgeKind
    why: str
    when: str = "true"
    "FEEL: the wait exists only for a person for whom this holds."


class Plan(Record):
    """The graph of steps after acceptance: acyclic, everything not joined by an edge runs side by side."""

    steps: tuple[PlanStep, ...]
    edges: tuple[PlanEdge, ...]


class StepTimes(Record):
    """Earliest start and finish of a step in working days from acceptance, and how much it may slip."""

    step: str
    start: Decimal
    finish: Decimal
    slack: Decimal


class ClockSummary(Record):
    """Days of the bundle. `promised` is the declared promise where there is one, else the critical path; `critical`
    names the steps of the longest path in order. `statutory` is None when no item has a statutory limit."""

    critical_days: Decimal
    promised: Limit
    statutory: Decimal | None
    critical: tuple[str, ...]
    times: tuple[StepTimes, ...]


class FeeLine(Record):
    """A fee of one item; `amount` and `when` are FEEL, the amount in yuan."""

    item: str
    body: str
    name: str
    amount: str
    when: str
    basis: str
    reduction: str
    timing: FeeTiming
    how: Fee | None = None
    "The fee as it was written, for showing how the amount came about."
    refunds: tuple[FeeRefund, ...] = ()


class SavingsLine(Record):
    """Before (items one by one, frozen versions) and after (the bundle) of one measure; `rate` is 1 − after/before, or
    None when before is 0."""

    measure: Measure
    before: Decimal
    after: Decimal
    rate: Decimal | None
    formula: str


class ItemBefore(Record):
    """What one item alone asks and takes: the frozen "before" row."""

    item: str
    name: str
    version: int
    fields: int
    materials: int
    steps: int
    trips: int
    days: Decimal


class Savings(Record):
    """Before and after, with the mean of the rates and the rate of the sums over the measures; remarks on rows."""

    lines: tuple[SavingsLine, ...]
    before: tuple[ItemBefore, ...]
    mean_of_rates: Decimal | None
    excluded: tuple[str, ...] = ()
    rate_of_sums: Decimal | None = None
    base: str = ""
    "Whose case is counted: the name of the sample person, or all members."


class ItemCondition(Record):
    """受理条件 of an item. `rule` and `when` are FEEL; without a rule people read it and an officer judges it."""

    item: str
    text: str
    rule: str
    reason: str
    basis: str
    when: str = "true"


class Blueprint(Record):
    """一件事蓝图. `digest` addresses its content (all other attributes); a case pins it."""

    key: str
    name: str
    name_en: str
    aliases: tuple[str, ...]
    summary: str
    subject: Subject
    stage: str
    lead: str
    lead_name: str
    version: int
    items: tuple[PlannedItem, ...]
    questions: tuple[GuidedQuestion, ...]
    gate: tuple[GateRule, ...]
    groups: tuple[MergedGroup, ...]
    fields: tuple[MergedField, ...]
    materials: tuple[MergedMaterial, ...]
    plan: Plan
    clock: ClockSummary
    fees: tuple[FeeLine, ...]
    savings: Savings
    partial: PartialPolicy
    profiles: tuple[Profile, ...]
    provenance: Provenance
    body_names: dict[str, str] = {}
    conditions: tuple[ItemCondition, ...] = ()
    "受理条件 of all items."
    kinds: dict[str, ElementKind] = {}
    "How every element named by a question, a field or a condition is typed."
    asking: AskingPlan = AskingPlan()
    columns: dict[str, tuple[str, ...]] = {}
    "The columns of every list of records among `kinds`; these are typed there, too."
    family: str = ""
    scene: str = ""
    fixed: dict[str, str | bool] = {}
    "Answers that hold for everyone here; nobody is asked for them."
    digest: str = ""


class Compiled(Record):
    """What `compile_onething` returns: a blueprint unless a problem of severity error stands in the way."""

    blueprint: Blueprint | None
    problems: tuple[Problem, ...]
