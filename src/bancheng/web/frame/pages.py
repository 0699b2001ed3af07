"""Answers as pages."""

from collections.abc import Mapping
from typing import Any

from django import shortcuts
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers


def render(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """The page ``template`` with ``context``. Give `status=422` when a submission had problems.

    HTMX requests get the same page unless the view chooses a part template by ``request.headers["HX-Request"]``;
    the answer says that it depends on that header and on the reader's cookies, so that no cache mixes them.
    """
    response = shortcuts.render(request, template, dict(context or {}), status=status)
    patch_vary_headers(response, ("Cookie", "HX-Request"))
    return response


def confirm(
    request: HttpRequest,
    *,
    title: str,
    text: str,
    yes: str,
    back: str,
    danger: bool = False,
    hidden: Mapping[str, str] | None = None,
    layout: str = "frame/public.html",
) -> HttpResponse:
    """A page that asks before an act that cannot be taken back: POSTs to the address it stands at.

    `text` says what will happen; `yes` is the verb on the button; `back` the address of the way out.
    """
    context = {
        "title": title,
        "text": text,
        "yes": yes,
        "back": back,
        "danger": danger,
        "hidden": dict(hidden or {}),
        "layout": layout,
    }
    return render(request, "frame/confirm.html", context)
