"""The functions of FEEL as formulas. A new one is one entry of `CALLS`."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import reduce
from typing import Any, Final

import z3

from bancheng.core.compiler.proofs._things import NO, YES, Outside, Several, Term, Thing


def _items(things: list[Thing]) -> tuple[tuple[Any, Thing], ...]:
    if len(things) == 1 and isinstance(things[0], Several):
        return things[0].items
    return tuple((YES, one) for one in things)


def _numbers(things: list[Thing]) -> list[tuple[Any, Term]]:
    found = [(there, one) for there, one in _items(things) if isinstance(one, Term) and one.kind == "number"]
    if len(found) != len(_items(things)):
        raise Outside("对不是数的列表求和或比较大小")
    return found


def _count(things: list[Thing]) -> Term:
    return Term("number", z3.ToReal(z3.Sum([z3.If(there, 1, 0) for there, _ in _items(things)])), YES)


def _sum(things: list[Thing]) -> Term:
    parts = _numbers(things)
    total = z3.Sum([z3.If(there, one.formula, z3.RealVal(0)) for there, one in parts])
    there_is = z3.Or([there for there, _ in parts])
    whole = z3.And([z3.Implies(there, one.defined) for there, one in parts])
    return Term("number", total, z3.And(there_is, whole))


def _extreme(better: Callable[[Any, Any], Any]) -> Callable[[list[Thing]], Term]:
    def run(things: list[Thing]) -> Term:
        parts = _numbers(things)
        if not parts:
            return Term("null", None, NO)

        def join(best: tuple[Any, Any], part: tuple[Any, Term]) -> tuple[Any, Any]:
            there, one = part
            takes = z3.And(there, z3.Or(z3.Not(best[0]), better(one.formula, best[1])))
            return z3.Or(best[0], there), z3.If(takes, one.formula, best[1])

        found, value = reduce(join, parts, (NO, z3.RealVal(0)))
        return Term("number", value, z3.And(found, *(z3.Implies(there, one.defined) for there, one in parts)))

    return run


def _rounded(whole: Callable[[Any], Any]) -> Callable[[list[Thing]], Term]:
    """Rounding to a known number of places; `whole` rounds to a whole number."""

    def run(things: list[Thing]) -> Term:
        scale = getattr(things[1], "constant", None) if len(things) == 2 else Decimal(0)
        if not isinstance(scale, Decimal):
            raise Outside("取整到不定的位数")
        _there, one = _numbers(things[:1])[0]
        factor = z3.RealVal(str(Decimal(1).scaleb(int(scale))))
        return Term("number", z3.ToReal(whole(one.formula * factor)) / factor, one.defined)

    return run


def _down(number: Any) -> Any:
    return z3.ToInt(number)


def _up(number: Any) -> Any:
    return -z3.ToInt(-number)


def _symmetric(whole: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Numbers below nought are rounded as their contrary is."""
    return lambda number: z3.If(number < 0, -whole(-number), whole(number))


def _half_up(number: Any) -> Any:
    return z3.ToInt(number + z3.Q(1, 2))


def _abs(things: list[Thing]) -> Term:
    _there, one = _numbers(things)[0]
    return Term("number", z3.If(one.formula < 0, -one.formula, one.formula), one.defined)


def _is_defined(things: list[Thing]) -> Term:
    one = things[0]
    return Term("boolean", one.defined if isinstance(one, Term) else YES, YES)


CALLS: Final[dict[str, Callable[[list[Thing]], Term]]] = {
    "count": _count,
    "sum": _sum,
    "min": _extreme(lambda a, b: a < b),
    "max": _extreme(lambda a, b: a > b),
    "floor": _rounded(_down),
    "ceiling": _rounded(_up),
    "round down": _rounded(_symmetric(_down)),
    "round up": _rounded(_symmetric(_up)),
    "round half up": _rounded(_symmetric(_half_up)),
    "abs": _abs,
    "is defined": _is_defined,
}
"Functions of values alone; those that need the day or the numbering of texts are the translation's own."
