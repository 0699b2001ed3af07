"""The one road by which a case changes: load, decide, append, project, announce, number — in one transaction.

Two people who act at once both decide on what they saw; the unique (case, sequence) lets the first win, and the second
decides again on what is now true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from bancheng.core import casework as core
from bancheng.core.casework import (
    AnyEvent,
    CaseState,
    Command,
    Context,
    decide,
    encode_event,
    evolve,
)
from bancheng.core.casework import events as ev
from bancheng.core.kernel import Fault, chain
from bancheng.store import statements
from bancheng.store.models import Case, CaseEvent, Outbox
from bancheng.usecases import kept
from bancheng.usecases.access import Actor, owns, visible_case, visible_row
from bancheng.usecases.exchange_routes import routed
from bancheng.usecases.mandate_scope import NOBODY, ActsFor, acts_for, need_mandate
from bancheng.usecases.projection import project
from bancheng.usecases.slips import number_slips
from bancheng.usecases.town import packs
from bancheng.usecases.warned import warnings_of

TRIES = 50
"""How often a lost race is decided again before it is a fault: each loss is somebody else's step forward."""


class Stale(Exception):
    """The case has moved since the page was made; show it anew instead of acting on what is no longer true."""


@dataclass(frozen=True)
class CaseFile:
    """A case with its folded state. Its events are read when first asked for."""

    case: Case
    state: CaseState

    @cached_property
    def events(self) -> tuple[AnyEvent, ...]:
        """What happened, up to `state`.

        Raises:
            Fault: the chain of hashes is broken.
        """
        rows = list(CaseEvent.objects.filter(case=self.case, seq__lte=self.state.seq).order_by("seq"))
        kept.follow(self.case, rows)
        return kept.read(self.case, rows)


def load(case: Case) -> CaseFile:
    """Where a case stands, every link of its log checked: two queries.

    Raises:
        Fault: the chain of hashes is broken, its end was cut off, or what is kept beside it was edited.
    """
    now, events = kept.whole(case)
    return _with_events(case, now.state, events)


def examine(case: Case) -> CaseFile:
    """The same by folding the log from its first event, and comparing what is kept beside it: for archives and sweeps.

    Raises:
        Fault: as `load`.
    """
    return CaseFile(case, kept.examine(case).state)


def _with_events(case: Case, state: CaseState, events: tuple[AnyEvent, ...]) -> CaseFile:
    file = CaseFile(case, state)
    # Read already: the property need not ask again.
    vars(file)["events"] = events
    return file


def open_case(actor: Actor, case: UUID | str) -> CaseFile:
    """A case the actor may see, folded.

    Raises:
        NotFound: there is none among what they may see.
    """
    return load(visible_case(actor, case))


def act(
    actor: Actor,
    case: UUID | str,
    command: Command | Sequence[Command],
    *,
    body: str = "",
    seen: int | None = None,
    now: datetime | None = None,
    also: Callable[[CaseFile], None] | None = None,
    stands: ActsFor = NOBODY,
) -> CaseFile:
    """Carry out one command, or several that belong together, on a case the actor may see.

    `body` says for which of their bodies an official acts; without it, the first with a part in the case. `seen` is
    the sequence the page showed. `also` writes what belongs to the act beside the log: in the same transaction, after
    the case is projected, with the case as it has become; it runs again when a lost race is decided again. `stands`
    names the agent who stands at the window before an official. Whoever may
    act for the applicant acts as applicant and never for a body: nobody decides their own matter (回避).

    Raises:
        NotFound: not theirs to see.
        CommandRefused: the rules say no; nothing has happened.
        Stale: the case has moved beyond `seen`.
    """
    row = visible_row(actor, case)
    commands = [command] if isinstance(command, Command) else list(command)
    for _ in range(TRIES):
        held = kept.resume(row)
        file = CaseFile(row, held.state)
        if seen is not None and held.seq != seen:
            raise Stale(row.number)
        context = Context(
            now=now or timezone.now(),
            actor=as_core(actor, file, body, commands, stands),
            calendar=packs().calendar,
        )
        need_mandate(actor, row, commands)
        events, state = _decide_all(file.state, commands, context)
        try:
            with transaction.atomic():
                head = _append(row, held.seq, held.head, events, actor)
                listed = project(row, state, held)
                announce(row, events, state)
                after = CaseFile(row, state)
                standing = kept.store(
                    row, kept.Kept(state.seq, head, state, listed, held.stored), context.now
                )
                if also is not None:
                    also(after)
                number_slips(row, state, events, held.seq + 1)
        except IntegrityError:
            kept.memory.drop(row.pk)
            row.refresh_from_db(fields=["seq"])
            if row.seq == held.seq:
                # Nobody else moved the case: the rows themselves are at odds, and deciding again would not help.
                raise
            continue
        kept.memory.put(row.pk, standing)
        return after
    raise Fault(f"case {row.number} changes too fast")


def create(case: Case, command: Command, actor: Actor, context: Context) -> CaseFile:
    """The first events of a new case, inside the caller's transaction."""
    events, state = _decide_all(CaseState(), [command], context)
    case.save(force_insert=True)
    head = _append(case, 0, "", events, actor)
    nothing = core.listed(CaseState(), context.calendar)
    listed = project(case, state, kept.Kept(0, "", CaseState(), nothing))
    announce(case, events, state)
    number_slips(case, state, events, 1)
    kept.memory.put(case.pk, kept.Kept(state.seq, head, state, listed))
    return _with_events(case, state, events)


def as_core(
    actor: Actor,
    file: CaseFile,
    body: str = "",
    wanted: Iterable[Command] = (),
    stands: ActsFor = NOBODY,
) -> core.Actor:
    """The actor as the rules know them: the applicant by the case's own reference, an official with one body and
    whoever stands before them for the applicant."""
    submission = file.state.submission
    if "machine" in actor.roles:
        # An administrator carries cases over in this guise, without a part in any of them: `bodies.officer`.
        return core.Actor(id=actor.id, name=actor.name, roles=tuple(sorted(actor.roles)))
    if owns(actor, file.case) and submission is not None:
        return core.Actor(
            id=submission.applicant_ref, name="", roles=("applicant",), **acts_for(actor, file.case, wanted)
        )
    theirs = actor.bodies
    own = body or next((one for one in file.state.bodies if one in theirs), "")
    roles = {role for role, of in actor.posts if of in {own, ""}}
    if core.Role.SENIOR in roles:
        # 负责人 of a body is the head who may lengthen its terms (行政许可法 art. 42, first paragraph).
        roles.add(core.Role.HEAD)
    return core.Actor(id=actor.id, name=actor.name, roles=tuple(sorted(roles)), body=own, **stands)


def rehearse(
    actor: Actor,
    case: UUID | str,
    command: Command,
    *,
    body: str = "",
    seen: int | None = None,
    now: datetime | None = None,
) -> CaseFile:
    """Would `act` do this now? Nothing happens; the case as it stands.

    Raises:
        NotFound, CommandRefused, Stale: as `act` would.
    """
    row = visible_row(actor, case)
    held = kept.resume(row)
    if seen is not None and held.seq != seen:
        raise Stale(row.number)
    file = CaseFile(row, held.state)
    context = Context(now=now or timezone.now(), actor=as_core(actor, file, body), calendar=packs().calendar)
    decide(file.state, command, context)
    return file


def _decide_all(
    state: CaseState, commands: Iterable[Command], context: Context
) -> tuple[tuple[AnyEvent, ...], CaseState]:
    events: list[AnyEvent] = []
    for command in commands:
        made = decide(state, command, context)
        for event in made:
            state = evolve(state, event)
        events += made
    return tuple(events), state


def _append(case: Case, seq: int, last: str, events: Sequence[AnyEvent], actor: Actor) -> str:
    """Write events after the one with sequence `seq` and hash `last`; the hash of the last one now."""
    rows = []
    anonymous = owns(actor, case)
    for number, event in enumerate(events, seq + 1):
        kind, body = type(event).__name__, encode_event(event).decode()
        link = chain(last, [number, kind, body])
        name = "" if anonymous or not event.by.name else actor.name
        rows.append((case.pk, number, kind, core.EVENT_VERSION, body, event.at, actor.id, name, last, link))
        last = link
    statements.insert(CaseEvent, _EVENT, rows)
    return last


_EVENT = (
    *("case_id", "seq", "kind", "version", "body"),
    *("at", "actor", "actor_name", "previous", "hash"),
)
_OUTBOX = ("kind", "case_id", "payload", "created_at", "done_at", "tries", "error")


def announce(case: Case, events: Iterable[AnyEvent], state: CaseState) -> None:
    """Write down, in the same transaction, what the worker has to tell people about these events."""
    happened = tuple(events)
    told = [
        Outbox(kind=type(event).__name__, case=case, payload={"words": event.words()})
        for event in happened
        if isinstance(event, TOLD) and not _own(event)
    ]
    rows = [*told, *warnings_of(case, state, happened), *routed(case, happened, state)]
    now = timezone.now() if rows else None
    statements.insert(
        Outbox,
        _OUTBOX,
        [(one.kind, case.pk, one.payload, now, one.done_at, one.tries, one.error) for one in rows],
    )


def _own(event: AnyEvent) -> bool:
    """What the applicant's side wrote itself is no news to it."""
    return isinstance(event, ev.MessageWritten) and not event.body


TOLD = (
    ev.Submitted,
    ev.IntakeClosed,
    ev.NoticeIssued,
    ev.Accepted,
    ev.ItemDecided,
    ev.ItemStopped,
    ev.ResultIssued,
    ev.RenewedBySilence,
    ev.ClockPaused,
    ev.ClockExtended,
    ev.OwedReminded,
    ev.HearingOffered,
    ev.ProcedureDated,
    ev.ProcedureHeld,
    ev.DatesMoved,
    ev.Delivered,
    ev.DeliveryNoted,
    ev.CreditDecided,
    ev.MeasureProposed,
    ev.MeasureSettled,
    ev.InspectionReturned,
    ev.OutcomeCorrected,
    ev.LicenceRevoked,
    ev.ItemReopened,
    ev.VisitProposed,
    ev.VisitConfirmed,
    ev.VisitMoved,
    ev.VisitCancelled,
    ev.VisitMissed,
    ev.VisitConcluded,
    ev.VisitRepairDue,
    ev.MessageWritten,
    ev.AnswerWaived,
    ev.NoticeCancelled,
    ev.CaseWithdrawn,
    ev.ClockResumed,
    ev.ProcedureCalled,
    ev.ProcedureEnded,
    ev.PromiseVerified,
    ev.FeeAssessed,
    ev.FeeWaived,
    ev.FeePaid,
    ev.RefundOrdered,
    ev.FeeRefunded,
    ev.BodiesChanged,
)
"""What an applicant is told of; everything else they find in the timeline, or it concerns the bodies alone."""


def rebuild() -> int:
    """Fold every case again and write its projection; how many. Safe while the town works: each case in its turn."""
    count = 0
    for pk in list(Case.objects.order_by("created_at").values_list("pk", flat=True)):
        reproject(pk)
        count += 1
    return count


def reproject(pk: UUID) -> None:
    """Fold one case again from its first event and write its projection.

    Raises:
        Fault: its chain is broken, or a kept state was edited; its projection stays as it is.
    """
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=pk)
        project(case, examine(case).state)
