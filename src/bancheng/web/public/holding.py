"""Drafts of people who have not signed in yet: their ids lie in the session, and only there."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from bancheng.usecases.access import Actor
from bancheng.usecases.apply import Preparation, open_draft, prepare

_KEY = "drafts"
_MOST = 10


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # reason: set by the frame's middleware
    return actor


def held(request: HttpRequest) -> tuple[str, ...]:
    """Ids of drafts begun in this browser."""
    return tuple(request.session.get(_KEY, ()))


def hold(request: HttpRequest, draft: UUID) -> None:
    """Remember a draft begun without an account; the oldest beyond ten are let go."""
    request.session[_KEY] = [*held(request), str(draft)][-_MOST:]


def preparation(request: HttpRequest, draft: UUID) -> Preparation:
    """The draft as it stands, for the one who asks.

    Raises:
        NotFound: no such draft of theirs.
    """
    actor = actor_of(request)
    return prepare(actor, open_draft(actor, draft, held(request)))
