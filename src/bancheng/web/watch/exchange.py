"""What goes to and comes from bodies' own systems: what is stuck and why, mending, sending again, daily comparisons."""

from __future__ import annotations

from typing import Any
from uuid import UUID

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
from bancheng.store.models import Parcel
from bancheng.usecases import exchange_desk
from bancheng.usecases.exchange import connected
from bancheng.usecases.lists import Column, wanted
from bancheng.usecases.town import body_name
from bancheng.web.casefile import actor_of, attempt
from bancheng.web.casefile.columns import day_in_table
from bancheng.web.frame import (
    Field,
    Option,
    error_lines,
    leave,
    leaving,
    list_page,
    render,
    role,
    with_problems,
)

PER_PAGE = 50
TABS = (("stuck", gettext_lazy("要处理")), ("waiting", gettext_lazy("等发送")), ("all", gettext_lazy("全部")))
STATES = {
    Parcel.WAITING: (gettext_lazy("等发送"), "blue", "clock"),
    Parcel.SENT: (gettext_lazy("已送到，等结果"), "blue", "send"),
    Parcel.SETTLED: (gettext_lazy("已完成"), "green", "check"),
    Parcel.QUARANTINED: (gettext_lazy("代码对不上"), "yellow", "circle-help"),
    Parcel.REFUSED: (gettext_lazy("已退回对方"), "yellow", "corner-up-left"),
    Parcel.DEAD: (gettext_lazy("送不到"), "red", "circle-alert"),
}
KINDS = {
    "step": gettext_lazy("转办"),
    "cancel": gettext_lazy("撤回转办"),
    "refusal": gettext_lazy("退回说明"),
    "received": gettext_lazy("收件回执"),
    "underway": gettext_lazy("办理进度"),
    "result": gettext_lazy("办理结果"),
    "answer": gettext_lazy("来件"),
}
DIFFERENCES = {
    "missing": gettext_lazy("我们已转出，对方说没有"),
    "not_returned": gettext_lazy("对方说已办结，结果没有送回"),
    "ended_here": gettext_lazy("对方还在办，我们这边已经结束"),
    "unknown": gettext_lazy("对方在办，我们没有转过"),
}
CODES = {
    "approve": gettext_lazy("准予"),
    "refuse": gettext_lazy("不予"),
    "ok": gettext_lazy("通过"),
    "not_ok": gettext_lazy("不通过"),
    "agree": gettext_lazy("同意"),
    "object": gettext_lazy("不同意"),
    "received": gettext_lazy("已收件"),
    "reviewing": gettext_lazy("正在审查"),
    "on_site": gettext_lazy("正在现场核查"),
    "signing": gettext_lazy("正在审批签发"),
}


@role(*exchange_desk.OPERATORS)
@list_page
@require_safe
def exchange(request: HttpRequest) -> HttpResponseBase:
    """Systems with their figures, and what is stuck, first."""
    actor, asked = actor_of(request), request.GET
    tab = asked.get("tab", "stuck")
    found = exchange_desk.parcels(actor, tab, asked.get("system", ""), asked.get("q", ""))
    if leaving(request):
        return leave(request, "与业务系统交换", found, _columns(), wanted(asked))
    page = Paginator(found, PER_PAGE).get_page(asked.get("page"))
    names = {key: one.name for key, one in connected().items()}
    links = exchange_desk.connections(actor)
    context = {
        "page": page,
        "rows": [_row(one, names) for one in page],
        "tab": tab,
        "tabs_shown": [{"text": word, "url": f"?tab={key}", "current": key == tab} for key, word in TABS],
        "systems": links,
        "system": asked.get("system", ""),
        "q": asked.get("q", ""),
        "compared": [_compared(one) for one in links],
    }
    return render(request, "watch/exchange.html", context)


def _columns() -> tuple[Column, ...]:
    names = {key: one.name for key, one in connected().items()}
    return (
        Column("编号", lambda one: one.case.number if one.case else one.about),
        Column("什么", lambda one: str(KINDS.get(one.kind, KINDS["answer"]))),
        Column("系统", lambda one: names.get(one.system, one.system)),
        Column("部门", lambda one: body_name(one.body)),
        Column("状态", lambda one: str(STATES[one.state][0])),
        Column("试过几次", lambda one: one.tries),
        Column("原因", lambda one: one.error),
        Column("开始", lambda one: day_in_table(one.created_at)),
        Column("完成", lambda one: day_in_table(one.done_at)),
    )


def _row(parcel: Parcel, names: dict[str, str]) -> dict[str, Any]:
    word, tone, icon = STATES[parcel.state]
    return {
        "parcel": parcel,
        "kind": KINDS.get(parcel.kind, KINDS["answer"]),
        "system": names.get(parcel.system, parcel.system),
        "body": body_name(parcel.body),
        "word": word,
        "tone": tone,
        "icon": icon,
    }


def _compared(one: exchange_desk.Connection) -> dict[str, Any]:
    differences = one.last.differences if one.last else []
    return {
        "one": one,
        "body": body_name(one.system.body),
        "differences": [{**row, "words": DIFFERENCES[row["what"]]} for row in differences],
    }


@role(*exchange_desk.OPERATORS)
@require_http_methods(["GET", "HEAD", "POST"])
def parcel(request: HttpRequest, parcel: UUID) -> HttpResponse:
    """One that is stuck: why, and what can be done about it."""
    actor = actor_of(request)
    found = exchange_desk.parcel_of(actor, str(parcel))
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        code = request.POST.get("code", "")
        mending = request.POST.get("do") == "mend"
        tried = attempt(
            lambda: (
                exchange_desk.mend(actor, found, code) if mending else exchange_desk.send_again(actor, found)
            )
        )
        problems = tried.problems
        if tried.done is not None:
            messages.success(request, _("已重新办理，请看现在的状态。"))
            return redirect(reverse("watch:parcel", args=[parcel]))
    names = {key: one.name for key, one in connected().items()}
    stuck = found.state in exchange_desk.STUCK
    context = {
        **_row(found, names),
        "may": stuck and exchange_desk.may_mend(actor, found),
        "field": with_problems((_field(found),), problems)[0] if found.lacking else None,
        "again": stuck and not found.lacking and (found.direction == Parcel.OUT or bool(found.content)),
        "errors": error_lines(problems),
    }
    return render(request, "watch/parcel.html", context, status=422 if problems else 200)


def _field(found: Parcel) -> Field:
    choices = exchange_desk.choices(found)
    if not choices:
        return Field(name="code", label=_("对方用什么代码"), width=12)
    return Field(
        name="code",
        label=_("它是什么意思"),
        kind="radios",
        options=tuple(Option(value=one, text=str(CODES.get(one, one))) for one in choices),
    )
