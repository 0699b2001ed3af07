"""A list of records on a dense page: every cell a field, with one empty row below to add another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.utils.translation import gettext as _

from bancheng.core.catalogue import ElementKind
from bancheng.core.compiler import MergedField, most_rows
from bancheng.core.evidence import Value
from bancheng.web.frame import Field
from bancheng.web.templatetags.content import named

NONE = "none"
"""The name, behind the list's own, under which a page says that there are no rows."""


def spread(
    field: MergedField,
    value: Value | None,
    make: Callable[[MergedField, Value | None], Field],
    hint: str = "",
) -> tuple[Field, ...]:
    """The field itself, or of a list of records: how many rows are shown, and a field for each cell.

    Names are those that `read_form` reads: ``household`` and ``household.0.member_name``.
    """
    if field.kind is not ElementKind.RECORDS:
        return (make(field, value),)
    rows = [row for row in value if isinstance(row, dict)] if isinstance(value, tuple) else []
    shown = min(len(rows) + 1, most_rows(field))
    fields = [Field(name=field.element, label=named(field), kind="hidden", value=str(shown))]
    for index in range(shown):
        row = rows[index] if index < len(rows) else {}
        for column in field.columns:
            cell = make(column, row.get(column.element))
            label = f"{field.row_name} {index + 1} · {named(column)}"
            name = f"{field.element}.{index}.{column.element}"
            required = cell.required and index < len(rows) and column.required == "true"
            fields.append(replace(cell, name=name, label=label, required=required, hint=cell.hint or hint))
    if not rows and not field.min_rows:
        label = _("没有%(name)s") % {"name": field.row_name}
        fields.append(
            Field(
                name=f"{field.element}.{NONE}", label=label, kind="agree", value=value == (), required=False
            )
        )
    return tuple(fields)
