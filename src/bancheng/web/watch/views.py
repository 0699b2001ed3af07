"""Pages of supervision: for reading only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from bancheng.core.casework import Phase, Progress
from bancheng.store.models import Case
from bancheng.usecases import lists, overview, watch
from bancheng.usecases.access import Actor
from bancheng.usecases.lists import wanted
from bancheng.usecases.overview import Figures, Pace, Row
from bancheng.usecases.town import body_name, packs
from bancheng.usecases.watch import Watched
from bancheng.web.casefile.columns import CASE_COLUMNS, TASK_COLUMNS
from bancheng.web.casefile.panels.next import lines
from bancheng.web.casefile.waiting import waiting_words, waits_in, waits_of
from bancheng.web.frame import Listing, leave, leaving, list_page, page_of, render, role
from bancheng.web.templatetags.words import full_day, masked, workdays_left

_READERS = ("supervisor", "administrator", "senior")
_PER_PAGE = 50
STATES = {
    "received": (gettext_lazy("待受理"), "blue", "inbox"),
    "supplement": (gettext_lazy("等补正"), "yellow", "pencil"),
    "accepted": (gettext_lazy("已受理"), "blue", "hourglass"),
    "finished": (gettext_lazy("已办结"), "green", "circle-check"),
    "withdrawn": (gettext_lazy("已撤回"), "grey", "corner-up-left"),
    "not_needed": (gettext_lazy("无需办理"), "grey", "circle-minus"),
    "not_ours": (gettext_lazy("不归本地办"), "grey", "corner-up-left"),
}
_CLOCKS = {
    "overdue": gettext_lazy("已超期"),
    "near": gettext_lazy("即将超期"),
    "paused": gettext_lazy("暂停计时"),
}


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # reason: set by the frame's middleware
    return actor


@role(*_READERS)
@list_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Counts by state and clock, by body and one-thing; times, shares and ratings, each with its formula."""
    actor = _actor(request)
    figures = overview.figures(actor, timezone.localdate())
    opens = watch.may_open(actor)
    context = {
        "figures": figures,
        "opens": opens,
        "tiles": _tiles(figures, opens=opens),
        "states": _states(figures, opens=opens),
        "onethings": [_row(row, "onething", opens=opens) for row in figures.onethings],
        "bodies": [_row(row, "body", opens=opens) for row in figures.bodies],
        "body_pace": _paces(figures.body_pace, "body", opens=opens),
        "onething_pace": _paces(figures.onething_pace, "onething", opens=opens),
        "days": watch.WINDOW.days,
        "whole": bool({"supervisor", "administrator"} & actor.roles),
        "mine": sorted(body_name(one) for one in actor.bodies),
    }
    return render(request, "watch/home.html", context)


def _cases_url(**asked: str) -> str:
    return f"{_cases_at()}?{urlencode(asked)}"


@cache
def _cases_at() -> str:
    return reverse("watch:cases")


def _tiles(figures: Figures, *, opens: bool) -> list[dict[str, Any]]:
    def tile(name: str, value: int, tone: str, icon: str, note: str, **asked: str) -> dict[str, Any]:
        url = _cases_url(**asked) if opens else ""
        return {"name": name, "value": value, "tone": tone, "icon": icon, "note": note, "url": url}

    red, yellow = ("red" if figures.overdue else "green"), ("yellow" if figures.near else "green")
    return [
        tile(_("在办"), figures.open, "", "inbox", _("已收到、等补正和已受理的"), state="open"),
        tile(_("已超期"), figures.overdue, red, "", _("过了最后一天，没有暂停"), clock="overdue"),
        tile(_("即将超期"), figures.near, yellow, "", _("最多还有 1 个工作日"), clock="near"),
        tile(_("暂停计时"), figures.paused, "grey", "circle-pause", _("整件事停着"), clock="paused"),
        tile(_("已办结"), figures.states.get("finished", 0), "", "circle-check", "", state="finished"),
    ]


def _bar(value: float, top: float) -> str:
    """The length of a bar in hundredths of the longest; what is there can be seen."""
    return f"{max(value / top * 100, 0.5) if top and value else 0:.1f}"


def _states(figures: Figures, *, opens: bool) -> list[dict[str, Any]]:
    top = max(figures.states.values(), default=0)
    return [
        {
            "name": name,
            "icon": icon,
            "value": figures.states.get(key, 0),
            "wide": _bar(figures.states.get(key, 0), top),
            "share": f"{figures.states.get(key, 0) / figures.all * 100:.1f}%" if figures.all else "—",
            "url": _cases_url(state=key) if opens else "",
        }
        for key, (name, _tone, icon) in STATES.items()
    ]


def _row(row: Row, what: str, *, opens: bool) -> dict[str, Any]:
    links = {}
    if opens and what == "onething":
        links = {
            "open": _cases_url(state="open", onething=row.key),
            "overdue": _cases_url(clock="overdue", onething=row.key),
            "near": _cases_url(clock="near", onething=row.key),
            "paused": _cases_url(clock="paused", onething=row.key),
        }
    elif opens:
        at = reverse("watch:body", args=[row.key])
        links = {"open": at, "overdue": f"{at}?clock=overdue", "near": f"{at}?clock=near"}
    return {
        "row": row,
        "links": links,
        "red": _bar(row.overdue, row.open),
        "yellow": _bar(row.near, row.open),
        "from": _bar(row.overdue, row.open),
    }


def _paces(paces: Iterable[Pace], what: str, *, opens: bool) -> list[dict[str, Any]]:
    held = list(paces)
    top = max((one.median or 0 for one in held), default=0)
    return [
        {
            "pace": one,
            "url": _behind(one, what) if opens else "",
            "median": "—" if one.median is None else f"{one.median:g}",
            "wide": _bar(one.median or 0, top),
            "share": "—" if one.share is None else f"{one.share * 100:.1f}%",
            "share_wide": _bar(one.share or 0, 1),
            "rating": "—" if one.rating is None else f"{one.rating:.1f}",
        }
        for one in held
    ]


def _behind(pace: Pace, what: str) -> str:
    """The rows that were counted."""
    if what == "body":
        return f"{reverse('watch:body', args=[pace.key])}?clock=done"
    return _cases_url(state=watch.RECENT, onething=pace.key)


@role(*_READERS)
@list_page
@require_safe
def cases(request: HttpRequest) -> HttpResponseBase:
    """The cases behind a figure, the most urgent first, persons masked."""
    asked = {name: request.GET.get(name, "") for name in ("state", "clock", "body", "onething")}
    if (asked["state"] and asked["state"] not in {*STATES, "open", watch.RECENT}) or (
        asked["clock"] and asked["clock"] not in _CLOCKS
    ):
        raise Http404
    today = timezone.localdate()
    narrowed = replace(wanted(request.GET), state="", body="", onething="", colour="")
    found = lists.cases(watch.cases_behind(_actor(request), today, **asked), narrowed, today)
    if leaving(request):
        return leave(request, "办件", found, CASE_COLUMNS, wanted(request.GET))
    page = page_of(request, found, _PER_PAGE)
    loaded = packs().catalogue
    context = {
        "page": page,
        "rows": _lines(page, today),
        "asked": asked,
        "narrowed": narrowed,
        "states": [
            ("open", _("在办")),
            (watch.RECENT, _("近期办结")),
            *((key, word) for key, (word, *_rest) in STATES.items()),
        ],
        "clocks": list(_CLOCKS.items()),
        "onethings": [(one.key, one.name) for one in loaded.onethings.values()],
        "bodies": sorted(
            ((one.key, body_name(one.key)) for one in loaded.bodies.values()), key=lambda one: one[1]
        ),
    }
    return render(request, "watch/cases.html", context)


def _lines(page: Iterable[Case], today: date) -> list[dict[str, Any]]:
    held = list(page)
    waits = waits_of(held)
    return [_line(one, today, waits.get(one.pk, ())) for one in held]


def _line(case: Case, today: date, waits: tuple[str, ...]) -> dict[str, Any]:
    """One case: whom it waits for, and what its clock says."""
    colour, left = watch.colour_of(case, today)
    word, tone, icon = STATES.get(case.status, (case.status, "grey", "circle"))
    if case.status == Phase.ACCEPTED:
        word = waiting_words(waits)
    return {
        "case": case,
        "who": lists.shown_name(case.party),
        "word": word,
        "tone": tone,
        "icon": icon,
        "colour": colour,
        "left": workdays_left(left) if colour and colour != "grey" else "",
    }


@role(*_READERS)
@list_page
@require_safe
def body(request: HttpRequest, body: str) -> HttpResponseBase:
    """The open tasks of one body, the most urgent first."""
    if body not in packs().catalogue.bodies:
        raise Http404
    clock = request.GET.get("clock", "")
    today = timezone.localdate()
    asked = replace(wanted(request.GET), body="", state="")
    found = lists.tasks(watch.tasks_behind(_actor(request), today, body, clock), asked, today)
    if leaving(request):
        return leave(request, "部门待办", found, TASK_COLUMNS, asked)
    page = page_of(request, found, _PER_PAGE)
    context = {
        "page": page,
        "rows": [
            {
                "task": one,
                "who": lists.shown_name(one.case.party),
                "late": bool(not one.done_at and one.due_on and one.due_on < today),
            }
            for one in page
        ],
        "name": body_name(body),
        "listing": Listing(
            asked,
            what=_("编号、姓名、事项"),
            onethings=[(one.key, one.name) for one in packs().catalogue.onethings.values()],
            days=True,
            kept={"clock": clock} if clock else {},
        ),
        "clock": clock,
        "clock_word": _("近期办完") if clock == "done" else _CLOCKS.get(clock, ""),
    }
    return render(request, "watch/body.html", context)


@role(*_READERS)
@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case for reading: its road, its clocks, its chained events."""
    watched = watch.open_for_reading(_actor(request), number, timezone.now())
    waits = waits_in(watched.state) if watched.state else ()
    context = {
        "watched": watched,
        "case": watched.case,
        "line": _line(watched.case, timezone.localdate(), waits),
        "next": lines(watched.next, yours=False) or {},
        "late": why_late(watched, timezone.localdate()),
        "steps": _steps(watched),
        "clocks": watched.clocks.all() if watched.clocks else (),
        "facts": (
            (_("申请人"), lists.shown_name(watched.case.party)),
            (_("证件号码"), masked(watched.case.party.number, "id") or "—"),
            (_("牵头"), body_name(watched.case.lead) if watched.case.lead else "—"),
            (_("提交"), full_day(watched.case.created_at)),
            (_("受理"), full_day(watched.case.accepted_on) or "—"),
            (_("最后一天"), full_day(watched.case.due_on) or "—"),
            (_("评价"), str(watched.case.rating or "—")),
        ),
    }
    return render(request, "watch/case.html", context)


def why_late(watched: Watched, today: date) -> list[str]:
    """Why the case is late: each step that took or takes longer than it may, whose it is, and by how many days."""
    calendar, said = packs().calendar, []
    for clock in watched.clocks.steps.values() if watched.clocks else ():
        until = clock.ended or today
        if clock.paused or until <= clock.due:
            continue
        what = {
            "who": _("、").join(body_name(one) for one in clock.receivers),
            "what": clock.title,
            "day": full_day(clock.due),
            "n": calendar.workdays_between(clock.due, until),
        }
        said.append(
            (
                _("%(who)s办“%(what)s”晚了 %(n)d 个工作日，应在 %(day)s 前办完")
                if clock.ended
                else _("%(who)s还没办完“%(what)s”，已超 %(n)d 个工作日，应在 %(day)s 前办完")
            )
            % what
        )
    return said


def _steps(watched: Watched) -> list[dict[str, Any]]:
    states = {Progress.DONE: "done", Progress.NOW: "now", Progress.NEXT: "next", Progress.GONE: "next"}
    return [
        {
            "name": f"{line.name} · {entry.title}",
            "state": "bad" if entry.late else states[entry.progress],
            "word": _("已超期") if entry.late else _("不再需要") if entry.progress is Progress.GONE else "",
            "when": full_day(entry.on or entry.expected),
            "note": entry.who,
        }
        for line in (watched.road.lines if watched.road else ())
        for entry in line.entries
    ]
