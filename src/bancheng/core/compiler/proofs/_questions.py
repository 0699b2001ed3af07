"""Checks of the questions: options that make no difference, questions without effect, options that overlap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bancheng.core.catalogue import ElementKind, Option
from bancheng.core.compiler._feel import coerce, names, readable
from bancheng.core.compiler._types import GuidedQuestion
from bancheng.core.compiler.pass_situations import decisions_of, effects_of
from bancheng.core.compiler.proofs._domains import Example, in_words
from bancheng.core.compiler.proofs._report import Court, Finding, finding
from bancheng.core.compiler.proofs._search import Wanted


def question_effects(court: Court) -> Iterator[Finding]:
    """Two answers that no condition tells apart for anybody; a question of which that is true of all answers."""
    draft = court.draft
    texts = decisions_of([rule.rule for rule in draft.definition.gate], list(effects_of(draft)))
    judged = {field.element for field in draft.fields}
    for joined in draft.members():
        judged.update(element for point in joined.item.review_points for element in point.elements)
    for question in draft.questions:
        naming = tuple(
            text for text in dict.fromkeys(texts) if question.element in names(text) and readable(text)
        )
        answers = _answers(question)
        if len(answers) < 2:
            continue
        path = draft.path("situations", question.element)
        groups = _groups(court, question, answers, naming, path)
        if len(groups) == 1:
            yield finding(
                "questions", "idle-question",
                f"情形问题“{question.text}”怎么答都一样：没有一个人的结果因它不同", path,
                "请删去这个问题，或核对用到它的条件。", _anyone(court, question, answers[0][0]),
            )  # fmt: skip
        elif question.element not in judged:
            for group in groups:
                first, *others = group
                for value, option in others:
                    yield finding(
                        "questions", "same-options",
                        f"问题“{question.text}”的选项“{option.label}”与“{first[1].label}”对谁都一样", path,
                        "可以合并这两个选项。", _anyone(court, question, value),
                    )  # fmt: skip


_Answer = tuple[object, Option]


def _groups(
    court: Court, question: GuidedQuestion, answers: list[_Answer], texts: tuple[str, ...], path: str
) -> list[list[_Answer]]:
    """The answers, those together that are proven alike. What cannot be decided counts as different."""
    groups: list[list[_Answer]] = []
    for answer in answers:
        for group in groups:
            wanted = Wanted(differ=texts, element=question.element, swap=(answer[0], group[0][0]))
            if court.find(wanted, path).nobody:
                group.append(answer)
                break
        else:
            groups.append([answer])
    return groups


def _answers(question: GuidedQuestion) -> list[_Answer]:
    if question.kind is ElementKind.MULTI_CHOICE:
        return []
    found = ((coerce(question.kind, option.value), option) for option in question.options)
    return [(value, option) for value, option in found if value is not None]


def _anyone(court: Court, question: GuidedQuestion, value: object) -> Example:
    answers = {question.element: value}
    return Example(answers=answers, words=in_words(court.search.domains(answers), answers))


def overlapping_options(court: Court) -> Iterator[Finding]:
    """Two options with one label: the person cannot tell which to choose; or one answer worded in two ways."""
    draft = court.draft
    for question in draft.questions:
        path = draft.path("situations", question.element)
        yield from _twice(court, question, question.options, path)
    worded: dict[tuple[str, str], dict[str, str]] = {}
    for joined in draft.members():
        for situation in joined.item.situations:
            for option in situation.options:
                labels = worded.setdefault((situation.element, option.value), {})
                labels.setdefault(option.label, joined.item.name)
    own = {situation.element for situation in draft.definition.situations if situation.options}
    for (element, value), labels in worded.items():
        if len(labels) > 1 and element not in own:
            said = "、".join(f"“{item}”叫它“{label}”" for label, item in labels.items())
            answers: dict[str, object] = {element: value}
            person = Example(answers=answers, words=in_words(court.search.domains(answers), answers))
            yield finding(
                "options", "one-answer-two-words",
                f"“{draft.element_name(element)}”的同一个答案有两种说法：{said}", draft.path("situations", element),
                "请在一件事里统一写法。", person,
            )  # fmt: skip


def _twice(court: Court, question: GuidedQuestion, options: Sequence[Option], path: str) -> Iterator[Finding]:
    seen: dict[str, Option] = {}
    for option in options:
        first = seen.setdefault(option.label.strip(), option)
        if first is not option:
            yield finding(
                "options", "overlapping-options",
                f"问题“{question.text}”有两个选项都叫“{option.label}”，本人不知道选哪个", path,
                "请改用能区分的说法，或合并它们。", _anyone(court, question, option.value),
            )  # fmt: skip
