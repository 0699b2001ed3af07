"""The thread of a case at the window, and the questions that wait for its answer."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bancheng.usecases.lists import wanted
from bancheng.usecases.talks import owed_to
from bancheng.web.casefile import actor_of
from bancheng.web.casefile.columns import TASK_COLUMNS
from bancheng.web.casefile.talking import talk_file, talk_page, talk_waive
from bancheng.web.frame import leave, leaving, list_page, render, role

WINDOW = ("clerk", "senior")
PER_PAGE = 25


@role(*WINDOW)
@list_page
@require_safe
def questions(request: HttpRequest) -> HttpResponseBase:
    """What applicants asked the window, the most urgent first."""
    text = request.GET.get("q", "")
    found = owed_to(actor_of(request), text)
    if leaving(request):
        return leave(request, "待答复的留言", found, TASK_COLUMNS, wanted(request.GET))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "counter/questions.html", {"page": page, "q": text})


@role(*WINDOW)
@require_http_methods(["GET", "HEAD", "POST"])
def talk(request: HttpRequest, number: str) -> HttpResponse:
    """Read and answer."""
    return talk_page(request, number, "counter")


@role(*WINDOW)
@require_POST
def waived(request: HttpRequest, number: str, message: int) -> HttpResponse:
    """No answer is wanted."""
    return talk_waive(request, number, message, "counter")


@role(*WINDOW)
@require_safe
def talked_file(request: HttpRequest, number: str, upload: UUID) -> HttpResponse:
    """A file of the thread."""
    return talk_file(request, number, upload)
