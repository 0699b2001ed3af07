"""After a decision: correct a slip of the pen, revoke, take up again, and hand results over in five ways."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from bancheng.connect.documents import Label, render_labels
from bancheng.core.casework import (
    CaseState,
    Delivery,
    DeliveryNote,
    ItemState,
    ItemStatus,
    RevokeGround,
    Verdict,
    commands,
    delivery_due,
)
from bancheng.core.catalogue import Subject
from bancheng.core.clock import Due
from bancheng.core.kernel import Place, Problem, ProblemsFound, chinese_date, mask_name
from bancheng.store.models import HandOut, ResultDocument
from bancheng.usecases.access import Actor, NotFound, record
from bancheng.usecases.casework import CaseFile, act, open_case
from bancheng.usecases.failing import or_else
from bancheng.usecases.mandate_scope import stands_for
from bancheng.usecases.results import corrected, issued, throw_away, with_papers
from bancheng.usecases.town import packs

Lines = tuple[tuple[str, str], ...]


def partly(item: str, *, limits: str, reasons: str, basis: str, remedies: str) -> commands.DecideItem:
    """The decision that grants a part, or under conditions; what is not granted is stated like a refusal.

    Raises:
        ProblemsFound: it does not say what is granted.
    """
    if not limits.strip():
        raise ProblemsFound(
            (Problem("limits", "请写明准予的范围、条件，以及哪些不准予。", Place(path="limits")),)
        )
    return commands.DecideItem(
        item=item,
        verdict=Verdict.APPROVE,
        reasons=reasons,
        basis=basis,
        remedies=remedies,
        limits=limits,
    )


def current_papers(file: CaseFile, item: str) -> list[ResultDocument]:
    """The papers of an item that hold, in the order of the item."""
    state = file.state.items.get(item)
    refs = [one.file_ref for one in state.results] if state else []
    found = {str(one.pk): one for one in ResultDocument.objects.filter(pk__in=refs)}
    return [found[ref] for ref in refs if ref in found]


def correct(
    actor: Actor,
    case: UUID | str,
    item: str,
    what: str,
    changed: Mapping[str, Lines],
    *,
    seen: int | None = None,
    now: datetime | None = None,
) -> CaseFile:
    """New papers with the lines in `changed` (by document), in place of those that were wrong.

    Raises:
        NotFound: not theirs to see.
        CommandRefused: not their body's, or nothing to correct.
        ProblemsFound: nothing was changed.
    """
    now = now or timezone.now()
    file = open_case(actor, case)
    state = file.state.items.get(item)
    if state is None:
        raise NotFound("item")
    wrong = [
        one
        for one in current_papers(file, item)
        if one.document in changed and changed[one.document] != tuple((a, b) for a, b in one.lines)
    ]
    if state.results and not wrong:
        raise ProblemsFound((Problem("lines", "没有改动任何内容。请改正有误的那一行。", Place(path="what")),))
    papers: list[ResultDocument] = []
    with or_else(lambda: throw_away(papers)):
        # One by one, so that those made before a fault are known and thrown away.
        papers.extend(corrected(file, state, one, changed[one.document], now) for one in wrong)
    command = commands.Correct(item=item, what=what, results=tuple(issued(one) for one in papers))
    return with_papers(actor, file, command, papers, state.item.body, seen, now)


def revoke(
    actor: Actor,
    case: UUID | str,
    item: str,
    ground: RevokeGround,
    *,
    reason: str,
    basis: str = "",
    remedies: str = "",
    heard: bool = False,
    seen: int | None = None,
) -> CaseFile:
    """End an issued licence by name (撤销、撤回、注销). It says so at once on the verification page.

    Raises:
        CommandRefused: not the head of its body, the holder was not heard, or nothing was issued.
    """
    command = commands.Revoke(
        item=item, ground=ground, reason=reason, basis=basis, remedies=remedies, heard=heard
    )
    return _by_body(actor, case, item, command, seen, f"outcome.{ground.value}", reason)


def reopen(
    actor: Actor,
    case: UUID | str,
    item: str,
    *,
    reason: str,
    basis: str,
    warned: bool,
    seen: int | None = None,
) -> CaseFile:
    """Take a finished item up again, in one's own name.

    Raises:
        CommandRefused: not the head of its body, the warning not confirmed, or its result still holds.
    """
    command = commands.Reopen(item=item, reason=reason, basis=basis, warned=warned)
    return _by_body(actor, case, item, command, seen, "outcome.reopen", reason)


def _by_body(
    actor: Actor,
    case: UUID | str,
    item: str,
    command: commands.Command,
    seen: int | None,
    deed: str,
    reason: str,
) -> CaseFile:
    file = open_case(actor, case)
    state = file.state.items.get(item)
    if state is None:
        raise NotFound("item")

    def also(after: CaseFile) -> None:
        record(actor, deed, f"case:{after.case.number}/{item}", reason[:300])

    return act(actor, file.case.pk, command, body=state.item.body, seen=seen, also=also)


def may_lead(actor: Actor, item: ItemState) -> bool:
    """Whether the actor heads the body that decides on an item."""
    return actor.has("senior", item.item.body)


def deeds_for(actor: Actor, state: CaseState, item: ItemState) -> tuple[str, ...]:
    """What this official may do about the outcome of an item now: ``correct``, ``revoke``, ``reopen``."""
    key, body = item.item.key, item.item.body
    revoked = key in state.outcomes.revoked
    granted = item.status is ItemStatus.APPROVED and item.issued
    found = []
    if (
        (granted or item.status is ItemStatus.REFUSED)
        and not revoked
        and (actor.has("reviewer", body) or actor.has("senior", body))
    ):
        found.append("correct")
    if may_lead(actor, item):
        if granted and not revoked:
            found.append("revoke")
        if revoked or item.status in (ItemStatus.REFUSED, ItemStatus.STOPPED):
            found.append("reopen")
    return tuple(found)


# ------------------------------------------------------------------------------------------------ handing over


@dataclass(frozen=True)
class Taker:
    """Who takes a result for the applicant: under the registered `mandate` of that number, or somebody by `name` with a
    mandate on `paper` (what it is called, its number or date). All empty: the applicant."""

    name: str = ""
    paper: str = ""
    mandate: int = 0


HIMSELF = Taker()
"""The applicant in person."""


def hand_out(
    actor: Actor,
    file: CaseFile,
    items: Sequence[str],
    way: Delivery,
    *,
    checked: bool = False,
    tracking: str = "",
    place: str = "",
    taker: Taker = HIMSELF,
    seen: int | None = None,
) -> CaseFile:
    """Results leave the house. Over the counter who takes them was `checked`; a proxy shows a mandate.

    For a locker a pick-up code is made, which only the applicant sees.

    Raises:
        CommandRefused: locked, not ready, or a number or place lacks; the registered mandate does not hold for
            collecting.
        ProblemsFound: nobody's identity was checked, or a proxy came without mandate.
    """
    problems = []
    if way is Delivery.WINDOW and not checked:
        problems.append(Problem("checked", "请先核对领取人的证件，并打勾。", Place(path="checked")))
    if taker.name.strip() and not taker.paper.strip():
        problems.append(
            Problem("mandate", "代领的，请登记委托书（名称、编号或日期）。", Place(path="mandate"))
        )
    if not items:
        problems.append(Problem("items", "请选要送达的结果。", Place(path="items")))
    if problems:
        raise ProblemsFound(tuple(problems))
    command = commands.Deliver(
        way=way,
        items=tuple(items),
        to_ref=f"party:{file.case.party_id}",
        tracking=tracking.strip(),
        place=place.strip(),
        mandate=f"mandate:{taker.mandate}" if taker.mandate else "shown" if taker.paper.strip() else "",
    )
    stands = stands_for(actor, taker.mandate, file.case, "collect")

    def also(after: CaseFile) -> None:
        HandOut.objects.create(
            case=after.case,
            seq=after.state.seq,
            way=way.value,
            items=list(items),
            tracking=tracking.strip(),
            place=place.strip(),
            code=f"{secrets.randbelow(10**6):06d}" if way is Delivery.LOCKER else "",
            taker=taker.name.strip(),
            mandate=taker.paper.strip(),
            at=timezone.now(),
        )

    submission = file.state.submission
    window = submission.receiving_body if submission else ""
    body = window if window in actor.bodies else ""
    return act(actor, file.case.pk, command, body=body, seen=seen, also=also, stands=stands)


def note_delivery(
    actor: Actor,
    case: UUID | str,
    item: str,
    how: DeliveryNote,
    again: date | None,
    *,
    note: str = "",
    seen: int | None = None,
) -> CaseFile:
    """The window answers for a late result: brought in vain, or put off at the person's wish, until `again`.

    Raises:
        NotFound: not theirs to see, or not at their window.
        CommandRefused: nothing is late, or the day is too early or too far.
        ProblemsFound: no day was named.
    """
    file = open_case(actor, case)
    submission = file.state.submission
    if submission is None or submission.receiving_body not in actor.bodies:
        raise NotFound("window")
    if again is None:
        raise ProblemsFound((Problem("again", "请选下次送达的日期。", Place(path="again")),))
    command = commands.NoteDelivery(item=item, how=how, again=again, note=note)
    return act(actor, file.case.pk, command, body=submission.receiving_body, seen=seen)


def delivery_dues(state: CaseState) -> dict[str, Due]:
    """By when each result that waits must be handed over (行政许可法 art. 44)."""
    dues = ((key, delivery_due(state, item, packs().calendar)) for key, item in state.items.items())
    return {key: due for key, due in dues if due is not None}


def labels(actor: Actor, case: UUID | str) -> bytes:
    """Labels for the file and for what is handed over: name masked, number, day, a code that leads to the case."""
    file = open_case(actor, case)
    party, submission = file.case.party, file.state.submission
    name = mask_name(party.name) if party.subject == Subject.PERSON.value else party.name
    day = chinese_date(timezone.localdate(submission.at)) if submission else ""
    url = f"{settings.BANCHENG_ADDRESS}/counter/{file.case.number}/"
    whole = Label(title=file.case.name, number=file.case.number, lines=(name, f"收件 {day}"), url=url)
    each = tuple(
        Label(
            title=item.item.name,
            number=file.case.number,
            lines=(name, file.state.body_name(item.item.body)),
            url=url,
        )
        for item in file.state.items.values()
    )
    return render_labels((whole, *(each if len(each) > 1 else ())))
