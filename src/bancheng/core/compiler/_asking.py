"""In which order to ask, how many questions that takes, and under which condition a question is worth asking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import product

from bancheng.core.catalogue import ElementKind
from bancheng.core.compiler._diagram import TRUE, TooLarge
from bancheng.core.compiler._feel import ALWAYS, both, coerce, either
from bancheng.core.compiler._order import NODES, Order, still_asked
from bancheng.core.compiler._relevance import Choice, Relevance
from bancheng.core.compiler._types import AskingPlan, GuidedQuestion
from bancheng.core.rules import literal as to_literal
from bancheng.core.rules import to_text

WHEN_COMBINATIONS = 512
_PLACES = Decimal("0.0001")


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


def plan_asking(relevance: Relevance) -> AskingPlan:
    """How the questions of these decisions are asked, and how many that takes on average.

    The decision tree is the best there is over the declared shares, exactly up to `EXACT_STATES` states of the search;
    beyond, greedy, with a bound no tree goes below.
    """
    written = [choice.element for choice in relevance.choices if relevance.matters(choice.element)]
    relevance.diagrams.allow(NODES)
    try:
        return _planned(relevance, written)
    except TooLarge:
        most = Decimal(len(written))
        everyone = dict.fromkeys(written, Decimal(1))
        return AskingPlan(
            expected=most, bound=Decimal(0), exact=not written, fixed_order=most, chances=everyone
        )


def _planned(relevance: Relevance, written: list[str]) -> AskingPlan:
    order = Order(relevance)
    solved = [order.solve(part) for part in order.parts]
    chances: dict[str, float] = {}
    listed: list[str] = []
    for part in order.parts:
        asked = order.asked(part)
        chances.update((relevance.choices[at].element, chance) for at, chance in asked.items())
        ranked = sorted(asked, key=lambda at: (-round(asked[at], 6), at))
        listed += [relevance.choices[at].element for at in ranked]
    upper, lower = sum(one.upper for one in solved), sum(one.lower for one in solved)
    return AskingPlan(
        expected=_rounded(upper),
        bound=_rounded(lower),
        exact=upper - lower < float(_PLACES) / 2,
        fixed_order=_rounded(relevance.expected(written)),
        chances={element: _rounded(chances[element]) for element in written},
        order=tuple(listed),
    )


def _rounded(number: float) -> Decimal:
    return Decimal(number).quantize(_PLACES)


@lru_cache(maxsize=4096)
def left_to_ask(
    decisions: tuple[str, ...], choices: tuple[Choice, ...], today: date | None
) -> tuple[str, ...]:
    """The questions that can still change one of these decisions, the next to ask first."""
    return still_asked(Relevance(decisions, choices, today))


@lru_cache(maxsize=4096)
def settled(text: str, choices: tuple[Choice, ...], today: date | None) -> bool | None:
    """What a condition comes to if it comes to the same whatever is answered: `a or not(a)` holds. None if not."""
    relevance = Relevance((), choices, today)
    found = relevance.diagrams.token(relevance.function(text))
    return found if isinstance(found, bool) else None


def asked_when(relevance: Relevance, element: str, before: Sequence[str]) -> str:
    """FEEL over the questions listed before: when this one can still change something."""
    try:
        relevance.diagrams.allow()
        matters = relevance.mattering(element, before)
    except TooLarge:
        return ALWAYS
    axes = sorted(relevance.diagrams.support(matters))
    values = [relevance.choices[axis].values for axis in axes]
    if not all(values) or relevance.diagrams.combinations(axes) > WHEN_COMBINATIONS:
        return ALWAYS
    table = {}
    for picked in product(*(range(len(one)) for one in values)):
        found = matters
        for axis, answer in zip(axes, picked, strict=True):
            found = relevance.diagrams.restrict(found, axis, answer)
        table[tuple(one[at] for one, at in zip(values, picked, strict=True))] = found == TRUE
    elements = [relevance.choices[axis].element for axis in axes]
    return either(*(_cube_text(elements, cube) for cube in _cover(table, values)))


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
