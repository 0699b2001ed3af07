"""What happens next, who does it, and by when: plain words at the top of every case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bancheng.core.casework import NextKind, NextUp, what_next
from bancheng.usecases.casework import CaseFile
from bancheng.usecases.town import packs
from bancheng.web.templatetags.content import body
from bancheng.web.templatetags.words import full_day

ORDER = 5
DESKS = frozenset({"public", "counter", "bureau"})
TEMPLATE = "casefile/panel_next.html"


def show(request: HttpRequest, file: CaseFile, desk: str) -> dict[str, Any] | None:
    """The sentences; None once nothing more will happen."""
    return lines(what_next(file.state, packs().calendar, timezone.now()), yours=desk == "public")


def lines(found: Iterable[NextUp], *, yours: bool) -> dict[str, Any] | None:
    """What comes next in words; `yours`: said to the applicant."""
    found = tuple(found)
    now = [_line(one, yours=yours) for one in found if one.kind is not NextKind.AFTER]
    after = [_line(one, yours=yours) for one in found if one.kind is NextKind.AFTER]
    return {"lines": now, "after": after[:4]} if now or after else None


def _line(one: NextUp, *, yours: bool) -> dict[str, Any]:
    return {
        "words": _words(one, yours=yours),
        "notes": _notes(one),
        "yours": yours and not one.who,
        "late": one.late,
    }


def _words(one: NextUp, *, yours: bool) -> str:
    said = _said(one.kind, yours=yours)
    words = said % {"who": body(one.who) if one.who else "", "what": one.what}
    if one.kind is NextKind.ANSWER:
        count = int(one.what)
        words = (
            ngettext("请您补正 %(n)d 处，补好我们接着看", "请您补正 %(n)d 处，补好我们接着看", count)
            if yours
            else ngettext("等申请人补正 %(n)d 处", "等申请人补正 %(n)d 处", count)
        ) % {"n": count}
    if one.by is None:
        return words
    day = {"words": words, "day": full_day(one.by)}
    if one.kind is NextKind.PROCEDURE and not one.late:
        return _("%(words)s，%(day)s前举行") % day
    return _("%(words)s，最晚 %(day)s") % day


def _said(kind: NextKind, *, yours: bool) -> str:
    words = {
        NextKind.INTAKE: _("%(who)s看材料，告诉您是否受理、还缺什么")
        if yours
        else _("%(who)s审查材料，作出是否受理的答复"),
        NextKind.ANSWER: "",
        NextKind.CHOOSE: _("请您选择“%(what)s”要不要听证") if yours else _("等申请人选择“%(what)s”是否听证"),
        NextKind.WORK: _("%(who)s办“%(what)s”"),
        NextKind.DECIDE: _("%(who)s对“%(what)s”作出决定"),
        NextKind.OPINION: _("%(who)s就“%(what)s”答复意见"),
        NextKind.PROCEDURE: _("%(who)s组织%(what)s"),
        NextKind.HAND_IN: _("请您补交“%(what)s”") if yours else _("等申请人补交“%(what)s”"),
        NextKind.FETCH: _("“%(what)s”有结果了，可以领取") if yours else _("送达“%(what)s”的结果"),
        NextKind.AFTER: _("%(who)s办“%(what)s”"),
    }
    return words[kind]


def _notes(one: NextUp) -> list[str]:
    notes = []
    if one.late:
        notes.append(_("已经过了最后一天，我们提醒过这个部门"))
    if one.standing:
        notes.append(_("暂停计时，日期会顺延"))
    if one.provisional:
        notes.append(_("按尚未公布的放假安排推算，公布后可能变动"))
    return notes
