"""Items → tables: workbook, CSV files, exchange rows. What is written is read again as the same items."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import IO, Any

import msgspec
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from bancheng.connect.tables._cells import MAX_CELL, join_texts, safe_text, write_options
from bancheng.connect.tables._compare import full
from bancheng.connect.tables._mapping import Mapping as SourceMapping
from bancheng.connect.tables._mapping import code_for
from bancheng.connect.tables._names import Names
from bancheng.connect.tables._open import guarded
from bancheng.connect.tables._rows import OWN_NAME
from bancheng.connect.tables._vocabulary import CHILDREN, Column, Sheet, defaults, vocabulary
from bancheng.core.catalogue import Catalogue, Item

Exported = tuple[Item, Mapping[str, Any]]
"""An item with what was kept for it beside (`Line.kept`)."""


class TooLong(Exception):
    """A text does not fit a cell; Excel would cut it without a word."""

    def __init__(self, item: str, column: str) -> None:
        super().__init__(f"{item}: {column}")
        self.item = item
        self.column = column


class TableWriter:
    """Cells of items, in official words or in the codes of the exchange tables."""

    def __init__(self, catalogue: Catalogue, *, base: str = "") -> None:
        mapping = SourceMapping(name="export")
        self._names = {
            "bodies": Names("bodies", catalogue.bodies.values(), mapping),
            "documents": Names("documents", catalogue.documents.values(), mapping),
            "elements": Names("elements", catalogue.elements.values(), mapping),
        }
        self._base = base

    def headings(self, sheet: Sheet) -> list[str]:
        """The headings of a sheet: official words, or names of the exchange columns."""
        joins = () if sheet.key == "items" else vocabulary().join
        found = [one.element if self._base else one.heading for one in joins]
        return found + [one.element if self._base else one.heading for one in self._columns(sheet)]

    def rows(self, sheet: Sheet, item: Item, kept: Mapping[str, Any]) -> Iterator[list[str]]:
        """The rows of one item in a sheet.

        Raises:
            TooLong: a text does not fit a cell.
        """
        if sheet.key == "items":
            yield [
                self._checked(item, one, self._cell(one, item, kept.get("", {})))
                for one in self._columns(sheet)
            ]
            return
        joins = [item.key, item.task_code, item.name]
        beside: Sequence[Mapping[str, str]] = kept.get(sheet.key, ())
        records = getattr(item, sheet.key)
        for place, record in enumerate(records):
            own = beside[place] if len(beside) == len(records) else {}
            cells = [self._checked(item, one, self._cell(one, record, own)) for one in self._columns(sheet)]
            yield [*joins, *cells]

    def _columns(self, sheet: Sheet) -> list[Column]:
        # Conditions and bases stand in sheets of their own; who reads both would not know which one holds.
        skipped = {"lines", "aside"}
        return [
            one
            for one in sheet.columns
            if one.how not in skipped and one.target not in {"handle_code", "old_codes"}
        ]

    def _checked(self, item: Item, column: Column, cell: str) -> str:
        if len(cell) > MAX_CELL and not self._base:
            raise TooLong(item.name, column.heading)
        return cell

    # ------------------------------------------------------------ one cell

    def _cell(self, column: Column, record: msgspec.Struct, kept: Mapping[str, str]) -> str:
        if column.how == "kept":
            return kept.get(column.heading, "")
        if column.how == "rest":
            return self._rest(column, record)
        if column.target == "body_code":
            body = self._names["bodies"].records.get(getattr(record, "body", ""))
            return body.code if body is not None else ""
        name, _, part = column.target.partition(".")
        value = getattr(record, name)
        value = getattr(value, part) if part and value is not None else value
        if column.target == "name" and not value and hasattr(record, "document"):
            return self._paper(record.document)
        if value is None or value in ("", ()):
            return ""
        return self._written(column, value)

    def _paper(self, key: str) -> str:
        record = self._names["documents"].records.get(key)
        return safe_text(record.name) if record is not None else key

    def _written(self, column: Column, value: Any) -> str:
        how = column.how
        if how == "reference":
            return self._names[column.list].name_of(value)
        if how in {"code", "unit"}:
            return self._code(column.list, value)
        if how == "codes":
            return "^".join(self._code(column.list, one) for one in value)
        if how == "texts":
            return join_texts(value)
        if how == "options":
            return write_options([msgspec.to_builtins(one) for one in value])
        if how == "text":
            return safe_text(value)
        return "" if isinstance(value, int) and value < 0 else str(value)

    def _code(self, listed: str, value: Any) -> str:
        plain = str(value).lower() if isinstance(value, bool) else str(value.value)
        table = vocabulary().lists[listed]
        return code_for(self._base, listed, plain) if self._base else table.word(plain)

    def _rest(self, column: Column, record: msgspec.Struct) -> str:
        """JSON of what no other column carries: attributes without one, and values that a blank cell would lose."""
        sheet = vocabulary().sheets[column.sheet]
        usual = defaults(sheet.record)
        plain = full(record)
        held = {}
        for name, value in plain.items():
            default = usual[name]
            empty = value in ("", [], (), None) and name not in CHILDREN and value != default
            negative = isinstance(value, int) and value < 0
            if (name in sheet.rest and value != default) or (empty and name != "statutory") or negative:
                held[name] = value
        document = self._names["documents"].records.get(getattr(record, "document", ""))
        own = getattr(record, "name", "")
        if (
            column.sheet in {"materials", "results"}
            and own
            and own in {getattr(document, "name", ""), plain["document"]}
        ):
            held[OWN_NAME] = True
        return msgspec.json.encode(held, order="sorted").decode() if held else ""


# ---------------------------------------------------------------- files


def write_workbook(
    out: Path | IO[bytes], items: Callable[[], Iterable[Exported]], catalogue: Catalogue
) -> None:
    """An .xlsx with one sheet for items and one for each list inside them; every cell is text, none a formula.

    `items` is called once for each sheet, so that nothing is held.
    """
    writer = TableWriter(catalogue)
    book = Workbook(write_only=True)
    for sheet in vocabulary().sheets.values():
        page = book.create_sheet(sheet.title)
        page.freeze_panes = "A2"
        page.append([text_cell(page, one) for one in writer.headings(sheet)])
        for item, kept in items():
            for row in writer.rows(sheet, item, kept):
                page.append([text_cell(page, one) if one else None for one in row])
    book.save(out)


def text_cell(page: Any, text: str) -> Any:
    """A cell that holds text whatever it begins with."""
    cell = WriteOnlyCell(page, value=text)
    cell.data_type = "s"
    return cell


def write_csv(out: Path | IO[bytes], items: Callable[[], Iterable[Exported]], catalogue: Catalogue) -> None:
    """A .zip of CSV files (UTF-8 with mark, as Excel wants it), one for each sheet."""
    writer = TableWriter(catalogue)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet in vocabulary().sheets.values():
            with archive.open(f"{sheet.title}.csv", "w", force_zip64=True) as file:
                file.write(b"\xef\xbb\xbf")
                file.write(csv_line(writer.headings(sheet)))
                for item, kept in items():
                    for row in writer.rows(sheet, item, kept):
                        file.write(csv_line(row))


def csv_line(cells: Sequence[str]) -> bytes:
    """One line of CSV in which no cell begins like a formula."""
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([guarded(one) for one in cells])
    return text.getvalue().encode()


def write_rows(
    out: IO[bytes], items: Callable[[], Iterable[Exported]], catalogue: Catalogue, base: str
) -> None:
    """Exchange rows as JSON: table → rows, columns by their exchange names, codes of a base table."""
    writer = TableWriter(catalogue, base=base)
    out.write(b"{")
    for number, sheet in enumerate(vocabulary().sheets.values()):
        out.write(b",\n" if number else b"\n")
        out.write(msgspec.json.encode(sheet.table) + b": [")
        names = writer.headings(sheet)
        first = True
        for item, kept in items():
            for row in writer.rows(sheet, item, kept):
                record = {name: cell for name, cell in zip(names, row, strict=True) if cell}
                out.write(b"\n" if first else b",\n")
                out.write(msgspec.json.encode(record))
                first = False
        out.write(b"]")
    out.write(b"\n}\n")
