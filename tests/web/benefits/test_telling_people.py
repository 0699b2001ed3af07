"""What one is told of benefits on one's own pages, and how one says that one wants no policies offered."""

from __future__ import annotations

from django.utils import timezone
from tests.web.benefits.test_rolls import listed, pk_of
from tests.web.public.conftest import SignIn

from bancheng.store.models import BenefitSubject, ChannelChoice, Message
from bancheng.usecases import benefit_news

PLAIN = {"ways": ["email", "sms"], "quiet_from": "21:00", "quiet_to": "08:00"}


def test_who_is_asked_finds_the_message_and_the_way_to_the_answer(sign_in: SignIn) -> None:
    page = listed("skill_up", "once")
    sign_in("social_security_reviewer").post(page, {"do": "ask"})
    benefit_news.tell(timezone.now())
    assert "告诉过本人" in sign_in("social_security_reviewer").get(f"{page}{pk_of(1)}/").content.decode()
    wang = sign_in("wang")
    shown = wang.get("/messages/").content.decode()
    assert "有一项待遇请您确认" in shown
    assert "告诉您，是因为" in shown
    assert 'href="/benefits/mine/"' in shown


def test_one_says_on_the_page_of_channels_that_one_wants_nothing_offered(sign_in: SignIn) -> None:
    page = listed("skill_up", "once")
    wang = sign_in("wang")
    assert "不要主动推送政策信息" in wang.get("/messages/channels/").content.decode()
    wang.post("/messages/channels/", {**PLAIN, "offers": ["none"]})
    assert ChannelChoice.objects.get().no_offers_at is not None
    assert "起不推送" in wang.get("/messages/channels/").content.decode()
    sign_in("social_security_reviewer").post(page, {"do": "ask"})
    benefit_news.tell(timezone.now())
    assert not Message.objects.exists()
    assert "等您确认" in wang.get("/benefits/mine/").content.decode(), "it stands where they look themselves"
    wang.post("/messages/channels/", PLAIN)
    assert ChannelChoice.objects.get().no_offers_at is None


def test_an_officer_notes_it_for_somebody_without_an_account(sign_in: SignIn) -> None:
    page = listed("skill_up", "once")
    one = f"{page}{pk_of(2)}/"
    reviewer = sign_in("social_security_reviewer")
    bare = reviewer.post(one, {"do": "no_offers", "no_offers.offers_how": " "})
    assert (bare.status_code, "怎么说的" in bare.content.decode()) == (422, True)
    assert reviewer.post(one, {"do": "no_offers", "no_offers.offers_how": "电话"}).status_code == 302
    assert BenefitSubject.objects.get(subject=2).no_offers_at is not None
    assert "又愿意收政策推送" in reviewer.get(one).content.decode()
    assert sign_in("fire_senior").post(one, {"do": "no_offers"}).status_code == 404
    reviewer.post(one, {"do": "offers", "offers.offers_how": "到窗口"})
    assert BenefitSubject.objects.get(subject=2).no_offers_at is None
