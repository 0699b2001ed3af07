"""A person comes back to the window: with what a notice asked for, or to take the case back."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bancheng.core.casework import ItemStatus, MarkKind, WithdrawReason, can_withdraw
from bancheng.usecases.access import NotFound
from bancheng.usecases.counter_answers import answer_at_window, to_answer, withdraw_at_window
from bancheng.web.casefile import Tried, actor_of, attempt, seen_of
from bancheng.web.casefile.agents import agent_field, agents, chosen_agent
from bancheng.web.casefile.deeds import Deed, chosen, deed_page, lacking
from bancheng.web.casefile.marks import reasons
from bancheng.web.casefile.withdrawing import why_field
from bancheng.web.counter.fields import held, sent, spread_merged
from bancheng.web.counter.received import opened_case, received_page, then
from bancheng.web.frame import Field, error_lines, role, with_problems


@role("clerk", "senior")
@require_http_methods(["GET", "HEAD", "POST"])
def answer_notice(request: HttpRequest, number: str, notice: int) -> HttpResponse:
    """Every mark that is left on one page: new values, papers kept or scanned."""
    dossier = opened_case(request, number)
    _notice, left = to_answer(dossier, notice)
    fields = tuple(
        field for one in left if one.field for field in spread_merged(one.field, one.value, required=True)
    )
    papers = [one.mark for one in left if one.mark.kind is MarkKind.MATERIAL]
    tried: Tried[Any] = Tried()
    if request.method == "POST":
        raw = sent([one.name for one in fields], request.POST)
        tried = attempt(
            lambda: answer_at_window(
                actor_of(request),
                dossier,
                notice,
                raw=raw,
                papers=request.POST.getlist("paper"),
                files={mark.target: _files(request, mark.target) for mark in papers},
                seen=seen_of(request),
                mandate=chosen_agent(request),
            )
        )
        if tried.done is not None:
            file, problems = tried.done
            if file is not None:
                return then(request, dossier, _("补正已收，请再审查一遍。"))
            tried = Tried(problems=problems)
        fields = with_problems(fields, tried.problems, held(fields, request.POST))
    asked = {one.field.element: one.mark for one in left if one.field}
    said = dict(reasons())
    return received_page(
        request,
        dossier,
        "counter/answer.html",
        tried,
        rows=[{"field": one, "mark": asked[one.name.partition(".")[0]]} for one in fields],
        papers=[{"mark": mark, "reason": said[mark.reason.value]} for mark in papers],
        agents=agents(dossier.case.party_id, dossier.case.onething, "answer"),
        agent=request.POST.get("agent", ""),
        kept=request.POST.getlist("paper"),
        errors=error_lines(tried.problems),
    )


@role("clerk", "senior")
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """The applicant, or their agent, stands there and takes the case back; the page prints as a sheet to sign."""
    dossier = opened_case(request, number)
    state = dossier.state
    if not can_withdraw(state):
        raise NotFound("withdraw")
    kept = [one.item.name for one in state.items.values() if one.status is ItemStatus.APPROVED]
    text = [_("还没办完的事项会停下来。"), _("以后可以随时重新申请，不影响申请人。")]
    if kept:
        text.insert(1, _("已经办好的仍然有效：") + "、".join(kept))
    chosen_from = agents(dossier.case.party_id, dossier.case.onething, "apply")
    deed = Deed(
        title=_("撤回申请"),
        caption=f"{dossier.case.name} · {number}",
        facts=((_("申请人"), dossier.case.party.name),),
        text=text,
        fields=(
            agent_field(chosen_from, _("谁来撤回")),
            Field(name="checked", label=_("已核对来人的证件"), kind="agree", required=False),
            why_field(),
        ),
        button=_("撤回申请"),
        icon="corner-up-left",
        back=reverse("counter:case", args=[number]),
        seen=state.seq,
        prints=True,
    )
    if request.method != "POST":
        return deed_page(request, deed)
    reason = chosen(request, "reason", WithdrawReason)
    if reason is None:
        return deed_page(request, deed, lacking("reason", _("请选一个原因。")))
    tried = attempt(
        lambda: withdraw_at_window(
            actor_of(request),
            dossier,
            reason,
            checked=bool(request.POST.get("checked")),
            seen=seen_of(request),
            mandate=chosen_agent(request),
        )
    )
    if tried.done is None:
        return deed_page(request, deed, tried)
    return then(request, dossier, _("申请已经撤回。以后随时可以重新申请。"))


def _files(request: HttpRequest, document: str) -> list[tuple[str, BinaryIO]]:
    given = request.FILES.getlist(f"file/{document}")
    return [(one.name, cast(BinaryIO, one.file)) for one in given if one.name and one.file is not None]
