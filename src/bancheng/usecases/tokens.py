"""Personal access tokens for the API: made once, shown once, kept as a hash."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from bancheng.store.models import ApiToken, User
from bancheng.usecases.access import NotFound

PREFIX = "bc_"
"""Begins every token, so that one left in a file can be found by a scanner."""
SEEN_EVERY = timedelta(minutes=5)
"""`last_used` is written no more often than this."""


def make_token(username: str, name: str, scope: str, days: int, now: datetime) -> str:
    """A new token of this account; the text is not kept and cannot be shown again.

    Raises:
        NotFound: there is no such account.
        ValueError: an unknown scope, or no days at all.
    """
    if scope not in {ApiToken.READ, ApiToken.ACT} or days < 1:
        raise ValueError("a token needs a scope (read, act) and at least one day")
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise NotFound(username)
    text = PREFIX + secrets.token_urlsafe(32)
    ApiToken.objects.create(
        user=user, name=name, hash=_hash(text), scope=scope, expires=now + timedelta(days=days)
    )
    return text


def token_of(text: str, now: datetime) -> ApiToken | None:
    """The token with this text while it is valid and its account open, or None. One query, rarely two."""
    found = (
        ApiToken.objects.filter(hash=_hash(text), expires__gt=now, user__is_active=True)
        .select_related("user")
        .first()
    )
    if found is not None and (found.last_used is None or now - found.last_used > SEEN_EVERY):
        ApiToken.objects.filter(pk=found.pk).update(last_used=now)
    return found


def _hash(text: str) -> str:
    # 256 random bits need no slow hash.
    return hashlib.sha256(text.encode()).hexdigest()
