"""业务系统: which step lies with a body's own system, how far it is, and what is wrong when it did not get there."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bancheng.usecases.casework import CaseFile
from bancheng.usecases.exchange_desk import on_case
from bancheng.web.casefile.showing import actor_of

ORDER = 40
DESKS = frozenset({"public", "counter", "bureau"})
TEMPLATE = "casefile/exchange.html"

WORDS = {
    "sent": (_("已转去，等对方收件"), "blue", "send"),
    "acknowledged": (_("对方已收件"), "blue", "inbox"),
    "received": (_("对方已收件"), "blue", "inbox"),
    "reviewing": (_("对方正在审查"), "blue", "search"),
    "on_site": (_("对方正在现场核查"), "blue", "map-pin"),
    "signing": (_("对方正在审批签发"), "blue", "stamp"),
    "taken_back": (_("已办结并送回"), "green", "check"),
    "failed": (_("没有送到，改由人工办理"), "red", "circle-alert"),
    "recalled": (_("已收回，由人工办理"), "grey", "corner-up-left"),
}


def show(request: HttpRequest, file: CaseFile, desk: str) -> dict[str, Any] | None:
    """Nothing for a case that people do themselves. Errors are for officials; one query where there is something."""
    actor = actor_of(request)
    rows = []
    for one in on_case(file):
        word, tone, icon = WORDS[one.status]
        may = desk == "bureau" and one.out and actor.has("senior", one.body_key)
        rows.append({"one": one, "word": word, "tone": tone, "icon": icon, "may_recall": may})
    return {"rows": rows} if rows else None
