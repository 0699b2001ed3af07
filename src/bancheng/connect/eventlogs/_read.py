"""Reading permit event logs of others: CSV with named columns, and XES."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml.ElementTree import iterparse

from bancheng.core.kernel import Place, Problem, ProblemsFound

CHINA = timezone(timedelta(hours=8))
"""A moment without a zone is one in China."""


@dataclass(frozen=True)
class Columns:
    """Under which names a log tells its case, activity, moment, resource and last day; the last two may lack."""

    case: str = "case"
    activity: str = "activity"
    time: str = "time"
    resource: str = "resource"
    due: str = "due"


XES = Columns("concept:name", "concept:name", "time:timestamp", "org:resource", "due")


@dataclass(frozen=True)
class Line:
    """One event of a log. `due` is the last day for the whole case, as the log has it at this event."""

    case: str
    activity: str
    at: datetime
    resource: str = ""
    due: date | None = None


CSV = Columns()
YEARS = range(1900, 2201)
"""Years a log may be of; what lies outside was typed wrong."""


def read_csv(path: Path, names: Columns = CSV) -> Iterator[Line]:
    """The events of a CSV file in their order; UTF-8, comma or semicolon.

    Raises:
        ProblemsFound: a needed column lacks, or a row has no moment; with its number.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        first = file.readline()
        file.seek(0)
        rows = csv.DictReader(file, delimiter=";" if first.count(";") > first.count(",") else ",")
        lacking = {names.case, names.activity, names.time} - set(rows.fieldnames or ())
        if lacking:
            raise ProblemsFound((Problem("log.columns", f"日志缺少这些列：{'、'.join(sorted(lacking))}。"),))
        for number, row in enumerate(rows, 2):
            at = _moment(row[names.time] or "", number)
            due = _day(row.get(names.due) or "", number)
            yield Line(
                row[names.case] or "", row[names.activity] or "", at, row.get(names.resource) or "", due
            )


def read_xes(path: Path, names: Columns = XES) -> Iterator[Line]:
    """The events of an XES file, trace by trace.

    Raises:
        ProblemsFound: it is no XML, or an event has no moment.
    """
    try:
        for _, element in iterparse(path, events=("end",)):
            if _plain(element.tag) == "trace":
                yield from _trace(element, names)
                element.clear()
    except ParseError as error:
        raise ProblemsFound((Problem("log.xml", f"这不是可读的 XES 文件：{error}。"),)) from error


def _trace(trace: Element, names: Columns) -> Iterator[Line]:
    of_case = _values(trace)
    for number, event in enumerate((one for one in trace if _plain(one.tag) == "event"), 1):
        told = _values(event)
        at = _moment(told.get(names.time, ""), number)
        due = _day(told.get(names.due) or of_case.get(names.due) or "", number)
        case, resource = of_case.get(names.case, ""), told.get(names.resource, "")
        yield Line(case, told.get(names.activity, ""), at, resource, due)


def _values(of: Element) -> dict[str, str]:
    return {one.get("key", ""): one.get("value", "") for one in of if one.get("key") is not None}


def _plain(tag: str) -> str:
    return tag.rpartition("}")[2]


def _moment(text: str, number: int) -> datetime:
    found = _read_moment(text)
    if found is None:
        place = Place(path=str(number))
        raise ProblemsFound((Problem("log.time", f"第 {number} 行的时间“{text}”不可读。", place),))
    return found if found.tzinfo else found.replace(tzinfo=CHINA)


def _read_moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.strip().replace("/", "-"))
    except ValueError:
        return None
    return found if found.year in YEARS else None


def _day(text: str, number: int) -> date | None:
    """A last day in China, in whatever zone its moment is told."""
    return _moment(text, number).astimezone(CHINA).date() if text.strip() else None
