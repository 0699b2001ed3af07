"""What is shown before a batch is asked for: each subject in one line, the sums exact, as filling then makes them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.usecases import test_granting as desk
from tests.usecases.test_granting import BODY, NOW, TODAY

from bancheng.core.benefits.grants import Road, acts
from bancheng.core.kernel import Fen
from bancheng.store.models import (
    BankOrder,
    BenefitRun,
    BenefitSubject,
    Budget,
    GrantEventRow,
    GrantRow,
    PaymentBatch,
)
from bancheng.usecases import grants, paying_out
from bancheng.usecases.batch_difference import Change, beside
from bancheng.usecases.grants import Entitled
from bancheng.usecases.rolls import Roll

pytestmark = pytest.mark.django_db
PEOPLE = 7
AMOUNTS = st.lists(st.sampled_from([0, 5_000, 10_000]), min_size=PEOPLE, max_size=PEOPLE)


def roll(period: str, amounts: list[int]) -> Roll:
    run = BenefitRun.objects.create(
        id=f"r{period}", entitlement="e", period=period, version=1, rules="r", snapshot="s", as_of=TODAY,
        by="u", by_name="经办", started_at=NOW, ended_at=NOW,
    )  # fmt: skip
    for number in range(PEOPLE):
        BenefitSubject.objects.get_or_create(
            subject_kind="person",
            subject=number,
            defaults={"name": f"样例{number}", "account": f"62{number:010d}"},
        )
    lines = (Entitled(subject=n, amount=Fen(amount)) for n, amount in enumerate(amounts) if amount)
    grants.take_in(run, "person", BODY, lines, NOW)
    return Roll(desk.policy(), period, BODY, run)


def fill(one: Roll, bounced: frozenset[int] = frozenset()) -> PaymentBatch:
    """A batch that the bank pays, but for those bounced."""
    number = PaymentBatch.objects.count()
    batch = PaymentBatch.objects.create(
        key=f"p{number}", entitlement="e", period=one.period, body=BODY, budget="b", by="u", by_name="甲",
        created_at=NOW, sent_at=NOW,
    )  # fmt: skip
    paying_out.fill(batch, Road(intent=False), NOW)
    for order in batch.orders.all():
        paid = order.grant.subject not in bounced
        order.state = BankOrder.PAID if paid else BankOrder.BOUNCED
        order.save()
        grants.act(
            order.grant_id,
            lambda grant, o=order, paid=paid: (
                acts.settle(grant, o.key, "r", NOW, grants.MACHINE)
                if paid
                else acts.bounce(grant, o.key, "账号错", NOW, grants.MACHINE)
            ),
            NOW,
        )
    return batch


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(
    before=AMOUNTS,
    now=AMOUNTS,
    bounced=st.frozensets(st.integers(0, PEOPLE - 1)),
    stopped=st.frozensets(st.integers(0, PEOPLE - 1)),
    part=st.booleans(),
)
def test_law_every_subject_in_one_line_and_the_sums_are_those_that_filling_makes(
    before: list[int], now: list[int], bounced: frozenset[int], stopped: frozenset[int], part: bool
) -> None:
    for model in (BankOrder, PaymentBatch, Budget):
        model.objects.all().delete()
    GrantEventRow.objects.all().delete()
    GrantRow.objects.all().delete()
    BenefitRun.objects.all().delete()
    Budget.objects.create(key="b", entitlement="e", year=TODAY.year, body=BODY, allotted=10**9)
    fill(roll("2026-10", before), bounced)
    one = roll("2026-11", now)
    for subject in stopped:
        for row in GrantRow.objects.filter(period="2026-11", subject=subject):
            grants.act(
                row.pk, lambda grant: acts.see_obstacle(grant, "o", "来源", "情形", NOW, grants.MACHINE), NOW
            )
    if part:
        # A first batch of this period, of which some came back.
        fill(one, frozenset({0, 1}))
    told = beside(one, TODAY)
    fill(one)
    got = dict(GrantRow.objects.filter(period="2026-11").values_list("subject", "paid"))
    had = {n: amount for n, amount in enumerate(before) if amount and n not in bounced}
    assert told.period == ("2026-10" if any(before) else told.period)
    lines = {line.subject: line for line in told.lines}
    assert len(lines) == len(told.lines)
    for subject in range(PEOPLE):
        line = lines.get(subject)
        assert (line.now if line else 0) == got.get(subject, 0)
        assert (line.before if line else 0) == had.get(subject, 0)
    counts = told.counts
    assert sum(many for many, _, _ in counts.values()) == len(lines)
    assert sum(money for _, money, _ in counts.values()) == told.now[1] == sum(got.values())
    assert sum(money for _, _, money in counts.values()) == told.before[1] == sum(had.values())
    assert told.now[0] == sum(counts[one][0] for one in (Change.NEW, Change.SAME, Change.MORE, Change.LESS))


def test_a_first_period_has_only_new_ones_and_looking_changes_nothing() -> None:
    one = roll("2026-11", [10_000] * PEOPLE)
    told = beside(one, TODAY + dt.timedelta(days=1))
    assert (told.period, told.counts[Change.NEW]) == ("", (PEOPLE, PEOPLE * 10_000, 0))
    assert not BankOrder.objects.exists()
    assert told.of(Change.GONE) == ()
