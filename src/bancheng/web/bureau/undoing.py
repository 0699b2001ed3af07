"""撤销: what was done a moment ago and has not happened yet."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from bancheng.store.models import HeldAct
from bancheng.usecases import undo
from bancheng.web.bureau.filing import OFFICE
from bancheng.web.casefile import actor_of
from bancheng.web.casefile.undoing import bar, state_words
from bancheng.web.frame import render, role


@role("clerk", *OFFICE)
@require_POST
def undo_all(request: HttpRequest) -> HttpResponse:
    """Everything of mine that still waits in the bar."""
    found = bar(request)
    count = undo.undo_many(actor_of(request), [one.pk for one in found.waiting]) if found else 0
    if count:
        words = ngettext("已撤销 %(n)d 项，什么都没有发生。", "已撤销 %(n)d 项，什么都没有发生。", count)
        messages.success(request, words % {"n": count})
    else:
        messages.warning(request, _("来不及了，已经生效。"))
    return redirect("counter:home" if "clerk" in actor_of(request).roles else "bureau:home")


@role("clerk", *OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def undo_page(request: HttpRequest, held: UUID) -> HttpResponse:
    """What waits, for how long, and the button that takes it back; the page works without script."""
    actor = actor_of(request)
    one = undo.mine(actor, held)
    if request.method == "POST":
        if undo.undo(actor, held):
            messages.success(request, _("已撤销：%(words)s。什么都没有发生。") % {"words": one.words})
        else:
            messages.warning(request, _("来不及了，“%(words)s”已经生效。") % {"words": one.words})
        desk = "counter:case" if "clerk" in actor.roles else "bureau:case"
        return redirect(desk, one.case.number)
    context = {
        "one": one,
        "said": state_words(one),
        "waits": one.state == HeldAct.HELD,
        "desk": "counter:case" if "clerk" in actor.roles else "bureau:case",
    }
    return render(request, "bureau/undo.html", context)
