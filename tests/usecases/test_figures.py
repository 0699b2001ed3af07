"""The reform's figures: a "before" that stays, cases counted by what happened, and what is left out."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.usecases import town as specimen

from bancheng.core.casework import WithdrawReason, commands
from bancheng.core.clock import Limit
from bancheng.core.compiler import compile_onething
from bancheng.store.models import AuditEntry, CaseFigure, CaseForm, SavingsBaseline
from bancheng.usecases import actuals, casework, figures, play, spreadsheets
from bancheng.usecases.access import NotAllowed, NotFound
from bancheng.usecases.casework import CaseFile
from bancheng.usecases.town import packs

ALL = (date(2020, 1, 1), date(2100, 1, 1))


def finished() -> CaseFile:
    """A case to its last result."""
    file = specimen.accepted()
    for scene in play.work(file):
        file = scene.file
    return file


def read(key: str = "") -> actuals.Actuals:
    actuals.count()
    return actuals.actuals(specimen.person("watch"), *ALL, key)


def test_only_item_managers_freeze_and_it_is_written_down(town: None) -> None:
    blueprint = figures.current_of(specimen.SERIAL)
    with pytest.raises(NotAllowed):
        figures.freeze(specimen.person("watch"), blueprint, "", timezone.now())
    figures.freeze(specimen.person("items"), blueprint, "  2026 年方案 ", timezone.now())
    later = figures.freeze(specimen.person("items"), blueprint, "再定", timezone.now())
    assert [row.current for row in figures.history(specimen.SERIAL)] == [True, False]
    assert figures.baselines() == {specimen.SERIAL: (later.pk, later.digest)}
    assert AuditEntry.objects.filter(act="figures.freeze").count() == 2
    assert "李事项" in figures.figures_of(blueprint).baseline
    with pytest.raises(NotFound):
        figures.current_of("nothing")


def test_a_changed_item_moves_the_after_and_not_the_before(town: None) -> None:
    key = specimen.SERIAL
    blueprint = figures.current_of(key)
    figures.freeze(specimen.person("items"), blueprint, "", timezone.now())
    first = blueprint.items[0].key
    item = packs().catalogue.items[first]
    leaner = msgspec.structs.replace(item, materials=(), promised=Limit(1), steps=(), version=9)
    catalogue = msgspec.structs.replace(packs().catalogue, items={**packs().catalogue.items, first: leaner})
    later = compile_onething(catalogue.onethings[key], catalogue, packs().coverage).blueprint
    assert later is not None
    then, now = figures.figures_of(blueprint), figures.figures_of(later)
    assert [line.before for line in then.lines] == [line.before for line in now.lines]
    assert now.lines[1].after < then.lines[1].after


def test_the_city_table_puts_both_means_together_and_lists_who_has_no_before(town: None) -> None:
    found = figures.city()
    assert len(found.rows) == len(found.unfrozen)
    fields = found.whole.lines[0]
    assert fields.rate_of_sums is not None
    assert fields.mean_of_rates is not None
    assert fields.counted == len(found.rows)
    assert found.items.lines[0].counted < found.items.lines[0].rows == len(packs().catalogue.items)
    rows = list(figures.city_table(found))
    assert len({len(row) for row in rows}) == 1
    with CaptureQueriesContext(connection) as cost:
        figures.city()
    assert len(cost) <= 3


def test_claims_over_many_one_things_stand_in_the_city_s_table_once(town: None) -> None:
    claims = figures.city_claims()
    assert len(set(claims)) == len(claims)
    rows = [row for row in figures.city_table(figures.city()) if row[0] == "公开说法"]
    assert len(rows) == len(claims)


def test_a_table_opens_in_a_spreadsheet_and_runs_nothing() -> None:
    text = spreadsheets.as_csv([("=1+1", Decimal("0.5")), ("名称", -1)]).decode("utf-8")
    assert text == "\ufeff'=1+1,0.5\r\n名称,-1\r\n"


def test_a_finished_case_is_counted_once_by_what_happened(town: None) -> None:
    file = finished()
    found = read()
    row = CaseFigure.objects.get(case=file.case)
    form = CaseForm.objects.filter(case=file.case).last()
    assert form is not None
    assert form.values is not None
    assert row.fields == len(set(form.values) - set(form.known or {}))
    assert row.fields is not None
    assert row.fields_before is not None
    assert row.fields < row.fields_before
    assert (row.trips, row.days) == (0, 0)
    steps = [step for step in file.state.steps.values() if step.status.value == "done"]
    assert row.steps == len(steps) + 3
    assert found.whole.cases == 1
    assert [line.counted for line in found.whole.lines if line.measure != "trips"] == [1] * 4
    assert actuals.count() == 0


def test_promised_days_come_from_the_frozen_before_and_a_new_one_counts_again(town: None) -> None:
    file = finished()
    actuals.count()
    before = CaseFigure.objects.get(case=file.case)
    base = figures.freeze(specimen.person("items"), figures.current_of(specimen.SERIAL), "", timezone.now())
    assert actuals.count() == 1
    after = CaseFigure.objects.get(case=file.case)
    assert after.baseline_id == base.pk
    assert after.days_before == before.days_before


def test_counts_outlive_the_erasing_of_what_a_person_wrote(town: None) -> None:
    file = finished()
    actuals.count()
    CaseForm.objects.update(values=None, salt="")
    figures.freeze(specimen.person("items"), figures.current_of(specimen.SERIAL), "", timezone.now())
    assert actuals.count() == 0
    assert CaseFigure.objects.get(case=file.case).fields is not None


def test_what_cannot_be_counted_is_listed_with_its_reason(town: None) -> None:
    back = specimen.submitted()
    applicant = specimen.applicant_of(back)
    casework.act(applicant, back.case.number, commands.Withdraw(reason=WithdrawReason.LATER))
    gone = finished()
    CaseForm.objects.filter(case=gone.case).update(values=None)
    base = figures.freeze(specimen.person("items"), figures.current_of(specimen.SERIAL), "", timezone.now())
    frozen = figures.current_of(specimen.SERIAL)
    smaller = msgspec.structs.replace(frozen, items=frozen.items[:1], digest="0" * 64)
    figures.freeze(specimen.person("items"), smaller, "", timezone.now())
    grown = finished()
    found = read()
    assert found.whole.cases == 0
    assert {one.reason: one.numbers for one in found.left} == {
        "withdrawn": (back.case.number,),
        "erased": (gone.case.number,),
        "new_items": (grown.case.number,),
    }
    assert all(one.words for one in found.left)
    SavingsBaseline.objects.update(current=False)
    SavingsBaseline.objects.filter(pk=base.pk).update(current=True)
    assert read().whole.cases == 1


def test_a_period_and_a_one_thing_narrow_the_cohort(town: None) -> None:
    finished()
    today = timezone.localdate()
    watcher = specimen.person("watch")
    actuals.count()
    assert actuals.actuals(watcher, today, today).whole.cases == 1
    assert actuals.actuals(watcher, today - timedelta(9), today - timedelta(1)).whole.cases == 0
    assert actuals.actuals(watcher, today, today, specimen.LONG).whole.cases == 0
    with pytest.raises(NotAllowed):
        actuals.actuals(specimen.person("zhang"), today, today)


def test_figures_cost_the_same_queries_however_many_cases(town: None) -> None:
    finished()
    actuals.count()
    with CaptureQueriesContext(connection) as one:
        actuals.actuals(specimen.person("watch"), *ALL)
    finished()
    finished()
    actuals.count()
    with CaptureQueriesContext(connection) as three:
        found = actuals.actuals(specimen.person("watch"), *ALL)
    # A look at the library once a second is not one of ours.
    assert abs(len(three) - len(one)) <= 1
    assert len(three) <= 13
    assert found.whole.cases == 3


def test_an_odd_period_is_put_in_order() -> None:
    today = date(2026, 11, 22)
    assert figures.period("2026-05-01", "2026-02-01", today) == (date(2026, 2, 1), date(2026, 5, 1))
    assert figures.period("", "soon", today) == (date(2026, 1, 1), today)
