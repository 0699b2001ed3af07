"""What lists and sweeps need of a state, kept up as the case moves.

An act touches a step or two. What rests on all the others is taken from where the case stood before, so that an act on
a case of a hundred branches costs little more than on one of five. Told nothing of before, all of it is reckoned; both
ways come to the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from operator import attrgetter

from bancheng.core.casework._clocks import CaseClocks, Clock, Reckoner, opinion_key
from bancheng.core.casework._outcome import reminded_on
from bancheng.core.casework._state import CaseState, ItemState
from bancheng.core.casework._task import Task
from bancheng.core.casework._tasks import other_tasks, step_tasks
from bancheng.core.casework._values import StepStatus
from bancheng.core.casework._watch import WARNED, Warner, plain_acts
from bancheng.core.clock import WorkCalendar
from bancheng.core.kernel import Record

_FREE = frozenset(
    [
        "seq",
        "items",
        "steps",
        "form_digest",
        "proposals",
        "rating",
        "signers",
        "right_body",
        "silent",
        "notices",
        "exchange",
        "talk",
        "visits",
        "crossing",
    ]
)
"""Fields that no clock, warning or part of a body rests on; where another one changes, all is reckoned anew."""
_RESTS_ON = attrgetter(*(name for name in CaseState.__struct_fields__ if name not in _FREE))
_NO_DAY = date(2000, 1, 1)

Tasks = dict[tuple[str, str], Task]
Days = dict[tuple[str, str], date]


class Listed(Record):
    """Where a case stands, as lists show it.

    `dials` are its clocks as of the day of its last turn (end, acceptance or receipt), `attention` the first day on
    which a machine has something to do, `tasks` every task by key and body, `parts` how far each body is: ``window``,
    ``waiting``, ``open`` or ``done``, the receiving body first.
    """

    state: CaseState
    calendar: WorkCalendar
    dials: CaseClocks
    attention: date | None
    tasks: Tasks
    parts: dict[str, str]
    planned: CaseClocks
    "The clocks a sweep plans by: without a day."
    step_tasks: Tasks
    days: Days
    "The first day on which a machine has something to do about an item, its delivery, or a step and its opinions."
    crew: dict[str, tuple[str, ...]]
    "The steps of each body."


def listed(state: CaseState, calendar: WorkCalendar, before: Listed | None = None) -> Listed:
    """Where a case stands, with the help of where it stood `before` any number of events."""
    touched = _touched(state, calendar, before) if before is not None else None
    if before is None or touched is None:
        return _anew(state, calendar)
    return _moved(state, calendar, before, *touched)


def _touched(state: CaseState, calendar: WorkCalendar, before: Listed) -> tuple[list[str], list[str]] | None:
    """The items and steps that differ, with all steps of these items; None where more than that does."""
    old = before.state
    if (
        calendar is not before.calendar
        or len(state.steps) != len(old.steps)
        or len(state.items) != len(old.items)
        or _RESTS_ON(state) != _RESTS_ON(old)
    ):
        return None
    items = [key for key, one in state.items.items() if old.items.get(key) is not one]
    if not all(_same_item(old.items.get(key), state.items[key]) for key in items):
        return None
    steps = [key for key, one in state.steps.items() if old.steps.get(key) is not one]
    if not all(key in old.steps and old.steps[key].plan == state.steps[key].plan for key in steps):
        return None
    return items, list(dict.fromkeys((*steps, *(step for key in items for step in state.items[key].steps))))


def _same_item(old: ItemState | None, new: ItemState) -> bool:
    return old is not None and old.item == new.item and old.steps == new.steps


def _day(state: CaseState) -> date:
    # Dates of lists do not depend on the hour; colours, which do, are worked out when shown.
    return state.closed or state.accepted or state.received or _NO_DAY


def _anew(state: CaseState, calendar: WorkCalendar) -> Listed:
    dials = Reckoner(state, calendar, _day(state)).all()
    planned = Reckoner(state, calendar).all()
    of_steps = _by_place(task for step in state.steps.values() for task in step_tasks(step, dials))
    crew: dict[str, list[str]] = {body: [] for body in state.bodies}
    for key, step in state.steps.items():
        for body in dict.fromkeys((*step.plan.bodies, *step.plan.asks)):
            crew[body].append(key)
    days = _days(state, calendar, planned, state.items, state.steps, state.items)
    return Listed(
        state=state,
        calendar=calendar,
        dials=dials,
        attention=_attention(state, calendar, planned, days),
        tasks={**of_steps, **_by_place(other_tasks(state, dials))},
        parts=_parts(state, crew),
        planned=planned,
        step_tasks=of_steps,
        days=days,
        crew={body: tuple(keys) for body, keys in crew.items()},
    )


def _moved(
    state: CaseState, calendar: WorkCalendar, before: Listed, items: list[str], steps: list[str]
) -> Listed:
    old = before.state
    dials = Reckoner(state, calendar, _day(state)).moved(before.dials, old, items, steps)
    planned = Reckoner(state, calendar).moved(before.planned, old, items, steps)
    of_steps = before.step_tasks.copy()
    for key in steps:
        for gone in step_tasks(old.steps[key], before.dials):
            of_steps.pop((gone.key, gone.body), None)
    of_steps.update(_by_place(task for key in steps for task in step_tasks(state.steps[key], dials)))
    # What is owed may lock the results of other items than the one that moved.
    late = state.items if state.owed else items
    days = before.days.copy()
    days.update(_days(state, calendar, planned, items, steps, late))
    plans = (state.steps[key].plan for key in steps)
    moved = {body: before.crew[body] for plan in plans for body in (*plan.bodies, *plan.asks)}
    return Listed(
        state=state,
        calendar=calendar,
        dials=dials,
        attention=_attention(state, calendar, planned, days),
        tasks={**of_steps, **_by_place(other_tasks(state, dials))},
        parts={**before.parts, **_parts(state, moved)},
        planned=planned,
        step_tasks=of_steps,
        days=days,
        crew=before.crew,
    )


def _by_place(tasks: Iterable[Task]) -> Tasks:
    return {(one.key, one.body): one for one in tasks}


def _days(
    state: CaseState,
    calendar: WorkCalendar,
    planned: CaseClocks,
    items: Iterable[str],
    steps: Iterable[str],
    late: Iterable[str],
) -> Days:
    """The first days of these items, steps, and deliveries; the last day there is where nothing is due."""
    warner = Warner(state, calendar)
    found: Days = {("delivery", key): reminded_on(state, key, calendar) or date.max for key in late}
    if state.phase not in WARNED:
        return found
    for key in items:
        found["item", key] = _first(warner, (planned.items.get(key),))
    for key in steps:
        opinions = (planned.opinions.get(opinion_key(key, ask.body)) for ask in state.steps[key].asks)
        found["step", key] = _first(warner, (planned.steps.get(key), *opinions))
    return found


def _first(warner: Warner, clocks: Iterable[Clock | None]) -> date:
    days = (day for clock in clocks if clock is not None for day, _ in warner.warnings(clock))
    return min(days, default=date.max)


def _attention(state: CaseState, calendar: WorkCalendar, planned: CaseClocks, days: Days) -> date | None:
    acts = [day for day, _ in plain_acts(state, calendar)]
    if state.phase in WARNED:
        warner = Warner(state, calendar)
        single = (planned.intake, planned.bundle, *planned.owed.values(), *planned.procedures.values())
        acts.append(_first(warner, single))
        acts += [day for day, _ in warner.escalations(planned.all())] if state.warnings else ()
    first = min((*acts, *days.values()), default=date.max)
    return first if first != date.max else None


def _parts(state: CaseState, crew: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """How far each of these bodies is with its part."""
    deciding: frozenset[str] | None = None
    found = {}
    for body, keys in crew.items():
        mine = {state.steps[key].status for key in keys}
        if mine:
            over = mine <= {StepStatus.DONE, StepStatus.GONE}
            found[body] = "open" if StepStatus.OPEN in mine else "done" if over else "waiting"
            continue
        deciding = deciding or frozenset(one.item.body for one in state.items.values())
        # Its window took the case in; nothing in it is for its offices to do.
        found[body] = "waiting" if body in deciding else "window"
    return found
