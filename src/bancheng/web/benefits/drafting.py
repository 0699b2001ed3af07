"""起草: a policy's text in, conditions out; corrected as rows, checked, tried on everybody before it is a policy."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from bancheng.core.benefits import ColumnKind, PolicyDraft, SubjectKind
from bancheng.usecases import policy_drafting
from bancheng.usecases.policy_drafting import Written, Wrong
from bancheng.web.benefits.desk import OFFICERS, place_of
from bancheng.web.benefits.words import EVERY, FACT_KINDS, SUBJECTS, UNITS
from bancheng.web.casefile import actor_of
from bancheng.web.frame import render, role

BLANK = 2
"""Empty rows at the end, to write more."""


@role(*OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """The draft as it stands: text, rows, what is wrong, what it would come to. Nothing is kept."""
    actor, post = actor_of(request), request.POST
    text, do = post.get("source", "")[: policy_drafting.LONGEST], post.get("do", "")
    found: PolicyDraft | None = policy_drafting.propose(actor, text) if text.strip() else None
    rows, amount = _typed(request)
    kinds = policy_drafting.kinds()
    subject = next((kind for kind in kinds if kind == post.get("subject")), SubjectKind.PERSON)
    if do == "read" and found is not None:
        rows = [Written(one.condition.text, one.condition.when) for one in found.conditions]
        amount = found.amount
    wrong = policy_drafting.check(rows, amount, subject) if rows and do else ()
    compared = policy_drafting.compared(subject)
    tried = None
    if do == "try" and rows and not wrong and compared:
        tried = policy_drafting.run_on_everybody(actor, rows, amount, subject)
    context = {
        "source": text,
        "found": found,
        "every": EVERY[found.every] if found and found.every else "",
        "subject": subject,
        "subjects": [(kind.value, SUBJECTS[kind]) for kind in kinds],
        "unit": UNITS[subject],
        "rows": _shown(rows, wrong),
        "amount": amount,
        "whole": [one.problem for one in wrong if one.row is None],
        "good": bool(rows) and not wrong and bool(do),
        "tried": tried,
        "places": [(place_of(place), people, money) for place, people, money in tried.places]
        if tried
        else (),
        "compared": compared,
        "pack": policy_drafting.as_pack(rows, amount, found, subject) if rows and not wrong else "",
        "facts": [(one, FACT_KINDS[one.kind], _values(one)) for one in policy_drafting.facts(subject)],
    }
    return render(request, "benefits/draft.html", context, status=422 if wrong and do != "read" else 200)


def _typed(request: HttpRequest) -> tuple[list[Written], str]:
    """The rows that hold a condition."""
    post = request.POST
    pairs = zip(post.getlist("text"), post.getlist("when"), strict=False)
    rows = [Written(text.strip()[:200], when.strip()[:500]) for text, when in pairs if when.strip()]
    return rows[: policy_drafting.MOST], post.get("amount", "").strip()[:200]


def _shown(rows: list[Written], wrong: tuple[Wrong, ...]) -> list[dict[str, Any]]:
    """Each row with what is wrong with it, and a few blank ones."""
    blank = [Written("", "")] * BLANK
    return [
        {"row": row, "number": at + 1, "wrong": [one.problem for one in wrong if one.row == at]}
        for at, row in enumerate([*rows, *blank])
    ]


def _values(one: Any) -> str:
    return "、".join(one.values) if one.kind is ColumnKind.CODE else one.unit
