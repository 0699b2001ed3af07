"""A day is said to people as 2026年3月19日, and never as a machine writes it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import bancheng

SOURCE = Path(bancheng.__file__).parent
CHINESE = re.compile("[一-鿿]")
DAYS = re.compile(
    r"(?:^|_)(?:on|by|day|date|due|until|since|closed|opened|valid_(?:to|from)|begins|ends|last|localdate\(.*\))$"
)
"""How a day is named in our code; `last` and the like only as an attribute."""
WORDS = {
    ("cli/demo.py", "day.day"): "a month and a day, with the weekday",
    ("cli/demo.py", "until"): "words already",
    ("connect/archives/_make.py", "facts.keep_until"): "as the register beside it writes it",
    ("connect/eventlogs/_line.py", "due"): "as the file has it, and cannot be read as a day",
    ("connect/eventlogs/_read_ocel.py", "since"): "as the file has it, and cannot be read as a day",
    ("connect/packs/_overlay.py", "by"): "a pack",
    ("core/casework/_visit_values.py", "begins.day"): "a month and a day, with the hours",
    ("core/benefits/_check_facts.py", "day"): "the name of a column",
    ("core/benefits/grants/_acts.py", "until"): "words already",
    ("core/catalogue/_editions.py", "since"): "words already",
    ("core/catalogue/_editions.py", "until"): "words already",
    ("core/catalogue/_standards.py", "since"): "words already",
    ("core/compiler/_guide.py", "last"): "a question",
    ("core/compiler/effects/_reform.py", "self.by"): "a person",
    ("core/kernel/_dates.py", "on.day"): "here it is said",
    ("usecases/dispatching.py", "until"): "words already",
    ("usecases/letters.py", "due"): "words already",
    ("usecases/letters.py", "on"): "words already",
    ("usecases/outcome.py", "day"): "words already",
    ("web/templatetags/words.py", "day.day"): "a month and a day, with the weekday",
}
"""What is named like a day and is none, or is said already."""


def unsaid(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Values named like a day that stand bare in a Chinese text."""
    for text in ast.walk(tree):
        if not isinstance(text, ast.JoinedStr):
            continue
        words = "".join(part.value for part in text.values if isinstance(part, ast.Constant))
        for part in text.values:
            if not isinstance(part, ast.FormattedValue) or not CHINESE.search(words):
                continue
            named = part.value.attr if isinstance(part.value, ast.Attribute) else ast.unparse(part.value)
            if DAYS.search(named) and part.format_spec is None:
                yield text.lineno, ast.unparse(part.value)


def test_no_day_is_written_to_people_as_a_machine_writes_it() -> None:
    found = {
        (path.relative_to(SOURCE).as_posix(), name)
        for path in SOURCE.rglob("*.py")
        for _, name in unsaid(ast.parse(path.read_text(encoding="utf-8")))
    }

    assert found == set(WORDS)
