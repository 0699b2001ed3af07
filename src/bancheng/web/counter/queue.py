"""The window's first page, the queue of what was received, and what waits to be fetched."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bancheng.store.models import CaseTask
from bancheng.usecases import counter, counter_desk, counter_people, lists
from bancheng.usecases.access import Actor
from bancheng.usecases.bureau import colour_of
from bancheng.usecases.lists import wanted
from bancheng.usecases.mycases import unread
from bancheng.usecases.town import current_blueprints
from bancheng.web.casefile import actor_of
from bancheng.web.casefile.columns import CASE_COLUMNS, TASK_COLUMNS, colours
from bancheng.web.frame import Listing, leave, leaving, list_page, page_of, render, role

PER_PAGE = 25
FIRST = 8
"""Rows of the first page."""
TABS = ("open", "answered", "waiting", "out", "delivery", "done")


def _rows(tasks: list[CaseTask]) -> list[dict[str, Any]]:
    today = timezone.localdate()
    rows = []
    for task in tasks:
        colour, left = colour_of(task, today)
        rows.append({"task": task, "case": task.case, "colour": colour.value, "left": left})
    return rows


def _first(actor: Actor) -> list[CaseTask]:
    """What is mine, then what nobody has taken: a colleague's is not mine to judge."""
    mine = list(counter.queue(actor, whose="mine")[:FIRST])
    return [*mine, *counter.queue(actor, whose="free")[: FIRST - len(mine)]]


@role("clerk", "senior")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """My window today: what to judge first, what was answered, what I began, what waits to be fetched."""
    actor = actor_of(request)
    context = {
        "today": counter.today(actor),
        "rows": _rows(_first(actor)),
        "drafts": counter.drafts(actor),
        "windows": counter_people.windows(actor),
        "unread": unread(actor),
    }
    return render(request, "counter/home.html", context)


def _whose(tab: str, whose: str, mine: int) -> list[dict[str, Any]]:
    """Mine, what nobody has taken, everything."""
    words = {"mine": _("我的"), "free": _("本窗口待领"), "all": _("全部")}
    return [
        {
            "text": text,
            "url": f"?{urlencode({'tab': tab, 'whose': one})}",
            "current": one == (whose if whose in words else "all"),
            "count": lists.told(mine) if one == "mine" and tab == "open" else "",
        }
        for one, text in words.items()
    ]


def _tabs(tab: str, kept: dict[str, str], figures: counter.Today) -> list[dict[str, Any]]:
    """Where the rows stand."""
    shown = {
        "open": (_("待审查"), figures.to_judge),
        "answered": (_("已补正"), figures.answered),
        "waiting": (_("等申请人补正"), figures.waiting),
        "out": (_("转出"), None),
        "delivery": (_("送达逾期"), figures.late_deliveries),
        "done": (_("已处理"), None),
    }
    return [
        {
            "text": words,
            "url": f"{reverse('counter:queue')}?{urlencode({'tab': one, **kept})}",
            "current": one == tab,
            "count": lists.told(counted),
        }
        for one, (words, counted) in shown.items()
    ]


@role("clerk", "senior")
@list_page
@require_safe
def received_list(request: HttpRequest) -> HttpResponseBase:
    """收件审查: cases received at my window."""
    actor = actor_of(request)
    tab = request.GET.get("tab", "open")
    asked, whose = wanted(request.GET), request.GET.get("whose", "all")
    queue = counter.queue(actor, tab, order=request.GET.get("sort", "due"), whose=whose)
    rows = lists.tasks(queue, asked, timezone.localdate())
    if leaving(request):
        return leave(request, "收件审查", rows, TASK_COLUMNS, asked)
    figures = counter.today(actor)
    page = page_of(request, rows, PER_PAGE)
    kept = {"whose": whose} if whose in {"mine", "free"} else {}
    shared = counter_desk.shared(actor)
    context = {
        "page": page,
        "rows": _rows(list(page.object_list)),
        "shared": shared,
        "claims": shared and tab in {"open", "answered", "delivery"} and whose != "mine",
        "whose": _whose(tab, whose, figures.mine) if shared and tab != "out" else (),
        "q": asked.text,
        "narrowed": bool(asked.names) or bool(kept),
        "tab": tab if tab in TABS else "open",
        "listing": Listing(
            asked,
            onethings=[(one.key, one.name) for one in current_blueprints().values()],
            colours=colours() if tab == "open" else (),
            days=True,
            kept={"tab": tab, **kept, **({"q": asked.text} if asked.text else {})},
        ),
        "tabs_shown": _tabs(tab, kept, figures),
    }
    return render(request, "counter/queue.html", context)


@role("clerk", "senior")
@list_page
@require_safe
def hand_over_list(request: HttpRequest) -> HttpResponseBase:
    """Results that wait to be fetched at my window."""
    asked = wanted(request.GET)
    rows = lists.cases(counter.to_hand_over(actor_of(request)), asked, timezone.localdate())
    if leaving(request):
        return leave(request, "待领取", rows, CASE_COLUMNS, asked)
    context = {
        "page": page_of(request, rows, PER_PAGE),
        "narrowed": bool(asked.names),
        "listing": Listing(
            asked,
            what=_("编号、姓名、事项"),
            onethings=[(one.key, one.name) for one in current_blueprints().values()],
            days=True,
        ),
    }
    return render(request, "counter/hand_over_list.html", context)
