"""The steps of one item as the plan takes them: in working days, and within a local promise."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from bancheng.core.catalogue import Item, Step, StepKind
from bancheng.core.clock import IMMEDIATE, Limit, LimitUnit
from bancheng.core.compiler._graph import Path, arrows, longest_path, topological


def days_of(limit: Limit) -> Decimal:
    """A limit in working days for paths and sums; hours exactly (8 a day): short steps must not round up one by one."""
    if limit.unit is LimitUnit.HOUR:
        return Decimal(limit.amount) / 8
    return Decimal(limit.as_workdays())


def listed_steps(item: Item) -> tuple[Step, ...]:
    """The item's steps as written, with a decision: an item without steps is decided in one, and one whose steps hold
    no decision gets it on the spot, before it issues or else last. Nothing ends without somebody answering for it.
    """
    if not item.steps:
        return (Step(key="decide", name="审查决定", kind=StepKind.DECISION, limit=item.promised),)
    kinds = [step.kind for step in item.steps]
    if StepKind.DECISION in kinds:
        return item.steps
    if StepKind.ISSUE in kinds:
        at = kinds.index(StepKind.ISSUE)
        return (*item.steps[:at], _closing(item.steps, ()), *item.steps[at:])
    followed = {before for before, _ in step_arrows(item.steps)}
    last = tuple(step.key for step in item.steps if step.key not in followed)
    return (*item.steps, _closing(item.steps, last))


def _closing(steps: tuple[Step, ...], after: tuple[str, ...]) -> Step:
    key = "conclude" if any(step.key == "decide" for step in steps) else "decide"
    return Step(key=key, name="办结", kind=StepKind.DECISION, limit=IMMEDIATE, after=after)


def own_steps(item: Item) -> tuple[Step, ...]:
    """The steps in the time the item has.

    Where a local overlay promises less than the standard's steps take, the promise binds every step: the longest step
    on the longest path gives up a working day, again and again, until the promise holds them. Without an overlay the
    steps stay as written, and pass 6 reports that they do not fit.
    """
    steps = listed_steps(item)
    if not item.overlay or topological(_graph(steps)) is None:
        return steps
    while (path := steps_path(steps)).length > days_of(item.promised):
        longest = max(
            (step for step in steps if step.key in path.nodes), key=lambda step: days_of(step.limit)
        )
        less = max(0, longest.limit.as_workdays() - 1)
        shorter = msgspec.structs.replace(longest, limit=Limit(less))
        steps = tuple(shorter if step.key == longest.key else step for step in steps)
    return steps


def step_arrows(steps: tuple[Step, ...]) -> list[tuple[str, str]]:
    """Within one item: `after` where it is given, else the step listed before. Unknown names are left out."""
    keys = {step.key for step in steps}
    pairs: list[tuple[str, str]] = []
    for index, step in enumerate(steps):
        before = step.after or ((steps[index - 1].key,) if index else ())
        pairs.extend((key, step.key) for key in before if key in keys)
    return pairs


def steps_path(steps: tuple[Step, ...]) -> Path:
    """The longest path through one item's steps, in working days; empty when they wait for one another in a loop."""
    return longest_path(_graph(steps), {step.key: days_of(step.limit) for step in steps})


def _graph(steps: tuple[Step, ...]) -> dict[str, list[str]]:
    return arrows((step.key for step in steps), step_arrows(steps))
