"""听证: the applicant is told of the right, and says whether they want it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bancheng.core.casework import ProcedureStage, ask_until
from bancheng.usecases import procedures
from bancheng.usecases.access import NotFound
from bancheng.usecases.mycases import my_file
from bancheng.usecases.town import packs
from bancheng.web.casefile import Tried, actor_of, attempt
from bancheng.web.frame import render, signed_in


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def hearing(request: HttpRequest, number: str, which: int) -> HttpResponse:
    """What a hearing is, until when it can be asked for, and the two answers."""
    actor = actor_of(request)
    file = my_file(actor, number)
    one = next((found for found in file.state.procedures.held if found.number == which), None)
    if one is None:
        raise NotFound("hearing")
    tried: Tried[object] = Tried()
    if request.method == "POST":
        wanted = request.POST.get("do") == "ask"
        tried = attempt(lambda: procedures.choose_hearing(actor, number, which, wanted=wanted))
        if tried.done is not None:
            said = _("已收到，我们会提前告诉您时间和地点。") if wanted else _("已收到，我们接着办理。")
            messages.success(request, said)
            return redirect("public:case", number)
    context = {
        "case": file.case,
        "one": one,
        "names": _("、").join(file.state.items[key].item.name for key in one.items),
        "until": ask_until(packs().calendar, one.since).date,
        "offered": one.stage is ProcedureStage.OFFERED,
        "may_waive": one.stage is ProcedureStage.OFFERED or (one.by_applicant and one.going),
        "tried": tried,
    }
    return render(request, "public/hearing.html", context, status=tried.status)
