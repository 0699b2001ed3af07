"""FEEL as formulas a solver can search, for the part of the language that conditions are written in.

A truth is a pair: when it is true, and when it is false. Null is neither, just as the interpreter has it. Everybody
in a formula has told every fact; dates are days since year 1, texts and codes are numbered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, TypeAlias

import z3

from bancheng.core.catalogue import ElementKind
from bancheng.core.compiler.proofs._domains import FIRST_DAY, LAST_DAY, NUMBERS, Domain
from bancheng.core.compiler.proofs._functions import CALLS
from bancheng.core.compiler.proofs._things import NO, YES, Outside, Row, Several, Term, Thing
from bancheng.core.rules import Expr, Months, evaluate, nodes

OLDEST = 150
"Years of age that are told apart."


Truth: TypeAlias = tuple[Any, Any]
Meaning: TypeAlias = Mapping[str, Thing]
"What the names mean where an expression stands: facts, and the variables around it."


class Language:
    """One numbering of texts, and the translation under it. `today` is what ``today()`` means."""

    def __init__(self, today: date) -> None:
        self.today = today
        self._codes: dict[str, int] = {}

    def code(self, text: str) -> int:
        """The number of a text."""
        return self._codes.setdefault(text, len(self._codes))

    def text(self, number: int) -> str:
        """The text of a number; an invented one for a number that no text has."""
        return next((text for text, one in self._codes.items() if one == number), f"其他{number}")

    # ---------------------------------------------------------------- facts

    def fact(self, domain: Domain, name: str) -> tuple[Thing, list[Any]]:
        """An element as unknowns called `name`, with what binds them."""
        kind = domain.kind
        if kind is ElementKind.RECORDS:
            return self._records(domain, name)
        if kind is ElementKind.MULTI_CHOICE:
            chosen = [(z3.Bool(f"{name}/{value}"), self.constant(value)) for value in domain.values]
            return Several(tuple(chosen)), []
        if kind is ElementKind.BOOLEAN:
            known = z3.Bool(name)
            bound = [known == z3.BoolVal(bool(domain.values[0]))] if len(domain.values) == 1 else []
            return Term("boolean", known, YES), bound
        if kind in NUMBERS:
            number = z3.ToReal(z3.Int(name)) if kind is ElementKind.INTEGER else z3.Real(name)
            bounds = [number >= _real(domain.minimum)] if domain.minimum is not None else []
            bounds += [number <= _real(domain.maximum)] if domain.maximum is not None else []
            return Term("number", number, YES), bounds
        if kind is ElementKind.DATE:
            day = z3.Int(name)
            return Term("date", day, YES), [day >= FIRST_DAY.toordinal(), day <= LAST_DAY.toordinal()]
        text = z3.Int(name)
        codes = [self.code(str(value)) for value in domain.values]
        return Term("text", text, YES), [z3.Or([text == code for code in codes]) if codes else text >= 0]

    def _records(self, domain: Domain, name: str) -> tuple[Thing, list[Any]]:
        length = z3.Int(f"{name}/rows")
        bounds: list[Any] = [length >= domain.least_rows, length <= domain.most_rows]
        rows = []
        for at in range(domain.most_rows):
            cells = {}
            for column in domain.columns:
                cell, more = self.fact(column, f"{name}/{at}/{column.key}")
                bounds += more
                if isinstance(cell, Term):
                    cells[column.key] = cell
            rows.append((length > at, Row(cells)))
        return Several(tuple(rows)), bounds

    def constant(self, value: object) -> Term:
        """A value as itself."""
        if value is None:
            return Term("null", None, NO)
        if isinstance(value, bool):
            return Term("boolean", z3.BoolVal(value), YES, value)
        if isinstance(value, Decimal):
            return Term("number", _real(value), YES, value)
        if isinstance(value, str):
            return Term("text", z3.IntVal(self.code(value)), YES, value)
        if isinstance(value, date):
            return Term("date", z3.IntVal(value.toordinal()), YES, value)
        if isinstance(value, timedelta) and value.seconds == value.microseconds == 0:
            return Term("days", z3.RealVal(value.days), YES, value)
        if isinstance(value, Months):
            return Term("months", z3.RealVal(value.months), YES, value)
        raise Outside(f"“{value}”这样的值")

    # ---------------------------------------------------------------- truths

    def truth(self, expr: Expr, meaning: Meaning) -> Truth:
        """When an expression is true, and when it is false."""
        if isinstance(expr, (nodes.And, nodes.Or)):
            parts = [self.truth(one, meaning) for one in expr.operands]
            true, false = [one for one, _ in parts], [one for _, one in parts]
            return (
                (z3.And(true), z3.Or(false)) if isinstance(expr, nodes.And) else (z3.Or(true), z3.And(false))
            )
        if isinstance(expr, nodes.Not):
            true_, false_ = self.truth(expr.operand, meaning)
            return false_, true_
        if isinstance(expr, nodes.If):
            held = self.truth(expr.condition, meaning)[0]
            then, otherwise = self.truth(expr.then, meaning), self.truth(expr.otherwise, meaning)
            return z3.If(held, then[0], otherwise[0]), z3.If(held, then[1], otherwise[1])
        if isinstance(expr, nodes.Compare):
            return self._compared(expr.op, self.thing(expr.left, meaning), self.thing(expr.right, meaning))
        if isinstance(expr, nodes.Between):
            value = self.thing(expr.value, meaning)
            low = self._compared(">=", value, self.thing(expr.low, meaning))
            high = self._compared("<=", value, self.thing(expr.high, meaning))
            return z3.And(low[0], high[0]), z3.Or(low[1], high[1])
        if isinstance(expr, nodes.In):
            value = self.thing(expr.value, meaning)
            held = z3.Or([self._matches(value, test, meaning) for test in expr.tests])
            return held, z3.Not(held)
        if isinstance(expr, nodes.Quantified):
            return self._quantified(expr, meaning)
        found = self.thing(expr, meaning)
        if isinstance(found, Term) and found.kind == "boolean":
            return z3.And(found.defined, found.formula), z3.And(found.defined, z3.Not(found.formula))
        return NO, NO

    def _compared(self, op: str, left: Thing, right: Thing) -> Truth:
        if not isinstance(left, Term) or not isinstance(right, Term):
            raise Outside("整个列表的比较")
        if op in {"=", "!="} and "null" in {left.kind, right.kind}:
            same = z3.And(z3.Not(left.defined), z3.Not(right.defined))
            return (same, z3.Not(same)) if op == "=" else (z3.Not(same), same)
        if left.kind != right.kind or left.kind == "null":
            return NO, NO
        if op not in {"=", "!="} and left.kind in {"text", "boolean"}:
            if left.kind == "boolean":
                return NO, NO
            raise Outside("文字按次序比较")
        left, right, op = _unshifted(left, right, op)
        held = _ORDERS[op](left.formula, right.formula)
        both = z3.And(left.defined, right.defined)
        if op in {"=", "!="}:
            # null equals null, and nothing else equals it
            neither = z3.And(z3.Not(left.defined), z3.Not(right.defined))
            same = z3.Or(neither, z3.And(both, left.formula == right.formula))
            return (same, z3.Not(same)) if op == "=" else (z3.Not(same), same)
        return z3.And(both, held), z3.And(both, z3.Not(held))

    def _matches(self, value: Thing, test: Expr, meaning: Meaning) -> Any:
        if isinstance(test, nodes.UnaryTest):
            return self._compared(test.op, value, self.thing(test.operand, meaning))[0]
        if isinstance(test, nodes.RangeExpr):
            low = self._compared(">=" if test.low_closed else ">", value, self.thing(test.low, meaning))
            high = self._compared("<=" if test.high_closed else "<", value, self.thing(test.high, meaning))
            return z3.And(low[0], high[0])
        found = self.thing(test, meaning)
        if isinstance(found, Several):
            return z3.Or([z3.And(there, self._compared("=", value, one)[0]) for there, one in found.items])
        return self._compared("=", value, found)[0]

    def _quantified(self, expr: nodes.Quantified, meaning: Meaning) -> Truth:
        parts = []
        for there, inside in self._turns(expr.binders, meaning):
            true, false = self.truth(expr.satisfies, inside)
            parts.append((there, true, false))
        if expr.every:
            return (
                z3.And([z3.Implies(there, true) for there, true, _ in parts]),
                z3.Or([z3.And(there, false) for there, _, false in parts]),
            )
        return (
            z3.Or([z3.And(there, true) for there, true, _ in parts]),
            z3.And([z3.Implies(there, false) for there, _, false in parts]),
        )

    def _turns(self, binders: tuple[nodes.Binder, ...], meaning: Meaning) -> list[tuple[Any, Meaning]]:
        turns: list[tuple[Any, Meaning]] = [(YES, meaning)]
        for binder in binders:
            if binder.until is not None:
                raise Outside("按数字逐个取值的循环")
            longer: list[tuple[Any, Meaning]] = []
            for there, inside in turns:
                for also, item in self._several(binder.source, inside).items:
                    longer.append((z3.And(there, also), {**inside, binder.name: item}))
            turns = longer
        return turns

    def _several(self, expr: Expr, meaning: Meaning) -> Several:
        found = self.thing(expr, meaning)
        return found if isinstance(found, Several) else Several(((YES, found),))

    # ---------------------------------------------------------------- values

    def thing(self, expr: Expr, meaning: Meaning) -> Thing:
        """The value of an expression."""
        if isinstance(expr, _TRUTHS):
            true, false = self.truth(expr, meaning)
            return Term("boolean", true, z3.Or(true, false))
        run = _VALUES.get(type(expr))
        if run is None:
            raise Outside(f"“{type(expr).__name__}”这种写法")
        return run(self, expr, meaning)

    def named(self, expr: nodes.Name, meaning: Meaning) -> Thing:
        """A fact or a variable."""
        if expr.name not in meaning:
            raise Outside(f"“{expr.name}”")
        return meaning[expr.name]

    def negated(self, expr: nodes.Negate, meaning: Meaning) -> Term:
        """``-x``."""
        minus = Term("number", z3.RealVal(-1), YES, Decimal(-1))
        return self._calculated("*", minus, self._term(expr.operand, meaning))

    def binary(self, expr: nodes.Binary, meaning: Meaning) -> Term:
        """Arithmetic."""
        return self._calculated(expr.op, self._term(expr.left, meaning), self._term(expr.right, meaning))

    def listed(self, expr: nodes.ListExpr, meaning: Meaning) -> Several:
        """``[a, b]``."""
        return Several(tuple((YES, self.thing(one, meaning)) for one in expr.items))

    def collected(self, expr: nodes.For, meaning: Meaning) -> Several:
        """``for x in … return …``."""
        turns = self._turns(expr.binders, meaning)
        return Several(tuple((there, self.thing(expr.result, inside)) for there, inside in turns))

    def _term(self, expr: Expr, meaning: Meaning) -> Term:
        found = self.thing(expr, meaning)
        if not isinstance(found, Term):
            raise Outside("用整个列表计算")
        return found

    def path(self, expr: nodes.Path, meaning: Meaning) -> Thing:
        """``source.name``."""
        return self._member(self.thing(expr.source, meaning), expr.name)

    def _member(self, source: Thing, name: str) -> Thing:
        if isinstance(source, Row):
            if name not in source.cells:
                raise Outside(f"“{name}”")
            return source.cells[name]
        if isinstance(source, Several):
            return Several(tuple((there, self._member(one, name)) for there, one in source.items))
        if source.kind == "date" and name == "year" and not source.shift:
            firsts = (date(year, 1, 1).toordinal() for year in range(FIRST_DAY.year + 1, LAST_DAY.year + 1))
            year = FIRST_DAY.year + z3.Sum([z3.If(source.formula >= first, 1, 0) for first in firsts])
            return Term("number", z3.ToReal(year), source.defined)
        raise Outside(f"“.{name}”")

    def filtered(self, expr: nodes.Filter, meaning: Meaning) -> Thing:
        """``source[condition]``."""
        kept = []
        for there, item in self._several(expr.source, meaning).items:
            inside = {**meaning, "item": item, **(item.cells if isinstance(item, Row) else {})}
            if getattr(self.thing(expr.condition, inside), "kind", "") == "number":
                raise Outside("按位置取列表的一项")
            kept.append((z3.And(there, self.truth(expr.condition, inside)[0]), item))
        return Several(tuple(kept))

    def chosen(self, expr: nodes.If, meaning: Meaning) -> Thing:
        """``if … then … else …``."""
        held = self.truth(expr.condition, meaning)[0]
        then, otherwise = self._term(expr.then, meaning), self._term(expr.otherwise, meaning)
        if then.kind == "null" or otherwise.kind == "null":
            other = otherwise if then.kind == "null" else then
            if other.kind == "null":
                return other
            there = z3.Not(held) if then.kind == "null" else held
            return Term(other.kind, other.formula, z3.And(there, other.defined), shift=other.shift)
        if then.kind != otherwise.kind or then.shift or otherwise.shift:
            raise Outside("两支结果不同类的 if")
        return Term(
            then.kind,
            z3.If(held, then.formula, otherwise.formula),
            z3.If(held, then.defined, otherwise.defined),
        )

    def _calculated(self, op: str, left: Term, right: Term) -> Term:
        if isinstance(left.constant, (date, timedelta, Months)) and isinstance(
            right.constant, (Decimal, date, timedelta, Months)
        ):
            return self.constant(_folded(op, left.constant, right.constant))
        defined = z3.And(left.defined, right.defined)
        kinds = left.kind, right.kind
        if kinds == ("number", "number"):
            if op == "**":
                raise Outside("乘方")
            if op == "/":
                defined = z3.And(defined, right.formula != 0)
            return Term("number", _NUMERIC[op](left.formula, right.formula), defined)
        if "months" in kinds and "date" in kinds and op in {"+", "-"}:
            day, months = (left, right) if left.kind == "date" else (right, left)
            if isinstance(months.constant, Months) and not day.shift:
                by = months.constant.months if op == "+" else -months.constant.months
                return Term("date", day.formula, defined, shift=by)
        if "days" in kinds and "date" in kinds and op in {"+", "-"} and not (left.shift or right.shift):
            day, days = (left, right) if left.kind == "date" else (right, left)
            by_days = z3.ToInt(days.formula)
            return Term("date", day.formula + by_days if op == "+" else day.formula - by_days, defined)
        if kinds == ("date", "date") and op == "-" and not (left.shift or right.shift):
            return Term("days", z3.ToReal(left.formula - right.formula), defined)
        raise Outside(f"{left.kind} {op} {right.kind}")

    def called(self, expr: nodes.Call, meaning: Meaning) -> Thing:
        """A function applied."""
        name = nodes.dotted(expr.function)
        if name == "today" and not expr.arguments:
            return self.constant(self.today)
        if name in _FOLDED and all(isinstance(one, nodes.Literal) for one in expr.arguments):
            return self.constant(evaluate(expr, {}))
        if expr.parameters or name not in (*CALLS, *_OWN):
            raise Outside(f"函数 {name}")
        given = [self.thing(one, meaning) for one in expr.arguments]
        return CALLS[name](given) if name in CALLS else _OWN[name](self, given)

    def contains(self, things: list[Thing]) -> Term:
        """``list contains``."""
        if len(things) != 2 or not isinstance(things[0], Several):
            raise Outside("函数 list contains")
        held = z3.Or(
            [z3.And(there, self._compared("=", one, things[1])[0]) for there, one in things[0].items]
        )
        return Term("boolean", held, YES)

    def age(self, things: list[Thing]) -> Term:
        """``age`` on a known day: completed years, a step at each birthday."""
        if (
            len(things) != 2
            or not all(isinstance(one, Term) and one.kind == "date" and not one.shift for one in things)
            or not isinstance(on := getattr(things[1], "constant", None), date)
        ):
            raise Outside("在不定的日子的年龄")
        birth = things[0]
        assert isinstance(birth, Term)  # noqa: S101 - said above, for the type checker
        steps = [_latest(on, 12 * years) for years in range(1, OLDEST)]
        whole = z3.Sum([z3.If(birth.formula <= last, 1, 0) for last in steps])
        born = birth.formula <= on.toordinal()
        return Term("number", z3.ToReal(whole), z3.And(birth.defined, born))


_TRUTHS = (nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.Between, nodes.In, nodes.Quantified)
_VALUES: Final[dict[type, Callable[[Language, Any, Meaning], Thing]]] = {
    nodes.Literal: lambda language, expr, _: language.constant(evaluate(expr, {})),
    nodes.Name: Language.named,
    nodes.Path: Language.path,
    nodes.Negate: Language.negated,
    nodes.Binary: Language.binary,
    nodes.If: Language.chosen,
    nodes.ListExpr: Language.listed,
    nodes.For: Language.collected,
    nodes.Filter: Language.filtered,
    nodes.Call: Language.called,
}


def _real(number: Decimal | None) -> Any:
    return z3.RealVal(str(number))


def _folded(op: str, left: object, right: object) -> object:
    expr = nodes.Binary(op=op, left=nodes.Name(name="left"), right=nodes.Name(name="right"))
    return evaluate(expr, {"left": left, "right": right})


def _moved(day: date, months: int) -> date | None:
    found = _folded("+", day, Months(months))
    return found if isinstance(found, date) else None


@lru_cache(maxsize=4096)
def _latest(bound: date, months: int) -> int:
    """The last day that, moved by `months`, is not after `bound`."""
    low, high = FIRST_DAY.toordinal(), LAST_DAY.toordinal()
    while low < high:
        middle = (low + high + 1) // 2
        moved = _moved(date.fromordinal(middle), months)
        low, high = (middle, high) if moved is not None and moved <= bound else (low, middle - 1)
    return low


def _unshifted(left: Term, right: Term, op: str) -> tuple[Term, Term, str]:
    """A date moved by months, compared with a fixed day, as the unmoved date compared with another fixed day.

    Moving never turns the order of two days around, so ``moved <= day`` holds up to a last day, and so on.
    """
    if not left.shift and not right.shift:
        return left, right, op
    if right.shift and not left.shift:
        left, right, op = right, left, _MIRRORED[op]
    if not isinstance(right.constant, date) or op in {"=", "!="}:
        raise Outside("移动了若干月的日子与不定的日子比较")
    plain = left._replace(shift=0)
    upto = right.constant if op in {"<=", ">"} else right.constant - timedelta(days=1)
    last = _latest(upto, left.shift)
    bound = right._replace(formula=z3.IntVal(last), constant=None)
    return plain, bound, "<=" if op in {"<=", "<"} else ">"


_MIRRORED: Final = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_ORDERS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_NUMERIC: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}
_FOLDED: Final = frozenset({"date", "duration", "number"})


_OWN: Final[dict[str, Callable[[Language, list[Thing]], Thing]]] = {
    "list contains": Language.contains,
    "age": Language.age,
}
