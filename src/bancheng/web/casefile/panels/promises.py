"""容缺、承诺: credit to be decided on, promises signed and to be checked, measures proposed, what became of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from bancheng.core.casework import PromiseCheck, Proposal, Standing, deciders, may_settle, promise_checks
from bancheng.usecases import promises
from bancheng.usecases.access import Actor
from bancheng.usecases.casework import CaseFile
from bancheng.usecases.town import packs
from bancheng.web.casefile.showing import actor_of

ORDER = 15
DESKS = frozenset({"public", "counter", "bureau"})
TEMPLATE = "casefile/promises.html"


def show(request: HttpRequest, file: CaseFile, desk: str) -> dict[str, Any] | None:
    """Nothing for a case that rests on nobody's word."""
    actor, state = actor_of(request), file.state
    held = state.promises
    credit = held.credit if held.credit is not None and held.credit.waits else None
    checks = [_check(actor, file, one) for one in promise_checks(state)] if desk == "bureau" else []
    signed = promises.promises_of(file)
    if credit is None and not (checks or signed or held.proposals):
        return None
    receiving = state.submission.receiving_body if state.submission else ""
    today = timezone.localdate()
    return {
        "credit": credit,
        "bad": credit is not None and credit.standing is Standing.BAD,
        "may_decide": desk != "public" and receiving in actor.bodies,
        "signed": signed,
        "checks": checks,
        "open": [_proposal(actor, file, one, today) for one in held.open],
        "settled": [one for one in held.proposals if one.settled is not None],
    }


def _proposal(actor: Actor, file: CaseFile, one: Proposal, today: date) -> dict[str, Any]:
    mine = not actor.bodies.isdisjoint(deciders(file.state, one))
    return {"one": one, "may": mine, "now": may_settle(one, packs().calendar, today)}


def _check(actor: Actor, file: CaseFile, one: PromiseCheck) -> dict[str, Any]:
    bodies = {file.state.items[key].item.body for key in one.items}
    return {
        "one": one,
        "due": one.due(packs().calendar),
        "mine": not actor.bodies.isdisjoint(bodies),
        "found": file.state.promises.verified.get(one.material.document),
    }
