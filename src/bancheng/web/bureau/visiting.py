"""联合勘验 on the officials' side, phone first: my visits by day, arranging one, the visit itself, its conclusion."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bancheng.core.casework import BOOKED, LIVE, Absent, Conclusion, Visit, VisitStatus
from bancheng.core.casework import needed as staff_needed
from bancheng.store.models import SiteVisit, VisitPaper, VisitSignature
from bancheng.usecases import casework, visit_records, visit_sheets, visits
from bancheng.usecases.access import NotFound
from bancheng.usecases.casework import CaseFile
from bancheng.usecases.lists import Column, shown_name, wanted
from bancheng.usecases.town import body_name
from bancheng.web.bureau.filing import OFFICE, opened
from bancheng.web.bureau.overtaken import words_kept
from bancheng.web.casefile import Tried, actor_of, attempt, seen_of
from bancheng.web.casefile.columns import day_in_table
from bancheng.web.frame import error_lines, leave, leaving, list_page, render, role

_COLUMNS = (
    Column("编号", lambda one: one.case.number),
    Column("一件事", lambda one: one.case.name),
    Column("申请人", lambda one: shown_name(one.case.party)),
    Column("勘验", lambda one: one.name),
    Column("哪天", lambda one: day_in_table(one.begins)),
    Column(
        "几点", lambda one: f"{timezone.localtime(one.begins):%H:%M}—{timezone.localtime(one.ends):%H:%M}"
    ),
    Column("状态", lambda one: status_of(one.status)["word"]),
)
AT_MOST = 60
"""Visits that the page of one official shows."""


@role(*OFFICE)
@list_page
@require_safe
def visits_home(request: HttpRequest) -> HttpResponseBase:
    """My visits: those to finish, today's, and those to come; an address list without a map."""
    actor, today = actor_of(request), timezone.localdate()
    if leaving(request):
        found = [*visits.my_visits(actor), *visits.office_visits(actor)]
        return leave(request, "勘验", found, _COLUMNS, wanted({}))
    rows = [_row(one) for one in visits.my_visits(actor)[:AT_MOST]]
    groups = (
        (_("今天"), [one for one in rows if one["day"] == today]),
        (_("还没收尾"), [one for one in rows if one["day"] < today]),
        (_("接下来"), [one for one in rows if one["day"] > today]),
    )
    others = [_row(one, place=False) for one in visits.office_visits(actor)[:AT_MOST]]
    context = {
        "groups": [one for one in groups if one[1]],
        "others": others,
        "today": today,
        "who": actor.id,
    }
    return render(request, "bureau/visits.html", context)


def _row(row: SiteVisit, *, place: bool = True) -> dict[str, Any]:
    found: dict[str, Any] = {"row": row, "day": timezone.localdate(row.begins), **status_of(row.status)}
    if place:
        file = casework.load(row.case)
        found["place"] = visits.place_of(file, file.state.steps[row.step].plan.items)
    return found


def status_of(status: str) -> dict[str, str]:
    """A status in words, with its tone."""
    words = {
        VisitStatus.PROPOSED: (_("等申请人确认"), "yellow"),
        VisitStatus.CONFIRMED: (_("已约好"), "blue"),
        VisitStatus.HELD: (_("正在进行"), "blue"),
        VisitStatus.RECORDED: (_("等写结论"), "yellow"),
        VisitStatus.CONCLUDED: (_("已有结论"), "green"),
        VisitStatus.DECLINED: (_("要另约时间"), "yellow"),
        VisitStatus.MISSED: (_("没有进行"), "grey"),
        VisitStatus.CANCELLED: (_("已取消"), "grey"),
    }
    word, tone = words[VisitStatus(status)]
    return {"word": word, "tone": tone}


# --------------------------------------------------------------------------------------- arranging


def moment_of(sent: str) -> datetime | None:
    """A moment as a form sends it, in our time where it names no zone."""
    try:
        found = parse_datetime(sent)
    except ValueError:
        return None
    return timezone.make_aware(found) if found is not None and timezone.is_naive(found) else found


def _begins(request: HttpRequest) -> datetime | None:
    post = request.POST
    if post.get("begins") and post["begins"] != "other":
        return moment_of(post["begins"])
    return moment_of(f"{post.get('day', '')}T{post.get('hour', '')}")


@role(*OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
@words_kept
def arrange(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Times at which everybody needed is free; one of them is put before the applicant."""
    work = opened(request, number)
    plan = visits.arranging(work.dossier.file, step, timezone.now())
    tried: Tried[Any] = Tried()
    if request.method == "POST":
        post = request.POST
        own = post.get("begins") == "other"
        tried = attempt(
            lambda: visits.propose(
                actor_of(request),
                number,
                step,
                _begins(request),
                post.getlist("people") if own else (),
                post.get("reason", "").strip(),
                seen=seen_of(request),
            )
        )
        if tried.done is not None:
            messages.success(request, _("已约定，等申请人确认。"))
            made = tried.done.state.visits.all[-1]
            return redirect("bureau:visit", number, made.number)
    last = work.dossier.state.visits.last(step)
    context = {
        **_choosing(request, plan),
        "case": work.dossier.case,
        "state": work.dossier.state,
        "tried": tried,
        "errors": error_lines(tried.problems),
        "wishes": visits.wishes(work.dossier.case, last.number) if last else [],
    }
    return render(request, "bureau/arrange.html", context, status=tried.status)


def _choosing(request: HttpRequest, plan: visits.Arranging) -> dict[str, Any]:
    return {
        "plan": plan,
        "title": plan.step.plan.name,
        "offers": [
            {"offer": one, "value": one.slot.begins.isoformat(), "names": [p.name for p in one.people]}
            for one in plan.offers
        ],
        "people": [
            {
                "who": one.who,
                "body": body_name(one.who.body),
                "chosen": one.who.id in request.POST.getlist("people"),
            }
            for one in plan.diaries
        ],
        "needed": staff_needed(plan.step.plan),
        "hours": [f"{hour:02d}:{half}" for hour in (9, 10, 11, 14, 15, 16) for half in ("00", "30")],
        "typed": request.POST,
    }


# ------------------------------------------------------------------------------------------- one visit


@role(*OFFICE)
@require_safe
def visit(request: HttpRequest, number: str, visit: int) -> HttpResponse:
    """When, where, who, how far, and what can be done now."""
    return _visit_page(request, number, visit, Tried())


def _visit_page(request: HttpRequest, number: str, visit: int, tried: Tried[Any]) -> HttpResponse:
    work, actor = opened(request, number), actor_of(request)
    file, one, step = visits.find(actor, number, visit)
    state, now = file.state, timezone.now()
    mine = [body for body in step.plan.bodies if body in work.dossier.bodies]
    if not mine:
        raise NotFound("visit")
    sheets = visit_sheets.sheets(file, one) if one.status in _WRITTEN else ()
    open_ = step.status.value == "open"
    context = {
        "case": file.case,
        "state": state,
        "visit": one,
        "step": step,
        "tried": tried,
        "errors": error_lines(tried.problems),
        **status_of(one.status.value),
        "place": visits.place_of(file, step.plan.items),
        "bodies": [_part(state, one, body, mine) for body in step.plan.bodies],
        "photos": [(photo, part.body) for part in sheets for photo in part.photos],
        "may_change": open_ and one.status in BOOKED,
        "may_start": open_ and one.status is VisitStatus.CONFIRMED,
        "may_write": open_
        and one.status in {VisitStatus.HELD, VisitStatus.RECORDED}
        and _there(actor.id, one),
        "may_conclude": open_ and one.status is VisitStatus.RECORDED and one.lead in work.dossier.bodies,
        "may_again": open_ and one.status not in LIVE and state.visits.last(one.step) is one,
        "time_to_go": now >= one.slot.begins,
        "signed": VisitSignature.objects.filter(case=file.case, number=visit).first(),
        "paper": VisitPaper.objects.filter(case=file.case, number=visit).first(),
        "wishes": visits.wishes(file.case, visit),
        "against": [state.body_name(part.body) for part in one.parts.values() if part.outcome.value != "ok"],
        "mine": mine[0],
        "typed": request.POST,
        "conclusion_word": visit_records.CONCLUSIONS[one.conclusion] if one.conclusion else "",
    }
    return render(request, "bureau/visit.html", context, status=tried.status)


_WRITTEN = frozenset({VisitStatus.HELD, VisitStatus.RECORDED, VisitStatus.CONCLUDED})


def _there(person: str, one: Visit) -> bool:
    return person in {visitor.id for visitor in one.present}


def _part(state: Any, one: Visit, body: str, mine: list[str]) -> dict[str, Any]:
    said = one.parts.get(body)
    return {
        "key": body,
        "name": state.body_name(body),
        "mine": body in mine,
        "lead": body == one.lead,
        "people": [who for who in (one.present or one.people) if who.body == body],
        "part": said,
    }


Deed = Callable[[HttpRequest, str, int], CaseFile]


def _confirm(request: HttpRequest, number: str, visit: int) -> CaseFile:
    return visits.confirm(actor_of(request), number, visit, request.POST.get("words", "").strip())


def _cancel(request: HttpRequest, number: str, visit: int) -> CaseFile:
    return visits.cancel(actor_of(request), number, visit, request.POST.get("reason", "").strip())


def _miss(request: HttpRequest, number: str, visit: int) -> CaseFile:
    words = request.POST.get("words", "").strip()
    return visits.miss(actor_of(request), number, visit, Absent.APPLICANT, words)


def _hold(request: HttpRequest, number: str, visit: int) -> CaseFile:
    return visits.hold(actor_of(request), number, visit, request.POST.getlist("present"))


def _conclude(request: HttpRequest, number: str, visit: int) -> CaseFile:
    post = request.POST
    conclusion = next((one for one in Conclusion if one.value == post.get("conclusion")), None)
    if conclusion is None:
        raise NotFound("conclusion")
    words, due = post.get("words", "").strip(), _day(post.get("due", ""))
    return visit_records.conclude(
        actor_of(request), number, visit, conclusion, words, due, seen=seen_of(request)
    )


def _sign(request: HttpRequest, number: str, visit: int) -> CaseFile:
    post = request.POST
    visit_sheets.sign(
        actor_of(request),
        number,
        visit,
        post.get("body", ""),
        post.get("signer", ""),
        post.get("drawing", ""),
    )
    return visits.find(actor_of(request), number, visit)[0]


def _day(sent: str) -> date | None:
    try:
        return parse_date(sent)
    except ValueError:
        return None


def _deeds() -> dict[str, tuple[Deed, str]]:
    return {
        "confirm": (_confirm, _("已记下申请人的同意。")),
        "cancel": (_cancel, _("约定已取消。")),
        "miss": (_miss, _("已记下申请人未到场，请另约时间。")),
        "hold": (_hold, _("开始记录。")),
        "sign": (_sign, _("到场人已记下。")),
        "conclude": (_conclude, _("结论已写好，记录已生成。")),
    }


@role(*OFFICE)
@require_POST
@words_kept
def visit_act(request: HttpRequest, number: str, visit: int) -> HttpResponse:
    """One of the acts on a visit, named by ``do``."""
    found = _deeds().get(request.POST.get("do", ""))
    if found is None:
        raise NotFound("deed")
    deed, words = found
    opened(request, number)
    tried = attempt(lambda: deed(request, number, visit))
    if tried.done is None:
        return _visit_page(request, number, visit, tried)
    messages.success(request, words)
    return redirect("bureau:visit", number, visit)


@role(*OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
@words_kept
def move(request: HttpRequest, number: str, visit: int) -> HttpResponse:
    """Another time, or somebody else goes."""
    work, now = opened(request, number), timezone.now()
    _file, one, _step = visits.find(actor_of(request), number, visit)
    if one.status not in BOOKED:
        return redirect("bureau:visit", number, visit)
    tried: Tried[Any] = Tried()
    if request.method == "POST":
        post = request.POST
        same = post.get("begins") == "same"
        people = post.getlist("people") if post.get("begins") in {"other", "same"} else ()
        begins = one.slot.begins if same else _begins(request)
        reason = post.get("reason", "").strip()
        tried = attempt(lambda: visits.move(actor_of(request), number, visit, begins, people, reason))
        if tried.done is not None:
            messages.success(request, _("已调整，会告诉申请人。"))
            return redirect("bureau:visit", number, visit)
    plan = visits.arranging(work.dossier.file, one.step, now, one)
    context = {
        **_choosing(request, plan),
        "case": work.dossier.case,
        "state": work.dossier.state,
        "tried": tried,
        "errors": error_lines(tried.problems),
        "moving": one,
        "wishes": [],
    }
    if request.method != "POST":
        going = {who.id for who in one.people}
        context["people"] = [{**row, "chosen": row["who"].id in going} for row in context["people"]]
    return render(request, "bureau/arrange.html", context, status=tried.status)


@role(*OFFICE)
@require_POST
def call(request: HttpRequest, number: str, visit: int) -> HttpResponse:
    """The number to press; that it was asked for is written down."""
    opened(request, number)
    place = visits.call(actor_of(request), number, visit)
    return render(request, "bureau/call.html", {"place": place, "number": number, "visit": visit})


@role(*OFFICE)
@require_safe
def record(request: HttpRequest, number: str, visit: int) -> HttpResponse:
    """The one record of all bodies."""
    opened(request, number)
    data = visit_records.open_record(actor_of(request), number, visit)
    return inline(data, "application/pdf", f"record-{number}-{visit}.pdf")


@role(*OFFICE)
@require_safe
def thumb(request: HttpRequest, number: str, visit: int, photo: UUID) -> HttpResponse:
    """A photograph, small."""
    return inline(visit_sheets.open_thumb(actor_of(request), number, visit, photo), "image/jpeg", "photo.jpg")


def inline(data: bytes, content_type: str, name: str) -> HttpResponse:
    """A file shown in the browser, never kept in a shared cache."""
    answer = HttpResponse(data, content_type=content_type)
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
