"""Benefits by API: the scope, the two people and the rules of the pages; nothing happens twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings
from tests.api.conftest import Caller

from bancheng.core.benefits.standing import acts as standing_acts
from bancheng.core.kernel import Fen
from bancheng.store.models import (
    AuditEntry,
    BenefitRun,
    BenefitSubject,
    GrantObjection,
    GrantRow,
    PaymentBatch,
    StandingEventRow,
    StandingRow,
    User,
)
from bancheng.usecases import granting, granting_money, grants, paying_out
from bancheng.usecases.access import Actor
from bancheng.usecases.benefits import body_of, policy_of
from bancheng.usecases.grants import MACHINE, Entitled
from bancheng.usecases.rolls import of_policy
from bancheng.usecases.standings import do

POLICY, PERIOD = "old_age_allowance", "2026-11"
AT = f"/benefits/rolls/{POLICY}/{PERIOD}"


def listed(people: int = 4) -> None:
    """A list of so many, everybody due a hundred yuan."""
    now = timezone.now()
    run = BenefitRun.objects.create(
        id=f"r-{POLICY}", entitlement=POLICY, period=PERIOD, version=1, rules="r", snapshot="s",
        as_of=now.date(), by="u", by_name="经办", started_at=now, ended_at=now,
    )  # fmt: skip
    for number in range(people):
        BenefitSubject.objects.create(
            subject_kind="person", subject=number, name=f"陈样例{number}", account=f"62{number:010d}"
        )
    lines = (Entitled(subject=number, amount=Fen(10_000)) for number in range(people))
    grants.take_in(run, "person", body_of(policy_of(POLICY)), lines, now)


@pytest.fixture
def roll(town: None) -> None:
    listed()


def clerk_and_head(caller: Callable[..., Caller]) -> tuple[Caller, Caller]:
    return caller("civil_affairs_reviewer"), caller("civil_affairs_senior")


def pk_of(subject: int) -> int:
    return GrantRow.objects.get(subject=subject).pk


def test_anybody_reads_policies_with_their_conditions(caller: Callable[..., Caller]) -> None:
    anyone = caller()
    found = anyone("GET", "/catalogue/policies?q=高龄")
    assert POLICY in {one["key"] for one in found}
    one = anyone("GET", f"/catalogue/policies/{POLICY}")
    assert one["entitlements"][0]["conditions"][0]["words"]
    anyone("GET", "/catalogue/policies/none", status=404)


def test_a_list_is_sampled_asked_for_by_one_and_agreed_to_by_another(
    roll: None, caller: Callable[..., Caller]
) -> None:
    clerk, head = clerk_and_head(caller)
    assert [one["policy"] for one in clerk("GET", "/benefits/rolls")] == [POLICY]
    told = clerk("GET", AT)
    assert (told["wanted"], told["batches"], told["budget"]) == (4, 0, None)
    assert {one["code"] for one in told["stops"]} == {"batch.sample", "budget.none"}
    one = of_policy(policy_of(POLICY), PERIOD)
    senior = Actor(
        id="x", name="负责人", user_id=1, roles=frozenset({"senior"}), posts=(("senior", one.body),)
    )
    granting_money.allot(senior, one, Fen(200_000), "预算〔2026〕3号")
    granting.draw(senior, one, timezone.now())
    drawn = clerk("GET", f"{AT}/grants?state=sample")["items"]
    assert (len(drawn), "陈**" in drawn[0]["name"]) == (1, True)
    sample = f"{AT}/grants/{drawn[0]['id']}/sample"
    assert clerk("POST", sample, {"passed": False}, status=409)["problems"][0]["code"] == "grant.note"
    done = clerk("POST", sample, {"passed": True, "note": "见证件"})
    assert done["events"][-1]["kind"] == "Sampled"
    assert clerk("POST", sample, {"passed": True, "note": "见证件"})["events"] == done["events"], "once"
    change = {one["change"]: one for one in clerk("GET", f"{AT}/next")["changes"]}
    assert (change["new"]["people"], change["new"]["now"]) == (4, 40_000)
    made = clerk("POST", f"{AT}/batches", {"seen": 0}, status=201)
    assert clerk("POST", f"{AT}/batches", {"seen": 0}, status=201)["key"] == made["key"], "asked for once"
    assert head("POST", f"{AT}/batches", {"seen": 0}, status=409)["type"].endswith(":stale")
    assert clerk("POST", f"{AT}/batches", {"seen": 1}, status=409)["problems"][0]["code"] == "batch.open"
    assert PaymentBatch.objects.count() == 1
    granting_money.fill_waiting(timezone.now())
    answer = f"{AT}/batches/{made['key']}/answer"
    clerk("POST", answer, {"agree": True}, status=403)
    assert head("POST", answer, {"agree": False}, status=409)["problems"][0]["code"] == "batch.reason"
    assert head("POST", answer, {"agree": True})["state"] == "ready"
    assert head("POST", answer, {"agree": True})["state"] == "ready", "said again"
    assert head("POST", answer, {"agree": False, "words": "不对"}, status=409)
    assert "合计（元）,400.00" in clerk("GET", f"{AT}/batches/{made['key']}/file").decode("utf-8-sig")
    assert AuditEntry.objects.filter(act="benefits.file").count() == 1
    assert set(GrantRow.objects.values_list("stage", flat=True)) == {"sent"}
    assert paying_out.waiting(POLICY, PERIOD, one.body).count() == 0


def test_answers_on_paper_are_all_written_or_none(roll: None, caller: Callable[..., Caller]) -> None:
    clerk, _ = clerk_and_head(caller)
    said = [{"grant": pk_of(0), "wanted": True}, {"grant": pk_of(1), "wanted": False, "reason": "够用"}]
    at = f"{AT}/answers"
    wrong = clerk("POST", at, {"how": " ", "text": "x", "answers": []}, status=422)
    assert {one["path"] for one in wrong["problems"]} == {"how", "text", "row"}
    clerk("POST", at, {"how": "纸质", "answers": [*said, {"grant": 10**9, "wanted": True}]}, status=422)
    assert set(GrantRow.objects.values_list("intent", flat=True)) == {"open"}
    assert clerk("POST", at, {"how": "纸质", "answers": said}) == {"wanted": 1, "refused": 1}
    assert clerk("POST", at, {"how": "纸质", "answers": said}) == {"wanted": 0, "refused": 0}, "once"
    one = clerk("POST", f"{AT}/grants/{pk_of(1)}/answer", {"wanted": True, "how": "电话"})
    assert one["intent"] == "given"


def test_an_objection_is_read_and_answered_by_the_head(roll: None, caller: Callable[..., Caller]) -> None:
    clerk, head = clerk_and_head(caller)
    by = Actor(id="user:9", name="邻居", user_id=9)
    made = granting.object_to(by, GrantRow.objects.get(subject=0), "不住这里", timezone.now())
    (waiting,) = clerk("GET", f"{AT}/objections")
    assert (waiting["code"], waiting["text"]) == (made.code, "不住这里")
    at = f"{AT}/objections/{made.code}"
    clerk("POST", at, {"outcome": "denied", "reason": "住在这里"}, status=403)
    head("POST", at, {"outcome": "perhaps", "reason": "x"}, status=422)
    assert head("POST", at, {"outcome": "denied", "reason": "住在这里"})["outcome"] == "denied"
    assert clerk("GET", f"{AT}/objections") == []
    assert len(clerk("GET", f"{AT}/objections?waiting=false")) == 1
    assert GrantObjection.objects.get().reason == "住在这里"


def standing() -> StandingRow:
    now = timezone.now()
    row = StandingRow.objects.create(
        benefit=POLICY, subject_kind="person", subject=1, body=body_of(policy_of(POLICY)), phase="new",
        updated_at=now,
    )  # fmt: skip
    do(row, lambda one: standing_acts.enrol(one, now.date(), now, MACHINE), now)
    row.refresh_from_db()
    return row


def test_who_was_sent_reads_their_list_and_writes_what_they_found_once(
    roll: None, caller: Callable[..., Caller]
) -> None:
    row, clerk = standing(), clerk_and_head(caller)[0]
    user = User.objects.get(username="civil_affairs_reviewer")
    StandingRow.objects.filter(pk=row.pk).update(assigned=f"user:{user.pk}", phase="to_ask")
    (mine,) = clerk("GET", "/benefits/checks")
    assert (mine["id"], mine["name"]) == (row.pk, "陈样例1")
    assert AuditEntry.objects.filter(act="benefits.ask-list").exists()
    at, said = f"/benefits/checks/{row.pk}", {"way": "phone", "result": "unreached", "seen": mine["seq"]}
    assert clerk("POST", at, said)["unreached"] == 1
    assert clerk("POST", at, said, status=409)["type"].endswith(":stale"), "not counted twice"
    assert StandingEventRow.objects.filter(standing=row).count() == 2
    page = clerk("GET", f"/benefits/standings/{POLICY}")
    assert (page["count"], page["items"][0]["name"]) == (1, "陈**1")
    assert clerk("GET", f"/benefits/standings/{POLICY}/{row.pk}")["events"][-1]["kind"] == "Checked"
    assert POLICY in {one["policy"] for one in clerk("GET", "/benefits/standings")}
    caller("fire_reviewer")("POST", at, {**said, "seen": None}, status=404)


READ = ("", "/grants", "/grants/{pk}", "/objections", "/next", "/batches", "/batches/none")
ACTS: dict[str, Any] = {
    "/grants/{pk}/sample": {"passed": True},
    "/grants/{pk}/answer": {"wanted": True, "how": "电话"},
    "/answers": {"how": "纸质", "answers": []},
    "/objections/YY1": {"outcome": "denied", "reason": "x"},
    "/batches": {},
    "/batches/none/answer": {"agree": True},
}


def test_the_matrix_of_who_may_what(roll: None, caller: Callable[..., Caller], settings: Settings) -> None:
    """401 for nobody, 403 for who has no such role, 404 for officers of other bodies; supervision reads alone."""
    pk = pk_of(0)
    nobody, person, window = caller(), caller("zhang"), caller("clerk")
    other, watcher, reader = caller("fire_senior"), caller("watch"), caller("civil_affairs_senior", "read")
    for path in READ:
        at = f"{AT}{path.format(pk=pk)}"
        nobody("GET", at, status=401)
        person("GET", at, status=403)
        window("GET", at, status=403)
        other("GET", at, status=404)
        watcher("GET", at, status=404 if "none" in path else 200)
    for path, body in ACTS.items():
        at = f"{AT}{path.format(pk=pk)}"
        nobody("POST", at, body, status=401)
        person("POST", at, body, status=403)
        window("POST", at, body, status=403)
        other("POST", at, body, status=404)
        watcher("POST", at, body, status=403)
        reader("POST", at, body, status=403)
    nobody("GET", f"{AT}/batches/none/file", status=401)
    watcher("GET", f"{AT}/batches/none/file", status=403)
    other("GET", f"{AT}/batches/none/file", status=404)
    assert caller("fire_senior")("GET", "/benefits/rolls") == []
    person("GET", "/benefits/checks", status=403)
    assert window("GET", "/benefits/checks") == []
    assert set(GrantRow.objects.values_list("intent", "sampled")) == {("open", None)}
    assert not PaymentBatch.objects.exists()
