"""What is wrong with a decision table before anybody is decided about: gaps, overlaps, conflicts, rows never reached.

Every column is cut into few regions (`_axes`), a row is a box of regions, and boxes are subtracted from each
other: exact, not sampled. A cell that is no comparison with constants is never the ground of a claim; that it was
left out is told.
"""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Iterator as Many
from enum import StrEnum
from functools import reduce
from itertools import combinations
from operator import and_
from typing import Final, NamedTuple

from bancheng.core.kernel import Record, Severity
from bancheng.core.rules._evaluate import evaluate
from bancheng.core.rules._operators import equal
from bancheng.core.rules._parser import RuleSyntaxError, parse
from bancheng.core.rules._tree import names_in
from bancheng.core.rules._values import Mode, Value
from bancheng.core.rules.decisions._axes import Axis, allowed_of, value_words
from bancheng.core.rules.decisions._model import DecisionTable, HitPolicy, LiteralExpression, TableRow
from bancheng.core.rules.decisions._types import Types

Box = tuple[int, ...]
"A set of regions for each axis, as bits."

MAX_BOXES: Final = 50_000
"Most boxes kept while rows are taken out of the whole."

MAX_JOINED: Final = 3_000
"Most boxes that are joined into fewer before they are told."

MAX_TOLD: Final = 50
"Most findings of a kind that are told one by one."


class FindingKind(StrEnum):
    """What was found. UNCHECKED: a cell, or the table, that the check could not take into account."""

    GAP = "gap"
    OVERLAP = "overlap"
    CONFLICT = "conflict"
    UNREACHABLE = "unreachable"
    UNCHECKED = "unchecked"


class Finding(Record):
    """One thing that is wrong: the rows it is about (from 1), an example input, and the whole region as cells.

    `example` gives column and value; `cells` the same region for each column of the table, in its order, as FEEL.
    """

    kind: FindingKind
    message: str
    rows: tuple[int, ...] = ()
    example: tuple[tuple[str, object], ...] = ()
    cells: tuple[str, ...] = ()
    severity: Severity = Severity.ERROR


class _Reach(NamedTuple):
    """A row as boxes: what it may match, and what it surely matches (None: nothing is sure)."""

    may: Box
    must: Box | None


def check_table(
    table: DecisionTable, types: Types | None = None, *, whole: Collection[str] = ()
) -> tuple[Finding, ...]:
    """Everything wrong with a table. `whole` names columns (by expression) whose numbers are whole.

    Inputs are taken to be independent of each other, except columns with one and the same expression. Null is a value
    of a column only where a cell of it speaks of null.
    """
    return Space(table, types, whole).findings()


class Space:
    """A table as boxes."""

    def __init__(self, table: DecisionTable, types: Types | None = None, whole: Collection[str] = ()) -> None:
        self.table, self._types = table, types or Types()
        texts = [_expression(clause.expression) for clause in table.inputs]
        self.columns = tuple(dict.fromkeys(texts))
        self._at = tuple(self.columns.index(text) for text in texts)
        self._linked = _linked(self.columns)
        self.axes = tuple(self._axis(column, column in whole) for column in self.columns)
        self.full: Box = tuple(axis.all for axis in self.axes)
        self.reaches = tuple(self._reach(row) for row in table.rows)

    def _axis(self, column: str, whole: bool) -> Axis:
        places = [at for at, axis in enumerate(self._at) if self.columns[axis] == column]
        texts = dict.fromkeys(row.inputs[at].text for row in self.table.rows for at in places)
        clauses = [self.table.inputs[at] for at in places]
        kind = next((one.expression.type for one in clauses if one.expression.type), "")
        listed = next((one.values.text for one in clauses if one.values is not None), "")
        return Axis(tuple(texts), listed or allowed_of(self._types, kind), self._types.base(kind), whole)

    def _reach(self, row: TableRow) -> _Reach:
        may, sure = list(self.full), True
        for cell, axis in zip(row.inputs, self._at, strict=False):
            mask = self.axes[axis].masks.get(cell.text)
            if mask is None or (axis in self._linked and mask != self.axes[axis].all):
                sure = False
            else:
                may[axis] &= mask
        box = tuple(may)
        return _Reach(box, box if sure else None)

    # ------------------------------------------------------------- findings

    def findings(self) -> tuple[Finding, ...]:
        return (*self._unchecked(), *self._gaps(), *self._overlaps(), *self._unreachable())

    def _unchecked(self) -> Many[Finding]:
        for number, (row, reach) in enumerate(zip(self.table.rows, self.reaches, strict=True), 1):
            if reach.must is None:
                cells = "、".join(
                    one.text
                    for one, axis in zip(row.inputs, self._at, strict=False)
                    if self.axes[axis].masks.get(one.text) is None or axis in self._linked
                )
                yield Finding(
                    kind=FindingKind.UNCHECKED,
                    message=f"第 {number} 行的 {cells} 不是与固定值的比较，这一行没有参加检查。",
                    rows=(number,),
                    severity=Severity.WARNING,
                )

    def _gaps(self) -> Many[Finding]:
        if any(one.default is not None for one in self.table.outputs):
            return  # what no row says, the default says
        left = self.uncovered()
        if left is None:
            yield Finding(
                kind=FindingKind.UNCHECKED,
                message="这张表太散，没有查完有没有遗漏的情形。请拆成几张表。",
                severity=Severity.WARNING,
            )
            return
        merged = _merged(left)
        for box in merged[:MAX_TOLD]:
            yield self._finding(FindingKind.GAP, "没有一行管到", box)

    def uncovered(self, rows: Collection[int] | None = None, within: Box | None = None) -> list[Box] | None:
        """Where no row may match, as disjoint boxes; None when there are too many to keep.

        With `rows` (from 0), where none of these surely matches inside `within`.
        """
        left = [within if within is not None else self.full]
        for number, reach in enumerate(self.reaches):
            if rows is not None and number not in rows:
                continue
            box = reach.may if rows is None else reach.must
            if box is not None:
                left = _minus(left, box)
            if len(left) > MAX_BOXES:
                return None
        return left

    def complete(self, rows: Collection[int], unknown: Collection[int]) -> bool:
        """Whether, of the columns, the `unknown` ones have no values that none of the `rows` (from 0) admits.

        The rows are known to admit the values of all other columns. False where it cannot be told.
        """
        axes = {self._at[column] for column in unknown}
        left = [self.full]
        for row in rows:
            must = self.reaches[row].must
            if must is None or len(left) > MAX_BOXES:
                return False
            left = _minus(left, tuple(mask if at in axes else self.full[at] for at, mask in enumerate(must)))
        return not left

    def _overlaps(self) -> Many[Finding]:
        policy = self.table.policy
        if policy not in {HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.PRIORITY}:
            return
        told = 0
        for (one, left), (other, right) in combinations(enumerate(self.reaches), 2):
            if left.must is None or right.must is None:
                continue
            common = tuple(map(and_, left.must, right.must))
            if not all(common) or told >= MAX_TOLD:
                continue
            same = self._same_outputs(one, other)
            ranked = policy is HitPolicy.PRIORITY and self._rank(one) != self._rank(other)
            if ranked or (same is not False and policy is not HitPolicy.UNIQUE):
                continue
            told += 1
            kind = FindingKind.CONFLICT if same is False else FindingKind.OVERLAP
            words = "都管到，结果却不同" if same is False else "重复管到"
            yield self._finding(kind, words, common, (one + 1, other + 1))

    def _unreachable(self) -> Many[Finding]:
        policy = self.table.policy
        for number, reach in enumerate(self.reaches):
            if not all(reach.may):
                yield Finding(
                    kind=FindingKind.UNREACHABLE,
                    message=f"第 {number + 1} 行的条件自相矛盾，永远不会命中。",
                    rows=(number + 1,),
                )
                continue
            if policy not in {HitPolicy.FIRST, HitPolicy.PRIORITY}:
                continue
            before = [one for one in range(len(self.reaches)) if self._wins(one, number)]
            left = self.uncovered(before, reach.may)
            if left == []:
                masking = tuple(one + 1 for one in before if self._meets(one, reach.may))
                yield Finding(
                    kind=FindingKind.UNREACHABLE,
                    message=f"第 {number + 1} 行永远不会起作用：它的情形都被第 {_numbers(masking)} 行先管了。",
                    rows=(number + 1, *masking),
                    example=self._example(reach.may),
                    cells=self._cells(reach.may),
                )

    def _wins(self, one: int, number: int) -> bool:
        if self.table.policy is HitPolicy.FIRST:
            return one < number
        return self._rank(one) < self._rank(number) or (
            self._rank(one) == self._rank(number) and one < number
        )

    def _meets(self, row: int, box: Box) -> bool:
        must = self.reaches[row].must
        return must is not None and all(map(and_, must, box))

    def _same_outputs(self, one: int, other: int) -> bool | None:
        """Whether two rows yield the same; None when only a run can tell."""
        pairs = zip(self.table.rows[one].outputs, self.table.rows[other].outputs, strict=False)
        outcomes = [_same(left, right) for left, right in pairs]
        return False if False in outcomes else None if None in outcomes else True

    def _rank(self, row: int) -> tuple[int, ...]:
        return tuple(
            _place(cell, clause.values.text if clause.values else "")
            for clause, cell in zip(self.table.outputs, self.table.rows[row].outputs, strict=False)
        )

    # ------------------------------------------------------------- words

    def _finding(self, kind: FindingKind, words: str, box: Box, rows: tuple[int, ...] = ()) -> Finding:
        example = self._example(box)
        said = "，".join(f"{column} = {value_words(value)}" for column, value in example) or "任何情形"
        subject = f"第 {_numbers(rows)} 行{words}" if rows else words
        return Finding(
            kind=kind,
            message=f"{subject}：例如 {said}。",
            rows=rows,
            example=example,
            cells=self._cells(box),
        )

    def _example(self, box: Box) -> tuple[tuple[str, Value], ...]:
        return tuple(
            (column, axis.sample(mask))
            for column, axis, mask in zip(self.columns, self.axes, box, strict=True)
        )

    def _cells(self, box: Box) -> tuple[str, ...]:
        return tuple(self.axes[axis].words(box[axis]) for axis in self._at)


def _numbers(rows: tuple[int, ...]) -> str:
    return "、".join(map(str, rows))


def _minus(space: list[Box], cut: Box) -> list[Box]:
    """What is left of disjoint boxes without `cut`, as disjoint boxes."""
    left: list[Box] = []
    for box in space:
        if not all(map(and_, box, cut)):
            left.append(box)
            continue
        rest = list(box)
        for at, mask in enumerate(cut):
            outside = rest[at] & ~mask
            if outside:
                left.append((*rest[:at], outside, *rest[at + 1 :]))
                rest[at] &= mask
    return left


def _merged(boxes: list[Box]) -> list[Box]:
    """Boxes that differ in one axis only, joined; the largest first. For telling, not for proving."""
    found = sorted(boxes)
    joined = len(found) <= MAX_JOINED
    while joined and found:
        joined = False
        for at in range(len(found[0])):
            groups: dict[Box, int] = {}
            for box in found:
                key = (*box[:at], 0, *box[at + 1 :])
                groups[key] = groups.get(key, 0) | box[at]
            joined = joined or len(groups) < len(found)
            found = [(*key[:at], mask, *key[at + 1 :]) for key, mask in groups.items()]
    return sorted(found, key=lambda box: -reduce(lambda size, mask: size * mask.bit_count(), box, 1))


def _expression(one: LiteralExpression) -> str:
    return "" if one.text is None else " ".join(one.text.text.split())


def _linked(columns: tuple[str, ...]) -> frozenset[int]:
    """Columns that read a fact which another column reads too: their values are not independent."""
    reads = [_facts(column) for column in columns]
    return frozenset(
        at
        for one, other in combinations(range(len(columns)), 2)
        if reads[one] & reads[other]
        for at in (one, other)
    )


def _facts(column: str) -> frozenset[str]:
    try:
        return names_in(parse(column))
    except RuleSyntaxError:  # a name with spaces: one fact
        return frozenset({column})


def _constant(cell: LiteralExpression) -> Value | None:
    try:
        tree = parse(_expression(cell))
    except RuleSyntaxError:
        return None
    return None if names_in(tree) else evaluate(tree, {}, mode=Mode.STANDARD)


def _same(left: LiteralExpression, right: LiteralExpression) -> bool | None:
    if _expression(left) == _expression(right):
        return True
    one, other = _constant(left), _constant(right)
    if one is None or other is None:
        return None
    return equal(one, other) is True


def _place(cell: LiteralExpression, order: str) -> int:
    listed = _ordered_values(order) if order else None
    if not isinstance(listed, tuple):
        return 0
    value = _constant(cell)
    return next((at for at, one in enumerate(listed) if equal(value, one) is True), len(listed))


def _ordered_values(order: str) -> Value:
    try:
        return evaluate(parse(f"[{order}]"), {}, mode=Mode.STANDARD)
    except RuleSyntaxError:
        return None
