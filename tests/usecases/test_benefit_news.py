"""Whoever a list is about hears of it: in effect once, at the right hour, with the reason; nothing offered to who wants
nothing offered; never kept from them what touches their rights."""

from __future__ import annotations

import datetime as dt
import json
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as laws
from hypothesis import strategies as st
from pytest_django import Settings
from tests.usecases import test_granting as desk
from tests.usecases.test_granting import CLERK, HEAD, OTHER, listed, pk_of

from bancheng.connect.banks import DemoBank
from bancheng.core.benefits.grants import Hand, acts
from bancheng.core.benefits.standing import CheckResult, CheckWay
from bancheng.core.benefits.standing import acts as standing_acts
from bancheng.core.kernel import Fen, ProblemsFound
from bancheng.store.models import (
    AuditEntry,
    BenefitNews,
    BenefitSubject,
    ChannelChoice,
    ChannelDelivery,
    Mandate,
    Message,
    Party,
    StandingRow,
    User,
)
from bancheng.usecases import (
    benefit_news,
    benefit_words,
    granting,
    granting_money,
    grants,
    roll_deeds,
    telling,
)
from bancheng.usecases.access import Actor
from bancheng.usecases.grants import GrantRefused
from bancheng.usecases.standings import do

pytestmark = pytest.mark.django_db
CHINA = ZoneInfo("Asia/Shanghai")
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=CHINA)
NIGHT = dt.datetime(2026, 11, 23, 21, 30, tzinfo=CHINA)
MORNING = dt.datetime(2026, 11, 24, 8, tzinfo=CHINA)
WANG = "999999195101051036"
bank, library = desk.bank, desk.library


@pytest.fixture(autouse=True)
def sms(settings: Settings, tmp_path: Path) -> Path:
    """A gateway that lays messages down as files, named by their key."""
    settings.BANCHENG_HOME = tmp_path
    settings.BANCHENG_SMS = "demo"
    return tmp_path / "sms"


@pytest.fixture(autouse=True)
def rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """The policy of the list with its rule, as the library has it."""
    known = SimpleNamespace(
        policies=(desk.policy(),),
        rules=SimpleNamespace(entitlements=(SimpleNamespace(id="e1", name="年满八十周岁"),)),
    )
    monkeypatch.setattr(benefit_words, "library", lambda: known)


def account(subject: int = 1, name: str = "wang", identity: str = WANG) -> User:
    user = User.objects.create(username=name, phone=f"1390000000{subject}")
    party = Party.objects.create(subject="person", name="王", search_key="王", number=identity)
    Mandate.objects.create(user=user, party=party, kind=Mandate.SELF)
    BenefitSubject.objects.filter(subject=subject).update(identity=identity)
    return user


def phones(*subjects: int) -> None:
    for one in subjects:
        BenefitSubject.objects.filter(subject=one).update(phone=f"1360000000{one}")


def sent(folder: Path) -> dict[str, str]:
    """Telephone → words, of each message that took effect."""
    files = (json.loads(one.read_text("utf-8")) for one in sorted(folder.glob("*.json")))
    return {one["to"]: one["text"] for one in files}


def work(now: dt.datetime) -> None:
    benefit_news.tell(now)
    telling.send_due(now, {})


def test_who_has_an_account_hears_in_the_pages_and_others_by_the_register_s_telephone(sms: Path) -> None:
    one = listed(3)
    user = account()
    phones(0, 1)
    roll_deeds.ask(CLERK, one, NOON)
    work(NOON)
    told = Message.objects.get()
    assert (told.user, told.title) == (user, "有一项待遇请您确认")
    assert "100.00元" in told.text
    assert "民政局按“年满八十周岁”比对，您在名单上（依据：第三条）" in told.text
    texts = sent(sms)
    assert set(texts) == {"13900000001", "13600000000"}, (
        "the account's own; the register's; subject 2 has none"
    )
    assert all("告诉您，是因为" in text and "没有账号的" in text for text in texts.values())
    assert not any("样例" in text or "100.00" in text or WANG in text for text in texts.values())


def test_nothing_is_told_twice_whoever_is_killed_between(sms: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = listed(4)
    account()
    phones(0, 1, 2, 3)
    roll_deeds.ask(CLERK, one, NOON)
    roll_deeds.ask(CLERK, one, NOON)
    monkeypatch.setattr(benefit_news, "plan_news", lambda *_args: 1 / 0)
    benefit_news.tell(NOON)
    assert (Message.objects.count(), BenefitNews.objects.filter(done_at=None).count()) == (0, 4), (
        "all or nothing"
    )
    monkeypatch.undo()
    later = NOON + dt.timedelta(hours=1)
    benefit_news.tell(later)
    benefit_news.tell(later)
    # Killed after the gateway took it and before our own note: it goes again under its key, and is the same.
    telling.send_due(later, {})
    ChannelDelivery.objects.update(state="waiting", next_at=later)
    telling.send_due(later, {})
    assert (Message.objects.count(), len(list(sms.glob("*.json")))) == (1, 4)


def test_at_night_nothing_goes_out_and_what_was_late_waits_for_the_morning(sms: Path) -> None:
    one = listed(1)
    phones(0)
    roll_deeds.ask(CLERK, one, NIGHT)
    work(NIGHT)
    assert sent(sms) == {}
    assert ChannelDelivery.objects.get().next_at == MORNING
    ChannelDelivery.objects.update(
        next_at=NIGHT - dt.timedelta(hours=1)
    )  # a gateway that was down since evening
    telling.send_due(NIGHT, {})
    assert sent(sms) == {}
    telling.send_due(MORNING, {})
    assert len(sent(sms)) == 1


@laws(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(minutes=st.integers(0, 3 * 24 * 60))
def test_law_no_message_is_due_between_nine_and_eight(minutes: int) -> None:
    at = NOON + dt.timedelta(minutes=minutes)
    due = telling.after_quiet(at, *telling.QUIET).astimezone(CHINA)
    assert dt.time(8) <= due.time() < dt.time(21)
    assert dt.timedelta(0) <= due - at <= dt.timedelta(hours=11)


def test_who_wants_no_offers_has_none_and_hears_of_their_rights(sms: Path, bank: DemoBank) -> None:
    one = listed(3)
    user = account()
    phones(0, 1, 2)
    wang = Actor(id=f"user:{user.pk}", name="王", user_id=user.pk)
    choose = partial(telling.choose, wang, email=True, sms=True, quiet_from=dt.time(21), quiet_to=dt.time(8))
    choose(offers=False)
    since = ChannelChoice.objects.get().no_offers_at
    assert since is not None
    choose(offers=False)
    assert ChannelChoice.objects.get().no_offers_at == since, "the day they said so stays"
    with pytest.raises(ProblemsFound, match="怎么说的"):
        granting.want_no_offers(CLERK, one, pk_of(0), True, " ", NOON)
    granting.want_no_offers(CLERK, one, pk_of(0), True, "电话", NOON)
    assert AuditEntry.objects.filter(act="benefits.no-offers", reason="电话").exists()
    roll_deeds.ask(CLERK, one, NOON)
    work(NOON)
    assert (Message.objects.count(), set(sent(sms))) == (0, {"13600000002"})
    assert set(benefit_news.BenefitNews.objects.values_list("done_at", flat=True)) == {NOON}
    roll_deeds.publish(HEAD, listed(3, notice_days=7), NOON)
    work(NOON)
    assert Message.objects.get().title == "您在的名单开始公示"
    assert set(sent(sms)) == {"13600000002", "13600000000", "13900000001"}
    granting.want_no_offers(CLERK, one, pk_of(0), False, "到窗口", NOON)
    assert BenefitSubject.objects.get(subject=0).no_offers_at is None


def test_an_offer_that_waits_for_morning_is_dropped_if_answered_or_unwanted_meanwhile(sms: Path) -> None:
    one = listed(3)
    phones(0, 1, 2)
    roll_deeds.ask(CLERK, one, NIGHT)
    benefit_news.tell(NIGHT)
    granting.want_no_offers(CLERK, one, pk_of(0), True, "电话", NIGHT)
    granting.write_answer(CLERK, one, pk_of(1), True, "电话", "", NIGHT)
    telling.send_due(MORNING, {})
    assert set(sent(sms)) == {"13600000002"}
    errors = set(ChannelDelivery.objects.exclude(error="").values_list("error", flat=True))
    assert errors == {"本人不要推送政策", "本人已经答复"}


def test_paid_and_bounced_are_told_and_a_batch_sent_back_by_an_officer_is_not(
    sms: Path, bank: DemoBank
) -> None:
    one = listed(2)
    account()
    granting_money.allot(HEAD, one, Fen(1_000_00), "预算〔2026〕1号")
    for agreed in (False, True):
        granting_money.propose(CLERK, one, NOON)
        granting_money.fill_waiting(NOON)
        batch = granting_money.batches(one).filter(state="check").get()
        granting_money.second(OTHER, one, batch.pk, agreed, "" if agreed else "再看看", NOON)
    benefit_news.tell(NOON)
    assert not Message.objects.exists(), "a batch sent back never reached the bank"
    key = next(order.key for order in batch.orders.all() if order.grant.subject == 1)
    grants.act(pk_of(1), lambda grant: acts.bounce(grant, key, "账号不存在", NOON, grants.MACHINE), NOON)
    work(NOON)
    told = Message.objects.get()
    assert told.title == "有一笔待遇没有付成，请更正账号"
    assert "账号不存在" in told.text
    key = next(order.key for order in batch.orders.all() if order.grant.subject == 0)
    grants.act(pk_of(0), lambda grant: acts.settle(grant, key, "流水1", NOON, grants.MACHINE), NOON)
    phones(0)
    work(NOON)
    assert "有一笔待遇已发给您" in sent(sms)["13600000000"]


def test_who_objected_hears_the_answer_and_nobody_else_does(sms: Path) -> None:
    one = listed(2)
    phones(0)
    neighbour = account(1, "zhang")
    by = Actor(id=f"user:{neighbour.pk}", name="张", user_id=neighbour.pk)
    made = granting.object_to(by, one.rows.get(subject=0), "他不住这里", NOON)
    granting.answer_objection(HEAD, one, made.code, "denied", "住在这里", NOON)
    work(NOON)
    told = Message.objects.get()
    assert (told.user, "住在这里" in told.text, "异议不成立" in told.text) == (neighbour, True, True)
    assert set(sent(sms)) == {"13900000001"}


def test_a_check_that_is_due_a_stop_and_its_taking_back_are_told_with_reason_and_basis(sms: Path) -> None:
    listed(2)
    user = account()
    row = StandingRow.objects.create(
        benefit="e", subject_kind="person", subject=1, body=desk.BODY, phase="new", updated_at=NOON
    )
    clerk, head = Hand("a", "甲"), Hand("b", "乙")
    today = NOON.date()
    do(row, lambda one: standing_acts.enrol(one, today, NOON, grants.MACHINE), NOON)
    do(
        row,
        lambda one: standing_acts.check(
            one, CheckWay.PHONE, CheckResult.ENDED, today, NOON, clerk, note="已迁出"
        ),
        NOON,
    )
    do(row, lambda one: standing_acts.stop(one, today, "户口迁出", "办法第九条", NOON, head), NOON)
    do(row, lambda one: standing_acts.resume(one, "核实有误", Fen(300_00), NOON, head), NOON)
    work(NOON)
    stopped, back = Message.objects.filter(user=user).order_by("pk")
    assert ("户口迁出" in stopped.text, "办法第九条" in stopped.text, "提出异议" in stopped.text) == (
        True,
    ) * 3
    assert ("恢复发放" in back.title, "300.00元" in back.text) == (True, True)
    assert BenefitNews.objects.filter(done_at=None).count() == 0


def test_news_are_written_with_the_event_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    one = listed(2, intent=True)
    monkeypatch.setattr(grants, "_move_budgets", lambda _moves: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        roll_deeds.ask(CLERK, one, NOON)
    assert not BenefitNews.objects.exists()
    with pytest.raises(GrantRefused):
        granting.exclude(HEAD, one, pk_of(0), "", " ", " ", NOON)
    assert not BenefitNews.objects.exists()


def test_every_kind_that_is_told_has_words_and_every_word_a_kind() -> None:
    told_by_offer = {"Offered"}
    assert set(benefit_words._TEXTS) | told_by_offer == set(benefit_words.TITLES)
    assert not set(benefit_words._TEXTS) & told_by_offer
    assert set(benefit_words.TITLES) > benefit_words.OFFERS
