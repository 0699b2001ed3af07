"""Who else is at a file now: asked again and again while the page is open, with script or without."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from bancheng.usecases.examining import at_file
from bancheng.web.casefile.showing import actor_of
from bancheng.web.frame import role

_IN_A_FRAME = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'self'"
"""The page in the frame loads nothing but its style, and may stand only in our own pages."""


@role("clerk", "reviewer", "inspector", "senior")
@xframe_options_sameorigin
@require_safe
def here(request: HttpRequest, number: str) -> HttpResponse:
    """The line that names them; as a page that comes again by itself where the browser runs no script."""
    colleagues = at_file(actor_of(request), number)
    framed = "frame" in request.GET
    template = "casefile/here_page.html" if framed else "casefile/here_line.html"
    answer = render(request, template, {"colleagues": colleagues})
    if framed:
        answer.headers["Content-Security-Policy"] = _IN_A_FRAME
    return answer
