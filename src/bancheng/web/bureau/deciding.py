"""The weighty pages: refusing in writing, marking what is to be put right, stopping and lengthening the clock."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bancheng.core.casework import MarkKind, Phase, Verdict, commands
from bancheng.core.clock import PauseReason
from bancheng.core.kernel import Place, Problem, ProblemsFound
from bancheng.usecases import bureau, bureau_acts
from bancheng.usecases.access import NotFound
from bancheng.usecases.bureau import Work
from bancheng.web.bureau.filing import OFFICE, file_page, opened
from bancheng.web.bureau.overtaken import words_kept
from bancheng.web.bureau.working import back_to
from bancheng.web.casefile import Tried, actor_of, attempt, mark_rows, marked, seen_of
from bancheng.web.casefile.marks import reasons
from bancheng.web.casefile.undoing import done_or_held
from bancheng.web.frame import Field, Option, role, with_problems


@role(*OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
@words_kept
def refuse_item(request: HttpRequest, number: str, step: str, item: str) -> HttpResponse:
    """不予: reasons to choose from and edit, the law, the remedies — all in writing."""
    work = opened(request, number)
    mine = work.step(step)
    one = next((found for found in bureau.items_to_decide(work, mine) if found.item.key == item), None)
    if one is None:
        raise NotFound("item")
    grounds = bureau.grounds(work, item)
    chosen = request.GET.get("ground", "0")
    at = int(chosen) if chosen.isdecimal() and int(chosen) < len(grounds) else 0
    values = {"reasons": grounds[at], "basis": bureau.basis_of(item), "remedies": bureau.REMEDIES}
    tried: Tried[Any] = Tried()
    if request.method == "POST":
        values = {key: request.POST.get(key, "").strip() for key in values}
        command = commands.DecideItem(
            item=item,
            verdict=Verdict.REFUSE,
            reasons=values["reasons"],
            basis=values["basis"],
            remedies=values["remedies"],
        )
        said = _("不予“%(item)s”") % {"item": one.item.name}
        tried = attempt(
            lambda: done_or_held(
                request, work.dossier.case.pk, command, said, body=mine.body, seen=seen_of(request)
            )
        )
        if tried.done is not None:
            words = _("已作出不予的决定，决定书已生成，申请人会收到通知。")
            return back_to(request, number, words)
        work = opened(request, number)
    fields = (
        Field(
            name="reasons",
            label=_("理由"),
            kind="textarea",
            value=values["reasons"],
            hint=_("写清事实和哪一条不符合，申请人要看得懂。"),
        ),
        Field(name="basis", label=_("依据"), kind="textarea", value=values["basis"]),
        Field(name="remedies", label=_("救济途径"), kind="textarea", value=values["remedies"]),
    )
    return file_page(
        request,
        work,
        "bureau/refuse.html",
        tried,
        mine=mine,
        item=one.item,
        grounds=grounds,
        chosen=at,
        fields=fields,
        stops=_stops(work, item),
    )


def _stops(work: Work, item: str) -> list[str]:
    """What ends together with a refused item, to be said before it is done."""
    state = work.dossier.state
    return [state.items[key].item.name for key in bureau.stops_with(work, item)]


@role(*OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
@words_kept
def mark(request: HttpRequest, number: str) -> HttpResponse:
    """Before acceptance a proposal for the one notice; after it a request for more. Exact fields and papers."""
    work = opened(request, number)
    state = work.dossier.state
    before = state.phase is Phase.RECEIVED
    body = _marking_body(work, request.POST.get("body", ""))
    problems: tuple[Problem, ...] = ()
    tried: Tried[Any] = Tried()
    reason = request.POST.get("reason", "").strip()
    if request.method == "POST":
        marks, problems = marked(work.dossier.targets, request.POST)
        tried = Tried(problems=problems)
        if not problems:
            tried = attempt(
                lambda: bureau_acts.mark(actor_of(request), work, body, marks, reason, seen_of(request))
            )
        if tried.done is not None:
            sent = _("意见已交给窗口，会并入一次性告知。") if before else _("补充材料通知已发给申请人。")
            return back_to(request, number, sent)
        work = opened(request, number)
    rows = mark_rows(
        work.dossier.targets,
        state.proposals.get(body, ()) if before else (),
        request.POST if request.method == "POST" else None,
    )
    fields, materials = rows[MarkKind.FIELD.value + "s"], rows[MarkKind.MATERIAL.value + "s"]
    return file_page(
        request,
        work,
        "bureau/marks.html",
        tried,
        before=before,
        mark_sections=((_("填写的内容"), fields), (_("材料"), materials)),
        mark_reasons=reasons(),
        marking_bodies=[(one, state.body_name(one)) for one in sorted(work.dossier.bodies)],
        marking_body=body,
        typed=reason,
        again=any(not one.cancelled for one in state.notices),
    )


def _marking_body(work: Work, asked: str) -> str:
    """Whose marks they are: as asked, else the body that has a step now, else the first of mine."""
    if asked in work.dossier.bodies:
        return asked
    return next((one.body for one in work.steps), next(iter(sorted(work.dossier.bodies))))


@role(*OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
@words_kept
def clock(request: HttpRequest, number: str, item: str) -> HttpResponse:
    """Stop an item's clock for a lawful reason, or lengthen its term once."""
    work = opened(request, number)
    if item not in work.dossier.items:
        raise NotFound("item")
    stopping, lengthening = _pause_fields(work, item), _extend_fields()
    tried: Tried[Any] = Tried()
    doing = request.POST.get("do", "")
    if request.method == "POST":
        tried = attempt(lambda: _turn(request, work, item, doing))
        if tried.done is not None:
            words = _("计时已暂停，会告知申请人。") if doing == "pause" else _("期限已延长，会告知申请人。")
            return back_to(request, number, words)
        work = opened(request, number)
        typed = request.POST.dict()
        if doing == "pause":
            stopping = with_problems(stopping, tried.problems, typed)
        else:
            lengthening = with_problems(lengthening, tried.problems, typed)
    state = work.dossier.state
    return file_page(
        request,
        work,
        "bureau/clock.html",
        tried,
        item=state.items[item].item,
        item_clock=work.clocks.items.get(item),
        stopping=stopping,
        lengthening=lengthening,
    )


def _turn(request: HttpRequest, work: Work, item: str, doing: str) -> Any:
    post, actor, seen = request.POST, actor_of(request), seen_of(request)
    days = post.get("days", "").strip()
    if doing == "extend":
        return bureau_acts.extend(
            actor, work, item, int(days) if days.isdecimal() else 0, post.get("reason", "").strip(), seen
        )
    kind, _colon, procedure = post.get("why", "").partition(":")
    reason = next((one for one in PauseReason if one.value == kind), None)
    if reason is None:
        raise ProblemsFound((Problem("why", _("请选一项法定事由。"), Place(path="why")),))
    words = post.get("words", "").strip()
    return bureau_acts.pause(
        actor, work, item, reason, int(days) if days.isdecimal() else 0, words, procedure, seen
    )


def _pause_fields(work: Work, item: str) -> tuple[Field, ...]:
    lawful = [
        Option(value=one.value, text=one.words) for one in PauseReason if one is not PauseReason.SPECIAL
    ]
    special = [
        Option(value=f"{PauseReason.SPECIAL.value}:{one.key}", text=one.name)
        for key, one in bureau.procedures_of(work)
        if key == item
    ]
    return (
        Field(name="why", label=_("法定事由"), kind="select", options=(*lawful, *special)),
        Field(
            name="days",
            label=_("最长需要"),
            kind="number",
            unit=_("个工作日"),
            hint=_("要书面告知申请人。"),
        ),
        Field(name="words", label=_("说明"), required=False),
    )


def _extend_fields() -> tuple[Field, ...]:
    return (
        Field(name="days", label=_("延长"), kind="number", unit=_("个工作日")),
        Field(
            name="reason",
            label=_("理由"),
            kind="textarea",
            hint=_("要告知申请人。只能延长一次，最多 10 个工作日。"),
        ),
    )
