"""自测: a few questions, one at a time, and what they come to. Answers go along with the page and are kept nowhere."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bancheng.core.benefits import ABSENT, ColumnKind, Match, Policy, SubjectKind
from bancheng.core.kernel import Problem, ProblemsFound, chinese_date
from bancheng.usecases import self_check
from bancheng.usecases.self_check import Asked
from bancheng.web.benefits.words import MODES, SUBJECTS
from bancheng.web.frame import Field, Option, error_lines, public, render, with_problems

MOST = 40
"""Answers one page takes along."""
_KINDS = {ColumnKind.DATE: "date", ColumnKind.NUMBER: "number", ColumnKind.MONEY: "money"}


@public
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The next question and how everything stands so far."""
    post = request.POST
    answers = {key[2:]: str(value)[:40] for key, value in post.items() if key.startswith("a.")}
    skipped = {key[2:] for key in post if key.startswith("s.")}
    answers = dict(list(answers.items())[:MOST])
    problems = _answered(request, answers, skipped)
    of = SubjectKind.COMPANY if request.GET.get("for") == SubjectKind.COMPANY else SubjectKind.PERSON
    told = self_check.stand(answers, skipped, of)
    asked = self_check.asked_of(post.get("fact", "")) if problems else told.question
    fields = with_problems((_field(asked),), problems, post if problems else None) if asked else ()
    context = {
        "tabs": [
            {"text": word, "url": f"?for={kind}", "current": kind is of} for kind, word in SUBJECTS.items()
        ],
        "company": of is SubjectKind.COMPANY,
        "asked": asked,
        "fields": fields,
        "none": asked.ask.none if asked else "",
        "hidden": [
            *((f"a.{key}", value) for key, value in answers.items()),
            *((f"s.{key}", "1") for key in skipped),
        ],
        "answered": [(one, _said(one, text)) for one, text in told.answered],
        "entitled": [_shown(*one) for one in told.entitled],
        "near": [_shown(*one) for one in told.near],
        "open": len(told.open),
        "begun": bool(answers or skipped),
        "errors": error_lines(problems),
    }
    return render(request, "benefits/ask.html", context, status=422 if problems else 200)


def _answered(request: HttpRequest, answers: dict[str, str], skipped: set[str]) -> tuple[Problem, ...]:
    """Take what was sent into the answers; what is wrong with it."""
    post = request.POST
    if change := post.get("change", ""):
        answers.pop(change, None)
        skipped.discard(change)
        return ()
    asked = self_check.asked_of(post.get("fact", ""))
    if asked is None:
        return ()
    if "skip" in post:
        skipped.add(asked.spec.id)
        return ()
    try:
        text = ABSENT if "none" in post and asked.ask.none else post.get("answer", "")
        answers[asked.spec.id] = self_check.read(asked, text)
    except ProblemsFound as found:
        return found.problems
    return ()


def _field(asked: Asked) -> Field:
    spec, told = asked.spec, asked.ask
    if spec.kind is ColumnKind.CODE:
        options = tuple(Option(value=key, text=word) for key, word in told.options.items())
        return Field(name="answer", label=told.text, kind="radios", options=options, hint=told.hint)
    if spec.kind is ColumnKind.BOOLEAN:
        options = (Option(value="是", text=_("是")), Option(value="否", text=_("不是")))
        return Field(name="answer", label=told.text, kind="radios", options=options, hint=told.hint)
    kind: Any = _KINDS[spec.kind]
    return Field(name="answer", label=told.text, kind=kind, hint=told.hint, unit=spec.unit, width=6)


def _said(asked: Asked, text: str) -> str:
    """An answer in words."""
    if text == ABSENT:
        return asked.ask.none
    if asked.spec.kind is ColumnKind.DATE:
        return chinese_date(dt.date.fromisoformat(text))
    return asked.ask.options.get(text, text)


def _shown(policy: Policy, found: Match) -> dict[str, Any]:
    return {
        "policy": policy,
        "mode": MODES[policy.mode],
        "amount": found.amount,
        "gaps": [gap.text for gap in found.gaps],
    }
