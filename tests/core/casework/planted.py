"""Faults planted into the engine, to see that the model test notices them: conditions turned, numbers moved by one.

A function keeps its place and gets another body, so that everybody who imported it meets the fault.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from types import FunctionType, ModuleType
from typing import NamedTuple

from tests.core.casework.road import CALENDAR

_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_TELLING = {"refuse", "Refusal", "need_text"}
"Calls whose words are for people: what they say may change without a fault."


class Fault(NamedTuple):
    """One change: the `nth` of its kind in a function of a module."""

    module: str
    function: str
    kind: str
    nth: int

    def __str__(self) -> str:
        return f"{self.module}.{self.function}: {self.kind} {self.nth}"


class _Planter(ast.NodeTransformer):
    """Counts the places where a kind of fault fits, and plants it into one."""

    def __init__(self, kind: str, nth: int) -> None:
        self.kind, self.left, self.where = kind, nth, ""

    def _here(self, node: ast.AST) -> bool:
        self.left -= 1
        if self.left == -1:
            self.where = ast.unparse(node)[:90]
        return self.left == -1

    def visit_Compare(self, node: ast.Compare) -> ast.AST:  # reason: the name is the parser's
        self.generic_visit(node)
        if self.kind == "turned" and type(node.ops[0]) in _TURNED and self._here(node):
            node.ops[0] = _TURNED[type(node.ops[0])]()
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:  # reason: the name is the parser's
        self.generic_visit(node)
        if self.kind == "and-or" and self._here(node):
            node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        return node

    def visit_If(self, node: ast.If) -> ast.AST:  # reason: the name is the parser's
        self.generic_visit(node)
        if self.kind == "never" and self._here(node.test):
            node.test = ast.Constant(value=False)
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:  # reason: the name is the parser's
        self.generic_visit(node)
        if self.kind == "unchecked" and _checks(node.value) and self._here(node):
            return ast.Pass()
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:  # reason: the name is the parser's
        if self.kind == "by one" and type(node.value) is int and self._here(node):
            return ast.Constant(value=node.value + 1)
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:  # reason: the name is the parser's
        self.generic_visit(node)
        if self.kind == "not" and isinstance(node.op, ast.Not) and self._here(node):
            return node.operand
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:  # reason: the name is the parser's
        """What is said to people is left as it is."""
        if isinstance(node.func, ast.Name) and node.func.id in _TELLING:
            return node
        self.generic_visit(node)
        return node


def _checks(value: ast.expr) -> bool:
    """A guard that is called for its refusal."""
    name = value.func.id if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) else ""
    return name.startswith(
        ("need_", "_check", "_may", "_not_", "_nothing", "_need", "_still", "_second", "_enough")
    )


SHOWN = {
    "_timeline",
    "_next",
    "_choice",
    "_slots",
    "_used",
    "_codec",
    "_keep",
    "_task",
    "_limits",
    "_recount",
}
"Modules that judge nothing: pages, words, offers."
KINDS = ("turned", "and-or", "never", "unchecked", "by one", "not")


def _function(fault: Fault) -> FunctionType:
    found: object = importlib.import_module(fault.module)
    for part in fault.function.split("."):
        found = inspect.getattr_static(found, part)
    assert isinstance(found, FunctionType)
    return found


def _changed(fault: Fault) -> tuple[FunctionType, str]:
    """The function with the fault in it, and where it was planted; nowhere when there are not so many places."""
    function = _function(fault)
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    planter = _Planter(fault.kind, fault.nth)
    definition = tree.body[0]
    assert isinstance(definition, ast.FunctionDef)
    definition.decorator_list = []
    definition.body = [planter.visit(one) for one in definition.body]
    # The annotations name types that only the reader of types knows.
    future = ast.ImportFrom(module="__future__", names=[ast.alias(name="annotations")], level=0)
    tree.body.insert(0, future)
    space: dict[str, object] = {}
    exec(
        compile(ast.fix_missing_locations(tree), f"<{fault}>", "exec"), function.__globals__, space
    )  # reason: our own code, changed by us
    made = space[definition.name]
    assert isinstance(made, FunctionType)
    return made, planter.where


@contextmanager
def plant(fault: Fault) -> Iterator[str]:
    """The engine with one fault in it, for as long as this lasts; gives the place.

    Raises:
        LookupError: the function has no such place.
    """
    function, (made, where) = _function(fault), _changed(fault)
    if not where:
        raise LookupError(str(fault))
    sound = function.__code__
    if made.__code__.co_freevars != sound.co_freevars:
        raise LookupError(f"{fault}: it closes over names of its surroundings")
    function.__code__ = made.__code__
    forget()
    try:
        yield where
    finally:
        function.__code__ = sound
        forget()


def modules() -> list[ModuleType]:
    """Deciders, evolvers and clock; not what is only said or shown."""
    found = []
    for package in ("bancheng.core.casework", "bancheng.core.clock"):
        known = importlib.import_module(package)
        names = [one.name for one in pkgutil.iter_modules(known.__path__) if one.name not in SHOWN]
        names = [one for one in names if not one.startswith(("_events", "_values", "_tasks", "_commands"))]
        found += [importlib.import_module(f"{package}.{name}") for name in names]
    return found


def every_fault() -> Iterator[Fault]:
    """All that can be planted into the functions of these modules, in order."""
    for module in modules():
        for name, one in vars(module).items():
            if isinstance(one, FunctionType) and one.__module__ == module.__name__:
                yield from _of(module.__name__, name)
            elif inspect.isclass(one) and one.__module__ == module.__name__:
                for inner, method in vars(one).items():
                    if isinstance(method, FunctionType) and method.__module__ == module.__name__:
                        yield from _of(module.__name__, f"{name}.{inner}")


def _of(module: str, function: str) -> Iterator[Fault]:
    if function.endswith(("_tasks", "_text", "_words")):
        return
    for kind in KINDS:
        nth = 0
        while True:
            fault = Fault(module, function, kind, nth)
            try:
                where = _changed(fault)[1]
            except (OSError, SyntaxError, TypeError):
                break
            if not where:
                break
            yield fault
            nth += 1


EQUIVALENT: frozenset[Fault] = frozenset()
"Faults that change nothing anybody could see."


def forget() -> None:
    """What the calendar of the roads remembers of days that were counted with a fault in them, or without."""
    for remembered in (CALENDAR.add_workdays, CALENDAR.workdays_between, CALENDAR.provisional_between):
        remembered.cache_clear()
    CALENDAR._tables.clear()


CASE = "bancheng.core.casework."
FAULTS = {
    "a case is accepted though something stands in the way": Fault(f"{CASE}_intake", "accept", "never", 0),
    "what is in order needs findings, what is not none": Fault(f"{CASE}_work", "complete", "turned", 2),
    "silence speaks on the last day": Fault("bancheng.core.clock._watch", "deemed_acceptance", "turned", 0),
    "what is owed locks nothing": Fault(f"{CASE}_hindrances", "_owed", "never", 1),
    "a payment is booked twice": Fault(f"{CASE}_fees", "record_payment", "never", 1),
    "a working day is not counted": Fault(
        "bancheng.core.clock._calendar", "WorkCalendar.is_workday", "turned", 1
    ),
}
"Planted in every run."
