"""谁替谁办: what somebody did in a case for another, with who it was and as what."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from bancheng.store.models import User
from bancheng.usecases.casework import CaseFile
from bancheng.web.public.mandates import kind_words

ORDER = 80
DESKS = frozenset({"public", "counter", "bureau"})
TEMPLATE = "casefile/mandates.html"


def show(_request: HttpRequest, file: CaseFile, _desk: str) -> dict[str, Any] | None:
    """Nothing where everybody acted for themself."""
    acted = [event for event in file.events if event.by.agent]
    if not acted:
        return None
    keys = {int(event.by.agent.removeprefix("user:")) for event in acted}
    names = {f"user:{one.pk}": one.get_full_name() for one in User.objects.filter(pk__in=keys)}
    words = kind_words()
    return {
        "rows": [
            {
                "at": event.at,
                "who": names.get(event.by.agent, "—"),
                "as": words.get(event.by.capacity, event.by.capacity),
                "words": event.words(),
            }
            for event in acted
        ]
    }
