"""意愿代记 on screen: those who have not answered, ticked or in a sheet, and what they said on paper, at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from bancheng.core.kernel import Place, Problem, ProblemsFound
from bancheng.store.models import GrantRow
from bancheng.usecases import benefit_subjects, granting, paper_consent
from bancheng.usecases import rolls as roll_desk
from bancheng.usecases.access import Actor
from bancheng.usecases.lists import Column, Wanted, wanted
from bancheng.usecases.paper_consent import Answer
from bancheng.usecases.rolls import Roll
from bancheng.web.benefits.desk import place_of
from bancheng.web.benefits.words import UNITS, counted
from bancheng.web.casefile import Tried, actor_of, attempt
from bancheng.web.frame import (
    Field,
    Listing,
    Option,
    error_lines,
    leave,
    leaving,
    list_page,
    page_of,
    render,
    role,
    with_problems,
)

PER_PAGE = 100
INTENTS = {
    "open": (gettext_lazy("还没有问"), "grey", "circle"),
    "asked": (gettext_lazy("问了，没有答复"), "blue", "clock"),
}


@role("reviewer", "senior")
@list_page
@require_http_methods(["GET", "HEAD", "POST"])
def answers(request: HttpRequest, policy: str, period: str) -> HttpResponseBase:
    """Who has not answered; what many of them said on paper is written down here, all or none."""
    actor, asked = actor_of(request), wanted(request.GET)
    one = roll_desk.roll(actor, policy, period)
    granting.doer(actor, one.body)
    tried: Tried[tuple[int, int]] = Tried()
    if request.method == "POST":
        tried = attempt(lambda: _note(request, actor, one))
        if tried.done is not None:
            yes, no = (counted(one.kind, many) for many in tried.done)
            messages.success(request, _("已记下：要的 %(yes)s，放弃的 %(no)s。") % {"yes": yes, "no": no})
            return redirect("benefits:answers", policy=policy, period=period)
    rows = _narrowed(one, asked)
    if leaving(request):
        names = benefit_subjects.shown_names(one.kind, rows.values_list("subject", flat=True))
        return leave(request, f"{one.policy.name}{period}没有答复的", rows, _columns(names), asked)
    page = page_of(request, rows, PER_PAGE)
    names = benefit_subjects.shown_names(one.kind, [row.subject for row in page])
    ticked, sheet = set(request.POST.getlist("row")), request.POST.get("do") == "sheet"
    fields = _fields(one)
    own = with_problems(fields, tried.problems if not sheet else (), _typed(request, sheet=False))
    given = with_problems((*fields, _file()), tried.problems if sheet else (), _typed(request, sheet=True))
    context = {
        "roll": one,
        "unit": UNITS[one.kind],
        "page": page,
        "rows": [_shown(row, names, ticked) for row in page],
        "listing": Listing(
            asked=asked,
            what=_("编号、名称或证件号"),
            states=tuple((key, str(word)) for key, (word, _tone, _icon) in INTENTS.items()),
        ),
        "consent": granting.consent_of(one.policy),
        "fields": (_wish(request), *own),
        "sheet_fields": [_renamed(field) for field in given],
        "sheet": sheet and bool(tried.problems),
        "errors": error_lines(_placed(tried.problems) if sheet else tried.problems),
        "refusals": tried.refusals,
    }
    return render(request, "benefits/answers.html", context, status=tried.status)


@role("reviewer", "senior")
@require_safe
def template(request: HttpRequest, policy: str, period: str) -> HttpResponse:
    """The sheet to fill, with those who have not answered."""
    actor = actor_of(request)
    one = roll_desk.roll(actor, policy, period)
    granting.doer(actor, one.body)
    media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    answer = HttpResponse(paper_consent.template(one), content_type=media)
    name = quote(f"{one.policy.name}{period}意愿.xlsx")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer


def _narrowed(one: Roll, asked: Wanted) -> Any:
    rows = paper_consent.unanswered(one)
    if asked.text:
        rows = rows.filter(subject__in=benefit_subjects.numbers_of(one.kind, asked.text))
    if asked.state in INTENTS:
        rows = rows.filter(intent=asked.state)
    return rows.order_by("subject")


def _columns(names: dict[int, str]) -> tuple[Column, ...]:
    return (
        Column("编号", lambda row: f"{row.subject:06d}"),
        Column("名称", lambda row: names.get(row.subject, "")),
        Column("地方", lambda row: place_of(row.division)),
        Column("应发（元）", lambda row: f"{row.due / 100:.2f}"),
        Column("状态", lambda row: str(INTENTS[row.intent][0])),
    )


def _shown(row: GrantRow, names: dict[int, str], ticked: set[str]) -> dict[str, Any]:
    return {
        "row": row,
        "number": f"{row.subject:06d}",
        "name": names.get(row.subject, ""),
        "place": place_of(row.division),
        "state": INTENTS[row.intent],
        "ticked": str(row.pk) in ticked,
    }


def _fields(one: Roll) -> tuple[Field, ...]:
    versions = paper_consent.texts(one)
    words = [
        Option(value=digest, text=_("现在这一版") if place == 0 else _("%(day)s起用的一版") % {"day": day})
        for place, (digest, day) in enumerate(versions)
    ]
    return (
        Field(name="how", label=_("怎么问到的"), hint=_("如“纸质回执，村委会代收”。")),
        Field(
            name="text",
            label=_("签的是哪一版告知书"),
            kind="radios",
            value=words[0].value,
            options=tuple(words),
        ),
    )


def _wish(request: HttpRequest) -> Field:
    options = (Option(value="yes", text=_("要")), Option(value="no", text=_("放弃")))
    sent = request.POST.get("wish", "") if request.POST.get("do") == "tick" else ""
    return Field(name="wish", label=_("勾选的人怎么说"), kind="radios", value=sent, options=options)


def _file() -> Field:
    return Field(name="file", label=_("填好的表"), kind="file", accept=".xlsx", limit_mb=5)


_OF_SHEET = "sheet."
"""Before the names of the second form's fields: the page has two forms."""


def _typed(request: HttpRequest, *, sheet: bool) -> dict[str, str] | None:
    if request.method != "POST" or (request.POST.get("do") == "sheet") != sheet:
        return None
    lead = _OF_SHEET if sheet else ""
    return {name: request.POST.get(f"{lead}{name}", "") for name in ("how", "text")}


def _renamed(field: Field) -> Field:
    return field if field.kind == "file" else replace(field, name=f"{_OF_SHEET}{field.name}")


def _placed(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """The problems of the second form at its fields."""
    return tuple(
        one if one.place.path == "file" else one.at(Place(path=f"{_OF_SHEET}{one.place.path}"))
        for one in problems
    )


def _note(request: HttpRequest, actor: Actor, one: Roll) -> tuple[int, int]:
    post, now = request.POST, timezone.now()
    if post.get("do") == "sheet":
        given = request.FILES.get("file")
        if given is None:
            raise ProblemsFound([Problem("required", _("请选填好的表。"), Place(path="file"))])
        said = paper_consent.read(one, given.name or "意愿.xlsx", given.read())
        return paper_consent.note(
            actor, one, said, post.get("sheet.how", ""), post.get("sheet.text", ""), now
        )
    wish = post.get("wish", "")
    if wish not in {"yes", "no"}:
        raise ProblemsFound([Problem("required", _("请选择他们怎么说。"), Place(path="wish"))])
    pks = {int(pk) for pk in post.getlist("row") if pk.isdecimal() and len(pk) < 16}
    ticked = [Answer(pk=pk, wanted=wish == "yes") for pk in sorted(pks)]
    return paper_consent.note(actor, one, ticked, post.get("how", ""), post.get("text", ""), now)
