"""Pass 9: nothing dead, nothing unreachable, nothing nobody can supply, nothing asked that must not be asked."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod

from bancheng.core.catalogue import ElementKind, MaterialSource
from bancheng.core.compiler._draft import WISH, Draft, problem
from bancheng.core.compiler._feel import ALWAYS, both, coerce, names, readable, residual, truth
from bancheng.core.compiler._types import Disposition, GuidedQuestion
from bancheng.core.kernel import Problem, Severity

ENUMERATED = 4_096
"Conditions with more combinations of answers than this are not searched for a way to hold."


def pass_checks(draft: Draft) -> Draft:
    """Look over the whole: unreadable conditions, facts nobody can tell, a gate that nobody passes, items nobody
    reaches, options that make no difference, materials nobody can supply, fields that ask for a result."""
    checks = (_unreadable, _untold, _contradictory, _unreachable, _dead_options, _unsuppliable, _self_asked)
    return draft.with_problems([found for check in checks for found in check(draft)])


def placed_conditions(draft: Draft) -> Iterator[tuple[str, str]]:
    """Every FEEL text the authors wrote, with its place; the gate's are checked by pass 2."""
    for joined in draft.members():
        yield joined.member.when, draft.path("members", joined.index)
        item, home = joined.item, f"items/{joined.item.key}"
        for index, condition in enumerate(item.conditions):
            yield condition.rule or ALWAYS, f"{home}/conditions/{index}/rule"
        for index, field in enumerate(item.fields):
            yield field.visible, f"{home}/fields/{index}/visible"
            yield field.required, f"{home}/fields/{index}/required"
        for index, material in enumerate(item.materials):
            yield material.when, f"{home}/materials/{index}/when"
        for index, step in enumerate(item.steps):
            yield step.when, f"{home}/steps/{index}/when"
        for index, fee in enumerate(item.fees):
            yield fee.when, f"{home}/fees/{index}/when"
            yield fee.amount, f"{home}/fees/{index}/amount"


def _unreadable(draft: Draft) -> Iterator[Problem]:
    for text, path in placed_conditions(draft):
        if not readable(text):
            yield problem("bad-condition", f"条件“{text}”读不懂", path, "请按 FEEL 语法改写。")


def _untold(draft: Draft) -> Iterator[Problem]:
    """A condition names something that no question, field, source or result of the bundle tells."""
    told = {question.element for question in draft.questions} | {field.element for field in draft.fields}
    told |= {
        element for joined in draft.members() for result in joined.item.results for element in result.gives
    }
    told |= {WISH + joined.item.key for joined in draft.members() if joined.member.optional}
    gate = ((rule.rule, draft.path("gate", index)) for index, rule in enumerate(draft.definition.gate))
    seen: set[str] = set()
    for text, path in (*gate, *placed_conditions(draft)):
        if text == ALWAYS:
            continue
        for key in sorted(names(text) - told - seen):
            seen.add(key)
            if key not in draft.catalogue.elements:
                yield problem(
                    "unknown-element",
                    f"条件“{text}”用到的“{key}”不在字典里",
                    path,
                    "请核对拼写，或先登记数据元。",
                )
            elif draft.coverage.of_element(key) is None:
                yield problem(
                    "untold-fact",
                    f"条件“{text}”要看“{draft.element_name(key)}”，但没有情形问题、表单项或数据源能给出它",
                    path,
                    "请补一个情形问题或表单项，或接入数据源。",
                    Severity.WARNING,
                )


def _possible(draft: Draft, texts: list[str]) -> bool | None:
    """Can all texts hold together under some answers? None when it cannot be told by trying the closed questions."""
    closed = _closed(draft, texts)
    values = list(closed.values())
    if prod(len(one) for one in values) > ENUMERATED:
        return None
    joint = both(*texts)
    return any(
        truth(joint, dict(zip(closed, picked, strict=True))) is not False for picked in product(*values)
    )


def _closed(draft: Draft, texts: list[str]) -> dict[str, tuple[object, ...]]:
    found: dict[str, tuple[object, ...]] = {}
    for key in sorted({name for text in texts for name in names(text)}):
        values = _values(draft, key)
        if values:
            found[key] = values
    return found


def _values(draft: Draft, key: str) -> tuple[object, ...]:
    """All values an element can have, when they are few: true and false, its code list, a question's options."""
    kind = draft.kind_of(key)
    if kind is ElementKind.BOOLEAN:
        return (True, False)
    if kind is ElementKind.MULTI_CHOICE:
        return ()
    element = draft.catalogue.elements.get(key)
    table = draft.catalogue.codes.get(element.codes) if element else None
    if table:
        return tuple(code.value for code in table.codes)
    options = next((question.options for question in draft.questions if question.element == key), ())
    return tuple(option.value for option in options) if kind is ElementKind.CHOICE else ()


def _contradictory(draft: Draft) -> Iterator[Problem]:
    rules = [rule.rule for rule in draft.definition.gate if readable(rule.rule)]
    if rules and _possible(draft, rules) is False:
        text = "准入条件互相矛盾，没有人能通过：" + "；".join(f"“{rule}”" for rule in rules)
        yield problem("contradictory-gate", text, draft.path("gate"), "请核对各条准入条件。")


def _unreachable(draft: Draft) -> Iterator[Problem]:
    gate = [rule.rule for rule in draft.definition.gate if readable(rule.rule)]
    open_gate = _possible(draft, gate) is not False
    for joined in draft.members():
        path = draft.path("members", joined.index)
        if not readable(joined.when):
            continue
        if _possible(draft, [joined.when]) is False:
            text = f"“{joined.item.name}”的条件“{joined.member.when}”在任何回答下都不成立，永远不会办理"
            yield problem("unreachable-item", text, path, "请改正条件，或把该事项移出这件事。")
        elif open_gate and gate and _possible(draft, [*gate, joined.when]) is False:
            text = f"能通过准入（{draft.path('gate')}）的人都不满足“{joined.item.name}”的条件“{joined.member.when}”"
            yield problem("unreachable-item", text, path, "请核对准入条件与事项条件。")


def _dead_options(draft: Draft) -> Iterator[Problem]:
    """Two answers that always lead to the same: nobody need tell them apart, unless an officer reads the answer."""
    judged = {field.element for field in draft.fields}
    for joined in draft.members():
        judged.update(element for point in joined.item.review_points for element in point.elements)
    for question in draft.questions:
        if question.element in judged:
            continue
        naming = [text for text in draft.decisions if question.element in names(text)]
        for first, *others in _indistinct(question, naming):
            for other in others:
                yield problem(
                    "same-options",
                    f"问题“{question.text}”的选项“{other}”与“{first}”结果完全一样",
                    draft.path("situations", question.element),
                    "可以合并这两个选项。",
                    Severity.WARNING,
                )


def _indistinct(question: GuidedQuestion, decisions: list[str]) -> list[list[str]]:
    """Labels of answers that no decision tells apart, in groups of two or more."""
    groups = [list(_answers(question))]
    for text in decisions:
        if not groups:
            break
        finer: list[list[tuple[object, str]]] = []
        for group in groups:
            parts: dict[str, list[tuple[object, str]]] = {}
            for value, label in group:
                parts.setdefault(residual(text, {question.element: value}), []).append((value, label))
            finer.extend(part for part in parts.values() if len(part) > 1)
        groups = finer
    return [[label for _, label in group] for group in groups if len(group) > 1]


def _answers(question: GuidedQuestion) -> Iterator[tuple[object, str]]:
    for option in question.options:
        value = coerce(question.kind, option.value)
        if value is not None and question.kind is not ElementKind.MULTI_CHOICE:
            yield value, option.label


def _unsuppliable(draft: Draft) -> Iterator[Problem]:
    """A paper the government issues, that nothing here yields and no library holds: the person must fetch it."""
    asked = {one.document for one in draft.materials if one.disposition is Disposition.ASKED}
    for joined in draft.members():
        for index, material in enumerate(joined.item.materials):
            if material.source is MaterialSource.GOVERNMENT and material.document in asked:
                name = draft.document_name(material.document)
                yield problem(
                    "fetched-from-government",
                    f"“{joined.item.name}”要的“{name}”由政府部门核发，但没有数据源能查到，申请人只能自己去取",
                    f"items/{joined.item.key}/materials/{index}",
                    "请接入相应证照库，或改由部门内部核验。",
                    Severity.WARNING,
                )


def _self_asked(draft: Draft) -> Iterator[Problem]:
    """A form asks for what the item's own result will say, and nothing before it can know (行政许可法 art. 31)."""
    for joined in draft.members():
        given = {element for result in joined.item.results for element in result.gives}
        for index, field in enumerate(joined.item.fields):
            if field.element in given:
                yield problem(
                    "asks-own-result",
                    f"“{joined.item.name}”的表单要填“{draft.element_name(field.element)}”，而它是本事项办出后才有的",
                    f"items/{joined.item.key}/fields/{index}",
                    "变更、换证事项可以保留；新办事项请删去这一项。",
                    Severity.WARNING,
                )
