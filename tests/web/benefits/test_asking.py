"""自测 by few questions, kept nowhere; and what was paid, in sums that are those of the bank."""

from __future__ import annotations

import datetime as dt
import re

from django.test import Client
from django.utils import timezone
from tests.web.benefits.test_rolls import listed
from tests.web.bounds import BOUNDS, Asked
from tests.web.public.conftest import SignIn

from bancheng.core.benefits import ABSENT, FactAsk, SubjectKind, check_asks
from bancheng.core.kernel import Problems
from bancheng.store.models import AuditEntry, BankOrder, GrantRow, PaymentBatch
from bancheng.usecases import self_check
from bancheng.usecases.benefits import library

OLD = {
    "person.birth": "1943-05-06", "person.hukou": "village", "person.alone": "是", "visits.count": "4",
    "minimum.active": "否", "home.severe": "否", "disability.kind": ABSENT, "disability.level": ABSENT,
}  # fmt: skip


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([as]\.[^"]+|fact)" value="([^"]*)">', page))


def test_few_questions_tell_what_somebody_can_get_and_nothing_is_kept(visitor: Client) -> None:
    page, count = visitor.get("/benefits/ask/").content.decode(), 0
    while (sent := hidden(page)).get("fact"):
        fact, count = sent["fact"], count + 1
        answer = OLD.get(fact, "")
        act = {"none": "1"} if answer == ABSENT else {"answer": answer} if answer else {"skip": "1"}
        page = visitor.post("/benefits/ask/", {**sent, **act}).content.decode()
        assert count <= len(library().asks)
    told = self_check.stand(OLD, (), SubjectKind.PERSON)
    assert {one.id for one, _ in told.entitled} == {
        "old_age_allowance", "free_bus", "home_care", "elder_meal", "elder_visit",
    }  # fmt: skip
    assert all(f"/benefits/{one.id}/" in page for one, _ in told.entitled)
    assert "问完了" in page
    assert count < len(library().asks), "not everything is asked"
    assert "person.died" not in page
    changed = visitor.post("/benefits/ask/", {**hidden(page), "change": "person.birth"}).content.decode()
    assert hidden(changed)["fact"] == "person.birth"
    assert not AuditEntry.objects.exists()


def test_an_answer_that_cannot_be_read_is_asked_again_with_what_was_typed(visitor: Client) -> None:
    sent = {"fact": "farm.land", "answer": "六亩", "a.person.hukou": "village"}
    page = visitor.post("/benefits/ask/", sent)
    assert (page.status_code, "六亩" in page.content.decode()) == (422, True)
    assert hidden(page.content.decode())["a.person.hukou"] == "village"
    assert visitor.post("/benefits/ask/", {"fact": "no.such", "answer": "1"}).status_code == 200
    odd = {"a.no.such": "1", "a.person.birth": "gestern", "a.farm.land": "NaN"}
    assert visitor.post("/benefits/ask/", odd).status_code == 200


def test_what_is_wrong_with_questions_is_told_at_once(town: None) -> None:
    facts = {one.id: one for one in library().rules.facts}
    found = Problems()
    check_asks(
        (
            FactAsk(fact="no.such", text="?"),
            FactAsk(fact="person.birth"),
            FactAsk(fact="person.died", known="昨天"),
            FactAsk(fact="person.hukou", text="在哪里", options={"town": "城"}),
        ),
        facts,
        found,
    )
    assert [one.code for one in found.found()] == ["ask-unknown", "ask-words", "ask-known", "ask-options"]


def test_sums_are_those_of_what_the_bank_paid(sign_in: SignIn) -> None:
    listed("old_age_allowance", "2026-11", 5)
    GrantRow.objects.filter(subject__lt=3).update(division="999999002")
    for month, subjects in ((10, (0, 1, 2)), (11, (3,))):
        batch = PaymentBatch.objects.create(
            key=f"b{month}", entitlement="old_age_allowance", period="2026-11", body="yunxi_civil_affairs",
            budget="b", state=PaymentBatch.CLOSED, by="u", by_name="甲", created_at=timezone.now(),
            sent_at=dt.datetime(2026, month, 30, 17, tzinfo=dt.UTC),
        )  # fmt: skip
        for subject in subjects:
            BankOrder.objects.create(
                key=f"{month}-{subject}", batch=batch, grant=GrantRow.objects.get(subject=subject),
                account="1", holder="甲", amount=10_000, state=BankOrder.PAID,
            )  # fmt: skip
    bounced = GrantRow.objects.get(subject=4)
    BankOrder.objects.create(
        key="x", batch=batch, grant=bounced, account="1", holder="甲", amount=7, state=BankOrder.BOUNCED
    )
    senior = sign_in("civil_affairs_senior")
    at = "/benefits/desk/totals/"
    with Asked() as asked:
        shown = senior.get(at)
    assert len(asked) <= BOUNDS["benefits:totals"]
    assert [(name, one.people, one.paid) for name, one in shown.context["rows"]] == [("高龄津贴", 4, 40_000)]
    places = senior.get(at, {"by": "place"}).context["rows"]
    assert [(name, one.paid) for name, one in places] == [
        ("云溪县石桥乡（虚构）", 30_000),
        ("住址不明", 10_000),
    ]
    drawn = senior.get(at, {"by": "month"})
    assert [(name, one.paid) for name, one in drawn.context["rows"]] == [
        ("2026年10月", 30_000),
        ("2026年11月", 0),
        ("2026年12月", 10_000),
    ], "local months, one without payments too"
    assert drawn.content.decode().count('class="chart-bar"') == 3
    mapped = senior.get(at, {"by": "place"}).content.decode()
    assert mapped.count('class="map-tile map-shade-0" x') == 12, "every township, and the key"
    assert 'href="#place-999999002" aria-label="云溪县石桥乡（虚构）：¥300，3 人"' in mapped
    assert 'id="place-999999002"' in mapped
    assert "付得最多的是云溪县石桥乡" in mapped
    assert senior.get(at, {"year": "2025"}).context["paid"] == 0
    assert not sign_in("education_senior").get(at).context["rows"]
    assert senior.get(at, {"as": "xlsx"}).getvalue().startswith(b"PK")
