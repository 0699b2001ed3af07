"""A sweep goes through its rows by `usecases.each` and in no other way, so that one bad row stops no other."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from tests.house.source import SRC, python

SWEEPS, USECASES = SRC / "jobs" / "sweeps", SRC / "usecases"
ONE_STATEMENT = {"tallies": "folded by one statement of the database, no row by itself"}
"""Sweeps without rows, with the reason."""
READS_FIRST = {
    "actuals._count": "sorts the forms and events of a chunk by case before `each` counts them",
    "actuals.count": "takes chunk after chunk, each read at once; every row of a chunk is done by `each`",
    "dispatching.dispatch": "asks the cache for chunk after chunk; every task of a chunk is done by `each`",
}
"""Functions on the way that loop over what they then hand to `each`, with the reason."""
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_CLOSED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@cache
def _functions(module: str) -> dict[str, ast.FunctionDef]:
    path = USECASES / f"{module}.py"
    tree = python(USECASES)[path]
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def _entries(path: Path) -> set[tuple[str, str]]:
    """The use cases a sweep calls: module and function."""
    tree = python(SWEEPS)[path]
    found, modules, calls = set[tuple[str, str]](), set[str](), set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            calls.add(node.func.id)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bancheng.usecases"):
            inner = (node.module or "").removeprefix("bancheng.usecases").strip(".")
            if inner:
                found |= {(inner, one.name) for one in node.names if one.name in calls}
            else:
                modules |= {one.name for one in node.names}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id in modules
        ):
            found.add((node.func.value.id, node.func.attr))
    return found


def _outer(node: ast.AST) -> list[ast.AST]:
    """The nodes of a function without those of the deeds it hands on."""
    found: list[ast.AST] = []
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, _CLOSED):
            found += [child, *_outer(child)]
    return found


def _called(node: ast.AST) -> set[str]:
    calls = (one for one in _outer(node) if isinstance(one, ast.Call))
    return {one.func.id for one in calls if isinstance(one.func, ast.Name)}


def _imported(module: str) -> dict[str, str]:
    """Functions of other use cases that a module names: function → module."""
    tree = python(USECASES)[USECASES / f"{module}.py"]
    return {
        one.asname or one.name: (node.module or "").removeprefix("bancheng.usecases.")
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bancheng.usecases.")
        for one in node.names
    }


def _way(module: str, name: str) -> list[tuple[str, ast.FunctionDef]]:
    """The functions from an entry up to those that call `each`; empty where none does."""
    node = _functions(module).get(name)
    if node is None:
        return []
    called = _called(node)
    if "each" in called:
        return [(f"{module}.{name}", node)]
    found: list[tuple[str, ast.FunctionDef]] = []
    for other in sorted(called - {name}):
        if other in _functions(module):
            found += _way(module, other)
        elif _imported(module).get(other) and (USECASES / f"{_imported(module)[other]}.py") in python(
            USECASES
        ):
            found += _way(_imported(module)[other], other)
    return [(f"{module}.{name}", node), *found] if found else []


def test_every_sweep_goes_through_its_rows_by_each() -> None:
    lacking = []
    for path in sorted(SWEEPS.glob("*.py")):
        if path.stem != "__init__" and path.stem not in ONE_STATEMENT:
            entries = _entries(path)
            assert entries, path.stem
            lacking += [f"{path.stem}: {module}.{name}" for module, name in entries if not _way(module, name)]
    assert lacking == []


def test_nothing_on_the_way_loops_by_itself() -> None:
    found = set()
    for path in sorted(SWEEPS.glob("*.py")):
        if path.stem == "__init__":
            continue
        if any(isinstance(node, (*_LOOPS, ast.GeneratorExp)) for node in ast.walk(python(SWEEPS)[path])):
            found.add(path.stem)
        for module, name in _entries(path):
            for where, node in _way(module, name):
                sums = [
                    one
                    for one in _outer(node)
                    if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id == "sum"
                ]
                if sums or any(isinstance(one, _LOOPS) for one in _outer(node)):
                    found.add(where)
    assert found == set(READS_FIRST)


def test_the_guard_sees_a_loop() -> None:
    bad = ast.parse(
        "def sweep(now):\n    for row in rows():\n        act(row)\n    return each('a', [], act, now)"
    )
    node = bad.body[0]
    assert any(isinstance(one, _LOOPS) for one in _outer(node))
    good = ast.parse(
        "def sweep(now):\n    def deed(row):\n        for one in row: act(one)\n    return each('a', [], deed, now)"
    )
    assert not any(isinstance(one, _LOOPS) for one in _outer(good.body[0]))
