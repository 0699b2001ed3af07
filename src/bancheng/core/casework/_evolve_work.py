"""How work and decisions change the state: steps open, are done or gone; items end; the case closes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from bancheng.core.casework import _events as ev
from bancheng.core.casework._evolve_procedures import fallen_away
from bancheng.core.casework._evolve_staffing import held
from bancheng.core.casework._state import (
    ENDED,
    OVER,
    Ask,
    CaseState,
    ItemState,
    Report,
    StepState,
)
from bancheng.core.casework._values import (
    By,
    ItemStatus,
    Opinion,
    Phase,
    StepStatus,
    Verdict,
    day_of,
)
from bancheng.core.catalogue import StepKind


def dispatched(state: CaseState, event: ev.Dispatched) -> CaseState:
    today = day_of(event.at)
    # Steps opened by acceptance count from the day of acceptance, which silence may set earlier than today.
    day = state.accepted if state.accepted and all(i.started is None for i in state.items.values()) else today
    steps, items = dict(state.steps), dict(state.items)
    for key in event.steps:
        step = steps[key]
        asks = tuple(Ask(body=body) for body in step.plan.asks) if step.plan.kind is StepKind.OPINION else ()
        steps[key] = replace(step, status=StepStatus.OPEN, opened=day, asks=asks)
        for item in step.plan.items:
            if items[item].status is ItemStatus.WAITING:
                items[item] = replace(items[item], status=ItemStatus.OPEN, started=day)
    return replace(state, steps=steps, items=items)


def claimed(state: CaseState, event: ev.StepClaimed) -> CaseState:
    return held(state, event.step, event.by.body, event.by)


def released(state: CaseState, event: ev.StepReleased) -> CaseState:
    to = event.to
    holder = By(id=to.id, name=to.name, body=event.by.body) if to else None
    return held(state, event.step, event.by.body, holder)


def opinion_given(state: CaseState, event: ev.OpinionGiven) -> CaseState:
    step = state.steps[event.step]
    answer = Ask(
        body=event.body,
        answer=event.answer,
        words=event.opinion,
        on=day_of(event.at),
        answers=event.answers,
    )
    asks = tuple(answer if ask.body == event.body else ask for ask in step.asks)
    agreed = all(ask.answer in (Opinion.AGREE, Opinion.SILENT) for ask in asks)
    step = replace(step, asks=asks)
    return _closed(_with_step(state, _done(step, event)), event) if agreed else _with_step(state, step)


def reported(state: CaseState, event: ev.StepReported) -> CaseState:
    step = state.steps[event.step]
    report = Report(
        body=event.body, outcome=event.outcome, by=event.by, on=day_of(event.at), findings=event.findings
    )
    step = replace(step, reports=(*step.reports, report))
    heard = {one.body for one in step.reports}
    if not heard.issuperset(step.plan.bodies):
        return _with_step(state, step)
    return _closed(_with_step(state, _done(step, event)), event)


def _done(step: StepState, event: ev.Event) -> StepState:
    return replace(step, status=StepStatus.DONE, ended=day_of(event.at))


def _with_step(state: CaseState, step: StepState) -> CaseState:
    return replace(state, steps={**state.steps, step.plan.key: step})


def decided(state: CaseState, event: ev.ItemDecided) -> CaseState:
    approved = event.verdict is Verdict.APPROVE
    item = state.items[event.item]
    item = replace(
        item,
        status=ItemStatus.APPROVED if approved else ItemStatus.REFUSED,
        ended=day_of(event.at),
        decided_by=event.by,
        reasons=event.reasons,
        basis=event.basis,
        remedies=event.remedies,
        letter=event.letter,
        results=event.results,
        limits=event.limits,
        issued=approved and not _issuing(state, item),
    )
    return _settled(state, (item,), event)


def renewed(state: CaseState, event: ev.RenewedBySilence) -> CaseState:
    item = state.items[event.item]
    item = replace(
        item,
        status=ItemStatus.APPROVED,
        ended=max(event.on, item.started or event.on),
        renewed_until=event.until,
        issued=not _issuing(state, item),
    )
    items = {**state.items, event.item: item}
    steps = dict(state.steps)
    for key in item.steps:
        step = steps[key]
        needed = any(items[one].status not in ENDED for one in step.plan.items)
        if step.status not in OVER and step.plan.kind is not StepKind.ISSUE and not needed:
            steps[key] = _gone(step, event)
    return _settled(replace(state, steps=steps), (item,), event)


def result_issued(state: CaseState, event: ev.ResultIssued) -> CaseState:
    item = replace(state.items[event.item], results=event.results, issued=True)
    return _settled(state, (item,), event)


def stopped(state: CaseState, event: ev.ItemStopped) -> CaseState:
    item = replace(
        state.items[event.item], status=ItemStatus.STOPPED, ended=day_of(event.at), reasons=event.reason
    )
    return _settled(state, (item,), event)


def withdrawn(state: CaseState, event: ev.CaseWithdrawn) -> CaseState:
    taken = tuple(
        replace(state.items[key], status=ItemStatus.WITHDRAWN, ended=day_of(event.at)) for key in event.items
    )
    return _settled(state, taken, event)


def _issuing(state: CaseState, item: ItemState) -> bool:
    return any(state.steps[key].plan.kind is StepKind.ISSUE for key in item.steps)


def _settled(state: CaseState, changed: Iterable[ItemState], event: ev.Event) -> CaseState:
    """Close the steps that the changed items close, and the case when nothing is left to do."""
    items = {**state.items, **{one.item.key: one for one in changed}}
    steps = dict(state.steps)
    for item in changed:
        for key in item.steps:
            if steps[key].status not in OVER:
                steps[key] = _settle_step(steps[key], items, event)
    return _closed(fallen_away(replace(state, items=items, steps=steps), day_of(event.at)), event)


def _settle_step(step: StepState, items: Mapping[str, ItemState], event: ev.Event) -> StepState:
    """A deciding step is done when all its items are decided, an issuing step when all approved ones are issued.

    Any other step stays as long as an item that is open or approved needs it, and is gone after that.
    """
    mine = [items[key] for key in step.plan.items]
    if any(item.status not in ENDED for item in mine):
        return step
    approved = [item for item in mine if item.status is ItemStatus.APPROVED]
    if step.plan.kind is StepKind.DECISION and step.status is StepStatus.OPEN:
        return _done(step, event) if any(item.decided_by for item in mine) else _gone(step, event)
    if not approved:
        return _gone(step, event)
    issued = step.plan.kind is StepKind.ISSUE and all(item.issued for item in approved)
    return _done(step, event) if issued else step


def _closed(state: CaseState, event: ev.Event) -> CaseState:
    """Finished once every item has ended and no step is left; withdrawn when not one item was decided."""
    if any(item.status not in ENDED for item in state.items.values()):
        return state
    if any(step.status not in OVER for step in state.steps.values()):
        return state
    nothing_decided = all(item.status is ItemStatus.WITHDRAWN for item in state.items.values())
    return replace(
        state,
        phase=Phase.WITHDRAWN if nothing_decided else Phase.FINISHED,
        closed=day_of(event.at),
        notices=tuple(replace(one, open=False) if one.open else one for one in state.notices),
    )


def _gone(step: StepState, event: ev.Event) -> StepState:
    return replace(step, status=StepStatus.GONE, ended=day_of(event.at))
