"""More time: asking for it, and the page of those who may grant it (部门负责人、政府负责人), without the papers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bancheng.core.casework import Level
from bancheng.core.clock import JOINT_TERM, PERMIT_TERM
from bancheng.usecases import procedures
from bancheng.usecases.access import NotFound
from bancheng.usecases.lists import wanted
from bancheng.web.bureau.filing import OFFICE, file_page, opened
from bancheng.web.bureau.working import back_to
from bancheng.web.casefile import Tried, actor_of, attempt, seen_of
from bancheng.web.casefile.columns import TASK_COLUMNS
from bancheng.web.frame import Field, Option, leave, leaving, list_page, render, role

PER_PAGE = 50


@role(*OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """For an item or for the whole: how many days, and why."""
    work = opened(request, number)
    tried: Tried[Any] = Tried()
    typed = request.POST.dict() if request.method == "POST" else {}
    if request.method == "POST":
        item, days = typed.get("item", ""), typed.get("days", "").strip()
        if item and item not in work.dossier.items:
            raise NotFound("item")
        tried = attempt(
            lambda: procedures.ask_more_time(
                actor_of(request),
                work,
                item,
                int(days) if days.isdecimal() else 0,
                typed.get("reason", ""),
                typed.get("to", ""),
                seen_of(request),
            )
        )
        if tried.done is not None:
            return back_to(request, number, _("已报请批准。"))
        work = opened(request, number)
    whole = Option(value="", text=_("整件事（报政府负责人，最多 15 个工作日）"))
    items = tuple(
        Option(
            value=one.item.key, text=_("%(name)s（报部门负责人，最多 10 个工作日）") % {"name": one.item.name}
        )
        for one in work.items
    )
    fields = (
        Field(
            name="item",
            label=_("哪一个期限"),
            kind="select",
            options=(*items, whole),
            value=typed.get("item", ""),
        ),
        Field(
            name="to",
            label=_("报哪一级政府"),
            kind="select",
            required=False,
            options=tuple(Option(value=key, text=name) for key, name in procedures.governments()),
            value=typed.get("to", ""),
            hint=_("只有延长整件事时要选。"),
        ),
        Field(name="days", label=_("延长"), kind="number", unit=_("个工作日"), value=typed.get("days", "")),
        Field(name="reason", label=_("理由"), kind="textarea", value=typed.get("reason", "")),
    )
    return file_page(request, work, "bureau/more_time_ask.html", tried, fields=fields)


@role("senior", "government")
@list_page
@require_safe
def asked(request: HttpRequest) -> HttpResponseBase:
    """What waits for my answer, the most urgent first."""
    found = procedures.asked_of(actor_of(request))
    if leaving(request):
        return leave(request, "延期申请", found, TASK_COLUMNS, wanted({}))
    rows = [{"task": one, "case": one.case, "which": one.key.rpartition("/")[2]} for one in found[:PER_PAGE]]
    return render(request, "bureau/more_time_list.html", {"rows": rows})


@role("senior", "government")
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, number: str, which: int) -> HttpResponse:
    """Grant or decline, seeing the clocks and the reason."""
    actor = actor_of(request)
    one = procedures.wish(actor, number, which)
    term = PERMIT_TERM if one.asked.level is Level.ITEM else JOINT_TERM
    typed = request.POST.dict() if request.method == "POST" else {}
    tried: Tried[Any] = Tried()
    if request.method == "POST":
        grant, days = typed.get("do") == "grant", typed.get("days", "").strip()
        tried = attempt(
            lambda: procedures.answer_wish(
                actor,
                one,
                int(days) if days.isdecimal() else 0,
                typed.get("reason", "").strip(),
                grant=grant,
            )
        )
        if tried.done is not None:
            messages.success(request, _("已批准延长，会告知申请人。") if grant else _("已答复：未批准。"))
            return redirect("bureau:more_times")
    fields = (
        Field(
            name="days",
            label=_("批准延长"),
            kind="number",
            unit=_("个工作日"),
            value=typed.get("days", str(one.asked.days)),
            hint=_("最多 %(n)d 个工作日，只能一次。") % {"n": term.extension.amount},
        ),
        Field(
            name="reason",
            label=_("理由"),
            kind="textarea",
            value=typed.get("reason", one.asked.reason),
            hint=_("批准的理由要告知申请人；不批准的，写明为什么。"),
        ),
    )
    context = {
        "one": one,
        "case": one.file.case,
        "fields": fields,
        "tried": tried,
        "basis": term.basis,
        "waiting": one.asked.granted is None,
    }
    return render(request, "bureau/more_time_answer.html", context, status=tried.status)
