"""What may be done to a standing. A machine looks and asks for a check; to stop and to resume are acts of a person."""

from __future__ import annotations

import datetime as dt

from bancheng.core.benefits.grants import Hand
from bancheng.core.benefits.standing import _events as ev
from bancheng.core.benefits.standing._assess import Assessment, Finding, Watch
from bancheng.core.benefits.standing._state import Phase, Standing
from bancheng.core.kernel import Fen, Refusal, digest

Told = tuple[ev.StandingEvent, ...] | Refusal
NOTHING: tuple[ev.StandingEvent, ...] = ()
_PIPL_24 = "《个人信息保护法》第二十四条"


def enrol(standing: Standing, since: dt.date, at: dt.datetime, by: Hand) -> Told:
    """The person begins to receive the benefit."""
    return NOTHING if standing.enrolled else (ev.Enrolled(at=at, by=by, since=since),)


def record(standing: Standing, watch: Watch, run: str, said: Assessment, at: dt.datetime, by: Hand) -> Told:
    """Keep what a run found, where it says anything new.

    Nothing is said of somebody who is stopped but that they may be alive after all; a suspicion that a person has to
    decide is not overwritten by a pass, for only a person clears it.
    """
    if standing.enrolled is None:
        return Refusal("standing.not_enrolled", "不在领取名册中。")
    if not watch.basis or not watch.impact:
        return Refusal(
            "standing.no_basis",
            "这项待遇还没有登记法律依据和影响评估，不能比对。",
            "《个人信息保护法》第五十五条",
        )
    latest = standing.latest
    if latest is not None and (said.as_of < latest.as_of or _same(said, latest)):
        return NOTHING
    if standing.phase is Phase.SUSPECTED and said.finding is not Finding.SUSPECTED:
        return NOTHING
    if standing.phase is Phase.STOPPED and said.finding is not Finding.PASSED:
        return NOTHING
    if (
        standing.phase is Phase.GOOD
        and said.finding is Finding.NO_TRACE
        and _recently(standing, watch, said.as_of)
    ):
        return NOTHING
    return (ev.Assessed(at=at, by=by, run=run, rule=digest(watch), assessment=said),)


def assign(standing: Standing, to: Hand, until: dt.date, at: dt.datetime, by: Hand) -> Told:
    """Somebody of the township is to ask, in a friendly way, until a day."""
    if standing.phase not in {Phase.TO_ASK, Phase.SUSPECTED}:
        return Refusal("standing.nothing_to_ask", "没有需要核实的事项。")
    if standing.assigned == to and standing.ask_until == until:
        return NOTHING
    return (ev.Assigned(at=at, by=by, to=to, until=until),)


def check(
    standing: Standing,
    way: ev.CheckWay,
    result: ev.CheckResult,
    on: dt.date,
    at: dt.datetime,
    by: Hand,
    *,
    note: str = "",
    evidence: str = "",
) -> Told:
    """What somebody found who asked. That it has ended needs words; being met by nobody concludes nothing."""
    if by.machine:
        return _MACHINE
    if standing.enrolled is None:
        return Refusal("standing.not_enrolled", "不在领取名册中。")
    if on > at.date():
        return Refusal("standing.future", "核实日期不能晚于今天。")
    if result is ev.CheckResult.ENDED and not note.strip():
        return Refusal("standing.note", "请写明怎样核实到不再符合条件。")
    return (ev.Checked(at=at, by=by, way=way, result=result, on=on, note=note, evidence=evidence),)


def stop(standing: Standing, since: dt.date, reason: str, basis: str, at: dt.datetime, by: Hand) -> Told:
    """A named person stops the payment, after somebody has found that it has ended; the two are not the same person."""
    if by.machine:
        return _MACHINE
    if standing.phase is Phase.STOPPED:
        return NOTHING
    if not reason.strip() or not basis.strip():
        return Refusal("standing.reason", "请写明停发的理由和依据。")
    if not standing.ended_by:
        return Refusal(
            "standing.unchecked",
            "还没有人核实过，不能停发。",
            _PIPL_24,
            "请先由工作人员电话、上门或当面核实。",
        )
    if set(standing.ended_by) == {by.id}:
        return Refusal(
            "standing.two_persons", "核实的人和决定停发的人不能是同一人。", remedy="请另一位负责人决定。"
        )
    return (ev.Stopped(at=at, by=by, since=since, reason=reason, basis=basis),)


def resume(standing: Standing, reason: str, owed: Fen, at: dt.datetime, by: Hand) -> Told:
    """A named person takes a stop back; `owed` is what was kept back meanwhile, 0 where the stop was right."""
    if by.machine:
        return _MACHINE
    if standing.phase is not Phase.STOPPED:
        return NOTHING
    if not reason.strip():
        return Refusal("standing.reason", "请写明恢复的理由。")
    if owed < 0:
        return Refusal("standing.amount", "补发的金额不能小于零。")
    return (ev.Resumed(at=at, by=by, since=at.date(), reason=reason, owed=owed),)


def pay_back(standing: Standing, payment: str, amount: Fen, at: dt.datetime, by: Hand) -> Told:
    """What a wrong stop kept back has been paid, under this key; told twice it is booked once."""
    if payment in standing.paid_back:
        return NOTHING
    if not 0 < amount <= standing.owed:
        return Refusal("standing.amount", "补发的金额和欠发的不符。")
    return (ev.PaidBack(at=at, by=by, payment=payment, amount=amount),)


def _same(one: Assessment, other: Assessment) -> bool:
    return (one.finding, one.by, one.good_until) == (other.finding, other.by, other.good_until)


def _recently(standing: Standing, watch: Watch, day: dt.date) -> bool:
    """Whether a person met them within the time of one certification."""
    met = standing.looked_into
    return met is not None and (day - met).days <= watch.every_days


_MACHINE = Refusal("standing.machine", "这一步必须由具名的工作人员决定，系统只能提出。", _PIPL_24)
