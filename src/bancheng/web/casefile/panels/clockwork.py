"""Lawful stops with their dates, and warnings: who was warned, when, and what came of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from bancheng.core.casework import Alarm, MoreTime, Procedure, ProcedureStage, Rank
from bancheng.usecases.casework import CaseFile
from bancheng.usecases.warned import Told, told_of
from bancheng.web.casefile.showing import actor_of
from bancheng.web.templatetags.content import body

ORDER = 12
DESKS = frozenset({"public", "counter", "bureau"})
TEMPLATE = "casefile/panel_clockwork.html"


def show(request: HttpRequest, file: CaseFile, desk: str) -> dict[str, Any] | None:
    """Applicants see what is held and may choose; officials see besides who was warned, of what their bodies share."""
    state = file.state
    if desk == "public":
        held = [_held(file, one, desk) for one in state.procedures.held]
        return {"held": held, "alarms": [], "wishes": []} if held else None
    mine = actor_of(request).bodies
    held = [
        _held(file, one, desk)
        for one in state.procedures.held
        if one.body in mine or any(state.items[key].item.body in mine for key in one.items)
    ]
    seen = [one for one in state.warnings if not mine.isdisjoint(one.receivers)]
    told = told_of(file.case.pk) if seen else {}
    alarms = [_alarm(one, told.get(one.number, [])) for one in seen]
    wishes = [_wish(one) for one in state.procedures.asked if mine & {one.body, one.to}]
    if not (held or alarms or wishes):
        return None
    return {"held": held, "alarms": alarms[::-1], "wishes": wishes}


def _held(file: CaseFile, one: Procedure, desk: str) -> dict[str, Any]:
    names = _("、").join(file.state.items[key].item.name for key in one.items)
    chooses = desk == "public" and (one.stage is ProcedureStage.OFFERED or (one.by_applicant and one.going))
    return {
        "one": one,
        "what": f"{one.kind.words}：{names}",
        "stage": _stage(one.stage),
        "going": one.going,
        "url": reverse("public:hearing", args=[file.case.number, one.number]) if chooses else "",
    }


def _stage(stage: ProcedureStage) -> str:
    return {
        ProcedureStage.OFFERED: _("等申请人选择"),
        ProcedureStage.CALLED: _("要定时间"),
        ProcedureStage.DATED: _("已定时间"),
        ProcedureStage.HELD: _("已举行"),
        ProcedureStage.WAIVED: _("不要求听证"),
        ProcedureStage.CALLED_OFF: _("已取消"),
    }[stage]


def _alarm(one: Alarm, told: list[Told]) -> dict[str, Any]:
    return {
        "one": one,
        "told": told,
        "rank": {
            Rank.HANDLER: _("经办人"),
            Rank.SENIOR: _("部门负责人"),
            Rank.SUPERVISION: _("督查"),
        }[one.rank],
        "bodies": _("、").join(body(key) for key in one.receivers),
        "people": _("、").join(who.name for who in one.people),
    }


def _wish(one: MoreTime) -> dict[str, Any]:
    word = {None: _("等答复"), True: _("已批准"), False: _("未批准")}[one.granted]
    return {"one": one, "word": word}
