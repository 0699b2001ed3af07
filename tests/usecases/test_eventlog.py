"""The event log goes out as XES and OCEL that others open, without a person in it; and logs of others come in."""

import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from tests.usecases import town as specimen

from bancheng.cli import log as verb
from bancheng.connect.eventlogs import Columns, Line, read_csv, read_xes
from bancheng.core.kernel import ProblemsFound
from bancheng.store.models import CaseEvent, Party, User
from bancheng.usecases import play
from bancheng.usecases.casework import CaseFile
from bancheng.usecases.eventlog import FORMATS, Cut, pseudonym, write
from bancheng.usecases.replay import replay

NOON = datetime.fromisoformat("2026-03-02T12:00:00+08:00")


@pytest.fixture
def busy(town: None) -> tuple[CaseFile, CaseFile]:
    """A finished case and one in intake."""
    return play.whole(specimen.SERIAL), specimen.submitted(specimen.PARALLEL)


ALL = Cut()


def _written(form: str, cut: Cut = ALL) -> tuple[int, str]:
    out = io.StringIO()
    return write(cut, form, out), out.getvalue()


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning", "ignore::FutureWarning")
def test_process_miners_open_every_format(busy: tuple[CaseFile, CaseFile], tmp_path: Path) -> None:
    import pm4py

    rows = CaseEvent.objects.count()
    for form, name in zip(FORMATS, ("log.xes", "log.jsonocel", "log.xmlocel"), strict=True):
        count, text = _written(form)
        assert count == rows
        (tmp_path / name).write_text(text, encoding="utf-8")
    frame = pm4py.read_xes(str(tmp_path / "log.xes"))
    assert len(frame) == rows
    assert set(frame["case:concept:name"]) == {pseudonym("case", str(file.case.pk)) for file in busy}
    assert frame["time:timestamp"].is_monotonic_increasing or frame["case:concept:name"].nunique() == 2
    for name, read in (("log.jsonocel", pm4py.read_ocel2_json), ("log.xmlocel", pm4py.read_ocel2_xml)):
        ocel = read(str(tmp_path / name))
        assert len(ocel.events) == rows
        assert set(ocel.objects["ocel:type"]) == {"case", "item", "body"}
        items = sum(len(file.state.items) for file in busy)
        assert (ocel.objects["ocel:type"] == "item").sum() == items
        known = set(ocel.objects["ocel:oid"])
        assert set(ocel.relations["ocel:oid"]) <= known


def test_nothing_about_a_person_goes_out(busy: tuple[CaseFile, CaseFile]) -> None:
    text = "".join(_written(form)[1] for form in FORMATS)
    told = {value for row in Party.objects.values_list("name", "number", "phone") for value in row if value}
    told |= {name for name in User.objects.values_list("display_name", flat=True) if name}
    told |= {file.case.number for file in busy} | {str(file.case.pk) for file in busy}
    told |= {row.actor for row in CaseEvent.objects.all() if row.actor != "machine"}
    assert [one for one in told if len(one) > 1 and one in text] == []

    # Cut by time and one-thing.
    first = busy[0].case
    assert _written("xes", Cut(onething=first.onething))[0] == CaseEvent.objects.filter(case=first).count()
    later = timezone.now() + timedelta(days=1)
    assert [_written(form, Cut(since=later))[0] for form in FORMATS] == [0, 0, 0]
    assert _written("xes", Cut(until=later))[0] == CaseEvent.objects.count()


def test_a_log_written_here_is_read_here(busy: tuple[CaseFile, CaseFile], tmp_path: Path) -> None:
    place = tmp_path / "log.xes"
    place.write_text(_written("xes")[1], encoding="utf-8")
    lines = list(read_xes(place))
    assert len(lines) == CaseEvent.objects.count()
    assert {line.activity for line in lines} == set(CaseEvent.objects.values_list("kind", flat=True))
    found = replay(lines)
    assert (found.cases, found.refused) == (2, ())


def _permit(name: str, days: tuple[int, ...], due: int | None) -> list[Line]:
    last = date(2026, 3, 2) + timedelta(days=due) if due is not None else None
    return [
        Line(name, f"step {place}", NOON + timedelta(days=day), "clerk 7", last)
        for place, day in enumerate(days)
    ]


def test_late_cases_are_counted_as_the_log_counts_them() -> None:
    lines = [
        *_permit("in time", (0, 3, 9), 9),
        *_permit("a day late", (0, 3, 10), 9),
        *_permit("late over a weekend", (0, 8), 4),
        *_permit("on the spot", (0,), 0),
        *_permit("no last day", (0, 400), None),
    ]
    found = replay(lines[::-1])
    assert (found.cases, found.lines, found.late_log, found.late_engine) == (5, len(lines), 2, 2)
    assert found.differing == found.refused == ()


def test_a_log_with_other_columns_is_read_and_a_bad_one_is_told(tmp_path: Path) -> None:
    place = tmp_path / "permits.csv"
    place.write_text(
        "zaak;activiteit;tijd;medewerker;uiterlijk\n"
        "1;ontvangst;2012-03-02 10:00;a;2012-03-20\n"
        "1;besluit;2012-03-21T09:30:00+01:00;b;2012-03-20\n",
        encoding="utf-8-sig",
    )
    names = Columns("zaak", "activiteit", "tijd", "medewerker", "uiterlijk")
    lines = list(read_csv(place, names))
    assert [(line.activity, line.due) for line in lines] == [
        ("ontvangst", date(2012, 3, 20)),
        ("besluit", date(2012, 3, 20)),
    ]
    found = replay(lines)
    assert (found.late_log, found.late_engine) == (1, 1)
    with pytest.raises(ProblemsFound, match="日志缺少"):
        list(read_csv(place))
    place.write_text("case,activity,time\n1,begin,yesterday\n", encoding="utf-8")
    with pytest.raises(ProblemsFound, match="第 2 行"):
        list(read_csv(place))


def test_the_verbs_write_and_replay(
    busy: tuple[CaseFile, CaseFile], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import argparse

    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    verb.add_arguments(parser)
    place = tmp_path / "out.xes"
    assert verb.run(parser.parse_args(["--json", "export", str(place)])) == 0
    assert json.loads(capsys.readouterr().out) == {"events": CaseEvent.objects.count()}
    assert verb.run(parser.parse_args(["--json", "replay", str(place)])) in (0, 1)
    assert json.loads(capsys.readouterr().out)["cases"] == 2


def test_where_engine_and_log_differ_the_case_is_named() -> None:
    """A last day before the first event: to the log it is late, the engine counts from the first event on."""
    begun = datetime(2026, 3, 10, 9, tzinfo=UTC)
    found = replay(
        [Line("a", "受理", begun, "", date(2026, 3, 5)), Line("b", "受理", begun, "", date(2026, 3, 10))]
    )
    assert (found.cases, found.late_log, found.late_engine, found.differing) == (2, 1, 0, ("a",))


@pytest.mark.parametrize("row", ["c1", "c1,受理", "c1,受理,0001-03-05T09:00:00,", "c1,受理,昨天,"])
def test_a_row_that_lacks_its_moment_is_told_with_its_number(tmp_path: Path, row: str) -> None:
    path = tmp_path / "log.csv"
    path.write_text(f"case,activity,time,due\n{row}\n", "utf-8")
    names = Columns(case="case", activity="activity", time="time", due="due")
    with pytest.raises(ProblemsFound) as found:
        list(read_csv(path, names))
    assert found.value.problems[0].place.path == "2"


def test_a_last_day_told_in_another_zone_is_the_day_in_china(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(
        "case,activity,time,due\nc1,受理,2026-03-06T03:00:00+08:00,2026-03-05T23:00:00+00:00\n", "utf-8"
    )
    names = Columns(case="case", activity="activity", time="time", due="due")
    (line,) = read_csv(path, names)
    assert line.due == date(2026, 3, 6)
    assert replay([line]).late_log == 0
