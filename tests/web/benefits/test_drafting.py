"""A policy is drafted from its text, corrected, checked as typed and tried on everybody; nothing is kept of it."""

from __future__ import annotations

from pathlib import Path

from django.utils import timezone
from tests.core.benefits.test_draft import TEXT
from tests.web.benefits.test_policy_desk import _compared
from tests.web.public.conftest import SignIn

from bancheng.connect.packs import load_benefits, packs_root
from bancheng.store.models import AuditEntry, BenefitRun, GrantRow
from bancheng.usecases import benefit_runs, policy_drafting
from bancheng.usecases.policy_drafting import Written

PAGE = "/benefits/desk/draft/"


def test_a_pasted_text_becomes_rows_and_what_was_not_read_is_said(sign_in: SignIn) -> None:
    shown = sign_in("civil_affairs_reviewer").post(PAGE, {"do": "read", "source": TEXT}).context
    assert [one["row"].when for one in shown["rows"] if one["row"].when][:2] == [
        'person.hukou in ["town", "village"]',
        "age(person.birth, today()) >= 80",
    ]
    assert (shown["amount"], shown["found"].unread[0][:3], shown["good"]) == ("120", "第三条", True)


def test_what_is_wrong_stands_at_its_row_and_nothing_typed_is_lost(sign_in: SignIn) -> None:
    sent = {
        "do": "check",
        "text": ["年满八十", "有低保", "", "读小学"],
        "when": ["age(person.birth, today()) >= 八十", "minimum.activ", "", 'student.stage = "infant"'],
        "amount": "person.birth",
    }
    page = sign_in("civil_affairs_reviewer").post(PAGE, sent)
    rows = page.context["rows"]
    assert page.status_code == 422
    assert [bool(one["wrong"]) for one in rows[:3]] == [True, True, True]
    assert "minimum.active" in page.content.decode(), "what to write instead"
    assert page.context["whole"], "the amount is no number"
    assert [one["row"].when for one in rows[:2]] == sent["when"][:2]


def test_a_draft_is_tried_on_everybody_and_comes_to_what_the_policy_comes_to(sign_in: SignIn) -> None:
    one = _compared(sign_in("civil_affairs_senior"))
    rules = benefit_runs.library().rules
    parts = rules.entitlement("veteran_low").conditions
    texts, whens = [part.text for part in parts], [part.when for part in parts]
    sent = {"do": "try", "text": texts, "when": whens, "amount": "200 * veteran.years"}
    shown = sign_in("veterans_reviewer").post(PAGE, sent)
    tried, figures = shown.context["tried"], one.figures["veteran_help"]
    assert (tried.people, tried.money, tried.unknown) == (
        figures["people"],
        figures["money"],
        figures["unknown"],
    )
    assert sum(people for _, people, _ in tried.places) == tried.people
    assert AuditEntry.objects.filter(act="benefits.try").exists()
    assert not BenefitRun.objects.exists()
    assert not GrantRow.objects.exists()
    assert sign_in("fire_reviewer").post(PAGE, {**sent, "source": "x"}).status_code == 403


def test_what_leaves_is_a_piece_of_a_pack_that_loads(town: None, tmp_path: Path) -> None:
    rows = [
        Written("年满起点年龄", "age(person.birth, today()) >= old.first"),
        Written("独居", "person.alone"),
    ]
    (tmp_path / "benefits.yaml").write_text(policy_drafting.as_pack(rows, "100"), "utf-8")
    loaded = load_benefits([packs_root() / "specimen", tmp_path], timezone.localdate())
    assert [one.render() for one in loaded.problems] == []
    assert loaded.policy("new_policy").entitlements == ("new_entitlement",)


def test_a_policy_for_companies_is_tried_on_companies_and_reads_only_what_is_known_of_them(
    sign_in: SignIn, tmp_path: Path
) -> None:
    one = _compared(sign_in("civil_affairs_senior"))
    rules = benefit_runs.library().rules
    rule = rules.entitlement("rnd_support_1")
    sent = {
        "do": "try",
        "subject": "company",
        "text": [part.text for part in rule.conditions],
        "when": [part.when for part in rule.conditions],
        "amount": rule.amount,
    }
    desk = sign_in("civil_affairs_reviewer")
    page = desk.post(PAGE, sent)
    tried, figures = page.context["tried"], one.figures["rnd_support"]
    assert (tried.people, tried.money, tried.unknown, page.context["unit"]) == (
        figures["people"], figures["money"], figures["unknown"], "家",
    )  # fmt: skip
    assert {fact.subject.value for fact, _, _ in page.context["facts"]} == {"company"}
    (tmp_path / "benefits.yaml").write_text(page.context["pack"], "utf-8")
    loaded = load_benefits([packs_root() / "specimen", tmp_path], timezone.localdate())
    assert loaded.rules.entitlement("new_entitlement").subject.value == "company"
    of_a_person = desk.post(PAGE, {**sent, "when": ["person.alone"], "text": ["独居"]})
    assert of_a_person.status_code == 422
    assert of_a_person.context["rows"][0]["wrong"]
    benefit_runs.facts_file(one, rule.subject).unlink()  # as a comparison made before companies were
    assert desk.post(PAGE, sent).context["tried"] is None
