"""Two officials on one file: who comes second reads what happened and finds every word they typed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from bancheng.usecases.access import NotFound
from bancheng.web.bureau.filing import SHOWN, file_page, opened
from bancheng.web.casefile import Tried, seen_of

_ITS_OWN = frozenset(
    {"csrfmiddlewaretoken", "seen", "do", "step", "item", "body", "to", "number", "outcome", "answer"}
)
"""What a form sends along of itself, or lets one choose; everything else was typed."""


def words_kept(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of a step, or of an item, that a colleague has ended since it was opened.

    The step is no longer theirs then, and the page would not be found: but what they typed must not be lost.
    """

    @wraps(view)
    def kept(request: HttpRequest, number: str, *args: Any, **more: Any) -> HttpResponse:
        try:
            return view(request, number, *args, **more)
        except NotFound:
            seen = seen_of(request) if request.method == "POST" else None
            if seen is None:
                raise
            work = opened(request, number)
            moved = work.dossier.state.seq - seen
            if moved <= 0:
                raise
            overtook = work.history()[: min(moved, SHOWN)]
            tried: Tried[Any] = Tried(stale=True)
            return file_page(
                request, work, "bureau/overtaken.html", tried, overtook=overtook, typed=[*_typed(request)]
            )

    return kept


def _typed(request: HttpRequest) -> Iterator[str]:
    for name, values in request.POST.lists():
        if name not in _ITS_OWN:
            yield from (value for value in values if value.strip())
