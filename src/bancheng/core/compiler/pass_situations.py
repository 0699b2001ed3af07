"""Pass 1: the guided questions of all items merged, the idle ones dropped, put in the order that asks least."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from bancheng.core.catalogue import Element, ElementKind, Option, Situation
from bancheng.core.compiler._asking import asked_when, choice_of, plan_asking
from bancheng.core.compiler._draft import Draft, Joined, problem
from bancheng.core.compiler._feel import both, either, names
from bancheng.core.compiler._relevance import Relevance
from bancheng.core.compiler._steps import own_steps
from bancheng.core.compiler._types import GuidedQuestion
from bancheng.core.kernel import Problem, Record, Severity

YES_NO = (Option(value="true", label="是", label_en="Yes"), Option(value="false", label="否", label_en="No"))


class Effect(Record):
    """Something a condition decides, with the words for people."""

    text: str
    words: str
    amount: bool = False
    "The text is a value, not a condition."


def pass_situations(draft: Draft) -> Draft:
    """Merge the items' questions by element (the definition's own wording and shares win), then plan the asking.

    A question whose answer no condition reads is dropped with a warning, and so is one that other answers always settle
    first. Each remaining one carries `when`, the FEEL condition over the questions listed before it under which it
    still matters; which is asked next is found for each person anew.
    """
    effects = list(effects_of(draft))
    questions, problems = _merge(draft, effects)
    gate = [rule.rule for rule in draft.definition.gate]
    decisions = tuple(dict.fromkeys(decisions_of(gate, effects)))
    relevance = Relevance(decisions, map(choice_of, questions))
    asking = plan_asking(relevance)
    by_element = {question.element: question for question in questions}
    ordered: list[GuidedQuestion] = []
    for element in asking.order:
        when = asked_when(relevance, element, [one.element for one in ordered])
        ordered.append(msgspec.structs.replace(by_element[element], when=when))
    problems.extend(
        _idle(draft, question, "其他问题的答案已经决定了一切")
        for question in questions
        if question.element not in asking.chances
    )
    if not asking.exact:
        text = (
            f"情形问题较多，提问次序为近似最优：平均问 {asking.expected:f} 个，"
            f"任何问法都不少于 {asking.bound:f} 个，差距不超过 {asking.expected - asking.bound:f} 个"
        )
        problems.append(problem("order-not-exact", text, draft.path("situations"), "", Severity.WARNING))
    draft = msgspec.structs.replace(draft, questions=tuple(ordered), asking=asking, decisions=decisions)
    return draft.with_problems(problems)


def effects_of(draft: Draft) -> Iterator[Effect]:
    """Every condition of the bundle with what it decides, each kind of thing once however many items demand it."""
    members = list(draft.members())
    for rule in draft.definition.gate:
        yield Effect(text=rule.rule, words="能否通过本件事一次办理")
    for joined in members:
        yield Effect(text=joined.when, words=f"是否办理“{joined.item.name}”")
    yield from _field_effects(draft, members)
    yield from _material_effects(draft, members)
    for joined in members:
        for condition in joined.item.conditions:
            if condition.rule:
                text = both(joined.when, condition.rule)
                yield Effect(text=text, words=f"是否符合“{joined.item.name}”的条件：{condition.text}")
        for step in own_steps(joined.item):
            yield Effect(
                text=both(joined.when, step.when), words=f"“{joined.item.name}”是否需要“{step.name}”"
            )
        for fee in joined.item.fees:
            when = both(joined.when, fee.when)
            yield Effect(text=when, words=f"是否收取“{fee.name}”")
            yield Effect(text=amount_text(when, fee.amount), words=f"“{fee.name}”收多少", amount=True)


def amount_text(when: str, amount: str) -> str:
    """An amount that counts only under a condition, as one text."""
    return amount if when == "true" else f"if {when} then ({amount}) else 0"


def decisions_of(gate: list[str], effects: list[Effect]) -> list[str]:
    """The texts whose change matters: once the gate says no, nothing behind it does."""
    passed = both(*gate)
    return [
        passed,
        *(amount_text(passed, one.text) if one.amount else both(passed, one.text) for one in effects),
    ]


def _field_effects(draft: Draft, members: list[Joined]) -> Iterator[Effect]:
    visible: dict[str, list[str]] = {}
    required: dict[str, list[str]] = {}
    for joined in members:
        for field in joined.item.fields:
            shown = both(joined.when, field.visible)
            visible.setdefault(field.element, []).append(shown)
            required.setdefault(field.element, []).append(both(shown, field.required))
    for element, shown_when in visible.items():
        name = draft.element_name(element)
        yield Effect(text=either(*shown_when), words=f"是否填写“{name}”")
        yield Effect(text=either(*required[element]), words=f"“{name}”是否必填")


def _material_effects(draft: Draft, members: list[Joined]) -> Iterator[Effect]:
    when: dict[str, list[str]] = {}
    for joined in members:
        for material in joined.item.materials:
            when.setdefault(material.document, []).append(both(joined.when, material.when))
    for document, texts in when.items():
        yield Effect(text=either(*texts), words=f"是否需要“{draft.document_name(document)}”")


def _merge(draft: Draft, effects: list[Effect]) -> tuple[list[GuidedQuestion], list[Problem]]:
    asked: dict[str, list[tuple[Situation, str, str]]] = {}
    for index, situation in enumerate(draft.definition.situations):
        asked.setdefault(situation.element, []).append((situation, "", draft.path("situations", index)))
    for joined in draft.members():
        for index, situation in enumerate(joined.item.situations):
            path = f"items/{joined.item.key}/situations/{index}"
            asked.setdefault(situation.element, []).append((situation, joined.item.key, path))
    questions: list[GuidedQuestion] = []
    problems: list[Problem] = []
    for key, found in asked.items():
        element = draft.catalogue.elements.get(key)
        path = found[0][2]
        if element is None:
            text = f"字典里没有数据元“{key}”"
            problems.append(problem("unknown-element", text, path, "请先在字典里登记这个数据元。"))
            continue
        question = _question(draft, element, found, effects)
        if question.decides:
            questions.append(question)
        else:
            problems.append(_idle(draft, question, "没有任何条件用到它的答案", path))
    return questions, problems


def _question(
    draft: Draft, element: Element, found: list[tuple[Situation, str, str]], effects: list[Effect]
) -> GuidedQuestion:
    first = found[0][0]
    source = None if element.ask_afresh else draft.coverage.of_element(element.key)
    decides = dict.fromkeys(effect.words for effect in effects if element.key in names(effect.text))
    return GuidedQuestion(
        element=element.key,
        text=first.text,
        text_en=first.text_en,
        help=next((situation.help for situation, _, _ in found if situation.help), ""),
        options=_options(draft, element, [situation for situation, _, _ in found]),
        items=tuple(dict.fromkeys(item for _, item, _ in found if item)),
        decides=tuple(decides),
        source=source.key if source else "",
        kind=element.kind,
    )


def _options(draft: Draft, element: Element, situations: list[Situation]) -> tuple[Option, ...]:
    """The definition's options when it words the question itself, else all items' options, else codes or yes and no."""
    merged: dict[str, Option] = {}
    own = [one for one in situations if one in draft.definition.situations and one.options]
    for situation in own[:1] or situations:
        for option in situation.options:
            known = merged.get(option.value)
            if known is None or known.share is None:
                merged[option.value] = option
    if merged:
        return tuple(merged.values())
    if element.kind is ElementKind.BOOLEAN:
        return YES_NO
    table = draft.catalogue.codes.get(element.codes)
    if table is None:
        return ()
    return tuple(Option(value=code.value, label=code.name, label_en=code.name_en) for code in table.codes)


def _idle(draft: Draft, question: GuidedQuestion, why: str, path: str = "") -> Problem:
    return problem(
        "idle-question",
        f"情形问题“{question.text}”不再提问：{why}",
        path or draft.path("situations", question.element),
        "请删去这个问题，或在事项条件里用上它。",
        Severity.WARNING,
    )
