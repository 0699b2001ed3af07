"""A small set of rules that uses everything: an allowance for the old, one for large families, one for the disabled."""

import datetime as dt

from bancheng.core.benefits import (
    Aggregate,
    ColumnKind,
    Condition,
    Coverage,
    Dated,
    Entitlement,
    FactSpec,
    Missing,
    Parameter,
    RuleSet,
    Source,
    SubjectKind,
    TableColumn,
    Window,
)

AS_OF = dt.date(2026, 11, 23)
PERSON, HOUSEHOLD = SubjectKind.PERSON, SubjectKind.HOUSEHOLD
KINDS = ("visual", "hearing", "limb")

SOURCES = (
    Source(
        id="register",
        name="人口登记",
        body="公安局",
        subject=PERSON,
        single=True,
        columns=(
            TableColumn(name="pid", kind=ColumnKind.NUMBER),
            TableColumn(name="birth", kind=ColumnKind.DATE),
            TableColumn(name="alone", kind=ColumnKind.BOOLEAN),
        ),
        coverage=(Coverage(district="999999001"),),
    ),
    Source(
        id="deaths",
        name="死亡登记",
        body="卫生健康局",
        subject=PERSON,
        single=True,
        columns=(
            TableColumn(name="pid", kind=ColumnKind.NUMBER),
            TableColumn(name="died", kind=ColumnKind.DATE),
        ),
        coverage=(Coverage(district="999999001"),),
    ),
    Source(
        id="wages",
        name="社会保险缴费",
        body="人力资源和社会保障局",
        subject=PERSON,
        columns=(
            TableColumn(name="pid", kind=ColumnKind.NUMBER),
            TableColumn(name="paid_on", kind=ColumnKind.DATE),
            TableColumn(name="amount", kind=ColumnKind.MONEY),
        ),
        coverage=(Coverage(district="999999001", complete_from=dt.date(2024, 1, 1)),),
    ),
    Source(
        id="disability",
        name="残疾人证",
        body="残疾人联合会",
        subject=PERSON,
        columns=(
            TableColumn(name="pid", kind=ColumnKind.NUMBER),
            TableColumn(name="issued", kind=ColumnKind.DATE),
            TableColumn(name="kind", kind=ColumnKind.CODE, values=KINDS),
            TableColumn(name="level", kind=ColumnKind.NUMBER),
        ),
        coverage=(Coverage(district="999999001"),),
    ),
)

FACTS = (
    FactSpec(
        id="person.birth",
        name="出生日期",
        kind=ColumnKind.DATE,
        subject=PERSON,
        source="register",
        field="birth",
    ),
    FactSpec(
        id="person.died",
        name="死亡日期",
        kind=ColumnKind.DATE,
        subject=PERSON,
        source="deaths",
        field="died",
        missing=Missing.CLOSED,
    ),
    FactSpec(
        id="person.alone",
        name="独居",
        kind=ColumnKind.BOOLEAN,
        subject=PERSON,
        source="register",
        field="alone",
    ),
    FactSpec(
        id="wages.months",
        name="一年内缴费次数",
        kind=ColumnKind.NUMBER,
        subject=PERSON,
        source="wages",
        aggregate=Aggregate.COUNT,
        window=Window(at="paid_on", months=12),
        missing=Missing.CLOSED,
        unit="次",
    ),
    FactSpec(
        id="wages.total",
        name="一年内缴费合计",
        kind=ColumnKind.MONEY,
        subject=PERSON,
        source="wages",
        aggregate=Aggregate.SUM,
        field="amount",
        window=Window(at="paid_on", months=12),
        missing=Missing.CLOSED,
        unit="元",
    ),
    FactSpec(
        id="disability.kind",
        name="残疾类别",
        kind=ColumnKind.CODE,
        values=KINDS,
        subject=PERSON,
        source="disability",
        field="kind",
        at="issued",
        missing=Missing.CLOSED,
    ),
    FactSpec(
        id="disability.severe",
        name="有一、二级残疾人证",
        kind=ColumnKind.BOOLEAN,
        subject=PERSON,
        source="disability",
        aggregate=Aggregate.EXISTS,
        where="level <= 2",
        missing=Missing.CLOSED,
    ),
    FactSpec(
        id="home.paid",
        name="全家一年内缴费合计",
        kind=ColumnKind.MONEY,
        subject=HOUSEHOLD,
        over="wages.total",
        aggregate=Aggregate.SUM,
        unit="元",
    ),
)

PARAMETERS = (
    Parameter(
        id="old.age",
        name="高龄津贴年龄",
        kind=ColumnKind.NUMBER,
        unit="岁",
        values=(
            Dated(dt.date(2020, 1, 1), "85", "样例文件〔2019〕1号"),
            Dated(dt.date(2026, 1, 1), "80", "样例文件〔2025〕9号"),
        ),
    ),
    Parameter(
        id="help.kinds",
        name="护理补贴的残疾类别",
        kind=ColumnKind.CODE,
        listed=True,
        values=(Dated(dt.date(2020, 1, 1), '["visual", "limb"]', "样例文件〔2019〕2号"),),
    ),
)

ENTITLEMENTS = (
    Entitlement(
        id="old_age",
        name="高龄津贴",
        subject=PERSON,
        basis=("样例文件〔2019〕1号",),
        conditions=(
            Condition(
                id="age",
                text="年满80周岁",
                when="age(person.birth, today()) >= old.age",
                parameters=("old.age",),
            ),
            Condition(id="alive", text="健在", when="person.died = null"),
        ),
        amount="if age(person.birth, today()) >= 90 then 300 else 100",
    ),
    Entitlement(
        id="care",
        name="护理补贴",
        subject=PERSON,
        basis=("样例文件〔2019〕2号",),
        conditions=(
            Condition(id="severe", text="一、二级残疾", when="disability.severe"),
            Condition(
                id="kind",
                text="视力或肢体残疾",
                when="disability.kind in help.kinds",
                parameters=("help.kinds",),
            ),
        ),
        amount="120.50",
    ),
    Entitlement(
        id="low_pay",
        name="困难职工帮扶",
        subject=PERSON,
        basis=("样例文件〔2019〕3号",),
        valid_from=dt.date(2026, 1, 1),
        valid_to=dt.date(2026, 12, 31),
        conditions=(
            Condition(id="paid", text="一年内缴费不少于6个月", when="wages.months >= 6"),
            Condition(
                id="little",
                text="缴费少于一万元，或独居",
                when="wages.total < 10000 or person.alone = true",
            ),
            Condition(id="home", text="本人占全家缴费的一半以上", when="2 * wages.total >= home.paid"),
        ),
    ),
)

RULES = RuleSet(entitlements=ENTITLEMENTS, facts=FACTS, parameters=PARAMETERS, sources=SOURCES)
