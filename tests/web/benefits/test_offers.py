"""A policy that has to be applied for is offered to whom the data say it is there for: once, with the reason, and to
nobody who wants none offered."""

from __future__ import annotations

from django.test import Client
from django.utils import timezone
from tests.web.benefits.test_policy_desk import _compared
from tests.web.bounds import BOUNDS, Asked
from tests.web.public.conftest import SignIn

from bancheng.store.models import (
    AuditEntry,
    BenefitNews,
    BenefitSubject,
    ChannelDelivery,
    Mandate,
    Message,
    OfferList,
    Party,
    PolicyOffer,
    User,
)
from bancheng.usecases import benefit_news

POLICY = "shop_to_firm"
DESK = "/benefits/desk/offers/"


def made(sign_in: SignIn) -> OfferList:
    """A list from a comparison."""
    one = _compared(sign_in("civil_affairs_senior"))
    answer = sign_in("market_reviewer").post(f"{DESK}{POLICY}/make/")
    assert answer.status_code == 302
    found = OfferList.objects.get()
    assert found.offers.count() == one.figures[POLICY]["people"] > 2
    return found


def account_of(subject: int) -> User:
    """An account that represents a company of the register."""
    row = BenefitSubject.objects.get(subject_kind="company", subject=subject)
    party = Party.objects.create(subject="company", name=row.name, number=row.identity)
    user = User.objects.create_user(f"boss{subject}", "long-enough-2026")
    Mandate.objects.create(user=user, party=party, kind=Mandate.REPRESENTATIVE)
    return user


def test_a_list_shows_whom_it_reaches_and_is_sent_once(sign_in: SignIn) -> None:
    numbers = [*made(sign_in).offers.order_by("subject").values_list("subject", flat=True)]
    OfferList.objects.all().delete()
    boss = account_of(numbers[0])
    BenefitSubject.objects.filter(subject_kind="company", subject=numbers[1]).update(
        no_offers_at=timezone.now()
    )
    BenefitSubject.objects.filter(subject_kind="company", subject=numbers[2]).update(phone="")
    reviewer, head = sign_in("market_reviewer"), sign_in("market_senior")
    page = reviewer.post(f"{DESK}{POLICY}/make/").url
    figures = reviewer.get(page).context["figures"]
    assert (figures.account, figures.declined, figures.nobody) == (1, 1, 1)
    assert figures.phone == figures.people - 3
    assert [row["row"].subject for row in reviewer.get(page, {"state": "none"}).context["rows"]] == [
        numbers[2]
    ]
    assert reviewer.get(page, {"as": "xlsx"}).getvalue()[:2] == b"PK"
    reviewer.get(page)
    with Asked() as seen:
        reviewer.get(page)
    assert len(seen) <= BOUNDS["benefits:offers"]
    assert reviewer.post(page).status_code == 403, "the head decides that people are told"
    assert sign_in("fire_senior").post(page).status_code == 404
    assert not BenefitNews.objects.exists(), "nobody hears of a list that was not sent"
    for _again in range(2):
        assert head.post(page).status_code == 302
    assert BenefitNews.objects.filter(kind="Offered").count() == figures.reached
    now = timezone.now()
    assert benefit_news.tell(now) == figures.reached
    assert benefit_news.tell(now) == 0
    message = Message.objects.get(user=boss)
    assert "个体工商户转企业奖励" in message.text
    assert "符合条件" in message.text
    assert "变更登记通知书" in message.text
    assert "不想再收到推送" in message.text
    assert (
        not ChannelDelivery.objects.exclude(news__offer=None)
        .filter(user=None, news__offer__subject=numbers[1])
        .exists()
    )
    assert {*AuditEntry.objects.filter(act__startswith="offers.").values_list("act", flat=True)} == {
        "offers.make",
        "offers.send",
    }


def test_nobody_is_told_twice_in_a_period_and_a_list_unsent_gives_way(sign_in: SignIn) -> None:
    first = made(sign_in)
    reviewer, head = sign_in("market_reviewer"), sign_in("market_senior")
    second = reviewer.post(f"{DESK}{POLICY}/make/").url
    assert not OfferList.objects.filter(pk=first.pk).exists()
    head.post(second)
    third = reviewer.post(f"{DESK}{POLICY}/make/").url
    assert reviewer.get(third).context["figures"].people == 0
    assert head.post(third).status_code == 302
    assert BenefitNews.objects.values("offer").distinct().count() == BenefitNews.objects.count()


def test_who_was_told_says_what_they_want_and_the_desk_sees_it(sign_in: SignIn) -> None:
    one = made(sign_in)
    offer = one.offers.order_by("subject").first()
    assert offer is not None
    boss = account_of(offer.subject)

    client = Client()
    client.force_login(boss, backend="bancheng.site.signin.SignInBackend")
    assert client.get("/benefits/mine/").context["offers"] == [], "not before it was sent"
    assert client.post("/benefits/mine/", {"grant": offer.pk, "do": "want"}).status_code == 404
    sign_in("market_senior").post(f"{DESK}{one.pk}/")
    shown = client.get("/benefits/mine/")
    assert [row["row"].pk for row in shown.context["offers"]] == [offer.pk]
    assert shown.context["offers"][0]["why"], "the reason stands beside it"
    assert POLICY not in [fit["policy"].id for fit in shown.context["entitled"]], "said once"
    assert client.post("/benefits/mine/", {"grant": offer.pk, "do": "unwanted"}).status_code == 302
    offer.refresh_from_db()
    assert (offer.answer, offer.answered_at is not None) == ("unwanted", True)
    assert benefit_news.tell(timezone.now()) > 0
    assert not Message.objects.filter(user=boss).exists(), "who answered before it went out is left in peace"
    client.post("/benefits/mine/", {"grant": offer.pk, "do": "want"})
    desk = sign_in("market_reviewer").get(f"{DESK}{one.pk}/")
    assert desk.context["figures"].want == 1
    other = one.offers.exclude(pk=offer.pk).first()
    assert other is not None
    assert client.post("/benefits/mine/", {"grant": other.pk, "do": "want"}).status_code == 404, (
        "of somebody else"
    )


def test_only_what_one_has_to_apply_for_is_offered_and_nothing_of_it_is_taken_into_a_list(
    sign_in: SignIn,
) -> None:
    one = _compared(sign_in("civil_affairs_senior"))
    senior = sign_in("civil_affairs_senior")
    assert senior.post(f"{DESK}old_age_allowance/make/").status_code == 404
    head = sign_in("market_senior")
    assert head.post(f"/benefits/desk/{one.pk}/{POLICY}/take/").status_code == 403
    page = head.get(f"/benefits/desk/{one.pk}/{POLICY}/").content.decode()
    assert f"{DESK}{POLICY}/make/" in page
    assert sign_in("fire_reviewer").post(f"{DESK}{POLICY}/make/").status_code == 404
    with Asked() as seen:
        assert head.get(DESK).context["policies"]
    assert len(seen) <= BOUNDS["benefits:offer_lists"] + 4


def test_the_database_offers_once(sign_in: SignIn) -> None:
    one = made(sign_in)
    row = one.offers.first()
    assert row is not None
    again = PolicyOffer(
        list=one, policy=row.policy, period=row.period, subject_kind="company", subject=row.subject,
        entitlement=row.entitlement, reach="none",
    )  # fmt: skip
    assert PolicyOffer.objects.bulk_create([again], ignore_conflicts=True)
    assert one.offers.filter(subject=row.subject).count() == 1
