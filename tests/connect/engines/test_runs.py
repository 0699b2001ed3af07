"""A run keeps who has which status, with what made it; two runs tell who gained and who lost."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from tests.connect.engines import drawn

from bancheng.connect import engines
from bancheng.connect.engines import RunFolder, Totals
from bancheng.core.benefits import Status
from bancheng.core.kernel import Fault

CONDITIONS = drawn.texts(160)[:12]
PLAN = drawn.plan_of(CONDITIONS)
STATUS = {True: Status.ENTITLED, False: Status.NOT, None: Status.UNKNOWN}


def _run(facts: pl.DataFrame, folder: Path, block: int = 128) -> RunFolder:
    folder.mkdir()
    path = folder / "facts.parquet"
    facts.write_parquet(path, row_group_size=100)
    day = dt.date(2026, 2, 28)
    return engines.run_rules(PLAN, path, folder / "run", rule_set="r", snapshot="s", as_of=day, block=block)


def test_a_run_keeps_every_status_and_the_totals(tmp_path: Path) -> None:
    run = RunFolder(_run(drawn.table(), tmp_path / "a").folder)
    wanted = drawn.interpreted(CONDITIONS, drawn.table())
    for rule, cells in wanted.items():
        assert run.totals(rule) == Totals(cells.count(True), cells.count(False), cells.count(None))
        for value, status in STATUS.items():
            assert run.numbers(rule, status).tolist() == [
                row for row, cell in enumerate(cells) if cell is value
            ]
        assert [run.status(rule, row) for row in range(0, drawn.ROWS, 7)] == [
            STATUS[cell] for cell in cells[::7]
        ]
    assert (run.head.rule_set, run.head.snapshot, run.head.rows) == ("r", "s", drawn.ROWS)
    with pytest.raises(KeyError):
        run.status("r0", drawn.ROWS)
    with pytest.raises(KeyError):
        run.totals("none")


@pytest.mark.parametrize("block", [128, 64])
def test_two_runs_tell_who_gained_and_who_lost(block: int, tmp_path: Path) -> None:
    before = _run(drawn.table()[:200], tmp_path / "a")
    moved = drawn.table().with_columns(pl.col("n").reverse(), pl.col("flag").reverse())
    after = _run(moved, tmp_path / "b", block)
    old = drawn.interpreted(CONDITIONS, drawn.table()[:200])
    new = drawn.interpreted(CONDITIONS, moved)
    wanted = {}
    for rule, cells in new.items():
        was, now = ({row for row, cell in enumerate(part) if cell is True} for part in (old[rule], cells))
        if was != now:
            wanted[rule] = (tuple(sorted(now - was)), tuple(sorted(was - now)))
    assert wanted
    assert {one.rule: (one.gained, one.lost) for one in engines.changes(before, after)} == wanted
    assert list(engines.changes(after, after)) == []


class _Enough(Exception):
    pass


def test_a_run_that_is_cancelled_leaves_no_run(tmp_path: Path) -> None:
    _run(drawn.table(), tmp_path / "a")
    seen = []

    def stop(done: int, rows: int) -> None:
        seen.append((done, rows))
        if done > 200:
            raise _Enough

    folder = tmp_path / "a" / "run"
    with pytest.raises(_Enough):
        engines.run_rules(
            PLAN,
            tmp_path / "a" / "facts.parquet",
            folder,
            rule_set="r",
            snapshot="s",
            as_of=dt.date(2026, 2, 28),
            progress=stop,
            block=128,
        )
    assert seen == [(128, drawn.ROWS), (256, drawn.ROWS)]
    with pytest.raises(Fault):
        RunFolder(folder)
