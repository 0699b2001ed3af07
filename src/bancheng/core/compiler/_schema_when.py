"""FEEL conditions as JSON Schema, where JSON Schema can say exactly the same.

A schema made here is fulfilled when the condition is certainly true of the values given; what is missing makes a
condition unknown, in FEEL as here. Conditions that JSON Schema cannot say (dates, sums, decimals) give None.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bancheng.core.catalogue import ElementKind
from bancheng.core.compiler._feel import tree
from bancheng.core.rules import Expr, nodes

Kinds = Mapping[str, ElementKind]
_FLIPPED = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_BOUNDS = {"<": "exclusiveMaximum", "<=": "maximum", ">": "exclusiveMinimum", ">=": "minimum"}
_LISTS = frozenset((ElementKind.MULTI_CHOICE, ElementKind.RECORDS))
_NO_TEXT = frozenset(
    (
        ElementKind.INTEGER,
        ElementKind.DECIMAL,
        ElementKind.MONEY,
        ElementKind.DATE,
        ElementKind.BOOLEAN,
        *_LISTS,
    )
)


def schema_when(text: str, kinds: Kinds) -> dict[str, Any] | None:
    """The schema of a condition over the properties of `kinds`; None when it cannot be said exactly."""
    expr = tree(text)
    return None if expr is None else _holds(expr, kinds, wanted=True)


def _holds(expr: Expr, kinds: Kinds, *, wanted: bool) -> dict[str, Any] | None:
    """A schema for "certainly true" (`wanted`) or "certainly false"."""
    if isinstance(expr, nodes.Not):
        return _holds(expr.operand, kinds, wanted=not wanted)
    if isinstance(expr, nodes.And | nodes.Or):
        parts = [_holds(one, kinds, wanted=wanted) for one in expr.operands]
        every = isinstance(expr, nodes.And) == wanted
        if any(part is None for part in parts):
            return None
        return {"allOf" if every else "anyOf": parts}
    if isinstance(expr, nodes.Name):
        return _value(expr.name, kinds, ElementKind.BOOLEAN, {"const": wanted})
    if isinstance(expr, nodes.Compare):
        return _compared(expr, kinds, wanted=wanted)
    if isinstance(expr, nodes.In):
        return _among(expr, kinds, wanted=wanted)
    return None


def _compared(expr: nodes.Compare, kinds: Kinds, *, wanted: bool) -> dict[str, Any] | None:
    left, right = expr.left, expr.right
    if not isinstance(left, nodes.Name) or not isinstance(right, nodes.Literal):
        return None
    op = expr.op if wanted else _FLIPPED[expr.op]
    if right.kind is nodes.LiteralKind.BOOLEAN and op in {"=", "!="}:
        return _value(left.name, kinds, ElementKind.BOOLEAN, {"const": (right.text == "true") == (op == "=")})
    if right.kind is nodes.LiteralKind.STRING and op in {"=", "!="} and kinds.get(left.name) not in _NO_TEXT:
        same = {"const": right.text}
        return _value(left.name, kinds, None, same if op == "=" else {"not": same})
    if right.kind is nodes.LiteralKind.NUMBER and right.text.lstrip("-").isdigit():
        number = int(right.text)
        bound = {_BOUNDS[op]: number} if op in _BOUNDS else {"const": number}
        return _value(left.name, kinds, ElementKind.INTEGER, {"not": bound} if op == "!=" else bound)
    return None


def _among(expr: nodes.In, kinds: Kinds, *, wanted: bool) -> dict[str, Any] | None:
    tests = expr.tests
    if len(tests) == 1 and isinstance(tests[0], nodes.ListExpr):
        tests = tests[0].items
    texts = [
        one.text for one in tests if isinstance(one, nodes.Literal) and one.kind is nodes.LiteralKind.STRING
    ]
    if (
        not isinstance(expr.value, nodes.Name)
        or len(texts) != len(tests)
        or kinds.get(expr.value.name) in _NO_TEXT
    ):
        return None
    allowed = {"enum": texts}
    return _value(expr.value.name, kinds, None, allowed if wanted else {"not": allowed})


def _value(
    name: str, kinds: Kinds, kind: ElementKind | None, schema: dict[str, Any]
) -> dict[str, Any] | None:
    """A property that is there and fits."""
    if name not in kinds or (kind is not None and kinds[name] is not kind):
        return None
    return {"properties": {name: schema}, "required": [name]}
