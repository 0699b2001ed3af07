"""Promises on which something was granted, to be checked after the decision (事后核查)."""

from __future__ import annotations

from datetime import date

from bancheng.core.casework._promise_values import VERIFY_DAYS
from bancheng.core.casework._state import CaseState
from bancheng.core.casework._values import ItemStatus, MaterialKind, MaterialRef
from bancheng.core.clock import WorkCalendar
from bancheng.core.kernel import Record


def wanting(state: CaseState, material: MaterialRef) -> tuple[str, ...]:
    """The items of the case that want a material; all of them where none is named."""
    return tuple(key for key in material.items if key in state.items) or tuple(state.items)


class PromiseCheck(Record):
    """A promise to be checked, or checked: from the first decision that rested on it."""

    material: MaterialRef
    items: tuple[str, ...]
    opened: date
    done: date | None = None

    def due(self, calendar: WorkCalendar) -> date:
        """The last day for the check."""
        return calendar.add_workdays(self.opened, self.material.verify_days or VERIFY_DAYS).date


def promise_checks(state: CaseState) -> tuple[PromiseCheck, ...]:
    """Every promise on which something was granted."""
    found = []
    for key, one in state.materials.items():
        if one.kind is not MaterialKind.COMMITMENT:
            continue
        granted = [item for item in wanting(state, one) if state.items[item].status is ItemStatus.APPROVED]
        days = [ended for item in granted if (ended := state.items[item].ended) is not None]
        if days:
            checked = state.promises.verified.get(key)
            done = checked.on if checked else None
            found.append(PromiseCheck(material=one, items=tuple(granted), opened=min(days), done=done))
    return tuple(found)
