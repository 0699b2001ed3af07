"""What a case really took, counted from its events: the other half of every promised saving."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from bancheng.core.casework._events import AnyEvent, Delivered, HandedIn, NoticeAnswered, Submitted
from bancheng.core.casework._evolve import fold
from bancheng.core.casework._state import CaseState, verdict_of
from bancheng.core.casework._values import Delivery, MaterialKind, StepStatus, day_of
from bancheng.core.catalogue import Channel
from bancheng.core.clock import WorkCalendar
from bancheng.core.kernel import Record

GIVEN = frozenset({MaterialKind.UPLOADED, MaterialKind.PAPER})
"Kinds of material that the person had to bring; what was known, promised in writing or never handed in is not."


class Used(Record):
    """Materials brought, steps gone through, days at a counter, working days from acceptance to the end.

    `steps` are the steps that were done and one more for every notice (补正); applying, accepting and handing over,
    which every case has, are not in it. `trips` are different days on which the person stood at a window or terminal.
    `items` are the members that were decided.
    """

    materials: int
    steps: int
    trips: int
    days: int
    items: tuple[str, ...]


def used(events: Sequence[AnyEvent], calendar: WorkCalendar) -> Used | None:
    """What a closed case took; None for one that is not closed, was never accepted, or in which nothing was decided."""
    state = fold(events)
    decided = tuple(key for key, item in state.items.items() if verdict_of(item) is not None)
    if state.accepted is None or state.closed is None or not decided:
        return None
    return Used(
        materials=len(_brought(state)),
        steps=sum(step.status is StepStatus.DONE for step in state.steps.values())
        + sum(not notice.cancelled for notice in state.notices),
        trips=len(set(_days_there(events))),
        days=calendar.workdays_between(state.accepted, state.closed),
        items=decided,
    )


def _brought(state: CaseState) -> set[str]:
    given = {key for key, one in state.materials.items() if one.kind in GIVEN}
    return given | {key for key, one in state.owed.items() if one.handed_in is not None}


def _days_there(events: Iterable[AnyEvent]) -> Iterator[date]:
    for event in events:
        there = (
            (isinstance(event, Submitted) and event.channel in {Channel.WINDOW, Channel.TERMINAL})
            or (isinstance(event, Delivered) and event.way in {Delivery.WINDOW, Delivery.TERMINAL})
            # Somebody of a body enters what the person brought to the window.
            or (isinstance(event, NoticeAnswered | HandedIn) and bool(event.by.body))
        )
        if there:
            yield day_of(event.at)
