"""The task list and the file: list, file as this body may see it, decision and clock side by side."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bancheng.core.casework import Progress
from bancheng.store.models import CaseTask
from bancheng.usecases import bureau, counter, lists
from bancheng.usecases.bureau import Work
from bancheng.usecases.examining import colleagues_at
from bancheng.usecases.letters import slips
from bancheng.usecases.lists import wanted
from bancheng.usecases.mycases import unread
from bancheng.usecases.procedures import asked_of
from bancheng.usecases.town import body_name, current_blueprints
from bancheng.web.casefile import (
    Tried,
    actor_of,
    deliver_file,
    deliver_slip,
    file_context,
    marks_in,
    open_up,
    seen_of,
    unmasked_in,
)
from bancheng.web.casefile.columns import CASE_COLUMNS, TASK_COLUMNS, colours
from bancheng.web.frame import Listing, error_lines, leave, leaving, list_page, page_of, render, role
from bancheng.web.templatetags.words import before_day, full_day

OFFICE = bureau.OFFICE_ROLES
PER_PAGE = 25
SHOWN = 5
"""What was done while somebody wrote, at the most."""
BESIDE = 30
"""Rows of the list that stands beside an open file."""


def opened(request: HttpRequest, number: str) -> Work:
    """The file as the one who asks may see it."""
    return bureau.open_file(actor_of(request), number, unmasked_in(request, number))


# ------------------------------------------------------------- the list


def task_rows(tasks: list[CaseTask]) -> list[dict[str, Any]]:
    """Tasks with their colour as of today."""
    today = timezone.localdate()
    rows = []
    for task in tasks:
        colour, left = bureau.colour_of(task, today)
        rows.append(
            {
                "task": task,
                "case": task.case,
                "colour": colour.value,
                "left": left,
                "body": body_name(task.body),
            }
        )
    return rows


@role(*OFFICE, "government")
@list_page
@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """Tasks by body and role, in tabs, filtered and sorted."""
    actor, asked, today = actor_of(request), wanted(request.GET), timezone.localdate()
    if actor.roles.isdisjoint(OFFICE):
        # The head of the government has no tasks of a bureau, only wishes for more time to answer.
        return redirect("bureau:more_times")
    figures = bureau.desk(actor)
    tab = request.GET.get("tab") or ("mine" if figures.mine else "open")
    found: QuerySet[Any]
    if tab == "intake":
        found = lists.cases(bureau.in_intake(actor), asked, today)
    else:
        found = lists.tasks(bureau.tasks(actor, tab, order=request.GET.get("sort", "due")), asked, today)
    if leaving(request):
        columns = CASE_COLUMNS if tab == "intake" else TASK_COLUMNS
        return leave(request, "我的任务", found, columns, asked)
    page = page_of(request, found, PER_PAGE)
    shown = list(page.object_list)
    rows = [{"case": case} for case in shown] if tab == "intake" else task_rows(shown)
    bodies = [(key, body_name(key)) for key in bureau.offices(actor)]
    context = {
        "page": page,
        "rows": rows,
        "tab": tab,
        "narrowed": bool(asked.names),
        "tabs_shown": _tabs(figures, tab),
        "bodies": bodies,
        "listing": Listing(
            asked,
            what=_("编号、姓名、事项"),
            onethings=[(one.key, one.name) for one in current_blueprints().values()],
            bodies=bodies if len(bodies) > 1 and tab != "intake" else (),
            colours=colours() if tab in {"mine", "open"} else (),
            days=True,
            kept={"tab": tab},
        ),
        "unread": unread(actor),
        "wishes": asked_of(actor).count() if "senior" in actor.roles else 0,
        "to_sign": lists.count(counter.queue(actor), 9999) if "senior" in actor.roles else 0,
    }
    return render(request, "bureau/home.html", context)


def _tabs(figures: bureau.Desk, tab: str) -> list[dict[str, Any]]:
    words = {
        "mine": _("我在办"),
        "open": _("待领取办理"),
        "near": _("临近到期"),
        "overdue": _("已超期"),
        "intake": _("受理前"),
        "done": _("办完的"),
    }
    return [
        {
            "text": words[one],
            "url": f"{reverse('bureau:home')}?tab={one}",
            "current": one == tab,
            "count": lists.told(getattr(figures, one)),
        }
        for one in bureau.TABS
    ]


# ------------------------------------------------------------- the file


@role(*OFFICE)
@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """The file of a case."""
    work = opened(request, number)
    others = colleagues_at(actor_of(request), work.dossier)
    return file_page(request, work, "bureau/case.html", colleagues=others)


def _meanwhile(request: HttpRequest, work: Work) -> list[tuple[datetime, str, str]]:
    """What was done since the page was made."""
    moved = work.dossier.state.seq - (seen_of(request) or work.dossier.state.seq)
    return work.history()[: min(moved, SHOWN)]


def file_page(
    request: HttpRequest, work: Work, template: str, tried: Tried[Any] | None = None, **more: Any
) -> HttpResponse:
    """A page of this file, with what stood in the way of an act."""
    tried = tried or Tried()
    state, actor = work.dossier.state, actor_of(request)
    tab = "mine" if any(one.held for one in work.steps) else "open"
    context = {
        **file_context(work.dossier),
        "work": work,
        "tried": tried,
        "happened": _meanwhile(request, work) if tried.stale and "overtook" not in more else (),
        "errors": error_lines(tried.problems),
        "clock": work.clocks.bundle or work.clocks.intake,
        "item_clocks": [(one, work.clocks.items.get(one.item.key)) for one in work.items],
        "steps": step_cards(work),
        "lanes": lanes(work),
        "notices": [
            {
                "notice": one,
                "marks": marks_in(one.marks, state.body_name),
                "may_cancel": one.body in work.dossier.bodies and actor.has("senior", one.body),
            }
            for one in work.notices
        ],
        "proposed": marks_in(
            [mark for body in work.dossier.bodies for mark in state.proposals.get(body, ())], state.body_name
        ),
        "pauses": [
            one for one in state.pauses if one.pause.end is None and one.item in {"", *work.dossier.items}
        ],
        "slips": [one for one in slips(work.dossier.file) if one.title != "不予许可决定书"],
        "history": work.history(),
        "many_items": len(work.dossier.items) > 1,
        "file_url": "bureau:file",
        "unmask_url": reverse("bureau:unmask", args=[work.dossier.case.number]),
        "beside": task_rows(list(bureau.tasks(actor, tab)[:BESIDE])),
        **more,
    }
    return render(request, template, context, status=tried.status)


def step_cards(work: Work) -> list[dict[str, Any]]:
    """My steps as the right column shows them; the first that I can do now holds the main button and its key."""
    cards = [_step_card(work, one) for one in work.steps]
    able = [
        card for card in cards if card["one"].does != "wait" and (card["one"].held or not card["one"].owner)
    ]
    for card in able[:1]:
        card["first"] = True
    return cards


def _step_card(work: Work, one: bureau.MyStep) -> dict[str, Any]:
    state = work.dossier.state
    return {
        "one": one,
        "plan": one.step.plan,
        "body": state.body_name(one.body),
        "decide": bureau.items_to_decide(work, one) if one.does == "decide" else (),
        "issue": bureau.items_to_issue(work, one) if one.does == "issue" else (),
        "asks": [
            {
                "body": state.body_name(ask.body),
                "answer": ask.answer.value if ask.answer else "",
                "words": ask.words,
                "on": ask.on,
                "clock": work.clocks.opinions.get(f"{one.key}/{ask.body}"),
            }
            for ask in (() if one.asked else one.step.asks)
        ],
        "others": [
            {"body": state.body_name(body), "done": body in {report.body for report in one.step.reports}}
            for body in one.step.plan.bodies
            if body != one.body
        ],
    }


def lanes(work: Work) -> list[dict[str, Any]]:
    """Every body's part as far as others may know it: where it stands and when to expect it, nothing found."""
    words = {
        Progress.DONE: (_("已办好"), "green"),
        Progress.NOW: (_("正在办"), "blue"),
        Progress.NEXT: (_("接下来"), "grey"),
        Progress.GONE: (_("不用办了"), "grey"),
    }
    found = []
    for line in work.road.lines:
        word, tone = words[line.progress]
        current = next((one for one in line.entries if one.progress is line.progress), None)
        found.append(
            {
                "name": line.name,
                "mine": line.body in work.dossier.bodies,
                "word": _("已超期") if current and current.late else word,
                "tone": "red" if current and current.late else tone,
                "title": current.title if current else "",
                "who": current.who if current and line.body in work.dossier.bodies else "",
                "when": _when(current),
            }
        )
    return found


def _when(entry: Any) -> str:
    if entry is None:
        return ""
    if entry.on:
        return full_day(entry.on)
    return before_day(entry.expected) if entry.expected else ""


@role(*OFFICE)
@require_POST
def unmask_case(request: HttpRequest, number: str) -> HttpResponse:
    """Open hidden values for a reason."""
    if not open_up(request, opened(request, number).dossier):
        messages.warning(request, _("请选要看的内容，并写明为什么要看。"))
    return redirect("bureau:case", number)


@role(*OFFICE)
@require_safe
def file(request: HttpRequest, number: str, upload: UUID) -> HttpResponse:
    """A paper of my items."""
    return deliver_file(request, opened(request, number).dossier, upload)


@role(*OFFICE)
@require_safe
def slip_file(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    """A slip of the case as PDF."""
    opened(request, number)
    return deliver_slip(request, number, seq)
