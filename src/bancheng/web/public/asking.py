"""The few questions before the list, one a page, and the kind page for those whom the matter is not for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from bancheng.core.compiler import Eligibility, GuidedQuestion
from bancheng.core.kernel import Place, Problem
from bancheng.usecases import guide as catalogue
from bancheng.usecases.access import NotFound
from bancheng.usecases.apply import Preparation, answer, asked_before
from bancheng.web.frame import error_lines, public, render, with_problems
from bancheng.web.public.fields import WORD, of_question, once, said, sent
from bancheng.web.public.holding import preparation
from bancheng.web.templatetags.content import named


def to_question(prep: Preparation, element: str) -> str:
    """The address of a question."""
    return reverse("public:question", args=[prep.draft.pk, element])


def not_for_you(request: HttpRequest, prep: Preparation) -> HttpResponse:
    """The gate said no: why, by which rule, and what can be done instead."""
    context = {
        "of": prep.blueprint,
        "prep": prep,
        "refusals": prep.personal.refusals,
        "items": catalogue.named_items(prep.personal.fallback),
        "answered": answered(prep),
        "facts": _gate_facts(prep),
    }
    return render(request, "public/not_for_you.html", context)


def _gate_facts(prep: Preparation) -> list[dict[str, Any]]:
    """Known values that the gate judged by: people must see what was held against them, and from where."""
    judged = frozenset(name for rule in prep.blueprint.gate for name in WORD.findall(rule.rule))
    return [one for one in known_fields(prep) if one["element"] in judged]


@public
@require_safe
def questions(request: HttpRequest, draft: UUID) -> HttpResponse:
    """To the next question worth asking, or to the list when none is left."""
    return _onward(preparation(request, draft))


def _onward(prep: Preparation) -> HttpResponse:
    left = prep.personal.questions
    if left and prep.personal.eligibility is not Eligibility.NOT_ELIGIBLE:
        return redirect(to_question(prep, left[0].element))
    return redirect(reverse("public:list", args=[prep.draft.pk]))


@public
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, draft: UUID, element: str) -> HttpResponse:
    """One question a page: why it is asked, how many there still may be, and the way back."""
    prep = preparation(request, draft)
    asked = next((one for one in prep.blueprint.questions if one.element == element), None)
    if asked is None:
        raise NotFound("question")
    if request.method == "POST":
        raw = sent([element], request.POST)
        problems = once(answer(prep, raw)) or _unanswered(asked, raw[element])
        if not problems:
            return _onward(preparation(request, draft))
        return _question_page(request, prep, asked, problems, 422)
    return _question_page(request, prep, asked)


def _unanswered(asked: GuidedQuestion, texts: list[str]) -> tuple[Problem, ...]:
    if any(texts):
        return ()
    return (Problem("question", _("请先选一个答案。"), Place(path=asked.element)),)


def _question_page(
    request: HttpRequest,
    prep: Preparation,
    asked: GuidedQuestion,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> HttpResponse:
    known = prep.known.values.get(asked.element)
    field = of_question(asked, prep.answers.get(asked.element, known.value if known else None))
    (field,) = with_problems((field,), problems, request.POST if problems else None)
    left = len(prep.personal.questions)
    done = len([one for one in prep.blueprint.questions if one.element in prep.answers])
    context = {
        "of": prep.blueprint,
        "prep": prep,
        "asked": asked,
        "field": field,
        "errors": error_lines(problems),
        "back": _before(prep, asked),
        "left": left,
        "done": done,
        "total": max(done + left, 1),
        "left_words": ngettext("还有最多 %(n)d 个问题", "还有最多 %(n)d 个问题", left) % {"n": left}
        if left
        else _("都答完了，这里可以改"),
        "why": _why(asked),
        "known": known_answers(prep),
    }
    return render(request, "public/question.html", context, status=status)


def _before(prep: Preparation, asked: GuidedQuestion) -> str:
    """The question this person answered before this one, or the guide."""
    return back_to(prep, asked_before(prep, asked.element))


def back_to(prep: Preparation, element: str) -> str:
    """The address of a question, or the guide when there is none."""
    return to_question(prep, element) if element else reverse("public:guide", args=[prep.blueprint.key])


def _why(asked: GuidedQuestion) -> list[str]:
    """What the answer decides, the weighty first: which items, then which papers, then the rest."""
    heads = ("是否办理", "是否选办", "是否需要", "是否符合")
    rank = {
        line: next((at for at, head in enumerate(heads) if line.startswith(head)), 9)
        for line in asked.decides
    }
    return sorted((line for line in asked.decides if rank[line] < 9), key=lambda line: rank[line])[:6]


def known_answers(prep: Preparation) -> list[dict[str, Any]]:
    """Questions that evidence has answered instead of the person."""
    return [
        {
            "name": named(one),
            "value": said(one, prep.known.values[one.element].value),
            "source": prep.known.values[one.element].source_name,
            "when": prep.known.values[one.element].as_of,
            "wrong": to_question(prep, one.element),
        }
        for one in prep.blueprint.questions
        if one.element in prep.known.values and one.element not in prep.answers
    ]


def known_fields(prep: Preparation) -> list[dict[str, Any]]:
    """Values nobody has to type, with their sources."""
    return [
        {
            "element": one.field.element,
            "name": named(one.field),
            "value": said(one.field, one.value),
            "source": one.known.source_name,
            "when": one.known.as_of,
        }
        for one in prep.personal.fields
        if one.known is not None
    ]


def answered(prep: Preparation) -> list[dict[str, Any]]:
    """What the person has answered, each with the way back to its question."""
    return [
        {
            "name": named(one),
            "value": said(one, prep.answers[one.element]),
            "change": to_question(prep, one.element),
        }
        for one in prep.blueprint.questions
        if one.element in prep.answers
    ]
