"""The values of formulas: terms, lists, records, and the refusal to translate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

import z3

YES, NO = z3.BoolVal(True), z3.BoolVal(False)


class Outside(Exception):
    """The text uses something that is not translated; the words say what."""


class Term(NamedTuple):
    """A value: its kind, its formula, when it is not null, and itself where it is a constant.

    A date may be `shift` months behind its formula, until it is compared with a constant.
    """

    kind: str
    formula: Any
    defined: Any
    constant: object = None
    shift: int = 0


class Several(NamedTuple):
    """A list: each item with the condition under which it is there."""

    items: tuple[tuple[Any, Thing], ...]


class Row(NamedTuple):
    """A record of a list, by column."""

    cells: Mapping[str, Term]


Thing: TypeAlias = Term | Several | Row
