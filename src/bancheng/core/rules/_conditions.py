"""A rule taken apart once into its conditions and how they are joined.

Only for rules whose conditions are the same for everybody: ``and``, ``or`` and ``not`` over comparisons and the like.
What an ``if`` needs depends on the person; such a rule is taken apart anew each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from bancheng.core.kernel import Record
from bancheng.core.rules._telling import Telling
from bancheng.core.rules._tree import (
    And,
    Between,
    Compare,
    Expr,
    If,
    In,
    InstanceOf,
    Literal,
    Not,
    Or,
    Quantified,
)
from bancheng.core.rules._values import UNKNOWN, Value

CONDITIONS: Final = (Compare, Between, In, InstanceOf, Quantified, Not)
OPPOSITE: Final = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


class Outcome(StrEnum):
    """How one condition came out. Null (a comparison with something known to be absent) counts as failed."""

    HELD = "held"
    FAILED = "failed"
    UNKNOWN = "unknown"


_OUTCOMES: Final = {Outcome.HELD: "成立", Outcome.FAILED: "不成立", Outcome.UNKNOWN: "待确认"}


class Condition(Record, gc=False):
    """One atomic condition as the rule needs it (a ``not`` around it is drawn inside), and how it came out.

    `text` is its FEEL, `names` the facts it reads, in that order. What they were is the person's and not the
    condition's: see `Explanation.seen`.
    """

    expr: Expr
    text: str
    outcome: Outcome
    names: tuple[str, ...] = ()

    def in_words(
        self, seen: Mapping[str, Value], labels: Mapping[str, str], shown: Mapping[str, str] | None = None
    ) -> str:
        """“经营面积（320）≥ 300：成立”. `labels` names facts, and codes under ``fact=code``.

        `shown` holds the words to show instead of a fact's value: what not every reader may see, or is long.
        """
        words = Telling(labels, {name: seen[name] for name in self.names}, shown or {})
        return f"{words.of(self.expr)}：{_OUTCOMES[self.outcome]}"


class Bits(NamedTuple):
    """How conditions came out: the bit of its number says so of each. In none of them: null."""

    yes: int
    no: int
    unknown: int


class Junction(NamedTuple):
    """Conditions (by number) and junctions, in the order of the rule, joined by ``and`` (`all`) or ``or``."""

    all: bool
    parts: tuple[int | Junction, ...]
    own: int
    "The conditions among the parts, as bits."
    inner: tuple[Junction, ...]
    "The junctions among the parts."

    def value(self, bits: Bits) -> Value:
        """What it says when its conditions came out so."""
        yes, no, unknown = bits
        own = self.own
        settled = not self.all
        if (yes if settled else no) & own:
            return settled
        result: Value = self.all
        if unknown & own:
            result = UNKNOWN
        elif (no if settled else yes) & own != own:
            result = None
        for one in self.inner:
            value = one.value(bits)
            if value is settled:
                return settled
            if value is UNKNOWN:
                result = UNKNOWN
            elif value is not self.all and result is not UNKNOWN:
                result = None
        return result

    def open(self, bits: Bits) -> Iterator[int]:
        """The unknown conditions that may still decide it, while it is unknown; one may come twice."""
        for part in self.parts:
            if isinstance(part, int):
                if bits.unknown >> part & 1:
                    yield part
            elif part.value(bits) is UNKNOWN:
                yield from part.open(bits)

    def at(self, places: Sequence[int]) -> Junction:
        """The same with its conditions numbered anew."""
        return junction(
            self.all, [places[one] if isinstance(one, int) else one.at(places) for one in self.parts]
        )


def junction(every: bool, parts: Iterable[int | Junction]) -> Junction:
    """Conditions and junctions joined."""
    parts = tuple(parts)
    own = 0
    for one in parts:
        own |= 1 << one if isinstance(one, int) else 0
    return Junction(every, parts, own, tuple(one for one in parts if not isinstance(one, int)))


class Parts(NamedTuple):
    """The conditions of a rule, each once, and how they are joined."""

    conditions: tuple[Expr, ...]
    shape: Junction


def parts_of(expr: Expr) -> Parts | None:
    """The parts of a rule, found once; None where the conditions depend on the person."""
    memo = expr.__dict__
    if "parts" not in memo:
        memo["parts"] = _taken_apart(expr)
    parts: Parts | None = memo["parts"]
    return parts


def _taken_apart(expr: Expr) -> Parts | None:
    if not isinstance(expr, (And, Or, *CONDITIONS)):
        return None
    found: dict[Expr, int] = {}
    shape = _shape(expr, False, found)
    if shape is None:
        return None
    whole = junction(True, [shape]) if isinstance(shape, int) else shape
    return Parts(tuple(found), whole)


def _shape(expr: Expr, negated: bool, found: dict[Expr, int]) -> int | Junction | None:
    if isinstance(expr, Not):
        return _shape(expr.operand, not negated, found)
    if isinstance(expr, (And, Or)):
        parts = tuple(_shape(one, negated, found) for one in expr.operands)
        known = tuple(one for one in parts if one is not None)
        return junction(isinstance(expr, And) != negated, known) if len(known) == len(parts) else None
    if isinstance(expr, (If, Literal)):
        return None
    if negated and isinstance(expr, Compare):
        expr = Compare(op=OPPOSITE[expr.op], left=expr.left, right=expr.right, span=expr.span)
    elif negated:
        expr = Not(operand=expr, span=expr.span)
    return found.setdefault(expr, len(found))
