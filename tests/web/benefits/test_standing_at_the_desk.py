"""静默认证 from run to stop and back: no machine stops anybody, a wrong stop is paid back, asking fits a phone."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from tests.web.benefits.test_rolls import listed
from tests.web.bounds import BOUNDS, Asked
from tests.web.public.conftest import SignIn

from bancheng.connect import engines
from bancheng.core.benefits import Source
from bancheng.core.kernel import Fen, verify_chain
from bancheng.store.models import (
    AuditEntry,
    BenefitRun,
    GrantRow,
    StandingEventRow,
    StandingRow,
    StandingRun,
    User,
)
from bancheng.usecases import benefit_runs, grants, paying_out, standing_desk, standing_runs, standings
from bancheng.usecases.benefits import policy_of
from bancheng.usecases.granting_money import fill_waiting
from bancheng.usecases.grants import Entitled

BENEFIT, PAGE = "old_age_allowance", "/benefits/desk/standing/old_age_allowance/"
TODAY = timezone.localdate()
LATEST = engines.HeldTables.latest
FRESH = TODAY - dt.timedelta(days=3)


@pytest.fixture(autouse=True)
def traces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who left which trace: 0 went to a doctor, 1 left none, 2 is in the register of deaths, 3 both."""
    told = {"medical": {0: FRESH, 3: FRESH}, "deaths": {2: FRESH, 3: TODAY - dt.timedelta(days=9)}}

    def latest(_: engines.HeldTables, source: Source, _day: dt.date) -> dict[int, dt.date]:
        return told.get(source.id, {})

    monkeypatch.setattr(engines.HeldTables, "latest", latest)


def looked(sign_in: SignIn) -> None:
    reviewer = sign_in("civil_affairs_reviewer")
    assert reviewer.post(PAGE, {"do": "run"}).status_code == 302
    assert reviewer.get(PAGE)["Refresh"]
    assert standing_runs.work(timezone.now()) == 1


def row(subject: int) -> StandingRow:
    return StandingRow.objects.get(subject=subject)


def said(subject: int, **words: str) -> dict[str, object]:
    """What is sent of one line."""
    pk = row(subject).pk
    return {"row": pk, **{f"{pk}.{name}": word for name, word in words.items()}}


def test_a_run_finds_and_stops_nobody(sign_in: SignIn) -> None:
    listed(BENEFIT, "2026-11")
    looked(sign_in)
    assert dict(StandingRow.objects.values_list("subject", "phase")) == {
        0: "good", 1: "to_ask", 2: "suspected", 3: "suspected",
    }  # fmt: skip
    assert row(0).good_until == FRESH + dt.timedelta(days=180)
    run = StandingRun.objects.get()
    assert run.figures == {"passed": 1, "suspected": 2, "no_trace": 1}
    assert {one["name"] for one in run.sources} >= {"死亡登记", "医疗费用结算"}
    events = StandingEventRow.objects.count()
    looked(sign_in)
    assert StandingEventRow.objects.count() == events, "the same again says nothing new"
    for one in StandingRow.objects.all():
        told = zip(
            standings.events_of(one),
            one.events.order_by("sequence").values_list("hash", flat=True),
            strict=True,
        )
        assert verify_chain(list(told)) is None
    told_both = sign_in("civil_affairs_senior").get(f"{PAGE}{row(3).pk}/").content.decode()
    assert ("死亡登记" in told_both, "医疗费用结算" in told_both) == (True, True)
    assert set(GrantRow.objects.values_list("obstacle", flat=True)) == {False}, "all are paid as before"


def test_somebody_of_the_township_is_sent_and_works_the_list_off_on_a_phone(sign_in: SignIn) -> None:
    listed(BENEFIT, "2026-11")
    looked(sign_in)
    reviewer, asker = sign_in("civil_affairs_reviewer"), sign_in("bancheng_town_inspector1")
    with Asked() as asked:
        shown = reviewer.get(PAGE, {"state": "open"}).content.decode()
    assert len(asked) <= BOUNDS["benefits:standings"]
    assert (f"{1:06d}" in shown, f"{0:06d}" in shown) == (True, False)
    to = f"user:{User.objects.get(username='bancheng_town_inspector1').pk}"
    bare = reviewer.post(PAGE, {"do": "send", "to": "", "until": "2020-01-01"})
    assert bare.status_code == 422
    assert all(word in bare.content.decode() for word in ("请选择由谁去问", "今天或者以后", "请勾选要问的人"))
    sent = {"do": "send", "to": to, "until": TODAY.isoformat(), "row": [row(1).pk, row(2).pk]}
    assert reviewer.post(PAGE, sent).status_code == 302
    with Asked() as asked:
        mine = asker.get("/benefits/checks/").content.decode()
    assert len(asked) <= BOUNDS["benefits:checks"]
    assert ("陈样例1" in mine, "陈样例2" in mine, "陈样例0" in mine) == (True, True, False)
    assert AuditEntry.objects.filter(act="benefits.ask-list").exists()
    assert "陈样例1" not in sign_in("bancheng_town_inspector2").get("/benefits/checks/").content.decode()
    stranger = sign_in("fire_reviewer")
    told = said(1, way="phone", result="still", note="本人接的电话")
    assert stranger.post("/benefits/checks/", told).status_code == 404
    empty = asker.post("/benefits/checks/", said(1, note="打过两次"))
    assert (empty.status_code, "打过两次" in empty.content.decode()) == (422, True)
    asker.post("/benefits/checks/", said(1, way="phone", result="unreached"))
    assert row(1).phase == "to_ask", "nobody was met: nothing follows"
    asker.post("/benefits/checks/", told)
    assert (row(1).phase, row(1).assigned) == ("good", "")
    wordless = asker.post("/benefits/checks/", said(2, way="visit", result="ended"))
    assert wordless.status_code == 422
    looked(sign_in)
    assert row(1).phase == "good", "who was met lately is not asked again"


def test_a_stop_is_decided_by_a_second_person_and_a_wrong_one_is_paid_back(sign_in: SignIn) -> None:
    page = listed(BENEFIT, "2026-11")
    looked(sign_in)
    reviewer, senior = sign_in("civil_affairs_reviewer"), sign_in("civil_affairs_senior")
    one = f"{PAGE}{row(2).pk}/"
    early = senior.post(one, {"do": "stop", "stop_reason": "去世", "stop_basis": "第六条"})
    assert (early.status_code, "还没有人核实过" in early.content.decode()) == (422, True)
    reviewer.post(one, {"do": "check", "way": "visit", "result": "ended", "note": "家属说已经去世（虚构）"})
    assert (
        reviewer.post(one, {"do": "stop", "stop_reason": "去世", "stop_basis": "第六条"}).status_code == 403
    )
    assert senior.post(one, {"do": "stop", "stop_reason": "去世", "stop_basis": ""}).status_code == 422
    senior.post(one, {"do": "stop", "stop_reason": "去世", "stop_basis": "第六条"})
    assert (row(2).phase, GrantRow.objects.get(subject=2).stage) == ("stopped", "obstacle")
    # The next month's list knows of the stop, too.
    later = BenefitRun.objects.create(
        id="r2", entitlement=BENEFIT, period="2026-12", version=1, rules="r", snapshot="s2", as_of=TODAY,
        by="u", by_name="经办", started_at=timezone.now(), ended_at=timezone.now(),
    )  # fmt: skip
    seen = {number: (told,) for number, told in standings.stopped_in(BENEFIT).items()}
    lines = (Entitled(subject=number, amount=Fen(10_000)) for number in range(4))
    grants.take_in(later, "person", "yunxi_civil_affairs", lines, timezone.now(), seen)
    assert GrantRow.objects.filter(subject=2, stage="obstacle").count() == 2
    senior.post(one, {"do": "resume", "resume_reason": "认错了人，本人健在"})
    assert (row(2).phase, row(2).owed) == ("good", 20_000)
    assert "补发 200.00元" in reviewer.get(one).content.decode()
    senior.post(page, {"do": "allot", "amount": "2000", "document": "文件"})
    for address in (page, page.replace("2026-11", "2026-12")):
        reviewer.post(address, {"do": "draw"})
        for drawn in GrantRow.objects.filter(in_sample=True, sampled=None):
            reviewer.post(f"{address}{drawn.pk}/", {"do": "check", "check.passed": "yes"})
        reviewer.post(address, {"do": "propose"})
        fill_waiting(timezone.now())
        for batch in paying_out.PaymentBatch.objects.filter(state="check"):
            senior.post(f"{address}batches/{batch.pk}/", {"do": "agree"})
    paying_out.round_trip(timezone.now())
    assert GrantRow.objects.filter(subject=2, stage="paid").count() == 2
    assert standing_desk.book_paid_back(timezone.now()) == 2
    assert (row(2).owed, standing_desk.book_paid_back(timezone.now())) == (0, 0)
    # A second stop is seen anew although the first was cleared.
    reviewer.post(one, {"do": "check", "way": "phone", "result": "ended", "note": "迁出（虚构）"})
    senior.post(one, {"do": "stop", "stop_reason": "迁出", "stop_basis": "第六条"})
    assert row(2).phase == "stopped"


def test_one_s_own_page_says_that_nobody_has_to_come(sign_in: SignIn) -> None:
    listed(BENEFIT, "2026-11")
    looked(sign_in)
    assert "会有人来问" in sign_in("wang").get("/benefits/mine/").content.decode()
    assert (
        policy_of(BENEFIT).name
        in sign_in("civil_affairs_reviewer").get("/benefits/desk/standing/").content.decode()
    )


def test_a_body_certifies_its_own_benefits_only(sign_in: SignIn) -> None:
    listed(BENEFIT, "2026-11")
    looked(sign_in)
    stranger = sign_in("education_senior")
    assert stranger.get(PAGE).status_code == 404
    assert stranger.post(PAGE, {"do": "run"}).status_code == 404
    assert stranger.get(f"{PAGE}{row(0).pk}/").status_code == 404
    watcher = sign_in("watch")
    assert watcher.get(PAGE).status_code == 200
    with Asked() as asked:
        assert watcher.get("/benefits/desk/standing/").content.decode().count('class="card') > 20
    assert len(asked) <= BOUNDS["benefits:watches"]
    assert watcher.post(PAGE, {"do": "run"}).status_code == 403
    for address in (PAGE, "/benefits/desk/standing/"):
        assert watcher.get(address, {"as": "xlsx"}).getvalue().startswith(b"PK")


def test_the_tables_tell_the_last_day_of_each_person(town: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines.HeldTables, "latest", LATEST)
    tables = benefit_runs.held()
    medical = next(one for one in benefit_runs.library().rules.sources if one.id == "medical")
    told = tables.latest(medical, dt.date(2026, 11, 23))
    assert told[600] == dt.date(2026, 6, 12)
    assert max(told.values()) <= dt.date(2026, 11, 23)
    assert 600 not in tables.latest(medical, dt.date(2026, 6, 11))
