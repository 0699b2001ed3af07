"""Logs of others come in as OCEL 2.0 too; a bad one is told whole; late cases are counted alike, refused ones too."""

import argparse
import io
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.usecases import town as specimen

from bancheng.cli import log as verb
from bancheng.connect.eventlogs import OCEL, Columns, Line, read_csv, read_ocel, read_xes
from bancheng.core.casework import Actor, Command, commands
from bancheng.core.kernel import Problem, ProblemsFound
from bancheng.store.models import CaseEvent
from bancheng.usecases import play
from bancheng.usecases import replay as module
from bancheng.usecases.eventlog import Cut, write
from bancheng.usecases.replay import replay

NOON = datetime.fromisoformat("2026-03-02T12:00:00+08:00")
BESIDE = ("ignore::UserWarning", "ignore::DeprecationWarning", "ignore::FutureWarning")


def _coarse(lines: list[Line]) -> Counter[tuple[object, ...]]:
    """Without what differs by format: OCEL tells milliseconds."""
    return Counter(
        (one.case, one.activity, int(one.at.timestamp()), one.resource, one.due, one.refused) for one in lines
    )


@pytest.fixture
def logs(town: None, tmp_path: Path) -> dict[str, Path]:
    """The log of a finished case and one in intake, in every format."""
    play.whole(specimen.SERIAL)
    specimen.submitted(specimen.PARALLEL)
    found = {}
    for form, name in (("xes", "a.xes"), ("ocel-json", "a.jsonocel"), ("ocel-xml", "a.xmlocel")):
        out = io.StringIO()
        write(Cut(), form, out)
        found[form] = tmp_path / name
        found[form].write_text(out.getvalue(), "utf-8")
    return found


def test_what_is_written_here_reads_back_alike_in_every_format(logs: dict[str, Path]) -> None:
    lines = list(read_xes(logs["xes"]))
    assert len(lines) == CaseEvent.objects.count()
    assert any(one.due for one in lines)
    for form in ("ocel-json", "ocel-xml"):
        again = list(read_ocel(logs[form]))
        assert _coarse(again) == _coarse(lines)
        assert [one.activity for one in again] == [one.activity for one in lines]
        found = replay(again)
        assert (found.cases, found.refused) == (2, ())


@pytest.mark.filterwarnings(*BESIDE)
def test_what_pm4py_writes_is_read(logs: dict[str, Path], tmp_path: Path) -> None:
    import pm4py

    ours = _coarse(list(read_ocel(logs["ocel-json"])))
    ocel = pm4py.read_ocel2_json(str(logs["ocel-json"]))
    pm4py.write_ocel2_json(ocel, str(tmp_path / "theirs.json"))
    pm4py.write_ocel2_xml(ocel, str(tmp_path / "theirs.xml"))
    for name in ("theirs.json", "theirs.xml"):
        assert _coarse(list(read_ocel(tmp_path / name))) == ours, name


def _written(path: Path, log: Any) -> Path:
    path.write_text(log if isinstance(log, str) else json.dumps(log, ensure_ascii=False), "utf-8")
    return path


def _object(key: str, kind: str = "case", **told: Any) -> dict[str, Any]:
    attributes = [
        {"name": name, "time": "1970-01-01T00:00:00Z", "value": value} for name, value in told.items()
    ]
    return {"id": key, "type": kind, "attributes": attributes}


def _event(key: str, at: str, *about: str, kind: str = "step", **told: Any) -> dict[str, Any]:
    return {
        "id": key,
        "type": kind,
        "time": at,
        "attributes": [{"name": name, "value": value} for name, value in told.items()],
        "relationships": [{"objectId": one, "qualifier": ""} for one in about],
    }


def test_an_event_of_several_cases_is_one_of_each_and_other_names_are_taken(tmp_path: Path) -> None:
    moved = _object("z1", "zaak")
    moved["attributes"] = [
        {"name": "uiterlijk", "time": "2026-03-01T00:00:00Z", "value": "2026-03-05"},
        {"name": "uiterlijk", "time": "2026-03-03T00:00:00Z", "value": "2026-03-20"},
    ]
    log = {
        "objectTypes": [],
        "eventTypes": [],
        "objects": [moved, _object("z2", "zaak"), _object("brief", "document")],
        "events": [
            _event("1", "2026-03-02T10:00:00+01:00", "z1", "z2", "brief", medewerker=7),
            _event("2", "2026-03-04T10:00:00+01:00", "z1", uitslag="refuse"),
            _event("3", "2026-03-04T10:00:00+01:00", "brief"),
        ],
    }
    names = Columns("zaak", OCEL.activity, OCEL.time, "medewerker", "uiterlijk", "uitslag")
    lines = list(read_ocel(_written(tmp_path / "log.json", log), names))
    assert [(one.case, one.resource, one.due, one.refused) for one in lines] == [
        ("z1", "7", date(2026, 3, 5), False),
        ("z2", "7", None, False),
        ("z1", "", date(2026, 3, 20), True),
    ]


def _problems(lines: Iterator[Line]) -> tuple[Problem, ...]:
    with pytest.raises(ProblemsFound) as found:
        list(lines)
    return found.value.problems


def test_everything_wrong_with_a_log_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    broken = _object("c1")
    broken["attributes"] = [{"name": "due", "time": "someday", "value": "2026-03-05"}]
    log = {
        "objects": [_object("c1"), broken, {"type": "case"}, _object("c2", due="soon"), "?"],
        "events": [
            _event("1", "2026-03-02T10:00:00Z", "c1"),
            _event("1", "2026-03-02T10:00:00Z", "c1"),
            _event("2", "gisteren", "c1"),
            _event("3", "2026-03-02T10:00:00Z", "c2", "c9"),
            {"id": "4", "type": "step", "time": "2026-03-02T10:00:00Z", "relationships": "c1"},
            None,
        ],
    }
    found = _problems(read_ocel(_written(tmp_path / "log.json", log)))
    assert [(one.code, one.place.path) for one in found] == [
        ("log.twice", "objects/2"),
        ("log.object", "objects/3"),
        ("log.object", "objects/5"),
        ("log.twice", "events/2"),
        ("log.time", "events/3"),
        ("log.about", "events/4"),
        ("log.due", "events/4"),
        ("log.list", "events/5"),
        ("log.event", "events/6"),
        ("log.time", "events/6"),
    ]
    assert "c9" in found[5].message

    rows = "case,activity,time,due\nc1,受理,昨天,\nc1,受理,2026-03-05,\n,受理,2026-03-05,soon\n"
    told = _problems(read_csv(_written(tmp_path / "log.csv", rows)))
    assert [(one.code, one.place.path) for one in told] == [
        ("log.time", "2"),
        ("log.case", "4"),
        ("log.due", "4"),
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"events": [', "第 1 行第 13 个字符"),
        ("[]", "没有列表“objects”"),
        ('{"events": {}, "objects": []}', "没有列表“events”"),
        ('{"ocel:events": {}}', "OCEL 1.0"),
        ("[" * 100_000, "嵌套太深"),
        ("<log><objects/></log>", "没有列表“events”"),
        ("<log><objects>", "XML"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><log>&a;</log>', "XML"),
        ("", "JSON"),
        ('{"events": [], "objects": []}', "文件中没有对象"),
        ('{"events": [], "objects": [{"id": "1", "type": "order"}]}', "对象类型有：order"),
    ],
)
def test_what_is_no_log_is_said_gently(tmp_path: Path, content: str, told: str) -> None:
    assert any(told in one.message for one in _problems(read_ocel(_written(tmp_path / "log.json", content))))


def test_a_file_that_is_no_text_or_is_not_there_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    binary = tmp_path / "log.bin"
    binary.write_bytes(b"\xff\xfe\x00case")
    assert "UTF-8" in _problems(read_csv(binary))[0].message
    assert "UTF-8" in _problems(read_ocel(binary))[0].message

    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    verb.add_arguments(parser)
    assert verb.run(parser.parse_args(["replay", str(tmp_path / "none.json")])) == 1
    assert "none.json" in capsys.readouterr().err
    log = {"objects": [_object("c1")], "events": [_event(str(n), "gisteren", "c1") for n in range(150)]}
    place = _written(tmp_path / "log.json", log)
    assert verb.run(parser.parse_args(["replay", str(place)])) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "… 50 more"
    log["events"] = [_event("1", "2026-03-02", "c1"), _event("2", "2026-03-09", "c1", due="2026-03-05")]
    assert verb.run(parser.parse_args(["--json", "replay", str(_written(place, log))])) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["cases"], told["late_log"], told["late_engine"]) == (1, 1, 1)


CASES = st.lists(
    st.tuples(
        st.lists(st.integers(0, 500), min_size=1, max_size=5).map(sorted), st.integers(0, 400), st.booleans()
    ),
    min_size=1,
    max_size=12,
)


@given(CASES)
def test_late_refusals_are_late_to_the_log_and_to_the_engine(
    cases: list[tuple[list[int], int, bool]],
) -> None:
    """Hours from noon, days until the last one, refused or not."""
    lines = [
        Line(
            f"c{place}", "办理", NOON + timedelta(hours=hour), "", NOON.date() + timedelta(days=due), refused
        )
        for place, (hours, due, refused) in enumerate(cases)
        for hour in hours
    ]
    # Counted from the first event on, so that no last day is over before it begins.
    lines = [
        one
        for one in lines
        if one.due and one.due >= min(other.at for other in lines if other.case == one.case).date()
    ]
    found = replay(lines)
    assert found.late_log == found.late_engine
    assert found.differing == found.refused == ()


def test_a_case_the_engine_does_not_take_further_is_late_when_its_day_goes_by(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It stays open, its clock runs: it is counted by both, and is no difference."""
    script = module._script

    def twice(lines: list[Line], due: date | None) -> Iterator[tuple[datetime, Actor, Command]]:
        for at, actor, command in script(lines, due):
            yield at, actor, command
            if isinstance(command, commands.CompleteStep):
                yield at, actor, command

    monkeypatch.setattr(module, "_script", twice)
    last = NOON.date() + timedelta(days=9)
    lines = [
        Line(name, "办理", NOON + timedelta(days=day), "", last)
        for name, days in (("late", (0, 3, 10)), ("in time", (0, 3, 9)))
        for day in days
    ]
    found = replay(lines)
    assert {name for name, _ in found.refused} == {"late", "in time"}
    assert (found.late_log, found.late_engine, found.differing) == (1, 1, ())
