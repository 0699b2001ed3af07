"""FEEL conditions → nodes over columns, exactly as the interpreter would judge; what columns cannot say is refused.

The column subset: comparison, ``between``, ``in``, ``and or not``, ``is defined``, ``= null``. On one side of a
comparison stands one fact, alone or with known values added, subtracted, multiplied, divided, rounded, or as an
``age``, a year or a duration to a known day; or stand whole sums and differences of several numbers, of several days.
Besides: any expression at all over a single code or boolean; anything without facts (parameters, ``today()``). Sums
over many rows belong into a fact.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Final

from bancheng.core.benefits._facts import ColumnKind
from bancheng.core.benefits._linear import weighted
from bancheng.core.benefits._pieces import Piece, bounds, read_in, stretches, tabulated
from bancheng.core.benefits._plan import Among, AtMost, Builder, Flag, NullWhere, PlanColumn, Present
from bancheng.core.benefits._refused import NotForColumns
from bancheng.core.rules import UNKNOWN, Expr, Range, RuleLimit, Value, evaluate, nodes

_FINITE = frozenset({ColumnKind.CODE, ColumnKind.BOOLEAN})
_ROUNDING: Final = frozenset(
    {"floor", "ceiling", "round up", "round down", "round half up", "round half down", "decimal"}
)
_CALLS: Final = _ROUNDING | {"age", "years and months duration"}


class Lowering:
    """Lowers conditions into one `Builder`. `known`: the values of parameters; one that is not there is Unknown."""

    def __init__(self, columns: Mapping[str, PlanColumn], known: Mapping[str, Value], as_of: dt.date) -> None:
        self.columns, self.known, self.as_of = columns, known, as_of
        self.build = Builder()
        self._seen: dict[Expr, int] = {}

    def truth(self, expr: Expr) -> int:
        """The node of a condition.

        Raises:
            NotForColumns: with the part that columns cannot say, why, and what to write instead.
        """
        found = self._seen.get(expr)
        if found is None:
            found = self._seen[expr] = self._truth(expr)
        return found

    def _truth(self, expr: Expr) -> int:
        facts = self.facts_of(expr)
        if not facts:
            return self.build.fixed(self._value(expr, {}))
        if len(facts) == 1 and self.columns[facts[0]].kind in _FINITE:
            return self._alone(expr, self.columns[facts[0]], tabulated)
        if isinstance(expr, (nodes.And, nodes.Or, nodes.Not)):
            return self._joined(expr)
        if isinstance(expr, nodes.Compare):
            return self._compare(expr, facts)
        if isinstance(expr, nodes.Between):
            low = nodes.Compare(op=">=", left=expr.value, right=expr.low, span=expr.span)
            high = nodes.Compare(op="<=", left=expr.value, right=expr.high, span=expr.span)
            return self.build.every([self.truth(low), self.truth(high)])
        if isinstance(expr, nodes.In):
            return self.build.some([self._test(expr, one) for one in expr.tests])
        if isinstance(expr, nodes.If):
            return self._if(expr)
        if (
            isinstance(expr, nodes.Call)
            and nodes.dotted(expr.function) == "is defined"
            and self._is_fact(expr.arguments)
        ):
            return self.build.add(Present(column=facts[0]))
        raise NotForColumns.by(expr)

    def _joined(self, expr: nodes.And | nodes.Or | nodes.Not) -> int:
        if isinstance(expr, nodes.Not):
            return self.build.opposite(self.truth(expr.operand))
        parts = [self.truth(one) for one in expr.operands]
        return self.build.every(parts) if isinstance(expr, nodes.And) else self.build.some(parts)

    def facts_of(self, expr: Expr) -> tuple[str, ...]:
        """The columns that an expression reads."""
        return read_in(expr, self.columns)

    def _value(self, expr: Expr, facts: Mapping[str, Value]) -> Value:
        try:
            return evaluate(expr, {**self.known, **facts}, today=self.as_of)
        except RuleLimit:
            raise NotForColumns.endless(expr) from None

    def _is_fact(self, parts: tuple[Expr, ...]) -> bool:
        return len(parts) == 1 and nodes.dotted(parts[0]) in self.columns

    # ------------------------------------------------------------- one fact

    def _alone(
        self,
        expr: Expr,
        column: PlanColumn,
        cut: Callable[[PlanColumn, Callable[[Value], Value]], list[Piece]],
    ) -> int:
        """An expression over one fact, from the pieces in which the interpreter gives one outcome."""
        if self._value(expr, {}) is not UNKNOWN:
            return self.build.fixed(self._value(expr, {}))
        pieces = cut(column, lambda value: self._value(expr, {column.name: value}))
        node = self._pieces(column, pieces)
        if not column.may_be_absent:
            return node
        present = self.build.add(Present(column=column.name))
        absent = self.build.opposite(present)
        outcome = self._value(expr, {column.name: None})
        if outcome is True:
            return self.build.some([absent, node])
        if outcome is False:
            return self.build.every([present, node])
        if outcome is UNKNOWN:
            return self.build.every([node, self.build.some([present, self.build.fixed(UNKNOWN)])])
        return self.build.add(NullWhere(guard=absent, node=node))

    def _pieces(self, column: PlanColumn, pieces: list[Piece]) -> int:
        """True, false, null and unknown as the pieces say; unknown where the column is null."""
        values = {
            piece.value if piece.value is UNKNOWN or isinstance(piece.value, bool) else None
            for piece in pieces
        }
        if values == {UNKNOWN}:
            return self.build.fixed(UNKNOWN)
        present = self.build.add(Present(column=column.name))
        if len(values) == 1 and isinstance(only := next(iter(values)), bool):
            return present if only else self.build.opposite(present)
        node = self._where(column, pieces, True)
        if UNKNOWN in values:
            open_ = self.build.every([self._where(column, pieces, UNKNOWN), self.build.fixed(UNKNOWN)])
            node = self.build.some([node, open_])
        if None in values:
            node = self.build.add(NullWhere(guard=self._where(column, pieces, None), node=node))
        return node

    def _where(self, column: PlanColumn, pieces: list[Piece], wanted: Value) -> int:
        """Where the outcome is `wanted`; said of its opposite where that is shorter."""
        held = _merged([piece for piece in pieces if _same(piece.value, wanted)])
        rest = _merged([piece for piece in pieces if not _same(piece.value, wanted)])
        if column.kind in _FINITE:
            return self._codes(column, [piece.low for piece in pieces if _same(piece.value, wanted)])
        if not held:
            return self.build.opposite(self.build.add(Present(column=column.name)))
        if len(rest) < len(held) or (len(rest) == len(held) == 1 and rest[0].low < held[0].low):
            return (
                self.build.opposite(self._stretch_any(column, rest))
                if rest
                else self.build.add(Present(column=column.name))
            )
        return self._stretch_any(column, held)

    def _codes(self, column: PlanColumn, codes: list[int]) -> int:
        low, high = bounds(column)
        present = self.build.add(Present(column=column.name))
        if not codes or len(codes) == high - low + 1:
            return present if codes else self.build.opposite(present)
        if column.kind is ColumnKind.BOOLEAN:
            flag = self.build.add(Flag(column=column.name))
            return flag if codes == [1] else self.build.opposite(flag)
        if 2 * len(codes) > high - low + 1:
            others = tuple(one for one in range(low, high + 1) if one not in set(codes))
            return self.build.opposite(self.build.add(Among(column=column.name, codes=others)))
        return self.build.add(Among(column=column.name, codes=tuple(codes)))

    def _stretch_any(self, column: PlanColumn, pieces: list[Piece]) -> int:
        points = tuple(piece.low for piece in pieces if piece.low == piece.high)
        parts = [self._stretch(column, piece) for piece in pieces if piece.low != piece.high]
        if points:
            parts.append(self.build.add(Among(column=column.name, codes=points)))
        return self.build.some(parts)

    def _stretch(self, column: PlanColumn, piece: Piece) -> int:
        low, high = bounds(column)
        parts = []
        if piece.low > low:
            parts.append(self.build.opposite(self.build.add(AtMost(column=column.name, bound=piece.low - 1))))
        if piece.high < high:
            parts.append(self.build.add(AtMost(column=column.name, bound=piece.high)))
        return self.build.every(parts)

    # ------------------------------------------------------------- comparisons

    def _compare(self, expr: nodes.Compare, facts: tuple[str, ...]) -> int:
        column = self.columns[facts[0]]
        left, right = self.facts_of(expr.left), self.facts_of(expr.right)
        side, other = (expr.left, expr.right) if left else (expr.right, expr.left)
        if len(facts) > 1 or (left and right) or not self._rises(side):
            return weighted(expr, self.columns, self.build, self._value)
        against = self._value(other, {})

        def cut(column: PlanColumn, outcome: Callable[[Value], Value]) -> list[Piece]:
            pieces = stretches(
                column, side, against, outcome, lambda value: self._value(side, {column.name: value})
            )
            if pieces is None:
                raise NotForColumns.by(side)
            return pieces

        return self._alone(expr, column, cut)

    def _rises(self, side: Expr) -> bool:
        """Whether a value rises, or falls, with the one fact in it."""
        if nodes.dotted(side) in self.columns:
            return True
        if isinstance(side, nodes.Path):
            return side.name == "year" and self._rises(side.source)
        if isinstance(side, nodes.Negate):
            return self._rises(side.operand)
        if isinstance(side, nodes.Binary):
            left, right = self.facts_of(side.left), self.facts_of(side.right)
            if left and right:
                return False
            allowed = {"+", "-", "*", "/"} if left else {"+", "-", "*"}
            return side.op in allowed and self._rises(side.left if left else side.right)
        if isinstance(side, nodes.Call) and not side.parameters and nodes.dotted(side.function) in _CALLS:
            within = [one for one in side.arguments if self.facts_of(one)]
            if nodes.dotted(side.function) in _ROUNDING | {"age"} and within != list(side.arguments[:1]):
                return False
            return len(within) == 1 and self._rises(within[0])
        return False

    def _test(self, expr: nodes.In, test: Expr) -> int:
        """One test of ``in``, as true, false or unknown."""

        def compared(op: str, other: Expr) -> int:
            return self.truth(nodes.Compare(op=op, left=expr.value, right=other, span=expr.span))

        if isinstance(test, nodes.UnaryTest):
            return self.build.settled(compared(test.op, test.operand))
        if not self.facts_of(test):
            return self._within(expr, self._value(test, {}))
        if isinstance(test, nodes.RangeExpr):
            return self._range(test, compared)
        if isinstance(test, nodes.ListExpr):
            return self.build.some([self._test(expr, one) for one in test.items])
        return self.build.settled(compared("=", test))

    def _range(self, test: nodes.RangeExpr, compared: Callable[[str, Expr], int]) -> int:
        """A range with facts in its ends; an end known to be null is open, so a fact there must not be able to be."""
        parts = []
        for end, closed, op in ((test.low, test.low_closed, ">"), (test.high, test.high_closed, "<")):
            if any(self.columns[name].may_be_absent for name in self.facts_of(end)):
                raise NotForColumns(end, "区间的一端可能“没有”，不能按列判断", "用 >= 和 <= 两个条件写")
            if self.facts_of(end) or self._value(end, {}) is not None:
                parts.append(compared(f"{op}=" if closed else op, end))
        return self.build.settled(self.build.every(parts))

    def _within(self, expr: nodes.In, found: Value) -> int:
        """Membership in a value that is known: a range, a list, or one value."""
        if isinstance(found, tuple):
            return self.build.some([self._within(expr, one) for one in found])
        if not isinstance(found, Range):
            return self.build.settled(self._against("=", expr.value, found))
        if found.sign == "!=":
            return self.build.settled(self._against("!=", expr.value, found.low))
        ends = ((found.low, found.low_closed, ">"), (found.high, found.high_closed, "<"))
        parts = [
            self._against(f"{op}=" if closed else op, expr.value, end)
            for end, closed, op in ends
            if end is not None
        ]
        return self.build.settled(self.build.every(parts))

    def _against(self, op: str, side: Expr, known: Value) -> int:
        """The comparison of an expression with a value that stands nowhere in the text."""
        lowering = Lowering(self.columns, {**self.known, "?": known}, self.as_of)
        lowering.build = self.build
        return lowering.truth(nodes.Compare(op=op, left=side, right=nodes.Name(name="?"), span=side.span))

    def _if(self, expr: nodes.If) -> int:
        condition = self.build.settled(self.truth(expr.condition))
        then, otherwise = self.truth(expr.then), self.truth(expr.otherwise)
        if self.build.nullable[then] or self.build.nullable[otherwise]:
            raise NotForColumns.by(expr)
        return self.build.some(
            [
                self.build.every([condition, then]),
                self.build.every([self.build.opposite(condition), otherwise]),
                self.build.every([then, otherwise]),
            ]
        )


def _same(value: Value, wanted: Value) -> bool:
    if wanted is None:
        return value is not UNKNOWN and not isinstance(value, bool)
    return value is wanted


def _merged(pieces: list[Piece]) -> list[Piece]:
    """Neighbouring pieces as one."""
    found: list[Piece] = []
    for piece in pieces:
        if found and found[-1].high + 1 == piece.low:
            found[-1] = Piece(found[-1].low, piece.high, piece.value)
        else:
            found.append(piece)
    return found
