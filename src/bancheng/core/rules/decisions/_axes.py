"""A column of conditions as an axis of few regions: between two neighbouring constants all values meet the same.

Which regions a cell admits is found by asking the interpreter about one value of each, so the check of a table and its
evaluation cannot disagree.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, NamedTuple

from bancheng.core.rules._evaluate import evaluate
from bancheng.core.rules._moments import Months
from bancheng.core.rules._parser import RuleSyntaxError, parse_tests
from bancheng.core.rules._tree import (
    And,
    Between,
    Call,
    Compare,
    Expr,
    In,
    Literal,
    Name,
    Not,
    Or,
    UnaryTest,
    children,
    names_in,
)
from bancheng.core.rules._values import UNKNOWN, Mode, Range, Value, value_text
from bancheng.core.rules.decisions._types import Types

SUBJECT: Final = "?"
OTHER: Final = "其他"
"A text that no cell of the column names."

_ORDERED: Final = (Decimal, dt.datetime, dt.date, dt.time, dt.timedelta, Months)
_CLOCK: Final = frozenset({"today", "now"})


def value_words(value: Value) -> str:
    """A value as FEEL writes it; 未知 for one that nobody has told yet."""
    if value is UNKNOWN:
        return "未知"
    return f'"{value}"' if isinstance(value, str) else value_text(value)


class Opaque(Exception):
    """A cell that is not made of comparisons of its input with constants."""


class Region:
    """Values that no cell of the column tells apart: a sample, and whether it is a single value."""

    __slots__ = ("high", "low", "sample", "single")

    def __init__(self, sample: Value, single: bool, low: Value = None, high: Value = None) -> None:
        self.sample, self.single, self.low, self.high = sample, single, low, high


class Axis:
    """The regions of one column, and for each cell text the set of regions it admits, as bits."""

    def __init__(
        self, texts: tuple[str, ...], allowed: str = "", kind: str = "", whole: bool = False
    ) -> None:
        cells = {text: _read(text) for text in texts}
        limit = _read(allowed) if allowed else None
        cuts = [cut for cell in (*cells.values(), limit) if cell is not None for cut in cell.cuts]
        self.regions = _regions(cuts, kind, whole, has_null=any(one is None for one in cuts))
        if limit is not None:
            self.regions = tuple(
                one for one in self.regions if one.sample is None or _holds(limit.tree, one.sample)
            )
        self.all = (1 << len(self.regions)) - 1
        self.masks = {text: self._mask(cell) for text, cell in cells.items()}

    def _mask(self, cell: _Cell | None) -> int | None:
        """None for a cell that is opaque. Regions between two constants of the cell itself are asked about once."""
        if cell is None:
            return None
        ends: dict[type, list[Any]] = {
            kind: sorted(one for one in set[Any](cell.cuts) if type(one) is kind) for kind in _ORDERED
        }
        told: dict[object, bool] = {}
        mask = 0
        for at, one in enumerate(self.regions):
            key = _segment(one.sample, cell.cuts, ends)
            if key not in told:
                told[key] = _holds(cell.tree, one.sample)
            mask |= told[key] << at
        return mask

    def sample(self, mask: int) -> Value:
        """A value of a set of regions; one in the middle of an interval rather than at its end."""
        found = [one for at, one in enumerate(self.regions) if mask >> at & 1]
        return next((one for one in found if not one.single), found[0]).sample

    def words(self, mask: int) -> str:
        """A set of regions as a cell: ``[60..80)``, ``"a", "b"``; ``-`` for all."""
        if mask == self.all:
            return "-"
        if all(isinstance(one.sample, (str, type(None))) for one in self.regions):
            return self._texts(mask)
        return ", ".join(_run_words(run) for run in self._runs(mask))

    def _texts(self, mask: int) -> str:
        """Of a column of texts: those that are in, or ``not(…)`` those that are out where any other is in."""
        told = {one: bool(mask >> at & 1) for at, one in enumerate(self.regions)}
        if any(inside and not one.single for one, inside in told.items()):
            out = ", ".join(_text(one.sample) for one, inside in told.items() if not inside)
            return f"not({out})"
        return ", ".join(_text(one.sample) for one, inside in told.items() if inside)

    def _runs(self, mask: int) -> list[list[Region]]:
        runs: list[list[Region]] = []
        joined = False
        for at, one in enumerate(self.regions):
            if not mask >> at & 1:
                joined = False
                continue
            if joined and isinstance(one.sample, _ORDERED) and type(runs[-1][-1].sample) is type(one.sample):
                runs[-1].append(one)
            else:
                runs.append([one])
            joined = True
        return runs


def _run_words(run: list[Region]) -> str:
    first, last = run[0], run[-1]
    if len(run) == 1 and first.single:
        return _text(first.sample)
    low, high = (first.sample if first.single else first.low), (last.sample if last.single else last.high)
    if not isinstance(first.sample, _ORDERED):
        return _text(first.sample)
    if low is None and high is None:
        return "-"
    if low is None:
        return f"{'<=' if last.single else '<'} {_text(high)}"
    if high is None:
        return f"{'>=' if first.single else '>'} {_text(low)}"
    ends = f"{_text(low)}..{_text(high)}"
    return f"{'[' if first.single else '('}{ends}{']' if last.single else ')'}"


def _text(value: Value) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, (dt.date, dt.time, dt.timedelta, Months)):
        return f'@"{value_text(value)}"'
    return value_text(value)


# ------------------------------------------------------------- cells


class _Cell(NamedTuple):
    tree: Expr
    cuts: list[Value]


def _read(text: str) -> _Cell | None:
    """A cell and its constants; None when it is opaque."""
    cuts: list[Value] = []
    try:
        tree = parse_tests(text.strip() or "-", subject=SUBJECT)
        _collect(tree, cuts)
    except (RuleSyntaxError, Opaque):
        return None
    return _Cell(tree, cuts)


def _segment(sample: Value, cuts: list[Value], ends: dict[type, list[Any]]) -> object:
    """What a cell can tell of a value: between which of its constants it lies, or which one it is."""
    kind = type(sample)
    if kind in ends:
        return (kind, bisect_left(ends[kind], sample), bisect_right(ends[kind], sample))
    return (kind, sample if sample in cuts or not isinstance(sample, str) else None)


def _holds(tree: Expr, sample: Value) -> bool:
    return evaluate(tree, {SUBJECT: sample}, mode=Mode.STANDARD) is True


def _collect(expr: Expr, cuts: list[Value]) -> None:
    """The constants that the input is compared with.

    Raises:
        Opaque: it is not only compared with constants.
    """
    if _is_constant(expr) or _is_subject(expr):
        return
    if isinstance(expr, (And, Or)):
        for one in expr.operands:
            _collect(one, cuts)
    elif isinstance(expr, Not):
        _collect(expr.operand, cuts)
    elif isinstance(expr, Compare) and (_is_subject(expr.left) or _is_subject(expr.right)):
        _constant(
            expr.right if _is_subject(expr.left) else expr.left, cuts, ordered=expr.op not in {"=", "!="}
        )
    elif isinstance(expr, Between) and _is_subject(expr.value):
        _constant(expr.low, cuts, ordered=True)
        _constant(expr.high, cuts, ordered=True)
    elif isinstance(expr, In) and _is_subject(expr.value):
        for test in expr.tests:
            _test(test, cuts)
    else:
        raise Opaque


def _test(test: Expr, cuts: list[Value]) -> None:
    if isinstance(test, UnaryTest):
        _constant(test.operand, cuts, ordered=test.op not in {"=", "!="})
    elif _is_constant(test):
        _constant(test, cuts)
    else:
        _collect(test, cuts)


def _constant(expr: Expr, cuts: list[Value], *, ordered: bool = False) -> None:
    if not _is_constant(expr):
        raise Opaque
    _cut(evaluate(expr, {}, mode=Mode.STANDARD), cuts, ordered=ordered)


def _cut(value: Value, cuts: list[Value], *, ordered: bool = False) -> None:
    if isinstance(value, Range):
        for end in (value.low, value.high):
            if end is not None:
                _cut(end, cuts, ordered=True)
    elif isinstance(value, tuple):
        for one in value:
            _cut(one, cuts)
    elif (isinstance(value, str) and ordered) or not (
        value is None or isinstance(value, (str, bool, *_ORDERED))
    ):
        raise Opaque  # an order of texts, a context
    else:
        cuts.append(value)


def _is_subject(expr: Expr) -> bool:
    return isinstance(expr, Name) and expr.name == SUBJECT


def _is_constant(expr: Expr) -> bool:
    if isinstance(expr, Literal):
        return True
    return not names_in(expr) and not any(_reads_clock(one) for one in _within(expr))


def _reads_clock(expr: Expr) -> bool:
    return isinstance(expr, Call) and isinstance(expr.function, Name) and expr.function.name in _CLOCK


def _within(expr: Expr) -> list[Expr]:
    found = [expr]
    for one in found:
        found.extend(children(one))
    return found


# ------------------------------------------------------------- regions

_STEPS: Final[dict[type, Any]] = {
    Decimal: Decimal(1),
    dt.datetime: dt.timedelta(days=1),
    dt.date: dt.timedelta(days=1),
    dt.timedelta: dt.timedelta(days=1),
}
_BASES: Final[dict[str, Callable[[], tuple[Region, ...]]]] = {
    "boolean": lambda: (Region(True, True), Region(False, True)),
    "number": lambda: (Region(Decimal(0), False),),
    "string": lambda: (Region(OTHER, False),),
    "date": lambda: (Region(dt.date(2026, 1, 1), False),),
}


def _regions(cuts: list[Value], kind: str, whole: bool, has_null: bool) -> tuple[Region, ...]:
    found: list[Region] = []
    kinds = dict.fromkeys(type(one) for one in cuts if one is not None)
    for one in kinds:
        values = [cut for cut in cuts if type(cut) is one]
        if one is bool:
            found.extend(_BASES["boolean"]())
        elif one is str:
            texts = dict.fromkeys(values)
            found.extend(Region(text, True) for text in texts)
            found.append(Region(_other(texts), False))
        else:
            found.extend(_ordered(sorted(set(values)), whole))
    if not found:
        found.extend(_BASES.get(kind, _BASES["string"])())
    if has_null:
        found.append(Region(None, True))
    return tuple(found)


def _other(texts: dict[Value, None]) -> str:
    other = OTHER
    while other in texts:
        other += "者"
    return other


def _ordered(values: list[Any], whole: bool) -> list[Region]:
    found: list[Region] = []
    below = _moved(values[0], -1)
    if below is not None:
        found.append(Region(below, False, None, values[0]))
    for at, value in enumerate(values):
        found.append(Region(value, True))
        following = values[at + 1] if at + 1 < len(values) else None
        sample = _moved(value, 1) if following is None else _between(value, following, whole)
        if sample is not None:
            found.append(Region(sample, False, value, following))
    return found


def _moved(value: Any, sign: int) -> Value:
    """A value a step away; None beyond the end of its kind."""
    try:
        if isinstance(value, Months):
            return Months(value.months + sign)
        if isinstance(value, dt.time):
            moment = dt.datetime.combine(dt.date(2000, 1, 1), value) + sign * dt.timedelta(minutes=1)
            return moment.timetz() if moment.date() == dt.date(2000, 1, 1) else None
        found: Value = value + sign * _STEPS[dt.datetime if isinstance(value, dt.datetime) else type(value)]
    except OverflowError:
        return None
    return found


def _between(low: Any, high: Any, whole: bool) -> Value:
    """A value strictly between two; None where their kind has none."""
    if isinstance(low, Decimal):
        inside = low.to_integral_value(rounding="ROUND_FLOOR") + 1
        return inside if inside < high else None if whole else (low + high) / 2
    if isinstance(low, Months):
        return Months(low.months + 1) if low.months + 1 < high.months else None
    if isinstance(low, dt.date) and not isinstance(low, dt.datetime):
        return low + dt.timedelta(days=1) if (high - low).days > 1 else None
    if isinstance(low, dt.time):
        return _moved(low, 1) if _before(_moved(low, 1), high) else None
    return low + (high - low) / 2


def _before(left: Any, right: Any) -> bool:
    return left is not None and left < right


def allowed_of(types: Types, kind: str) -> str:
    """The allowed values of a named type, as written; empty where there are none."""
    item = types.item(kind)
    while item is not None:
        text = item.allowed or item.constraint
        if text is not None and not item.collection:
            return text.text
        following = types.item(item.type)
        item = following if following is not item else None
    return ""
