"""Offices of bodies as they work and change: who gets a task, what may be approved together, who takes over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

import msgspec

from bancheng.core.catalogue._dictionary import Body
from bancheng.core.catalogue._item import Item, Step
from bancheng.core.kernel import Provenance, Record


class Pick(StrEnum):
    """How one of several suitable officials is chosen."""

    LOAD = "load"
    "The one with the fewest tasks in hand."
    TURN = "turn"
    "The one whose last task by a rule is longest ago."


class TaskKind(StrEnum):
    """What a rule of dispatch may speak about: kinds of steps, and the tasks of a desk that belong to no step."""

    REVIEW = "review"
    OPINION = "opinion"
    INSPECTION = "inspection"
    EXPERT_REVIEW = "expert_review"
    ACCEPTANCE = "acceptance"
    DECISION = "decision"
    ISSUE = "issue"
    INTAKE = "intake"
    "What was received is judged, and judged again when a notice was answered (行政许可法 art. 32)."
    DELIVERY = "delivery"
    "A result is late to be handed over (art. 44)."
    VERIFICATION = "verification"
    "A promise is checked."


class DispatchRule(Record):
    """分派规则 of a body: a task that fits goes to a person. The first rule that fits decides, in the order of `rank`.

    A task fits when it is of one of the kinds in `steps`, serves one of `items`, lies in one of `divisions` (an empty
    list asks nothing) and `when`, a FEEL condition on the case's values, is true; a value that is not known fits
    nothing. Whoever lacks one of `skills` or has `most` tasks (0 = any number) is passed over.
    """

    key: str
    name: str
    body: str
    rank: int = 100
    when: str = "true"
    items: tuple[str, ...] = ()
    steps: tuple[TaskKind, ...] = ()
    divisions: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    pick: Pick = Pick.LOAD
    most: int = 0
    provenance: Provenance | None = None


class BatchRule(Record):
    """批量准予规则 of a body: which items may be approved many at once, `most` in one go, where `when` (FEEL) is true.

    Besides, every machine check must be good, nothing owed and nothing found wrong; each case has its own decision.
    """

    key: str
    name: str
    body: str
    items: tuple[str, ...]
    when: str = "true"
    most: int = 50
    provenance: Provenance | None = None


class ChangeKind(StrEnum):
    """机构调整: bodies are merged, one is renamed, duties move, divisions get other codes."""

    MERGED = "merged"
    RENAMED = "renamed"
    DUTIES = "duties"
    RECODED = "recoded"


class BodyMove(Record):
    """What passes from one body to another: some `items`, or, with none named, everything. A body that is only renamed
    is both `old` and `new`; `name` is its name from then on."""

    old: str
    new: str
    items: tuple[str, ...] = ()
    name: str = ""

    def takes(self, item: str) -> bool:
        """Whether it takes an item along."""
        return not self.items or item in self.items


class BodyChange(Record):
    """A change of bodies that holds from `on`, with its basis. `divisions` gives old division codes their new ones."""

    key: str
    name: str
    kind: ChangeKind
    on: date
    basis: str
    moves: tuple[BodyMove, ...] = ()
    divisions: dict[str, str] = {}
    provenance: Provenance | None = None


def changed_bodies(bodies: Mapping[str, Body], changes: Iterable[BodyChange], on: date) -> dict[str, Body]:
    """The bodies with the names, divisions and windows that hold on a day."""
    found = dict(bodies)
    for change in in_order(changes, on):
        for move in change.moves:
            if move.name and move.new in found:
                found[move.new] = msgspec.structs.replace(found[move.new], name=move.name, short="")
            if move.old != move.new and not move.items and move.old in found:
                old = found[move.old]
                found[move.old] = msgspec.structs.replace(old, receives=False)
                if old.receives and move.new in found:
                    found[move.new] = msgspec.structs.replace(found[move.new], receives=True)
        for key, one in found.items():
            if one.division in change.divisions:
                found[key] = msgspec.structs.replace(one, division=change.divisions[one.division])
    return found


def changed_items(items: Mapping[str, Item], changes: Iterable[BodyChange], on: date) -> dict[str, Item]:
    """The items at the bodies that own them on a day: what nobody moves is the same object."""
    found = dict(items)
    for change in in_order(changes, on):
        for move in change.moves:
            if move.old == move.new:
                continue
            for key, item in found.items():
                if move.takes(key):
                    found[key] = _moved(item, move)
    return found


def successor(body: str, changes: Iterable[BodyChange], on: date) -> str:
    """Who has taken over everything of a body by a day; the body itself when nobody has."""
    for change in in_order(changes, on):
        body = next((move.new for move in change.moves if move.old == body and not move.items), body)
    return body


def in_order(changes: Iterable[BodyChange], on: date) -> list[BodyChange]:
    """The changes that hold on a day, in the order in which they came."""
    return sorted((one for one in changes if one.on <= on), key=lambda one: (one.on, one.key))


def _moved(item: Item, move: BodyMove) -> Item:
    steps = tuple(_step(step, move) for step in item.steps)
    if item.body != move.old and steps == item.steps:
        return item
    # The code of an item begins with the code of its body; the new body's has not been given yet.
    own = {"body": move.new, "task_code": ""} if item.body == move.old else {}
    return msgspec.structs.replace(item, steps=steps, **own)


def _step(step: Step, move: BodyMove) -> Step:
    body = move.new if step.body == move.old else step.body
    asks = step.asks
    if not move.items and move.old in asks:
        asks = tuple(dict.fromkeys(move.new if one == move.old else one for one in asks))
    if (body, asks) == (step.body, step.asks):
        return step
    return msgspec.structs.replace(step, body=body, asks=asks)
