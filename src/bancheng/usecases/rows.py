"""Lists of records of a draft, one row at a time: household members, vehicles, branches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils import timezone

from bancheng.core.catalogue import ElementKind
from bancheng.core.compiler import (
    MergedField,
    PersonalField,
    cell_conditions,
    lacking_cells,
    most_rows,
    read_row,
    to_stored,
)
from bancheng.core.evidence import Row
from bancheng.core.kernel import Place, Problem
from bancheng.usecases.access import NotFound
from bancheng.usecases.apply import Preparation


def rows_field(preparation: Preparation, element: str) -> PersonalField:
    """A list of records this person fills in.

    Raises:
        NotFound: their form has none of this name.
    """
    found = next((one for one in preparation.personal.fields if one.field.element == element), None)
    if found is None or not found.shown or found.field.kind is not ElementKind.RECORDS:
        raise NotFound("rows")
    return found


def rows_in(one: PersonalField) -> tuple[Row, ...]:
    """The rows there are, typed or known."""
    return tuple(row for row in one.value if isinstance(row, dict)) if isinstance(one.value, tuple) else ()


def put_row(
    preparation: Preparation, element: str, index: int, raw: Mapping[str, Sequence[str]]
) -> tuple[Problem, ...]:
    """Save one row as far as it is sound, and say what is wrong with it or still missing in it.

    `raw` maps ``element.index.column`` to texts; an `index` beyond the last adds a row. What the city knew becomes the
    person's own list with the first change.

    Raises:
        NotFound: their form has no such list, or the row is neither there nor the next one.
    """
    one = rows_field(preparation, element)
    rows = list(rows_in(one))
    if index > len(rows):
        raise NotFound("row")
    most = most_rows(one.field)
    if index == most:
        return (Problem("rows", f"“{one.field.name}”最多填 {most} 行。", Place(path=element)),)
    row, problems = read_row(one.field, raw, index)
    if not problems and all(cell is None for cell in row.values()):
        name = one.field.row_name
        return (
            Problem(
                "rows", f"这一行还没有填。不想添加“{name}”的，请返回。", Place(path=_first(one.field, index))
            ),
        )
    rows[index : index + 1] = [row]
    _save(preparation, element, rows)
    return (*problems, *_lacking(preparation, one.field, rows, index, {bad.place.path for bad in problems}))


def drop_row(preparation: Preparation, element: str, index: int) -> None:
    """Take a row out.

    Raises:
        NotFound: there is no such row.
    """
    rows = list(rows_in(rows_field(preparation, element)))
    if index >= len(rows):
        raise NotFound("row")
    del rows[index]
    _save(preparation, element, rows)


def no_rows(preparation: Preparation, element: str) -> None:
    """The person says that there are none.

    Raises:
        NotFound: their form has no such list.
    """
    rows_field(preparation, element)
    _save(preparation, element, [])


def shown_columns(
    preparation: Preparation, field: MergedField, row: Mapping[str, object]
) -> tuple[tuple[MergedField, bool], ...]:
    """The columns this row shows, each with whether it must be filled."""
    facts, today = preparation.facts, timezone.localdate()
    judged = ((column, *cell_conditions(column, row, facts, today)) for column in field.columns)
    return tuple((column, required is True) for column, shown, required in judged if shown is not False)


def _first(field: MergedField, index: int) -> str:
    return f"{field.element}.{index}.{field.columns[0].element}"


def _lacking(
    preparation: Preparation, field: MergedField, rows: Sequence[Row], index: int, told: set[str]
) -> tuple[Problem, ...]:
    found = lacking_cells(field, rows, preparation.facts, timezone.localdate())
    own = f"{field.element}.{index}."
    return tuple(one for one in found if one.place.path.startswith(own) and one.place.path not in told)


def _save(preparation: Preparation, element: str, rows: Sequence[Row]) -> None:
    draft = preparation.draft
    draft.answers = {**draft.answers, element: to_stored(tuple(rows))}
    draft.save(update_fields=["answers", "updated_at"])
