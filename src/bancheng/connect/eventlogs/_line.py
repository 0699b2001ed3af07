"""One event of a log that comes in, whatever its format: which names tell what, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from bancheng.core.kernel import Place, Problems

CHINA = timezone(timedelta(hours=8))
"""A moment without a zone is one in China."""
YEARS = range(1900, 2201)
"""Years a log may be of; what lies outside was typed wrong."""


@dataclass(frozen=True)
class Columns:
    """Under which names a log tells its case, activity, moment, resource, last day and verdict; three may lack.

    Those that may lack are the last three. In OCEL `case` is the type of the objects that are cases.
    """

    case: str = "case"
    activity: str = "activity"
    time: str = "time"
    resource: str = "resource"
    due: str = "due"
    verdict: str = "verdict"


CSV = Columns()
XES = Columns("concept:name", "concept:name", "time:timestamp", "org:resource")
OCEL = Columns("case", "ocel:activity", "ocel:timestamp")


@dataclass(frozen=True)
class Line:
    """One event of a log. `due` is the last day for the whole case, as the log has it at this event.

    `refused` says that the case was refused at this event.
    """

    case: str
    activity: str
    at: datetime
    resource: str = ""
    due: date | None = None
    refused: bool = False


def made(
    case: str,
    told: Mapping[str, str],
    due: str,
    names: Columns,
    where: tuple[str, Place],
    problems: Problems,
) -> Line | None:
    """The event that is told so; None when it is no event, which goes to `problems` with `where` it stands."""
    spot, place = where
    known = len(problems)
    if not case.strip():
        problems.add("log.case", f"{spot}没有写明属于哪一件。", place)
    at = told.get(names.time, "")
    moment = read_moment(at)
    if moment is None:
        problems.add("log.time", f"{spot}的时间“{at}”不可读。", place)
    last = read_moment(due) if due.strip() else None
    if due.strip() and last is None:
        problems.add("log.due", f"{spot}的期限“{due}”不可读。", place)
    if moment is None or len(problems) > known:
        return None
    return Line(
        case,
        told.get(names.activity, ""),
        moment,
        told.get(names.resource, ""),
        # A last day is one in China, in whatever zone its moment is told.
        last.astimezone(CHINA).date() if last else None,
        _refuses(told.get(names.verdict, "")),
    )


def read_moment(text: str) -> datetime | None:
    """A day or a moment as ISO 8601 writes it, slashes for hyphens too; None when it is none of `YEARS`."""
    try:
        found = datetime.fromisoformat(text.strip().replace("/", "-"))
    except ValueError:
        return None
    if found.year not in YEARS:
        return None
    return found if found.tzinfo else found.replace(tzinfo=CHINA)


def _refuses(verdict: str) -> bool:
    return verdict.strip().lower() in {"refuse", "refused", "rejected"} or verdict.startswith("不予")
