"""What sweeps could not do: which rows, since when and why; tried again, or set aside with a reason."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from bancheng.core.kernel import Problem
from bancheng.store.models import StuckRow
from bancheng.usecases import stuck as desk
from bancheng.usecases.lists import Column, wanted
from bancheng.web.casefile import actor_of, attempt
from bancheng.web.casefile.columns import day_in_table
from bancheng.web.frame import (
    Field,
    error_lines,
    leave,
    leaving,
    list_page,
    render,
    role,
    with_problems,
)

PER_PAGE = 50
TABS = (
    ("person", gettext_lazy("要人工处理")),
    ("waiting", gettext_lazy("等下次再试")),
    ("aside", gettext_lazy("已搁置")),
)
STATES = {
    StuckRow.PERSON: (gettext_lazy("要人工处理"), "red", "circle-alert"),
    StuckRow.WAITING: (gettext_lazy("等下次再试"), "yellow", "clock"),
    StuckRow.ASIDE: (gettext_lazy("已搁置"), "grey", "minus"),
}
WORDS = {
    "archives": gettext_lazy("归档"),
    "banks": gettext_lazy("银行发放"),
    "benefits": gettext_lazy("政策比对"),
    "calendars": gettext_lazy("按新日历重算期限"),
    "cases": gettext_lazy("到期自动办理"),
    "comparing": gettext_lazy("与业务系统对账"),
    "credit": gettext_lazy("信用核查"),
    "exchange": gettext_lazy("与业务系统交换"),
    "fees": gettext_lazy("收费与退费"),
    "figures": gettext_lazy("实效统计"),
    "imports": gettext_lazy("事项清单导入"),
    "logs": gettext_lazy("办件记录核对"),
    "messages": gettext_lazy("消息"),
    "news": gettext_lazy("待遇的通知"),
    "people": gettext_lazy("任务分派"),
    "reconciling": gettext_lazy("与支付机构对账"),
    "renewals": gettext_lazy("证照到期提醒"),
    "retention": gettext_lazy("到期删除"),
    "slips": gettext_lazy("文书制作"),
    "tallies": gettext_lazy("统计合并"),
    "telling": gettext_lazy("短信、邮件和推送"),
    "undo": gettext_lazy("延时生效的操作"),
    "uploads": gettext_lazy("文件检查"),
    "versions": gettext_lazy("版本生效"),
}
"""Every sweep in the words of the desk."""


@role(*desk.LOOKERS)
@list_page
@require_safe
def stuck(request: HttpRequest) -> HttpResponseBase:
    """What could not be done, what needs a person first."""
    actor, asked = actor_of(request), request.GET
    tab = asked.get("tab", "person")
    found = desk.rows(actor, tab, asked.get("q", "").strip())
    if leaving(request):
        return leave(request, "后台事项", found, _columns(), wanted(asked))
    page = Paginator(found, PER_PAGE).get_page(asked.get("page"))
    context = {
        "page": page,
        "rows": [_row(one) for one in page],
        "tab": tab,
        "tabs_shown": [{"text": word, "url": f"?tab={key}", "current": key == tab} for key, word in TABS],
        "failing": [{"word": _word(one.name), "fault": one.fault} for one in desk.failing(actor)],
        "q": asked.get("q", ""),
    }
    return render(request, "watch/stuck.html", context)


@role(*desk.LOOKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def stuck_row(request: HttpRequest, row: int) -> HttpResponse:
    """One of them: why, and what can be done about it."""
    actor = actor_of(request)
    found = desk.row_of(actor, row)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        do = request.POST.get("do", "")
        if do == "aside":
            problems = attempt(lambda: desk.set_aside(actor, row, request.POST.get("why", ""))).problems
            said = _("已搁置，原因已记下。")
        elif do == "all":
            desk.try_all_again(actor, found.what)
            said = _("同一类的都会在下一轮再试。")
        else:
            desk.try_again(actor, row)
            said = _("下一轮就再试。")
        if not problems:
            messages.success(request, said)
            return redirect(reverse("watch:stuck"))
    why = Field(name="why", label=_("搁置的原因"), kind="textarea", value=request.POST.get("why", ""))
    context = {
        **_row(found),
        "may": desk.may_mend(actor),
        "aside": found.state == StuckRow.ASIDE,
        "field": with_problems((why,), problems)[0],
        "errors": error_lines(problems),
    }
    return render(request, "watch/stuck_row.html", context, status=422 if problems else 200)


def _word(what: str) -> str:
    name = what.partition(".")[0]
    return str(WORDS.get(name, name))


def _row(one: StuckRow) -> dict[str, Any]:
    word, tone, icon = STATES[one.state]
    return {"row": one, "sweep": _word(one.what), "word": word, "tone": tone, "icon": icon}


def _columns() -> tuple[Column, ...]:
    return (
        Column("后台工作", lambda one: _word(one.what)),
        Column("哪一件", lambda one: one.about or one.key),
        Column("状态", lambda one: str(STATES[one.state][0])),
        Column("试过几次", lambda one: one.tries),
        Column("原因", lambda one: one.error),
        Column("开始", lambda one: day_in_table(one.first_at)),
        Column("最近一次", lambda one: day_in_table(one.last_at)),
        Column("搁置的原因", lambda one: one.why),
        Column("搁置人", lambda one: one.by_name),
    )
