"""Lists: what narrows them, how far they are counted, and what leaves."""

import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook
from tests.usecases import town as specimen

from bancheng.store import beside
from bancheng.store.models import AuditEntry, Case, CaseTask, Party
from bancheng.usecases import bureau, counter, lists, watch
from bancheng.usecases.casework import CaseFile, reproject
from bancheng.usecases.lists import Column, Wanted, wanted

pytestmark = pytest.mark.usefixtures("town")


def _numbers(**asked: object) -> list[str]:
    found = lists.cases(Case.objects.order_by("number"), Wanted(**asked), timezone.localdate())  # type: ignore[arg-type]  # reason: given by name
    return [case.number for case in found]


def _two() -> tuple[CaseFile, CaseFile]:
    first, second = specimen.submitted(), specimen.accepted(specimen.PARALLEL)
    Party.objects.filter(pk=second.case.party_id).update(
        name="欧阳示例", search_key="欧阳示例", subject="person"
    )
    return first, second


def test_a_case_is_found_by_number_its_tail_a_name_a_part_of_it_and_its_matter() -> None:
    first, second = _two()
    assert _numbers(text=first.case.number) == [first.case.number]
    assert _numbers(text=first.case.number[-6:]) == [first.case.number]
    assert _numbers(text=first.case.number[:10]) == [first.case.number, second.case.number]
    assert (
        _numbers(text="欧阳")
        == _numbers(text="阳示例")
        == _numbers(text=second.case.name[1:4])
        == [second.case.number]
    )
    assert _numbers(text="没有这样的人") == []


def test_each_part_of_what_is_wanted_narrows() -> None:
    first, second = _two()
    today = timezone.localdate()
    body = next(one for one in second.state.bodies if one not in first.state.bodies)
    assert _numbers(onething=first.case.onething) == _numbers(state="received") == [first.case.number]
    assert _numbers(body=body) == _numbers(state="accepted") == [second.case.number]
    assert len(_numbers(since=today, until=today)) == 2
    assert _numbers(since=today + timedelta(days=1)) == _numbers(until=today - timedelta(days=1)) == []
    Case.objects.filter(pk=second.case.pk).update(due_on=today - timedelta(days=1), provisional=False)
    assert _numbers(colour="red") == [second.case.number]
    assert _numbers(colour="green") == _numbers(colour="grey") == _numbers(colour="yellow") == []
    Case.objects.filter(pk=second.case.pk).update(paused=True)
    assert _numbers(colour="grey") == [second.case.number]


def test_an_address_with_nonsense_narrows_nothing() -> None:
    assert wanted({"colour": "pink", "since": "tomorrow", "q": "  "}) == Wanted()


def test_a_long_list_is_counted_only_so_far_and_by_one_query(monkeypatch: pytest.MonkeyPatch) -> None:
    _two()
    monkeypatch.setattr(lists, "AHEAD", 1)
    with CaptureQueriesContext(connection) as asked:
        assert lists.count(CaseTask.objects.all()) == 2
    assert len(asked) == 1
    assert "LIMIT 2" in asked[0]["sql"]


def test_what_leaves_is_masked_bounded_and_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    _, second = _two()
    clerk = specimen.clerk_of(second)
    Party.objects.filter(pk=second.case.party_id).update(name="=欧阳示例")
    columns = (
        Column("编号", lambda case: case.number),
        Column("申请人", lambda case: lists.shown_name(case.party)),
    )
    out = io.BytesIO()
    rows = Case.objects.select_related("party").order_by("number")
    assert lists.leave(clerk, "办件", rows, columns, Wanted(text="欧阳", state="accepted"), out) == 2
    table = list(load_workbook(out).active.values)
    assert table[0] == ("编号", "申请人")
    assert table[2][0] == second.case.number
    assert "阳示" not in table[2][1]
    entry = AuditEntry.objects.get(act="list.left")
    assert (entry.actor, entry.object) == (clerk.id, "办件")
    assert "欧阳" not in entry.reason, "what was searched for may be a name"
    monkeypatch.setattr(lists, "LEAVING", 1)
    again = io.BytesIO()
    assert lists.leave(clerk, "办件", rows, columns, Wanted(), again) == 1
    assert "分批导出" in list(load_workbook(again).active.values)[-1][0]


def test_a_part_of_a_name_that_many_have_is_still_found(monkeypatch: pytest.MonkeyPatch) -> None:
    _, second = _two()
    monkeypatch.setattr(lists, "FEW", 1)
    assert _numbers(text="阳示例") == [second.case.number]


def _beside(case: Case) -> set[tuple[str, str]]:
    return set(CaseTask.objects.filter(case=case).values_list("onething", "who"))


def test_what_stands_beside_a_task_follows_the_case_and_the_name_whoever_writes_them() -> None:
    first, second = _two()
    key = first.case.party.search_key
    assert _beside(first.case) == {(first.case.onething, key)}
    assert _beside(second.case) == {(second.case.onething, "欧阳示例")}
    Case.objects.filter(pk=first.case.pk).update(party=second.case.party_id, onething="another")
    assert _beside(first.case) == {("another", "欧阳示例")}
    CaseTask.objects.filter(case=first.case).update(who="wrong", onething="wrong")
    beside.fill(connection)
    assert _beside(first.case) == {("another", "欧阳示例")}
    CaseTask.objects.filter(case=second.case).delete()
    reproject(second.case.pk)
    assert _beside(second.case) == {(second.case.onething, "欧阳示例")}


def test_tasks_are_found_as_cases_are() -> None:
    _, second = _two()
    today = timezone.localdate()

    def found(**asked: object) -> set[str]:
        rows = lists.tasks(CaseTask.objects.all(), Wanted(**asked), today)  # type: ignore[arg-type]  # reason: given by name
        return {task.case.number for task in rows.select_related("case")}

    assert (
        found(text="欧阳")
        == found(text="阳示")
        == found(text=second.case.number[-6:])
        == {second.case.number}
    )
    assert found(text=second.case.name[1:4]) == found(onething=second.case.onething) == {second.case.number}
    assert found(text="没有这样的人") == set()


def test_what_has_no_last_day_comes_last_on_every_database() -> None:
    first, second = _two()
    Case.objects.filter(pk=first.case.pk).update(due_on=None)
    assert list(Case.objects.order_by("order_on").values_list("pk", flat=True)) == [
        second.case.pk,
        first.case.pk,
    ]
    assert Case.objects.filter(going=True).count() == 2
    Case.objects.filter(pk=first.case.pk).update(status="withdrawn")
    assert Case.objects.get(going=False).pk == first.case.pk


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="few rows PostgreSQL sorts whatever indexes there are"
)
def test_a_long_list_is_read_in_the_order_of_an_index_and_not_sorted() -> None:
    today, watcher = timezone.localdate(), specimen.person("watch")
    reviewer, clerk = specimen.person("market_reviewer"), specimen.person("clerk")
    thing = "open_restaurant"
    for rows, index in (
        (bureau.tasks(reviewer), "task_of_body"),
        (bureau.tasks(reviewer, "done", order="-due"), "task_of_body"),
        (bureau.tasks(reviewer, "overdue"), "task_still_to_do"),
        (bureau.tasks(reviewer, onething=thing), "task_of_thing"),
        (lists.tasks(bureau.tasks(reviewer), Wanted(onething=thing, since=today), today), "task_of_thing"),
        (counter.queue(clerk), "task_still_to_do"),
        (counter.queue(clerk, whose="free"), "task_of_body"),
        (counter.queue(clerk, "waiting"), "task_of_body"),
        (watch.tasks_behind(watcher, today, "yunxi_market"), "task_still_to_do"),
        (watch.cases_behind(watcher, today), "store_case_created"),
        (watch.cases_behind(watcher, today, state="open"), "case_going"),
        (watch.cases_behind(watcher, today, state="open", onething=thing), "case_going_thing"),
        (watch.cases_behind(watcher, today, clock="overdue"), "case_"),
        (watch.cases_behind(watcher, today, state="accepted"), "case_by_last_day"),
        (watch.cases_behind(watcher, today, state="finished"), "case_by_state"),
        (watch.cases_behind(watcher, today, state="finished", onething=thing), "case_by_thing_state"),
        (watch.cases_behind(watcher, today, body="yunxi_market"), "body_cases"),
    ):
        plan = rows[:50].explain()
        assert "TEMP B-TREE FOR ORDER BY" not in plan, (index, plan)
        assert f"INDEX {index}" in plan, (index, plan)


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="few rows PostgreSQL sorts whatever indexes there are"
)
def test_what_is_mine_at_the_window_is_looked_up_by_me() -> None:
    mine = counter.queue(specimen.person("clerk"), whose="mine")[:50].explain()
    assert "INDEX task_of_person (assignee=?" in mine, mine


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="few rows PostgreSQL sorts whatever indexes there are"
)
def test_tasks_of_a_name_are_looked_up_by_the_name() -> None:
    _two()
    reviewer = specimen.person("market_reviewer")
    assert "INDEX task_of_party (body=? AND state=? AND who>? AND who<?)" in (
        bureau.tasks(reviewer, text="欧阳")[:50].explain()
    )


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL reads a short table whole")
def test_what_was_added_to_a_case_is_found_by_its_own_index() -> None:
    file = specimen.accepted()
    assert "case_added" in Case.objects.filter(follows=file.case).order_by("created_at").explain()
