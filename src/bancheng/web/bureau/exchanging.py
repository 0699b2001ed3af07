"""The thread of a case at an office, and steps that lie with the body's own system."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bancheng.usecases import bureau, exchange
from bancheng.web.casefile import actor_of, attempt, seen_of
from bancheng.web.casefile.talking import talk_file, talk_page, talk_waive
from bancheng.web.frame import role

OFFICE = bureau.OFFICE_ROLES


@role("senior")
@require_POST
def recall(request: HttpRequest, number: str) -> HttpResponse:
    """Take a step back from the system, with a reason."""
    post = request.POST
    tried = attempt(
        lambda: exchange.recall(
            actor_of(request),
            number,
            post.get("step", ""),
            post.get("body", ""),
            post.get("reason", "").strip(),
            seen_of(request),
        )
    )
    if tried.done is not None:
        messages.success(request, _("已收回，由人工办理。"))
    for one in tried.refusals:
        messages.warning(request, f"{one.reason}{one.remedy}")
    if tried.stale:
        messages.warning(request, _("这份办件刚刚有了新进展，请再看一遍。"))
    return redirect(reverse("bureau:case", args=[number]))


@role(*OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
def talk(request: HttpRequest, number: str) -> HttpResponse:
    """Read and answer."""
    return talk_page(request, number, "bureau")


@role(*OFFICE)
@require_POST
def waived(request: HttpRequest, number: str, message: int) -> HttpResponse:
    """No answer is wanted."""
    return talk_waive(request, number, message, "bureau")


@role(*OFFICE)
@require_safe
def talked_file(request: HttpRequest, number: str, upload: UUID) -> HttpResponse:
    """A file of the thread."""
    return talk_file(request, number, upload)
