"""The companies of the fictitious town: 17 kinds of data about them, as crooked as those of its people, from a seed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from bancheng.connect.engines._subjects import Subjects
from bancheng.connect.engines.population import (
    CODE,
    COUNT,
    DATE,
    DISTRICTS,
    FEN,
    FLAG,
    DataKind,
    falling,
    holed,
    placed,
    source_of,
    table_of,
    with_place,
)
from bancheng.core.benefits import SubjectKind
from bancheng.core.kernel import sample_credit_code

KEY: Final = "cid"
TRADES: Final = ("trade", "catering", "service", "making", "building", "transport", "software", "farming")
FORMS: Final = ("individual", "company", "cooperative", "partnership")
_KINDS: Final = (
    DataKind(
        "company_register", "经营主体登记", "市场监督管理局", 1000, 1,
        (
            ("on", DATE, (0, 6500)),
            ("trade", CODE, TRADES),
            ("form", CODE, FORMS),
            ("scale", CODE, ("micro", "small", "medium", "large")),
            ("state", CODE, ("active", "suspended", "revoked")),
            ("capital", FEN, 30000000),
        ),
    ),
    DataKind(
        "company_abnormal", "经营异常名录", "市场监督管理局", 35, 1,
        (
            ("on", DATE, (0, 1500)),
            ("removed", FLAG, 0.5),
        ),
    ),
    DataKind(
        "company_tax", "纳税申报", "税务局", 720, 11,
        (
            ("month_on", DATE, (0, 400)),
            ("revenue", FEN, 9000000),
            ("paid", FEN, 220000),
        ),
        since=dt.date(2024, 1, 1),
    ),
    DataKind(
        "company_tax_credit", "纳税信用评价", "税务局", 420, 1.6,
        (
            ("on", DATE, (0, 1100)),
            ("grade", CODE, ("B", "A", "M", "C", "D")),
        ),
    ),
    DataKind(
        "company_arrears", "欠税欠费", "税务局", 22, 1.3,
        (
            ("on", DATE, (0, 900)),
            ("amount", FEN, 1500000),
            ("open", FLAG, 0.6),
        ),
    ),
    DataKind(
        "company_staff", "单位社会保险缴费", "人力资源和社会保障局", 380, 10,
        (
            ("month_on", DATE, (0, 400)),
            ("people", COUNT, 60),
            ("paid", FEN, 1800000),
            ("unemployment_paid", FEN, 90000),
        ),
        since=dt.date(2024, 1, 1),
    ),
    DataKind(
        "company_hires", "新招用人员", "人力资源和社会保障局", 160, 2.2,
        (
            ("on", DATE, (0, 700)),
            ("kind", CODE, ("other", "graduate", "jobless", "veteran", "disabled")),
            ("months", COUNT, 24),
        ),
    ),
    DataKind(
        "company_layoffs", "减员", "人力资源和社会保障局", 90, 1.6,
        (
            ("on", DATE, (0, 700)),
            ("people", COUNT, 8),
        ),
    ),
    DataKind(
        "company_training", "职工培训", "人力资源和社会保障局", 50, 1.8,
        (
            ("on", DATE, (0, 700)),
            ("people", COUNT, 30),
        ),
    ),
    DataKind(
        "company_titles", "资质认定", "工业和信息化局", 75, 1.4,
        (
            ("on", DATE, (0, 1400)),
            ("title", CODE, ("tech_small", "high_tech", "innovative", "specialised", "giant", "green")),
        ),
    ),
    DataKind(
        "company_rnd", "研发费用加计扣除", "税务局", 70, 1.8,
        (
            ("on", DATE, (0, 1000)),
            ("amount", FEN, 45000000),
        ),
    ),
    DataKind(
        "company_patents", "专利授权", "知识产权局", 55, 2.4,
        (
            ("on", DATE, (0, 1600)),
            ("kind", CODE, ("utility", "design", "invention")),
        ),
    ),
    DataKind(
        "company_standards", "标准制定", "市场监督管理局", 12, 1.3,
        (
            ("on", DATE, (0, 1600)),
            ("level", CODE, ("group", "local", "industry", "national")),
        ),
    ),
    DataKind(
        "company_equipment", "设备投资", "工业和信息化局", 60, 1.5,
        (
            ("on", DATE, (0, 900)),
            ("amount", FEN, 120000000),
        ),
        partly=1,
    ),
    DataKind(
        "company_power", "用电量", "供电公司", 520, 10,
        (
            ("month_on", DATE, (0, 400)),
            ("kwh", COUNT, 30000),
        ),
    ),
    DataKind(
        "company_exports", "进出口", "商务局", 40, 5,
        (
            ("on", DATE, (0, 500)),
            ("amount", FEN, 60000000),
        ),
    ),
    DataKind(
        "company_penalties", "企业行政处罚", "信用中心", 28, 1.4,
        (
            ("on", DATE, (0, 1500)),
            ("kind", CODE, ("market", "environment", "safety", "labour")),
            ("amount", FEN, 800000),
        ),
    ),
)  # fmt: skip

SOURCES: Final = with_place(tuple(source_of(kind, SubjectKind.COMPANY, KEY) for kind in _KINDS))
"The kinds of data about companies, as bodies would declare them."


def make_companies(many: int, seed: int, folder: Path) -> Subjects:
    """Write the tables of the companies of a town as Parquet and give them; the same from the same seed."""
    folder.mkdir(parents=True, exist_ok=True)
    dice = np.random.default_rng([seed, many, 1])
    district = np.sort(dice.choice(len(DISTRICTS), many, p=falling(len(DISTRICTS)))).astype(np.int16)
    frame = pl.DataFrame(
        {
            "hid": pl.Series([None] * many, dtype=pl.Int32),
            "district": holed(dice, pl.Series(district), 0.002),
        }
    )
    for kind in _KINDS:
        table = table_of(dice, kind, many, KEY)
        if kind.id == "company_register":
            table = table.with_columns(placed(frame))
        table.write_parquet(folder / f"{kind.id}.parquet", row_group_size=131_072)
    return Subjects(SubjectKind.COMPANY, frame, DISTRICTS)


def credit_codes(many: int) -> Iterator[str]:
    """Fictitious credit codes of so many companies, in their order."""
    return (sample_credit_code(number) for number in range(500_000, 500_000 + many))
