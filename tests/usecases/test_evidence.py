"""Asking the city's sources: only what the matter needs, noted without the number, and never in the way."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings
from tests.usecases import town as specimen

from bancheng.store.models import CaseForm, Draft, EvidenceCall, Mandate, Party, User
from bancheng.usecases import access, apply, play, submission
from bancheng.usecases.apply import Preparation

pytestmark = pytest.mark.usefixtures("town")


def _prepared(username: str = "zhang", onething: str = specimen.SERIAL) -> Preparation:
    actor = specimen.person(username)
    return apply.prepare(actor, apply.start(actor, onething))


def _again(preparation: Preparation, username: str = "zhang") -> Preparation:
    return apply.prepare(specimen.person(username), Draft.objects.get(pk=preparation.draft.pk))


def test_a_source_that_is_down_is_named_its_values_are_asked_and_the_way_stays_open(
    settings: Settings,
) -> None:
    known = {one.field.element for one in _prepared().personal.fields if one.known}
    assert "company_name" in known
    settings.BANCHENG_DEMO_SOURCES = {
        "company_register": "down",
        "company_licence_library": "down",
        "household_register": "down",
    }
    preparation = _prepared()
    fields = {one.field.element: one for one in preparation.personal.fields}
    assert "company_register" in preparation.personal.down
    assert fields["company_name"].known is None
    assert fields["company_name"].required
    assert not any(one.document for one in preparation.personal.materials)
    actor = specimen.person("zhang")
    ready, _ = play.fill(actor, preparation)
    file = submission.submit(actor, play.give_papers(actor, ready), declared=True)
    assert CaseForm.objects.get(case=file.case).known == {}


def test_a_source_that_was_down_is_asked_again_soon_and_one_that_answered_later(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BANCHENG_DEMO_SOURCES = {"company_register": "down"}
    preparation = _prepared()
    calls = EvidenceCall.objects.count()
    assert calls
    _again(preparation)
    assert EvidenceCall.objects.count() == calls
    settings.BANCHENG_DEMO_SOURCES = {}
    _shift(preparation, apply.DOWN_FOR)
    back = _again(preparation)
    assert back.personal.down == ()
    assert any(one.known for one in back.personal.fields)
    calls = EvidenceCall.objects.count()
    _shift(preparation, apply.DOWN_FOR)
    _again(preparation)
    assert EvidenceCall.objects.count() == calls
    _shift(preparation, apply.KNOWN_FOR)
    _again(preparation)
    assert EvidenceCall.objects.count() > calls


def _shift(preparation: Preparation, by: timedelta) -> None:
    draft = Draft.objects.get(pk=preparation.draft.pk)
    assert draft.known_at is not None
    Draft.objects.filter(pk=draft.pk).update(known_at=draft.known_at - by - timedelta(seconds=1))


def test_each_call_is_noted_with_its_purpose_and_without_the_number() -> None:
    preparation = _prepared()
    rows = list(EvidenceCall.objects.values())
    assert {row["onething"] for row in rows} == {specimen.SERIAL}
    assert {row["user"] for row in rows} == {specimen.person("zhang").id}
    party = preparation.draft.party
    own = specimen.person("zhang").own
    assert party is not None
    assert own is not None
    text = str(rows)
    assert party.number not in text
    assert own.number not in text
    assert len({row["subject"] for row in rows}) == 1
    assert all(len(row["subject"]) == 64 for row in rows)


def test_only_what_the_matter_needs_is_asked_and_kept() -> None:
    preparation = _prepared()
    of = preparation.blueprint
    needed = {one.element for one in (*of.fields, *of.questions)} | {one.document for one in of.materials}
    for call in EvidenceCall.objects.all():
        assert set(call.asked) <= needed
        assert call.asked
    kept = preparation.draft.known
    assert {row[0] for row in kept["values"]} | {row["document"] for row in kept["documents"]} <= needed


def test_a_value_the_person_corrects_is_theirs_and_no_longer_the_sources() -> None:
    preparation = _prepared()
    assert apply.answer(preparation, {"contact_phone": ["19900000777"]}) == ()
    field = _field(_again(preparation), "contact_phone")
    assert (field.value, field.known) == ("19900000777", None)


def test_a_value_typed_as_the_source_has_it_stays_the_sources() -> None:
    preparation = _prepared()
    same = str(_field(preparation, "contact_phone").value)
    apply.answer(preparation, {"contact_phone": [same]})
    again = _again(preparation)
    assert "contact_phone" not in again.draft.answers
    assert _field(again, "contact_phone").known is not None


def _field(preparation: Preparation, element: str) -> Any:
    return next(one for one in preparation.personal.fields if one.field.element == element)


def test_the_frozen_form_tells_typed_values_from_known_ones() -> None:
    actor, preparation = specimen.draft()
    apply.answer(preparation, {"contact_phone": ["19900000777"]})
    file = submission.submit(actor, apply.prepare(actor, preparation.draft), declared=True)
    form = CaseForm.objects.get(case=file.case)
    assert form.values["contact_phone"] == "19900000777"
    assert "contact_phone" not in form.known
    source, name, as_of = form.known["company_name"]
    assert (source, name, len(as_of)) == ("company_register", "企业登记库（示范）", 10)


def test_who_represents_a_company_is_asked_about_too_who_runs_errands_for_it_is_not() -> None:
    _prepared("liu", specimen.LONG)
    subjects = set(EvidenceCall.objects.values_list("subject", flat=True))
    assert len(subjects) == 2
    EvidenceCall.objects.all().delete()
    company = Party.objects.get(number="129999993000001174")
    agent = User.objects.get(username="wang")
    Mandate.objects.create(user=agent, party=company, kind=Mandate.AGENT)
    actor = access.actor_for(agent)
    apply.prepare(actor, apply.start(actor, specimen.LONG, company.pk))
    asked = set(EvidenceCall.objects.values_list("subject", flat=True))
    assert len(asked) == 1
    assert asked < subjects


def test_before_sign_in_no_source_is_asked() -> None:
    draft = apply.start(access.ANONYMOUS, specimen.SERIAL)
    apply.prepare(access.ANONYMOUS, draft)
    assert not EvidenceCall.objects.exists()


def test_a_fact_that_only_a_condition_reads_is_looked_up_too() -> None:
    preparation = _prepared("feng", "company_move")
    asked = {one.element for one in preparation.blueprint.questions}
    asked |= {one.element for one in preparation.blueprint.fields}
    assert "has_fund_registration" not in asked
    assert "fund_migration" in {one.key for one in preparation.personal.items}
    assert preparation.personal.open_items == ()
