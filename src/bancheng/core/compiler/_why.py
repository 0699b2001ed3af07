"""Why a person is asked what, why not the rest, and how many questions that is beside a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from bancheng.core.catalogue import ElementKind, Option
from bancheng.core.compiler._asking import choice_of, plan_asking
from bancheng.core.compiler._draft import taking_part
from bancheng.core.compiler._feel import both, names, residual
from bancheng.core.compiler._narrow import facts_of, narrow
from bancheng.core.compiler._relevance import Relevance
from bancheng.core.compiler._types import AskingPlan, Blueprint, GuidedQuestion
from bancheng.core.evidence import Known
from bancheng.core.kernel import Record


class WhyAsked(Record):
    """A question that is still put to this person, with what its answer decides for them, in words. `chance` is the
    share of people like them who are asked it."""

    element: str
    text: str
    decides: tuple[str, ...]
    chance: Decimal = Decimal(1)


class WhyNot(Record):
    """A question that is not put to this person, and why."""

    element: str
    text: str
    reason: str


class AskingExplained(Record):
    """The guided questions for one person: asked ones (the next first), the others with the reason, and how many are
    still asked on average with the bound no way of asking goes below."""

    asked: tuple[WhyAsked, ...]
    spared: tuple[WhyNot, ...]
    plan: AskingPlan


def explain_asking(
    blueprint: Blueprint, answers: Mapping[str, object], known: Known, today: date | None
) -> AskingExplained:
    """Why each question is asked of this person, and why each other one is not."""
    person = narrow(blueprint, answers, known, today)
    facts = facts_of(blueprint, answers, known, ())
    decisions = list(_decisions(blueprint))
    left = [question for question in blueprint.questions if question.element not in facts]
    texts = [residual(one.behind_gate, facts, today) for one in decisions]
    relevance = Relevance(texts, map(choice_of, left), today)
    plan = plan_asking(relevance) if person.questions else AskingPlan()
    wanted = {question.element for question in person.questions}
    told = {one.element: one for one in blueprint.questions if one.element in facts}
    return AskingExplained(
        asked=tuple(
            WhyAsked(
                element=question.element,
                text=question.text,
                decides=_decided(relevance, decisions, facts, today, question.element),
                chance=plan.chances.get(question.element, Decimal(1)),
            )
            for question in person.questions
        ),
        spared=tuple(
            WhyNot(
                element=question.element,
                text=question.text,
                reason=_reason(
                    blueprint, question, told, known, answers, facts, today, bool(person.refusals)
                ),
            )
            for question in blueprint.questions
            if question.element not in wanted
        ),
        plan=plan,
    )


def _decided(
    relevance: Relevance,
    decisions: Sequence[_Decision],
    facts: Mapping[str, object],
    today: date | None,
    element: str,
) -> tuple[str, ...]:
    """What hangs on an answer, the large before the small: what a whole item brings with it is not told again."""
    found: list[_Decision] = []
    for one in decisions:
        own = residual(one.text, facts, today)
        if element not in names(own) or not relevance.hangs(own, element):
            continue
        if relevance.hangs(residual(one.behind_gate, facts, today), element):
            found.append(one)
    items = {one.about for one in found if one.kind == "item"}
    told: dict[str, None] = {}
    for one in sorted(found, key=lambda one: _KINDS.index(one.kind)):
        if one.kind in ("item", "gate") or not set(one.items) <= items:
            told.setdefault(one.words)
    # Whether something is mandatory goes without saying where it is told already that it appears at all.
    shown = {one.about for one in found if one.kind == "part"}
    spared = {one.words for one in found if one.kind == "duty" and one.about in shown}
    return tuple(words for words in told if words not in spared)


def _reason(
    blueprint: Blueprint,
    question: GuidedQuestion,
    told: Mapping[str, GuidedQuestion],
    known: Known,
    answers: Mapping[str, object],
    facts: Mapping[str, object],
    today: date | None,
    refused: bool,
) -> str:
    element = question.element
    if element in told:
        if answers.get(element) not in (None, ""):
            return f"您已经回答：{_label(question, facts[element])}"
        if element in blueprint.fixed:
            return "在这个场景里人人都一样"
        source = known.values.get(element)
        return f"已从“{source.source_name}”查到，不再问您" if source else "已经知道"
    if refused:
        return "已经不能一次办理，问了也不改变结果"
    causes = []
    for other, asked in told.items():
        without = {key: value for key, value in facts.items() if key != other}
        if _still_matters(blueprint, element, without, today):
            causes.append(f"“{asked.text}”答了“{_label(asked, facts[other])}”")
    if causes:
        return f"{'、'.join(causes)}，它就不再影响任何事"
    return "前面的回答合起来，它已不影响任何事"


def _still_matters(
    blueprint: Blueprint, element: str, facts: Mapping[str, object], today: date | None
) -> bool:
    left = [choice_of(one) for one in blueprint.questions if one.element not in facts]
    texts = [residual(one.behind_gate, facts, today) for one in _decisions(blueprint)]
    return Relevance((text for text in texts if element in names(text)), left, today).matters(element)


def _label(question: GuidedQuestion, value: object) -> str:
    said = str(value).lower() if isinstance(value, bool) else str(value)
    return next((one.label for one in question.options if one.value == said), said)


_KINDS = ("gate", "item", "part", "duty")


class _Decision(Record):
    """Something derived for a person: its condition, alone and behind the gate, about what, of which items."""

    words: str
    text: str
    behind_gate: str
    kind: str
    about: str = ""
    items: tuple[str, ...] = ()


def _decisions(blueprint: Blueprint) -> Iterator[_Decision]:
    passed = both(*(rule.rule for rule in blueprint.gate))

    def made(words: str, text: str, kind: str, about: str, items: tuple[str, ...]) -> _Decision:
        behind = both(passed, text)
        return _Decision(words=words, text=text, behind_gate=behind, kind=kind, about=about, items=items)

    yield _Decision(words="能否一次办理", text=passed, behind_gate=passed, kind="gate")
    titles = {item.key: item.name for item in blueprint.items}
    for item in blueprint.items:
        when = taking_part(item.key, item.when, optional=item.optional)
        yield made(f"是否办理“{item.name}”", when, "item", item.key, (item.key,))
    for field in blueprint.fields:
        about = f"field {field.element}"
        yield made(f"是否填写“{field.name}”", field.visible, "part", about, field.items)
        yield made(f"“{field.name}”是否必填", field.required, "duty", about, field.items)
    for material in blueprint.materials:
        about = f"document {material.document}"
        yield made(f"是否需要“{material.name}”", material.when, "part", about, material.items)
        yield made(f"“{material.name}”是否必交", material.required, "duty", about, material.items)
    for step in blueprint.plan.steps:
        for origin in step.origins:
            said = f"“{titles.get(origin.item, origin.item)}”是否需要“{step.name}”"
            yield made(said, origin.when, "part", f"step {step.key}", (origin.item,))
    for fee in blueprint.fees:
        yield made(f"是否收取“{fee.name}”", fee.when, "part", f"fee {fee.name}", (fee.item,))
        amount = f"if {fee.when} then ({fee.amount}) else 0"
        behind = f"if {both(passed, fee.when)} then ({fee.amount}) else 0"
        words = f"“{fee.name}”收多少"
        yield _Decision(words=words, text=amount, behind_gate=behind, kind="part", items=(fee.item,))
    for condition in blueprint.conditions:
        if condition.rule:
            text = both(condition.when, condition.rule)
            yield made(f"是否符合条件：{condition.text}", text, "part", "", (condition.item,))


class AskingRow(Record):
    """One sample person: how many questions ours asks, the fixed order, and a form that asks everyone everything."""

    name: str
    ours: Decimal
    fixed_order: Decimal
    all: Decimal
    share: Decimal | None = None


def asking_rows(blueprint: Blueprint, today: date | None) -> tuple[AskingRow, ...]:
    """The average over the declared shares first, then each sample person.

    Where a sample person says nothing to a question that is asked, the answer that most people give is taken.
    """
    everything = Decimal(len(blueprint.questions))
    plan = blueprint.asking
    rows = [AskingRow(name="", ours=plan.expected, fixed_order=plan.fixed_order, all=everything)]
    written = list(plan.chances)
    for profile in blueprint.profiles:
        ours = _path(blueprint, profile.answers, today, lambda asked: asked[0])
        fixed = _path(blueprint, profile.answers, today, lambda asked: min(asked, key=written.index))
        rows.append(
            AskingRow(
                name=profile.name,
                ours=Decimal(len(ours)),
                fixed_order=Decimal(len(fixed)),
                all=everything,
                share=profile.share,
            )
        )
    return tuple(rows)


def _path(
    blueprint: Blueprint,
    answers: Mapping[str, object],
    today: date | None,
    choose: Callable[[list[str]], str],
) -> list[str]:
    """The questions a person is asked, in turn, when `choose` picks the next among those that still matter."""
    by_element = {question.element: question for question in blueprint.questions}
    told: dict[str, object] = {key: value for key, value in answers.items() if key not in by_element}
    asked: list[str] = []
    while questions := narrow(blueprint, told, Known(), today).questions:
        element = choose([question.element for question in questions])
        told[element] = answers.get(element, _commonest(by_element[element]))
        asked.append(element)
    return asked


def _commonest(question: GuidedQuestion) -> str:
    options: tuple[Option, ...] = question.options
    if not options:
        return _PLAIN.get(question.kind, "true")
    return max(options, key=lambda option: option.share or Decimal(0)).value


_PLAIN = {ElementKind.DATE: "2000-01-01"} | dict.fromkeys(
    (ElementKind.INTEGER, ElementKind.DECIMAL, ElementKind.MONEY), "1"
)
