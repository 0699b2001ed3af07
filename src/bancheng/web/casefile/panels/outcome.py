"""结果: by when it is handed over and how it was, what was corrected, revoked, taken up again; what may be done."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from bancheng.core.casework import ItemState, open_chase, ready
from bancheng.store.models import HandOut
from bancheng.usecases import outcome
from bancheng.usecases.access import Actor
from bancheng.usecases.casework import CaseFile
from bancheng.web.casefile.showing import actor_of

ORDER = 40
DESKS = frozenset({"public", "counter", "bureau"})
TEMPLATE = "casefile/outcome.html"


def show(request: HttpRequest, file: CaseFile, desk: str) -> dict[str, Any] | None:
    """Nothing while nothing was decided, except labels at the desks."""
    actor, state = actor_of(request), file.state
    official = desk != "public"
    dues = outcome.delivery_dues(state)
    rows = [row for item in state.items.values() if (row := _row(actor, file, item, dues, official))]
    delivered = any(item.delivered is not None for item in state.items.values())
    handed = list(HandOut.objects.filter(case=file.case).order_by("seq")) if delivered else []
    held = state.outcomes
    if not (rows or handed or held.corrections or held.reopenings or official):
        return None
    names = {key: item.item.name for key, item in state.items.items()}
    return {
        "rows": rows,
        "handed": [(one, [names.get(key, key) for key in one.items]) for one in handed],
        "corrections": [(one, names.get(one.item, "")) for one in held.corrections],
        "reopenings": [(one, names.get(one.item, "")) for one in held.reopenings],
        "may_hand": official and bool(actor.bodies) and any(ready(item) for item in state.items.values()),
        "official": official,
    }


def at_window(actor: Actor, file: CaseFile) -> bool:
    """Whether the actor works at the window that took the case in."""
    window = file.state.submission.receiving_body if file.state.submission else ""
    return actor.has("clerk", window) or actor.has("senior", window)


def _row(
    actor: Actor, file: CaseFile, item: ItemState, dues: dict[str, Any], official: bool
) -> dict[str, Any] | None:
    key = item.item.key
    deeds = outcome.deeds_for(actor, file.state, item) if official else ()
    revoked = file.state.outcomes.revoked.get(key)
    if not (deeds or revoked or item.limits or (official and key in dues)):
        return None
    return {
        "item": item,
        "deeds": deeds,
        "revoked": revoked,
        "due": dues.get(key),
        "late": key in file.state.outcomes.late,
        "chased": official and at_window(actor, file) and open_chase(file.state, key) is not None,
    }
