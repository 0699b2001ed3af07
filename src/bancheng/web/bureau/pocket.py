"""移动办: deciding on a phone. One file is read in one look; approve, refuse or send back by the same use cases."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bancheng.core.casework import Command, Hindered, Verdict, Visit, commands, hindrances
from bancheng.usecases import bureau, bureau_acts
from bancheng.usecases.access import NotFound
from bancheng.usecases.bureau import Work
from bancheng.usecases.casework import CaseFile
from bancheng.usecases.lists import wanted
from bancheng.usecases.prechecks import BAD
from bancheng.web.bureau.filing import OFFICE, opened, task_rows
from bancheng.web.bureau.overtaken import words_kept
from bancheng.web.bureau.working import back_to
from bancheng.web.casefile import Tried, actor_of, attempt, file_context, seen_of
from bancheng.web.casefile.columns import TASK_COLUMNS
from bancheng.web.casefile.undoing import done_or_held
from bancheng.web.frame import error_lines, leave, leaving, list_page, render, role

AT_MOST = 40
"""Decisions that the list shows."""
ROWS_AT_MOST = 5_000
"""Decisions of one kind that leave as a workbook."""


@role(*OFFICE)
@list_page
@require_safe
def pocket_home(request: HttpRequest) -> HttpResponseBase:
    """Decisions that wait for me or for anyone of my body, the nearest first."""
    actor = actor_of(request)
    if leaving(request):
        mine, open_ = (bureau.tasks(actor, tab).filter(kind="decision") for tab in ("mine", "open"))
        return leave(
            request, "待我决定", [*mine[:ROWS_AT_MOST], *open_[:ROWS_AT_MOST]], TASK_COLUMNS, wanted({})
        )
    found = [
        row
        for tab in ("mine", "open")
        for row in task_rows(list(bureau.tasks(actor, tab).filter(kind="decision")[:AT_MOST]))
    ]
    return render(request, "bureau/pocket.html", {"rows": found, "today": timezone.localdate()})


@role(*OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
@words_kept
def decide(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Who asks for what, what was found, and three large buttons. Reasons are chosen; no keyboard is needed."""
    work = opened(request, number)
    mine = next((one for one in work.steps if one.key == step and one.does == "decide"), None)
    if mine is None:
        raise NotFound("step")
    tried: Tried[Any] = Tried()
    if request.method == "POST":
        tried = attempt(lambda: _act(request, work, step))
        if tried.done is not None:
            return back_to(request, number, _words(request.POST.get("do", "")))
        work = opened(request, number)
        mine = next((one for one in work.steps if one.key == step), mine)
    items = bureau.items_to_decide(work, mine)
    state = work.dossier.state
    context = {
        **file_context(work.dossier),
        "file_url": "bureau:file",
        "unmask_url": reverse("bureau:unmask", args=[number]),
        "work": work,
        "mine": mine,
        "tried": tried,
        "errors": error_lines(tried.problems),
        "clock": mine.clock,
        "rows": [
            {
                "item": one.item,
                "grounds": bureau.grounds(work, one.item.key),
                "basis": bureau.basis_of(one.item.key),
                "stops": [state.items[key].item.name for key in bureau.stops_with(work, one.item.key)],
                "hindered": hindrances(state, Hindered.DECIDE, one.item.key),
            }
            for one in items
        ],
        "bad": [one for one in work.dossier.remarks if one.verdict == BAD],
        "fine": sum(one.verdict == "ok" for one in work.dossier.remarks),
        "reports": _reports(work),
        "visits": _visits(work),
        "back_reasons": (_("请核对材料后再报我"), _("请先和其他部门沟通"), _("请补写审查意见")),
    }
    return render(request, "bureau/decide.html", context, status=tried.status)


def _act(request: HttpRequest, work: Work, step: str) -> Any:
    post, actor, seen = request.POST, actor_of(request), seen_of(request)
    do, item = post.get("do", ""), post.get("item", "")
    one = work.dossier.state.items.get(item)
    name = one.item.name if one else item
    if do == "approve":
        command = commands.DecideItem(item=item, verdict=Verdict.APPROVE)
        return _hold(request, work, step, command, _("准予“%(item)s”") % {"item": name})
    if do == "refuse":
        command = commands.DecideItem(
            item=item,
            verdict=Verdict.REFUSE,
            reasons=post.get("ground", ""),
            basis=bureau.basis_of(item),
            remedies=bureau.REMEDIES,
        )
        return _hold(request, work, step, command, _("不予“%(item)s”") % {"item": name})
    if do == "back":
        return bureau_acts.give_back(actor, work, step, post.get("reason", ""), seen=seen)
    raise NotFound("deed")


def _hold(request: HttpRequest, work: Work, step: str, command: Command, words: str) -> CaseFile:
    body = work.step(step).body
    return done_or_held(request, work.dossier.case.pk, command, words, body=body, seen=seen_of(request))


def _words(do: str) -> str:
    return {
        "approve": _("已准予。"),
        "refuse": _("已作出不予的决定，决定书已生成，申请人会收到通知。"),
    }.get(do, _("已退回，同事可以领取。"))


def _reports(work: Work) -> list[dict[str, Any]]:
    """What the steps before found, for the items this body may see."""
    state = work.dossier.state
    return [
        {
            "name": step.plan.name,
            "body": state.body_name(one.body),
            "ok": one.outcome.value == "ok",
            "one": one,
        }
        for step in state.steps.values()
        if set(step.plan.items) & work.dossier.items
        for one in step.reports
    ]


def _visits(work: Work) -> list[Visit]:
    state = work.dossier.state
    return [
        one
        for one in state.visits.all
        if one.paper and not work.dossier.bodies.isdisjoint(state.steps[one.step].plan.bodies)
    ]
