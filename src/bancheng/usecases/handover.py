"""A body's own codes: what its own systems call the answers it is handed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bancheng.core.compiler import Blueprint, MergedField, body_value
from bancheng.core.evidence import Value
from bancheng.usecases.town import packs


@dataclass(frozen=True)
class OwnCode:
    """The code of one answer in a body's own list, with the list's word for it; `row` counts from 1 in lists."""

    body: str
    value: str
    code: str
    name: str
    element: str
    row: int = 0


def own_codes(
    of: Blueprint, bodies: Iterable[str], field: MergedField, value: Value | None
) -> tuple[OwnCode, ...]:
    """Each answer as those of the bodies code it that have a list of their own; nothing for the others."""
    return tuple(code for body in sorted(set(bodies)) for code in _coded(of, body, field, value))


def _coded(of: Blueprint, body: str, field: MergedField, value: Value | None) -> Iterator[OwnCode]:
    handed = body_value(of, body, field.element, value)
    if handed is None:
        return
    if not field.columns:
        yield from _pairs(body, field, value, handed)
    elif isinstance(value, tuple) and isinstance(handed, tuple):
        rows = (row for row in value if isinstance(row, dict))
        for number, (said, given) in enumerate(zip(rows, handed, strict=True), 1):
            if isinstance(given, dict):
                for column in field.columns:
                    cells = said.get(column.element), given.get(column.element)
                    yield from _pairs(body, column, *cells, row=number)


def _pairs(body: str, field: MergedField, said: object, handed: object, row: int = 0) -> Iterator[OwnCode]:
    coding = next((one for one in field.codings if one.body == body), None)
    if coding is None or said is None or handed is None:
        return
    table = packs().catalogue.codes.get(coding.codes)
    several = said if isinstance(said, tuple) else (said,)
    for value in several:
        code = coding.pairs.get(str(value), str(value))
        name = table.name_of(code) if table else ""
        yield OwnCode(body, str(value), code, "" if name == code else name, field.element, row)
