"""Random conditions over a few facts of every kind, and random rows of them with holes."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from bancheng.core.benefits import ColumnKind, PlanColumn

AS_OF = dt.date(2026, 2, 28)
"A day on which ages of those born on 29 February are told apart."
CODES = ("甲", "乙", "丙", "丁")


def _column(name: str, kind: ColumnKind, *, absent: bool = False, scale: int = 0) -> PlanColumn:
    values = CODES if kind is ColumnKind.CODE else ()
    return PlanColumn(name=name, column=name, kind=kind, scale=scale, values=values, may_be_absent=absent)


COLUMNS = {
    one.name: one
    for one in (
        _column("n", ColumnKind.NUMBER),
        _column("m", ColumnKind.NUMBER, absent=True),
        _column("area", ColumnKind.NUMBER, scale=1),
        _column("pay", ColumnKind.MONEY, scale=2),
        _column("loan", ColumnKind.MONEY, scale=2, absent=True),
        _column("flag", ColumnKind.BOOLEAN),
        _column("mark", ColumnKind.BOOLEAN, absent=True),
        _column("code", ColumnKind.CODE),
        _column("sort", ColumnKind.CODE, absent=True),
        _column("born", ColumnKind.DATE),
        _column("died", ColumnKind.DATE, absent=True),
    )
}
KNOWN = {"limit": 3, "cut": dt.date(1966, 2, 28), "list": ("甲", "丙")}
"Parameters; ``later`` is one that has no value yet."

_NUMBERS = ("n", "m", "area", "pay", "loan")
_DAYS = ("born", "died")
_NUMBER = st.sampled_from(
    ("0", "1", "2", "3", "2.5", "-1", "0.05", "limit", "limit + 1", "null", "later", "1 / 3")
)
_NEVER_NULL = st.sampled_from(("0", "1", "2.5", "-1", "limit", "later", "1 / 3"))
_DAY = st.sampled_from(
    (
        '@"1966-02-28"',
        '@"1964-02-29"',
        "today()",
        "cut",
        'today() - duration("P60Y")',
        "null",
        "later",
        'cut + duration("P1D")',
    )
)
_OPS = st.sampled_from(("=", "!=", "<", "<=", ">", ">="))


def _form(template: str, **parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.fixed_dictionaries(parts).map(lambda found: template.format(**found))


_x, _y, _d, _e = (st.sampled_from(one) for one in (_NUMBERS, _NUMBERS, _DAYS, _DAYS))
_SIDE = st.one_of(
    _x,
    _form("{x} + {k}", x=_x, k=_NUMBER),
    _form("{k} - {x}", x=_x, k=_NUMBER),
    _form("{x} * {k}", x=_x, k=_NUMBER),
    _form("{x} / {k}", x=_x, k=_NUMBER),
    _form("-{x}", x=_x),
    _form("floor({x})", x=_x),
    _form("ceiling({x} / 2) * 3", x=_x),
)
ATOMS = st.one_of(
    _form("{x} {o} {k}", x=_SIDE, o=_OPS, k=_NUMBER),
    _form("{k} {o} {x}", x=_x, o=_OPS, k=_NUMBER),
    _form("{x} between {a} and {b}", x=_x, a=_NUMBER, b=_NUMBER),
    _form("{x} in ({a}, {b})", x=_x, a=_NUMBER, b=_NUMBER),
    _form("{x} in (< {a}, [1..2], ({b}..5])", x=_x, a=_NUMBER, b=_NUMBER),
    _form("{x} {o} {y}", x=_x, y=_y, o=st.sampled_from(("<", "<=", ">", ">="))),
    _form("{x} + 2 * {y} - 1.5 {o} {k}", x=_x, y=_y, o=st.sampled_from(("<", ">=")), k=_NEVER_NULL),
    st.just("n = area"),
    st.just("pay != n + 1"),
    _form("{d} {o} {k}", d=_d, o=_OPS, k=_DAY),
    _form("age({d}, today()) {o} {k}", d=_d, o=_OPS, k=st.sampled_from(("60", "62", "0", "limit", "later"))),
    _form('{d} + duration("P62Y") {o} today()', d=_d, o=_OPS),
    _form('today() - {d} {o} duration("P90D")', d=_d, o=_OPS),
    _form(
        'years and months duration({d}, today()) {o} duration("P720M")', d=_d, o=st.sampled_from(("<", ">="))
    ),
    _form("{d}.year {o} 1964", d=_d, o=_OPS),
    _form("{d} {o} {e}", d=_d, e=_e, o=st.sampled_from(("<", ">="))),
    _form('{d} - {e} > duration("P1D")', d=_d, e=_e),
    _form('{d} in [@"1964-02-29"..{k}]', d=_d, k=_DAY),
    st.sampled_from(
        (
            "flag",
            "mark",
            "not(mark)",
            "flag = false",
            "mark != true",
            'code = "甲"',
            'not(sort in ("甲", "乙"))',
            "sort in list",
            "code in later",
            'starts with(code, "丙")',
            'if sort = "甲" then true else sort = "丁"',
            "is defined(died)",
            "is defined(n)",
            "m = null",
            "loan != null",
            "sort = null",
            "true",
            "limit > 2",
            "later > 2",
            "null",
        )
    ),
)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        _form("({x}) and ({y})", x=inner, y=inner),
        _form("({x}) or ({y}) or ({z})", x=inner, y=inner, z=inner),
        _form("not({x})", x=inner),
        _form("not(({x}) and ({y}))", x=inner, y=inner),
        _form("if n > 1 then {x} else n < 0", x=st.just("flag")),
    )


TEXTS = st.recursive(ATOMS, _larger, max_leaves=8)

_CELLS: dict[ColumnKind, st.SearchStrategy[object]] = {
    ColumnKind.NUMBER: st.integers(-3, 12),
    ColumnKind.MONEY: st.integers(-300, 700),
    ColumnKind.BOOLEAN: st.booleans(),
    ColumnKind.CODE: st.integers(0, len(CODES) - 1),
    ColumnKind.DATE: st.sampled_from(
        [
            dt.date(1964, 2, 29),
            dt.date(1964, 2, 28),
            dt.date(1964, 3, 1),
            dt.date(1966, 2, 27),
            dt.date(1966, 2, 28),
            dt.date(1966, 3, 1),
            dt.date(2025, 11, 30),
            dt.date(2026, 2, 28),
            dt.date(2026, 3, 1),
            dt.date(1900, 1, 1),
        ]
    ),
}


@st.composite
def rows(draw: st.DrawFn) -> dict[str, object]:
    """One row as it is stored: three cells in ten empty, half of those that may be absent known to be."""
    row: dict[str, object] = {}
    for column in COLUMNS.values():
        hole = draw(st.integers(0, 9)) < 3
        row[column.column] = None if hole else draw(_CELLS[column.kind])
        if column.may_be_absent:
            row[column.absent] = hole and draw(st.booleans())
    return row
