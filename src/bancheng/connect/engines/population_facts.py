"""The facts counted from the specimen town's 26 tables, each of a form that real ones have."""

from __future__ import annotations

from typing import Final

from bancheng.connect.engines.population import SOURCES
from bancheng.core.benefits import Aggregate, ColumnKind, FactSpec, Missing, SubjectKind, Window

_C, _O = Missing.CLOSED, Missing.OPEN
_COUNT, _SUM, _MIN, _MAX = Aggregate.COUNT, Aggregate.SUM, Aggregate.MIN, Aggregate.MAX
_EXISTS, _LATEST = Aggregate.EXISTS, Aggregate.LATEST


def _year(at: str, months: int = 12) -> Window:
    return Window(at=at, months=months)


_ROWS: Final[tuple[tuple[str, str, str, Aggregate, str, str, Window | None, str, Missing], ...]] = (
    ("person.birth", "出生日期", "register", _LATEST, "birth", "", None, "", _O),
    ("person.sex", "性别", "register", _LATEST, "sex", "", None, "", _O),
    ("person.hukou", "户口", "register", _LATEST, "hukou", "", None, "", _O),
    ("person.alone", "独居", "register", _LATEST, "alone", "", None, "", _O),
    ("person.died", "死亡日期", "deaths", _LATEST, "died_on", "", None, "", _C),
    ("marriage.state", "婚姻状况", "marriage", _LATEST, "state", "on", None, "", _C),
    ("disability.kind", "残疾类别", "disability", _LATEST, "kind", "issued", None, "", _C),
    ("disability.level", "残疾等级", "disability", _MIN, "level", "", None, "", _C),
    ("disability.severe", "一、二级残疾", "disability", _EXISTS, "", "", None, "level <= 2", _C),
    ("pension.total", "一年养老金", "pension_paid", _SUM, "amount", "", _year("paid_on"), "", _C),
    ("pension.months", "一年领取次数", "pension_paid", _COUNT, "", "", _year("paid_on"), "", _C),
    ("insurance.months", "两年内缴费次数", "insurance", _COUNT, "", "", _year("paid_on", 24), "", _C),
    ("insurance.last", "最近缴费日", "insurance", _MAX, "paid_on", "", None, "", _O),
    ("insurance.base", "最近缴费基数", "insurance", _LATEST, "base", "paid_on", None, "", _O),
    ("resident.paid", "参加居民医保", "resident_insurance", _EXISTS, "", "", _year("year_from", 24), "", _C),
    ("medical.own", "一年自付医疗费", "medical", _SUM, "own", "", _year("on"), "", _C),
    ("medical.severe", "一年内大病", "medical", _EXISTS, "", "", _year("on"), "severe and total > 300", _C),
    ("unemployment.last", "最近失业登记", "unemployment", _LATEST, "on", "on", None, "", _C),
    ("jobs.trade", "行业", "jobs", _LATEST, "trade", "on", None, "", _O),
    ("jobs.wage", "工资", "jobs", _LATEST, "wage", "on", None, "", _O),
    ("training.grade", "最高技能等级", "training", _MAX, "grade", "", None, "", _C),
    ("minimum.active", "在享低保", "minimum", _EXISTS, "", "", None, "active", _C),
    ("care.kind", "优抚类别", "special_care", _LATEST, "kind", "since", None, "", _C),
    ("veteran.years", "服役年数", "veterans", _LATEST, "years", "", None, "", _C),
    ("student.stage", "学段", "students", _LATEST, "stage", "from_on", None, "", _C),
    ("aid.total", "一年学生资助", "school_aid", _SUM, "amount", "", _year("on"), "", _C),
    ("children.count", "子女数", "births", _COUNT, "", "", None, "", _C),
    ("children.youngest", "最小子女出生日", "births", _MAX, "child_born", "", None, "", _C),
    ("housing.area", "住房面积", "housing", _SUM, "area", "", None, "", _C),
    ("rent.has", "住公租房", "rent", _EXISTS, "", "", None, "", _C),
    ("vehicles.worth", "机动车价值", "vehicles", _SUM, "price", "", None, "", _C),
    ("tax.income", "一年申报收入", "tax", _SUM, "income", "", _year("month_on"), "", _C),
    ("farm.land", "耕地面积", "farm", _SUM, "land", "", _year("on"), "", _C),
    ("firms.active", "有在营市场主体", "firms", _EXISTS, "", "", None, "active", _C),
    ("firms.capital", "最大注册资本", "firms", _MAX, "capital", "", None, "active", _C),
    ("penalties.count", "两年内处罚", "penalties", _COUNT, "", "", _year("on", 24), "", _C),
    (
        "visits.count",
        "季内服务次数",
        "care_visits",
        _COUNT,
        "",
        "",
        Window(at="on", days=90),
        'kind != "bath"',
        _C,
    ),
    ("trace.last", "最近轨迹", "travel", _MAX, "on", "", None, "", _O),
    ("trace.clinic", "半年内就诊", "travel", _EXISTS, "", "", _year("on", 6), 'kind = "clinic"', _C),
)
_HOME: Final = (
    ("home.pension", "家庭一年养老金", "pension.total", _SUM),
    ("home.income", "家庭一年申报收入", "tax.income", _SUM),
    ("home.severe", "家庭有重度残疾人", "disability.severe", _EXISTS),
    ("home.disabled", "家庭重度残疾人数", "disability.severe", _COUNT),
    ("home.youngest", "家庭最小子女出生日", "children.youngest", _MAX),
)


def _counted(row: tuple[str, str, str, Aggregate, str, str, Window | None, str, Missing]) -> FactSpec:
    name, title, source, aggregate, field, at, window, where, missing = row
    column = next(one for one in SOURCES if one.id == source).column(field)
    kind = {_COUNT: ColumnKind.NUMBER, _EXISTS: ColumnKind.BOOLEAN}.get(aggregate)
    return FactSpec(
        id=name,
        name=title,
        kind=kind or (column.kind if column else ColumnKind.NUMBER),
        digits=column.digits if column else 0,
        values=column.values if column else (),
        subject=SubjectKind.PERSON,
        source=source,
        aggregate=aggregate,
        field=field,
        at=at,
        window=window,
        where=where,
        missing=missing,
    )


def _facts() -> tuple[FactSpec, ...]:
    counted = tuple(_counted(row) for row in _ROWS)
    known = {one.id: one for one in counted}
    home = tuple(
        FactSpec(
            id=name,
            name=title,
            kind=ColumnKind.NUMBER if aggregate is _COUNT else known[over].kind,
            subject=SubjectKind.HOUSEHOLD,
            over=over,
            aggregate=aggregate,
            missing=_C,
        )
        for name, title, over, aggregate in _HOME
    )
    return counted + home


FACTS: Final = _facts()
