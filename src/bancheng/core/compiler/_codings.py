"""Codes of bodies: what the person's answer is called where it is handed over."""

from __future__ import annotations

from collections.abc import Mapping

from bancheng.core.catalogue import CodeList, ElementKind
from bancheng.core.compiler._types import Blueprint, BodyCoding, MergedField
from bancheng.core.evidence import Cell, Row, Value


def local_codes(codes: Mapping[str, CodeList], local: str, asked: str) -> dict[str, tuple[str, ...]]:
    """Each value of the list `asked` → the codes that mean it in the list `local`: one, none, or several.

    Follows `maps_to` from `local` through any lists between; empty when that does not lead to `asked`.
    """
    table = codes.get(local)
    if table is None:
        return {}
    means = {code.value: code.means for code in table.codes}
    seen = {local}
    while table.maps_to != asked:
        table = codes.get(table.maps_to)
        if table is None or table.key in seen:
            return {}
        seen.add(table.key)
        further = {code.value: code.means for code in table.codes}
        means = {
            code: tuple(value for step in steps for value in further.get(step, ()))
            for code, steps in means.items()
        }
    target = codes.get(asked)
    values = {code.value for code in target.codes} if target else set()
    found: dict[str, tuple[str, ...]] = dict.fromkeys(values, ())
    for code, meant in means.items():
        for value in dict.fromkeys(meant):
            if value in values:
                found[value] = (*found[value], code)
    return found


def body_value(blueprint: Blueprint, body: str, element: str, value: Value | None) -> Value | None:
    """A submitted value as `body` is handed it: in its own codes, of a list of records only the columns it asked for.

    The value itself where the body uses the person's codes; None where the body asked for nothing of it.
    """
    field = next((one for one in blueprint.fields if one.element == element), None)
    if field is None or value is None or body not in field.bodies:
        return None
    return _coded(field, body, value)


def _coded(field: MergedField, body: str, value: Value) -> Value:
    if field.kind is ElementKind.RECORDS:
        columns = [one for one in field.columns if body in one.bodies]
        rows = value if isinstance(value, tuple) else ()
        return tuple(_row(columns, body, row) for row in rows if isinstance(row, dict))
    coding = next((one for one in field.codings if one.body == body), None)
    if coding is None:
        return value
    if isinstance(value, tuple):
        return tuple(dict.fromkeys(_code(coding, one) for one in value if isinstance(one, str)))
    return _code(coding, value) if isinstance(value, str) else value


def _row(columns: list[MergedField], body: str, row: Row) -> Row:
    coded: Row = {}
    for column in columns:
        cell: Cell = row.get(column.element)
        coded[column.element] = None if cell is None else _cell(column, body, cell)
    return coded


def _cell(column: MergedField, body: str, cell: Value) -> Cell:
    coded = _coded(column, body, cell)
    # a column is no list of records itself, so neither is what it is coded to
    return tuple(one for one in coded if isinstance(one, str)) if isinstance(coded, tuple) else coded


def _code(coding: BodyCoding, value: str) -> str:
    return coding.pairs.get(value, value)
