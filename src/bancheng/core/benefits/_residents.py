"""People and companies of a demonstration, their data written out row by row: one can say why they get what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from bancheng.core.benefits._facts import ColumnKind, Source, SubjectKind, TableColumn
from bancheng.core.kernel import Place, Problems, Record

_WORDS = {"是": True, "否": False}


class Resident(Record):
    """A fictitious person or company: who, where, the account they are paid to, and their rows by source.

    `rows`: source → rows, each column → its text as people write it (``1951-01-05``, ``6.3``, ``是``, ``village``);
    a column left out is not known. `household`: people alone have one; by the same name they share it.
    """

    identity: str
    name: str
    district: str
    subject: SubjectKind = SubjectKind.PERSON
    household: str = ""
    account: str = ""
    phone: str = ""
    rows: dict[str, tuple[dict[str, str], ...]] = {}


def cell(column: TableColumn, text: str) -> dt.date | bool | int:
    """A text as the column stores it: days, truth values, fen, whole numbers of 10^-digits, the place in a closed list.

    Raises:
        ValueError: it is no value of that column.
    """
    if column.kind is ColumnKind.DATE:
        return dt.date.fromisoformat(text)
    if column.kind is ColumnKind.BOOLEAN:
        if text not in _WORDS:
            raise ValueError(text)
        return _WORDS[text]
    if column.kind is ColumnKind.CODE:
        return column.values.index(text)
    try:
        scaled = Decimal(text).scaleb(2 if column.kind is ColumnKind.MONEY else column.digits)
    except InvalidOperation:
        raise ValueError(text) from None
    if scaled != int(scaled):
        raise ValueError(text)
    return int(scaled)


def check_residents(residents: Sequence[Resident], sources: Sequence[Source], found: Problems) -> None:
    """Add what is wrong with them: unknown sources and columns, values that are none."""
    known = {one.id: one for one in sources}
    for one in residents:
        at = Place(path=f"residents/{one.identity}")
        for name, rows in one.rows.items():
            if name not in known:
                found.add("resident-source", f"“{one.name}”的数据“{name}”没有登记。", at)
                continue
            if known[name].subject is not one.subject:
                found.add("resident-source", f"“{known[name].name}”说的不是“{one.name}”这类对象。", at)
                continue
            for column, text in (pair for row in rows for pair in row.items()):
                spec = known[name].column(column)
                try:
                    good = spec is not None and cell(spec, text) is not None
                except ValueError:
                    good = False
                if not good:
                    said = f"“{one.name}”的“{known[name].name}”里，{column} 写成“{text}”读不懂。"
                    found.add("resident-value", said, at, "列名和写法照数据来源的登记。")
