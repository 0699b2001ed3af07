"""One page for one act: what it is about, the fields, the button; nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bancheng.core.kernel import Place, Problem
from bancheng.usecases.access import Actor, NotFound
from bancheng.web.casefile.acts import Tried
from bancheng.web.frame import Field, error_lines, render, with_problems


@dataclass(frozen=True, kw_only=True)
class Deed:
    """An act as a page shows it. `facts` are (name, value); `text` stands in full before the form.

    One that `prints` can be printed as a sheet with a line to sign on, without the form.
    """

    title: str
    button: str
    back: str
    fields: Sequence[Field]
    caption: str = ""
    facts: Sequence[tuple[str, str]] = ()
    text: Sequence[str] = ()
    note: str = ""
    seen: int = 0
    icon: str = "check"
    prints: bool = False


def deed_page(
    request: HttpRequest, deed: Deed, tried: Tried[Any] | None = None, *, public: bool = False
) -> HttpResponse:
    """The page, with what stood in the way of the last try beside what was typed."""
    tried = tried or Tried()
    problems: tuple[Problem, ...] = tried.problems
    problems += tuple(
        Problem(one.code, one.reason, Place(path=deed.fields[-1].name), suggestion=one.remedy)
        for one in tried.refusals
    )
    if tried.stale:
        stale = _("这份办件刚有了新进展，请看过新情况再提交。您写的内容还在。")
        problems += (Problem("stale", stale, Place(path=deed.fields[-1].name)),)
    post = request.POST if request.method == "POST" else None
    context = {
        "deed": deed,
        "layout": "frame/public.html" if public else "frame/officer.html",
        "fields": with_problems(deed.fields, problems, post),
        "errors": error_lines(problems),
    }
    return render(request, "casefile/deed.html", context, status=tried.status)


def chosen(request: HttpRequest, name: str, kinds: type[Any]) -> Any:
    """The member of an enumeration that was chosen, or None."""
    sent = request.POST.get(name, "")
    return next((one for one in kinds if one.value == sent), None)


def lacking(name: str, words: str) -> Tried[Any]:
    """Nothing was chosen where something must be."""
    return Tried(problems=(Problem(name, words, Place(path=name)),))


def body_among(actor: Actor, bodies: Sequence[str]) -> str:
    """For which of these bodies the actor acts.

    Raises:
        NotFound: for none of them.
    """
    found = next((one for one in bodies if one in actor.bodies), "")
    if not found:
        raise NotFound("body")
    return found
