"""The core knows no clock, no chance, no file and no network: deadlines can be tried at midnight on New Year's Eve."""

import ast
import sys
from collections.abc import Iterator

import pytest
from tests.house.source import SRC, python, where

BARRED_MODULES = {
    "time", "random", "secrets", "os", "io", "pathlib", "glob", "shutil", "tempfile", "socket", "ssl", "http", "urllib",
    "subprocess", "threading", "multiprocessing", "asyncio", "sqlite3", "logging", "locale", "platform", "getpass",
}  # fmt: skip
BARRED_CALLS = {"open", "input", "print", "eval", "exec", "__import__"}
BARRED_METHODS = {
    "now",
    "utcnow",
    "today",
    "uuid1",
    "uuid4",
    "read_text",
    "write_text",
    "read_bytes",
    "getenv",
}
PURE_LIBRARIES = {"msgspec", "bancheng", "simpy", "z3", "regex"}
"""What the core may import besides the standard library: parsers, solvers and graphs that do no I/O join by name.
`regex` looks at the clock only to end a search that would not end."""


def _imports(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name.partition(".")[0], node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0], node.lineno


def _impurities(tree: ast.Module) -> list[tuple[str, int]]:
    found = [
        (module, line)
        for module, line in _imports(tree)
        if module in BARRED_MODULES
        or (module not in PURE_LIBRARIES and module not in sys.stdlib_module_names)
    ]
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in BARRED_CALLS:
            found.append((f"{node.func.id}()", node.lineno))
        if isinstance(node.func, ast.Attribute) and node.func.attr in BARRED_METHODS:
            found.append((f".{node.func.attr}()", node.lineno))
    return found


def test_the_core_reaches_for_nothing_outside() -> None:
    found = [
        f"{where(path, line)} uses {what}"
        for path, tree in python(SRC / "core").items()
        for what, line in _impurities(tree)
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\ndatetime.now()",
        "import datetime\ndatetime.date.today()",
        "import random",
        "from os import path",
        "open('x')",
        "import django.db",
        "import uuid\nuuid.uuid4()",
    ],
)
def test_the_check_sees_what_it_should(source: str) -> None:
    assert _impurities(ast.parse(source)) != []
