"""延续: until when a renewal is to be decided on, and what follows when nobody does."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from bancheng.core.casework import ItemState, ItemStatus, decide_before
from bancheng.usecases.casework import CaseFile

ORDER = 12
DESKS = frozenset({"public", "counter", "bureau"})
TEMPLATE = "casefile/renewal.html"


def show(request: HttpRequest, file: CaseFile, desk: str) -> dict[str, Any] | None:  # as every panel
    """Only for a case that renews a licence."""
    rows = [_row(file, one) for one in file.state.items.values() if one.item.renews is not None]
    return {"rows": rows, "public": desk == "public"} if rows else None


def _row(file: CaseFile, one: ItemState) -> dict[str, Any]:
    over = one.status not in (ItemStatus.WAITING, ItemStatus.OPEN)
    return {"one": one, "last": decide_before(file.state, one), "over": over}
