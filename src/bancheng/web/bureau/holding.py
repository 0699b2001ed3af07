"""Whose a promise's check is: claim, hand over, take over."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from bancheng.usecases.access import NotFound
from bancheng.web.bureau.filing import OFFICE, file_page, opened
from bancheng.web.bureau.working import back_to
from bancheng.web.casefile import attempt
from bancheng.web.casefile.holding import moved, words_of
from bancheng.web.frame import role


@role(*OFFICE)
@require_POST
def hold(request: HttpRequest, number: str) -> HttpResponse:
    """One task of a case that is no step."""
    work, body = opened(request, number), request.POST.get("body", "")
    if body not in work.dossier.bodies:
        raise NotFound("body")
    tried = attempt(lambda: moved(request, number, body))
    if tried.done is None:
        return file_page(request, opened(request, number), "bureau/case.html", tried)
    return back_to(request, number, words_of(request))
