"""Supervision: figures that add up, rows behind them, a case for reading."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.usecases import town as specimen
from tests.web.bounds import BOUNDS, Asked
from tests.web.public.conftest import SignIn
from tests.web.public.test_lists import many

from bancheng.store.models import AuditEntry, Case, CaseEvent, CaseTask, Party
from bancheng.usecases import access, overview, watch
from bancheng.usecases.access import NotAllowed
from bancheng.usecases.overview import _median
from bancheng.usecases.town import packs
from bancheng.web.watch.views import why_late


@pytest.fixture
def supervisor(sign_in: SignIn) -> Client:
    """Who watches over the whole town."""
    return sign_in("watch")


def text(client: Client, address: str, status: int = 200) -> str:
    """The page."""
    page = client.get(address)
    assert page.status_code == status
    return page.content.decode()


def test_supervision_is_closed_to_applicants_and_reviewers(sign_in: SignIn) -> None:
    text(sign_in("zhang"), "/watch/", 403)
    text(sign_in("market_reviewer"), "/watch/", 403)


def test_the_figures_are_those_of_the_cases(town: None) -> None:
    today = timezone.localdate()
    late, soon, still = specimen.accepted().case, specimen.accepted().case, specimen.accepted().case
    Case.objects.filter(pk=late.pk).update(due_on=today - timedelta(days=1))
    Case.objects.filter(pk=soon.pk).update(due_on=packs().calendar.add_workdays(today, 1).date)
    Case.objects.filter(pk=still.pk).update(due_on=today - timedelta(days=1), paused=True)
    specimen.submitted()
    figures = overview.figures(specimen.person("watch"), today)
    assert (figures.open, figures.overdue, figures.near, figures.paused) == (4, 1, 1, 1)
    (row,) = figures.onethings
    assert (row.open, row.overdue, row.near, row.paused) == (4, 1, 1, 1)
    assert (
        sum(one.open for one in figures.bodies)
        == CaseTask.objects.filter(state__in=("open", "claimed")).count()
    )


def test_nobody_is_late_by_a_date_that_may_still_move(town: None) -> None:
    case = specimen.accepted().case
    today = timezone.localdate()
    Case.objects.filter(pk=case.pk).update(due_on=today - timedelta(days=9), provisional=True)
    assert overview.figures(specimen.person("watch"), today).overdue == 0
    assert watch.colour_of(Case.objects.get(pk=case.pk), today)[0] == "yellow"


def test_times_and_ratings_follow_from_what_was_done(town: None) -> None:
    from bancheng.usecases import play

    done = play.whole(specimen.SERIAL)
    calendar = packs().calendar
    today = timezone.localdate()
    CaseTask.objects.filter(case=done.case).exclude(kind="intake").update(
        opened_at=timezone.now() - timedelta(days=14), done_at=timezone.now(), due_on=today
    )
    Case.objects.filter(pk=done.case.pk).update(rating=4, due_on=today - timedelta(days=30))
    figures = overview.figures(specimen.person("watch"), today)
    expected = calendar.workdays_between(today - timedelta(days=14), today)
    assert {one.median for one in figures.body_pace} == {expected}
    assert {one.share for one in figures.body_pace} == {1.0}
    (pace,) = figures.onething_pace
    assert (pace.rating, pace.rated, pace.share) == (4, 1, 0.0)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=40))
def test_the_median_of_counts_is_the_median_of_values(values: list[int]) -> None:
    ordered = sorted(values)
    middle = len(ordered) // 2
    plain = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    assert _median([(value, values.count(value)) for value in set(values)]) == plain


def test_a_senior_sees_only_what_their_body_has_part_in(town: None, sign_in: SignIn) -> None:
    file = specimen.accepted()
    market, tax = sign_in("market_senior"), sign_in("tax_senior")
    assert file.case.number[-5:] in text(market, "/watch/cases/").replace("</span><wbr><span>", "")
    assert "没有符合的办件" in text(tax, "/watch/cases/")
    text(tax, f"/watch/cases/{file.case.number}/", 404)
    text(tax, "/watch/bodies/yunxi_market/")
    assert overview.figures(specimen.person("tax_senior"), timezone.localdate()).all == 0


def test_an_administrator_sees_figures_and_opens_no_case(town: None, sign_in: SignIn) -> None:
    file = specimen.accepted()
    admin = sign_in("admin")
    assert "/watch/cases/" not in text(admin, "/watch/")
    text(admin, "/watch/cases/", 403)
    text(admin, f"/watch/cases/{file.case.number}/", 403)
    with pytest.raises(NotAllowed):
        watch.tasks_behind(specimen.person("admin"), timezone.localdate(), "yunxi_market")


def test_a_case_for_reading_masks_people_and_is_written_down(town: None, supervisor: Client) -> None:
    file = specimen.accepted()
    assert file.case.party.name in text(
        supervisor, f"/watch/cases/{file.case.number}/"
    )  # a company is no person
    Party.objects.filter(pk=file.case.party_id).update(subject="person")
    page = text(supervisor, f"/watch/cases/{file.case.number}/")
    assert file.case.party.name not in page
    assert file.case.party.number not in page
    assert "没有被改动" in page
    assert AuditEntry.objects.filter(act="watch.open").count() == 2
    assert access.audit_is_whole()


def test_supervision_reads_whom_a_case_waits_for_and_why_it_is_late(town: None, supervisor: Client) -> None:
    file = specimen.accepted()
    page = text(supervisor, f"/watch/cases/{file.case.number}/")
    assert "现在等谁" in page
    assert "晚在哪里" not in page
    assert not re.search(r"</svg>\s*已受理", text(supervisor, "/watch/cases/"))
    later = timezone.now() + timedelta(days=90)
    seen = watch.open_for_reading(specimen.person("watch"), file.case.number, later)
    said = why_late(seen, later.date())
    assert said
    assert all("还没办完" in one and "个工作日，应在" in one for one in said)


def test_a_changed_event_shows(town: None, supervisor: Client) -> None:
    file = specimen.accepted()
    event = CaseEvent.objects.get(case=file.case, seq=2)
    CaseEvent.objects.filter(pk=event.pk).update(body=event.body + " ")
    page = text(supervisor, f"/watch/cases/{file.case.number}/")
    assert "记录被改动过" in page
    assert "没有被改动" not in page


def test_every_figure_leads_to_the_rows_it_was_counted_from(town: None, supervisor: Client) -> None:
    from bancheng.usecases import play

    play.whole(specimen.SERIAL)
    specimen.accepted()
    actor, today = specimen.person("watch"), timezone.localdate()
    figures = overview.figures(actor, today)
    for row in figures.onethings:
        assert watch.cases_behind(actor, today, state="open", onething=row.key).count() == row.open
    for row in figures.bodies:
        assert watch.tasks_behind(actor, today, row.key).count() == row.open
    for pace in figures.onething_pace:
        assert watch.cases_behind(actor, today, state="recent", onething=pace.key).count() == pace.done
    for pace in figures.body_pace:
        assert watch.tasks_behind(actor, today, pace.key, "done").count() == pace.done
    page = text(supervisor, "/watch/")
    assert "clock=done" in page
    text(supervisor, f"/watch/bodies/{figures.body_pace[0].key}/?clock=done")


def test_an_unknown_filter_is_not_found(town: None, supervisor: Client) -> None:
    text(supervisor, "/watch/cases/?state=lost", 404)
    text(supervisor, "/watch/bodies/nobody/", 404)


def test_lists_stay_within_their_bounds(town: None, supervisor: Client) -> None:
    many(specimen.accepted(), 60)
    for name, address in (
        ("watch:home", "/watch/"),
        ("watch:cases", "/watch/cases/?state=open&body=yunxi_market"),
        ("watch:body", "/watch/bodies/yunxi_market/?clock=near"),
    ):
        with Asked() as cost:
            text(supervisor, address)
        assert len(cost) <= BOUNDS[name], f"{address}: {len(cost)}"
