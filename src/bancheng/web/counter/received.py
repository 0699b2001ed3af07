"""A received case before the clerk: everything submitted, what the machine says, and the five outcomes of art. 32."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bancheng.core.casework import Command, TurnedAway, can_withdraw, clocks, commands
from bancheng.core.kernel import Place, Problem
from bancheng.usecases import counter, counter_desk
from bancheng.usecases.casework import CaseFile
from bancheng.usecases.examining import Dossier, colleagues_at
from bancheng.usecases.letters import slips
from bancheng.usecases.town import packs
from bancheng.web.casefile import (
    Tried,
    actor_of,
    attempt,
    deliver_file,
    deliver_slip,
    file_context,
    mark_rows,
    marked,
    marks_in,
    open_up,
    seen_of,
    unmasked_in,
)
from bancheng.web.casefile.agents import agents, chosen_agent
from bancheng.web.casefile.marks import reasons
from bancheng.web.casefile.undoing import done_or_held, tell
from bancheng.web.counter.fields import held, sent, spread_merged
from bancheng.web.frame import Field, Option, error_lines, render, role, with_problems

SHOWN = 5
"""What was done while somebody wrote, at the most."""


def opened_case(request: HttpRequest, number: str) -> Dossier:
    """The case as the window sees it."""
    return counter.open_received(actor_of(request), number, unmasked_in(request, number))


def _meanwhile(request: HttpRequest, dossier: Dossier) -> list[tuple[datetime, str, str]]:
    """What was done since the page was made, the newest first."""
    since = dossier.file.events[(seen_of(request) or dossier.state.seq) :]
    return [(one.at, one.words(), one.by.name) for one in since[::-1]][:SHOWN]


def received_page(
    request: HttpRequest, dossier: Dossier, template: str, tried: Tried[Any] | None = None, **more: Any
) -> HttpResponse:
    """A page of this case, with what stood in the way of an act."""
    tried = tried or Tried()
    state = dossier.state
    ready = [state.items[key].item for key in counter.ready_items(dossier)]
    clock = clocks(state, packs().calendar, timezone.now())
    context = {
        **file_context(dossier),
        "tried": tried,
        "happened": _meanwhile(request, dossier) if tried.stale else (),
        "clock": clock.intake or clock.bundle,
        "owed_clocks": [(one, clock.owed.get(key)) for key, one in state.still_owed.items()],
        "file_url": "counter:file",
        "unmask_url": reverse("counter:unmask", args=[dossier.case.number]),
        "many_items": len(state.items) > 1,
        "may_judge": counter.may_judge(dossier),
        "holder": counter_desk.judged_by_another(actor_of(request), dossier),
        "may_withdraw": can_withdraw(state),
        "may_accept": counter.may_accept(dossier),
        "second": counter.second_notice(dossier),
        "senior": actor_of(request).has("senior", counter.receiving_of(dossier)),
        "proposals": [
            {"body": state.body_name(body), "marks": marks_in(marks, state.body_name)}
            for body, marks in state.proposals.items()
            if marks
        ],
        "notices": [
            {"notice": one, "marks": marks_in(one.marks, state.body_name)} for one in state.open_notices
        ],
        "ready": ready,
        "takers": agents(dossier.case.party_id, dossier.case.onething, "collect") if ready else (),
        "bringers": agents(dossier.case.party_id, dossier.case.onething, "answer")
        if state.still_owed
        else (),
        "agent": request.POST.get("agent", ""),
        "slips": slips(dossier.file),
        "history": [(event.at, event.words(), event.by.name) for event in dossier.file.events][::-1],
        **more,
    }
    return render(request, template, context, status=tried.status)


@role("clerk", "senior")
@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """The file: left what was submitted, right the decision."""
    dossier = opened_case(request, number)
    others = colleagues_at(actor_of(request), dossier)
    return received_page(request, dossier, "counter/case.html", colleagues=others)


def then(request: HttpRequest, dossier: Dossier, words: str) -> HttpResponse:
    """Back to the case, saying what was done."""
    tell(request, words)
    return redirect("counter:case", dossier.case.number)


def _hold(request: HttpRequest, dossier: Dossier, command: Command, words: str) -> CaseFile:
    body = counter.receiving_of(dossier)
    return done_or_held(request, dossier.case.pk, command, words, body=body, seen=seen_of(request))


@role("clerk", "senior")
@require_POST
def accept_case(request: HttpRequest, number: str) -> HttpResponse:
    """Accept."""
    dossier = opened_case(request, number)
    tried = attempt(lambda: _hold(request, dossier, commands.Accept(), _("受理")))
    if tried.done is None:
        return received_page(request, opened_case(request, number), "counter/case.html", tried)
    return then(request, dossier, _("已受理，已分送各部门办理。受理通知书可以打印。"))


@role("clerk", "senior")
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, number: str) -> HttpResponse:
    """一次性补正告知: mark the exact fields and papers; the bodies' proposals come along."""
    dossier = opened_case(request, number)
    tried: Tried[CaseFile] = Tried()
    problems: tuple[Problem, ...] = ()
    reason = request.POST.get("reason", "").strip()
    if request.method == "POST":
        marks, problems = marked(dossier.targets, request.POST)
        if not problems:
            command = commands.IssueNotice(marks=tuple(marks), reason=reason)
            tried = attempt(lambda: _hold(request, dossier, command, _("发出一次性补正告知")))
            if tried.done is not None:
                return then(request, dossier, _("补正告知已发出，申请人会看到每一处要改什么。"))
            dossier = opened_case(request, number)
    rows = mark_rows(dossier.targets, post=request.POST if request.method == "POST" else None)
    if problems:
        tried = Tried(problems=problems)
    return received_page(
        request,
        dossier,
        "counter/notice.html",
        tried,
        mark_sections=((_("填写的内容"), rows["fields"]), (_("材料"), rows["materials"])),
        mark_reasons=reasons(),
        errors=error_lines(problems),
        reason=reason,
    )


@role("senior")
@require_POST
def cancel_notice(request: HttpRequest, number: str, notice: int) -> HttpResponse:
    """A senior takes a notice back that blocks the file."""
    dossier = opened_case(request, number)
    reason = request.POST.get("reason", "").strip()
    tried = attempt(
        lambda: counter.cancel_notice(actor_of(request), dossier, notice, reason, seen_of(request))
    )
    if tried.done is None:
        return received_page(request, opened_case(request, number), "counter/case.html", tried)
    return then(request, dossier, _("补正告知已撤回，这一件回到待受理。"))


@role("clerk", "senior")
@require_http_methods(["GET", "HEAD", "POST"])
def correct_case(request: HttpRequest, number: str) -> HttpResponse:
    """当场更正: small errors, put right while the person stands there."""
    dossier = opened_case(request, number)
    fields = tuple(
        field
        for one in dossier.blueprint.fields
        if one.element in dossier.values
        for field in spread_merged(one, dossier.values.get(one.element), required=False)
    )
    tried: Tried[Any] = Tried()
    if request.method == "POST":
        raw = sent([one.name for one in fields], request.POST)
        note = request.POST.get("note", "").strip()
        tried = attempt(lambda: counter.correct(actor_of(request), dossier, raw, note, seen_of(request)))
        if tried.done is not None:
            file, problems = tried.done
            if file is not None:
                return then(request, dossier, _("已更正。请再看一遍，然后受理。"))
            tried = Tried(problems=problems)
        fields = with_problems(fields, tried.problems, held(fields, request.POST))
    return received_page(
        request,
        dossier,
        "counter/correct.html",
        tried,
        fields=fields,
        errors=error_lines(tried.problems),
        note=request.POST.get("note", ""),
    )


@role("clerk", "senior")
@require_http_methods(["GET", "HEAD", "POST"])
def turn_case_away(request: HttpRequest, number: str) -> HttpResponse:
    """Not needed, or not ours."""
    dossier = opened_case(request, number)
    post = request.POST
    tried: Tried[CaseFile] = Tried()
    fields = _turn_away_fields(dossier)
    if request.method == "POST":
        outcomes = {one.value: one for one in TurnedAway}
        outcome = outcomes.get(post.get("outcome", ""))
        reason, right = post.get("reason", "").strip(), post.get("right_body", "").strip()
        if outcome is None:
            problem = Problem("outcome", _("请选一种情况。"), Place(path="outcome"))
            tried = Tried(problems=(problem,))
        else:
            command = commands.TurnAway(outcome=outcome, reason=reason, right_body=right)
            tried = attempt(lambda: _hold(request, dossier, command, _("不予受理")))
        if tried.done is not None:
            return then(request, dossier, _("已告知申请人，告知书可以打印。"))
        fields = with_problems(fields, tried.problems, held(fields, post))
    return received_page(
        request,
        dossier,
        "counter/turn_away.html",
        tried,
        fields=fields,
        errors=error_lines(tried.problems),
    )


def _turn_away_fields(dossier: Dossier) -> tuple[Field, ...]:
    ours = set(dossier.state.bodies)
    bodies = [one for key, one in packs().catalogue.bodies.items() if key not in ours]
    return (
        Field(
            name="outcome",
            label=_("哪种情况"),
            kind="radios",
            options=(
                Option(
                    value=TurnedAway.NOT_NEEDED.value,
                    text=_("不需要办理"),
                    note=_("依法不需要取得许可，当场告知。"),
                ),
                Option(
                    value=TurnedAway.NOT_OURS.value,
                    text=_("不归我们办"),
                    note=_("不予受理，并写明该找哪个机关。"),
                ),
            ),
        ),
        Field(
            name="right_body",
            label=_("该找哪个机关"),
            kind="select",
            required=False,
            hint=_("选“不归我们办”时必填。"),
            options=tuple(Option(value=one.name, text=one.name) for one in bodies),
        ),
        Field(name="reason", label=_("理由"), kind="textarea", hint=_("会写进告知书，申请人看得到。")),
    )


@role("clerk", "senior")
@require_POST
def unmask_case(request: HttpRequest, number: str) -> HttpResponse:
    """Open hidden values for a reason."""
    if not open_up(request, opened_case(request, number)):
        messages.warning(request, _("请选要看的内容，并写明为什么要看。"))
    return redirect("counter:case", number)


@role("clerk", "senior")
@require_safe
def file(request: HttpRequest, number: str, upload: UUID) -> HttpResponse:
    """A paper of the case."""
    return deliver_file(request, opened_case(request, number), upload)


@role("clerk", "senior")
@require_safe
def slip_file(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    """A receipt, notice or letter as PDF."""
    opened_case(request, number)
    return deliver_slip(request, number, seq)


@role("clerk", "senior")
@require_POST
def hand_over_case(request: HttpRequest, number: str) -> HttpResponse:
    """The person fetches results here."""
    dossier = opened_case(request, number)
    items = [key for key in request.POST.getlist("item") if key in dossier.state.items]
    if not request.POST.get("checked"):
        problem = Problem("checked", _("请先核对领取人的证件，并打勾。"), Place(path="checked"))
        return received_page(
            request,
            dossier,
            "counter/case.html",
            Tried(problems=(problem,)),
            errors=error_lines((problem,)),
        )
    tried = attempt(
        lambda: counter.hand_over(actor_of(request), dossier, items, seen_of(request), chosen_agent(request))
    )
    if tried.done is None:
        return received_page(request, opened_case(request, number), "counter/case.html", tried)
    return then(request, dossier, _("已发放，送达已登记。"))


@role("clerk", "senior")
@require_POST
def owed_paper(request: HttpRequest, number: str) -> HttpResponse:
    """A deferred paper was brought."""
    dossier = opened_case(request, number)
    document = request.POST.get("document", "")
    tried = attempt(
        lambda: counter.hand_in_paper(actor_of(request), dossier, document, chosen_agent(request))
    )
    if tried.done is None:
        return received_page(request, opened_case(request, number), "counter/case.html", tried)
    return then(request, dossier, _("已登记补交。"))
