"""One grant: nobody is paid twice or forgotten, the machine decides against nobody, money adds up to the fen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bancheng.core.benefits.grants import (
    Basis,
    Grant,
    Hand,
    Intent,
    Road,
    Stage,
    acts,
    events,
    evolve,
    fold,
    hindrances,
    read_grant_event,
)
from bancheng.core.kernel import Fen, Refusal, canonical

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
DAY = NOW.date()
MACHINE = Hand("machine", "系统", True)
OFFICER, SECOND, SUBJECT = Hand("u1", "审核员甲"), Hand("u2", "审核员乙"), Hand("p1", "本人")
PLAIN, OPEN = Road(intent=False), Road(notice_days=5)


def basis(run: str = "r1", as_of: dt.date = DAY) -> Basis:
    return Basis(run=run, version=1, rules="rules", snapshot="facts", as_of=as_of)


def after(grant: Grant, told: acts.Told) -> Grant:
    """The grant after an act that was allowed."""
    assert not isinstance(told, Refusal), told
    for event in told:
        grant = evolve(grant, event)
    return grant


def found(amount: int = 10_000) -> Grant:
    return after(Grant(), acts.find(Grant(), amount, basis(), NOW, MACHINE))


def paid(amount: int = 10_000) -> Grant:
    grant = found(amount)
    grant = after(grant, acts.reserve(grant, "b", PLAIN, DAY, NOW, MACHINE))
    grant = after(grant, acts.send(grant, "k1", "batch", PLAIN, DAY, NOW, MACHINE))
    return after(grant, acts.settle(grant, "k1", "bank-1", NOW, MACHINE))


def test_a_run_started_twice_finds_once() -> None:
    grant = found()
    assert acts.find(grant, 10_000, basis("r2"), NOW, MACHINE) == ()
    assert acts.find(Grant(), 0, basis(), NOW, MACHINE) == ()


def test_an_older_day_never_overrules_a_newer_one() -> None:
    assert acts.find(found(), 5_000, basis("late", DAY - dt.timedelta(days=30)), NOW, MACHINE) == ()


def test_everything_in_the_way_is_said_at_once() -> None:
    grant = found()
    grant = after(grant, acts.see_obstacle(grant, "env-1", "环境处罚", "有未履行的处罚", NOW, MACHINE))
    codes = [one.code for one in hindrances(grant, OPEN, DAY)]
    assert codes == ["grant.obstacle", "grant.intent", "grant.notice"]
    assert isinstance(acts.reserve(grant, "b", OPEN, DAY, NOW, MACHINE), Refusal)


def test_what_a_person_cleared_is_not_brought_up_again() -> None:
    grant = found()
    grant = after(grant, acts.see_obstacle(grant, "env-1", "环境处罚", "处罚", NOW, MACHINE))
    grant = after(grant, acts.clear_obstacle(grant, "env-1", "已履行", NOW, OFFICER))
    assert acts.see_obstacle(grant, "env-1", "环境处罚", "处罚", NOW, MACHINE) == ()


@pytest.mark.parametrize(
    "act", ["exclude", "order_recovery", "waive", "answer_objection", "answer", "sample"]
)
def test_the_machine_decides_against_nobody(act: str) -> None:
    grant = paid()
    told = {
        "exclude": lambda: acts.exclude(grant, "", "r", "b", NOW, MACHINE),
        "order_recovery": lambda: acts.order_recovery(grant, "r", "b", NOW, MACHINE),
        "waive": lambda: acts.waive(grant, "r", "b", NOW, MACHINE),
        "answer_objection": lambda: acts.answer_objection(grant, "o", "denied", "r", NOW, MACHINE),
        "answer": lambda: acts.answer(grant, False, "t", NOW, MACHINE),
        "sample": lambda: acts.sample(grant, False, "note", NOW, MACHINE),
    }[act]()
    assert isinstance(told, Refusal)
    assert told.code == "grant.machine"


def test_the_bank_tells_twice_and_it_is_booked_once() -> None:
    grant = paid()
    assert acts.settle(grant, "k1", "bank-1", NOW, MACHINE) == ()
    assert (grant.paid, grant.to_pay, grant.reserved, grant.stage) == (10_000, 0, 0, Stage.PAID)
    lied = acts.bounce(grant, "k1", "账号不存在", NOW, MACHINE)
    assert isinstance(lied, Refusal)
    assert lied.code == "grant.settled"
    stranger = acts.settle(grant, "k9", "bank-9", NOW, MACHINE)
    assert isinstance(stranger, Refusal)
    assert stranger.code == "grant.unknown_payment"


def test_what_bounced_goes_out_again_under_a_new_key() -> None:
    grant = found()
    grant = after(grant, acts.reserve(grant, "b", PLAIN, DAY, NOW, MACHINE))
    grant = after(grant, acts.send(grant, "k1", "batch", PLAIN, DAY, NOW, MACHINE))
    assert isinstance(acts.send(grant, "k2", "batch", PLAIN, DAY, NOW, MACHINE), Refusal)
    grant = after(grant, acts.bounce(grant, "k1", "账号不存在", NOW, MACHINE))
    assert acts.send(grant, "k1", "batch", PLAIN, DAY, NOW, MACHINE) == ()
    grant = after(grant, acts.send(grant, "k2", "batch", PLAIN, DAY, NOW, MACHINE))
    grant = after(grant, acts.settle(grant, "k2", "bank", NOW, MACHINE))
    assert (grant.paid, grant.reserved) == (10_000, 0)


def test_a_higher_amount_pays_the_difference_and_a_lower_one_is_proposed_for_recovery() -> None:
    grant = paid()
    more = after(grant, acts.find(grant, 12_500, basis("r2"), NOW, MACHINE))
    assert more.to_pay == 2_500
    less = after(grant, acts.find(grant, 4_000, basis("r2"), NOW, MACHINE))
    assert (less.overpaid, less.stage) == (6_000, Stage.OVERPAID)
    (proposed,) = acts.propose_recovery(less, NOW, MACHINE)
    assert proposed.amount == 6_000
    ordered = after(less, acts.order_recovery(less, "多付", "《办法》第九条", NOW, OFFICER))
    assert acts.propose_recovery(ordered, NOW, MACHINE) == ()
    back = after(ordered, acts.recover(ordered, 6_000, "till", NOW, OFFICER))
    assert (back.overpaid, back.held) == (0, 4_000)
    again = after(back, acts.find(back, 10_000, basis("r3"), NOW, MACHINE))
    assert again.to_pay == 6_000


def test_a_wrong_exclusion_is_paid_after_another_person_answers_the_objection() -> None:
    grant = found()
    grant = after(grant, acts.exclude(grant, "env", "处罚", "《办法》第三条", NOW, OFFICER))
    assert grant.stage is Stage.EXCLUDED
    grant = after(grant, acts.object_to(grant, "o1", "处罚已经撤销", NOW, SUBJECT))
    own = acts.answer_objection(grant, "o1", "upheld", "属实", NOW, OFFICER)
    assert isinstance(own, Refusal)
    assert own.code == "grant.own_decision"
    grant = after(grant, acts.answer_objection(grant, "o1", "upheld", "属实", NOW, SECOND))
    assert (grant.excluded, grant.to_pay) == ("", 10_000)


def test_who_does_not_want_it_is_not_asked_again_and_nothing_is_due() -> None:
    grant = found()
    grant = after(grant, acts.ask(grant, "text", NOW, MACHINE))
    grant = after(grant, acts.answer(grant, False, "text", NOW, SUBJECT, "不需要"))
    assert acts.ask(grant, "text", NOW, MACHINE) == ()
    assert (grant.intent, grant.to_pay, grant.stage) == (Intent.REFUSED, 0, Stage.REFUSED)
    assert isinstance(acts.answer(paid(), False, "text", NOW, SUBJECT), Refusal)


def test_the_public_notice_ends_with_its_last_day() -> None:
    road = Road(intent=False, notice_days=5)
    until = DAY + dt.timedelta(days=5)
    grant = found()
    grant = after(grant, acts.publish(grant, until, NOW, MACHINE))
    assert acts.publish(grant, until - dt.timedelta(days=1), NOW, MACHINE) == ()
    assert [one.code for one in hindrances(grant, road, until)] == ["grant.notice"]
    assert list(hindrances(grant, road, until + dt.timedelta(days=1))) == []


ACTS: dict[str, Callable[[Grant, int, str], acts.Told]] = {
    "find": lambda grant, amount, _: acts.find(grant, Fen(10_000 + amount), basis(), NOW, MACHINE),
    "lower": lambda grant, amount, _: acts.find(grant, Fen(amount % 3 * 2_000), basis(), NOW, MACHINE),
    "reserve": lambda grant, _, __: acts.reserve(grant, "b", PLAIN, DAY, NOW, MACHINE),
    "release": lambda grant, _, __: acts.release(grant, "多留", NOW, MACHINE),
    "send": lambda grant, _, key: acts.send(grant, key, "batch", PLAIN, DAY, NOW, MACHINE),
    "settle": lambda grant, _, __: acts.settle(grant, sent(grant), "bank", NOW, MACHINE),
    "settle_again": lambda grant, _, __: acts.settle(grant, (*grant.settled, "k0")[0], "bank", NOW, MACHINE),
    "bounce": lambda grant, _, __: acts.bounce(grant, sent(grant), "退回", NOW, MACHINE),
    "obstacle": lambda grant, amount, _: acts.see_obstacle(grant, f"o{amount % 3}", "源", "因", NOW, MACHINE),
    "clear": lambda grant, amount, _: acts.clear_obstacle(grant, f"o{amount % 3}", "清", NOW, OFFICER),
    "exclude": lambda grant, _, __: acts.exclude(grant, "", "因", "据", NOW, OFFICER),
    "readmit": lambda grant, _, __: acts.readmit(grant, "因", NOW, OFFICER),
    "refuse": lambda grant, _, __: acts.answer(grant, False, "t", NOW, SUBJECT),
    "want": lambda grant, _, __: acts.answer(grant, True, "t", NOW, SUBJECT),
    "propose": lambda grant, _, __: acts.propose_recovery(grant, NOW, MACHINE),
    "order": lambda grant, _, __: acts.order_recovery(grant, "因", "据", NOW, OFFICER),
    "recover": lambda grant, amount, _: acts.recover(grant, Fen(amount), "till", NOW, OFFICER),
    "waive": lambda grant, _, __: acts.waive(grant, "因", "据", NOW, OFFICER),
    "object": lambda grant, _, __: acts.object_to(grant, "x", "异议", NOW, SUBJECT),
    "answer": lambda grant, _, __: acts.answer_objection(grant, "x", "denied", "因", NOW, SECOND),
}


def sent(grant: Grant) -> str:
    """The key of the order on its way, or one that never was."""
    return grant.sent[0] if grant.sent else "k0"


@given(st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.integers(1, 5_000)), max_size=40))
def test_money_adds_up_whatever_happens_and_however_often(steps: list[tuple[str, int]]) -> None:
    grant, kept, keys = Grant(), list[events.GrantEvent](), 0
    moved = {"reserved": 0, "released": 0, "sent": dict[str, int](), "settled": 0, "recovered": 0}
    for name, amount in steps:
        keys += name == "send"
        told = ACTS[name](grant, amount, f"k{keys}")
        if isinstance(told, Refusal):
            continue
        for event in told:
            before = grant
            grant = evolve(grant, event)
            kept.append(event)
            match event:
                case events.Reserved():
                    moved["reserved"] += event.amount
                case events.Released():
                    moved["released"] += event.amount
                case events.PaymentSent():
                    assert before.sent is None, "two orders on their way"
                    assert event.payment not in moved["sent"], "a key used twice"
                    moved["sent"][event.payment] = event.amount
                case events.PaymentSettled():
                    moved["settled"] += moved["sent"][event.payment]
                    # Never beyond what was due when it was sent, so never twice.
                    assert before.held + before.in_flight <= max(
                        [one.amount for one in kept if isinstance(one, (events.Found, events.Corrected))]
                    )
                case events.Recovered():
                    moved["recovered"] += event.amount
        assert grant.paid == moved["settled"]
        assert grant.recovered == moved["recovered"] <= grant.paid
        assert grant.reserved == moved["reserved"] - moved["released"] - moved["settled"]
        assert grant.reserved >= grant.in_flight
        assert grant.to_pay >= 0 <= grant.overpaid
    # Nothing but its events makes a grant, and events come back from their bytes.
    assert fold(read_grant_event(canonical(event)) for event in kept) == grant
    # Nobody is forgotten: with nothing in the way, what is due is paid by one more round.
    if grant.found and not any(hindrances(grant, PLAIN, DAY)) and not grant.sent:
        grant = after(grant, acts.reserve(grant, grant.budget or "b", PLAIN, DAY, NOW, MACHINE))
        grant = after(grant, acts.send(grant, "last", "batch", PLAIN, DAY, NOW, MACHINE))
        if grant.sent:
            grant = after(grant, acts.settle(grant, "last", "bank", NOW, MACHINE))
        assert grant.held >= grant.wanted
