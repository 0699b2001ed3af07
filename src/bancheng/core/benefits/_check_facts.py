"""What is wrong with specifications of facts and the sources they name."""

from __future__ import annotations

import datetime as dt
from typing import Final

from bancheng.core.benefits._entitlements import RuleSet
from bancheng.core.benefits._facts import Aggregate, ColumnKind, FactSpec, Source, SubjectKind, TableColumn
from bancheng.core.benefits._refused import NotForColumns
from bancheng.core.benefits._trees import KINDS, plan_tests, source_columns
from bancheng.core.kernel import Place, Problems
from bancheng.core.rules import FactKind, FactType, RuleSyntaxError, infer, parse, to_text

_NUMERIC: Final = frozenset({ColumnKind.NUMBER, ColumnKind.MONEY})
_RESULT: Final = {Aggregate.COUNT: ColumnKind.NUMBER, Aggregate.EXISTS: ColumnKind.BOOLEAN}


def check_facts(rules: RuleSet, as_of: dt.date, found: Problems) -> None:
    """Check every fact and source of a set."""
    sources = {one.id: one for one in rules.sources}
    facts = {one.id: one for one in rules.facts}
    for source in rules.sources:
        _check_source(source, found)
    for spec in rules.facts:
        place = Place(path=f"facts.{spec.id}")
        if spec.kind is ColumnKind.CODE and not spec.values:
            found.add(
                "fact-values",
                f"“{spec.name}”是代码，没有代码表。",
                place,
                "values 里写出全部代码；文字不能作事实。",
            )
        if spec.over:
            _check_over(spec, facts, place, found)
        elif (counted := sources.get(spec.source)) is None:
            found.add(
                "fact-source", f"“{spec.name}”的来源“{spec.source}”没有登记。", place, "请先登记这种数据。"
            )
        else:
            _check_counted(spec, counted, place, as_of, found)


def _check_source(source: Source, found: Problems) -> None:
    place = Place(path=f"sources.{source.id}")
    if source.column(source.key) is None:
        found.add("source-key", f"“{source.name}”没有主键列“{source.key}”。", place, "columns 里写上这一列。")
    for column in source.columns:
        if column.kind is ColumnKind.CODE and not column.values:
            where = Place(path=f"{place.path}.{column.name}")
            found.add(
                "source-values", f"“{column.name}”是代码，没有代码表。", where, "values 里写出全部代码。"
            )


def _check_over(spec: FactSpec, facts: dict[str, FactSpec], place: Place, found: Problems) -> None:
    inner = facts.get(spec.over)
    if inner is None or inner.subject is not SubjectKind.PERSON or spec.subject is not SubjectKind.HOUSEHOLD:
        found.add(
            "fact-over",
            f"“{spec.name}”只能由家庭对成员的事实汇总。",
            place,
            "subject 写 household，over 写一个人的事实。",
        )
        return
    if spec.source or spec.window or spec.where or spec.aggregate is Aggregate.LATEST:
        found.add(
            "fact-over",
            f"“{spec.name}”对成员汇总时，只用 count、sum、min、max、exists。",
            place,
            "窗口和筛选写在成员的事实里。",
        )
    if spec.aggregate in _RESULT and inner.kind is not ColumnKind.BOOLEAN:
        found.add(
            "fact-over",
            f"“{spec.name}”数的是成员中“是”的人，“{inner.name}”不是“是否”。",
            place,
            "over 写一个是否类的事实。",
        )
    _check_kind(
        spec,
        TableColumn(name=inner.id, kind=inner.kind, digits=inner.digits, values=inner.values),
        place,
        found,
    )


def _check_counted(spec: FactSpec, source: Source, place: Place, as_of: dt.date, found: Problems) -> None:
    if source.subject is not spec.subject:
        found.add(
            "fact-subject", f"“{spec.name}”与来源“{source.name}”不是同一种对象。", place, "请核对 subject。"
        )
    field = source.column(spec.field)
    if field is None and spec.aggregate not in _RESULT:
        found.add("fact-field", f"来源“{source.name}”没有列“{spec.field}”。", place, "请核对 field。")
    elif field is not None:
        _check_kind(spec, field, place, found)
    days = [("at", spec.at)] if spec.at else []
    days += [("window.at", spec.window.at)] if spec.window else []
    for name, day in days:
        column = source.column(day)
        if column is None or column.kind is not ColumnKind.DATE:
            found.add(
                "fact-day",
                f"“{spec.name}”的 {name} 要是来源里的日期列，“{day}”不是。",
                place,
                "请核对列名。",
            )
    if spec.aggregate is Aggregate.LATEST and not spec.at and not source.single:
        found.add(
            "fact-latest",
            f"“{spec.name}”取最近一条，没有说按哪个日期。",
            place,
            "at 里写日期列；一人一行的来源写 single: true。",
        )
    if spec.window and (spec.window.months > 0) is (spec.window.days > 0):
        found.add(
            "fact-window", f"“{spec.name}”的窗口要么写月数，要么写天数。", place, "months 和 days 只写一个。"
        )
    if spec.where:
        _check_where(spec, source, place, as_of, found)


def _check_kind(spec: FactSpec, field: TableColumn, place: Place, found: Problems) -> None:
    wanted = _RESULT.get(spec.aggregate, field.kind)
    if spec.kind is not wanted:
        found.add(
            "fact-kind", f"“{spec.name}”得出的是 {wanted}，写成了 {spec.kind}。", place, f"kind 写 {wanted}。"
        )
    if spec.aggregate is Aggregate.SUM and field.kind not in _NUMERIC:
        found.add("fact-kind", f"“{spec.name}”求和的列不是数。", place, "求和只用于数和金额。")
    if spec.aggregate in {Aggregate.MIN, Aggregate.MAX} and field.kind not in _NUMERIC | {ColumnKind.DATE}:
        found.add("fact-kind", f"“{spec.name}”比大小的列不是数或日期。", place, "代码和是否没有大小。")
    if spec.aggregate not in _RESULT and (spec.digits, spec.values) != (field.digits, field.values):
        found.add("fact-kind", f"“{spec.name}”的小数位数或代码表与列不同。", place, "照来源的列写。")


def _check_where(spec: FactSpec, source: Source, place: Place, as_of: dt.date, found: Problems) -> None:
    types = {one.name: FactType(KINDS[one.kind], values=one.values) for one in source.columns}
    at = Place(path=f"{place.path}.where")
    try:
        tree = parse(spec.where, names=types)
        _, problems = infer(tree, types, expect=FactKind.BOOLEAN, text=spec.where)
        found.extend(problem.at(at) for problem in problems)
        if not problems:
            plan_tests({spec.id: spec.where}, source_columns(source), as_of)
    except RuleSyntaxError as error:
        found.extend(problem.at(at) for problem in error.problems)
    except NotForColumns as refused:
        found.add("not-for-columns", f"“{to_text(refused.expr)}”：{refused.reason}。", at, refused.advice)
