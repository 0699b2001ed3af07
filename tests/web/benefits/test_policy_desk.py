"""The policy desk: compared, read, opened, taken into a list; and what it keeps from whom."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone
from tests.web.public.conftest import SignIn

from bancheng.connect import engines
from bancheng.core.benefits import SubjectKind
from bancheng.store.models import AuditEntry, BenefitComparison, BenefitRun, GrantRow
from bancheng.usecases import benefit_facts, benefit_runs, roll_deeds
from bancheng.usecases.benefits import policy_of


def _compared(client: Client) -> BenefitComparison:
    client.post("/benefits/desk/compare/")
    assert benefit_runs.work(timezone.now()) == 1
    return BenefitComparison.objects.get(state=BenefitComparison.DONE)


def test_a_policy_goes_from_comparison_to_a_list_that_is_made_once(sign_in: SignIn) -> None:
    senior = sign_in("civil_affairs_senior")
    asked = senior.post("/benefits/desk/compare/")
    assert senior.get(asked.url)["Refresh"] == "2"
    assert senior.post("/benefits/desk/compare/").url == asked.url  # one at a time
    assert benefit_runs.work(timezone.now()) == 1
    assert benefit_runs.work(timezone.now()) == 0
    one = BenefitComparison.objects.get()
    figures = one.figures["old_age_allowance"]
    run = engines.RunFolder(benefit_facts.facts_file(one, SubjectKind.PERSON).with_name("run"))
    each = [run.totals(name).entitled for name in ("old_age_80", "old_age_90", "old_age_100")]
    assert figures["people"] == sum(each) > 0
    assert figures["money"] == each[0] * 10_000 + each[1] * 30_000 + each[2] * 100_000
    assert sum(money for _, _, money in figures["places"]) == figures["money"]
    page = f"/benefits/desk/{one.pk}/old_age_allowance/"
    shown = senior.get(page)
    assert shown.context["change"].new == figures["people"]
    assert "免费" not in shown.content.decode()  # nothing yet is 0, not free
    assert "<dd>0</dd>" in shown.content.decode()
    assert not GrantRow.objects.exists()  # a dry run
    assert sign_in("civil_affairs_reviewer").post(page + "take/").status_code == 403
    senior.post(page + "take/")
    senior.post(page + "take/")
    rows = GrantRow.objects.filter(entitlement="old_age_allowance", period=f"{one.as_of:%Y-%m}")
    assert rows.count() == figures["people"] == GrantRow.objects.count()
    assert sum(rows.values_list("due", flat=True)) == figures["money"]
    assert BenefitRun.objects.get().figures["due"] == figures["money"]
    assert senior.get(page).context["change"].same == figures["people"]


def test_why_is_told_without_the_persons_facts_until_a_reason_is_kept(sign_in: SignIn) -> None:
    reviewer = sign_in("civil_affairs_reviewer")
    one = _compared(reviewer)
    run = benefit_runs._run(one, policy_of("old_age_allowance"))
    subject = run.numbers("old_age_80", benefit_runs.Status.ENTITLED).tolist()[0]
    page = f"/benefits/desk/{one.pk}/old_age_allowance/{subject}/"
    shown = reviewer.get(page)
    told = next(one for one in shown.context["judged"] if one["one"].id == "old_age_80")
    assert told["status"][1] == "green"
    assert told["amount"] == 100
    assert [row["look"][0] for row in told["rows"]] == ["green"] * 3
    assert all("第三条" in row["basis"] for row in told["rows"])
    assert [name for name, _ in told["rows"][0]["values"]] == ["高龄津贴起点年龄", "高龄津贴第二档年龄"]
    born = "出生日期"
    assert f"{born}：19" not in shown.content.decode()
    assert "请写明为什么要看" in reviewer.post(page, {"reason": " "}).content.decode()
    assert not AuditEntry.objects.filter(act="benefits.look").exists()
    opened = reviewer.post(page, {"reason": "抽查核对"}).content.decode()
    assert f"{born}：" in opened
    assert "未显示" not in opened
    assert AuditEntry.objects.get(act="benefits.look").reason == "抽查核对"


def test_a_body_sees_its_own_policies_only(sign_in: SignIn) -> None:
    one = _compared(sign_in("civil_affairs_senior"))
    other = sign_in("education_senior")
    assert {row["policy"].body for row in other.get("/benefits/desk/").context["rows"]} == {"教育局"}
    assert other.get(f"/benefits/desk/{one.pk}/old_age_allowance/").status_code == 404
    assert other.get(f"/benefits/desk/{one.pk}/old_age_allowance/1/").status_code == 404
    assert other.post(f"/benefits/desk/{one.pk}/old_age_allowance/take/").status_code == 404
    stranger = sign_in("fire_senior")
    assert stranger.get(f"/benefits/desk/{one.pk}/").status_code == 404
    assert stranger.post("/benefits/desk/compare/").status_code == 403
    assert sign_in("zhang").get("/benefits/desk/").status_code == 403


def test_a_comparison_is_called_off_and_a_lost_one_begins_anew(sign_in: SignIn) -> None:
    senior = sign_in("civil_affairs_senior")
    key = senior.post("/benefits/desk/compare/").url.rstrip("/").rpartition("/")[2]
    senior.post(f"/benefits/desk/{key}/stop/")
    one = BenefitComparison.objects.get()
    assert one.state == BenefitComparison.STOPPED
    assert benefit_runs.work(timezone.now()) == 0
    running = BenefitComparison.objects.filter(pk=key)
    running.update(state=BenefitComparison.RUNNING, stopping=True, ended_at=None, seen_at=timezone.now())
    assert benefit_runs.work(timezone.now()) == 0  # somebody is at it
    assert benefit_runs.work(timezone.now() + dt.timedelta(hours=1)) == 1
    one.refresh_from_db()
    assert one.state == BenefitComparison.STOPPED
    assert not one.figures  # its worker is told at the first block


def test_sources_say_how_fresh_they_are_and_where_they_do_not_reach(sign_in: SignIn) -> None:
    shown = sign_in("civil_affairs_reviewer").get("/benefits/desk/sources/")
    deaths = next(one for one, *_ in shown.context["rows"] if one.source.id == "deaths")
    assert deaths.gaps == ("999999012",)
    assert not deaths.stale
    later = benefit_runs.sources(timezone.now() + dt.timedelta(days=8))
    assert next(one for one in later if one.source.id == "deaths").stale


def test_everybody_finds_a_policy_and_reads_it_in_plain_words(visitor: Client) -> None:
    found = visitor.get("/benefits/", {"q": "乘车 免费"})
    assert {one.id for one, _, _ in found.context["rows"]} == {"free_bus", "veteran_bus"}
    page = visitor.get("/benefits/grain_land/").content.decode()
    assert "95.5 × 耕地面积 元" in page
    assert "虚构政策" in page
    assert "发之前公示 7 天" in page
    assert visitor.get("/benefits/nothing/").status_code == 404


def test_a_long_list_is_made_and_asked_by_a_worker_and_its_page_says_how_far(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, many in (("CHUNK", 2), ("AT_ONCE", 2), ("TURN", 4)):
        monkeypatch.setattr(roll_deeds, name, many)
    head = sign_in("civil_affairs_senior")
    one = _compared(head)
    page = f"/benefits/desk/{one.pk}/low_child/"
    sent = head.post(page + "take/")
    assert sent.url == page, "no list is there yet"
    shown = head.get(page)
    assert (shown["Refresh"], "正在更新名单" in shown.content.decode()) == ("5", True)
    assert b"take/" not in shown.content
    again = head.post(page + "take/", follow=True).content.decode()
    assert "另一件事" in again
    assert roll_deeds.work(timezone.now()) > 0
    assert "Refresh" not in head.get(page)
    roll = f"/benefits/desk/rolls/low_child/{BenefitRun.objects.get().period}/"
    many = head.get(roll).context["told"].wanted
    head.post(roll, {"do": "publish"})
    shown = head.get(roll)
    said = shown.content.decode()
    assert (shown["Refresh"], f"{many} 个里办完了 2 个" in said) == ("5", True)
    assert shown.context["deeds"] == []
    answer = head.post(roll, {"do": "ask"})
    assert (answer.status_code, "另一件事" in answer.content.decode()) == (422, True)
    while roll_deeds.work(timezone.now()):
        pass
    assert head.get(roll).context["told"].published == many
    assert "Refresh" not in head.get(roll)
