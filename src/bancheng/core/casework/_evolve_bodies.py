"""How a change of bodies or of the version changes the state: what is done stays as it was done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec.structs import asdict, replace

from bancheng.core.casework import _events_bodies as ev
from bancheng.core.casework._events_intake import Event, Submitted
from bancheng.core.casework._state import ENDED, OVER, Ask, CaseState, ItemState, StepState
from bancheng.core.casework._values import By, CaseItem, ItemStatus, Places, StepStatus, day_of
from bancheng.core.casework._values_exchange import SYSTEM
from bancheng.core.catalogue import BodyMove
from bancheng.core.clock import Limit
from bancheng.core.compiler import PlanStep


def bodies_changed(state: CaseState, event: ev.BodiesChanged) -> CaseState:
    for move in event.moves:
        if move.old != move.new:
            state = _moved(state, move)
    submission = state.submission
    if submission is not None:
        names = {move.new: move.name for move in event.moves if move.name}
        recoded = {key: event.divisions.get(code, code) for key, code in asdict(submission.places).items()}
        submission = replace(
            submission,
            body_names={**submission.body_names, **event.body_names, **names},
            places=Places(**recoded),
        )
    staffing = replace(state.staffing, carried=(*state.staffing.carried, event.change))
    return replace(state, submission=submission, staffing=staffing)


def _moved(state: CaseState, move: BodyMove) -> CaseState:
    old, new = move.old, move.new
    items = {
        key: replace(one, item=replace(one.item, body=new))
        if one.item.body == old and one.status not in ENDED and move.takes(key)
        else one
        for key, one in state.items.items()
    }
    steps = {
        key: step if step.status in OVER else _step(step, move, items) for key, step in state.steps.items()
    }
    state = replace(state, items=items, steps=steps)
    return state if move.items else _whole(state, old, new)


def _whole(state: CaseState, old: str, new: str) -> CaseState:
    """What belongs to a body as such and not to one of its items."""
    submission = state.submission
    if submission is not None:
        submission = replace(
            submission,
            receiving_body=_renamed(submission.receiving_body, old, new),
            lead_body=_renamed(submission.lead_body, old, new),
        )
    proposals = dict(state.proposals)
    if old in proposals:
        proposals[new] = (*proposals.get(new, ()), *proposals.pop(old))
    return replace(
        state,
        submission=submission,
        staffing=replace(state.staffing, desk=_desk(state.staffing.desk, old, new)),
        proposals=proposals,
        notices=tuple(
            replace(one, body=new) if one.open and one.body == old else one for one in state.notices
        ),
        warnings=tuple(
            one if one.acknowledged else replace(one, receivers=_each(one.receivers, old, new))
            for one in state.warnings
        ),
    )


def _desk(held: Mapping[str, By], old: str, new: str) -> dict[str, By]:
    """Whoever held a task of the old body's desk holds it at the new one's."""
    moved = {}
    for place, by in held.items():
        key, _, body = place.rpartition("/")
        moved[f"{key}/{new}" if body == old else place] = replace(by, body=new) if body == old else by
    return moved


def _step(step: StepState, move: BodyMove, items: Mapping[str, ItemState]) -> StepState:
    """A step that is not over: its bodies, who was asked, who holds it, what was reported so far."""
    old, new, plan = move.old, move.new, step.plan
    moving = [item for item in plan.items if move.takes(item)]
    works = old in plan.bodies and bool(moving)
    asked = not move.items and old in {*plan.asks, *(ask.body for ask in step.asks)}
    if not works and not asked:
        return step
    if works:
        plan = _plan(plan, move, stays=_stays(plan, move, items))
    if asked:
        plan = replace(plan, asks=_each(plan.asks, old, new))
        step = replace(step, asks=_asks(step.asks, old, new))
    passes = works and old not in plan.bodies
    if passes or (asked and old not in step.plan.bodies):
        owners = dict(step.owners)
        if old in owners and new not in owners and not owners[old].id.startswith(SYSTEM):
            # A system of the old body does nothing for the new one.
            owners[new] = replace(owners[old], body=new)
        owners.pop(old, None)
        step = replace(step, owners=owners)
    if passes and new not in step.plan.bodies:
        # The one who takes over stands by what was found, and is not asked again.
        reports = tuple(replace(one, body=new) if one.body == old else one for one in step.reports)
        step = replace(step, reports=reports)
    return replace(step, plan=plan)


def _stays(plan: PlanStep, move: BodyMove, items: Mapping[str, ItemState]) -> bool:
    """Whether the old body keeps a part of a shared step, for items that do not move."""
    if plan.origins:
        return any(one.body == move.old and not move.takes(one.item) for one in plan.origins)
    left = [key for key in plan.items if not move.takes(key)]
    return any(items[key].item.body == move.old for key in left)


def _plan(plan: PlanStep, move: BodyMove, *, stays: bool) -> PlanStep:
    instead = (move.old, move.new) if stays else (move.new,)
    bodies = (key for body in plan.bodies for key in (instead if body == move.old else (body,)))
    origins = tuple(
        replace(one, body=move.new) if one.body == move.old and move.takes(one.item) else one
        for one in plan.origins
    )
    return replace(plan, bodies=tuple(dict.fromkeys(bodies)), origins=origins)


def _asks(asks: Iterable[Ask], old: str, new: str) -> tuple[Ask, ...]:
    """Whoever takes over answers what is still unanswered, once; an answer that was given stays whose it was."""
    known = {ask.body for ask in asks}
    found = [
        replace(ask, body=new) if ask.body == old and ask.answer is None else ask
        for ask in asks
        if not (ask.body == old and ask.answer is None and new in known)
    ]
    return tuple(found)


def _each(bodies: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_renamed(one, old, new) for one in bodies))


def _renamed(body: str, old: str, new: str) -> str:
    return new if body == old else body


# ---------------------------------------------------------------------------------------------- migration


def migrated(state: CaseState, event: ev.CaseMigrated) -> CaseState:
    new = {one.key: one for one in event.plan.steps if not state.items.keys().isdisjoint(one.items)}
    items = {one.key: one for one in event.items}
    steps = {
        key: kept
        for key, step in state.steps.items()
        if (kept := _kept(step, new.get(key), state, event)) is not None
    }
    ended = {key for key, one in state.items.items() if one.status in ENDED}
    for key, plan in new.items():
        if key not in steps:
            mine = tuple(one for one in plan.items if one in state.items)
            gone = ended.issuperset(mine)
            steps[key] = StepState(
                plan=replace(plan, items=mine), status=StepStatus.GONE if gone else StepStatus.WAITING
            )
    opens: dict[str, dict[str, None]] = {key: {} for key in steps}
    waits: dict[str, dict[str, None]] = {key: {} for key in steps}
    for edge in event.plan.edges:
        if edge.before in steps and edge.after in steps:
            opens[edge.before][edge.after] = None
            waits[edge.after][edge.before] = None
    return replace(
        state,
        submission=_resubmission(state.submission, event),
        items={key: _item(one, items.get(key), steps) for key, one in state.items.items()},
        steps=steps,
        opens={key: tuple(after) for key, after in opens.items()},
        waits={key: tuple(before) for key, before in waits.items()},
        staffing=replace(state.staffing, migrations=state.staffing.migrations + 1),
    )


def _resubmission(submission: Submitted | None, event: ev.CaseMigrated) -> Submitted | None:
    if submission is None:
        return None
    return replace(
        submission,
        onething_name=event.onething_name,
        blueprint=event.blueprint,
        plan=event.plan,
        promised=_tighter(submission.promised, event.promised),
        statutory=event.statutory,
        partial=event.partial,
        body_names={**event.body_names, **submission.body_names},
    )


def _tighter(before: Limit, after: Limit) -> Limit:
    """What the applicant was promised is never made longer, on no calendar; what cannot be told for sure stays."""
    return after if after.never_later(before) else before


def _item(one: ItemState, new: CaseItem | None, steps: Mapping[str, StepState]) -> ItemState:
    key = one.item.key
    mine = tuple(step for step, state in steps.items() if key in state.plan.items)
    if new is None or one.status in ENDED:
        return replace(one, steps=mine)
    return replace(one, item=replace(new, promised=_tighter(one.item.promised, new.promised)), steps=mine)


def _kept(step: StepState, new: PlanStep | None, state: CaseState, event: Event) -> StepState | None:
    """A step that is over stays as it was done; one that the new version lacks falls away, unless it owes a paper."""
    if step.status in OVER:
        return step
    if new is None:
        mine = [state.items[key] for key in step.plan.items]
        if any(one.status is ItemStatus.APPROVED and not one.issued for one in mine):
            return step
        if step.status is StepStatus.WAITING:
            return None
        return replace(step, status=StepStatus.GONE, ended=day_of(event.at))
    plan = replace(new, items=step.plan.items)
    if step.status is StepStatus.WAITING:
        return replace(step, plan=plan)
    owners = {body: by for body, by in step.owners.items() if body in {*new.bodies, *new.asks}}
    known = {ask.body for ask in step.asks}
    asks = tuple(ask for ask in step.asks if ask.answer is not None or ask.body in new.asks)
    added = tuple(Ask(body=body) for body in new.asks if body not in known) if step.asks else ()
    return replace(step, plan=plan, owners=owners, asks=(*asks, *added))


# Any: each entry takes exactly its own event, which the key guarantees and the type system cannot say.
EVOLVERS: Mapping[type[Event], Callable[[CaseState, Any], CaseState]] = {
    ev.BodiesChanged: bodies_changed,
    ev.CaseMigrated: migrated,
}
