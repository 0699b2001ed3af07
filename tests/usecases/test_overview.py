"""Supervision's figures come from counters; whatever wrote the rows, the counters agree with counting them."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.usecases import town as specimen

from bancheng.store import tallies
from bancheng.store.models import Case, CaseBody, CaseTask, Tally
from bancheng.usecases import overview, play, watch
from bancheng.usecases.casework import reproject

pytestmark = pytest.mark.usefixtures("town")

PHASES = ("received", "supplement", "accepted", "finished", "withdrawn")


def _agree(today: date) -> None:
    watcher = specimen.person("watch")
    assert overview.figures(watcher, today) == overview.counted(
        Case.objects.all(), CaseTask.objects.all(), today
    )
    senior = specimen.person("market_senior")
    counted = overview.counted(watch.scope(senior), watch.tasks_of(senior), today)
    assert overview.figures(senior, today) == counted


def test_acts_move_the_counters_with_the_rows() -> None:
    today = timezone.localdate()
    _agree(today)
    received = specimen.submitted()
    _agree(today)
    play.accept(received)
    play.whole(specimen.SERIAL)
    _agree(today)
    figures = overview.figures(specimen.person("watch"), today)
    assert (figures.all, figures.open, figures.states["finished"]) == (2, 1, 1)


def test_what_is_late_follows_from_the_day_and_nothing_runs() -> None:
    today = timezone.localdate()
    case = specimen.accepted().case
    found = []
    for day in (case.due_on - timedelta(days=30), case.due_on, case.due_on + timedelta(days=1)):
        _agree(day)
        figures = overview.figures(specimen.person("watch"), day)
        found.append((figures.near, figures.overdue))
    assert found == [(0, 0), (1, 0), (0, 1)]
    _agree(today + timedelta(days=400))


def test_rows_written_past_the_road_count_as_well() -> None:
    today = timezone.localdate()
    specimen.submitted()
    kept = play.whole(specimen.SERIAL).case
    gone = specimen.accepted().case

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12)
    @given(
        status=st.sampled_from(PHASES),
        days=st.integers(-20, 20),
        flags=st.tuples(st.booleans(), st.booleans()),
        rating=st.sampled_from((None, 1, 5)),
        dated=st.booleans(),
        state=st.sampled_from(("open", "claimed", "waiting", "done")),
    )
    def written(
        status: str, days: int, flags: tuple[bool, bool], rating: int | None, dated: bool, state: str
    ) -> None:
        day, now = today + timedelta(days=days), timezone.now()
        Case.objects.filter(pk=kept.pk).update(
            status=status,
            due_on=day if dated else None,
            paused=flags[0],
            provisional=flags[1],
            rating=rating,
            accepted_on=today - timedelta(days=25) if flags[0] or dated else None,
            finished_at=now + timedelta(days=min(days, 0)) if status == "finished" else None,
        )
        CaseTask.objects.filter(case=kept).update(
            state=state, due_on=day if dated else None, done_at=now if state == "done" else None
        )
        _agree(today)

    written()
    CaseBody.objects.filter(case=kept, body="yunxi_market").delete()
    _agree(today)
    reproject(kept.pk)
    _agree(today)
    CaseTask.objects.filter(case=gone).delete()
    CaseBody.objects.filter(case=gone).delete()
    _agree(today)


def test_folding_and_counting_anew_change_no_figure() -> None:
    today = timezone.localdate()
    play.whole(specimen.SERIAL)
    specimen.accepted()
    before = Tally.objects.count()
    assert tallies.fold(connection, today, before) == 0
    assert tallies.fold(connection, today, 0) > 0
    assert Tally.objects.count() < before
    assert not Tally.objects.filter(loose=True).exists()
    _agree(today)
    overview.recount()
    _agree(today)
    # What was done long ago is kept no longer than it is shown.
    tallies.recount(connection)
    Tally.objects.update(loose=True)
    tallies.fold(connection, today + timedelta(days=tallies.KEPT_DAYS + 1), 0)
    assert not Tally.objects.filter(what__in=(Tally.CASE_DONE, Tally.TASK_DONE)).exists()


def test_counters_that_went_missing_are_made_and_counted_again() -> None:
    specimen.accepted()
    tallies.remove(connection)
    specimen.submitted()
    tallies.install(connection)
    _agree(timezone.localdate())
    specimen.submitted()
    _agree(timezone.localdate())


def test_the_figures_take_four_queries_whatever_there_is() -> None:
    specimen.accepted()
    watcher = specimen.person("watch")
    with CaptureQueriesContext(connection) as asked:
        overview.figures(watcher, timezone.localdate())
    assert len(asked) == 4
    assert all("store_tally" in one["sql"] for one in asked)
