"""What an item manager tries: the town's own people in a rehearsal, and what records tell of a one-thing."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.usecases import town as specimen

from bancheng.core.catalogue import ServiceExpectation
from bancheng.core.clock import Limit
from bancheng.core.compiler.effects import Observed, Scenario
from bancheng.store.models import CaseForm, CaseTask, Draft, ItemVersion, Membership
from bancheng.usecases import effects, figures
from bancheng.usecases.access import NotFound
from bancheng.usecases.town import packs, publish


def test_a_rehearsal_takes_the_town_s_own_people(town: None) -> None:
    blueprint = figures.current_of(specimen.SERIAL)
    scenario, known = effects.town_scenario(blueprint, timezone.localdate())
    body = blueprint.plan.steps[0].bodies[0]
    people = Membership.objects.filter(body=body, role__in=effects.WORKERS).values("user").distinct()
    assert scenario.staff[body] == people.count()
    assert scenario.service == {}
    assert known.arrivals is None
    assert effects.rehearsed(blueprint, scenario) is effects.rehearsed(blueprint, scenario)


def test_lengths_seen_often_enough_stand_for_the_limit(town: None) -> None:
    file = specimen.accepted()
    task = CaseTask.objects.filter(case=file.case).exclude(kind="intake").first()
    assert task is not None
    now = timezone.now()
    task.delete()
    CaseTask.objects.bulk_create(
        CaseTask(
            case=file.case, key=task.key, name=task.name, kind=task.kind, body=f"body{n}", role=task.role,
            state="done", opened_at=now - timedelta(days=7), done_at=now,
        )
        for n in range(effects.ENOUGH)
    )  # fmt: skip
    known = effects.measured(figures.current_of(specimen.SERIAL), timezone.localdate())
    assert list(known.service) == [task.key]
    assert known.service[task.key] == Observed(days=(5.0,) * effects.ENOUGH)


def test_an_expectation_that_is_missed_is_a_warning_at_its_place(
    town: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    blueprint = figures.current_of(specimen.SERIAL)
    today = timezone.localdate()
    assert effects.expectation_problems([blueprint], today) == ()
    loaded = packs()
    hard = (
        ServiceExpectation(share=Decimal("0.5"), within=Limit(90)),
        ServiceExpectation(share=Decimal("0.95"), within=Limit(0)),
    )
    definition = msgspec.structs.replace(loaded.catalogue.onethings[specimen.SERIAL], expectations=hard)
    onethings = {**loaded.catalogue.onethings, specimen.SERIAL: definition}
    catalogue = msgspec.structs.replace(loaded.catalogue, onethings=onethings)
    monkeypatch.setattr(effects, "packs", lambda: msgspec.structs.replace(loaded, catalogue=catalogue))
    (problem,) = effects.expectation_problems([blueprint], today)
    assert (problem.code, problem.severity.value) == ("expectation-missed", "warning")
    assert "95%" in problem.message


def test_what_if_starts_from_what_the_packs_come_to(town: None) -> None:
    assert effects.setting(specimen.SERIAL).definition.key == specimen.SERIAL
    with pytest.raises(NotFound):
        effects.setting("nothing")


def test_members_are_offered_in_their_other_published_versions(town: None) -> None:
    publish(timezone.now())
    blueprint = figures.current_of(specimen.SERIAL)
    assert effects.other_versions(blueprint) == []
    row = ItemVersion.objects.filter(key=blueprint.items[0].key).first()
    assert row is not None
    row.pk, row.digest, row.version = None, "0" * 64, 7
    row.save()
    (found,) = effects.other_versions(blueprint)
    assert [one[:2] for one in found[1]] == [("0" * 64, 7)]
    item = effects.item_version("0" * 64)
    assert item is not None
    assert item.key == blueprint.items[0].key
    assert effects.item_version("nothing") is None


def test_records_tell_what_was_typed_again_and_what_was_left_lying(town: None) -> None:
    blueprint = figures.current_of(specimen.SERIAL)
    today = timezone.localdate()
    quiet = effects.fake_records([blueprint], today)[specimen.SERIAL]
    assert (quiet.cases, quiet.typed, quiet.single) == (0, 0, None)
    file = specimen.submitted()
    form = CaseForm.objects.get(case=file.case)
    source = next(one for one in blueprint.fields if one.source and not one.ask_afresh)
    assert form.values is not None
    form.values[source.element], form.known = "又填了一遍", {}
    form.save()
    _actor, left = specimen.draft()
    Draft.objects.filter(pk=left.draft.pk).update(updated_at=timezone.now() - timedelta(days=30))
    told = effects.fake_records([blueprint], today, numbers=True)[specimen.SERIAL]
    assert (told.cases, told.drafts, told.abandoned) == (1, 1, 1)
    assert told.again >= 1
    assert source.name in told.again_fields or told.again > 3
    assert told.examples["again"] == (file.case.number,)
    assert effects.fake_records([blueprint], today)[specimen.SERIAL].examples == {}


def test_the_ranking_costs_the_same_queries_however_many_cases(town: None) -> None:
    today = timezone.localdate()
    effects.fake_tests(today)
    with CaptureQueriesContext(connection) as none:
        effects.fake_tests(today)
    specimen.accepted()
    specimen.submitted()
    with CaptureQueriesContext(connection) as some:
        found = effects.fake_tests(today)
    # Two for the records of the cases; one more when the town's serial is due to be looked at again.
    assert len(some) <= len(none) + 3
    assert [one.score for one in found] == sorted(one.score for one in found)


def test_equal_questions_are_played_once(town: None) -> None:
    blueprint = figures.current_of(specimen.SERIAL)
    one = effects.rehearsed(blueprint, Scenario(days=10, runs=2))
    assert effects.rehearsed(blueprint, Scenario(runs=2, days=10)) is one
    assert effects.rehearsed(blueprint, Scenario(runs=2, days=11)) is not one
