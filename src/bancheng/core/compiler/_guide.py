"""办事指南 as content: everything 行政许可法 art. 30 wants shown, said once, for page, paper and window alike.

Nothing here is laid out. Web page, PDF, one-page sheet and window checklist print these words and no others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from bancheng.core.catalogue import (
    Body,
    Catalogue,
    Channel,
    Handling,
    Item,
    ItemType,
    MaterialForm,
    MaterialSource,
    Measure,
    Question,
)
from bancheng.core.catalogue import Material as Demand
from bancheng.core.compiler._feel import ALWAYS
from bancheng.core.compiler._personal import PersonalFee, PersonalList, PersonalMaterial
from bancheng.core.compiler._simple import road
from bancheng.core.compiler._svg import number
from bancheng.core.compiler._types import Blueprint, MergedMaterial, PlannedItem
from bancheng.core.kernel import Confidence, Provenance, Record

TYPES = {
    ItemType.PERMIT: "行政许可",
    ItemType.PENALTY: "行政处罚",
    ItemType.COMPULSION: "行政强制",
    ItemType.LEVY: "行政征收",
    ItemType.BENEFIT: "行政给付",
    ItemType.INSPECTION: "行政检查",
    ItemType.CONFIRMATION: "行政确认",
    ItemType.REWARD: "行政奖励",
    ItemType.RULING: "行政裁决",
    ItemType.OTHER: "其他行政权力",
    ItemType.PUBLIC_SERVICE: "公共服务",
}
HANDLINGS = {Handling.IMMEDIATE: "即办件", Handling.PROMISED: "承诺件"}
CHANNELS = {
    Channel.WINDOW: "窗口",
    Channel.ONLINE: "网上",
    Channel.POST: "邮寄",
    Channel.TERMINAL: "自助终端",
}
FORMS = {MaterialForm.EITHER: "纸质或电子", MaterialForm.ELECTRONIC: "电子", MaterialForm.PAPER: "纸质"}
SOURCES = {
    MaterialSource.APPLICANT: "申请人自备",
    MaterialSource.GOVERNMENT: "政府部门核发",
    MaterialSource.OTHER: "其他",
}
CONFIDENCES = {
    Confidence.OFFICIAL: "官方公开",
    Confidence.PRACTICE: "来自各地做法",
    Confidence.RECONSTRUCTED: "整理所得，未经核定",
    Confidence.FICTITIOUS: "虚构示例",
}
_MEASURES = {
    Measure.FIELDS: ("要填的内容", "项"),
    Measure.MATERIALS: ("要交的材料", "份"),
    Measure.STEPS: ("办理环节", "个"),
    Measure.TRIPS: ("跑的次数", "次"),
    Measure.DAYS: ("承诺时间", "个工作日"),
}
COMPLAINTS = (
    "办理中有疑问或不满意，可以先打上面各部门的电话。",
    "拨打12345政务服务便民热线，或在办结后作“好差评”，差评会有人回访。",
    "对决定不服的，可以自知道决定之日起60日内申请行政复议，或者6个月内向人民法院起诉。",
)
"""行政复议法 art. 20, 行政诉讼法 art. 46; the line is the same in the whole country."""


class GuideItem(Record):
    """A member as the guide tells it. `taken` says whether everyone has it."""

    key: str
    name: str
    body: str
    kind: str
    taken: str
    promised: str
    statutory: str
    channels: str
    basis: tuple[str, ...]
    conditions: tuple[str, ...]
    results: tuple[str, ...]
    source: str
    confidence: str


class GuideMaterial(Record):
    """A paper as the guide tells it. `state` is asked, maybe or spared; `reason` says why."""

    document: str
    name: str
    state: str
    count: str
    form: str
    origin: str
    bodies: tuple[str, ...]
    reason: str = ""
    options: tuple[str, ...] = ()
    later: str = ""
    note: str = ""
    who: str = ""


class GuideFee(Record):
    """A fee with the law it rests on."""

    name: str
    amount: str
    body: str
    basis: str
    reduction: str


class GuidePlace(Record):
    """Where a body is found, and when."""

    body: str
    address: str
    hours: str
    phone: str


class GuideStretch(Record):
    """What a body does from and until which working day after acceptance; `short` names the first of many bodies."""

    bodies: str
    short: str
    what: str
    start: Decimal
    finish: Decimal
    said: str
    critical: bool
    maybe: bool


class GuideContent(Record):
    """The guide of one one-thing at one version. All texts are as people read them."""

    key: str
    name: str
    aliases: tuple[str, ...]
    summary: str
    lead: str
    version: int
    digest: str
    source: str
    confidence: str
    promised: str
    statutory: str
    apart: str
    subject: tuple[tuple[str, str], ...]
    items: tuple[GuideItem, ...]
    materials: tuple[GuideMaterial, ...]
    known: int
    typed: int
    fees: tuple[GuideFee, ...]
    places: tuple[GuidePlace, ...]
    road: tuple[GuideStretch, ...]
    days: Decimal
    savings: tuple[tuple[str, str, str, str], ...]
    questions: tuple[tuple[str, str], ...]
    complaints: tuple[str, ...]
    valid_from: date | None = None

    @property
    def asked(self) -> tuple[GuideMaterial, ...]:
        """The papers everyone brings."""
        return tuple(one for one in self.materials if one.state == "asked")

    @property
    def maybe(self) -> tuple[GuideMaterial, ...]:
        """The papers some bring."""
        return tuple(one for one in self.materials if one.state == "maybe")

    @property
    def spared(self) -> tuple[GuideMaterial, ...]:
        """The papers nobody brings any more."""
        return tuple(one for one in self.materials if one.state == "spared")

    @property
    def basis(self) -> tuple[str, ...]:
        """Every law cited by a member, once."""
        return tuple(dict.fromkeys(basis for item in self.items for basis in item.basis))

    @property
    def cost(self) -> str:
        """What it costs, in a word."""
        return "看情况" if self.fees else "不收费"

    def facts(self) -> tuple[str, ...]:
        """The facts that page and paper must both tell, each as a text."""
        return tuple(dict.fromkeys(text for text in self._facts() if text))

    def _facts(self) -> Iterator[str]:
        yield from (self.name, self.summary, self.lead, self.promised, self.source)
        for who in self.subject:
            yield from who
        for item in self.items:
            yield from (
                item.name,
                item.body,
                item.promised,
                item.taken,
                item.channels,
                *item.basis,
                *item.results,
            )
            yield from item.conditions
        for paper in self.materials:
            yield from (
                paper.name,
                paper.count,
                paper.origin,
                paper.reason,
                paper.later,
                paper.note,
                *paper.options,
            )
        for fee in self.fees:
            yield from (fee.name, fee.amount, fee.basis, fee.reduction)
        for place in self.places:
            yield from (place.body, place.address, place.hours, place.phone)
        for stretch in self.road:
            yield from (stretch.what, stretch.said)
        for question in self.questions:
            yield from question
        yield from self.complaints


def guide_content(blueprint: Blueprint, person: PersonalList, catalogue: Catalogue) -> GuideContent:
    """The guide of a blueprint for anyone: `person` is the list of somebody of whom nothing is known.

    Bodies, basis and results are those of the catalogue's items where it still has them.
    """
    bodies = _Bodies(blueprint, catalogue)
    items = [(member, catalogue.items.get(member.key)) for member in blueprint.items]
    definition = catalogue.onethings.get(blueprint.key)
    return GuideContent(
        key=blueprint.key,
        name=blueprint.name,
        aliases=blueprint.aliases,
        summary=blueprint.summary,
        lead=bodies.name(blueprint.lead),
        version=blueprint.version,
        digest=blueprint.digest,
        source=blueprint.provenance.source,
        confidence=CONFIDENCES[blueprint.provenance.confidence],
        promised=blueprint.clock.promised.words(),
        statutory=f"{number(blueprint.clock.statutory)}个工作日" if blueprint.clock.statutory else "",
        apart=_apart(blueprint),
        subject=tuple((rule.reason, rule.basis) for rule in blueprint.gate),
        items=tuple(_item(member, item, blueprint, catalogue, bodies) for member, item in items),
        materials=tuple(_material(one, catalogue, bodies) for one in person.materials),
        known=sum(bool(one.field.source) for one in person.fields),
        typed=sum(not one.field.source and not one.field.produced_by for one in person.fields),
        fees=tuple(_fee(one) for one in person.fees),
        places=tuple(bodies.places()),
        road=tuple(_road(blueprint, bodies)),
        days=blueprint.clock.critical_days,
        savings=tuple(_savings(blueprint)),
        questions=tuple((one.question, one.answer) for one in guide_questions(blueprint, catalogue)),
        complaints=COMPLAINTS,
        valid_from=definition.valid_from if definition else None,
    )


def _apart(blueprint: Blueprint) -> str:
    """How long it takes item by item. The promise is for whoever has the longest road; where the sample person of the
    savings has a shorter one, it is said whose days these are."""
    days = next((line for line in blueprint.savings.lines if line.measure is Measure.DAYS), None)
    if days is None or days.before <= blueprint.clock.promised.as_workdays():
        # What is no longer than the promise makes nothing plainer.
        return ""
    before = f"一件件分头办要{number(days.before)}个工作日。"
    if days.after >= blueprint.clock.critical_days:
        return before
    return f"这是事项办得最全的人；像“{blueprint.savings.base}”这样的，{number(days.after)}个工作日办好，{before}"


def guide_questions(blueprint: Blueprint, catalogue: Catalogue) -> tuple[Question, ...]:
    """What people ask most: of the one-thing itself, then of its items. What is asked and answered alike is said once;
    where items answer the same question differently, each answer says whose it is."""
    definition = catalogue.onethings.get(blueprint.key)
    members = (catalogue.items.get(member.key) for member in blueprint.items)
    asked: dict[str, dict[str, list[str]]] = {}
    for name, faq in (
        ("", definition.faq if definition else ()),
        *((item.name, item.faq) for item in members if item is not None),
    ):
        for one in faq:
            asked.setdefault(one.question, {}).setdefault(one.answer, []).append(name)
    return tuple(
        Question(question=question if len(answers) == 1 else _of_whom(question, names), answer=answer)
        for question, answers in asked.items()
        for answer, names in answers.items()
    )


def _of_whom(question: str, names: list[str]) -> str:
    """The question with the items it is about; the one-thing's own answer needs no name."""
    if not names[0]:
        return question
    whose = "、".join(names) if len(names) < 3 else f"{names[0]}等{len(names)}项"
    return f"{question}（{whose}）"


class _Bodies:
    """Bodies with their full names, as law wants them named."""

    def __init__(self, blueprint: Blueprint, catalogue: Catalogue) -> None:
        self.names: Mapping[str, str] = blueprint.body_names
        self.known = catalogue.bodies
        self.keys = tuple(dict.fromkeys((blueprint.lead, *(item.body for item in blueprint.items))))
        members = (catalogue.items.get(item.key) for item in blueprint.items)
        self.own = tuple(item for item in members if item is not None)

    def name(self, key: str) -> str:
        found = self.known.get(key)
        return found.name if found else self.names.get(key, key)

    def short(self, key: str) -> str:
        found = self.known.get(key)
        return (found.short or found.name) if found else self.names.get(key, key)

    def among(self, keys: tuple[str, ...]) -> str:
        return "、".join(map(self.short, keys)) if len(keys) < 2 else f"{self.short(keys[0])}等{len(keys)}家"

    def places(self) -> Iterator[GuidePlace]:
        """Each body once, and once more for each item that is done elsewhere or at other hours than its body's."""
        for key in self.keys:
            body = self.known.get(key) or Body(key=key, name=self.name(key))
            yield GuidePlace(body=body.name, address=body.address, hours=body.hours, phone=body.phone)
            for item in self.own:
                if item.body == key and (item.address or item.window or item.hours or item.phone):
                    where = " ".join(part for part in (item.address or body.address, item.window) if part)
                    yield GuidePlace(
                        body=f"{body.name}（{item.name}）",
                        address=where,
                        hours=item.hours or body.hours,
                        phone=item.phone or body.phone,
                    )


def _item(
    member: PlannedItem, item: Item | None, blueprint: Blueprint, catalogue: Catalogue, bodies: _Bodies
) -> GuideItem:
    provenance: Provenance | None = item.provenance if item else None
    return GuideItem(
        key=member.key,
        name=member.name,
        body=bodies.name(member.body),
        kind=f"{TYPES[item.item_type]}·{HANDLINGS[item.handling]}" if item else "",
        taken="自选" if member.optional else ("看情况" if member.when != ALWAYS else "都要办"),
        promised=member.promised.words(),
        statutory=member.statutory.words() if member.statutory else "没有规定期限",
        channels="、".join(CHANNELS[one] for one in item.channels) if item else "",
        basis=tuple(f"{one.title}{one.article}" for one in item.basis) if item else (),
        conditions=tuple(dict.fromkeys(one.text for one in blueprint.conditions if one.item == member.key)),
        results=tuple(result.name or _document(result.document, catalogue) for result in item.results)
        if item
        else (),
        source=provenance.source if provenance else "",
        confidence=CONFIDENCES[provenance.confidence] if provenance else "",
    )


def _document(key: str, catalogue: Catalogue) -> str:
    found = catalogue.documents.get(key)
    return found.name if found else key


def _material(one: PersonalMaterial, catalogue: Catalogue, bodies: _Bodies) -> GuideMaterial:
    paper = one.material
    state = "spared" if one.asked is False else ("asked" if one.asked and one.required else "maybe")
    later = (
        f"可以后补，受理后{paper.defer_days}个工作日内交齐"
        if paper.deferrable and one.asked is not False
        else ""
    )
    if paper.commitment and one.asked is not False:
        later = "；".join((*([later] if later else ()), "可以用书面承诺代替"))
    return GuideMaterial(
        document=paper.document,
        name=paper.name,
        state=state,
        count="" if state == "spared" else _count(paper),
        form=FORMS[paper.form],
        origin="" if state == "spared" else _origin(paper, catalogue),
        bodies=tuple(bodies.short(key) for key in paper.bodies),
        reason=one.reason or paper.reason,
        options=tuple(_document(key, catalogue) for key in paper.options),
        later=later,
        note=paper.note,
        who=paper.who if state == "maybe" else "",
    )


def _count(paper: MergedMaterial) -> str:
    said = [f"原件{paper.originals}份"] if paper.originals else []
    said += [f"复印件{paper.copies}份"] if paper.copies else []
    return "，".join(said) or "1份"


def _origin(paper: MergedMaterial, catalogue: Catalogue) -> str:
    """Where it comes from, by the items that demand it."""
    found = [SOURCES[demand.source] for demand in _demands(paper, catalogue)]
    return "、".join(dict.fromkeys(found))


def _demands(paper: MergedMaterial, catalogue: Catalogue) -> Iterable[Demand]:
    for origin in paper.origins:
        item = catalogue.items.get(origin.item)
        yield from (one for one in (item.materials if item else ()) if one.key == origin.material)


def _fee(one: PersonalFee) -> GuideFee:
    amount = f"{number(one.amount)}元" if one.amount is not None else "看情况"
    return GuideFee(
        name=one.name, amount=amount, body=one.body_name, basis=one.basis, reduction=one.reduction
    )


def _road(blueprint: Blueprint, bodies: _Bodies) -> Iterator[GuideStretch]:
    for one in road(blueprint.plan, blueprint.clock).stretches:
        yield GuideStretch(
            bodies="、".join(bodies.short(key) for key in one.bodies),
            short=bodies.among(one.bodies),
            what="、".join(one.names),
            start=one.start,
            finish=one.finish,
            said=_when(one.start, one.finish),
            critical=one.critical,
            maybe=one.maybe,
        )


def _when(start: Decimal, finish: Decimal) -> str:
    """受理当天, 第2个工作日, 第2到5个工作日."""
    first, last = int(start) + 1, max(int(-(-finish // 1)), 1)
    if not finish:
        return "受理当天"
    return f"第{last}个工作日" if first >= last else f"第{first}到{last}个工作日"


def _savings(blueprint: Blueprint) -> Iterator[tuple[str, str, str, str]]:
    for line in blueprint.savings.lines:
        if line.before:
            name, unit = _MEASURES[line.measure]
            yield name, number(line.before), number(line.after), unit
