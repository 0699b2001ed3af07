"""跨域通办: choosing the places of a case, the form check elsewhere, lists of papers and results, pick-up near."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet

from bancheng.connect.documents import Letter, render_letter
from bancheng.core.casework import (
    ClockStart,
    CrossMode,
    Delivery,
    Handover,
    HandoverKind,
    HandoverLine,
    Places,
    commands,
    ready,
)
from bancheng.core.catalogue import Body
from bancheng.core.kernel import Place, Problem, ProblemsFound, chinese_date
from bancheng.store.models import CaseTask, Draft, DraftPlaces, Membership
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.casework import CaseFile, act, open_case
from bancheng.usecases.town import body

DESK_ROLES = frozenset({"clerk", "reviewer", "senior"})
MODES = {
    CrossMode.REMOTE: "全程网办",
    CrossMode.RELAY: "异地代收代办",
    CrossMode.JOINT: "多地联办",
}
TABS = ("open", "done")


def pick_up_offices() -> tuple[Body, ...]:
    """The bodies with a window at which results can be fetched: one query."""
    held = Membership.objects.filter(role="clerk", user__is_active=True).exclude(body="")
    return tuple(body(key) for key in sorted(set(held.values_list("body", flat=True))))


def choose(draft: Draft, mode: str, collecting: str) -> DraftPlaces:
    """How the draft crosses places, and where its results are fetched; empty is the usual way.

    Raises:
        ProblemsFound: no such way, or no such office.
    """
    if mode and mode not in set(CrossMode):
        raise ProblemsFound((Problem("places.mode", "请选一种办理方式。", Place(path="mode")),))
    if collecting and collecting not in {one.key for one in pick_up_offices()}:
        raise ProblemsFound((Problem("places.office", "请选一个取件的窗口。", Place(path="collecting")),))
    return DraftPlaces.objects.update_or_create(
        draft=draft, defaults={"mode": mode, "collecting_body": collecting}
    )[0]


def chosen(draft: Draft) -> DraftPlaces:
    """What was chosen so far; nothing is the usual way."""
    return DraftPlaces.objects.filter(draft=draft).first() or DraftPlaces(draft=draft)


def places_of(draft: Draft, receiving: str, lead: str) -> Places:
    """The places of a case made of this draft. An office of another division than the deciding body only relays:
    powers do not move, whatever was chosen."""
    wish = chosen(draft)
    here, home = body(receiving).division, body(lead).division
    mode = CrossMode(wish.mode) if wish.mode else None
    if here != home and draft.channel != "online":
        mode = CrossMode.RELAY
    if mode is CrossMode.RELAY and receiving == lead:
        mode = None
    return Places(
        applicant=here if draft.channel != "online" else "",
        receiving=here,
        deciding=home,
        collecting=body(wish.collecting_body).division if wish.collecting_body else "",
        mode=mode,
        collecting_body=wish.collecting_body if wish.collecting_body != receiving else "",
        starts=ClockStart(settings.BANCHENG_CROSS_CLOCK),
    )


# ------------------------------------------------------------------------------------------------ lists


def travelling(actor: Actor, tab: str = "open") -> QuerySet[CaseTask]:
    """Lists that the actor's bodies have to receive, and discrepancies to clear up. A task carries its body."""
    bodies = {one for role, one in actor.posts if role in DESK_ROLES}
    rows = CaseTask.objects.filter(kind="handover", body__in=bodies)
    rows = rows.filter(state="done") if tab == "done" else rows.exclude(state="done")
    return rows.select_related("case", "case__party").order_by("due_on", "case__number", "key")


@dataclass(frozen=True)
class Travelling:
    """A list of a case as one of its two ends sees it; `ready`: items that may be handed out here now."""

    file: CaseFile
    handover: Handover
    ready: tuple[str, ...]

    @property
    def sender(self) -> str:
        """Who sent it."""
        return self.file.state.body_name(self.handover.sender)

    @property
    def receiver(self) -> str:
        """Who receives it."""
        return self.file.state.body_name(self.handover.receiver)


def handover(actor: Actor, number: str, which: int) -> Travelling:
    """A list that one of the actor's bodies sent or receives.

    Raises:
        NotFound: none of theirs.
    """
    file = open_case(actor, number)
    found = next((one for one in file.state.crossing.handovers if one.number == which), None)
    if found is None or actor.bodies.isdisjoint({found.sender, found.receiver}):
        raise NotFound("handover")
    results = found.kind is HandoverKind.RESULTS and found.received is not None and not found.open
    here = results and found.receiver in actor.bodies
    items = dict.fromkeys(line.item for line in found.lines) if here else {}
    return Travelling(
        file, found, tuple(key for key in items if key in file.state.items and ready(file.state.items[key]))
    )


def paper_lines(file: CaseFile) -> tuple[HandoverLine, ...]:
    """The papers of a case as lines of a list."""
    names = [one.name or key for key, one in file.state.materials.items()]
    return tuple(HandoverLine(number=place, name=name) for place, name in enumerate(["申请表", *names], 1))


def result_lines(file: CaseFile, bodies: Collection[str]) -> tuple[HandoverLine, ...]:
    """The issued results of these bodies that did not travel yet and were not handed out."""
    gone = {line.ref for one in file.state.crossing.handovers for line in one.lines if line.ref}
    found = [
        (paper, item)
        for item in file.state.items.values()
        if item.item.body in bodies and ready(item)
        for paper in item.results
        if paper.number not in gone
    ]
    return tuple(
        HandoverLine(
            number=place, name=f"{item.item.name} {paper.number}", item=item.item.key, ref=paper.number
        )
        for place, (paper, item) in enumerate(found, 1)
    )


def check_form(actor: Actor, number: str, identity: str, seen: int | None = None) -> CaseFile:
    """The receiving office has seen the ID and checked the form.

    Raises:
        CommandRefused: not relayed, checked before, or not their window.
    """
    file = open_case(actor, number)
    receiving = file.state.submission.receiving_body if file.state.submission else ""
    return act(actor, number, commands.CheckForm(identity=identity), body=receiving, seen=seen)


def accept(actor: Actor, number: str, seen: int | None = None) -> CaseFile:
    """The deciding body accepts a relayed case.

    Raises:
        CommandRefused: nobody has checked the form yet, or not their body.
    """
    file = open_case(actor, number)
    lead = file.state.submission.lead_body if file.state.submission else ""
    return act(actor, number, commands.Accept(), body=lead, seen=seen)


def send(
    actor: Actor,
    number: str,
    kind: HandoverKind,
    names: Sequence[str],
    *,
    way: str = "",
    tracking: str = "",
    seen: int | None = None,
) -> CaseFile:
    """Send papers to who decides, or results to the pick-up office; `names` are the lines that travel.

    Raises:
        CommandRefused: nothing chosen, not issued yet, sent before, or not theirs to send.
    """
    file = open_case(actor, number)
    submission = file.state.submission
    if submission is None:
        raise NotFound("case")
    papers = kind is HandoverKind.PAPERS
    offered = paper_lines(file) if papers else result_lines(file, actor.bodies)
    picked = [one for one in offered if one.name in names]
    lines = tuple(
        HandoverLine(number=place, name=one.name, item=one.item, ref=one.ref)
        for place, one in enumerate(picked, 1)
    )
    owners = [file.state.items[one.item].item.body for one in picked if one.item]
    sender = submission.receiving_body if papers else next((one for one in owners if one in actor.bodies), "")
    receiver = (
        submission.lead_body if papers else submission.places.collecting_body or submission.receiving_body
    )
    command = commands.SendHandover(kind=kind, receiver=receiver, lines=lines, way=way, tracking=tracking)
    return act(actor, number, command, body=sender, seen=seen)


def receive(
    actor: Actor, number: str, which: int, missing: Collection[int], note: str, seen: int | None = None
) -> CaseFile:
    """Compare and sign for a list.

    Raises:
        NotFound: none of theirs.
        CommandRefused: received before, or a discrepancy without words.
    """
    found = handover(actor, number, which).handover
    command = commands.ReceiveHandover(number=which, missing=tuple(missing), note=note)
    return act(actor, number, command, body=found.receiver, seen=seen)


def clear(actor: Actor, number: str, which: int, note: str, seen: int | None = None) -> CaseFile:
    """Say how a discrepancy was cleared up.

    Raises:
        NotFound: none of theirs.
        CommandRefused: nothing to clear up, or not the sender.
    """
    found = handover(actor, number, which).handover
    return act(actor, number, commands.ClearHandover(number=which, note=note), body=found.sender, seen=seen)


def hand_out(actor: Actor, number: str, which: int, seen: int | None = None) -> CaseFile:
    """The applicant fetches here, near them, what a received list brought.

    Raises:
        NotFound: nothing to hand out.
        CommandRefused: locked by an owed paper, or delivered before.
    """
    found = handover(actor, number, which)
    if not found.ready:
        raise NotFound("results")
    command = commands.Deliver(
        way=Delivery.WINDOW, items=found.ready, to_ref=f"party:{found.file.case.party_id}"
    )
    return act(actor, number, command, body=found.handover.receiver, seen=seen)


def printed(actor: Actor, number: str, which: int) -> bytes:
    """A list on paper, with room for both signatures.

    Raises:
        NotFound: none of theirs.
    """
    found = handover(actor, number, which)
    one, case = found.handover, found.file.case
    way = f"，{one.way}{one.tracking}" if one.way else ""
    got = (
        f"签收：{one.received_by.name if one.received_by else ''} {chinese_date(one.received)}"
        + (f"，第{'、'.join(map(str, one.missing))}项不符：{one.note}" if one.missing else "，核对无误")
        if one.received
        else "签收人：　　　　　　　　日期："
    )
    letter = Letter(
        title="材料交接单" if one.kind is HandoverKind.PAPERS else "结果交接单",
        number=f"{case.number}-J{one.number}",
        to=found.receiver,
        paragraphs=(f"办件“{case.name}”（{case.number}）移交下列{len(one.lines)}件{way}：",),
        body=found.sender,
        issued_on=one.on,
        head=("序号", "名称", "份数"),
        rows=tuple((str(line.number), line.name, str(line.copies)) for line in one.lines),
        closing=(f"移交：{one.by.name}", got, f"请在{chinese_date(one.due)}前签收。"),
        sample=settings.BANCHENG_DEMO,
    )
    return render_letter(letter)
