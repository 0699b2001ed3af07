"""Statements of the road every act takes, made once: their text is kept, and each run only fills in values.

Django makes the SQL of a query anew each time it is asked, which costs more than the database needs to answer. Values
still go through the fields of the model on their way in and out, so that both databases are told the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DatabaseError, connection
from django.db.models import Field, Model, QuerySet

M = TypeVar("M", bound=Model)
Columns = tuple[str, ...]
"""Names of attributes, a foreign key as ``case_id``."""
_PLAIN = {
    "CharField": str,
    "TextField": str,
    "IntegerField": int,
    "PositiveIntegerField": int,
    "BooleanField": bool,
}
Prepare = Callable[[Any], Any]


def insert(model: type[Model], columns: Columns, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows with these values; every column without a default of the database must be among them.

    Raises:
        IntegrityError: as the database says.
    """
    _insert(model, columns, rows, (), ())


def upsert(
    model: type[Model],
    columns: Columns,
    rows: Sequence[Sequence[Any]],
    *,
    unique: Columns,
    change: Columns,
) -> None:
    """Insert rows; where one stands already under the same `unique` columns, set its columns `change`."""
    _insert(model, columns, rows, unique, change)


def update(row: Model, columns: Columns) -> None:
    """Write these columns of a row that is there.

    Raises:
        DatabaseError: it is there no more.
    """
    key = _fields(type(row), ("pk",))[0]
    fill = _prepared(connection.vendor, type(row), (*columns, key.attname))
    values = [
        prepare(getattr(row, name)) for name, prepare in zip((*columns, key.attname), fill, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(_update_text(connection.vendor, type(row), columns), values)
        if cursor.rowcount != 1:
            raise DatabaseError("the row to be written is not there")


class Ask:
    """The text of a query of whole rows with one open place, to be asked again with other values there."""

    def __init__(self, query: QuerySet[Any], place: object) -> None:
        """`place` is the value that stands in `query` exactly once where later values go, as the database gets it."""
        try:
            self._text, values = query.query.sql_with_params()
        except EmptyResultSet:
            # Nothing can be among the rows asked for.
            self._text, values = "", (place,)
        self._values = tuple(values)
        self._at = [at for at, value in enumerate(self._values) if value == place]
        if len(self._at) != 1:
            raise ValueError("the open place is not in the query exactly once")

    def rows(self, model: type[M], value: object) -> list[M]:
        """The rows found with `value` in the open place, given as the database gets it."""
        if not self._text:
            return []
        (at,) = self._at
        return read(model, self._text, (*self._values[:at], value, *self._values[at + 1 :]))


def read(model: type[M], text: str, values: Iterable[Any]) -> list[M]:
    """Whole rows by a statement that selects all columns of a model in their order (`columns_of`)."""
    with connection.cursor() as cursor:
        cursor.execute(text, tuple(values))
        found = cursor.fetchall()
    names, turns = _turned(connection.vendor, model)
    made = []
    for row in found:
        cells = list(row)
        for at, turn in turns:
            cells[at] = turn(cells[at])
        made.append(model.from_db(connection.alias, names, cells))
    return made


@lru_cache(maxsize=64)
def columns_of(model: type[Model]) -> str:
    """All columns of a model in their order, for a SELECT."""
    table = _quoted(model._meta.db_table)  # noqa: SLF001  # reason: Django's own road to a model's table
    return ", ".join(f"{table}.{_quoted(one.column)}" for one in _all(model))


def prepared(model: type[Model], column: str, value: object) -> Any:
    """A value as the database gets it for this column."""
    return _prepared(connection.vendor, model, (column,))[0](value)


def _insert(
    model: type[Model], columns: Columns, rows: Sequence[Sequence[Any]], unique: Columns, change: Columns
) -> None:
    if not rows:
        return
    fill = _prepared(connection.vendor, model, columns)
    most = max(1, connection.ops.bulk_batch_size(list(columns), list(rows)))
    with connection.cursor() as cursor:
        for begin in range(0, len(rows), most):
            some = rows[begin : begin + most]
            values = [prepare(cell) for row in some for prepare, cell in zip(fill, row, strict=True)]
            text = _insert_text(connection.vendor, model, columns, len(some), unique, change)
            cursor.execute(text, values)


# ------------------------------------------------------------------------------------------------ texts, made once


@lru_cache(maxsize=512)
def _insert_text(
    _vendor: str, model: type[Model], columns: Columns, count: int, unique: Columns, change: Columns
) -> str:
    names = [_quoted(one.column) for one in _fields(model, columns)]
    line = f"({', '.join(['%s'] * len(names))})"
    head = f"INSERT INTO {_table(model)} ({', '.join(names)})"  # reason: names of our own models alone
    text = f"{head} VALUES {', '.join([line] * count)}"
    if not unique:
        return text
    at = ", ".join(_quoted(one.column) for one in _fields(model, unique))
    told = [_quoted(one.column) for one in _fields(model, change)]
    return f"{text} ON CONFLICT ({at}) DO UPDATE SET {', '.join(f'{one} = EXCLUDED.{one}' for one in told)}"


@lru_cache(maxsize=64)
def _update_text(_vendor: str, model: type[Model], columns: Columns) -> str:
    told = ", ".join(f"{_quoted(one.column)} = %s" for one in _fields(model, columns))
    (key,) = _fields(model, ("pk",))
    return f"UPDATE {_table(model)} SET {told} WHERE {_quoted(key.column)} = %s"  # noqa: S608  # reason: as above


@lru_cache(maxsize=128)
def _prepared(_vendor: str, model: type[Model], columns: Columns) -> tuple[Prepare, ...]:
    def preparing(field: Field[Any, Any]) -> Prepare:
        plain = _PLAIN.get(field.get_internal_type())
        if plain is None:
            return lambda value: field.get_db_prep_save(value, connection)
        # What the database is told as it is need not be asked about.
        return lambda value: (
            value if value is None or type(value) is plain else field.get_db_prep_save(value, connection)
        )

    return tuple(preparing(one) for one in _fields(model, columns))


@lru_cache(maxsize=64)
def _turned(_vendor: str, model: type[Model]) -> tuple[list[str], list[tuple[int, Prepare]]]:
    """The attributes of a model in the order of its columns, and how cells become their values."""

    def turning(turn: Callable[..., Any], column: object) -> Prepare:
        return lambda cell: turn(cell, column, connection)

    turns: list[tuple[int, Prepare]] = []
    for at, field in enumerate(_all(model)):
        column = field.get_col(field.model._meta.db_table)  # noqa: SLF001  # reason: as above
        found = (*connection.ops.get_db_converters(column), *column.get_db_converters(connection))
        turns += [(at, turning(turn, column)) for turn in found]
    return [one.attname for one in _all(model)], turns


def _fields(model: type[Model], names: Iterable[str]) -> list[Field[Any, Any]]:
    by_name = {one.attname: one for one in _all(model)}
    key = model._meta.pk  # noqa: SLF001  # reason: as above
    return [key if name == "pk" and key is not None else by_name[name] for name in names]


def _all(model: type[Model]) -> list[Field[Any, Any]]:
    return list(model._meta.concrete_fields)  # noqa: SLF001  # reason: as above


def _table(model: type[Model]) -> str:
    return _quoted(model._meta.db_table)  # noqa: SLF001  # reason: as above


def _quoted(name: str | None) -> str:
    return f'"{name}"'
