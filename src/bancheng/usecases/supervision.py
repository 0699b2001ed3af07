"""审管协同 as the supervising body does it: what was handed over, taken over, and what inspections found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from bancheng.core.casework import Handed, Inspected, ItemState, commands
from bancheng.store.models import CaseTask, ResultDocument
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.casework import CaseFile, act, open_case

KIND, PREFIX = "supervision", "supervise:"
TABS = ("open", "done")
SUPERVISORS = frozenset({"reviewer", "inspector", "senior"})


def supervised(actor: Actor, tab: str = "open", text: str = "") -> QuerySet[CaseTask]:
    """What was handed to the actor's bodies: ``open`` to acknowledge, ``done`` taken over. A task carries its body."""
    bodies = {body for role, body in actor.posts if role in SUPERVISORS}
    rows = CaseTask.objects.filter(kind=KIND, body__in=bodies)
    rows = rows.filter(state="done") if tab == "done" else rows.exclude(state="done")
    if text:
        plain = text.strip()
        rows = rows.filter(
            Q(case__number__contains=plain) | Q(case__party__name__contains=plain) | Q(name__contains=plain)
        )
    return rows.select_related("case", "case__party").order_by("due_on", "case__number", "key")


@dataclass(frozen=True)
class Watched:
    """One item in the hands of a supervising body, with the papers of the licence."""

    file: CaseFile
    item: ItemState
    handed: Handed
    papers: tuple[ResultDocument, ...]


def watched(actor: Actor, number: str, item: str) -> Watched:
    """An item handed to one of the actor's bodies.

    Raises:
        NotFound: not handed to them.
    """
    file = open_case(actor, number)
    handed = file.state.supervision.get(item)
    if handed is None or handed.body not in actor.bodies:
        raise NotFound("supervision")
    papers = tuple(ResultDocument.objects.filter(case=file.case, item=item).order_by("number"))
    return Watched(file, file.state.items[item], handed, papers)


def acknowledge(actor: Actor, number: str, item: str, seen: int | None = None) -> CaseFile:
    """Take the item over.

    Raises:
        NotFound: not handed to them.
        CommandRefused: taken over before.
    """
    body = watched(actor, number, item).handed.body
    return act(actor, number, commands.AcknowledgeSupervision(item=item), body=body, seen=seen)


def return_inspection(
    actor: Actor,
    number: str,
    item: str,
    *,
    result: Inspected,
    findings: str,
    inspected_on: date,
    revoke: bool = False,
    seen: int | None = None,
) -> CaseFile:
    """Return what an inspection found; it shows on the case, and may propose to revoke the decision.

    Raises:
        NotFound: not handed to them.
        CommandRefused: faults without findings, a day that cannot be, or a proposal to revoke without serious faults.
    """
    body = watched(actor, number, item).handed.body
    command = commands.ReturnInspection(
        item=item, result=result, findings=findings, inspected_on=inspected_on, revoke=revoke
    )
    return act(actor, number, command, body=body, seen=seen)
