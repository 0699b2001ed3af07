"""A line beside what is known of its item: the merged item, and what differs, in the words of the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import msgspec

from bancheng.connect.tables._cells import Issue
from bancheng.connect.tables._items import Line, Trouble
from bancheng.connect.tables._mapping import Mapping as SourceMapping
from bancheng.connect.tables._vocabulary import CHILDREN, RECORDS, Column, defaults, required, vocabulary
from bancheng.core.catalogue import Item
from bancheng.core.kernel import Record, digest, search_key


class Outcome(StrEnum):
    """What an import does to one item."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    CANCELLED = "cancelled"
    QUARANTINED = "quarantined"


class Change(Record, kw_only=False):
    """One value that differs: where in the words of the tables, what it was and is ("" = it was not there)."""

    where: str
    before: str
    after: str


class Base(Record):
    """What the same source stated the last time: edits made here since then are kept where the source says the same."""

    stated: frozenset[str]
    values: dict[str, Any]
    kept: dict[str, Any] = {}


class Result(Record):
    """What becomes of a line. `item` is None where it waits."""

    outcome: Outcome
    item: Item | None = None
    changes: tuple[Change, ...] = ()
    troubles: tuple[Trouble, ...] = ()


_MATCH_BY = {
    "materials": ("document", "name"),
    "results": ("document", "name"),
    "fees": ("name",),
    "steps": ("name",),
    "basis": ("title", "article"),
    "conditions": ("text",),
    "situations": ("element",),
    "fields": ("element",),
    "faq": ("question",),
}
_KEYED = frozenset(("materials", "results", "fees", "steps"))


def settle(line: Line, ours: Item | None, base: Base | None, mapping: SourceMapping) -> Result:
    """Compare a line with the item as it stands here (`ours`) and as the source had it last time (`base`).

    Only attributes the tables have columns for are touched. Where the source says what it said last time, ours stays.
    """
    if line.troubles:
        return Result(outcome=Outcome.QUARANTINED, troubles=line.troubles)
    known = full(ours) if ours is not None else {}
    merged = _merged(line, known, base)
    missing = _missing(line, merged)
    if missing:
        return _waits(line, missing)
    merged["key"] = line.key
    merged.setdefault("statutory", None)
    source = {"source": mapping.title or mapping.name, "confidence": mapping.confidence.value}
    merged["provenance"] = {**source, **merged.get("provenance", {})}
    try:
        item = msgspec.convert(bare(merged), Item)
    except (msgspec.ValidationError, ValueError) as error:
        return _waits(line, [Issue("invalid", f"这个事项的内容合不起来：{error}。请核对这一行。")])
    kept_before = base.kept if base is not None else line.kept
    if ours is None:
        return Result(outcome=Outcome.ADDED, item=item)
    found = (*changes(ours, item), *_kept_changes(kept_before, line.kept))
    if not found:
        return Result(outcome=Outcome.UNCHANGED, item=ours)
    if item != ours and item.version <= ours.version:
        item = msgspec.structs.replace(item, version=ours.version + 1)
    return Result(outcome=Outcome.CHANGED, item=item, changes=found)


def full(record: msgspec.Struct) -> dict[str, Any]:
    """Every attribute of a record in plain values, those at their default too."""
    return {name: msgspec.to_builtins(getattr(record, name)) for name in record.__struct_fields__}


def bare(plain: Mapping[str, Any], sheet: str = "items") -> dict[str, Any]:
    """The same without what equals a default, in lists of records too. Encoding leaves a default out only where it is
    the very object, so a record made of what remains has the one digest of its content."""
    found = {}
    needed = required(RECORDS[sheet])
    for name, default in defaults(RECORDS[sheet]).items():
        if name not in plain:
            continue
        value = plain[name]
        if sheet == "items" and name in CHILDREN:
            value = [bare(one, name) for one in value]
        if name in needed or value != default:
            found[name] = value
    return found


def _waits(line: Line, issues: Sequence[Issue]) -> Result:
    troubles = tuple(Trouble(line.spot, one) for one in issues)
    return Result(outcome=Outcome.QUARANTINED, troubles=troubles)


def _missing(line: Line, merged: Mapping[str, Any]) -> list[Issue]:
    found = []
    for column in vocabulary().sheets["items"].columns:
        name = column.target.partition(".")[0]
        if not column.must or column.how == "unit" or merged.get(name):
            continue
        if column.heading in line.absent:
            said = f"清单里没有“{column.heading}”这一列，新事项不能少它。请补上这一列。"
        else:
            said = f"“{column.heading}”没有填。这一项不能替您猜，请补上。"
        found.append(Issue("blank", said, column.heading))
    return found


# ---------------------------------------------------------------- merging


def _merged(line: Line, known: Mapping[str, Any], base: Base | None) -> dict[str, Any]:
    merged = dict(known)
    for name in line.stated:
        told_before = known and base is not None and name in base.stated
        if told_before and base is not None and base.values.get(name) == line.values.get(name):
            continue
        if name in CHILDREN:
            merged[name] = _children(name, line, known.get(name, ()))
        elif name in line.values:
            merged[name] = line.values[name]
        else:
            merged.pop(name, None)
    merged |= {name: value for name, value in line.values.items() if name not in line.stated}
    if line.more_aliases:
        merged["aliases"] = list(dict.fromkeys((*merged.get("aliases", ()), *line.more_aliases)))
    return merged


def _children(kind: str, line: Line, ours: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    stated = line.inner.get(kind)
    written: list[dict[str, Any]] = [dict(one) for one in line.values.get(kind, ())]
    if stated is None:
        # Lines of one cell state only the text of each record.
        stated = frozenset(name for one in written for name in one)
    if kind in _KEYED:
        _give_keys(kind, written, ours)
    held = {_mark(kind, one): one for one in ours}
    found = []
    for one in written:
        own = held.get(_mark(kind, one), {})
        kept = {name: value for name, value in own.items() if name not in stated and name != "key"}
        found.append({**kept, **one})
    return found


def _mark(kind: str, record: Mapping[str, Any]) -> tuple[str, ...]:
    names = ("key",) if kind in _KEYED else _MATCH_BY[kind]
    return tuple(str(record.get(name, "")) for name in names)


def _give_keys(kind: str, written: Sequence[dict[str, Any]], ours: Sequence[Mapping[str, Any]]) -> None:
    """Keys for records that were written without: those of ours with the same name, else made from their names."""
    taken = {one["key"] for one in written if "key" in one}
    free: dict[tuple[str, ...], list[str]] = {}
    for one in ours:
        if one["key"] not in taken:
            free.setdefault(tuple(str(one.get(name, "")) for name in _MATCH_BY[kind]), []).append(one["key"])
    for one in written:
        if "key" in one:
            continue
        same = free.get(tuple(str(one.get(name, "")) for name in _MATCH_BY[kind]))
        made = same.pop(0) if same else _made_key(kind, one)
        key, number = made, 1
        while key in taken:
            number += 1
            key = f"{made}_{number}"
        one["key"] = key
        taken.add(key)
    if kind == "steps":
        keys = {one.get("name", ""): one["key"] for one in written}
        for one in written:
            if "after" in one:
                one["after"] = [after if after in taken else keys.get(after, after) for after in one["after"]]


def _made_key(kind: str, record: Mapping[str, Any]) -> str:
    if record.get("document") and not record.get("name"):
        return str(record["document"])
    return f"{kind[0]}_{digest(search_key(str(record.get('name', ''))))[:8]}"


# ---------------------------------------------------------------- differences


def changes(older: Item, newer: Item) -> tuple[Change, ...]:
    """What differs between two versions of an item; records in lists are matched by key or by what they name."""
    before, after = bare(full(older)), bare(full(newer))
    found: list[Change] = []
    for name in Item.__struct_fields__:
        if before.get(name) == after.get(name):
            continue
        if name in CHILDREN:
            found += _child_changes(name, before.get(name, []), after.get(name, []))
        else:
            word = _word("items", name)
            found.append(Change(word, _shown("items", name, before), _shown("items", name, after)))
    return tuple(found)


def _child_changes(
    kind: str, before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> list[Change]:
    title = vocabulary().sheets[kind].title
    old = {_mark(kind, one): one for one in before}
    new = {_mark(kind, one): one for one in after}
    found = []
    for mark in dict.fromkeys((*old, *new)):
        one, other = old.get(mark), new.get(mark)
        if one is None or other is None:
            found.append(Change(title, _summary(one), _summary(other)))
            continue
        for name in dict.fromkeys((*one, *other)):
            if one.get(name) != other.get(name):
                where = f"{title} › {_summary(other)} › {_word(kind, name)}"
                found.append(Change(where, _shown(kind, name, one), _shown(kind, name, other)))
    if not found:
        found.append(Change(f"{title} › 次序", _order(before), _order(after)))
    return found


def _order(records: Sequence[Mapping[str, Any]]) -> str:
    return "、".join(_summary(one) for one in records)


def _summary(record: Mapping[str, Any] | None) -> str:
    if record is None:
        return ""
    name = record.get("name") or record.get("document") or record.get("text") or record.get("title")
    return str(name or record.get("element") or record.get("question") or record.get("key") or "")


def _kept_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    old, new = before.get("", {}), after.get("", {})
    found = [
        Change(heading, old.get(heading, ""), new.get(heading, ""))
        for heading in dict.fromkeys((*old, *new))
        if old.get(heading, "") != new.get(heading, "")
    ]
    for kind in CHILDREN:
        if before.get(kind) != after.get(kind):
            said = "、".join(sorted({heading for row in after.get(kind, ()) for heading in row}))
            found.append(Change(f"{vocabulary().sheets[kind].title} › 其他要素", "", said))
    return found


def _column(sheet: str, name: str) -> Column | None:
    columns = vocabulary().sheets[sheet].columns
    return next((one for one in columns if one.target.partition(".")[0] == name), None)


def _word(sheet: str, name: str) -> str:
    column = _column(sheet, name)
    return column.heading if column is not None else name


def _shown(sheet: str, name: str, record: Mapping[str, Any]) -> str:
    """A value in the words of the tables."""
    value = record[name] if name in record else defaults(RECORDS[sheet]).get(name)
    column = _column(sheet, name)
    if value is None or value == "":
        return ""
    if isinstance(value, dict) and "amount" in value:
        return f"{value['amount']} {vocabulary().lists['unit'].word(value.get('unit', 'workday'))}"
    if isinstance(value, bool):
        return "是" if value else "否"
    if column is not None and column.list in vocabulary().lists and column.how in {"code", "codes"}:
        table = vocabulary().lists[column.list]
        every = value if isinstance(value, list | tuple) else [value]
        return "、".join(table.word(one) if one in table.values else str(one) for one in every)
    if isinstance(value, dict):
        return "，".join(str(one) for one in value.values())
    if isinstance(value, list | tuple):
        return "、".join(str(one) for one in value)
    return str(value)
