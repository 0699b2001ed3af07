"""The road of a matter as a picture with words: who works when, planned or real."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from bancheng.core.casework import BodyLine, CaseState, ItemStatus, Phase, Progress, TimelineEntry
from bancheng.core.compiler import ClockSummary, Plan
from bancheng.usecases.mycases import MyCase, first_dates
from bancheng.web.templatetags.content import body
from bancheng.web.templatetags.words import before_day, full_day, workdays_left


@dataclass(frozen=True)
class Bar:
    """A step of the plan: from and until which working day after acceptance, and its place in the picture (percent)."""

    name: str
    start: Decimal
    finish: Decimal
    left: str
    width: str
    critical: bool

    @property
    def said(self) -> str:
        """第 1 天, 第 2–3 天, 当天."""
        first, last = int(self.start) + 1, max(int(self.finish), int(self.start) + 1)
        if self.finish == 0:
            return _("受理当天")
        if first >= last:
            return _("第 %(n)d 个工作日") % {"n": last}
        return _("第 %(a)d 到 %(b)d 个工作日") % {"a": first, "b": last}


@dataclass(frozen=True)
class Lane:
    """What one body, or several together, do."""

    name: str
    together: bool
    bars: tuple[Bar, ...]


def lanes(plan: Plan, clock: ClockSummary) -> tuple[Lane, ...]:
    """One lane for each body and each set of bodies that work together, in the order they begin."""
    times = {one.step: one for one in clock.times}
    total = max([one.finish for one in clock.times], default=Decimal(0)) or Decimal(1)
    rows: dict[tuple[str, ...], list[Bar]] = {}
    for step in plan.steps:
        time = times.get(step.key)
        if time is None:
            continue
        width = max((time.finish - time.start) / total * 100, Decimal(2))
        rows.setdefault(step.bodies, []).append(
            Bar(
                name=step.name,
                start=time.start,
                finish=time.finish,
                left=f"{min(time.start / total * 100, Decimal(98)):.2f}",
                width=f"{width:.2f}",
                critical=step.key in clock.critical,
            )
        )
    made = (
        Lane(
            name=_("、").join(map(body, bodies)),
            together=len(bodies) > 1,
            bars=tuple(sorted(bars, key=lambda one: (one.start, one.finish))),
        )
        for bodies, bars in rows.items()
    )
    return tuple(sorted(made, key=lambda one: (one.bars[0].start, one.together)))


def road_of(mine: MyCase) -> list[dict[str, Any]]:
    """The timeline of a case: the person, the window, one line a body, the end."""
    lines = [_submitted(mine), _intake(mine)]
    if mine.state.phase not in {Phase.NOT_NEEDED, Phase.NOT_OURS}:
        lines += [
            _body_line(mine.state, line) for line in mine.road.lines if line.progress is not Progress.GONE
        ]
    return [line for line in lines if line]


def _submitted(mine: MyCase) -> dict[str, Any]:
    submission = mine.state.submission
    if submission is None:
        return {}
    return {
        "name": _("您提交申请"),
        "state": "done",
        "word": _("已提交"),
        "when": full_day(submission.at),
    }


def _intake(mine: MyCase) -> dict[str, Any]:
    state, submission = mine.state, mine.state.submission
    if submission is None:
        return {}
    line: dict[str, Any] = {"name": _("%(body)s 受理") % {"body": body(submission.receiving_body)}}
    if state.phase is Phase.RECEIVED:
        dates = first_dates(mine.file)
        return {
            **line,
            "state": "now",
            "word": _("正在看材料"),
            "when": before_day(dates.word_by.date) if dates else "",
            "note": _("最迟这天告诉您是否受理、还缺什么。到期没有告知，依法就算受理。"),
        }
    if state.phase is Phase.SUPPLEMENT:
        return {**line, "state": "wait", "note": _("您补正后，我们马上接着看。")}
    if state.accepted is not None:
        word = _("视为受理") if state.silent else _("已受理")
        return {**line, "state": "done", "word": word, "when": full_day(state.accepted)}
    return {**line, "state": "bad", "word": _("没有受理"), "when": full_day(state.closed)}


def _body_line(state: CaseState, line: BodyLine) -> dict[str, Any]:
    refused = _refused(state, line.body)
    progress = "bad" if refused else _STATES[line.progress]
    now = [entry for entry in line.entries if entry.progress is Progress.NOW]
    return {
        "name": body(line.body),
        "state": progress,
        "word": _("有事项没有通过") if refused else "",
        "when": _when(line, now),
        "note": _note(line, now),
    }


_STATES = {Progress.DONE: "done", Progress.NOW: "now", Progress.NEXT: "next", Progress.GONE: "done"}


def _refused(state: CaseState, key: str) -> bool:
    return any(one.item.body == key and one.status is ItemStatus.REFUSED for one in state.items.values())


def _when(line: BodyLine, now: list[TimelineEntry]) -> str:
    if line.progress is Progress.DONE:
        days = [entry.on for entry in line.entries if entry.on is not None]
        return _("%(day)s 办完") % {"day": full_day(max(days))} if days else ""
    waiting = now or [entry for entry in line.entries if entry.progress is Progress.NEXT]
    last = max((entry.expected for entry in waiting if entry.expected is not None), default=None)
    if last is None:
        return ""
    said = before_day(last)
    return said + _("（按尚未公布的放假安排推算）") if any(one.provisional for one in waiting) else said


def _note(line: BodyLine, now: list[TimelineEntry]) -> str:
    if now:
        late = _("比预计晚了，我们已经提醒这个部门。") if any(entry.late for entry in now) else ""
        return _("正在：%(steps)s。") % {"steps": _("、").join(entry.title for entry in now)} + late
    coming = [entry.title for entry in line.entries if entry.progress is Progress.NEXT]
    if line.progress is Progress.NEXT and coming:
        return _("要办：%(steps)s") % {"steps": _("、").join(coming)}
    done = [entry.title for entry in line.entries if entry.progress is Progress.DONE]
    return _("、").join(done)


def end_words(mine: MyCase) -> str:
    """The expected end of the whole, with how many working days that is, or "" when there is none."""
    clock, road = mine.clocks.bundle, mine.road
    if road.expected_end is None:
        return ""
    said = before_day(road.expected_end)
    if clock is not None and clock.paused:
        return said + _("（正在暂停计时）")
    return said


def due_words(mine: MyCase) -> str:
    """The promised last day and what is left of it."""
    clock = mine.clocks.bundle
    if clock is None or clock.ended is not None:
        return ""
    return _("承诺 %(day)s 前办结，%(left)s") % {
        "day": full_day(clock.due),
        "left": workdays_left(clock.days_left),
    }
