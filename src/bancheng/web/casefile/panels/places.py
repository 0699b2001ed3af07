"""跨域通办 on the case: where it was received, where it is decided, where results are fetched, and what travels."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from bancheng.core.casework import (
    CaseState,
    ClockStart,
    CrossMode,
    HandoverKind,
    Phase,
    accountable,
    relayed,
)
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
        "duties": _duties(state) if where.mode in {CrossMode.JOINT, CrossMode.REMOTE} else (),
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


def _duties(state: CaseState) -> list[str]:
    """Who does what where, whose clock and whose duty, one sentence each; the same for applicant and desk."""
    submission = state.submission
    if submission is None:
        return []
    where, receiving = submission.places, state.body_name(submission.receiving_body)
    deciding: dict[str, list[str]] = {}
    for item in state.items.values():
        deciding.setdefault(state.body_name(item.item.body), []).append(item.item.name)
    said = []
    if where.mode is CrossMode.REMOTE:
        said.append(_("全程在网上办，哪个部门都不能要求申请人到窗口来。"))
    said.append(_("%(body)s收件，看材料齐不齐，并负责五个工作日内告知受理还是补正。") % {"body": receiving})
    said += [
        _("%(body)s审查并决定：%(items)s。") % {"body": body, "items": "、".join(items)}
        for body, items in deciding.items()
    ]
    if where.starts is ClockStart.RECEIPT:
        said.append(_("时限从收件之日起算，各部门对自己的环节负责。"))
    else:
        said.append(_("时限从受理之日起算，各部门对自己的环节负责。"))
    if where.collecting_body:
        said.append(_("结果送到%(body)s，在那里领取。") % {"body": state.body_name(where.collecting_body)})
    return said
