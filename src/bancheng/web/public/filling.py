"""The merged form, a short group a page: what is known stands filled, what matters is asked, nothing typed is lost."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bancheng.core.catalogue import ElementKind
from bancheng.core.compiler import Eligibility, MergedGroup, PersonalField
from bancheng.core.kernel import Place, Problem
from bancheng.usecases.access import NotFound
from bancheng.usecases.apply import Preparation, answer
from bancheng.usecases.rows import rows_in
from bancheng.web.frame import error_lines, render, signed_in, with_problems
from bancheng.web.public.asking import not_for_you, to_question
from bancheng.web.public.fields import WORD, of_personal, once, retyped, said, sent, used_by
from bancheng.web.public.holding import preparation
from bancheng.web.public.preparing import group_fields, task_rows, to_tasks
from bancheng.web.public.rows import row_lines, to_rows
from bancheng.web.templatetags.content import named


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def group(request: HttpRequest, draft: UUID, key: str) -> HttpResponse:
    """One group. Saving keeps what is sound and tells all that is not; what appears by an answer appears at once."""
    prep = preparation(request, draft)
    if prep.personal.eligibility is Eligibility.NOT_ELIGIBLE:
        return not_for_you(request, prep)
    of = _group(prep, key)
    if request.method != "POST":
        return _page(request, prep, of, frozenset(request.GET.getlist("edit")))
    asked = [one for one in request.POST.getlist("asked") if one in of.fields]
    problems = once(answer(prep, sent(asked, request.POST)))
    prep = preparation(request, draft)
    of = _group(prep, key)
    if request.headers.get("HX-Request"):
        return _page(request, prep, of, frozenset(asked), typed=request.POST)
    if "later" not in request.POST:
        problems = (*problems, *_empty(prep, of, asked, problems))
    if problems:
        return _page(request, prep, of, frozenset(asked), problems, request.POST, 422)
    return _onward(request, prep, of, asked)


def _group(prep: Preparation, key: str) -> MergedGroup:
    found = next((one for one in prep.personal.groups if one.key == key), None)
    if found is None:
        raise NotFound("group")
    return found


def _shown(prep: Preparation, of: MergedGroup) -> list[PersonalField]:
    return [one for one in group_fields(prep, of.fields) if one.shown]


def _empty(
    prep: Preparation, of: MergedGroup, asked: list[str], told: tuple[Problem, ...]
) -> tuple[Problem, ...]:
    """Fields of this page that must not stay empty and did."""
    said_of = {problem.place.path for problem in told}
    return tuple(
        Problem("field", _("请填写“%(name)s”。") % {"name": named(one.field)}, Place(path=one.field.element))
        for one in _shown(prep, of)
        if one.field.element in asked
        and one.required
        and one.value is None
        and one.field.element not in said_of
    )


def _onward(request: HttpRequest, prep: Preparation, of: MergedGroup, asked: list[str]) -> HttpResponse:
    if "later" in request.POST:
        messages.success(request, _("已经存好。换一部手机登录，也能接着填。"))
        return redirect(to_tasks(prep))
    new = [
        one
        for one in _shown(prep, of)
        if one.required and one.value is None and one.field.element not in asked
    ]
    if new:
        messages.info(request, _("按您刚才填的，还有 %(n)d 项要填。") % {"n": len(new)})
        return redirect(reverse("public:form", args=[prep.draft.pk, of.key]))
    coming = next((one for one in task_rows(prep) if one["state"] == "todo" and one["kind"] == "form"), None)
    return redirect(coming["url"] if coming else to_tasks(prep))


def _page(
    request: HttpRequest,
    prep: Preparation,
    of: MergedGroup,
    edit: frozenset[str],
    problems: tuple[Problem, ...] = (),
    typed: Any = None,
    status: int = 200,
) -> HttpResponse:
    rows = [_row(prep, one, edit) for one in _shown(prep, of)]
    fields = [row["field"] for row in rows if row["field"]]
    keep = retyped(fields, typed) if typed is not None else None
    kept = {one: value for one, value in (keep or {}).items() if one in edit}
    told = {one.name: one for one in with_problems(fields, problems, kept if typed is not None else None)}
    for row in rows:
        if row["field"]:
            row["field"] = told[row["field"].name]
    asked = [row for row in rows if row["kind"] == "ask"]
    users = {row["used_by"] for row in asked}
    context = {
        "of": prep.blueprint,
        "prep": prep,
        "group": of,
        # Said once when it is the same for all of the page.
        "used_by": users.pop() if len(users) == 1 and len(asked) > 1 else "",
        "known": [row for row in rows if row["kind"] == "known"],
        "answered": [row for row in rows if row["kind"] == "answered"],
        "asked": asked,
        "lists": [row for row in rows if row["kind"] == "rows"],
        "errors": error_lines(problems),
        "back": to_tasks(prep),
    }
    return render(request, "public/form.html", context, status=status)


def _row(prep: Preparation, one: PersonalField, edit: frozenset[str]) -> dict[str, Any]:
    """A field as a known value, as an answer given before, or as a question."""
    element = one.field.element
    row = {
        "name": named(one.field),
        "value": said(one.field, one.value),
        "used_by": used_by(one.field),
        "field": None,
    }
    if one.field.kind is ElementKind.RECORDS:
        lines = row_lines(one.field, rows_in(one))
        source = one.known.source_name if one.known else ""
        return {
            **row,
            "kind": "rows",
            "url": to_rows(prep, element),
            "lines": lines,
            "source": source,
            "one": one,
        }
    if one.known is not None and element not in edit:
        here = reverse("public:form", args=[prep.draft.pk, one.field.group])
        return {
            **row,
            "kind": "known",
            "source": one.known.source_name,
            "when": one.known.as_of,
            "wrong": f"{here}?edit={element}#f-{element}",
        }
    if one.field.guided and element in prep.answers and element not in edit:
        return {**row, "kind": "answered", "change": to_question(prep, element)}
    return {
        **row,
        "kind": "ask",
        "field": of_personal(one),
        "drives": element in drivers(prep, one.field.group),
    }


def drivers(prep: Preparation, group: str) -> frozenset[str]:
    """Elements whose answer can make other fields of this group appear or go."""
    fields = (field for field in prep.blueprint.fields if field.group == group)
    texts = (text for field in fields for text in (field.visible, field.required))
    return frozenset(name for text in texts for name in WORD.findall(text))
