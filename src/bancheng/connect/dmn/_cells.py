"""Cells as officials write them → FEEL, and back. Only the forms told here; anything else is a problem with its cell.

以上、以下、以内 take the number itself, 不满、超过 do not (民法典第一千二百五十九条).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Final

FEEL: Final = "FEEL:"
"Before a cell that is FEEL as it stands."

KINDS: Final = {"数": "number", "文字": "string", "日期": "date", "是否": "boolean", "": ""}
"The words for a column's type."

FORMS: Final = (
    "可用的写法：60、>=60、60至80、[60..80)、60岁以上、不满60岁、是、否、甲、甲、乙、不是甲、空、不限"
)

_ANYTHING: Final = frozenset({"", "-", "—", "不限", "任意", "无要求"})
_UNIT: Final = "(?:周岁|岁|年|个月|月|天|日|人|户|元|平方米|次|件|分)?"
_NUMBER: Final = r"(-?\d+(?:\.\d+)?)"
_DAY: Final = r"(\d{4}-\d{1,2}-\d{1,2}|\d{4}年\d{1,2}月\d{1,2}日)"
_SIGNS: Final = {
    ">=": ">=", "≥": ">=", "＞=": ">=", "<=": "<=", "≤": "<=", "＜=": "<=", ">": ">", "＞": ">", "<": "<", "＜": "<",
    "=": "=", "＝": "=", "!=": "!=", "≠": "!=",
}  # fmt: skip


class Unclear(Exception):
    """A cell in no form that is known; the words say why."""


def condition(raw: object, kind: str) -> str:
    """A cell of a condition column as unary tests. `kind` is FEEL's name of the column's type, or empty.

    Raises:
        Unclear: it has none of the known forms.
    """
    if not isinstance(raw, str):
        return "-" if raw is None else _single(raw, kind)
    text = raw.strip()
    if text in _ANYTHING:
        return "-"
    if text.upper().startswith(FEEL):
        return text[len(FEEL) :].strip()
    if text == "空":
        return "null"
    for form in _FORMS:
        if (found := form(text, kind)) is not None:
            return found
    return _texts(text, kind)


def result(raw: object, kind: str) -> str:
    """A cell of a result column as an expression; an empty one is null.

    Raises:
        Unclear: it is no value of the column's type.
    """
    if raw is None or (isinstance(raw, str) and raw.strip() in {"", "空"}):
        return "null"
    if isinstance(raw, str) and raw.strip().upper().startswith(FEEL):
        return raw.strip()[len(FEEL) :].strip()
    return _single(raw.strip() if isinstance(raw, str) else raw, kind)


def values(raw: object, kind: str) -> str:
    """Allowed values: ``甲、乙、丙``.

    Raises:
        Unclear: one is no value of the column's type.
    """
    return ", ".join(_single(one, kind) for one in _parts(str(raw)))


def _single(raw: object, kind: str) -> str:
    """One value as a FEEL literal."""
    if isinstance(raw, bool):
        found, own = ("true" if raw else "false"), "boolean"
    elif isinstance(raw, (int, float, Decimal)):
        found, own = f"{Decimal(repr(raw) if isinstance(raw, float) else raw):f}", "number"
    elif isinstance(raw, dt.datetime) and raw.time() != dt.time():
        raise Unclear("只支持日期，不支持时刻。")
    elif isinstance(raw, dt.date):
        day = raw.date() if isinstance(raw, dt.datetime) else raw
        found, own = _day_text(day), "date"
    else:
        return _from_text(str(raw), kind)
    if kind == "string" and own == "number":
        return f'"{found}"'
    if kind not in {"", own}:
        raise Unclear(f"这一列是{_word(kind)}，这里却是{_word(own)}。")
    return found


def _from_text(text: str, kind: str) -> str:
    if kind in {"", "boolean"} and text in {"是", "否"}:
        return "true" if text == "是" else "false"
    if kind in {"", "date"} and (day := _day(text)):
        return day
    if kind in {"", "number"} and (number := _number(text)):
        return number
    if kind in {"", "string"}:
        return _quoted(text)
    raise Unclear(f"“{text}”不是{_word(kind)}。")


def _word(kind: str) -> str:
    return next((word for word, one in KINDS.items() if one == kind and word), kind)


def _quoted(text: str) -> str:
    plain = text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
    escaped = plain.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _number(text: str) -> str:
    try:
        return f"{Decimal(text):f}" if re.fullmatch(r"-?\d+(\.\d+)?", text) else ""
    except InvalidOperation:
        return ""


def _day(text: str) -> str:
    if not re.fullmatch(_DAY, text):
        return ""
    year, month, day = map(int, re.findall(r"\d+", text))
    try:
        return _day_text(dt.date(year, month, day))
    except ValueError as error:
        raise Unclear(f"没有“{text}”这一天。") from error


def _day_text(day: dt.date) -> str:
    return f'date("{day.isoformat()}")'


# ------------------------------------------------------------- forms of conditions

_COMPARED: Final = re.compile(rf"({'|'.join(map(re.escape, _SIGNS))})\s*(.+)")
_INTERVAL: Final = re.compile(r"([\[(（])\s*(.+?)\s*(?:\.\.|,|，)\s*(.+?)\s*([\])）])")
_BOTH: Final = re.compile(rf"{_NUMBER}{_UNIT}\s*(?:至|到|～|~)\s*{_NUMBER}{_UNIT}")
_DAYS: Final = re.compile(rf"{_DAY}\s*(?:至|到|～|~)\s*{_DAY}")
_WITHIN: Final = re.compile(rf"{_NUMBER}{_UNIT}以上\s*(?:，|,)?\s*{_NUMBER}{_UNIT}以下")
_BELOW: Final = re.compile(rf"{_NUMBER}{_UNIT}以上\s*(?:，|,)?\s*不满{_NUMBER}{_UNIT}")
_SIDED: Final = (
    (re.compile(rf"(?:年满|满)?{_NUMBER}{_UNIT}(?:及)?以上"), ">="),
    (re.compile(rf"{_NUMBER}{_UNIT}(?:及)?以[下内]"), "<="),
    (re.compile(rf"(?:年满|满){_NUMBER}{_UNIT}"), ">="),
    (re.compile(rf"不满{_NUMBER}{_UNIT}"), "<"),
    (re.compile(rf"超过{_NUMBER}{_UNIT}"), ">"),
)


def _comparison(text: str, kind: str) -> str | None:
    match = _COMPARED.fullmatch(text)
    if match is None:
        return None
    return f"{_SIGNS[match[1]]} {_ordered(match[2].strip(), kind)}"


def _ordered(text: str, kind: str) -> str:
    found = _single(text, kind)
    if found.startswith('"') or found in {"true", "false"}:
        raise Unclear(f"“{text}”不是可以比大小的数或日期。")
    return found


def _interval(text: str, kind: str) -> str | None:
    match = _INTERVAL.fullmatch(text)
    if match is None:
        return None
    opening, closing = ("[" if match[1] == "[" else "("), ("]" if match[4] == "]" else ")")
    return f"{opening}{_ordered(match[2], kind)}..{_ordered(match[3], kind)}{closing}"


def _span(text: str, kind: str) -> str | None:
    if kind not in {"", "number", "date"}:
        return None
    if match := _DAYS.fullmatch(text):
        return f"[{_day(match[1])}..{_day(match[2])}]"
    if match := _BOTH.fullmatch(text) or _WITHIN.fullmatch(text):
        return f"[{match[1]}..{match[2]}]"
    if match := _BELOW.fullmatch(text):
        return f"[{match[1]}..{match[2]})"
    return None


def _sided(text: str, kind: str) -> str | None:
    if kind not in {"", "number"}:
        return None
    for form, sign in _SIDED:
        if match := form.fullmatch(text):
            return f"{sign} {match[1]}"
    return None


_FORMS: Final[tuple[Callable[[str, str], str | None], ...]] = (_comparison, _interval, _span, _sided)


def _texts(text: str, kind: str) -> str:
    """``甲、乙``: one of them; ``不是甲、乙``: none of them."""
    negated = text.startswith("不是")
    body = text.removeprefix("不是").strip() if negated else text
    found = ", ".join(_single(one, kind) for one in _parts(body))
    return f"not({found})" if negated else found


def _parts(text: str) -> list[str]:
    """What 、 parts, outside quotes."""
    return [one.strip() for one in re.findall(r'\s*("[^"]*"|[^、；;"]+)\s*', text) if one.strip()]
