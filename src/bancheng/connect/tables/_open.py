"""Files → tables of cells, row by row. Every file is taken for hostile: sizes, archives, macros, formulas, XML."""

from __future__ import annotations

import codecs
import csv
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import msgspec
from defusedxml.common import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from bancheng.connect.tables._cells import Cell, Odd, join_texts
from bancheng.connect.tables._vocabulary import heading_key as folded
from bancheng.connect.tables._vocabulary import join_headings, sheet_titles, vocabulary
from bancheng.core.kernel import Place, Problem, ProblemsFound

MAX_FILE_BYTES = 64 * 1024 * 1024
"""Of a file as given. 22,000 items of 60 elements are about 12 MB as a workbook, 40 MB as CSV."""

MAX_SMALL_BYTES = 4 * 1024 * 1024
"""Of a workbook that is held whole."""

MAX_UNPACKED_BYTES = 1024 * 1024 * 1024
MAX_STRINGS_BYTES = 192 * 1024 * 1024
"""The table of shared strings is the one part of a workbook that is held in memory whole."""

MAX_RATIO = 400
MAX_PARTS = 2_000
MAX_ROWS = 500_000
MAX_COLUMNS = 400
_OLE = b"\xd0\xcf\x11\xe0"
_EXACT = 10**15


@dataclass(frozen=True)
class Table:
    """One sheet of one file: its title and its rows (number as people count them, cells)."""

    file: str
    title: str
    rows: Iterator[tuple[int, tuple[Cell, ...]]]


def refuse(file: str, code: str, message: str, suggestion: str) -> ProblemsFound:
    """A file that is not read at all."""
    return ProblemsFound((Problem(code, message, Place(file=file), suggestion),))


def open_tables(path: Path, name: str) -> Iterator[Table]:
    """The tables of a file; `name` is what its owner calls it. Each table must be used up before the next.

    Raises:
        ProblemsFound: the file is too large, no table, dangerous or torn.
    """
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        said = f"“{name}”有 {size // 1024 // 1024} MB，超过上限 {MAX_FILE_BYTES // 1024 // 1024} MB。"
        raise refuse(name, "file_too_large", said, "请按部门拆成几个文件，分几次导入。")
    with path.open("rb") as file:
        head = file.read(8)
    ending = name.lower().rpartition(".")[2]
    if head.startswith(_OLE) or ending in {"xls", "et"}:
        said = f"“{name}”是旧版或加了密码的表格，打不开。"
        raise refuse(name, "old_workbook", said, "请去掉密码，另存为“Excel 工作簿 (*.xlsx)”后再来。")
    if ending == "zip":
        raise refuse(name, "packed", f"“{name}”是压缩包。", "请先解压，再把里面的表一起选上。")
    if head.startswith(b"PK"):
        yield from _workbook(path, name)
    elif ending in {"json", "jsonl", "ndjson"}:
        yield from _json(path, name, lines=ending != "json")
    elif ending in {"csv", "txt", "tsv"}:
        yield _csv(path, name)
    else:
        said = f"“{name}”不是能读的清单。"
        raise refuse(name, "unknown_file", said, "请用 .xlsx、.csv、.json 或 .yaml 文件。")


# ---------------------------------------------------------------- workbooks


def _workbook(path: Path, name: str) -> Iterator[Table]:
    _look_into(path, name)
    # By its content: a kept file has no ending, and openpyxl goes by endings when it is given a path.
    with ExitStack() as closing_both:
        file = closing_both.enter_context(path.open("rb"))
        try:
            book = load_workbook(file, read_only=True, keep_links=False, rich_text=False)
        except _TORN as error:
            raise _torn(name) from error
        closing_both.callback(book.close)
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            yield Table(name, sheet.title, _guarded(_sheet_rows(sheet, name), name))


_TORN = (
    InvalidFileException,
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    DefusedXmlException,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
    OverflowError,
    NotImplementedError,
    OSError,
)
"""What openpyxl, the archive and the XML reader raise at files that are torn or made to hurt; it has no error of its
own for them."""


def _torn(name: str) -> ProblemsFound:
    said = f"“{name}”打不开，可能没有传完，或不是真正的 Excel 文件。"
    return refuse(name, "torn_workbook", said, "请用 Excel 打开，另存为 .xlsx 后再来。")


def _guarded(
    rows: Iterator[tuple[int, tuple[Cell, ...]]], name: str
) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    try:
        yield from rows
    except _TORN as error:
        raise _torn(name) from error


def open_workbook(path: Path, name: str) -> Any:
    """A small workbook as a whole, with its merged cells; for tables a person writes, not for lists.

    Raises:
        ProblemsFound: it is no workbook, too large, dangerous or torn.
    """
    if path.stat().st_size > MAX_SMALL_BYTES:
        limit = MAX_SMALL_BYTES // 1024 // 1024
        raise refuse(name, "file_too_large", f"“{name}”超过 {limit} MB。", "请只留要读的表。")
    _look_into(path, name)
    try:
        return load_workbook(path)
    except _TORN as error:
        raise _torn(name) from error


def _look_into(path: Path, name: str) -> None:
    """Refuse archives that would unpack without end, and workbooks with programs inside."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except _TORN as error:
        raise _torn(name) from error
    lower = {one.filename.lower() for one in parts}
    if any("vbaproject" in one or (one.endswith(".bin") and "activex" in one) for one in lower):
        said = f"“{name}”带有宏，不能收。"
        raise refuse(name, "macros", said, "请另存为不带宏的“Excel 工作簿 (*.xlsx)”后再来。")
    unpacked = sum(one.file_size for one in parts)
    strings = sum(one.file_size for one in parts if one.filename.lower().endswith("sharedstrings.xml"))
    swollen = any(
        one.file_size > 1024 * 1024 and one.file_size > MAX_RATIO * max(one.compress_size, 1) for one in parts
    )
    if unpacked > MAX_UNPACKED_BYTES or strings > MAX_STRINGS_BYTES or swollen or len(parts) > MAX_PARTS:
        said = f"“{name}”解开后大得不正常，不能收。"
        raise refuse(name, "zip_bomb", said, "请把内容复制到新的工作簿里，只留要导入的表，再来一次。")


def _sheet_rows(sheet: Any, name: str) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), start=1):
        if number > MAX_ROWS:
            said = f"“{name}”的“{sheet.title}”超过 {MAX_ROWS} 行。"
            raise refuse(name, "too_many_rows", said, "请删去表格下方的空行，或按部门拆成几个文件。")
        cells = tuple(_cell(one) if one.value is not None else "" for one in row)
        last = next((at for at in range(len(cells), 0, -1) if cells[at - 1] != ""), 0)
        if last:
            yield number, cells[:last]


def _cell(cell: Any) -> Cell:
    value = cell.value
    if cell.data_type == "f":
        return Odd("formula", value if isinstance(value, str) else getattr(value, "text", "") or "=")
    if isinstance(value, str):
        return value.strip()
    return _number_or_day(value)


def _number_or_day(value: Any) -> Cell:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        if abs(value) >= _EXACT:
            return Odd("long_number", f"{value:.0f}")
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).strip()


# ---------------------------------------------------------------- CSV


def _csv(path: Path, name: str) -> Table:
    encoding = _encoding(path, name)
    return Table(name, Path(name).stem, _csv_rows(path, name, encoding))


def _encoding(path: Path, name: str) -> str:
    with path.open("rb") as file:
        head = file.read(4)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        file.seek(0)
        for encoding in ("utf-8-sig", "gb18030"):
            decoder = codecs.getincrementaldecoder(encoding)()
            file.seek(0)
            try:
                while chunk := file.read(1 << 20):
                    decoder.decode(chunk)
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                continue
            return encoding
    said = f"“{name}”的文字编码认不出来。"
    raise refuse(name, "encoding", said, "请在 Excel 里另存为“CSV UTF-8”，或直接交 .xlsx。")


def _csv_rows(path: Path, name: str, encoding: str) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    with path.open(encoding=encoding, newline="") as file:
        first = file.readline()
        file.seek(0)
        separator = max(",\t;", key=first.count)
        rows = csv.reader(file, delimiter=separator, strict=False)
        try:
            for number, row in enumerate(rows, start=1):
                if number > MAX_ROWS:
                    break
                cells = tuple(unguarded(one.strip()) for one in row[:MAX_COLUMNS])
                if any(cells):
                    yield number, cells
            else:
                return
            said = f"“{name}”超过 {MAX_ROWS} 行。"
            raise refuse(name, "too_many_rows", said, "请按部门拆成几个文件，分几次导入。")
        except (csv.Error, UnicodeError) as error:
            said = f"“{name}”第 {rows.line_num} 行读不下去了，引号可能没有成对。"
            raise refuse(name, "torn_csv", said, "请用 Excel 打开核对，另存为 .xlsx 后再来。") from error


_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def guarded(text: str) -> str:
    """A text as a CSV cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip("'").startswith(_DANGEROUS) else text


def unguarded(cell: str) -> str:
    """The text that `guarded` wrote."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_DANGEROUS) else cell


# ---------------------------------------------------------------- JSON


_LINES = msgspec.json.Decoder(Any)


def _json(path: Path, name: str, *, lines: bool) -> Iterator[Table]:
    data = path.read_bytes()
    try:
        decoded = _LINES.decode_lines(data) if lines else _LINES.decode(data)
    except msgspec.DecodeError as error:
        raise refuse(name, "torn_json", f"“{name}”不是完整的 JSON：{error}。", "请重新导出一次。") from error
    except RecursionError as error:
        raise refuse(name, "torn_json", f"“{name}”嵌套太深。", "请重新导出一次。") from error
    tables: dict[str, list[dict[str, Any]]] = {}
    if isinstance(decoded, dict) and isinstance(decoded.get("data"), list | dict) and len(decoded) <= 6:
        decoded = decoded["data"]
    if isinstance(decoded, list):
        _flatten(decoded, vocabulary().sheets["items"].table, tables)
    elif isinstance(decoded, dict) and all(isinstance(rows, list) for rows in decoded.values()):
        for title, rows in decoded.items():
            _flatten(rows, title, tables)
    elif isinstance(decoded, dict):
        _flatten([decoded], vocabulary().sheets["items"].table, tables)
    else:
        raise refuse(name, "torn_json", f"“{name}”里没有记录。", "应是一串记录，或“表名: 记录”的样子。")
    for title, rows in tables.items():
        yield Table(name, title, _json_rows(rows))


def _flatten(rows: Sequence[Any], title: str, tables: dict[str, list[dict[str, Any]]]) -> None:
    """Records with lists of records inside become rows of several tables that name their item."""
    into = tables.setdefault(title, [])
    for row in rows:
        if not isinstance(row, dict):
            into.append({"": row})
            continue
        flat = {}
        joins = {name: value for name, value in row.items() if folded(name) in join_headings()}
        for name, value in row.items():
            inner = isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)
            if inner and folded(name) in sheet_titles():
                _flatten([{**joins, **one} for one in value], name, tables)
            else:
                flat[name] = value
        into.append(flat)


def _json_rows(rows: Sequence[dict[str, Any]]) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    names = list(dict.fromkeys(name for row in rows for name in row))
    yield 0, tuple(names)
    for number, row in enumerate(rows, start=1):
        yield number, tuple(_json_cell(row.get(name)) for name in names)


def _json_cell(value: Any) -> Cell:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list) and all(isinstance(one, str | int) for one in value):
        return join_texts([str(one) for one in value])
    if isinstance(value, bool | int | float):
        return _number_or_day(value)
    return Odd("nested", msgspec.json.encode(value).decode()[:200])
