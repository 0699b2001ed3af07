"""Warnings of the whole town or of my bodies: who was warned, when, whom it went on to, who has seen it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bancheng.core.casework import Rank
from bancheng.store.models import CaseAlarm
from bancheng.usecases import alarms
from bancheng.usecases.access import Actor
from bancheng.usecases.lists import Column, wanted
from bancheng.usecases.mycases import unread
from bancheng.usecases.town import body_name
from bancheng.web.casefile import actor_of, attempt
from bancheng.web.casefile.columns import day_in_table
from bancheng.web.frame import leave, leaving, list_page, page_of, render, role

PER_PAGE = 50


def ranks() -> dict[str, str]:
    """Whom a warning has reached, in words."""
    return {
        Rank.HANDLER.value: _("经办人"),
        Rank.SENIOR.value: _("部门负责人"),
        Rank.SUPERVISION.value: _("督查"),
    }


COLUMNS = (
    Column("编号", lambda one: one.case.number),
    Column("什么", lambda one: one.title),
    Column("最后一天", lambda one: day_in_table(one.due_on)),
    Column("部门", lambda one: body_name(one.body)),
    Column("到谁", lambda one: ranks().get(one.rank, one.rank)),
    Column("提醒了谁", lambda one: one.people),
    Column("提醒", lambda one: day_in_table(one.raised_on)),
    Column("上报", lambda one: day_in_table(one.risen_on)),
    Column("确认", lambda one: day_in_table(one.seen_on)),
    Column("确认人", lambda one: one.seen_by),
    Column("怎么处理", lambda one: one.note),
)


@role("supervisor", "senior")
@list_page
@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """Open ones first: those that have come to supervision, then the oldest."""
    actor = actor_of(request)
    asked = {name: request.GET.get(name, "") for name in ("state", "rank", "body")}
    found = alarms.warnings(actor, **asked)
    words = ranks()
    if leaving(request):
        return leave(request, "提醒", found, COLUMNS, wanted(request.GET))
    page = page_of(request, found, PER_PAGE)
    context = {
        "page": page,
        "unread": unread(actor),
        "rows": [_row(one, actor, words) for one in page],
        "asked": asked,
        "states": [
            ("", _("没人确认的")),
            ("seen", _("已确认")),
            ("over", _("已经过去的")),
            ("all", _("全部")),
        ],
        "ranks": list(words.items()),
        "bodies": [(key, body_name(key)) for key in alarms.bodies(actor)],
    }
    return render(request, "watch/alarms.html", context)


def _row(one: CaseAlarm, actor: Actor, words: dict[str, str]) -> dict[str, Any]:
    return {
        "one": one,
        "rank": words.get(one.rank, one.rank),
        "body": body_name(one.body),
        "may": one.seen_on is None and not one.over and alarms.may_acknowledge(actor, one),
    }


@role("supervisor", "senior")
@require_POST
def acknowledge(request: HttpRequest) -> HttpResponse:
    """I have seen it, and this is what is being done."""
    sent = request.POST.get("alarm", "")
    words = request.POST.get("words", "").strip()
    tried = attempt(
        lambda: alarms.acknowledge(actor_of(request), int(sent) if sent.isdecimal() else 0, words)
    )
    if tried.done is not None:
        messages.success(request, _("已确认。"))
    for one in tried.refusals:
        messages.warning(request, one.reason)
    return redirect(reverse("watch:alarms"))
