"""Hearings, expert and joint reviews on the desk: offer, convene, fix the date, record what came of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bancheng.core.casework import HEARING_HELD, Procedure, ProcedureKind, ProcedureStage
from bancheng.usecases import bureau, procedures
from bancheng.usecases.bureau import Work
from bancheng.usecases.casework import CaseFile
from bancheng.web.bureau.filing import OFFICE, file_page, opened
from bancheng.web.bureau.working import back_to
from bancheng.web.casefile import Tried, actor_of, attempt, seen_of
from bancheng.web.frame import Field, Option, role


@role(*OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def held(request: HttpRequest, number: str) -> HttpResponse:
    """What is under way with its next step, and a form to begin another."""
    work = opened(request, number)
    tried: Tried[Any] = Tried()
    if request.method == "POST":
        tried = attempt(lambda: _do(request, work))
        if tried.done is not None:
            return back_to(request, number, _said(request.POST.get("do", "")))
        work = opened(request, number)
    going = [one for one in work.dossier.state.procedures.going() if one.body in work.dossier.bodies]
    typed = request.POST.dict() if request.method == "POST" else {}
    return file_page(
        request,
        work,
        "bureau/procedures.html",
        tried,
        going=[_row(work, one, typed) for one in going],
        past=[
            {"one": one, "minutes": minutes}
            for one in work.dossier.state.procedures.held
            if (minutes := procedures.minutes_of(work).get(one.number))
        ],
        items=work.items,
        chosen=request.POST.getlist("items"),
        beginning=_beginning(work, typed),
        typed=typed,
    )


def _row(work: Work, one: Procedure, typed: dict[str, str]) -> dict[str, Any]:
    mine = typed if typed.get("number") == str(one.number) else {}
    names = _("、").join(work.dossier.state.items[key].item.name for key in one.items)
    return {
        "one": one,
        "names": names,
        "dates": one.stage in {ProcedureStage.CALLED, ProcedureStage.DATED},
        "may_record": one.stage is ProcedureStage.DATED or one.kind is not ProcedureKind.HEARING,
        "offered": one.stage is ProcedureStage.OFFERED,
        "dating": _dating(one, mine),
        "recording": _recording(mine),
        "reason": mine.get("reason", ""),
    }


def _dating(one: Procedure, typed: dict[str, str]) -> tuple[Field, ...]:
    people = tuple(Option(value=who.id, text=who.name) for who in procedures.chairs(one.body))
    hearing = one.kind is ProcedureKind.HEARING
    hint = _("提前 7 个工作日告知，20 个工作日内举行。") if hearing else ""
    fields = (
        Field(
            name="day",
            label=_("哪一天"),
            kind="date",
            value=typed.get("day", one.day.isoformat() if one.day else ""),
            hint=hint,
        ),
        Field(name="hour", label=_("几点"), value=typed.get("hour", one.hour), width=6),
        Field(name="place", label=_("地点"), value=typed.get("place", one.place)),
    )
    if not hearing:
        return fields
    chair = Field(
        name="chair",
        label=_("主持人"),
        kind="select",
        options=people,
        value=typed.get("chair", one.chair.id if one.chair else ""),
        hint=_("不能是审查这份申请的人。"),
    )
    return (*fields, chair)


def _recording(typed: dict[str, str]) -> tuple[Field, ...]:
    return (
        Field(name="result", label=_("结论"), value=typed.get("result", "")),
        Field(
            name="minutes",
            label=_("笔录或评审意见"),
            kind="textarea",
            value=typed.get("minutes", ""),
            hint=_("决定要以它为根据，记录后不能改。"),
        ),
    )


def _beginning(work: Work, typed: dict[str, str]) -> tuple[Field, ...]:
    kinds = [
        Option(value="offer", text=_("告知听证权利（申请人 5 个工作日内选择）")),
        Option(value=ProcedureKind.HEARING.value, text=_("依职权组织听证")),
        Option(value=ProcedureKind.EXPERT_REVIEW.value, text=_("专家评审")),
        Option(value=ProcedureKind.JOINT_REVIEW.value, text=_("联合会审（照常计时）")),
    ]
    seen: set[str] = set()
    for _key, one in bureau.procedures_of(work):
        if one.key not in seen:
            seen.add(one.key)
            text = _("联合会审，按“%(name)s”暂停计时") % {"name": one.name}
            kinds.append(Option(value=f"{ProcedureKind.JOINT_REVIEW.value}:{one.key}", text=text))
    return (
        Field(
            name="kind", label=_("办什么"), kind="select", options=tuple(kinds), value=typed.get("kind", "")
        ),
        Field(
            name="days",
            label=_("最长需要"),
            kind="number",
            unit=_("个工作日"),
            required=False,
            value=typed.get("days", ""),
            hint=_("听证固定 %(n)d 个工作日，不用填。") % {"n": HEARING_HELD},
        ),
        Field(
            name="words",
            label=_("为什么"),
            kind="textarea",
            value=typed.get("words", ""),
            hint=_("会书面告知申请人。"),
        ),
    )


def _do(request: HttpRequest, work: Work) -> CaseFile:
    actor, post, seen = actor_of(request), request.POST, seen_of(request)
    doing, which = post.get("do", ""), post.get("number", "")
    number = int(which) if which.isdecimal() else 0
    if doing == "date":
        return procedures.set_date(
            actor,
            work,
            number,
            _day(post.get("day", "")),
            post.get("hour", ""),
            post.get("place", ""),
            post.get("chair", ""),
            seen,
        )
    if doing == "record":
        return procedures.record_held(
            actor, work, number, post.get("result", ""), post.get("minutes", ""), seen
        )
    if doing == "call_off":
        return procedures.call_off(actor, work, number, post.get("reason", ""), seen)
    return _begin(request, work)


def _begin(request: HttpRequest, work: Work) -> CaseFile:
    actor, post, seen = actor_of(request), request.POST, seen_of(request)
    items = [key for key in post.getlist("items") if key in work.dossier.items]
    kind, _colon, procedure = post.get("kind", "").partition(":")
    words, days = post.get("words", "").strip(), post.get("days", "").strip()
    if kind == "offer" and items:
        return procedures.offer_hearing(actor, work, items[0], words, seen)
    chosen = next((one for one in ProcedureKind if one.value == kind), ProcedureKind.EXPERT_REVIEW)
    return procedures.convene(
        actor, work, chosen, items, words, int(days) if days.isdecimal() else 0, procedure, seen
    )


def _day(sent: str) -> date | None:
    try:
        return date.fromisoformat(sent)
    except ValueError:
        return None


def _said(doing: str) -> str:
    return {
        "date": _("时间地点已告知申请人。"),
        "record": _("已记录，从明天起恢复计时。"),
        "call_off": _("已取消，从明天起恢复计时。"),
    }.get(doing, _("已发出，会告知申请人。"))
