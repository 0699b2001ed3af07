"""What stands in the way of an act on the whole case or one item: one list for the rules and for the pages.

Each area adds a function to `_SOURCES`. Acceptance by silence is never hindered: the law makes it happen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import TypeAlias

from bancheng.core.casework._dues import unpaid_for
from bancheng.core.casework._guard import CommandRefused
from bancheng.core.casework._places import places_hindrances
from bancheng.core.casework._state import CaseState
from bancheng.core.casework._values import ItemStatus
from bancheng.core.kernel import Refusal


class Hindered(StrEnum):
    """An act that something may stand in the way of."""

    ACCEPT = "accept"
    DECIDE = "decide"
    APPROVE = "approve"
    "What stands in the way of a yes only; a refusal never waits for it."
    ISSUE = "issue"
    DELIVER = "deliver"


Source: TypeAlias = Callable[[CaseState, Hindered, str], Iterable[Refusal]]


def hindrances(state: CaseState, act: Hindered, item: str = "") -> tuple[Refusal, ...]:
    """Everything that keeps `act` from being done now, in words for the page; `item` "" is the whole case."""
    return tuple(one for source in _SOURCES for one in source(state, act, item))


def need_free(state: CaseState, act: Hindered, items: Iterable[str] = ("",)) -> None:
    """Nothing may stand in the way of `act` on any of `items`.

    Raises:
        CommandRefused: with every hindrance, each once.
    """
    found = tuple(dict.fromkeys(one for item in items for one in hindrances(state, act, item)))
    if found:
        raise CommandRefused(found)


def _owed(state: CaseState, act: Hindered, item: str) -> Iterator[Refusal]:
    """Results of approved items stay locked while a deferred material is owed; a refusal may always be served."""
    if act is not Hindered.DELIVER or item not in state.items:
        return
    if state.items[item].status is ItemStatus.APPROVED and state.locks(item):
        yield Refusal(
            "deliver.locked", "还有容缺材料没有补交，补齐后才能发放结果。", remedy="请先补交所欠材料。"
        )


def _credit(state: CaseState, act: Hindered, item: str) -> tuple[Refusal, ...]:
    """What rests on somebody's word waits for the check of their credit, and for the window's decision about it."""
    # Here and not above: the roads of an area build on decisions, and decisions ask here.
    from bancheng.core.casework._promises import credit_hindrances  # noqa: PLC0415  # reason: see above

    return credit_hindrances(state) if act is Hindered.ACCEPT and not item else ()


def _places(state: CaseState, act: Hindered, item: str) -> tuple[Refusal, ...]:
    """A relayed case is accepted only when the office that received it has checked form and identity."""
    return places_hindrances(state) if act is Hindered.ACCEPT and not item else ()


def _signers(state: CaseState, act: Hindered, item: str) -> Iterable[Refusal]:
    """A form that several must sign is accepted when all have."""
    # Here and not above: the road of a signature asks the guard, which acceptance does too.
    from bancheng.core.casework._signers import signer_hindrances  # noqa: PLC0415  # reason: see above

    return signer_hindrances(state) if act is Hindered.ACCEPT and not item else ()


def _unpaid(state: CaseState, act: Hindered, item: str) -> tuple[Refusal, ...]:
    """Each fee holds up the act its time names, and every act after that."""
    return unpaid_for(state, act.value, item)


def _revoked(state: CaseState, act: Hindered, item: str) -> Iterator[Refusal]:
    """A licence that no longer holds is handed to nobody."""
    if act is Hindered.DELIVER and item in state.outcomes.revoked:
        words = state.outcomes.revoked[item].ground.words
        yield Refusal("deliver.revoked", f"“{state.items[item].item.name}”的结果已经{words}，不再送达。")


_SOURCES: tuple[Source, ...] = (_owed, _credit, _places, _signers, _unpaid, _revoked)
