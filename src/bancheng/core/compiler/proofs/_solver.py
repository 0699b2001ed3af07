"""A wanted person as a formula, and a model of it as a person. Only here the solver runs.

It is bounded by its own count of work (`EFFORT`), never by the clock, and starts from fixed seeds: the same question
has the same answer on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import z3

from bancheng.core.catalogue import ElementKind
from bancheng.core.compiler._feel import tree
from bancheng.core.compiler.proofs._domains import NUMBERS, ROWS, Domain
from bancheng.core.compiler.proofs._search import OTHER, Wanted
from bancheng.core.compiler.proofs._terms import Language, Meaning, Truth
from bancheng.core.compiler.proofs._things import Outside, Term
from bancheng.core.rules import Expr, nodes

EFFORT = 3_000_000
"z3's resource limit for one question: a second or so."

Solution = tuple[dict[str, object], object]


def solve(wanted: Wanted, domains: Mapping[str, Domain], today: date) -> Solution | str | None:
    """The answers of a person as wanted with the second answer of the compared element, None when there is nobody,
    or words saying why that cannot be told."""
    language = Language(today)
    meaning: dict[str, Any] = {}
    bounds: list[Any] = []
    try:
        for key, domain in domains.items():
            meaning[key], more = language.fact(domain, key)
            bounds += more
        second = dict(meaning)
        if wanted.differ:
            domain = domains[wanted.element]
            second[wanted.element], more = language.fact(domain, wanted.element + OTHER)
            bounds += [*more, *_swapped(language, wanted, meaning, second)]
        bounds += [_truth(language, text, meaning)[0] for text in wanted.hold]
        bounds += [z3.Not(_truth(language, text, meaning)[0]) for text in wanted.fail]
        if wanted.differ:
            bounds.append(z3.Or([_differs(language, text, meaning, second) for text in wanted.differ]))
    except Outside as outside:
        return f"超出可证明的写法：{outside}"
    except z3.Z3Exception as error:
        return f"无法翻译：{error}"
    return _modelled(wanted, domains, language, bounds)


def _swapped(language: Language, wanted: Wanted, meaning: Meaning, second: Meaning) -> list[Any]:
    pairs = zip((meaning, second), wanted.swap, strict=False)
    found = []
    for names, value in pairs:
        one, fixed = names[wanted.element], language.constant(value)
        if not isinstance(one, Term):
            raise Outside("多选题逐项比较")
        found.append(one.formula == fixed.formula)
    return found


def _truth(language: Language, text: str, meaning: Meaning) -> Truth:
    return language.truth(_tree(text), meaning)


def _tree(text: str) -> Expr:
    found = tree(text)
    if found is None:
        raise Outside(f"读不懂的“{text}”")
    return found


def _differs(language: Language, text: str, meaning: Meaning, second: Meaning) -> Any:
    expr = _tree(text)
    if isinstance(expr, nodes.If):
        one, other = language.thing(expr, meaning), language.thing(expr, second)
        if isinstance(one, Term) and isinstance(other, Term) and one.kind == other.kind == "number":
            apart = z3.And(one.defined, other.defined, one.formula != other.formula)
            return z3.Or(one.defined != other.defined, apart)
    return language.truth(expr, meaning)[0] != language.truth(expr, second)[0]


def _modelled(
    wanted: Wanted, domains: Mapping[str, Domain], language: Language, bounds: list[Any]
) -> Solution | str | None:
    verdict, reader = _checked(bounds, language)
    if verdict == z3.unsat:
        more = next((one for one in domains.values() if one.bounded), None)
        return f"“{more.name}”只试到 {ROWS} 行" if more else None
    if verdict != z3.sat:
        return "求解器在规定的工作量内没有结论"
    wishes = [wish for key, domain in domains.items() for wish in _ordinary(domain, key, language.today)]
    plain, found = _checked([*bounds, *wishes], language)
    reader = found if plain == z3.sat else reader
    answers = {key: reader.value(domain, key) for key, domain in domains.items()}
    other = reader.value(domains[wanted.element], wanted.element + OTHER) if wanted.differ else None
    return answers, other


def _checked(bounds: list[Any], language: Language) -> tuple[Any, _Reader]:
    """The verdict on a formula and what reads its model, in a context of its own.

    In the common context a model hangs on what was asked before; here the same question has the same answer.
    """
    written = z3.Solver()
    written.add(bounds)
    context = z3.Context()
    solver = z3.Solver(ctx=context)
    solver.set("random_seed", 0)
    solver.set("rlimit", EFFORT)
    solver.from_string(written.sexpr())
    verdict = solver.check()
    return verdict, _Reader(solver.model() if verdict == z3.sat else None, context, language)


_LONG_AGO = date(1950, 1, 1).toordinal()


def _ordinary(domain: Domain, name: str, today: date) -> list[Any]:
    """What makes an example easy to picture, where the fault allows it: whole numbers, days not long ago."""
    if domain.kind is ElementKind.DATE:
        return [z3.Int(name) <= today.toordinal(), z3.Int(name) >= _LONG_AGO]
    if domain.kind in NUMBERS and domain.kind is not ElementKind.INTEGER:
        return [z3.IsInt(z3.Real(name)), z3.Real(name) >= 0]
    return [z3.Int(name) >= 0] if domain.kind is ElementKind.INTEGER else []


class _Reader:
    """The values of unknowns in a model."""

    def __init__(self, model: Any, context: Any, language: Language) -> None:
        self._model, self._context, self._language = model, context, language

    def value(self, domain: Domain, name: str) -> object:
        kind = domain.kind
        if kind is ElementKind.RECORDS:
            rows = self._number(self._int(f"{name}/rows"))
            return tuple(
                {column.key: self.value(column, f"{name}/{at}/{column.key}") for column in domain.columns}
                for at in range(int(rows))
            )
        if kind is ElementKind.MULTI_CHOICE:
            return tuple(
                value for value in domain.values if self._truth(z3.Bool(f"{name}/{value}", self._context))
            )
        if kind is ElementKind.BOOLEAN:
            return self._truth(z3.Bool(name, self._context))
        if kind in NUMBERS:
            return self._number(
                self._int(name) if kind is ElementKind.INTEGER else z3.Real(name, self._context)
            )
        number = int(self._number(self._int(name)))
        return date.fromordinal(number) if kind is ElementKind.DATE else self._language.text(number)

    def _int(self, name: str) -> Any:
        return z3.Int(name, self._context)

    def _truth(self, unknown: Any) -> bool:
        return bool(z3.is_true(self._model.eval(unknown, model_completion=True)))

    def _number(self, unknown: Any) -> Decimal:
        found = self._model.eval(unknown, model_completion=True)
        if z3.is_int_value(found):
            return Decimal(found.as_long())
        return Decimal(found.numerator_as_long()) / Decimal(found.denominator_as_long())
