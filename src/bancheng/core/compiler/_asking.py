"""In which order to ask, and under which condition a question is worth asking."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations, product
from math import prod

from bancheng.core.catalogue import ElementKind
from bancheng.core.compiler._feel import ALWAYS, both, coerce, either
from bancheng.core.compiler._relevance import Choice, Relevance
from bancheng.core.compiler._types import GuidedQuestion
from bancheng.core.kernel import Record
from bancheng.core.rules import literal as to_literal
from bancheng.core.rules import to_text

EXACT_QUESTIONS = 8
"Up to so many questions that hang together the best order is found exactly, …"
EXACT_WORK = 300_000
"… unless their answers make too many combinations (questions × sets of questions × combinations); beyond, greedily."
WHEN_COMBINATIONS = 512


class Asking(Record):
    """An order of questions with the number of questions it asks on average, and a bound no order goes below."""

    order: tuple[str, ...]
    expected: float
    bound: float
    exact: bool


def choice_of(question: GuidedQuestion) -> Choice:
    """The answers a guided question offers with their shares; what no share claims is split evenly over the rest."""
    values = tuple(coerce(question.kind, option.value) for option in question.options)
    if not values or None in values or question.kind is ElementKind.MULTI_CHOICE:
        return Choice(element=question.element)
    told = sum((option.share for option in question.options if option.share is not None), Decimal(0))
    silent = sum(option.share is None for option in question.options)
    rest = max(Decimal(0), 1 - told) / silent if silent else Decimal(0)
    shares = [option.share if option.share is not None else rest for option in question.options]
    total = sum(shares, Decimal(0))
    even = Decimal(1) / len(values)
    return Choice(
        element=question.element,
        values=values,
        shares=tuple(float(share / total if total else even) for share in shares),
    )


def best_order(relevance: Relevance, elements: Sequence[str]) -> Asking:
    """The order that asks least on average.

    Questions that share no decision do not influence one another, so each connected group is ordered by itself; a group
    is exact up to `EXACT_QUESTIONS` questions and `EXACT_WORK` combinations, greedy beyond.
    """
    parts = [_order_group(relevance, group) for group in _groups(relevance, elements)]
    return Asking(
        order=tuple(element for part in parts for element in part.order),
        expected=sum(part.expected for part in parts),
        bound=sum(part.bound for part in parts),
        exact=all(part.exact for part in parts),
    )


def _groups(relevance: Relevance, elements: Sequence[str]) -> list[list[str]]:
    groups: list[list[str]] = []
    placed: set[str] = set()
    for start in elements:
        if start in placed:
            continue
        group = [start]
        for element in group:
            placed.add(element)
            group.extend(one for one in sorted(relevance.neighbours(element)) if one not in group)
        groups.append(sorted(group, key=elements.index))
    return groups


def _order_group(relevance: Relevance, group: list[str]) -> Asking:
    tables = (
        prod(len(relevance.choices[one].values) for one in relevance.neighbours(each)) for each in group
    )
    work = len(group) * 2 ** len(group) * max(tables)
    if len(group) <= EXACT_QUESTIONS and work <= EXACT_WORK:
        return _exact(relevance, group)
    return _greedy(relevance, group)


def _exact(relevance: Relevance, group: list[str]) -> Asking:
    """Dynamic programming over the sets already asked: whether a question matters hangs on the set, not its order."""
    best: dict[frozenset[str], tuple[float, tuple[str, ...]]] = {frozenset(): (0.0, ())}
    for size in range(1, len(group) + 1):
        for chosen in combinations(group, size):
            asked = frozenset(chosen)
            candidates = []
            for last in chosen:
                cost, order = best[asked - {last}]
                candidates.append((cost + _chance(relevance, last, asked - {last}, 1.0), (*order, last)))
            best[asked] = min(candidates, key=lambda pair: round(pair[0], 9))
    expected, order = best[frozenset(group)]
    return Asking(order=order, expected=expected, bound=expected, exact=True)


def _greedy(relevance: Relevance, group: list[str]) -> Asking:
    """From the end: last comes the question that is least often still needed once all others are answered."""
    everyone = frozenset(group)
    bound = sum(_chance(relevance, one, everyone - {one}, 0.0) for one in group)
    left, order, expected = list(group), list[str](), 0.0
    while left:
        asked = frozenset(left)
        chances = {one: _chance(relevance, one, asked - {one}, 1.0) for one in reversed(left)}
        last = min(chances, key=lambda one: round(chances[one], 9))
        expected += chances[last]
        order.append(last)
        left.remove(last)
    return Asking(order=tuple(reversed(order)), expected=expected, bound=bound, exact=expected - bound < 1e-9)


def _chance(relevance: Relevance, element: str, before: frozenset[str], otherwise: float) -> float:
    chance = relevance.chance(element, before)
    return otherwise if chance is None else chance


def asked_when(relevance: Relevance, element: str, before: Sequence[str]) -> str | None:
    """FEEL over the questions asked before: when this one can still change something. None when it never can."""
    if not relevance.matters(element):
        return None
    table = relevance.mattering(element, before)
    if table is None or len(table.cells) > WHEN_COMBINATIONS or all(table.cells):
        return ALWAYS
    values = [relevance.choices[axis].values for axis in table.axes]
    matters = dict(zip(product(*values), map(bool, table.cells), strict=True))
    return either(*(_cube_text(list(table.axes), cube) for cube in _cover(matters, values)))


_Cube = tuple[tuple[object, ...] | None, ...]
"For each earlier question the answers under which it matters, or None where the answer does not count."


def _cover(table: dict[tuple[object, ...], bool], values: list[tuple[object, ...]]) -> list[_Cube]:
    """Few blocks of answers that hold every combination under which the question matters, and no other."""
    left = [picked for picked, matters in table.items() if matters]
    cubes: list[_Cube] = []
    while left:
        cube: list[tuple[object, ...]] = [(value,) for value in left[0]]
        for index, possible in enumerate(values):
            for value in possible:
                if value in cube[index]:
                    continue
                longer = tuple(one for one in possible if one in cube[index] or one == value)
                wider = [*cube[:index], longer, *cube[index + 1 :]]
                if all(table[picked] for picked in product(*wider)):
                    cube = wider
        left = [picked for picked in left if not all(v in one for v, one in zip(picked, cube, strict=True))]
        cubes.append(
            tuple(None if set(one) == set(all_) else one for one, all_ in zip(cube, values, strict=True))
        )
    return cubes


def _cube_text(elements: list[str], cube: _Cube) -> str:
    return both(
        *(
            _among(element, wanted)
            for element, wanted in zip(elements, cube, strict=True)
            if wanted is not None
        )
    )


def _among(element: str, wanted: tuple[object, ...]) -> str:
    if len(wanted) == 1:
        return f"{element} = {literal(wanted[0])}"
    return f"{element} in ({', '.join(literal(value) for value in wanted)})"


def literal(value: object) -> str:
    """An answer as FEEL: ``"a"``, ``true``, ``12``."""
    return to_text(to_literal(value))
