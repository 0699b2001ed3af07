"""Text of cells ↔ values. What cannot be read becomes an `Issue`, told as a kind colleague would; never a guess."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from bancheng.connect.tables._mapping import Reader
from bancheng.connect.tables._vocabulary import Column, vocabulary
from bancheng.core.kernel import Record

MAX_CELL = 32_000
"""Characters: Excel holds 32,767 and silently cuts what is longer."""

_SPLIT = re.compile(r"[\^\n]")
_SPLIT_CODES = re.compile(r"[\^\n,，、;；|]")
_NUMBERED = re.compile(r"^\s*[（(]?\d{1,2}\s*[)）、.．]\s*(?!\d)")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|[\ud800-\udfff]|_x[0-9A-Fa-f]{4}_")
_ESCAPED = "json:"


class Issue(Record, kw_only=False):
    """Why a row waits. `written` and `list` are set where completing the mapping would release it."""

    code: str
    message: str
    column: str = ""
    written: str = ""
    list: str = ""


class Odd(Record, kw_only=False):
    """A cell that is no plain value: a formula, or a long number that Excel has cut."""

    why: str
    text: str


Cell = str | Odd


class Unreadable(Exception):
    """Carries an `Issue` out of the reading of one cell."""

    def __init__(self, issue: Issue) -> None:
        super().__init__(issue.message)
        self.issue = issue


def fail(column: Column, code: str, message: str, written: str = "", listed: str = "") -> Unreadable:
    """An issue of one column, to be raised."""
    return Unreadable(Issue(code, message, column.heading, written, listed))


# ---------------------------------------------------------------- texts


def safe_text(text: str) -> str:
    """A text as a cell can carry it: what Excel would lose or alter is written as JSON after a mark."""
    if text != text.strip() or text.startswith(_ESCAPED) or _ILLEGAL.search(text):
        return _ESCAPED + json.dumps(text)
    return text


def plain_text(cell: str) -> str:
    """The text that `safe_text` wrote."""
    if cell.startswith(_ESCAPED):
        try:
            found = json.loads(cell.removeprefix(_ESCAPED))
        except ValueError:
            return cell
        return found if isinstance(found, str) else cell
    return cell


def join_texts(values: Sequence[str]) -> str:
    """Several texts in one cell, as `split_texts` reads them."""
    if any(not one or one != safe_text(one) or _SPLIT.search(one) or one.startswith("[") for one in values):
        return json.dumps(list(values), ensure_ascii=True)
    return "^".join(values)


def split_texts(cell: str) -> tuple[str, ...]:
    """The texts in a cell: separated by ``^`` or lines, without their numbering."""
    if cell.startswith("["):
        try:
            found = json.loads(cell)
        except ValueError:
            found = None
        if isinstance(found, list) and all(isinstance(one, str) for one in found):
            return tuple(found)
    return _unnumbered(one.strip() for one in _SPLIT.split(cell))


def _unnumbered(parts: Iterable[str]) -> tuple[str, ...]:
    found = [one for one in parts if one]
    if len(found) > 1 and all(_NUMBERED.match(one) for one in found):
        found = [_NUMBERED.sub("", one) for one in found]
    return tuple(one for one in found if one)


# ---------------------------------------------------------------- codes


def unknown(column: Column, listed: str, written: str) -> Unreadable:
    """A code that nobody has explained yet."""
    name = vocabulary().lists[listed].name
    if not written:
        said = f"“{column.heading}”没有填。这一项不能替您猜，请补上。"
        return fail(column, "blank_code", said, "", listed)
    said = f"“{column.heading}”写的是“{written}”，还不知道在“{name}”里是什么意思。请在对照表里说明，或改成规范的词。"
    return fail(column, "unknown_code", said, written, listed)


def read_code(column: Column, cell: str, reader: Reader) -> str:
    """One value of a code list.

    Raises:
        Unreadable: nobody has said what the code means.
    """
    found = reader.value(column.list, cell)
    if found is None:
        several = [one for one in _SPLIT_CODES.split(cell) if one.strip()]
        if len(several) > 1 and column.list == "level":
            said = f"“{column.heading}”写了几个（{cell}）。请按层级分成几行，一行一个。"
            raise fail(column, "several_values", said)
        raise unknown(column, column.list, cell)
    return found


def read_codes(column: Column, cell: str, reader: Reader) -> list[str]:
    """Several values, each once, in the order written."""
    whole = reader.value(column.list, cell)
    if whole is not None:
        return [whole]
    parts = [one.strip() for one in _SPLIT_CODES.split(cell) if one.strip()]
    found = [(one, reader.value(column.list, one)) for one in parts]
    for written, value in found:
        if value is None:
            raise unknown(column, column.list, written)
    return list(dict.fromkeys(value for _, value in found if value is not None))


# ---------------------------------------------------------------- numbers and dates

_INTEGER = re.compile(r"([0-9]{1,9})(?:\.0+)?\s*(?:份|次|人|天|个月|月|日|个|套|张)?")
_AMOUNT = re.compile(r"([0-9]{1,6})(?:\.0+)?\s*(\D*)")
_DATES = (
    re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00:00)?"),
    re.compile(r"(\d{4})[./](\d{1,2})[./](\d{1,2})"),
    re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
)


def read_integer(column: Column, cell: str) -> int:
    """A whole number, perhaps with its measure word."""
    match = _INTEGER.fullmatch(cell)
    if match is None:
        raise fail(column, "not_a_number", f"“{column.heading}”写的是“{cell}”，这里要一个整数，如 1。")
    return int(match[1])


def read_decimal(column: Column, cell: str) -> str:
    """A decimal number as its text."""
    try:
        number = Decimal(cell)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise fail(column, "not_a_number", f"“{column.heading}”写的是“{cell}”，这里要一个数，如 0.5。")
    return str(number)


def read_date(column: Column, cell: str) -> str:
    """A day in ISO form."""
    for shape in _DATES:
        match = shape.fullmatch(cell)
        if match is not None:
            try:
                return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
            except ValueError:
                break
    raise fail(column, "not_a_date", f"“{column.heading}”写的是“{cell}”，请写成 2026-01-31 的样子。")


def read_limit(
    column: Column, amount: str, unit_column: Column, unit: str | None, reader: Reader
) -> dict[str, Any]:
    """A limit from its number and its unit; `unit` None means that the table has no such column.

    The unit may stand behind the number (20个工作日). Nothing is taken for granted: 20 alone is no limit.
    """
    match = _AMOUNT.fullmatch(amount)
    written = match[2].strip() if match else ""
    if match is None:
        at_once = reader.value("unit", amount)
        if at_once == "immediate":
            return {"amount": 0, "unit": "immediate"}
        said = f"“{column.heading}”写的是“{amount}”，请写一个整数，如 20，单位写在旁边一列。"
        raise fail(column, "not_a_number", said)
    if written:
        value = reader.value("unit", written)
        if value is None:
            raise unknown(column, "unit", written)
        other = reader.value("unit", unit) if unit else value
        if other != value:
            said = f"“{column.heading}”写的是“{amount}”，而“{unit_column.heading}”是“{unit}”，两处不一样，请核对。"
            raise fail(column, "two_units", said)
    else:
        value = reader.value("unit", unit or "")
        if value is None and unit:
            raise unknown(unit_column, "unit", unit)
        if value is None:
            said = (
                f"“{column.heading}”只写了“{amount}”。请在“{unit_column.heading}”写明工作日、自然日或小时。"
            )
            raise fail(unit_column, "blank_unit", said, "", "unit")
    number = int(match[1])
    if value == "immediate" and number:
        said = f"“{column.heading}”写了{number}，单位却是当场。当场办结请写 0。"
        raise fail(column, "two_units", said)
    return {"amount": number, "unit": value}


# ---------------------------------------------------------------- options of a question


def write_options(options: Sequence[dict[str, Any]]) -> str:
    """Options as lines ``值=文字`` (``值=文字|0.3`` with a share); JSON where a line could not carry them."""
    plain = all(
        set(one) <= {"value", "label", "share"}
        and one["value"]
        and one["label"]
        and not re.search(r"[=|\n\r]", one["value"] + one["label"])
        and safe_text(one["value"]) == one["value"]
        and safe_text(one["label"]) == one["label"]
        for one in options
    )
    if not plain or (options and options[0]["value"].startswith("[")):
        return json.dumps(list(options), ensure_ascii=True)
    shares = [f"|{one['share']}" if one.get("share") is not None else "" for one in options]
    return "\n".join(
        f"{one['value']}={one['label']}{share}" for one, share in zip(options, shares, strict=True)
    )


def read_options(column: Column, cell: str) -> list[dict[str, Any]]:
    """The options that `write_options` wrote, or that somebody typed in that way."""
    if cell.startswith("["):
        try:
            found = msgspec.json.decode(cell, type=list[dict[str, Any]])
        except msgspec.DecodeError as error:
            raise fail(
                column, "bad_options", f"“{column.heading}”读不出来，请每行写一个“值=文字”。"
            ) from error
        return found
    options = []
    for line in cell.split("\n"):
        if not line.strip():
            continue
        value, equals, rest = line.partition("=")
        label, bar, share = rest.partition("|")
        if not equals or not value.strip() or not label.strip():
            raise fail(
                column, "bad_options", f"“{column.heading}”里“{line.strip()}”少了等号，请写成“值=文字”。"
            )
        option: dict[str, Any] = {"value": value.strip(), "label": label.strip()}
        if bar:
            option["share"] = read_decimal(column, share.strip().removesuffix("%"))
        options.append(option)
    return options
