"""Boxed expressions → closures over a frame. What cannot be read is a problem, and null when it runs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from bancheng.core.kernel import Place, Problem, Problems
from bancheng.core.rules._evaluate import evaluate
from bancheng.core.rules._lexer import is_simple
from bancheng.core.rules._parser import RuleSyntaxError, parse, parse_tests
from bancheng.core.rules._tree import Expr
from bancheng.core.rules._values import UNKNOWN, Function, Value, to_value
from bancheng.core.rules.decisions._frame import Frame, Run
from bancheng.core.rules.decisions._model import (
    Boxed,
    BoxedContext,
    BoxedFilter,
    BoxedList,
    Conditional,
    DecisionTable,
    FunctionDefinition,
    Invocation,
    Iterator,
    IteratorKind,
    LiteralExpression,
    Relation,
    Text,
    Variable,
)
from bancheng.core.rules.decisions._types import Types

Test = Callable[[Value, Frame], Value]
"A cell made ready: the value met, and the names in sight."

SUBJECT: Final = "?"


def _null(_: Frame) -> Value:
    return None


def _always(_: Value, __: Frame) -> Value:
    return True


def _unreadable(_: Value, __: Frame) -> Value:
    return None


class Compiler:
    """Compiles the logic of one model. `file` and `where` place what is reported."""

    def __init__(
        self, types: Types, problems: Problems, file: str = "", members: Collection[str] = ()
    ) -> None:
        self.types, self.problems, self.file = types, problems, file
        self.members = frozenset(name for name in members if not is_simple(name))
        self.where = ""

    # ------------------------------------------------------------- texts

    def expression(self, text: Text, names: Collection[str]) -> Run:
        tree = self._parsed(
            text, names, lambda special: parse(text.text, names=special, types=self.types.names)
        )
        if tree is None:
            return _null

        kinds = self.types.unconstrained

        def run(frame: Frame) -> Value:
            setting = frame.setting
            return evaluate(
                tree,
                frame.values,
                today=setting.today,
                now=setting.now,
                mode=setting.mode,
                types=kinds.conforms,
            )

        return run

    def tests(self, text: Text, names: Collection[str]) -> Test:
        if text.text.strip() in {"", "-"}:
            return _always
        tree = self._parsed(
            text, names, lambda special: parse_tests(text.text, names=special, types=self.types.names)
        )
        if tree is None:
            return _unreadable

        kinds = self.types.unconstrained

        def run(value: Value, frame: Frame) -> Value:
            setting, values = frame.setting, {**frame.values, SUBJECT: value}
            return evaluate(
                tree,
                values,
                today=setting.today,
                now=setting.now,
                mode=setting.mode,
                types=kinds.conforms,
            )

        return run

    def _parsed(
        self, text: Text, names: Collection[str], read: Callable[[frozenset[str]], Expr]
    ) -> Expr | None:
        special = self.members.union(name for name in names if not is_simple(name))
        try:
            return read(special)
        except RuleSyntaxError as error:
            for one in error.problems:
                self.problems.take(self._placed(one, text.line))
            return None

    def _placed(self, problem: Problem, line: int) -> Problem:
        place = problem.place
        if not line:
            return problem.at(Place(self.file, place.line, place.column, self.where))
        column = place.column if place.line == 1 else 0
        return problem.at(Place(self.file, line + place.line - 1, column, self.where))

    # ------------------------------------------------------------- boxes

    def box(self, box: Boxed | None, names: frozenset[str]) -> Run:
        """Any boxed expression; its declared type is applied to the result."""
        if box is None:
            return _null
        run = _FORMS[type(box)](self, box, names)
        if not box.type or isinstance(box, FunctionDefinition):
            return run
        kind = box.type
        return lambda frame: self.types.coerce(run(frame), kind)

    def literal(self, box: LiteralExpression, names: frozenset[str]) -> Run:
        if box.language:
            self.problems.add(
                "dmn-language",
                f"这里用的是另一种语言（{box.language}），不能计算。",
                Place(self.file, box.text.line if box.text else 0, 0, self.where),
                "改写成 FEEL",
            )
            return _null
        if box.text is None or not box.text.text.strip():
            return _null
        return self.expression(box.text, names)

    def context(self, box: BoxedContext, names: frozenset[str]) -> Run:
        entries: list[tuple[str, str, Run]] = []
        for entry in box.entries:
            name = entry.variable.name if entry.variable else ""
            # A function may call itself, so its own name is in sight.
            seen = names | {name} if isinstance(entry.value, FunctionDefinition) else names
            entries.append((name, entry.variable.type if entry.variable else "", self.box(entry.value, seen)))
            names |= {name}

        def run(frame: Frame) -> Value:
            found: dict[str, Value] = {}
            inner = Frame({**frame.values}, frame.setting)
            for name, kind, value in entries:
                result = self.types.coerce(value(inner), kind)
                if not name:
                    return result
                found[name] = result
                inner.values[name] = result  # type: ignore[index]  # a dict made here
            return found

        return run

    def listed(self, box: BoxedList, names: frozenset[str]) -> Run:
        items = tuple(self.box(one, names) for one in box.items)
        return lambda frame: tuple(one(frame) for one in items)

    def relation(self, box: Relation, names: frozenset[str]) -> Run:
        rows = tuple(tuple(self.box(one, names) for one in row.items) for row in box.rows)

        def run(frame: Frame) -> Value:
            return tuple(
                {
                    column.name: self.types.coerce(cell(frame), column.type)
                    for column, cell in zip(box.columns, row, strict=False)
                }
                for row in rows
            )

        return run

    def conditional(self, box: Conditional, names: frozenset[str]) -> Run:
        condition, then, otherwise = (
            self.box(one, names) for one in (box.condition, box.then, box.otherwise)
        )

        def run(frame: Frame) -> Value:
            outcome = condition(frame)
            if outcome is UNKNOWN:
                first, second = then(frame), otherwise(frame)
                return first if first == second else UNKNOWN
            if outcome is not None and not isinstance(outcome, bool):
                return None
            return then(frame) if outcome else otherwise(frame)

        return run

    def filter(self, box: BoxedFilter, names: frozenset[str]) -> Run:
        source, match = self.box(box.source, names), self.box(box.match, names | {"item"})

        def run(frame: Frame) -> Value:
            found = source(frame)
            if found is None or found is UNKNOWN:
                return found
            kept: list[Value] = []
            for item in found if isinstance(found, tuple) else (found,):
                members = (
                    {key: to_value(one) for key, one in item.items()} if isinstance(item, Mapping) else {}
                )
                outcome = match(frame.within({**members, "item": item}))
                if outcome is UNKNOWN:
                    return UNKNOWN
                if not isinstance(outcome, bool):
                    return None
                if outcome:
                    kept.append(item)
            return tuple(kept)

        return run

    def iterator(self, box: Iterator, names: frozenset[str]) -> Run:
        source = self.box(box.source, names)
        extra = {box.variable, "partial"} if box.kind is IteratorKind.FOR else {box.variable}
        body = self.box(box.body, names | extra)
        finish = _TURNS[box.kind]

        def run(frame: Frame) -> Value:
            found = self.types.coerce(source(frame), box.source_type)
            if found is None or found is UNKNOWN:
                return found
            return finish(found if isinstance(found, tuple) else (found,), box.variable, body, frame)

        return run

    def function(self, box: FunctionDefinition, names: frozenset[str]) -> Run:
        if box.kind != "FEEL":
            return _null  # a call of other code is never made
        inner = names.union(one.name for one in box.parameters)
        body = self.box(box.body, inner)

        def run(frame: Frame) -> Value:
            return self.closure(box.parameters, body, frame, box.type)

        return run

    def closure(self, parameters: tuple[Variable, ...], body: Run, frame: Frame, kind: str = "") -> Function:
        """A function over the names in sight; an argument of a wrong type keeps it from being called (null)."""

        def call(arguments: tuple[Value, ...]) -> Value:
            given: dict[str, Value] = {}
            for parameter, argument in zip(parameters, arguments, strict=True):
                value = self.types.coerce(argument, parameter.type)
                if value is None and argument is not None:
                    return None
                given[parameter.name] = value
            return self.types.coerce(body(frame.within(given)), kind)

        return Function(tuple(one.name for one in parameters), call)

    def invocation(self, box: Invocation, names: frozenset[str]) -> Run:
        function = self.box(box.function, names)
        bindings = tuple((one.parameter, self.box(one.value, names)) for one in box.bindings)

        def run(frame: Frame) -> Value:
            called = function(frame)
            if called is UNKNOWN or not isinstance(called, Function):
                return UNKNOWN if called is UNKNOWN else None
            return called.named(
                {one.name: self.types.coerce(value(frame), one.type) for one, value in bindings}
            )

        return run

    def table(self, box: DecisionTable, names: frozenset[str]) -> Run:
        from bancheng.core.rules.decisions._table import Table  # noqa: PLC0415 - a table compiles its cells here

        return Table(self, box, names).run


def _for(items: tuple[Value, ...], variable: str, body: Run, frame: Frame) -> Value:
    results: list[Value] = []
    for item in items:
        results.append(body(frame.within({variable: item, "partial": tuple(results)})))
    return tuple(results)


def _quantified(decisive: bool) -> Callable[[tuple[Value, ...], str, Run, Frame], Value]:
    """`some` is settled by a true, `every` by a false; an outcome that is no boolean makes the whole null."""

    def outcome(items: tuple[Value, ...], variable: str, body: Run, frame: Frame) -> Value:
        found = [body(frame.within({variable: item})) for item in items]
        if any(one is not UNKNOWN and not isinstance(one, bool) for one in found):
            return None
        if any(one is decisive for one in found):
            return decisive
        return UNKNOWN if any(one is UNKNOWN for one in found) else not decisive

    return outcome


_TURNS: Final = {
    IteratorKind.FOR: _for,
    IteratorKind.SOME: _quantified(True),
    IteratorKind.EVERY: _quantified(False),
}

_FORMS: Final[dict[type, Callable[[Compiler, Any, frozenset[str]], Run]]] = {
    LiteralExpression: Compiler.literal,
    BoxedContext: Compiler.context,
    DecisionTable: Compiler.table,
    Invocation: Compiler.invocation,
    BoxedList: Compiler.listed,
    Relation: Compiler.relation,
    FunctionDefinition: Compiler.function,
    Conditional: Compiler.conditional,
    BoxedFilter: Compiler.filter,
    Iterator: Compiler.iterator,
}
