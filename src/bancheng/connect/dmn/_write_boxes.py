"""Boxed expressions → XML."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from bancheng.core.rules.decisions import (
    Boxed,
    BoxedContext,
    BoxedFilter,
    BoxedList,
    Conditional,
    DecisionTable,
    FunctionDefinition,
    HitPolicy,
    Invocation,
    Iterator,
    IteratorKind,
    LiteralExpression,
    Relation,
    TableRow,
    Text,
    Variable,
)


def element(tag: str, *children: str, **attributes: str) -> str:
    """An element; attributes that are empty are left out."""
    told = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items() if value)
    inside = "".join(children)
    return f"<{tag}{told}>{inside}</{tag}>" if inside else f"<{tag}{told}/>"


def optional(tag: str, content: str) -> Iterable[str]:
    """An element with text, if there is any."""
    return (f"<{tag}>{escape(content)}</{tag}>",) if content else ()


def text(tag: str, content: Text | None, **attributes: str) -> Iterable[str]:
    """An element with a ``text`` inside, if there is one."""
    if content is None:
        return ()
    return (element(tag, f"<text>{escape(content.text)}</text>", **attributes),)


def variable(tag: str, one: Variable) -> str:
    return element(
        tag,
        *optional("description", one.description),
        name=one.name,
        typeRef=one.type,
        id=one.id,
        label=one.label,
    )


def box(one: Boxed) -> str:
    """Any boxed expression."""
    return _WRITERS[type(one)](one)


def _common(one: Boxed) -> dict[str, str]:
    return {"id": one.id, "typeRef": one.type, "label": one.label}


def _literal(one: LiteralExpression, tag: str = "literalExpression") -> str:
    return element(
        tag,
        *optional("description", one.description),
        *(() if one.text is None else (f"<text>{escape(one.text.text)}</text>",)),
        **_common(one),
        expressionLanguage=one.language,
    )


def _context(one: BoxedContext) -> str:
    entries = (
        element(
            "contextEntry",
            *(() if entry.variable is None else (variable("variable", entry.variable),)),
            box(entry.value),
            id=entry.id,
        )
        for entry in one.entries
    )
    return element("context", *optional("description", one.description), *entries, **_common(one))


def _invocation(one: Invocation) -> str:
    bindings = (
        element(
            "binding",
            variable("parameter", binding.parameter),
            *(() if binding.value is None else (box(binding.value),)),
        )
        for binding in one.bindings
    )
    return element(
        "invocation", *optional("description", one.description), box(one.function), *bindings, **_common(one)
    )


def _list(one: BoxedList, tag: str = "list") -> str:
    return element(tag, *optional("description", one.description), *map(box, one.items), **_common(one))


def _relation(one: Relation) -> str:
    columns = (variable("column", column) for column in one.columns)
    rows = (_list(row, "row") for row in one.rows)
    return element("relation", *optional("description", one.description), *columns, *rows, **_common(one))


def whole_function(tag: str, one: FunctionDefinition) -> str:
    return element(
        tag,
        *optional("description", one.description),
        *(variable("formalParameter", parameter) for parameter in one.parameters),
        *(() if one.body is None else (box(one.body),)),
        **_common(one),
        kind="" if one.kind == "FEEL" else one.kind,
    )


def _conditional(one: Conditional) -> str:
    parts = (
        element("if", box(one.condition)),
        element("then", box(one.then)),
        element("else", box(one.otherwise)),
    )
    return element("conditional", *optional("description", one.description), *parts, **_common(one))


def _filter(one: BoxedFilter) -> str:
    parts = (element("in", box(one.source)), element("match", box(one.match)))
    return element("filter", *optional("description", one.description), *parts, **_common(one))


def _iterator(one: Iterator) -> str:
    body = "return" if one.kind is IteratorKind.FOR else "satisfies"
    return element(
        one.kind.value,
        *optional("description", one.description),
        element("in", box(one.source), typeRef=one.source_type),
        element(body, box(one.body)),
        **_common(one),
        iteratorVariable=one.variable,
    )


def _table(one: DecisionTable) -> str:
    inputs = (
        element(
            "input",
            _literal(clause.expression, "inputExpression"),
            *text("inputValues", clause.values),
            id=clause.id,
            label=clause.label,
        )
        for clause in one.inputs
    )
    outputs = (
        element(
            "output",
            *text("outputValues", clause.values),
            *(() if clause.default is None else (_literal(clause.default, "defaultOutputEntry"),)),
            id=clause.id,
            label=clause.label,
            name=clause.name,
            typeRef=clause.type,
        )
        for clause in one.outputs
    )
    return element(
        "decisionTable",
        *optional("description", one.description),
        *inputs,
        *outputs,
        *(element("annotation", name=name) for name in one.annotations),
        *map(_row, one.rows),
        **_common(one),
        hitPolicy="" if one.policy is HitPolicy.UNIQUE else one.policy.value,
        aggregation="" if one.aggregation is None else one.aggregation.value,
        preferredOrientation=one.orientation,
        outputLabel=one.output_label,
    )


def _row(row: TableRow) -> str:
    return element(
        "rule",
        *optional("description", row.description),
        *(
            cell
            for at, one in enumerate(row.inputs, 1)
            for cell in text("inputEntry", one, id=f"{row.id}_input{at}" if row.id else "")
        ),
        *(_literal(one, "outputEntry") for one in row.outputs),
        *(element("annotationEntry", f"<text>{escape(note)}</text>") for note in row.notes),
        id=row.id,
    )


_WRITERS: Final[dict[type, Callable[[Any], str]]] = {
    LiteralExpression: _literal,
    BoxedContext: _context,
    DecisionTable: _table,
    Invocation: _invocation,
    BoxedList: _list,
    Relation: _relation,
    FunctionDefinition: lambda one: whole_function("functionDefinition", one),
    Conditional: _conditional,
    BoxedFilter: _filter,
    Iterator: _iterator,
}
