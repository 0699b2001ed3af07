"""The ten seconds in which an official may take an act back: until then no event and no notice exists.

The act lies as a row; a sweep carries it out when its time has come, in the transaction that marks it done, so that a
process that dies in between has done nothing. Whether they still may is asked again then.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from msgspec.structs import replace

from bancheng.core.casework import (
    CaseState,
    Command,
    CommandRefused,
    Issued,
    Verdict,
    commands,
    decode_command,
    encode_command,
)
from bancheng.core.catalogue import StepKind
from bancheng.core.kernel import Refusal
from bancheng.store.models import HeldAct
from bancheng.usecases.access import Actor, NotFound, actor_for, visible_case
from bancheng.usecases.casework import Stale, act, load, rehearse
from bancheng.usecases.each import each
from bancheng.usecases.results import decide_item

_log = logging.getLogger(__name__)
BATCH = 100
MOVED = "这份办件刚有了新进展，请重新看过再操作。"
BROKEN = "系统出了故障，没有办成，请再试一次。"
WAITING = Refusal("undo.waiting", "刚才的操作几秒后生效，请稍等再办。", remedy="也可以先撤销刚才的操作。")


def hold(
    actor: Actor,
    case: UUID | str,
    command: Command,
    words: str,
    *,
    body: str = "",
    seen: int | None = None,
    now: datetime | None = None,
) -> HeldAct | None:
    """Hold a command for `settings.BANCHENG_UNDO_SECONDS`; with 0 it is done at once, and None is returned.

    Raises:
        NotFound, CommandRefused, Stale: as the act itself would, at once; also when another act on this case is held.
    """
    at = now or timezone.now()
    if not settings.BANCHENG_UNDO_SECONDS:
        _carry_out(actor, visible_case(actor, case).pk, command, body, seen, at)
        return None
    file = rehearse(actor, case, _as_it_would_be(actor, case, command), body=body, seen=seen, now=at)
    try:
        with transaction.atomic():
            return HeldAct.objects.create(
                case=file.case,
                user_id=actor.user_id,
                command=encode_command(command).decode(),
                body=body,
                seen=file.state.seq if seen is None else seen,
                words=words[:200],
                held_at=at,
                due_at=at + timedelta(seconds=settings.BANCHENG_UNDO_SECONDS),
            )
    except IntegrityError:
        raise CommandRefused((WAITING,)) from None


def undo(actor: Actor, pk: UUID) -> bool:
    """Take it back, as long as it has not been carried out; whether that was so.

    Raises:
        NotFound: it is not theirs.
    """
    mine(actor, pk)
    return bool(HeldAct.objects.filter(pk=pk, state=HeldAct.HELD).update(state=HeldAct.UNDONE))


def undo_many(actor: Actor, which: Collection[UUID]) -> int:
    """Take back those of one's own held acts that have not been carried out; how many."""
    own = HeldAct.objects.filter(pk__in=which, user_id=actor.user_id, state=HeldAct.HELD)
    return own.update(state=HeldAct.UNDONE)


def mine(actor: Actor, pk: UUID) -> HeldAct:
    """An act this official has held.

    Raises:
        NotFound: there is none.
    """
    found = HeldAct.objects.filter(pk=pk, user_id=actor.user_id).select_related("case").first()
    if found is None:
        raise NotFound("held")
    return found


def carry_out_due(now: datetime) -> int:
    """Carry out what nobody took back in time; how many. Each once, whatever the number of workers."""
    held = HeldAct.objects.filter(state=HeldAct.HELD)
    due = held.filter(due_at__lte=now).select_related("user", "case").order_by("due_at")
    return each("undo.act", due, lambda row: _try(row, now), now, most=BATCH, wanted=held)


def _try(row: HeldAct, now: datetime) -> int:
    try:
        with transaction.atomic():
            # Marked first: a second worker, or the one who takes it back, waits here and finds it gone.
            if not HeldAct.objects.filter(pk=row.pk, state=HeldAct.HELD).update(state=HeldAct.DONE):
                return 0
            command = decode_command(row.command)
            _carry_out(actor_for(row.user), row.case_id, command, row.body, row.seen, now)
    except CommandRefused as no:
        return _failed(row, "；".join(one.reason for one in no.refusals))
    except (Stale, NotFound):
        return _failed(row, MOVED)
    except Exception:  # noqa: BLE001 - reason: one act that cannot be done must not hold up the others
        _log.exception("held act %s cannot be carried out", row.pk)
        return _failed(row, BROKEN)
    return 1


def _failed(row: HeldAct, why: str) -> int:
    HeldAct.objects.filter(pk=row.pk, state=HeldAct.HELD).update(state=HeldAct.FAILED, why=why[:300])
    return 0


def _carry_out(
    actor: Actor, case: UUID, command: Command, body: str, seen: int | None, now: datetime
) -> None:
    if isinstance(command, commands.DecideItem):
        decide_item(
            actor,
            case,
            command.item,
            command.verdict,
            reasons=command.reasons,
            basis=command.basis,
            remedies=command.remedies,
            limits=command.limits,
            body=body,
            seen=seen,
            now=now,
        )
    else:
        act(actor, case, command, body=body, seen=seen, now=now)


def _as_it_would_be(actor: Actor, case: UUID | str, command: Command) -> Command:
    """A decision with the papers it will make, so that the rules can be asked before any exists."""
    if not isinstance(command, commands.DecideItem) or command.verdict is not Verdict.APPROVE:
        return command
    return replace(command, results=_promised(load(visible_case(actor, case)).state, command.item))


def _promised(state: CaseState, item: str) -> tuple[Issued, ...]:
    one = state.items.get(item)
    if one is None or any(state.steps[key].plan.kind is StepKind.ISSUE for key in one.steps):
        return ()
    return tuple(Issued(result=key, number="—", digest="—") for key in one.item.results)
