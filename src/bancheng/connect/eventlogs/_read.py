"""Reading permit event logs of others: CSV with named columns, and XES."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from bancheng.connect.eventlogs._line import CSV, XES, Columns, Line, made
from bancheng.core.kernel import Place, Problems


def read_csv(path: Path, names: Columns = CSV) -> Iterator[Line]:
    """The events of a CSV file in their order; UTF-8, comma or semicolon.

    Raises:
        ProblemsFound: a needed column lacks; or, after the last row, every row that has no case or no moment.
    """
    problems = Problems()
    try:
        yield from _rows(path, names, problems)
    except UnicodeDecodeError:
        problems.add("log.text", "这不是 UTF-8 文本，请另存为 UTF-8 编码的 CSV。")
    except csv.Error as error:
        problems.add("log.csv", f"这不是可读的 CSV 文件：{error}。")
    problems.raise_if_errors()


def _rows(path: Path, names: Columns, problems: Problems) -> Iterator[Line]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        first = file.readline()
        file.seek(0)
        rows = csv.DictReader(file, delimiter=";" if first.count(";") > first.count(",") else ",")
        lacking = {names.case, names.activity, names.time} - set(rows.fieldnames or ())
        if lacking:
            problems.add("log.columns", f"日志缺少这些列：{'、'.join(sorted(lacking))}。")
            return
        for number, row in enumerate(rows, 2):
            told = {key: value for key, value in row.items() if isinstance(value, str)}
            where = f"第 {number} 行", Place(path=str(number))
            line = made(told.get(names.case, ""), told, told.get(names.due, ""), names, where, problems)
            if line is not None:
                yield line


def read_xes(path: Path, names: Columns = XES) -> Iterator[Line]:
    """The events of an XES file, trace by trace.

    Raises:
        ProblemsFound: it is no XML; or, after the last trace, every event that has no case or no moment.
    """
    problems = Problems()
    try:
        for _, element in iterparse(path, events=("end",)):
            if plain(element.tag) == "trace":
                yield from _trace(element, names, problems)
                element.clear()
    except (ParseError, DefusedXmlException) as error:
        problems.add("log.xml", f"这不是可读的 XES 文件：{error}。")
    problems.raise_if_errors()


def _trace(trace: Element, names: Columns, problems: Problems) -> Iterator[Line]:
    of_case = _values(trace)
    case = of_case.get(names.case, "")
    for number, event in enumerate((one for one in trace if plain(one.tag) == "event"), 1):
        told = _values(event)
        # What is told of the whole case is its last day; an event may be about some other day.
        due = of_case.get(names.due) or told.get(names.due) or ""
        where = f"办件“{case}”的第 {number} 个事件", Place(path=f"{case}/{number}")
        line = made(case, told, due, names, where, problems)
        if line is not None:
            yield line


def _values(of: Element) -> dict[str, str]:
    return {one.get("key", ""): one.get("value", "") for one in of if one.get("key") is not None}


def plain(tag: str) -> str:
    """The name of an element without its namespace."""
    return tag.rpartition("}")[2]
