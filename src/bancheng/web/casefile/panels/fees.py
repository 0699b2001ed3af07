"""费用: what is charged and why, what is due now, what was paid with its receipt, what goes back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from bancheng.core.casework import CaseState, Charge, Hindered, dues, hindrances, owing
from bancheng.usecases.casework import CaseFile
from bancheng.web.casefile.showing import actor_of

ORDER = 20
DESKS = frozenset({"public", "counter", "bureau"})
TEMPLATE = "casefile/fees.html"


def show(request: HttpRequest, file: CaseFile, desk: str) -> dict[str, Any] | None:
    """Nothing for a case that charges nothing."""
    state, actor = file.state, actor_of(request)
    bill = state.bill
    if not (bill.charges or bill.payments):
        return None
    now = dues(state)
    receiving = state.submission.receiving_body if state.submission else ""
    return {
        "rows": [_row(state, one, actor.posts, desk) for one in bill.charges.values()],
        "due": sum(now.values()),
        "payments": list(bill.payments.values()),
        "refunds": list(bill.refunds.values()),
        "window": desk == "counter" and actor.has("clerk", receiving),
        "waits": [one.reason for one in hindrances(state, Hindered.ACCEPT) if one.code == "fees.unpaid"],
    }


def _row(state: CaseState, one: Charge, posts: tuple[tuple[str, str], ...], desk: str) -> dict[str, Any]:
    held = {role for role, body in posts if body == one.body}
    item = state.items.get(one.item)
    return {
        "one": one,
        "body": state.body_name(one.body),
        "item": item.item.name if item else "",
        "price": state.bill.price(one.key),
        "waived": state.bill.waived.get(one.key, 0),
        "net": state.bill.net(one.key),
        "owing": owing(state, one.key),
        "may_waive": desk == "bureau" and "senior" in held and bool(state.bill.price(one.key)),
        "may_assess": desk == "bureau" and one.amount is None and bool(held & {"senior", "reviewer"}),
    }
