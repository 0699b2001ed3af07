"""延续: a licence that nobody decided to renew in time counts as renewed (行政许可法 art. 50).

Its holder must have applied thirty days before it ended; those are days of the calendar, for art. 82 counts only the
authority's own limits in working days. Nothing stops this term: it is the licence's own end. While the applicant has
not answered a notice the authority is not silent, and nothing is taken to be granted.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from bancheng.core.casework import _commands_outcome as cmd
from bancheng.core.casework import _events_outcome as ev
from bancheng.core.casework._guard import (
    PERMIT_LAW,
    Events,
    Roads,
    followers,
    need_machine,
    need_phase,
    refuse,
    signed,
    the_item,
    with_dispatch,
)
from bancheng.core.casework._state import ENDED, OVER, CaseState, ItemState
from bancheng.core.casework._values import By, Context, Phase

ART_50 = f"{PERMIT_LAW}第五十条"
APPLY_BEFORE = timedelta(days=30)
"""How long before a licence ends its renewal is to be applied for, unless another law says otherwise."""


def decide_before(state: CaseState, item: ItemState) -> date | None:
    """The last day for deciding on a renewal: after it silence renews. None where silence does not."""
    renews = item.item.renews
    if renews is None or item.status in ENDED or state.received is None:
        return None
    return renews.valid_to if state.received <= renews.valid_to - APPLY_BEFORE else None


def renewal_acts(state: CaseState) -> Iterator[tuple[date, cmd.RenewBySilence]]:
    """Renewals by silence still to come, each with its first day."""
    if state.phase is not Phase.ACCEPTED:
        return
    for key, item in state.items.items():
        last = decide_before(state, item)
        if last is not None and not _asked(state, item):
            yield last + timedelta(days=1), cmd.RenewBySilence(item=key)


def renew_by_silence(state: CaseState, command: cmd.RenewBySilence, context: Context) -> Events:
    """The item is granted as of the licence's last day; what its bodies had not done falls away."""
    need_machine(context)
    need_phase(state, Phase.ACCEPTED)
    item = the_item(state, command.item)
    renews, last = item.item.renews, decide_before(state, item)
    if renews is None or last is None:
        refuse("renewal.none", "这个事项不是依法提前三十日提出的延续申请。", ART_50)
    if context.today <= last:
        refuse("renewal.early", "证照的有效期还没有届满。", ART_50)
    if _asked(state, item):
        refuse("renewal.asked", "正在等待申请人补充材料。", ART_50)
    event = ev.RenewedBySilence(
        at=context.now,
        by=signed(context),
        item=command.item,
        title=item.item.name,
        number=renews.number,
        on=last,
        until=renews.until,
        owners=tuple(_owners(state, item)),
    )
    return with_dispatch(state, (event,), context, followers(state, item.steps))


def _asked(state: CaseState, item: ItemState) -> bool:
    bodies = {item.item.body, *(body for key in item.steps for body in state.steps[key].plan.bodies)}
    return any(notice.body in bodies for notice in state.open_notices)


def _owners(state: CaseState, item: ItemState) -> Iterator[By]:
    seen: set[tuple[str, str]] = set()
    for key in item.steps:
        step = state.steps[key]
        for owner in step.owners.values() if step.status not in OVER else ():
            if (owner.id, owner.body) not in seen:
                seen.add((owner.id, owner.body))
                yield owner


ROADS: Roads = {cmd.RenewBySilence: renew_by_silence}
