"""Which question can still change something, and how likely that is.

Everything a one-thing derives for a person hangs on a set of *decisions*: FEEL texts (the gate, when an item takes
part, whether a field is shown, …). A question matters while some decision's outcome still changes with its answer. For
every question this is a table over the answers to its *neighbours*, the questions that stand in one decision with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import product
from math import prod
from operator import mul

from bancheng.core.compiler._feel import ALWAYS, NEVER, names, residual, value_of
from bancheng.core.kernel import Record
from bancheng.core.rules import UNKNOWN

COMPLETIONS = 2_048
"A decision over more combinations of answers than this is taken to hang on each of its questions, always."
TABLE = 4_096
"Tables over more combinations of neighbours than this are not made."


class Choice(Record):
    """A question's possible answers with their probabilities; an open one (a number, a date, text) has none."""

    element: str
    values: tuple[object, ...] = ()
    shares: tuple[float, ...] = ()


class Table(Record):
    """A value for every combination of answers to `axes`, the last axis running fastest."""

    axes: tuple[str, ...]
    sizes: tuple[int, ...]
    cells: tuple[float, ...]


class Relevance:
    """Whether and how often questions matter, over decisions of which `facts` are already told."""

    def __init__(
        self,
        decisions: Iterable[str],
        choices: Iterable[Choice],
        facts: Mapping[str, object],
        today: date | None = None,
    ) -> None:
        self.choices = {choice.element: choice for choice in choices}
        self._today = today
        left = dict.fromkeys(decisions)
        if facts:
            left = dict.fromkeys(residual(text, facts, today) for text in left)
        self._by_question: dict[str, list[Table]] = {element: [] for element in self.choices}
        for text in left:
            if text not in (ALWAYS, NEVER):
                self._add(text, [element for element in self.choices if element in names(text)])
        self._tables = {element: self._table(element) for element in self.choices}
        self._chances: dict[tuple[str, frozenset[str]], float] = {}

    def matters(self, element: str) -> bool:
        """Can the answer change anything at all?"""
        return any(any(table.cells) for table in self._by_question[element])

    def neighbours(self, element: str) -> tuple[str, ...]:
        """The closed questions whose answers can change whether this one matters, in the order of the choices."""
        around = {axis for table in self._by_question[element] for axis in table.axes}
        return tuple(axis for axis in self.choices if axis in around)

    def chance(self, element: str, before: frozenset[str]) -> float | None:
        """The probability that `element` still matters once `before` are answered (independently of one another).

        None where its neighbours have too many combinations.
        """
        table = self._tables[element]
        if table is None:
            return None
        told = frozenset(table.axes) & before
        key = (element, told)
        if key not in self._chances:
            table = self._unless_told(table, told)
            for axis in table.axes:
                table = _reduce(table, axis, _mean(self.choices[axis].shares))
            self._chances[key] = table.cells[0]
        return self._chances[key]

    def mattering(self, element: str, before: Sequence[str]) -> Table | None:
        """1 or 0 for every combination of answers to those of `before` that bear on `element`; None as in `chance`."""
        table = self._tables[element]
        return None if table is None else self._unless_told(table, frozenset(before))

    def _size(self, axis: str) -> int:
        return len(self.choices[axis].values)

    def _unless_told(self, table: Table, told: frozenset[str]) -> Table:
        """What nobody has told yet may turn out any way: it matters if it matters in one of them."""
        for axis in table.axes:
            if axis not in told:
                table = _reduce(table, axis, max)
        return table

    def _add(self, text: str, elements: list[str]) -> None:
        closed = [element for element in elements if self.choices[element].values]
        values = [self.choices[element].values for element in closed]
        if prod(map(len, values)) > COMPLETIONS:
            for element in elements:
                self._by_question[element].append(Table(axes=(), sizes=(), cells=(1.0,)))
            return
        outcomes = {
            picked: self._outcome(text, dict(zip(closed, picked, strict=True))) for picked in product(*values)
        }
        for element in elements:
            if element in closed:
                self._by_question[element].append(_changing(closed, values, outcomes, closed.index(element)))
            else:
                cells = tuple(float(element in names(outcome)) for outcome in outcomes.values())
                self._by_question[element].append(
                    Table(axes=tuple(closed), sizes=tuple(map(len, values)), cells=cells)
                )

    def _outcome(self, text: str, told: dict[str, object]) -> str:
        value = value_of(text, told, self._today)
        return residual(text, told, self._today) if value is UNKNOWN else f"= {value!r}"

    def _table(self, element: str) -> Table | None:
        """All decisions' tables as one, over all neighbours."""
        axes = self.neighbours(element)
        sizes = [self._size(axis) for axis in axes]
        if prod(sizes) > TABLE:
            return None
        cells = [0.0] * prod(sizes)
        places = list(product(*map(range, sizes)))
        for table in dict.fromkeys(self._by_question[element]):
            picks = [axes.index(axis) for axis in table.axes]
            steps = [prod(table.sizes[at + 1 :]) for at in range(len(picks))]
            for at, place in enumerate(places):
                cell = sum(place[pick] * step for pick, step in zip(picks, steps, strict=True))
                cells[at] = max(cells[at], table.cells[cell])
        return Table(axes=axes, sizes=tuple(sizes), cells=tuple(cells))


def _changing(
    closed: list[str],
    values: list[tuple[object, ...]],
    outcomes: dict[tuple[object, ...], str],
    at: int,
) -> Table:
    """For every combination of the others: does the outcome change along question number `at`?"""
    others = [*values[:at], *values[at + 1 :]]
    cells = tuple(
        float(len({outcomes[(*picked[:at], value, *picked[at:])] for value in values[at]}) > 1)
        for picked in product(*others)
    )
    return Table(axes=(*closed[:at], *closed[at + 1 :]), sizes=tuple(map(len, others)), cells=cells)


def _reduce(table: Table, axis: str, join: Callable[..., float]) -> Table:
    """Fold one axis away: `join` takes the values along it."""
    at = table.axes.index(axis)
    size, inner = table.sizes[at], prod(table.sizes[at + 1 :])
    folded: list[float] = []
    for start in range(0, len(table.cells), size * inner):
        slices = [table.cells[start + one * inner : start + (one + 1) * inner] for one in range(size)]
        folded.extend(map(join, *slices) if size > 1 else slices[0])
    return Table(
        axes=(*table.axes[:at], *table.axes[at + 1 :]),
        sizes=(*table.sizes[:at], *table.sizes[at + 1 :]),
        cells=tuple(folded),
    )


def _mean(shares: tuple[float, ...]) -> Callable[..., float]:
    return lambda *values: sum(map(mul, values, shares))
