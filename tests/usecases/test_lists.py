"""Lists: what narrows them, how far they are counted, and what leaves."""

import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook
from tests.usecases import town as specimen

from bancheng.store.models import AuditEntry, Case, CaseTask, Party
from bancheng.usecases import lists
from bancheng.usecases.casework import CaseFile
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
