"""一企一档、一人一档 and 标签: one subject as a desk may see it, and who is meant by a word."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bancheng.core.benefits import ColumnKind, FactSpec, Status, SubjectKind, Tag
from bancheng.core.kernel import chinese_date, format_yuan
from bancheng.core.rules import UNKNOWN, Value
from bancheng.usecases import benefit_facts, benefit_subjects, subject_files
from bancheng.usecases.benefits import library
from bancheng.usecases.lists import Column, Wanted
from bancheng.web.benefits.desk import OFFICERS, place_of
from bancheng.web.benefits.words import MODES, STAGES, SUBJECTS, UNITS
from bancheng.web.casefile import actor_of
from bancheng.web.frame import leave, leaving, list_page, page_of, render, role

PER_PAGE = 50


def _kind(text: str) -> SubjectKind:
    return SubjectKind.PERSON if text == SubjectKind.PERSON else SubjectKind.COMPANY


@role(*OFFICERS)
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Look for a company or a person by name, number or code."""
    actor, q = actor_of(request), request.GET.get("q", "").strip()[:60]
    kind = _kind(request.GET.get("kind", ""))
    found = subject_files.find(actor, kind, q)
    context = {
        "q": q,
        "kind": kind.value,
        "tabs": [
            {"text": word, "url": f"?kind={key}&q={q}", "current": key is kind}
            for key, word in sorted(SUBJECTS.items())
        ],
        "rows": found,
        "many": len(found) >= benefit_subjects.FOUND,
        "compared": benefit_facts.latest() is not None,
    }
    return render(request, "benefits/files.html", context)


@role(*OFFICERS)
@require_http_methods(["GET", "HEAD", "POST"])
def subject(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """One file; the data themselves only for a reason that is kept."""
    if kind not in {SubjectKind.PERSON.value, SubjectKind.COMPANY.value}:
        raise Http404
    reason = request.POST.get("reason", "").strip()[:200] if request.method == "POST" else ""
    told = subject_files.open_file(actor_of(request), SubjectKind(kind), number, reason)
    names = {one.id: one.name for one in library().policies}
    context = {
        "told": told,
        "number": f"{number:06d}",
        "place": place_of(told.place),
        "company": told.kind is SubjectKind.COMPANY,
        "parts": [
            (word, [(one, found, MODES[one.mode]) for one, found in told.fits if _part(found) == key])
            for key, word in (
                ("entitled", _("符合的")),
                ("near", _("就差一点的")),
                ("unknown", _("缺数据，还不能判断的")),
            )
        ],
        "grants": [
            (row, names.get(row.entitlement, row.entitlement), STAGES[row.stage]) for row in told.grants
        ],
        "facts": [(one, said(one.spec, one.value)) for one in told.facts],
        "unsaid": request.method == "POST" and not reason,
    }
    return render(request, "benefits/file.html", context)


def _part(found: Any) -> str:
    if found.status is Status.NOT:
        return "near" if found.near else ""
    return str(found.status.value)


def said(spec: FactSpec, value: Value) -> str:
    """A value of a fact in words."""
    if value is UNKNOWN:
        return _("查不到")
    if value is None:
        return _("没有")
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, dt.date):
        return chinese_date(value)
    if spec.kind is ColumnKind.MONEY:
        return format_yuan(int(value * 100))  # type: ignore[operator]  # yuan as a decimal
    if spec.kind is ColumnKind.CODE:
        words = next((one.options for one in library().asks if one.fact == spec.id), {})
        return words.get(str(value), str(value))
    return f"{value} {spec.unit}".strip()


@role(*OFFICERS)
@require_safe
def tags(request: HttpRequest) -> HttpResponse:
    """The words this desk may use, by group, with how many each finds."""
    found = subject_files.tags(actor_of(request))
    groups = dict.fromkeys(_group(one.tag) for one in found)
    context = {
        "groups": [
            (SUBJECTS[kind], group, UNITS[kind], [one for one in found if _group(one.tag) == (kind, group)])
            for kind, group in groups
        ],
        "last": benefit_facts.latest(),
    }
    return render(request, "benefits/tags.html", context)


def _group(one: Tag) -> tuple[SubjectKind, str]:
    return one.subject, one.group


@role(*OFFICERS)
@list_page
@require_safe
def holders(request: HttpRequest, tag: str) -> HttpResponseBase:
    """Who has a tag: number, name, place."""
    one = subject_files.tag_of(actor_of(request), tag)
    rows = subject_files.holders(one)
    names = dict[int, str]()
    if leaving(request):
        names.update(benefit_subjects.shown_names(one.subject.value, (number for number, _place in rows)))
        columns = (
            Column("编号", lambda row: f"{row[0]:06d}"),
            Column("名称", lambda row: names.get(row[0], "")),
            Column("地方", lambda row: place_of(row[1])),
        )
        return leave(request, f"标签{one.name}", rows, columns, Wanted())
    page = page_of(request, rows, PER_PAGE)
    names.update(benefit_subjects.shown_names(one.subject.value, (number for number, _place in page)))
    context = {
        "tag": one,
        "unit": UNITS[one.subject],
        "page": page,
        "rows": [
            {
                "key": number,
                "number": f"{number:06d}",
                "name": names.get(number, ""),
                "place": place_of(place),
            }
            for number, place in page
        ],
        "last": benefit_facts.latest(),
    }
    return render(request, "benefits/holders.html", context)
