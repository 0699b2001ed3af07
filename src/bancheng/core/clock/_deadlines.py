"""Deadlines: a limit, the lawful pauses in it, the extensions granted; nothing else moves one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from bancheng.core.clock._calendar import Due, WorkCalendar
from bancheng.core.clock._limits import Limit
from bancheng.core.kernel import Record, Refusal


class PauseReason(StrEnum):
    """What may stop the clock: the eight of 行政许可法 art. 45, and a special procedure a pack has a basis for."""

    HEARING = "hearing"
    TENDER = "tender"
    AUCTION = "auction"
    INSPECTION = "inspection"
    TESTING = "testing"
    QUARANTINE = "quarantine"
    APPRAISAL = "appraisal"
    EXPERT_REVIEW = "expert_review"
    SPECIAL = "special"

    @property
    def words(self) -> str:
        """The Chinese word of the law."""
        return _REASON_WORDS[self]


_REASON_WORDS = {
    PauseReason.HEARING: "听证",
    PauseReason.TENDER: "招标",
    PauseReason.AUCTION: "拍卖",
    PauseReason.INSPECTION: "检验",
    PauseReason.TESTING: "检测",
    PauseReason.QUARANTINE: "检疫",
    PauseReason.APPRAISAL: "鉴定",
    PauseReason.EXPERT_REVIEW: "专家评审",
    PauseReason.SPECIAL: "特别程序",
}


class Pause(Record):
    """The clock stands from the day after `start` to `end` inclusive; `end` None = still standing.

    `max_days` (working days) caps what does not count, however long it took. A special procedure needs a
    `basis` and `max_days`.
    """

    reason: PauseReason
    start: date
    end: date | None = None
    basis: str = ""
    max_days: int | None = None


class Extension(Record):
    """`days` more, in the unit the limit counts (working days, or calendar days for limits in days and months)."""

    days: int
    granted_on: date
    granted_by: str
    basis: str = ""
    reason: str = ""


class Term(Record):
    """A statutory limit with the one extension the law allows and who may grant it."""

    limit: Limit
    extension: Limit
    approver: str
    basis: str


PERMIT_TERM = Term(
    limit=Limit(20),
    extension=Limit(10),
    approver="本行政机关负责人",
    basis="《中华人民共和国行政许可法》第四十二条第一款",
)
JOINT_TERM = Term(
    limit=Limit(45),
    extension=Limit(15),
    approver="本级人民政府负责人",
    basis="《中华人民共和国行政许可法》第四十二条第二款",
)


def pause_refusal(pause: Pause) -> Refusal | None:
    """May this pause stop a clock? Not a special procedure without basis or maximum, nor one that ends early."""
    if pause.end is not None and pause.end < pause.start:
        return Refusal("pause.order", "暂停计时的结束日期早于开始日期。", remedy="请核对起止日期。")
    if pause.reason is PauseReason.SPECIAL and not (pause.basis.strip() and pause.max_days is not None):
        return Refusal(
            "pause.special",
            "特别程序没有写明依据和最长时限，不能停止计时。",
            basis="《中华人民共和国行政许可法》第四十五条",
            remedy="请先在事项中登记这一特别程序的依据和最长工作日数。",
        )
    return None


def extension_refusal(
    term: Term, extension: Extension, due: Due, granted: Iterable[Extension] = ()
) -> Refusal | None:
    """May `extension` be added to those `granted` under `term`, while `due` is the deadline now?"""
    if extension.granted_on > due.date:
        return Refusal(
            "extension.late",
            "办理期限已经届满，不能再延长。",
            basis=term.basis,
            remedy="请尽快作出决定并说明原因。",
        )
    total = extension.days + sum(one.days for one in granted)
    if extension.days <= 0 or total > term.extension.amount:
        return Refusal(
            "extension.too_long",
            f"最多可以延长{term.extension.words()}。",
            basis=term.basis,
            remedy="请按规定的期限延长。",
        )
    if not extension.reason.strip():
        return Refusal(
            "extension.reason",
            "延长期限应当写明理由并告知申请人。",
            basis=term.basis,
            remedy="请填写延长的理由。",
        )
    return None


def deadline(
    calendar: WorkCalendar,
    accepted_on: date,
    limit: Limit,
    pauses: Iterable[Pause] = (),
    extensions: Iterable[Extension] = (),
    as_of: date | None = None,
) -> Due:
    """The last day for deciding: limit + lawful pauses + extensions granted in time, and never a day more.

    1. Pauses the law does not know (`pause_refusal`) count nothing; the others are cut at their maximum and
       merged, so that overlapping ones count once.
    2. A pause still open runs to `as_of` (today) or its maximum, whichever is first; without `as_of` to its
       maximum, and without either it counts nothing yet. The result then says `open`.
    3. Extensions count in the order granted, each only when granted not later than the deadline it moves.
    4. Calendar days and months that end on a day off run to the next working day.
    """
    lawful = [pause for pause in pauses if pause_refusal(pause) is None]
    granted = sorted(extensions, key=lambda one: one.granted_on)
    if not lawful and not granted:
        return limit.due(calendar, accepted_on)
    stops = _merged(calendar, lawful, as_of)
    amount = limit.days_from(accepted_on)
    for extension in granted:
        if extension.granted_on <= _run(calendar, accepted_on, limit, amount, stops):
            amount += max(extension.days, 0)
    day = _run(calendar, accepted_on, limit, amount, stops)
    still_open = any(pause.end is None and pause.start < day for pause in lawful)
    return Due(day, calendar.provisional_between(accepted_on, day), still_open)


def _merged(calendar: WorkCalendar, pauses: list[Pause], as_of: date | None) -> list[tuple[date, date]]:
    """Half-open stretches (after start, up to end), sorted, none touching another."""
    stretches: list[tuple[date, date]] = []
    for pause in sorted(pauses, key=lambda one: one.start):
        end = _end(calendar, pause, as_of)
        if stretches and pause.start <= stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], max(stretches[-1][1], end))
        elif end > pause.start:
            stretches.append((pause.start, end))
    return stretches


def _end(calendar: WorkCalendar, pause: Pause, as_of: date | None) -> date:
    known = pause.end if pause.end is not None else as_of
    if pause.max_days is None:
        return known or pause.start
    latest = calendar.add_workdays(pause.start, pause.max_days).date
    return latest if known is None else min(known, latest)


def _run(
    calendar: WorkCalendar, start: date, limit: Limit, amount: int, stops: list[tuple[date, date]]
) -> date:
    """Count `amount` days from `start`, standing still in `stops`."""
    cursor = start
    for stop, resume in stops:
        if resume <= cursor:
            continue
        halt = max(stop, cursor)
        running = calendar.workdays_between(cursor, halt) if limit.counts_workdays else (halt - cursor).days
        if amount <= running:
            break
        amount -= running
        cursor = resume
    return limit.after(calendar, cursor, amount)
