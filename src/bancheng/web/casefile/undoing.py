"""Acts that can be taken back for ten seconds: remembered in the session of who did them, shown as a quiet bar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from bancheng.core.casework import Command
from bancheng.store.models import HeldAct
from bancheng.usecases.casework import CaseFile, open_case
from bancheng.usecases.undo import hold
from bancheng.web.casefile.showing import actor_of

REMEMBERED = "held_acts"
HELD = "act_is_held"
MOST = 200
"""Acts the bar remembers: as many as a batch may decide."""
SINGLY = 3
"""How many acts the bar shows one by one; more are taken back together."""


@dataclass(frozen=True)
class Bar:
    """What the bar shows: acts that wait, and acts that could not be done after all."""

    waiting: tuple[HeldAct, ...]
    failed: tuple[HeldAct, ...]

    @property
    def together(self) -> bool:
        """So many wait that one button takes all back."""
        return len(self.waiting) > SINGLY

    @property
    def first_due(self) -> datetime:
        """When the first of those that wait happens."""
        return min(one.due_at for one in self.waiting)


def done_or_held(
    request: HttpRequest,
    case: UUID | str,
    command: Command,
    words: str,
    *,
    body: str = "",
    seen: int | None = None,
) -> CaseFile:
    """Hold an act for the seconds in which it can be taken back, and remember it for the bar; `words` say what it does.

    Raises:
        NotFound, CommandRefused, Stale: as the act itself would.
    """
    actor = actor_of(request)
    held = hold(actor, case, command, words, body=body, seen=seen)
    # For `tell`: what waits is not yet said to be done.
    setattr(request, HELD, held is not None)
    if held is not None:
        remember(request, [held.pk])
    return open_case(actor, case)


def remember(request: HttpRequest, held: Iterable[UUID]) -> None:
    """Let the bar show these acts."""
    remembered = [*request.session.get(REMEMBERED, []), *(str(one) for one in held)]
    request.session[REMEMBERED] = remembered[-MOST:]


def tell(request: HttpRequest, words: str) -> None:
    """Say that it was done; of an act that waits the bar speaks."""
    if not getattr(request, HELD, False):
        messages.success(request, words)


def bar(request: HttpRequest) -> Bar | None:
    """The bar of this person; one query while something is remembered, none otherwise."""
    remembered = request.session.get(REMEMBERED) if hasattr(request, "session") else None
    if not remembered:
        return None
    rows = HeldAct.objects.filter(pk__in=remembered, user_id=actor_of(request).user_id).select_related("case")
    held = tuple(one for one in rows if one.state == HeldAct.HELD)
    failed = tuple(one for one in rows if one.state == HeldAct.FAILED)
    left = [str(one.pk) for one in held]
    if left != remembered:
        request.session[REMEMBERED] = left
    return Bar(held, failed)


def state_words(one: HeldAct) -> str:
    """What has become of it."""
    return {
        HeldAct.HELD: _("还没有生效，可以撤销。"),
        HeldAct.DONE: _("已经生效，不能撤销了。"),
        HeldAct.UNDONE: _("已经撤销，什么都没有发生。"),
        HeldAct.FAILED: _("没有办成。"),
    }[one.state]
