"""The standardised service item (政务服务事项) as data.

Elements follow GB/T 39554.2 as far as composing and running need them; every record that states a fact carries its
provenance. Conditions (`when`, `visible`, `required`, `rule`, `amount`) are FEEL texts over element keys, read by
`core.rules` and nothing else.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from bancheng.core.catalogue._dictionary import Channel, Handling, ItemType, Level, Subject
from bancheng.core.clock import Limit
from bancheng.core.kernel import Provenance, Record


class LegalBasis(Record):
    """设定依据: title with number, the article, and the last day it is in force where that is known."""

    title: str
    article: str = ""
    text: str = ""
    valid_to: date | None = None


class Condition(Record):
    """受理条件. Without a `rule` it is read by people only; `reason` is what a person is told when it fails."""

    text: str
    rule: str = ""
    reason: str = ""
    basis: str = ""


class Option(Record):
    """An answer of a guided question with the share of people expected to give it (0–1)."""

    value: str
    label: str
    label_en: str = ""
    share: Decimal | None = None


class Situation(Record):
    """情形: a guided question. Its answer is the value of a data element, so that evidence can give it and the form
    never asks it twice. Without `options` the element's code list (or 是/否) serves."""

    element: str
    text: str
    text_en: str = ""
    help: str = ""
    options: tuple[Option, ...] = ()


class ColumnField(Record):
    """An item's demand for one column of a list of records. `required` and `visible` are FEEL over the values of the
    same row and all other facts; the bounds only tighten the element's."""

    element: str
    required: str = "true"
    visible: str = "true"
    allowed: tuple[str, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    max_length: int | None = None
    note: str = ""
    codes: str = ""


class FormField(Record):
    """An item's demand for a data element. `required` and `visible` are FEEL; the bounds only tighten the element's.

    `codes` is the body's own code list for the element, where it differs; `allowed` is then written in it. Of a list of
    records an item may demand some `columns` only (all, when it names none) and fewer rows.
    """

    element: str
    required: str = "true"
    visible: str = "true"
    allowed: tuple[str, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    max_length: int | None = None
    note: str = ""
    codes: str = ""
    columns: tuple[ColumnField, ...] = ()
    min_rows: int | None = None
    max_rows: int | None = None


class Necessity(StrEnum):
    """材料必要性."""

    REQUIRED = "required"
    OPTIONAL = "optional"


class MaterialForm(StrEnum):
    """材料形式, from the mildest to the strictest demand."""

    EITHER = "either"
    ELECTRONIC = "electronic"
    PAPER = "paper"


class MaterialSource(StrEnum):
    """来源渠道."""

    APPLICANT = "applicant"
    GOVERNMENT = "government"
    OTHER = "other"


class Material(Record):
    """An item's demand for a document, under the condition `when` (FEEL).

    `deferrable` material may follow after acceptance (容缺) within `defer_days` working days; `commitment` says that a
    written promise can replace it (告知承诺), checked within `verify_days` working days after the decision (0: as
    usual). `from_form` marks papers that the merged form itself yields.

    `alternatives` are documents that serve as well as `document`: the person brings any one of them. `who` says in
    words whom the condition means (“外地户籍的人”); without it the words are made from the condition.
    """

    key: str
    document: str
    name: str = ""
    necessity: Necessity = Necessity.REQUIRED
    when: str = "true"
    form: MaterialForm = MaterialForm.EITHER
    originals: int = 0
    copies: int = 1
    source: MaterialSource = MaterialSource.APPLICANT
    deferrable: bool = False
    defer_days: int = 0
    commitment: bool = False
    verify_days: int = 0
    from_form: bool = False
    basis: str = ""
    note: str = ""
    alternatives: tuple[str, ...] = ()
    who: str = ""
    who_en: str = ""


class ResultKind(StrEnum):
    """结果类型."""

    LICENCE = "licence"
    APPROVAL = "approval"
    OTHER = "other"
    NONE = "none"


class Result(Record):
    """What the item yields. `gives` are elements whose value exists only once this result does."""

    key: str
    document: str
    kind: ResultKind = ResultKind.LICENCE
    name: str = ""
    validity_months: int | None = None
    gives: tuple[str, ...] = ()
    template: str = ""


class FeeTiming(StrEnum):
    """When a fee falls due."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class FeeTier(Record):
    """A band of a graded fee: what lies `over` this quantity costs `price` yuan a unit."""

    price: Decimal
    over: Decimal = Decimal(0)


class FeeReduction(Record):
    """减免: when it holds, the share `off` (0–1) or the sum `less` (yuan) falls away from what is left so far."""

    name: str
    when: str
    off: Decimal | None = None
    less: Decimal | None = None
    basis: str = ""


class FeeRefundCause(StrEnum):
    """Why a paid fee may go back by itself."""

    REFUSED = "refused"
    "Not approved, or stopped together with what was not."
    WITHDRAWN = "withdrawn"


class FeeRefund(Record):
    """退费: the `share` (0–1) that goes back; with `until`, only while that step of the item is not done."""

    on: FeeRefundCause
    share: Decimal = Decimal(1)
    until: str = ""
    basis: str = ""


class Fee(Record):
    """收费, in yuan. Without a `basis` the fee is a problem (行政许可法 art. 58).

    Either `amount` (FEEL), or `quantity` (FEEL, counted in `unit`) times `price`, or `quantity` by `tiers` (each band
    at its own price; with `whole` the whole quantity at the price of the band it lies in). Then `minimum` and
    `maximum` bound it, and `reductions` are taken off in their order; the rest is rounded half up to the fen.

    `timing` says which act waits for the money: before acceptance, before the decision, or before the result is handed
    over. Of several `refunds` for a cause the first that holds counts; where none is written, everything goes back
    while no step of the item is done, and nothing after that.
    """

    key: str
    name: str
    amount: str = ""
    quantity: str = ""
    unit: str = ""
    price: Decimal | None = None
    tiers: tuple[FeeTier, ...] = ()
    whole: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    reductions: tuple[FeeReduction, ...] = ()
    when: str = "true"
    basis: str = ""
    reduction: str = ""
    timing: FeeTiming = FeeTiming.AFTER
    refunds: tuple[FeeRefund, ...] = ()


class StepKind(StrEnum):
    """What happens in a step of an item after acceptance."""

    REVIEW = "review"
    OPINION = "opinion"
    INSPECTION = "inspection"
    EXPERT_REVIEW = "expert_review"
    ACCEPTANCE = "acceptance"
    DECISION = "decision"
    ISSUE = "issue"


ON_SITE = frozenset((StepKind.INSPECTION, StepKind.ACCEPTANCE))
"""Steps in which officials go and look: two or more of them (行政许可法 art. 34)."""


class AnswerKind(StrEnum):
    """How an asked body answers a question: yes or no, one of the options, in words."""

    YES_NO = "yes_no"
    CHOICE = "choice"
    WORDS = "words"


class AskedQuestion(Record):
    """征求意见的问题: what an opinion step wants to know of the bodies it asks."""

    key: str
    text: str
    kind: AnswerKind = AnswerKind.YES_NO
    options: tuple[str, ...] = ()
    required: bool = True


class Step(Record):
    """环节. `after` names steps of the same item; empty means after the step listed before it.

    Steps of several items with the same `shared` key and kind become one (联合勘验、联合评审). An opinion step asks
    `asks` bodies, each answering `questions` within `ask_limit` (else `limit`); silence is consent only where
    `silent_consent` is set with its basis. `needs` names elements that must be known before the step can open.
    """

    key: str
    name: str
    kind: StepKind
    limit: Limit
    body: str = ""
    after: tuple[str, ...] = ()
    shared: str = ""
    asks: tuple[str, ...] = ()
    silent_consent: bool = False
    staff: int = 1
    when: str = "true"
    needs: tuple[str, ...] = ()
    basis: str = ""
    ask_limit: Limit | None = None
    questions: tuple[AskedQuestion, ...] = ()


class SpecialProcedure(Record):
    """特别程序: what may stop the clock besides 行政许可法 art. 45, with its basis and maximum (working days)."""

    key: str
    name: str
    basis: str
    max_days: int
    notice: str = ""


class SignerRule(Record):
    """签署要求: who must sign the form besides the applicant, before it can be accepted.

    `who` is what they are (父亲, 每位合伙人); `number` the element with their identity number or credit code, `name`
    the one with their name. With `rows` (an element of several rows) both are its columns and every row signs. `when`
    is a condition over the form (FEEL). Whoever is the applicant need not sign twice.
    """

    key: str
    who: str
    number: str
    name: str = ""
    rows: str = ""
    when: str = "true"
    basis: str = ""


class LookKind(StrEnum):
    """How an inspector answers a review point on the site: in order or not, a measured number, words, a photograph."""

    YES_NO = "yes_no"
    NUMBER = "number"
    WORDS = "words"
    PHOTO = "photo"


class ReviewPoint(Record):
    """审查要点. With a `rule` (FEEL, true = in order) the machine looks first; a person always decides.

    One with a `look` is judged on the site (勘验清单): a number is in order from `minimum` to `maximum`, in `unit`;
    `photo` wants a photograph beside the answer.
    """

    key: str
    text: str
    rule: str = ""
    elements: tuple[str, ...] = ()
    material: str = ""
    basis: str = ""
    look: LookKind | None = None
    unit: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    photo: bool = False


class Question(Record):
    """常见问题 of an item or one-thing."""

    question: str
    answer: str


class ItemStatus(StrEnum):
    """事项状态."""

    IN_USE = "in_use"
    PAUSED = "paused"
    CANCELLED = "cancelled"


class Item(Record):
    """政务服务事项, one body's standardised service item. Immutable; a change is a new `version`.

    `visits` is 到办事现场次数 before bundling. `basis` cites the law; a promise beyond the statutory limit is a
    problem. `code_scheme` says whose rules `task_code` obeys; only GBT39554 is checked strictly. Where `address`,
    `phone` and `hours` are empty those of the body serve. Versions of one key follow one another by `valid_from`.
    `supervisor` is the body that watches over the holder once the item is decided (审管协同).
    """

    key: str
    name: str
    body: str
    item_type: ItemType
    handling: Handling
    statutory: Limit | None
    promised: Limit
    provenance: Provenance
    name_en: str = ""
    aliases: tuple[str, ...] = ()
    catalog_code: str = ""
    task_code: str = ""
    code_scheme: str = "GBT39554"
    level: Level = Level.COUNTY
    objects: tuple[Subject, ...] = (Subject.PERSON,)
    basis: tuple[LegalBasis, ...] = ()
    conditions: tuple[Condition, ...] = ()
    situations: tuple[Situation, ...] = ()
    fields: tuple[FormField, ...] = ()
    materials: tuple[Material, ...] = ()
    results: tuple[Result, ...] = ()
    fees: tuple[Fee, ...] = ()
    steps: tuple[Step, ...] = ()
    special_procedures: tuple[SpecialProcedure, ...] = ()
    review_points: tuple[ReviewPoint, ...] = ()
    channels: tuple[Channel, ...] = (Channel.WINDOW, Channel.ONLINE)
    visits: int = 1
    scope: str = ""
    faq: tuple[Question, ...] = ()
    status: ItemStatus = ItemStatus.IN_USE
    version: int = 1
    valid_from: date | None = None
    valid_to: date | None = None
    address: str = ""
    window: str = ""
    phone: str = ""
    hours: str = ""
    complaints: str = ""
    visits_reason: str = ""
    overlay: str = ""
    supervisor: str = ""
    signers: tuple[SignerRule, ...] = ()
