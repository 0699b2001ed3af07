"""The window's first page, the queue of what was received, and what waits to be fetched."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bancheng.store.models import CaseTask
from bancheng.usecases import counter, counter_people
from bancheng.usecases.bureau import colour_of
from bancheng.web.casefile import actor_of
from bancheng.web.frame import list_page, render, role

PER_PAGE = 25
TABS = ("open", "answered", "waiting", "done")


def _rows(tasks: list[CaseTask]) -> list[dict[str, Any]]:
    today = timezone.localdate()
    rows = []
    for task in tasks:
        colour, left = colour_of(task, today)
        rows.append({"task": task, "case": task.case, "colour": colour.value, "left": left})
    return rows


@role("clerk", "senior")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """My window today: what to judge first, what was answered, what I began, what waits to be fetched."""
    actor = actor_of(request)
    context = {
        "today": counter.today(actor),
        "rows": _rows(list(counter.queue(actor)[:8])),
        "drafts": counter.drafts(actor),
        "windows": counter_people.windows(actor),
    }
    return render(request, "counter/home.html", context)


@role("clerk", "senior")
@list_page
@require_safe
def received_list(request: HttpRequest) -> HttpResponse:
    """收件审查: cases received at my window."""
    actor = actor_of(request)
    tab = request.GET.get("tab", "open")
    text = request.GET.get("q", "")
    figures = counter.today(actor)
    rows = counter.queue(actor, tab, text, request.GET.get("sort", "due"))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    counts = {
        "open": figures.to_judge,
        "answered": figures.answered,
        "waiting": figures.waiting,
        "done": None,
    }
    words = {"open": _("待审查"), "answered": _("已补正"), "waiting": _("等申请人补正"), "done": _("已处理")}
    context = {
        "page": page,
        "rows": _rows(list(page.object_list)),
        "q": text,
        "tab": tab if tab in TABS else "open",
        "tabs_shown": [
            {
                "text": words[one],
                "url": f"{reverse('counter:queue')}?tab={one}",
                "current": one == tab,
                "count": counts[one],
            }
            for one in TABS
        ],
    }
    return render(request, "counter/queue.html", context)


@role("clerk", "senior")
@list_page
@require_safe
def hand_over_list(request: HttpRequest) -> HttpResponse:
    """Results that wait to be fetched at my window."""
    rows = counter.to_hand_over(actor_of(request))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "counter/hand_over_list.html", {"page": page})
