"""Many at once: a hundred applications from one sheet, tasks, decisions and migrations; each whole by itself."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from tests.usecases import many
from tests.usecases import town as specimen
from tests.usecases.test_bodies_and_moving import ADMIN, newer
from tests.usecases.test_people import to_decide
from tests.web.bounds import Asked

from bancheng.core.compiler import to_stored
from bancheng.store.models import Batch, Case, CaseEvent, CaseForm, CaseTask, Draft, Upload
from bancheng.usecases import batch, batches, casework, dispatching, moving, people, play, uploads
from bancheng.usecases.access import Actor
from bancheng.usecases.apply import Preparation

pytestmark = pytest.mark.usefixtures("town")
HUNDRED = 100


@contextmanager
def at_most(each: int, count: int, besides: int = 5) -> Iterator[None]:
    """Queries for each of so many, and a few for them all, as measured: twice as many cost twice as much."""
    with Asked() as asked:
        yield
    assert len(asked) <= each * count + besides, f"{len(asked)} queries for {count}"


def whole(case: UUID) -> None:
    """The log of a case holds, and what stands beside it is what the log says."""
    row = Case.objects.get(pk=case)
    file = casework.examine(row)
    before = list(
        CaseTask.objects.filter(case=row).order_by("key", "body").values_list("key", "body", "state")
    )
    assert (row.seq, row.status) == (file.state.seq, file.state.phase.value)
    casework.reproject(case)
    after = CaseTask.objects.filter(case=row).order_by("key", "body").values_list("key", "body", "state")
    assert before == list(after)


# ------------------------------------------------------------------------------------------------ one sheet


def cells_of(preparation: Preparation) -> dict[str, str]:
    """A complete application as a firm types it into a row."""
    of = preparation.blueprint
    labels = {one.element: {o.value: o.label for o in one.options} for one in of.questions}
    labels |= {one.element: {o.value: o.label for o in one.codes} for one in of.fields}
    cells = {}
    for key, value in preparation.answers.items():
        plain = to_stored(value)
        said = [{"True": "是", "False": "否"}.get(str(one), str(one)) for one in _list(plain)]
        cells[key] = "、".join(labels.get(key, {}).get(one, one) for one in said)
    return cells


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def sheet(actor: Actor, rows: list[dict[str, str]]) -> io.BytesIO:
    book = load_workbook(io.BytesIO(batches.template(actor, specimen.SERIAL)[1]))
    page = book.worksheets[0]
    columns = {cell.value: cell.column for cell in page[2]}
    for number, row in enumerate(rows, 4):
        for key, text in row.items():
            if key in columns:
                page.cell(number, columns[key], text)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


def with_papers(actor: Actor, made: Batch) -> None:
    """Every draft gets every paper it lacks: one file looked into, its row written for the others."""
    drafts = [row.draft for row in batches.open_rows(made) if row.draft is not None]
    picture = play._picture().getvalue()
    for document, name in batches.papers(actor, made):
        taken = uploads.attach(drafts[0], None, document, f"{name}.jpg", io.BytesIO(picture))
        assert isinstance(taken, Upload)
        Upload.objects.bulk_create(many.copy(taken, pk=None, draft_id=one.pk) for one in drafts[1:])


def test_a_hundred_rows_are_taken_told_of_put_right_and_submitted_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    boss, preparation = play.begin(play.example_of(specimen.SERIAL))
    preparation, _ = play.fill(boss, preparation)
    good, party = cells_of(preparation), preparation.draft.party_id
    assert party is not None
    Draft.objects.all().delete()
    asked = batches._asked(preparation.blueprint)
    first, second = [key for key, one in asked.items() if batches._choices(one) and key in good][:2]
    rows = [{**good, "_label": f"店{number}"} for number in range(HUNDRED)]
    rows[7][first] = rows[42][second] = "胡说"
    rows[42][first] = "乱填"
    rows[99] = dict(rows[3])
    data = sheet(boss, rows)

    # All that is wrong at once, by row and column; what is right waits, and nothing is submitted by itself.
    with at_most(8, HUNDRED, besides=25):
        made = batches.take_in(boss, specimen.SERIAL, party, "一批.xlsx", data)
    wrong = {row.number: [one[0] for one in row.problems] for row in made.rows.exclude(problems=[])}
    name = {key: batches._name(asked[key]) for key in (first, second)}
    assert {number: columns[:2] for number, columns in wrong.items()} == {
        11: [name[first], wrong[11][1]],  # and a question that only this answer settles
        46: [name[first], name[second]],
        103: [""],
    }
    assert "和第7行完全一样" in made.rows.get(number=103).problems[0][1]
    assert Draft.objects.count() == HUNDRED - len(wrong)
    assert not Case.objects.exists()
    data.seek(0)
    assert batches.take_in(boss, specimen.SERIAL, party, "again.xlsx", data) == made
    assert Draft.objects.count() == HUNDRED - len(wrong), "the same sheet twice is one batch"

    # The sheet put right comes again whole: what was taken is known again.
    rows[7][first] = rows[42][first] = good[first]
    rows[42][second] = good[second]
    rows[99]["_label"] = "店99"
    mended = batches.take_in(boss, specimen.SERIAL, party, "改好.xlsx", sheet(boss, rows))
    assert not mended.rows.exclude(problems=[]).exists()
    assert Draft.objects.count() == HUNDRED
    assert mended.rows.get(number=4).draft_id == made.rows.get(number=4).draft_id
    with_papers(boss, mended)

    # Cut off half-way each case is whole or not there; pressed again the rest goes, and nothing twice.
    submit, went = batches.submit, list[int]()

    def torn(*args: Any, **known: Any) -> Any:
        file = submit(*args, **known)
        went.append(1)
        if len(went) == 10:
            raise KeyboardInterrupt
        return file

    monkeypatch.setattr(batches, "submit", torn)
    with pytest.raises(KeyboardInterrupt):
        batches.submit_all(boss, mended, declared=True)
    assert (Case.objects.count(), Draft.objects.count()) == (9, HUNDRED - 9)
    monkeypatch.setattr(batches, "submit", submit)
    with at_most(34, HUNDRED - 9):
        assert batches.submit_all(boss, mended, declared=True) == (HUNDRED - 9, 0)
    assert batches.submit_all(boss, mended, declared=True) == (0, 0)
    assert (Case.objects.count(), Draft.objects.count()) == (HUNDRED, 0)
    assert mended.rows.filter(case=None).count() == 0
    assert made.rows.filter(case=None).count() == len(wrong), "the first sheet knows what became of its rows"
    whole(Case.objects.order_by("number")[0].pk)


# ------------------------------------------------------------------------------------------------ a hundred in work


def test_a_hundred_running_cases_move_each_whole_even_when_it_is_cut_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = specimen.accepted()
    others = many.alike(file, HUNDRED - 1)
    target = newer(specimen.SERIAL)
    with at_most(3, HUNDRED):
        found, count = moving.prospects(ADMIN, specimen.SERIAL, 0, HUNDRED)
    assert (count, len(found)) == (HUNDRED, HUNDRED)
    assert all("增加环节：新增核对" in one.changes and not one.hindered for one in found)
    assert not CaseEvent.objects.filter(kind="Migrated").exists(), "looking moves nothing"
    repin, moved = moving._repin, list[int]()

    def torn(after: casework.CaseFile) -> None:
        repin(after)
        moved.append(1)
        if len(moved) == 40:
            raise KeyboardInterrupt

    monkeypatch.setattr(moving, "_repin", torn)
    with pytest.raises(KeyboardInterrupt):
        moving.move(ADMIN, specimen.SERIAL, None, "新版流程施行")
    monkeypatch.setattr(moving, "_repin", repin)
    there = Case.objects.filter(blueprint_id=target.digest)
    assert there.count() == 39
    grown = CaseEvent.objects.filter(seq=file.state.seq + 1)
    assert set(grown.values_list("case", flat=True)) == set(there.values_list("pk", flat=True))
    left = Case.objects.exclude(blueprint_id=target.digest).order_by("due_on", "number")
    for case in (there.order_by("-number")[0], left[0]):
        whole(case.pk)
    assert moving.prospects(ADMIN, specimen.SERIAL)[1] == HUNDRED - 39
    with at_most(16, HUNDRED - 39, besides=10):
        assert moving.move(ADMIN, specimen.SERIAL, None, "新版流程施行").done == HUNDRED - 39
    assert moving.move(ADMIN, specimen.SERIAL, None, "再来一次").done == 0
    whole(others[-1].pk)


def test_a_hundred_tasks_go_to_a_colleague_and_those_that_cannot_say_why() -> None:
    file = specimen.accepted()
    many.alike(file, HUNDRED - 1)
    task = CaseTask.objects.filter(case=file.case, state="open", role="reviewer").order_by("id")[0]
    senior = specimen.official("senior", task.body)
    rows = [one for one in dispatching.tasks_of_team(senior, task.body) if one.key == task.key]
    assert len(rows) == HUNDRED
    to = people.team(task.body, timezone.localdate(), ("reviewer",))[0].id
    # Somebody ended the first one after the list was made.
    gone = casework.load(rows[0].case)
    play._do(gone, gone.state.steps[task.key], task.body, timezone.now())
    with at_most(15, HUNDRED):
        moved = dispatching.move_tasks(senior, task.body, rows, to, "调整分工")
    assert moved.done == HUNDRED - 1
    assert [one.partition("：")[0] for one in moved.why] == [rows[0].case.number]
    assert CaseTask.objects.filter(key=task.key, body=task.body, assignee=to).count() >= HUNDRED - 1
    whole(rows[-1].case_id)


def test_decided_together_is_what_fits_and_each_other_stays_with_its_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file, actor, rule = to_decide(monkeypatch)
    many.alike(file, 59)
    # The machine's checks hold in all but three: there the kitchen is larger than the whole shop.
    forms = list(CaseForm.objects.order_by("case__number"))
    odd = {form.case_id for form in forms[10:13]}
    for form in forms:
        kitchen = "90" if form.case_id in odd else "20"
        form.values = {**(form.values or {}), "kitchen_area": kitchen, "floor_area": "80"}
    CaseForm.objects.bulk_update(forms, ["values"])
    with at_most(3, rule.most):
        lines = batch.lines(actor, rule.key)
    assert len(lines) == rule.most
    assert {line.task.case_id for line in lines if line.against} == odd
    assert all("后厨" in line.against[0] for line in lines if line.against)

    # A colleague takes one while the list is looked at; all that was ticked comes in.
    taken = next(line for line in lines if not line.against)
    CaseTask.objects.filter(pk=taken.task.pk).update(assignee="user:0", state="claimed")
    with at_most(22, rule.most, besides=20):
        moved = batch.approve_many(actor, rule.key, {line.key for line in lines})
    good = rule.most - len(odd) - 1
    assert moved.done == good
    numbers = {line.task.case.number for line in lines if line.against} | {taken.task.case.number}
    assert {one.partition("：")[0] for one in moved.why} == numbers
    assert len([one for one in moved.why if "审查要点没有全部通过" in one]) == len(odd)
    assert len([one for one in moved.why if "由别人办理" in one]) == 1
    decided = CaseEvent.objects.filter(kind="ItemDecided", body__contains="批量准予")
    assert decided.count() == good, "each by an event of its own"
    again = batch.approve_many(actor, rule.key, {line.key for line in lines})
    assert again.done == 0
    assert len(again.why) == rule.most, "pressed twice nothing is decided twice, and each is told of"
    whole(lines[-1].task.case_id)
