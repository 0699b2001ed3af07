"""A fictitious town: people in households and 26 kinds of data about them, as crooked as real data, from a seed.

Many rows for few people, sources that do not reach every district, cells left empty, days in the future, rows of people
whom nobody knows. Every number is drawn; identity numbers lie in division 999999, which does not exist.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import polars as pl
from msgspec.structs import replace

from bancheng.connect.engines._subjects import Array, Subjects
from bancheng.core.benefits import ColumnKind, Coverage, Source, SubjectKind, TableColumn

DISTRICTS: Final = tuple(f"9999990{number:02d}" for number in range(1, 13))
END: Final = dt.date(2026, 11, 23)
"The day the data reach to."

_EPOCH: Final = dt.date(1970, 1, 1)
_NULLS, _STRANGERS, _FUTURE = 0.02, 0.003, 0.001
"Cells left empty; rows of people who are not in the register; days that have not come yet."


class DataKind(NamedTuple):
    """A kind of data: how many of a thousand people (companies) occur, how many rows each has on average, its columns.

    A column: name, what it is, and its range: days back (from, to), amount in fen (median), number (most), share of
    true, or codes with falling weights. `partly`: districts it does not reach; `since`: where complete only from a day.
    """

    id: str
    name: str
    body: str
    permille: int
    rows: float
    columns: tuple[tuple[str, str, object], ...]
    partly: int = 0
    since: dt.date | None = None


DATE, FEN, COUNT, FLAG, CODE = "date", "fen", "count", "flag", "code"
"What a column is: a day, an amount, a whole number, a truth value, a code."
_KINDS: Final = (
    DataKind(
        "register", "人口登记", "公安局", 1000, 1,
        (
            ("birth", "birth", None),
            ("sex", CODE, ("f", "m")),
            ("hukou", CODE, ("town", "village", "away")),
            ("alone", FLAG, 0.08),
        ),
    ),
    DataKind(
        "deaths", "死亡登记", "卫生健康局", 9, 1,
        (
            ("died_on", DATE, (0, 3000)),
        ),
        partly=1,
    ),
    DataKind(
        "marriage", "婚姻登记", "民政局", 560, 1.1,
        (
            ("on", DATE, (0, 18000)),
            ("state", CODE, ("married", "divorced", "widowed")),
        ),
    ),
    DataKind(
        "disability", "残疾人证", "残疾人联合会", 62, 1.05,
        (
            ("issued", DATE, (0, 6000)),
            ("kind", CODE, ("limb", "visual", "hearing", "mental", "mind", "speech", "multiple")),
            ("level", COUNT, 4),
        ),
    ),
    DataKind(
        "pension_paid", "养老金发放", "人力资源和社会保障局", 210, 12,
        (
            ("paid_on", DATE, (0, 400)),
            ("amount", FEN, 220000),
        ),
    ),
    DataKind(
        "insurance", "职工社会保险缴费", "人力资源和社会保障局", 290, 20,
        (
            ("paid_on", DATE, (0, 760)),
            ("base", FEN, 480000),
            ("unit", COUNT, 5000),
        ),
        since=dt.date(2024, 10, 1),
    ),
    DataKind(
        "resident_insurance", "居民医疗保险", "医疗保障局", 640, 1.9,
        (
            ("year_from", DATE, (0, 900)),
            ("paid", FEN, 40000),
        ),
    ),
    DataKind(
        "medical", "医疗费用结算", "医疗保障局", 330, 4,
        (
            ("on", DATE, (0, 730)),
            ("total", FEN, 60000),
            ("own", FEN, 20000),
            ("severe", FLAG, 0.04),
        ),
        partly=2,
    ),
    DataKind(
        "unemployment", "失业登记", "人力资源和社会保障局", 35, 1.3,
        (
            ("on", DATE, (0, 1500)),
            ("reason", CODE, ("ended", "resigned", "closed", "other")),
        ),
    ),
    DataKind(
        "jobs", "就业登记", "人力资源和社会保障局", 330, 1.8,
        (
            ("on", DATE, (0, 3000)),
            ("trade", CODE, tuple("ABCDEFGHIJ")),
            ("wage", FEN, 520000),
        ),
    ),
    DataKind(
        "training", "职业技能证书", "人力资源和社会保障局", 60, 1.4,
        (
            ("on", DATE, (0, 2500)),
            ("grade", COUNT, 5),
        ),
    ),
    DataKind(
        "minimum", "最低生活保障", "民政局", 24, 1.1,
        (
            ("from_on", DATE, (0, 2600)),
            ("monthly", FEN, 45000),
            ("active", FLAG, 0.8),
        ),
    ),
    DataKind(
        "special_care", "优抚对象", "退役军人事务局", 12, 1,
        (
            ("kind", CODE, ("veteran", "disabled", "family")),
            ("since", DATE, (300, 16000)),
        ),
    ),
    DataKind(
        "veterans", "退役军人登记", "退役军人事务局", 26, 1,
        (
            ("left_on", DATE, (0, 15000)),
            ("years", COUNT, 24),
        ),
    ),
    DataKind(
        "students", "学籍", "教育局", 150, 1.2,
        (
            ("from_on", DATE, (0, 2200)),
            ("stage", CODE, ("nursery", "primary", "middle", "high", "vocational", "college")),
            ("boarding", FLAG, 0.2),
        ),
    ),
    DataKind(
        "school_aid", "学生资助", "教育局", 22, 2.5,
        (
            ("on", DATE, (0, 1200)),
            ("amount", FEN, 75000),
        ),
    ),
    DataKind(
        "births", "出生医学证明", "卫生健康局", 90, 1.5,
        (
            ("child_born", DATE, (0, 6500)),
            ("order", COUNT, 3),
        ),
    ),
    DataKind(
        "housing", "不动产登记", "自然资源和规划局", 420, 1.3,
        (
            ("on", DATE, (0, 7000)),
            ("area", "area", 95),
            ("loan", FLAG, 0.4),
        ),
        partly=1,
    ),
    DataKind(
        "rent", "公租房", "住房和城乡建设局", 18, 1.1,
        (
            ("from_on", DATE, (0, 2000)),
            ("rent", FEN, 35000),
        ),
    ),
    DataKind(
        "vehicles", "机动车登记", "公安局", 260, 1.2,
        (
            ("on", DATE, (0, 4500)),
            ("price", FEN, 9000000),
        ),
    ),
    DataKind(
        "tax", "个人所得税", "税务局", 180, 10,
        (
            ("month_on", DATE, (0, 400)),
            ("income", FEN, 650000),
            ("tax", FEN, 9000),
        ),
        since=dt.date(2025, 1, 1),
    ),
    DataKind(
        "farm", "耕地地力补贴", "农业农村局", 190, 2,
        (
            ("on", DATE, (0, 900)),
            ("land", "area", 30),
            ("amount", FEN, 60000),
        ),
    ),
    DataKind(
        "firms", "市场主体登记", "市场监督管理局", 70, 1.1,
        (
            ("on", DATE, (0, 5000)),
            ("capital", FEN, 20000000),
            ("active", FLAG, 0.7),
        ),
    ),
    DataKind(
        "penalties", "行政处罚", "信用中心", 8, 1.5,
        (
            ("on", DATE, (0, 1800)),
            ("amount", FEN, 100000),
        ),
    ),
    DataKind(
        "care_visits", "老年人服务记录", "民政局", 45, 9,
        (
            ("on", DATE, (0, 400)),
            ("kind", CODE, ("meal", "bath", "visit", "nurse")),
        ),
        partly=3,
    ),
    DataKind(
        "travel", "出行和就诊轨迹", "大数据局", 420, 6,
        (
            ("on", DATE, (0, 380)),
            ("kind", CODE, ("bus", "train", "clinic", "bank", "market")),
        ),
    ),
)  # fmt: skip
_STORED: Final = {
    "birth": ColumnKind.DATE, DATE: ColumnKind.DATE, FEN: ColumnKind.MONEY, COUNT: ColumnKind.NUMBER,
    "area": ColumnKind.NUMBER, FLAG: ColumnKind.BOOLEAN, CODE: ColumnKind.CODE,
}  # fmt: skip


def source_of(kind: DataKind, subject: SubjectKind, key: str) -> Source:
    """A kind of data as its body would declare it; `key` is the column with the subject's number."""
    columns = [TableColumn(name=key, kind=ColumnKind.NUMBER)]
    for name, what, about in kind.columns:
        values = about if isinstance(about, tuple) and what == CODE else ()
        columns.append(
            TableColumn(name=name, kind=_STORED[what], digits=1 if what == "area" else 0, values=values)
        )
    reached = DISTRICTS[: len(DISTRICTS) - kind.partly]
    coverage = tuple(Coverage(district=one, complete_from=kind.since) for one in reached)
    return Source(
        id=kind.id,
        name=kind.name,
        body=kind.body,
        subject=subject,
        columns=tuple(columns),
        key=key,
        single=kind.rows == 1,
        coverage=coverage,
        refreshed="每日",
        stale_after_days=7,
    )


def with_place(sources: tuple[Source, ...]) -> tuple[Source, ...]:
    """The sources, the first of them (the register) with the place its subjects are at home in."""
    first, *others = sources
    place = TableColumn(name="district", kind=ColumnKind.CODE, values=DISTRICTS)
    return (replace(first, columns=(*first.columns, place)), *others)


SOURCES: Final = with_place(tuple(source_of(kind, SubjectKind.PERSON, "pid") for kind in _KINDS))
"The 26 kinds of data, as bodies would declare them."


def make_population(people: int, seed: int, folder: Path) -> Subjects:
    """Write the 26 tables of a town as Parquet and give its people; the same from the same seed."""
    folder.mkdir(parents=True, exist_ok=True)
    dice = np.random.default_rng([seed, people])
    sizes = dice.choice(6, people, p=[0.27, 0.3, 0.2, 0.13, 0.07, 0.03]) + 1
    hid = np.repeat(np.arange(people), sizes)[:people].astype(np.int32)
    district = np.sort(dice.choice(len(DISTRICTS), people, p=falling(len(DISTRICTS)))).astype(np.int16)
    dice.shuffle(hid[: people // 50])  # some live apart from their household's neighbours
    frame = pl.DataFrame(
        {
            "hid": holed(dice, pl.Series(hid), 0.005),
            "district": holed(dice, pl.Series(district), 0.002),
        }
    )
    for kind in _KINDS:
        table = table_of(dice, kind, people, "pid")
        if kind.id == "register":
            table = table.with_columns(placed(frame))
        table.write_parquet(folder / f"{kind.id}.parquet", row_group_size=131_072)
    return Subjects(SubjectKind.PERSON, frame, DISTRICTS)


def placed(frame: pl.DataFrame) -> pl.Series:
    """The place of each subject as the register holds it."""
    return frame["district"].cast(pl.Int8)


def identity_numbers(births: pl.Series) -> pl.Series:
    """A fictitious identity number for each birth date: division 999999, the day, a running number, the check digit.

    Raises:
        ValueError: more than a thousand people share a day.
    """
    days = births.fill_null(dt.date(1900, 1, 1))
    running = pl.DataFrame({"day": days}).select(pl.int_range(pl.len()).over("day")).to_series()
    if running.len() and int(running.max()) > 999:  # type: ignore[arg-type]  # a whole number
        raise ValueError("more than a thousand people born on one day")
    digits = "999999" + days.dt.strftime("%Y%m%d") + running.cast(pl.String).str.zfill(3)
    weights = [2 ** (17 - at) % 11 for at in range(17)]  # GB 11643
    parts = [digits.str.slice(at, 1).cast(pl.Int64) * weight for at, weight in enumerate(weights)]
    rest = sum(parts[1:], start=parts[0]) % 11
    check = ((12 - rest) % 11).cast(pl.String).replace("10", "X")
    numbers: pl.Series = digits + check
    return numbers.rename("id_number")


def identity_numbers_of(births: Sequence[dt.date | None]) -> list[str]:
    """`identity_numbers` of a list of days."""
    return identity_numbers(pl.Series(births, dtype=pl.Date)).to_list()


def table_of(dice: np.random.Generator, kind: DataKind, many: int, key: str) -> pl.DataFrame:
    """The rows of a kind of data about so many subjects, numbered in the column `key`."""
    chosen = (
        np.arange(many) if kind.permille == 1000 else np.flatnonzero(dice.random(many) < kind.permille / 1000)
    )
    if kind.rows == 1:
        numbers = chosen
    else:  # skewed: most have few rows, a few have very many
        numbers = np.repeat(
            chosen, np.minimum(1 + dice.negative_binomial(1.2, 1.2 / (kind.rows + 0.2), len(chosen)), 400)
        )
    numbers = numbers.astype(np.int32)
    columns = [pl.Series(key, numbers)]
    if kind.permille < 1000:
        numbers = dice.permutation(numbers)
        columns = [holed(dice, pl.Series(key, numbers), _STRANGERS)]
    for name, what, about in kind.columns:
        columns.append(holed(dice, _cells(dice, what, about, len(numbers)).rename(name), _NULLS))
    return pl.DataFrame(columns)


def _cells(dice: np.random.Generator, what: str, about: object, rows: int) -> pl.Series:
    end = (END - _EPOCH).days
    if what == "birth":
        age = np.minimum(dice.gamma(4.2, 10.5, rows) * 365.25, 108 * 365.25)
        return pl.Series((end - age).astype(np.int32)).cast(pl.Date)
    if isinstance(about, tuple) and what == DATE:
        back = dice.integers(about[0], about[1] + 1, rows)
        future = dice.random(rows) < _FUTURE
        return pl.Series((end - np.where(future, -30, back)).astype(np.int32)).cast(pl.Date)
    if isinstance(about, tuple):
        return pl.Series(dice.choice(len(about), rows, p=falling(len(about))).astype(np.int8))
    if isinstance(about, float):
        return pl.Series(dice.random(rows) < about)
    most = int(str(about))
    if what == FEN:
        return pl.Series((most * dice.lognormal(0, 0.7, rows)).astype(np.int64))
    if what == "area":
        return pl.Series((10 * most * dice.lognormal(0, 0.4, rows)).astype(np.int32))
    return pl.Series(dice.integers(1, most + 1, rows).astype(np.int16))


def falling(many: int) -> Array:
    """Shares that fall like 1, 1/2, 1/3 …."""
    weights: Array = 1 / np.arange(1, many + 1)
    shares: Array = weights / weights.sum()
    return shares


def holed(dice: np.random.Generator, series: pl.Series, share: float) -> pl.Series:
    """Some cells left empty."""
    kept = pl.Series(dice.random(len(series)) >= share)
    return series.to_frame("x").select(pl.when(kept).then(pl.col("x"))).to_series().rename(series.name)
