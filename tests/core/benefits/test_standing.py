"""Silent authentication: traces pass, a person checks suspicions, a machine stops nothing, wrong stops are repaid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from bancheng.core.benefits.grants import Hand
from bancheng.core.benefits.standing import (
    Assessment,
    CheckResult,
    CheckWay,
    Finding,
    Freshness,
    Phase,
    Standing,
    StandingEvent,
    Trace,
    Watch,
    acts,
    assess,
    events,
    evolve,
    fold,
    read_standing_event,
)
from bancheng.core.kernel import Fen, Refusal, canonical

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
DAY = NOW.date()
MACHINE = Hand("machine", "系统", True)
STAFF, CHIEF = Hand("u1", "村工作人员"), Hand("u2", "镇负责人")
WATCH = Watch(
    benefit="elder_allowance",
    positive={"medical_visit": 90, "water_use": 30},
    negative=("cremation", "moved_out"),
    basis=("《虚构市高龄津贴办法》第六条",),
    impact="DPIA-2026-01",
)


def ago(days: int) -> dt.date:
    return DAY - dt.timedelta(days=days)


def trace(kind: str, days: int) -> Trace:
    return Trace(kind=kind, source=f"src_{kind}", on=ago(days))


def after(standing: Standing, told: acts.Told) -> Standing:
    assert not isinstance(told, Refusal), told
    for event in told:
        standing = evolve(standing, event)
    return standing


def enrolled() -> Standing:
    return after(Standing(), acts.enrol(Standing(), ago(400), NOW, MACHINE))


def looked(standing: Standing, *traces: Trace, run: str = "r1") -> Standing:
    said = assess(WATCH, traces, DAY, since=standing.looked_into)
    return after(standing, acts.record(standing, WATCH, run, said, NOW, MACHINE))


def test_a_fresh_trace_of_life_passes_and_says_how_long() -> None:
    said = assess(WATCH, [trace("medical_visit", 20), trace("water_use", 40)], DAY)
    assert (said.finding, said.good_until) == (Finding.PASSED, ago(20) + dt.timedelta(days=90))
    assert [one.kind for one in said.by] == ["medical_visit"]


def test_the_last_day_of_a_window_counts_and_the_next_does_not() -> None:
    assert assess(WATCH, [trace("water_use", 30)], DAY).finding is Finding.PASSED
    assert assess(WATCH, [trace("water_use", 31)], DAY).finding is Finding.NO_TRACE


def test_a_trace_of_the_end_raises_a_suspicion_and_a_later_trace_of_life_a_conflict() -> None:
    said = assess(WATCH, [trace("cremation", 10)], DAY)
    assert (said.finding, said.conflict) == (Finding.SUSPECTED, False)
    both = assess(WATCH, [trace("cremation", 10), trace("medical_visit", 3)], DAY)
    assert (both.finding, both.conflict) == (Finding.SUSPECTED, True)
    assert [one.kind for one in both.by] == ["cremation", "medical_visit"]


def test_what_lies_ahead_of_the_day_is_not_seen_yet() -> None:
    assert assess(WATCH, [trace("cremation", -1)], DAY).finding is Finding.NO_TRACE


def test_gaps_of_sources_are_told_beside_no_trace() -> None:
    told = assess(
        WATCH,
        [],
        DAY,
        freshness=[
            Freshness(source="late", until=ago(3)),
            Freshness(source="good", until=DAY),
            Freshness(source="cut", until=DAY, connected=False),
        ],
    )
    assert told.gaps == ("cut", "late")


def test_the_machine_stops_nothing() -> None:
    standing = looked(enrolled(), trace("cremation", 10))
    assert (standing.phase, standing.paid) == (Phase.SUSPECTED, True)
    told = acts.stop(standing, DAY, "死亡", "第六条", NOW, MACHINE)
    assert isinstance(told, Refusal)
    assert told.code == "standing.machine"


def test_a_stop_needs_a_check_and_another_person() -> None:
    standing = looked(enrolled(), trace("cremation", 10))
    told = acts.stop(standing, DAY, "死亡", "第六条", NOW, CHIEF)
    assert isinstance(told, Refusal)
    assert told.code == "standing.unchecked"
    found = acts.check(
        standing, CheckWay.VISIT, CheckResult.ENDED, DAY, NOW, STAFF, note="家属说已经去世（虚构）"
    )
    standing = after(standing, found)
    own = acts.stop(standing, DAY, "死亡", "第六条", NOW, STAFF)
    assert isinstance(own, Refusal)
    assert own.code == "standing.two_persons"
    assert not after(standing, acts.stop(standing, DAY, "死亡", "第六条", NOW, CHIEF)).paid


def test_met_alive_the_same_trace_is_not_brought_up_again_and_a_new_one_is() -> None:
    standing = looked(enrolled(), trace("cremation", 10))
    standing = after(standing, acts.check(standing, CheckWay.PHONE, CheckResult.STILL, ago(1), NOW, STAFF))
    assert standing.phase is Phase.GOOD
    assert looked(standing, trace("cremation", 10), run="r2").phase is Phase.GOOD
    assert looked(standing, trace("cremation", 0), run="r3").phase is Phase.SUSPECTED


def test_met_by_nobody_concludes_nothing() -> None:
    standing = looked(enrolled())
    assert standing.phase is Phase.TO_ASK
    standing = after(standing, acts.check(standing, CheckWay.PHONE, CheckResult.UNREACHED, DAY, NOW, STAFF))
    assert (standing.phase, standing.unreached, standing.paid) == (Phase.TO_ASK, 1, True)
    assert isinstance(acts.stop(standing, DAY, "联系不上", "第六条", NOW, CHIEF), Refusal)


def test_a_wrong_stop_is_paid_back_once() -> None:
    standing = looked(enrolled(), trace("cremation", 10))
    standing = after(
        standing,
        acts.check(standing, CheckWay.VISIT, CheckResult.ENDED, DAY, NOW, STAFF, note="同名（虚构）"),
    )
    standing = after(standing, acts.stop(standing, DAY, "死亡", "第六条", NOW, CHIEF))
    standing = after(standing, acts.resume(standing, "认错了人", Fen(30_000), NOW, CHIEF))
    assert (standing.paid, standing.owed) == (True, 30_000)
    standing = after(standing, acts.pay_back(standing, "k1", Fen(30_000), NOW, MACHINE))
    assert acts.pay_back(standing, "k1", Fen(30_000), NOW, MACHINE) == ()
    assert isinstance(acts.pay_back(standing, "k2", Fen(1), NOW, MACHINE), Refusal)


def test_nobody_is_looked_at_without_a_basis_and_an_assessment_of_impact() -> None:
    bare = Watch(benefit="x", positive={}, negative=(), basis=(), impact="")
    told = acts.record(enrolled(), bare, "r", assess(bare, [], DAY), NOW, MACHINE)
    assert isinstance(told, Refusal)
    assert told.code == "standing.no_basis"


KINDS = st.sampled_from(["medical_visit", "water_use", "cremation", "moved_out", "unknown_kind"])
TRACES = st.lists(st.builds(trace, KINDS, st.integers(-5, 200)), max_size=6)


@given(TRACES, st.integers(0, 120))
def test_the_verdict_is_what_the_plain_words_say(traces: list[Trace], since: int) -> None:
    said = assess(WATCH, traces, DAY, since=ago(since))
    past = [one for one in traces if one.on <= DAY]
    ended = any(one.kind in WATCH.negative and one.on > ago(since) for one in past)
    alive = any((DAY - one.on).days <= WATCH.positive.get(one.kind, -1) for one in past)
    assert said.finding is (Finding.SUSPECTED if ended else Finding.PASSED if alive else Finding.NO_TRACE)
    assert (said.finding is Finding.NO_TRACE) == (said.by == ())


STEPS: dict[str, Callable[[Standing, list[Trace], int], acts.Told]] = {
    "run": lambda one, traces, n: acts.record(
        one, WATCH, f"r{n}", assess(WATCH, traces, DAY, since=one.looked_into), NOW, MACHINE
    ),
    "still": lambda one, _, n: acts.check(one, CheckWay.PHONE, CheckResult.STILL, ago(n % 9), NOW, STAFF),
    "ended": lambda one, _, n: acts.check(
        one, CheckWay.VISIT, CheckResult.ENDED, ago(n % 9), NOW, STAFF, note="x"
    ),
    "nobody": lambda one, _, __: acts.check(one, CheckWay.PHONE, CheckResult.UNREACHED, DAY, NOW, STAFF),
    "assign": lambda one, _, __: acts.assign(one, STAFF, DAY, NOW, CHIEF),
    "stop": lambda one, _, n: acts.stop(one, DAY, "因", "据", NOW, [MACHINE, STAFF, CHIEF][n % 3]),
    "resume": lambda one, _, n: acts.resume(one, "因", Fen(n), NOW, CHIEF),
    "repay": lambda one, _, n: acts.pay_back(one, f"k{n}", one.owed, NOW, MACHINE),
}


@given(st.lists(st.tuples(st.sampled_from(sorted(STEPS)), TRACES, st.integers(0, 50)), max_size=25))
def test_only_a_person_after_a_check_ends_a_payment(steps: list[tuple[str, list[Trace], int]]) -> None:
    standing, kept = enrolled(), list[StandingEvent]()
    owed = back = 0
    for name, traces, number in steps:
        told = STEPS[name](standing, traces, number)
        if isinstance(told, Refusal):
            continue
        for event in told:
            was, standing = standing, evolve(standing, event)
            kept.append(event)
            if was.paid and not standing.paid:
                assert isinstance(event, events.Stopped)
                assert not event.by.machine
                assert was.ended_by
                assert set(was.ended_by) != {event.by.id}
            owed += event.owed if isinstance(event, events.Resumed) else 0
            back += event.amount if isinstance(event, events.PaidBack) else 0
        assert standing.owed == owed - back >= 0
    start = events.Enrolled(at=NOW, by=MACHINE, since=ago(400))
    assert fold(read_standing_event(canonical(event)) for event in [start, *kept]) == standing


def test_an_assessment_says_its_day() -> None:
    assert assess(WATCH, [], DAY) == Assessment(finding=Finding.NO_TRACE, as_of=DAY)
