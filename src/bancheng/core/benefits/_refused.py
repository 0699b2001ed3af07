"""Why columns cannot say a condition, and what to write instead."""

from __future__ import annotations

from typing import Final

from bancheng.core.rules import Expr, nodes, to_text


class NotForColumns(Exception):
    """A part of a condition lies outside the column subset."""

    def __init__(self, expr: Expr, reason: str, advice: str) -> None:
        self.expr, self.reason, self.advice = expr, reason, advice
        super().__init__(f"{to_text(expr)}: {reason}")

    @classmethod
    def by(cls, expr: Expr) -> NotForColumns:
        """The usual reason for this kind of node."""
        reason, advice = _REASONS.get(type(expr), _OTHER)
        return cls(expr, reason, advice)

    @classmethod
    def endless(cls, expr: Expr) -> NotForColumns:
        """It ran into a bound of the interpreter."""
        return cls(expr, "算的步骤太多，算不到头", "写得简单些；要数、要找的，写成一个事实")


_ROWS: Final = (
    "逐条看清单里的记录，不能按列一次算完",
    "把“数几条、合计、最大、最近、有没有”写成一个事实（count、sum、max、latest、exists），条件里只比较这个事实",
)
_OTHER: Final = (
    "这种写法不能按列一次算完",
    "条件里只用比较、between、in、and、or、not；要先算的，写成一个事实",
)
_REASONS: Final[dict[type, tuple[str, str]]] = {
    nodes.Quantified: _ROWS,
    nodes.For: _ROWS,
    nodes.Filter: _ROWS,
    nodes.If: (
        "如果、否则的两边可能是“没有”，不能按列一次算完",
        "写成两个条件：(甲 and 乙) or (not(甲) and 丙)",
    ),
    nodes.Binary: (
        "这个算式不是随一个事实单调变化的，也不是几个事实的加减",
        "一边只留一个事实，另一边写参数；两个事实相乘或相除，写成一个事实",
    ),
    nodes.Call: (
        "这个函数不能按列一次算完",
        '年龄写作 birth <= today() - duration("P60Y") 或 age(birth, today()) >= 60；文字用代码表的值比较',
    ),
    nodes.ContextExpr: ("一组数据不能按列比较", "直接比较其中的一个事实"),
    nodes.Path: ("只有日期的年份（.year）能按列比较", "月、日写成一个事实，或改为与某一天比较"),
}
