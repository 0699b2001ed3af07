"""Reading what people type: text into values of elements, with every problem at once, and back into words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from bancheng.core.catalogue import ElementKind
from bancheng.core.compiler._types import GuidedQuestion, MergedField
from bancheng.core.evidence import Value
from bancheng.core.kernel import (
    Place,
    Problem,
    check_credit_code,
    check_id_number,
    check_name,
    check_phone,
    format_yuan,
    normalise_code,
    normalise_id_number,
    normalise_name,
    normalise_phone,
)
from bancheng.core.kernel import fen as to_fen

Asked = MergedField | GuidedQuestion
_TRUE, _FALSE = {"true", "是", "1", "yes"}, {"false", "否", "0", "no"}
_NUMERIC = {ElementKind.INTEGER, ElementKind.DECIMAL, ElementKind.MONEY}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class _Bad(Exception):
    """What is wrong with one value, in the reader's words."""


def read_form(
    asked: Iterable[Asked], raw: Mapping[str, Sequence[str]]
) -> tuple[dict[str, Value | None], tuple[Problem, ...]]:
    """Values of all asked elements that `raw` speaks of, and every problem, placed by element key.

    `raw` maps an element key to what was sent for it: one text, or several for a choice of many. An empty text is None:
    the person cleared the field. A value with a problem is left out.
    """
    values: dict[str, Value | None] = {}
    problems: list[Problem] = []
    for one in asked:
        if one.element not in raw:
            continue
        try:
            values[one.element] = _read(one, [text.strip() for text in raw[one.element]])
        except _Bad as bad:
            problems.append(Problem("value", str(bad), Place(path=one.element)))
    return values, tuple(problems)


def _read(asked: Asked, texts: Sequence[str]) -> Value | None:
    filled = [text for text in texts if text]
    if not filled:
        return None
    if asked.kind is ElementKind.MULTI_CHOICE:
        return tuple(_choice(asked, text) for text in filled)
    text = filled[0]
    if asked.kind is ElementKind.BOOLEAN:
        return _boolean(asked, text)
    if asked.kind is ElementKind.CHOICE:
        return _choice(asked, text)
    if asked.kind in _NUMERIC:
        return _number(asked, text)
    if asked.kind is ElementKind.DATE:
        return _date(asked, text)
    return _text(asked, text)


def _label(asked: Asked) -> str:
    return asked.name if isinstance(asked, MergedField) else asked.text


def _boolean(asked: Asked, text: str) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise _Bad(f"“{_label(asked)}”请选择“是”或“否”。")


def _choice(asked: Asked, text: str) -> str:
    options = asked.codes if isinstance(asked, MergedField) else asked.options
    if options and text not in {option.value for option in options}:
        raise _Bad(f"“{_label(asked)}”请从列出的选项中选择。")
    return text


def _number(asked: Asked, text: str) -> Decimal | int:
    plain = (
        text.translate(str.maketrans("０１２３４５６７８９．－", "0123456789.-"))
        .replace(",", "")
        .replace("，", "")
    )
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise _Bad(f"“{_label(asked)}”请填写数字，例如 120。") from None
    if not number.is_finite():
        raise _Bad(f"“{_label(asked)}”请填写数字，例如 120。")
    if asked.kind is ElementKind.INTEGER and number != number.to_integral_value():
        raise _Bad(f"“{_label(asked)}”请填写整数。")
    if asked.kind is ElementKind.MONEY and number != number.quantize(Decimal("0.01")):
        raise _Bad(f"“{_label(asked)}”金额最多两位小数。")
    if isinstance(asked, MergedField):
        _within(asked, number)
    return int(number) if asked.kind is ElementKind.INTEGER else number


def _within(field: MergedField, number: Decimal) -> None:
    unit = field.unit
    if field.minimum is not None and number < field.minimum:
        raise _Bad(f"“{field.name}”不能小于 {field.minimum:f}{unit}。")
    if field.maximum is not None and number > field.maximum:
        raise _Bad(f"“{field.name}”不能大于 {field.maximum:f}{unit}。")


def _date(asked: Asked, text: str) -> date:
    numbers = re.fullmatch(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", text)
    year, month, day = (int(number) for number in numbers.groups()) if numbers else (0, 0, 0)
    try:
        return date(year, month, day)
    except ValueError:
        raise _Bad(f"“{_label(asked)}”请填写真实的日期，例如 2026-03-19。") from None


_CHECKS = {
    ElementKind.NAME: (normalise_name, check_name),
    ElementKind.ID_NUMBER: (normalise_id_number, check_id_number),
    ElementKind.CREDIT_CODE: (normalise_code, check_credit_code),
    ElementKind.PHONE: (normalise_phone, check_phone),
}


def _text(asked: Asked, text: str) -> str:
    if asked.kind in _CHECKS:
        normalise, check = _CHECKS[asked.kind]
        text = normalise(text)
        problem = check(text)
        if problem is not None:
            raise _Bad(f"{problem.message}{problem.suggestion}")
    if asked.kind is ElementKind.EMAIL and not _EMAIL.fullmatch(text):
        raise _Bad(f"“{_label(asked)}”请填写完整的电子邮箱，例如 name@example.cn。")
    if isinstance(asked, MergedField):
        if asked.max_length is not None and len(text) > asked.max_length:
            raise _Bad(f"“{asked.name}”最多 {asked.max_length} 个字，现在有 {len(text)} 个。")
        if asked.pattern and not re.fullmatch(asked.pattern, text):
            raise _Bad(f"“{asked.name}”的格式不对。{asked.hint}")
    return text


def to_stored(value: Value | None) -> str | bool | list[str] | None:
    """A value as JSON keeps it: numbers and dates as text, so that nothing is rounded."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def from_stored(kind: ElementKind, stored: str | bool | list[str] | None) -> Value | None:
    """The inverse of `to_stored` for an element of `kind`."""
    if stored is None or isinstance(stored, bool):
        return stored
    if isinstance(stored, list):
        return tuple(stored)
    if kind is ElementKind.INTEGER:
        return int(stored)
    if kind in _NUMERIC:
        return Decimal(stored)
    if kind is ElementKind.DATE:
        return date.fromisoformat(stored)
    return stored


def show_value(asked: Asked, value: Value | None) -> str:
    """A value in words, as a form or a paper shows it."""
    if value is None or value == "":
        return "未填写"
    if isinstance(value, bool):
        return "是" if value else "否"
    options = asked.codes if isinstance(asked, MergedField) else asked.options
    names = {option.value: option.label for option in options}
    if isinstance(value, tuple):
        return "、".join(names.get(part, part) for part in value)
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, Decimal | int):
        if asked.kind is ElementKind.MONEY:
            return format_yuan(to_fen(Decimal(value)))
        unit = asked.unit if isinstance(asked, MergedField) else ""
        return f"{value:f} {unit}".strip() if isinstance(value, Decimal) else f"{value} {unit}".strip()
    return names.get(value, value)
