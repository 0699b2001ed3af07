"""Data of the bodies come in as files, whole or not at all; a comparison goes on from the last where nothing moved."""

from __future__ import annotations

import argparse
import datetime as dt
from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from pytest_django import Settings

from bancheng.cli import deliver as verb
from bancheng.connect import engines
from bancheng.connect.engines._deliveries import read_texts, value
from bancheng.connect.packs import packs_root
from bancheng.core.benefits import ColumnKind, Source, SubjectKind, TableColumn
from bancheng.core.kernel import ProblemsFound
from bancheng.store.models import AuditEntry, BenefitComparison, BenefitSubject, DataDelivery
from bancheng.usecases import benefit_facts, benefit_runs, benefits, deliveries
from bancheng.usecases.access import MACHINE, NotFound

pytestmark = pytest.mark.django_db

PEOPLE, FIRMS = 300, 60
NOW = dt.datetime(2026, 11, 23, 4, tzinfo=dt.UTC)
PERSON, COMPANY = SubjectKind.PERSON, SubjectKind.COMPANY


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> engines.HeldTables:
    """A town as it stands in its own tables: what the bodies know of it."""
    made = engines.HeldTables(tmp_path_factory.mktemp("town") / "tables")
    made.make_town(PEOPLE, FIRMS, 7)
    return made


@pytest.fixture(autouse=True)
def city(settings: Settings, tmp_path: Path) -> None:
    """A city that has rules and nothing else yet."""
    settings.BANCHENG_DEMO, settings.BANCHENG_HOME = False, str(tmp_path / "home")
    settings.BANCHENG_PACKS = (packs_root() / "specimen",)


def identities(town: engines.HeldTables, kind: SubjectKind) -> list[str]:
    many = town.subjects(kind).frame.height
    return engines.identity_numbers_of(town.births()) if kind is PERSON else list(engines.credit_codes(many))


def sources() -> tuple[Source, ...]:
    return benefits.library().rules.sources


def register_file(town: engines.HeldTables, kind: SubjectKind, path: Path) -> Path:
    """The register as a registry office would send it."""
    frame = pl.read_parquet(town.folder / ("subjects.parquet" if kind is PERSON else "companies.parquet"))
    told = frame.with_columns(
        pl.Series("身份证号" if kind is PERSON else "统一社会信用代码", identities(town, kind)),
        pl.Series("姓名", [f"样例{n}" for n in range(frame.height)]),
        pl.col("hid").cast(pl.String).alias("户号"),
        pl.col("district").alias("乡镇街道"),
    ).drop("hid", "district")
    told.write_csv(path)
    return path


def table_file(town: engines.HeldTables, source: Source, path: Path) -> Path:
    """A source as its body would send it: identity numbers, texts, yuan."""
    frame = pl.read_parquet(town.folder / f"{source.id}.parquet")
    who = identities(town, source.subject)
    columns = [
        pl.Series(
            "identity",
            [who[n] if n is not None and n < len(who) else "999999188001010017" for n in frame[source.key]],
        )
    ]
    columns += [
        pl.Series(one.name, [_text(one, each) for each in frame[one.name]], dtype=pl.String)
        for one in source.columns
        if one.name != source.key
    ]
    pl.DataFrame(columns).write_csv(path)
    return path


def _text(column: TableColumn, stored: object) -> str | None:
    if stored is None:
        return None
    if isinstance(stored, dt.date):
        return stored.isoformat()
    if isinstance(stored, bool):
        return "是" if stored else "否"
    assert isinstance(stored, int)
    if column.kind is ColumnKind.CODE:
        return column.values[stored]
    digits = 2 if column.kind is ColumnKind.MONEY else column.digits
    return f"{Decimal(stored).scaleb(-digits):f}"


@pytest.fixture
def whole(town: engines.HeldTables, tmp_path: Path) -> engines.HeldTables:
    """Everything was delivered."""
    for name, kind in deliveries.REGISTERS.items():
        deliveries.deliver(MACHINE, name, register_file(town, kind, tmp_path / f"{name}.csv"), NOW)
    for source in sources():
        deliveries.deliver(MACHINE, source.id, table_file(town, source, tmp_path / "t.csv"), NOW)
    return deliveries.tables()


def facts(tables: engines.HeldTables, kind: SubjectKind, as_of: dt.date) -> pl.DataFrame:
    rules = tables.reached(benefits.library().rules)
    return engines.build_facts(rules, tables.folder, tables.subjects(kind), as_of)


@pytest.mark.parametrize("kind", [PERSON, COMPANY])
def test_what_the_bodies_send_gives_the_facts_that_they_know(
    kind: SubjectKind, town: engines.HeldTables, whole: engines.HeldTables
) -> None:
    assert_frame_equal(facts(whole, kind, NOW.date()), facts(town, kind, NOW.date()), check_dtypes=False)
    came = deliveries.last(one.id for one in sources())
    assert all(
        came[one.id].rows == pl.read_parquet(whole.folder / f"{one.id}.parquet").height for one in sources()
    )
    kept = b"".join(one.read_bytes() for one in whole.folder.iterdir())
    assert not any(one.encode() in kept for one in identities(town, kind)), (
        "identity numbers stay in the register"
    )
    assert BenefitSubject.objects.filter(subject_kind=kind.value).count() == len(identities(town, kind))


def test_a_comparison_goes_on_from_the_last_and_comes_to_what_a_whole_one_comes_to(
    town: engines.HeldTables, whole: engines.HeldTables, tmp_path: Path
) -> None:
    def compared(on: dt.datetime) -> BenefitComparison:
        BenefitComparison.objects.create(by="u", by_name="经办", asked_at=on, as_of=on.date())
        assert benefit_runs.work(on) == 1
        found = BenefitComparison.objects.order_by("asked_at").last()
        assert found is not None
        assert found.state == BenefitComparison.DONE
        return found

    def same(one: BenefitComparison) -> None:
        for kind in (PERSON, COMPANY):
            kept = pl.read_parquet(benefit_facts.facts_file(one, kind))
            assert_frame_equal(kept, facts(whole, kind, one.as_of), check_dtypes=False)

    first = compared(NOW)
    assert benefit_facts.made_anew(first) == {"person": PEOPLE, "company": FIRMS}
    again = compared(NOW + dt.timedelta(minutes=1))
    assert benefit_facts.made_anew(again) == {"person": 0, "company": 0}
    assert again.figures == first.figures
    register = next(one for one in sources() if one.id == "register")
    path = table_file(town, register, tmp_path / "register.csv")
    table = pl.read_csv(path, infer_schema=False)
    table.with_columns(
        pl.when(pl.int_range(pl.len()) < 3).then(pl.lit("1930-01-01")).otherwise("birth").alias("birth")
    ).write_csv(path)
    assert deliveries.deliver(MACHINE, "register", path, NOW).changed == 3
    second = compared(NOW + dt.timedelta(minutes=2))
    anew = benefit_facts.made_anew(second)
    assert 3 <= anew["person"] < PEOPLE / 2, "those and their households"
    assert anew["company"] == 0
    same(second)
    assert second.figures["old_age_allowance"]["people"] > first.figures["old_age_allowance"]["people"]
    later = compared(NOW + dt.timedelta(days=9))
    assert 0 < benefit_facts.made_anew(later)["person"] < PEOPLE, "for whom a window moved on"
    same(later)
    homes = pl.read_csv(register_file(town, PERSON, tmp_path / "people.csv"), infer_schema=False)
    homes[5:].write_csv(tmp_path / "people.csv")  # five have gone
    assert deliveries.deliver(MACHINE, "people", tmp_path / "people.csv", NOW).changed >= 5
    gone = compared(NOW + dt.timedelta(days=9, minutes=1))
    assert 5 <= benefit_facts.made_anew(gone)["person"] < PEOPLE
    same(gone)


def test_a_source_that_never_came_is_not_known_and_not_nothing(
    town: engines.HeldTables, tmp_path: Path
) -> None:
    deliveries.deliver(MACHINE, "people", register_file(town, PERSON, tmp_path / "people.csv"), NOW)
    bare = facts(deliveries.tables(), PERSON, NOW.date())
    assert bare["penalties__count"].null_count() == PEOPLE
    penalties = next(one for one in sources() if one.id == "penalties")
    (tmp_path / "p.csv").write_text("identity,on,amount\n")
    deliveries.deliver(MACHINE, penalties.id, tmp_path / "p.csv", NOW)
    told = facts(deliveries.tables(), PERSON, NOW.date())["penalties__count"]
    assert told.drop_nulls().unique().to_list() == [0], "nobody has any, where the source reaches"


def file(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "送来的.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_everything_that_is_wrong_is_told_at_once_with_its_line_and_nothing_is_taken(
    town: engines.HeldTables, whole: engines.HeldTables, tmp_path: Path
) -> None:
    who = identities(town, PERSON)
    before, number = pl.read_parquet(whole.folder / "register.parquet"), DataDelivery.objects.count()
    bad = (
        "identity,birth,sex,hukou,alone,district\n"
        f"{who[0]},1950-13-01,f,town,是,999999001\n"
        f"{who[1]},1950-01-01,x,town,maybe,999999001\n"
        f"{who[2]},1950-01-01,f,,,\n"
        f"{who[2]},1950-01-01,f,town,否,999999001\n"
    )
    with pytest.raises(ProblemsFound) as found:
        deliveries.deliver(MACHINE, "register", file(tmp_path, bad), NOW)
    told = [one.render() for one in found.value.problems]
    assert [one.split(" — ")[0] for one in told] == [
        "送来的.csv:2",
        "送来的.csv:3",
        "送来的.csv:3",
        "送来的.csv:4",
    ]
    assert "“birth”写的是“1950-13-01”" in told[0]
    assert "同一个对象" in told[3]
    with pytest.raises(ProblemsFound, match="缺一列：“birth”"):
        deliveries.deliver(MACHINE, "register", file(tmp_path, "identity,sex\nx,f\n"), NOW)
    (tmp_path / "x.xlsx").write_bytes(b"no book")
    with pytest.raises(ProblemsFound, match="打不开"):
        deliveries.deliver(MACHINE, "register", tmp_path / "x.xlsx", NOW)
    with pytest.raises(NotFound):
        deliveries.deliver(MACHINE, "weather", file(tmp_path, bad), NOW)
    assert_frame_equal(pl.read_parquet(whole.folder / "register.parquet"), before)
    assert DataDelivery.objects.count() == number
    taken = deliveries.deliver(
        MACHINE, "register", file(tmp_path, bad.replace(f"{who[2]},1950-01-01,f,,,\n", "")), NOW, lenient=True
    )
    assert (taken.rows, taken.unread) == (3, 3)
    assert AuditEntry.objects.filter(act="benefits.deliver").count() == number + 1


def test_rows_of_nobody_are_left_out_and_counted_and_rows_can_come_besides(
    town: engines.HeldTables, whole: engines.HeldTables, tmp_path: Path
) -> None:
    who = identities(town, PERSON)
    stood = pl.read_parquet(whole.folder / "penalties.parquet").height
    text = f'on,amount,身份证号\n2026年3月2日,"1,200.50",{who[9].lower()}\n20260302,3, 999999188001010017\n'
    dry = deliveries.deliver(
        MACHINE, "penalties", file(tmp_path, text, "gb18030"), NOW, whole=False, dry=True
    )
    assert pl.read_parquet(whole.folder / "penalties.parquet").height == stood
    told = deliveries.deliver(MACHINE, "penalties", file(tmp_path, text, "gb18030"), NOW, whole=False)
    assert told == dry
    assert (told.rows, told.unknown, told.changed) == (1, 1, 1)
    now = pl.read_parquet(whole.folder / "penalties.parquet")
    assert now.height == stood + 1
    assert now.filter(pid=9).sort("amount")["amount"].to_list()[-1] >= 120_050
    assert deliveries.changed_since(DataDelivery.objects.order_by("pk").reverse()[1].pk, PERSON).tolist() == [
        9
    ]


def test_who_is_in_the_register_keeps_a_number_and_an_account_that_somebody_corrected(tmp_path: Path) -> None:
    first, second, third = engines.identity_numbers_of([dt.date(1950, 2, n) for n in (1, 2, 3)])
    head = "身份证号,姓名,乡镇街道,户号,收款账号\n"
    text = f"{head}{first},样例一,999999001,h1,6222\n{second},样例二,999999001,h1,\n"
    deliveries.deliver(MACHINE, "people", file(tmp_path, text), NOW)
    BenefitSubject.objects.filter(subject=0).update(account="7777", holder="样例一")
    text = f"{head}{third},样例三,999999002,h1,\n{first},样例一改,999999001,h2,6222\n"
    told = deliveries.deliver(MACHINE, "people", file(tmp_path, text), NOW)
    assert told.changed == 2, "the household of one, and who is new"
    rows = BenefitSubject.objects.order_by("subject").values_list("identity", "name", "account")
    assert list(rows) == [(first, "样例一改", "7777"), (second, "样例二", ""), (third, "样例三", "")]
    homes = pl.read_parquet(deliveries.tables().folder / "subjects.parquet").rows()
    assert homes == [(0, "999999001"), (None, None), (2, "999999002")]
    text = f"{head}{first[:-1]}0,甲,1,,\n,乙,1,,\n{first},丙,1,,\n{first},丁,1,,\n"
    with pytest.raises(ProblemsFound) as found:
        deliveries.deliver(MACHINE, "people", file(tmp_path, text), NOW)
    assert [one.place.line for one in found.value.problems] == [2, 3, 5]


def test_a_fall_between_the_table_and_its_note_forgets_nobody(
    whole: engines.HeldTables, tmp_path: Path, town: engines.HeldTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    upto = deliveries.upto()
    monkeypatch.setattr(deliveries, "_ended", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    who = identities(town, PERSON)
    with pytest.raises(KeyboardInterrupt):
        deliveries.deliver(
            MACHINE, "penalties", file(tmp_path, f"identity,on,amount\n{who[4]},2026-03-02,1\n"), NOW
        )
    assert 4 in deliveries.changed_since(upto, PERSON).tolist()


@given(st.decimals(-(10**9), 10**9, allow_nan=False, places=3), st.integers(0, 4))
def test_amounts_are_exact_or_not_read(number: Decimal, digits: int) -> None:
    column = TableColumn(name="n", kind=ColumnKind.NUMBER, digits=digits)
    frame = pl.DataFrame({"n": [f"{number:f}"]}).select(value(pl.col("n"), column))
    scaled = number.scaleb(digits)
    assert frame["n"][0] == (int(scaled) if scaled == int(scaled) else None)


@pytest.mark.parametrize("write", ["xlsx", "parquet"])
def test_sheets_and_parquet_are_read_as_csv_is(write: str, tmp_path: Path) -> None:
    path = tmp_path / f"t.{write}"
    if write == "xlsx":
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        for row in (
            ["identity ", "on", "ok", "n"],
            ["a", dt.date(2026, 3, 1), True, 3.5],
            [None, None, None, 4],
        ):
            sheet.append(row)
        book.save(path)
    else:
        pl.DataFrame(
            {"identity ": ["a", None], "on": [dt.date(2026, 3, 1), None], "ok": [True, None], "n": [3.5, 4.0]}
        ).write_parquet(path)
    texts = read_texts(path)
    read = texts.select(
        "identity",
        value(pl.col("on"), TableColumn(name="on", kind=ColumnKind.DATE)),
        value(pl.col("ok"), TableColumn(name="ok", kind=ColumnKind.BOOLEAN)),
        value(pl.col("n"), TableColumn(name="n", kind=ColumnKind.MONEY)),
    )
    assert read.rows() == [("a", dt.date(2026, 3, 1), True, 350), (None, None, None, 400)]


def test_the_command_says_what_it_took_and_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def said(*words: object) -> tuple[int, str]:
        parser = argparse.ArgumentParser()
        verb.add_arguments(parser)
        code = verb.run(parser.parse_args([str(one) for one in words]))
        told = capsys.readouterr()
        return code, told.out + told.err

    code, told = said()
    assert (code, "penalties  " in told, "people  " in told) == (0, True, True)
    who = engines.identity_numbers_of([dt.date(1950, 2, 1)])[0]
    people = file(tmp_path, f"身份证号,姓名,乡镇街道\n{who},样例,999999001\n")
    assert said("people", people, "--dry-run") == (0, "可以送达：1 行，有变化的 1 个对象。\n")
    assert not BenefitSubject.objects.exists()
    assert said("people", people) == (0, "已送达：1 行，有变化的 1 个对象。\n")
    assert said("people", people, "--add")[0] == 2
    assert said("people", tmp_path / "none.csv")[0] == 2
    assert said("weather", people) == (2, "没有登记“weather”这种数据；不带参数运行，可以看到都有哪些。\n")
    penalties = file(tmp_path, f"identity,on,amount\n{who},昨天,1\n{who[:-1]}x,2026-03-02,2\n")
    code, told = said("penalties", penalties)
    assert (code, told.split(" — ")[0]) == (1, "送来的.csv:2")
    code, told = said("penalties", penalties, "--lenient")
    assert (code, "没有收下 1 行" in told, "1 处" in told) == (0, True, True)
