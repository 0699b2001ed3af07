"""Whose task it is at the window: claim, hand over, take over; several at once from the queue."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from bancheng.usecases import counter, counter_desk
from bancheng.web.casefile import actor_of, attempt
from bancheng.web.casefile.holding import moved, words_of
from bancheng.web.counter.received import opened_case, received_page, then
from bancheng.web.frame import role

AT_ONCE = 50
"""Tasks that may be claimed in one go."""


@role("clerk", "senior")
@require_POST
def hold(request: HttpRequest, number: str) -> HttpResponse:
    """Claim, hand over or take over one task of a case."""
    dossier = opened_case(request, number)
    body = counter.receiving_of(dossier)
    tried = attempt(lambda: moved(request, number, body))
    if tried.done is None:
        return received_page(request, opened_case(request, number), "counter/case.html", tried)
    return then(request, dossier, words_of(request))


@role("clerk", "senior")
@require_POST
def claim_many(request: HttpRequest) -> HttpResponse:
    """Claim every task that was ticked in the queue."""
    ticked = [int(one) for one in request.POST.getlist("task") if one.isdecimal() and len(one) < 19]
    done, why = counter_desk.claim_many(actor_of(request), ticked[:AT_ONCE])
    if done:
        messages.success(request, ngettext("已领取 %(n)d 件。", "已领取 %(n)d 件。", done) % {"n": done})
    for one in why:
        messages.warning(request, one)
    if not done and not why:
        messages.warning(request, _("请先勾选要领取的任务。"))
    tab = request.POST.get("tab", "open")
    tail = f"?tab={tab if tab in {'open', 'answered', 'delivery'} else 'open'}"
    return redirect(f"{reverse('counter:queue')}{tail}{'&whose=mine' if done else ''}")
