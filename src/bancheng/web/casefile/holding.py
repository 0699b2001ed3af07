"""The deeds of the panel that says whose a task is, the same at window and bureau."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from bancheng.usecases import counter_desk
from bancheng.usecases.casework import CaseFile
from bancheng.web.casefile.acts import seen_of
from bancheng.web.casefile.showing import actor_of


def moved(request: HttpRequest, number: str, body: str) -> CaseFile:
    """What the form asks for, as `counter_desk` says."""
    actor, post = actor_of(request), request.POST
    task, seen = post.get("task", ""), seen_of(request)
    if post.get("do") == "claim":
        return counter_desk.claim(actor, number, body, task, seen)
    to, why = post.get("to", ""), post.get("why", "").strip()
    return counter_desk.release(actor, number, body, task, reason=why, to=to, seen=seen)


def words_of(request: HttpRequest) -> str:
    """What was done, in words."""
    to = request.POST.get("to", "")
    if request.POST.get("do") == "claim" or to == actor_of(request).id:
        return _("已领取，由您办理。")
    return _("已转交。") if to else _("已退回，同事可以领取。")
