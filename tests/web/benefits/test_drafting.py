"""A policy is written on screen: begun from its text or from one in force, checked as typed, tried on everybody, and
put in force by a second person."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from tests.core.benefits.test_draft import TEXT
from tests.fakes.model import Model
from tests.web.benefits.test_policy_desk import _compared
from tests.web.public.conftest import SignIn

from bancheng.connect.dmn import load_texts
from bancheng.connect.packs import load_benefits, packs_root
from bancheng.core.benefits import DUE, HOLDS
from bancheng.store.models import AuditEntry, BenefitRun, GrantRow, LibraryEntry
from bancheng.usecases import benefit_facts, benefit_runs, benefits, policy_drafting
from bancheng.usecases.town import packs

DESK = "/benefits/desk/drafts/"


@pytest.fixture(autouse=True)
def _forgotten(town: None) -> Iterator[None]:
    """What a test publishes is undone with it, and this process must not go on believing it."""
    yield
    packs.cache_clear()


def begun(client: Client, **said: str) -> str:
    """The address of a draft that was just begun."""
    answer = client.post(f"{DESK}begin/", {"subject": "person", **said})
    assert answer.status_code == 302, answer.content
    return str(answer.url)


def fields(client: Client, page: str) -> dict[str, Any]:
    """What the form of a draft would send, as a browser fills it."""
    html = client.get(page).content.decode()
    form = html[html.index('id="draft-form"') : html.index("</form>")]
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            sent.setdefault(name[1], []).append(_plain(value[1]) if value else "on")
    for name, body in re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL):
        sent[name] = [_plain(body)]
    for name, body in re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', body) or re.search(r'value="([^"]*)"', body)
        sent[name] = [chosen[1] if chosen else ""]
    sent.pop("csrfmiddlewaretoken", None)
    return sent


def _plain(text: str) -> str:
    for sign, meant in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'"), ("&amp;", "&")):
        text = text.replace(sign, meant)
    return text


def saved(client: Client, page: str, do: str = "save", **typed: Any) -> Any:
    """The draft sent with these fields typed otherwise."""
    return client.post(page, {**fields(client, page), **typed, "do": do})


WHOLE = {
    "name": "高龄独居老人补贴",
    "summary": "八十岁以上一个人住的老人，每月发一百二十元。",
    "basis": "云溪县高龄独居补贴办法（虚构）第二条",
    "r0-c0-text": "年满 80 周岁",
    "r0-c0-when": "age(person.birth, today()) >= 80",
    "r0-c1-text": "一个人住",
    "r0-c1-when": "person.alone",
    "r0-amount": "120",
}
GOOD = {
    "k0-name": "八十五岁独居的李奶奶",
    "k0-f-person.birth": "1941-03-05",
    "k0-f-person.alone": "是",
    "k0-expect": "entitled",
    "k0-amount": "120",
    "k1-name": "七十岁的王爷爷",
    "k1-f-person.birth": "1956-03-05",
    "k1-f-person.alone": "是",
    "k1-expect": "not",
}


def whole(client: Client, page: str) -> None:
    """A draft that may be proposed: rules that hold two conditions, and two cases."""
    saved(client, page, "more", **{name: said for name, said in WHOLE.items() if "c1" not in name})
    saved(client, page, "case", **WHOLE)
    saved(client, page, "case")
    saved(client, page, **GOOD)


def test_a_pasted_text_becomes_a_kept_draft_and_what_was_not_read_is_said(sign_in: SignIn) -> None:
    client = sign_in("civil_affairs_reviewer")
    page = begun(client, source=TEXT)
    shown = client.get(page).context
    rows = shown["rules"][0]["rows"]
    assert [row["one"].when for row in rows][:2] == [
        'person.hukou in ["town", "village"]',
        "age(person.birth, today()) >= 80",
    ]
    assert "周岁" in rows[1]["when"]["words"] or "80" in rows[1]["when"]["words"]
    assert (shown["rules"][0]["rule"].amount, shown["found"].unread[0][:3]) == ("120", "第三条")
    assert "高龄" not in client.get(DESK).content.decode()
    saved(client, page, name="高龄补贴")
    assert "高龄补贴" in client.get(DESK).content.decode()
    assert "高龄补贴" not in sign_in("fire_reviewer").get(DESK).content.decode(), "of another body"
    assert sign_in("fire_reviewer").get(page).status_code == 404
    assert sign_in("zhang").get(page).status_code == 403


def test_what_is_wrong_stands_at_its_field_as_it_is_typed_and_nothing_typed_is_lost(sign_in: SignIn) -> None:
    client = sign_in("civil_affairs_reviewer")
    page = begun(client)
    typed = {
        **fields(client, page),
        "r0-c0-text": "年满八十",
        "r0-c0-when": "age(person.birth, today()) >= 八十",
        "r0-c2-text": "有低保",
        "r0-c2-when": "minimum.activ",
        "r0-amount": "person.birth",
        "notice_days": "十天",
    }
    answer = client.post(f"{page}live/", typed).content.decode()
    slots = dict(re.findall(r'<div class="slot" id="at-([^"]*)"[^>]*>(.*?)</div>', answer, re.DOTALL))
    assert "field-error" in slots["r0-c0-when"]
    assert "minimum.active" in slots["r0-c2-when"], "what to write instead, where it was typed"
    assert "field-error" in slots["r0-amount"]
    assert "整数" in slots["notice_days"]
    assert "还没有名称" in slots["name"]
    again = client.get(page).context
    assert [row["one"].when for row in again["rules"][0]["rows"]][:2] == [
        "age(person.birth, today()) >= 八十",
        "minimum.activ",
    ], "kept as it was typed"
    refused = saved(client, page, "propose")
    assert LibraryEntry.objects.get().state == "draft"
    assert refused.status_code == 200
    kept = client.post(page, {**fields(client, page), "notice_days": "十天", "do": "save"})
    assert kept.status_code == 422
    assert kept.context["value"]["notice_days"] == "十天"


def test_names_are_suggested_as_one_types_and_fit_who_the_policy_is_for(sign_in: SignIn) -> None:
    client = sign_in("civil_affairs_reviewer")
    page = begun(client)
    offered = client.get(f"{page}suggest/", {"text": "person.al", "at": 9}).json()
    assert (offered["from"], offered["rows"][0]["text"]) == (0, "person.alone")
    by_name = client.get(f"{page}suggest/", {"text": "not(独居"}).json()
    assert (by_name["from"], by_name["rows"][0]["text"]) == (4, "person.alone")
    values = client.get(f"{page}suggest/", {"text": "student.stage = "}).json()["rows"]
    assert '"primary"' in [one["text"] for one in values]
    of_companies = begun(client, subject="company")
    assert client.get(f"{of_companies}suggest/", {"text": "person.al"}).json()["rows"] == []


def test_two_people_at_one_draft_lose_nothing(sign_in: SignIn) -> None:
    one, other = sign_in("civil_affairs_reviewer"), sign_in("civil_affairs_senior")
    page = begun(one)
    mine, theirs = fields(one, page), fields(other, page)
    assert one.post(page, {**mine, "name": "我写的", "do": "save"}).status_code == 302
    late = other.post(page, {**theirs, "name": "后来的", "do": "save"})
    assert late.status_code == 409
    assert "后来的" in late.content.decode()
    assert "别人刚改过" in other.post(f"{page}live/", {**theirs, "name": "后来的"}).content.decode()
    assert policy_drafting.writing_of(LibraryEntry.objects.get()).name == "我写的"


def test_a_policy_is_written_by_one_and_put_in_force_by_another(sign_in: SignIn) -> None:
    author, senior = sign_in("civil_affairs_reviewer"), sign_in("civil_affairs_senior")
    page = begun(author)
    whole(author, page)
    shown = author.get(page).context
    assert shown["good"], (shown["slots"], shown["cases"])
    assert [one["result"]["good"] for one in shown["cases"]] == [True, True]
    answer = saved(author, page, "propose", note="县里新办法")
    entry = LibraryEntry.objects.get()
    assert (answer.status_code, entry.state) == (302, "proposed")
    version = answer.url
    assert b'value="approve"' not in author.get(version).content
    assert author.post(f"{version}decide/", {"act": "approve"}).status_code == 403, "no head of the body"
    assert sign_in("fire_senior").get(version).status_code == 404
    assert entry.key not in {one.id for one in benefits.library().policies}, "nobody is served by it yet"
    assert "李奶奶" in senior.get(version).content.decode()
    senior.post(f"{version}decide/", {"act": "reject", "reason": ""})
    assert LibraryEntry.objects.get().state == "proposed", "a refusal needs a reason"
    senior.post(f"{version}decide/", {"act": "approve"})
    packs.refresh()
    assert benefits.policy_of(entry.key).name == WHOLE["name"]
    assert benefits.library().rules.entitlement(f"{entry.key}_1").amount == "120"
    assert WHOLE["summary"] in Client().get(f"/benefits/{entry.key}/").content.decode(), "everybody reads it"
    acts = set(AuditEntry.objects.filter(act__startswith="library.").values_list("act", flat=True))
    assert acts == {"library.draft", "library.propose", "library.approve"}
    one = _compared(senior)
    assert one.figures[entry.key]["people"] > 0


def test_who_wrote_in_it_cannot_approve_it(sign_in: SignIn) -> None:
    senior = sign_in("civil_affairs_senior")
    page = begun(senior)
    whole(senior, page)
    version = saved(senior, page, "propose").url
    senior.post(f"{version}decide/", {"act": "approve"})
    assert LibraryEntry.objects.get().state == "proposed"


def test_cases_that_come_out_otherwise_stand_in_the_way(sign_in: SignIn) -> None:
    client = sign_in("civil_affairs_reviewer")
    page = begun(client)
    whole(client, page)
    saved(client, page, **{"r0-c0-when": "age(person.birth, today()) >= 90"})
    shown = client.get(page).context
    assert not shown["good"]
    assert [one["result"]["good"] for one in shown["cases"]] == [False, True]
    saved(client, page, "propose")
    assert LibraryEntry.objects.get().state == "draft"
    saved(client, page, **{"r0-c0-when": "age(person.birth, today()) >= 80", "k0-f-person.birth": "八十五"})
    assert "读不懂" in client.get(page).content.decode()


def test_a_policy_in_force_is_changed_and_the_difference_is_seen_before(sign_in: SignIn) -> None:
    author, senior = sign_in("veterans_reviewer"), sign_in("veterans_senior")
    one = _compared(senior)
    assert b"desk/drafts/begin/" in author.get("/benefits/veteran_help/").content
    assert b"desk/drafts/begin/" not in sign_in("fire_reviewer").get("/benefits/veteran_help/").content
    page = author.post(f"{DESK}begin/", {"policy": "veteran_help"}).url
    first = author.get(page).context
    assert first["good"], "what is in force is sound, with its cases"
    assert first["cases"]
    same = saved(author, page, "try").context["trial"]
    figures = one.figures["veteran_help"]
    assert (same["one"].people, same["one"].money) == (figures["people"], figures["money"])
    assert (same["one"].was, same["moved"]) == ((figures["people"], figures["money"]), [])
    low = next(rule for rule in first["rules"] if rule["rule"].amount)
    changed = saved(author, page, "try", **{f"{low['field']}-amount": f"({low['rule'].amount}) * 2"})
    trial = changed.context["trial"]["one"]
    assert trial.money > figures["money"]
    assert sum(moved.after - moved.before for moved in trial.changed) == trial.money - figures["money"]
    assert AuditEntry.objects.filter(act="benefits.try").count() == 2
    assert not BenefitRun.objects.exists()
    assert not GrantRow.objects.exists()
    why = author.get(f"{page}1/{trial.first[0]}/")
    assert why.context["judged"]
    assert [label for label, _, _ in author.get(f"{page}1/").context["changes"]] == ["金额"]
    again = sign_in("veterans_senior").post(f"{DESK}begin/", {"policy": "veteran_help"})
    assert again.url == page, "one draft of a policy at a time"


def test_an_earlier_comparison_is_read_as_it_was_after_a_policy_changed(sign_in: SignIn) -> None:
    author, senior = sign_in("veterans_reviewer"), sign_in("veterans_senior")
    one = _compared(senior)
    page = author.post(f"{DESK}begin/", {"policy": "veteran_help"}).url
    version = saved(author, page, "propose", summary="改了一句话。").url
    senior.post(f"{version}decide/", {"act": "approve"})
    packs.refresh()
    assert benefits.policy_of("veteran_help").summary == "改了一句话。"
    found = senior.get(f"/benefits/desk/{one.pk}/veteran_help/")
    assert found.context["figures"]["people"] == found.context["page"].paginator.count
    entry = LibraryEntry.objects.get()
    assert benefits.library().rules.entitlement(
        policy_drafting.writing_of(entry).entitlements[0].id
    ).version == 2  # fmt: skip
    back = author.post(f"{DESK}begin/", {"policy": "veteran_help"})
    assert author.get(back.url).context["entry"].version == 2


def test_what_leaves_is_a_piece_of_a_pack_that_loads(sign_in: SignIn, tmp_path: Path) -> None:
    client = sign_in("civil_affairs_reviewer")
    page = begun(client)
    whole(client, page)
    (tmp_path / "benefits.yaml").write_text(client.get(page).context["pack"], "utf-8")
    loaded = load_benefits([packs_root() / "specimen", tmp_path], timezone.localdate())
    assert [one.render() for one in loaded.problems] == []
    key = LibraryEntry.objects.get().key
    assert loaded.policy(key).name == WHOLE["name"]
    assert len([one for one in loaded.examples if key in one.expect]) == 2


def test_a_policy_for_companies_reads_only_what_is_known_of_them(sign_in: SignIn) -> None:
    one = _compared(sign_in("civil_affairs_senior"))
    rule = benefit_runs.library().rules.entitlement("rnd_support_1")
    client = sign_in("civil_affairs_reviewer")
    page = begun(client, subject="company")
    for row, part in enumerate(rule.conditions):
        saved(client, page, **{f"r0-c{row}-text": part.text, f"r0-c{row}-when": part.when})
    tried = saved(client, page, "try", **{"r0-amount": rule.amount}).context["trial"]
    figures = one.figures["rnd_support"]
    assert (tried["one"].people, tried["one"].money, tried["one"].unknown) == (
        figures["people"], figures["money"], figures["unknown"],
    )  # fmt: skip
    assert tried["unit"] == "家"
    wrong = saved(client, page, "try", **{"r0-c0-when": "person.alone"})
    assert wrong.context["rules"][0]["rows"][0]["when"]["said"]
    assert "trial" not in wrong.context
    benefit_facts.facts_file(one, rule.subject).unlink()  # as a comparison made before companies were
    assert not client.get(page).context["compared"]


def test_the_list_leaves_as_a_workbook_and_is_narrowed(sign_in: SignIn) -> None:
    client = sign_in("civil_affairs_reviewer")
    saved(client, begun(client), name="甲补贴")
    saved(client, begun(client), name="乙补贴")
    assert [row["one"].name for row in client.get(DESK, {"q": "甲"}).context["rows"]] == ["甲补贴"]
    assert client.get(DESK, {"state": "published"}).context["rows"] == []
    assert client.get(DESK, {"as": "xlsx"}).getvalue()[:2] == b"PK"


def test_an_amount_by_steps_is_written_as_a_table_and_its_faults_are_told(sign_in: SignIn) -> None:
    client = sign_in("civil_affairs_reviewer")
    page = begun(client)
    whole(client, page)
    steps = {
        "r0-t-h0": "age(person.birth, today())",
        "r0-t-0-0": "[80..90]", "r0-t-0-a": "120",
        "r0-t-1-0": ">= 90", "r0-t-1-a": "300",
    }  # fmt: skip
    saved(client, page, **steps)
    shown = client.get(page).context
    assert "第 1、2 行都管到" in shown["rules"][0]["amount"]["said"][0]["message"]
    saved(client, page, "propose")
    assert LibraryEntry.objects.get().state == "draft"
    saved(client, page, **{"r0-t-0-0": "[80..90)"})
    sound = client.get(page).context
    assert sound["good"], sound["rules"]
    assert sound["rules"][0]["by_table"]
    saved(client, page, **{"r0-t-0-0": "[82..90)"})
    gap = client.get(page).context
    assert gap["good"], "a gap does not stand in the way"
    assert "没有一行管到" in gap["rules"][0]["amount"]["said"][0]["message"], "but it is told"
    writing = policy_drafting.writing_of(LibraryEntry.objects.get())
    assert writing.entitlements[0].amount.startswith(
        "if ((age(person.birth, today())) in ([82..90))) then 120"
    )
    assert "[82..90)" in client.get(f"{page}1/").content.decode()
    emptied = {name: "" for name in fields(client, page) if name.startswith("r0-t-")}
    saved(client, page, **emptied)
    assert policy_drafting.writing_of(LibraryEntry.objects.get()).entitlements[0].amount == ""


def test_a_version_is_drawn_and_leaves_as_a_decision_model(sign_in: SignIn) -> None:
    client = sign_in("civil_affairs_reviewer")
    page = begun(client)
    whole(client, page)
    drawn = client.get(f"{page}1/diagram/").content.decode()
    assert f'data-dmn="{page}1/dmn/"' in drawn
    model = load_texts(client.get(f"{page}1/dmn/").content, "x.dmn")
    born = {"birth": dt.date(1940, 1, 1), "alone": True}
    told = {
        name: model.evaluate(name, {"person": born}, as_of=dt.date(2026, 11, 23)) for name in (HOLDS, DUE)
    }
    assert told == {HOLDS: True, DUE: 120}
    saved(client, page, **{"r0-c0-when": "person.alon"})
    assert client.get(f"{page}1/dmn/").status_code == 404
    assert "data-dmn" not in client.get(f"{page}1/diagram/").content.decode()
    assert sign_in("fire_reviewer").get(f"{page}1/dmn/").status_code == 404


def test_a_language_model_proposes_and_a_person_decides(sign_in: SignIn, settings: Settings) -> None:
    client = sign_in("civil_affairs_reviewer")
    page = begun(client, source=TEXT)
    assert b'value="model"' not in client.get(page).content, "none is there until a city names one"
    assert saved(client, page, "model").status_code == 404
    with Model() as model:
        settings.BANCHENG_MODEL, settings.BANCHENG_MODEL_NAME, settings.BANCHENG_MODEL_KEY = (
            model.address, "small", "our-key",
        )  # fmt: skip
        model.says = """好的：[{"text": "住公租房", "when": "rent.has"}, {"text": "独居", "when": "person.alone"},
            {"text": "编出来的", "when": "person.rich = true"}, {"when": 3}, "x"]"""
        before = policy_drafting.writing_of(LibraryEntry.objects.get())
        asked = saved(client, page, "model")
        good, bad = asked.context["suggested"]
        assert (good.words, good.problems) == ("“住公租房”为是", ()), (
            "what stands already is not proposed again"
        )
        assert bad.problems, "what it made up is told"
        assert policy_drafting.writing_of(LibraryEntry.objects.get()) == before, (
            "nothing is taken over by itself"
        )
        [sent], [key] = model.asked, model.keys
        told = str(sent["messages"])
        assert ("rent.has" in told, "第三条" in told, key) == (True, True, "Bearer our-key")
        saved(client, page, "take:0", **{"p0-text": good.text, "p0-when": good.when})
        kept = policy_drafting.writing_of(LibraryEntry.objects.get()).entitlements[0].conditions
        assert (kept[-1].text, kept[-1].when) == ("住公租房", "rent.has")
        for model.says, model.status in (("我不会", 200), ("[", 200), ("[]", 500)):
            answer = saved(client, page, "model")
            assert answer.status_code == 200
            assert "suggested" not in answer.context
            assert "请自己写" in answer.content.decode()
    assert "没有应答" in saved(client, page, "model").content.decode()
    assert AuditEntry.objects.filter(act="benefits.ask-model").count() == 5


@pytest.mark.parametrize(
    "endless",
    [
        "count(for x in 1..1000000000 return x) > age(person.birth, today())",
        'matches(person.hukou + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "(a|aa|o|t|w|n|[a-z])+$")',
    ],
)
def test_a_condition_that_never_ends_is_told_at_its_place(sign_in: SignIn, endless: str) -> None:
    client = sign_in("civil_affairs_reviewer")
    page = begun(client)
    whole(client, page)
    told = {"r0-c1-when": endless, "r0-amount": "count(for x in 1..1000000000 return x)"}
    typed = {**fields(client, page), **told, "k0-f-person.hukou": "town"}
    answer = client.post(f"{page}live/", typed)
    assert answer.status_code == 200
    slots = dict(
        re.findall(r'<div class="slot" id="at-([^"]*)"[^>]*>(.*?)</div>', answer.content.decode(), re.DOTALL)
    )
    assert "算不到头" in slots["r0-c1-when"]
    assert "算不到头" in slots["r0-amount"]
