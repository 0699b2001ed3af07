"""Facts: two engines make the same cells; what is not known is not counted as nothing; less work gives the same."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec
import numpy as np
import polars as pl
import pytest
from tests.core.benefits import sample

from bancheng.connect import engines
from bancheng.connect.engines import Subjects
from bancheng.connect.engines.population import END, SOURCES, identity_numbers, make_population
from bancheng.connect.engines.population_companies import make_companies
from bancheng.connect.engines.population_facts import FACTS
from bancheng.connect.packs import default_folders, load_benefits
from bancheng.core.benefits import Coverage, RuleSet, SubjectKind, Window, check_rule_set
from bancheng.core.kernel import check_id_number

TOWN = RuleSet(entitlements=(), facts=FACTS, sources=SOURCES)
SPECIMEN = load_benefits(default_folders(), END).rules
PEOPLE = 3000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("town")


@pytest.fixture(scope="module")
def people(folder: Path) -> Subjects:
    return make_population(PEOPLE, 7, folder)


def _same(left: pl.DataFrame, right: pl.DataFrame) -> list[str]:
    assert left.columns == right.columns
    return [name for name in left.columns if left[name].ne_missing(right[name]).any()]


def test_the_towns_facts_are_well_made() -> None:
    assert check_rule_set(TOWN, END) == ()
    assert len(SOURCES) == 26


def test_both_engines_make_the_same_cells(folder: Path, people: Subjects, tmp_path: Path) -> None:
    dense = engines.build_facts(TOWN, folder, people, END)
    engines.build_facts_sql(TOWN, folder, people, END, tmp_path / "facts.parquet", memory="400MB")
    assert _same(dense, pl.read_parquet(tmp_path / "facts.parquet")) == []
    known = dense.select(pl.all().is_not_null().mean()).row(0, named=True)
    assert not [name for name, share in known.items() if share == 0]
    assert sum(share < 0.999 for share in known.values()) > 30
    engines.write_facts(dense, tmp_path / "narrow.parquet")
    assert _same(dense, pl.read_parquet(tmp_path / "narrow.parquet")) == []


def test_both_engines_make_the_same_cells_of_companies(tmp_path: Path) -> None:
    companies = make_companies(2000, 7, tmp_path)
    again = make_companies(2000, 7, tmp_path / "again")
    assert again.frame.equals(companies.frame)
    dense = engines.build_facts(SPECIMEN, tmp_path, companies, END)
    engines.build_facts_sql(SPECIMEN, tmp_path, companies, END, tmp_path / "facts.parquet", memory="400MB")
    assert _same(dense, pl.read_parquet(tmp_path / "facts.parquet")) == []
    known = dense.select(pl.all().is_not_null().mean()).row(0, named=True)
    assert len(known) > 35
    assert not [name for name, share in known.items() if share == 0]


def test_a_town_is_the_same_from_the_same_seed(folder: Path, people: Subjects, tmp_path: Path) -> None:
    again = make_population(PEOPLE, 7, tmp_path)
    assert again.frame.equals(people.frame)
    assert pl.read_parquet(tmp_path / "tax.parquet").equals(pl.read_parquet(folder / "tax.parquet"))


@pytest.mark.parametrize("mapped", [True, False])
@pytest.mark.parametrize("days", [0, 1, 40])
def test_facts_made_anew_where_something_moved_equal_a_full_build(
    days: int, mapped: bool, folder: Path, people: Subjects, tmp_path: Path
) -> None:
    before = engines.build_facts(TOWN, folder, people, END)
    changed = np.array([3, 77, 1500, 2999])
    for source in SOURCES:  # each of them loses half of their rows and gains one
        table = pl.read_parquet(folder / f"{source.id}.parquet")
        theirs = pl.col("pid").is_in(changed.tolist())
        kept = table.filter(~theirs.fill_null(value=False) | (pl.int_range(pl.len()) % 2 == 0))
        added = table[: len(changed)].with_columns(pl.Series("pid", changed, dtype=table["pid"].dtype))
        pl.concat([kept, added]).write_parquet(tmp_path / f"{source.id}.parquet")
    now = tmp_path
    if mapped:
        engines.keep_mapped(tmp_path, SOURCES, tmp_path / "mapped")
        now = tmp_path / "mapped"
    as_of = END + dt.timedelta(days=days)
    found, anew = engines.rebuild_facts(
        TOWN, now, people, as_of, before=before, built_on=END, changed=changed
    )
    assert set(changed) < set(anew.tolist())
    assert len(anew) < PEOPLE
    assert _same(found, engines.build_facts(TOWN, now, people, as_of)) == []
    assert _same(found, before) != []


def test_people_who_join_or_change_households_are_made_anew_with_both_households(
    folder: Path, people: Subjects
) -> None:
    before = engines.build_facts(TOWN, folder, people, END)
    hid = people.frame["hid"].to_list()
    hid[10] = hid[2000]
    frame = people.frame.with_columns(pl.Series("hid", hid, dtype=pl.Int32))
    joined = people.frame[:2].with_columns(pl.Series("hid", [hid[50], None], dtype=pl.Int32))
    now = people._replace(frame=pl.concat([frame, joined]))
    found, _ = engines.rebuild_facts(
        TOWN, folder, now, END, before=before, built_on=END, changed=np.array([10]), was=people
    )
    assert _same(found, engines.build_facts(TOWN, folder, now, END)) == []


def _small(
    folder: Path, wages: list[tuple[int | None, str | None, int | None]], **changes: object
) -> pl.DataFrame:
    """Facts of four people, 0 and 1 of one household, of whom only 3 lives where nothing is connected."""
    pl.DataFrame(
        {"pid": [0, 1, 2, 3], "birth": [dt.date(1950, 1, 1)] * 4, "alone": [True, None, False, True]}
    ).write_parquet(folder / "register.parquet")
    pl.DataFrame({"pid": [2], "died": [dt.date(2026, 1, 1)]}).write_parquet(folder / "deaths.parquet")
    pl.DataFrame(
        {
            "pid": pl.Series([one[0] for one in wages], dtype=pl.Int64),
            "paid_on": pl.Series([one[1] for one in wages], dtype=pl.String).str.to_date(),
            "amount": pl.Series([one[2] for one in wages], dtype=pl.Int64),
        }
    ).write_parquet(folder / "wages.parquet")
    pl.DataFrame(
        {
            "pid": [0, 0, 2, 3],
            "issued": [dt.date(2020, 1, 1), dt.date(2021, 1, 1), dt.date(2020, 1, 1), dt.date(2020, 1, 1)],
            "kind": pl.Series([1, 2, None, 0], dtype=pl.Int8),
            "level": [4, 1, None, 3],
        }
    ).write_parquet(folder / "disability.parquet")
    frame = pl.DataFrame(
        {
            "hid": pl.Series([0, 0, 1, None], dtype=pl.Int32),
            "district": pl.Series([0, 0, 0, 1], dtype=pl.Int16),
        }
    )
    who = Subjects(SubjectKind.PERSON, frame, ("999999001", "999999002"))
    rules = msgspec.structs.replace(sample.RULES, **changes)
    dense = engines.build_facts(rules, folder, who, sample.AS_OF)
    engines.build_facts_sql(rules, folder, who, sample.AS_OF, folder / "facts.parquet")
    assert _same(dense, pl.read_parquet(folder / "facts.parquet")) == []
    return dense


def test_no_row_is_nothing_only_where_the_source_is_connected(tmp_path: Path) -> None:
    facts = _small(
        tmp_path, [(0, "2026-11-23", 100), (0, "2025-11-24", 50), (0, "2025-11-23", 7), (3, "2026-01-01", 9)]
    )
    assert facts["wages__months"].to_list() == [2, 0, 0, None]
    assert facts["wages__total"].to_list() == [150, 0, 0, None]
    assert facts["disability__severe"].to_list() == [True, False, None, None]
    assert facts["disability__kind"].to_list() == [2, None, None, None]
    assert facts["disability__kind__none"].to_list() == [False, True, False, False]
    assert facts["person__died__none"].to_list() == [True, True, False, False]


def test_a_row_that_may_count_makes_the_fact_unknown_and_the_household_with_it(tmp_path: Path) -> None:
    facts = _small(
        tmp_path, [(0, "2026-11-01", 100), (1, None, 5), (2, "2026-11-01", None), (None, "2026-11-01", 1)]
    )
    assert facts["wages__months"].to_list() == [1, None, 1, None]
    assert facts["wages__total"].to_list() == [100, None, None, None]
    assert facts["home__paid"].to_list() == [None, None, None, None]
    both = _small(tmp_path, [(0, "2026-11-01", 100), (1, "2026-11-02", 5)])
    assert both["home__paid"].to_list() == [105, 105, 0, None]


def test_a_source_connected_too_late_for_the_window_tells_nothing_by_silence(tmp_path: Path) -> None:
    late = [
        msgspec.structs.replace(
            one, coverage=(Coverage(district="999999001", complete_from=dt.date(2026, 1, 1)),)
        )
        if one.id == "wages"
        else one
        for one in sample.SOURCES
    ]
    facts = _small(tmp_path, [(0, "2026-11-01", 100)], sources=tuple(late))
    assert facts["wages__months"].to_list() == [None] * 4
    short = [
        msgspec.structs.replace(one, window=Window(at="paid_on", months=3)) if one.window else one
        for one in sample.FACTS
    ]
    facts = _small(tmp_path, [(0, "2026-11-01", 100)], sources=tuple(late), facts=tuple(short))
    assert facts["wages__months"].to_list() == [1, 0, 0, None]


def test_a_day_or_an_amount_beyond_all_reason_is_not_known(tmp_path: Path) -> None:
    facts = _small(tmp_path, [(0, "2026-11-01", 10**15), (0, "2026-11-01", 1), (1, "2026-11-01", 10**15)])
    assert facts["wages__total"].to_list() == [None, 10**15, 0, None]


def test_identity_numbers_of_the_town_are_sound_and_each_its_own() -> None:
    births = pl.Series([dt.date(1950, 2, 1), dt.date(1950, 2, 1), None])
    numbers = identity_numbers(births)
    assert numbers.n_unique() == 3
    assert [check_id_number(one) for one in numbers] == [None] * 3
