"""An item row and the rows that belong to it → one line: what this source states about one item."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from bancheng.connect.tables._cells import Cell, Issue
from bancheng.connect.tables._mapping import Mapping as SourceMapping
from bancheng.connect.tables._names import Names, credit_code
from bancheng.connect.tables._plan import Plan
from bancheng.connect.tables._rows import OWN_NAME, RowReader, Stated
from bancheng.connect.tables._spill import Row
from bancheng.connect.tables._vocabulary import CHILDREN, Column, headings, required, vocabulary
from bancheng.core.kernel import (
    Record,
    check_catalogue_code,
    check_implementation_code,
    digest,
    normalise_code,
    search_key,
)

STRICT = "GBT39554"
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,79}")
_CODE_SHAPE = re.compile(r"[0-9A-Z-]{1,60}")
_DOCUMENTS = frozenset(("materials", "results"))


class Spot(Record, kw_only=False):
    """A row of a table as people find it again."""

    file: str
    sheet: str
    row: int


class Trouble(Record, kw_only=False):
    """An issue with its row."""

    spot: Spot
    issue: Issue

    def place(self) -> str:
        """Where it is, as people find it again: file, sheet, row and column."""
        column = f" ‘{self.issue.column}’列" if self.issue.column else ""
        return f"{self.spot.file}“{self.spot.sheet}”第 {self.spot.row} 行{column}"

    def said(self) -> str:
        """The whole sentence: where, what, what to do."""
        return f"{self.place()}：{self.issue.message}"


class RawRow(Record, kw_only=False):
    """A row as it was written, to be given back: its kind of sheet, its headings and its cells."""

    spot: Spot
    kind: str
    headings: tuple[str, ...]
    cells: tuple[str, ...]


class Line(Record):
    """One item as a source states it.

    `stated` are the attributes that the tables have columns for; of those, `values` holds the ones that are not
    blank, in plain values. `inner` says the same for the records inside (materials → attributes). `kept` are official
    elements we have no attribute for, `codes` all codes the item is known by.
    """

    key: str
    name: str
    spot: Spot
    stated: frozenset[str]
    values: dict[str, Any]
    inner: dict[str, frozenset[str]] = {}
    more_aliases: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    kept: dict[str, Any] = {}
    absent: frozenset[str] = frozenset()
    troubles: tuple[Trouble, ...] = ()
    raw: tuple[RawRow, ...] = ()


def key_for(code: str, name: str = "", body: str = "") -> str:
    """The key of an item that nobody has given one: from its code, or from its name and body where it has no code.

    The same code gives the same key for ever, and two codes never the same one.
    """
    if not code:
        return f"n_{digest([search_key(name), search_key(body)])[:16]}"
    if _CODE_SHAPE.fullmatch(code):
        return f"t_{code.lower().replace('-', '_')}"
    return f"c_{digest(code)[:24]}"


class LineReader:
    """Makes lines of joined rows. `known_codes` maps every code of known items to their key."""

    def __init__(
        self,
        mapping: SourceMapping,
        names: Mapping[str, Names],
        known_codes: Mapping[str, str],
        plans: Mapping[int, Plan],
    ) -> None:
        self._rows = RowReader(mapping, names)
        self._mapping = mapping
        self._names = names
        self._known = known_codes
        self._plans = plans
        self._present = frozenset(plan.kind for plan in plans.values() if plan.kind != "items")

    def line(self, row: Row, others: Sequence[Row]) -> Line:
        """The line of an item row and the rows that belong to it."""
        plan = self._plans[row.sheet]
        spot = self._spot(row)
        stated = self._rows.read(plan.columns, row.cells)
        self._codes(stated)
        written_body = str(stated.values.get("body", ""))
        self._body(stated)
        codes = self._all_codes(stated)
        key = self._key(stated, codes, written_body)
        troubles = [Trouble(spot, one) for one in stated.issues]
        inner: dict[str, frozenset[str]] = {}
        kept: dict[str, Any] = {"": stated.kept} if stated.kept else {}
        for kind, rows in self._children(plan, row, others).items():
            self._add(kind, rows, stated, inner, kept, troubles)
        more = tuple(
            dict.fromkeys((*stated.values.pop("old_codes", ()), stated.values.pop("handle_code", "")))
        )
        return Line(
            key=key,
            name=str(stated.values.get("name", "")),
            spot=spot,
            stated=self._attributes(plan) | inner.keys(),
            values={name: value for name, value in stated.values.items() if name != "key"},
            inner=inner,
            more_aliases=tuple(one for one in more if one),
            codes=codes,
            kept=kept,
            absent=frozenset(plan.missing()),
            troubles=tuple(troubles),
            raw=tuple(self.raw(one) for one in (row, *others)) if troubles else (),
        )

    def raw(self, row: Row) -> RawRow:
        """A row to be given back as it was written."""
        plan = self._plans[row.sheet]
        cells = tuple(one if isinstance(one, str) else one.text for one in row.cells)
        return RawRow(self._spot(row), plan.kind, plan.written, cells)

    def _spot(self, row: Row) -> Spot:
        plan = self._plans[row.sheet]
        return Spot(plan.file, plan.title, row.number)

    def _attributes(self, plan: Plan) -> frozenset[str]:
        found = {column.attribute for column in plan.columns.values()}
        if "rest" in plan.at:
            found |= vocabulary().sheets["items"].rest
        if "task_code" in plan.at:
            found.add("code_scheme")
        return frozenset(found - {"", "key", "handle_code", "old_codes", "body_code"}) | self._present

    # ------------------------------------------------------------ the item itself

    def _codes(self, stated: Stated) -> None:
        values = stated.values
        code = str(values.get("task_code", ""))
        catalogue = str(values.get("catalog_code", ""))
        if not code:
            if "code_scheme" not in values and catalogue and check_catalogue_code(catalogue) is not None:
                values["code_scheme"] = "LOCAL"
            return
        folded = normalise_code(code)
        scheme = values.setdefault("code_scheme", vocabulary().scheme_of(folded))
        if scheme != STRICT:
            return
        values["task_code"] = folded
        wrong = check_implementation_code(folded)
        if wrong is not None:
            said = f"“实施编码”{wrong.message}{wrong.suggestion}"
            stated.issues.append(Issue(wrong.code, said, "实施编码", code))
        elif catalogue and normalise_code(catalogue) != folded[19:]:
            said = f"“基本编码”{catalogue}与实施编码的后 12 位{folded[19:]}不同，请核对。"
            stated.issues.append(Issue("code_catalogue", said, "基本编码", catalogue))

    def _body(self, stated: Stated) -> None:
        values = stated.values
        written, code = values.get("body", ""), values.pop("body_code", "")
        if not code and values.get("code_scheme") == STRICT:
            code = str(values.get("task_code", ""))[:18]
        if not written and credit_code(code):
            try_by_code = self._names["bodies"].find("", credit_code(code))
            if try_by_code:
                values["body"] = try_by_code
            return
        if written:
            column = headings("items")[search_key("实施主体")]
            values["body"] = self._rows.body(column, written, code, str(values.get("level", "")), stated)

    def _all_codes(self, stated: Stated) -> tuple[str, ...]:
        values = stated.values
        every = (values.get("handle_code", ""), values.get("task_code", ""), *values.get("old_codes", ()))
        return tuple(dict.fromkeys(one for one in every if one))

    def _key(self, stated: Stated, codes: Sequence[str], body: str) -> str:
        given = str(stated.values.get("key", ""))
        name = str(stated.values.get("name", ""))
        if given:
            if not _KEY.fullmatch(given):
                said = f"“事项键”写的是“{given}”，只能用英文字母、数字和下划线。不清楚就把它清空。"
                stated.issues.append(Issue("bad_key", said, "事项键", given))
            return given
        chosen = self._mapping.names.get("items", {})
        for written in (*codes, name):
            if written in chosen:
                return chosen[written]
        # A row with a code of its own among several that share one implementation code is looked for by its own only.
        sought = codes[:1] if stated.values.get("handle_code") else codes
        for code in sought:
            if code in self._known:
                return self._known[code]
        if not codes and not name:
            stated.issues.append(Issue("no_name", "事项名称和实施编码都空着，认不出是哪个事项。", "事项名称"))
            return ""
        return key_for(codes[0] if codes else "", name, body)

    # ------------------------------------------------------------ records inside

    def _children(
        self, plan: Plan, row: Row, others: Sequence[Row]
    ) -> dict[str, list[tuple[Spot, Stated, Mapping[int, Column]]]]:
        found: dict[str, list[tuple[Spot, Stated, Mapping[int, Column]]]] = {}
        inside: list[tuple[Row, Sequence[Cell]]] = [(row, row.cells)]
        inside += [(other, other.cells) for other in others if other.kind == "more"]
        for kind, columns in plan.inside.items():
            found[kind] = []
            for other, cells in inside:
                for stated in self._rows.inside(columns, cells):
                    found[kind].append((self._spot(other), stated, columns))
        for kind in self._present:
            found.setdefault(kind, [])
        for other in others:
            if other.kind != "more":
                columns = self._plans[other.sheet].columns
                found[other.kind].append((self._spot(other), self._rows.read(columns, other.cells), columns))
        return {kind: found[kind] for kind in CHILDREN if kind in found}

    def _add(
        self,
        kind: str,
        rows: Sequence[tuple[Spot, Stated, Mapping[int, Column]]],
        stated: Stated,
        inner: dict[str, frozenset[str]],
        kept: dict[str, Any],
        troubles: list[Trouble],
    ) -> None:
        attributes = {
            column.attribute
            for plan in self._plans.values()
            for column in (plan.columns if plan.kind == kind else plan.inside.get(kind, {})).values()
        }
        if any("rest" in plan.at for plan in self._plans.values() if plan.kind == kind):
            attributes |= vocabulary().sheets[kind].rest
        records = []
        for spot, one, columns in rows:
            self._finish(kind, one, columns)
            troubles += [Trouble(spot, issue) for issue in one.issues]
            records.append(one.values)
        if any(one.kept for _, one, _ in rows):
            kept[kind] = [one.kept for _, one, _ in rows]
        if kind not in stated.values or records:
            inner[kind] = frozenset(attributes - {""})
        if kind in stated.values and records:
            word = vocabulary().sheets[kind].title
            said = f"“{word}”既写在事项表里，又有单独的工作表。请只留一处。"
            troubles.append(Trouble(rows[0][0], Issue("two_places", said, word)))
        elif kind not in stated.values:
            stated.values[kind] = records

    def _finish(self, kind: str, row: Stated, columns: Mapping[int, Column]) -> None:
        """Names become keys; what a row cannot do without is asked for."""
        by_target = {column.target: column for column in columns.values()}
        sheet = vocabulary().sheets[kind]
        # What a person must fill in may be left out by a record whose harder shape travels in the rest (a graded fee).
        harder = any(name in sheet.rest for name in row.values)
        needed = required(sheet.record)
        for column in sheet.columns:
            name = column.target.partition(".")[0]
            blank = name not in row.values and not (harder and name not in needed)
            told = any(issue.column == column.heading for issue in row.issues)
            if column.must and blank and not told:
                missing = "没有填。" if column.target in by_target else "这一列没有。"
                said = f"“{column.heading}”{missing}请补上。"
                row.issues.append(Issue("blank", said, column.heading))
        for target in ("element", "body"):
            if target in by_target and row.values.get(target):
                row.values[target] = self._rows.reference(by_target[target], row.values[target], row)
        if kind in _DOCUMENTS and row.values.get("name"):
            self._document(kind, row)

    def _document(self, kind: str, row: Stated) -> None:
        """A material or result is a known kind of paper; its own name is kept where it differs from the kind's."""
        name = row.values["name"]
        column = next(one for one in vocabulary().sheets[kind].columns if one.target == "document")
        if "document" not in row.values:
            column = next(one for one in vocabulary().sheets[kind].columns if one.target == "name")
            column = msgspec.structs.replace(column, list="documents")
        key = self._rows.reference(column, row.values.get("document", name), row)
        row.values["document"] = key
        record = self._names["documents"].records.get(key)
        explicit = row.values.pop(OWN_NAME, False)
        if not explicit and record is not None and name in {record.name, key}:
            del row.values["name"]
