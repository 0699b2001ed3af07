"""跨域通办 on the case: where it was received, where it is decided, where results are fetched, and what travels."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from bancheng.core.casework import HandoverKind, Phase, accountable, relayed
from bancheng.usecases import places
from bancheng.usecases.casework import CaseFile
from bancheng.web.casefile.showing import actor_of

ORDER = 20
DESKS = frozenset({"public", "counter", "bureau"})
TEMPLATE = "casefile/places.html"


def show(request: HttpRequest, file: CaseFile, desk: str) -> dict[str, Any] | None:
    """Nothing for a case of one place."""
    state, submission = file.state, file.state.submission
    if submission is None:
        return None
    where, lists = submission.places, state.crossing.handovers
    if where.mode is None and not where.collecting_body and not lists:
        return None
    bodies = actor_of(request).bodies
    receiving, lead = submission.receiving_body, submission.lead_body
    pending = state.phase is Phase.RECEIVED
    sent = any(one.kind is HandoverKind.PAPERS for one in lists)
    inside = desk != "public"
    return {
        "way": places.MODES[where.mode] if where.mode is not None else "",
        "receiving": state.body_name(receiving),
        "deciding": state.body_name(lead or receiving),
        "collecting": state.body_name(where.collecting_body) if where.collecting_body else "",
        "answers": state.body_name(accountable(state)),
        "relay": relayed(state),
        "checked": state.crossing,
        "may_check": inside and pending and relayed(state) and not state.crossing.checked and receiving in bodies,
        "may_accept": inside and pending and relayed(state) and bool(state.crossing.checked) and lead in bodies,
        "may_send_papers": inside and relayed(state) and not sent and receiving in bodies,
        "may_send_results": inside
        and bool(where.collecting_body)
        and where.collecting_body not in bodies
        and bool(places.result_lines(file, bodies)),
        "lists": [
            {"one": one, "sender": state.body_name(one.sender), "receiver": state.body_name(one.receiver),
             "open": inside and not bodies.isdisjoint({one.sender, one.receiver})}
            for one in lists
        ],
    }  # fmt: skip
