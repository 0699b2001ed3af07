"""留言: how many messages there are, what waits for an answer, and the way to the thread."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from bancheng.usecases.casework import CaseFile
from bancheng.usecases.talks import OPEN
from bancheng.web.casefile.showing import actor_of

ORDER = 50
DESKS = frozenset({"public", "counter", "bureau"})
TEMPLATE = "casefile/talks.html"


def show(request: HttpRequest, file: CaseFile, desk: str) -> dict[str, Any] | None:
    """From the fold alone. Nothing once the case has ended without a word."""
    talk = file.state.talk
    if not talk.last and file.state.phase not in OPEN:
        return None
    bodies = actor_of(request).bodies
    waiting = [one for one in talk.questions if one.answered is None] if file.state.phase in OPEN else []
    mine = [one for one in waiting if desk == "public" or one.body in bodies]
    return {
        "count": talk.last,
        "waiting": mine,
        "first": min((one.due for one in mine if one.due), default=None),
        "url": reverse(f"{desk}:talk", args=[file.case.number]),
    }
