"""Telephone numbers of the mainland."""

from __future__ import annotations

import re

from bancheng.core.kernel._text import compact
from bancheng.core.kernel._trouble import Problem

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"(0(?:10|2[0-9])[2-8][0-9]{7}|0[3-9][0-9]{2}[2-8][0-9]{6,7})(-[0-9]{1,6})?")
_SEPARATORS = str.maketrans("", "", "()[]-—–‐‑")


def normalise_phone(text: str) -> str:
    """Digits only, without +86; an extension stays behind one hyphen: ``(0999) 555-1234 转 8 → 09995551234-8``."""
    typed = re.sub(r"(?:转|分机|ext\.?|#)+|(?<=[0-9]{7})-(?=[0-9]{1,6}$)", "转", compact(text).lower())
    number, _, extension = typed.partition("转")
    number = number.translate(_SEPARATORS)
    number = re.sub(r"^(\+|00)86(?=[01])|^86(?=1[3-9][0-9]{9}$)", "", number)
    return f"{number}-{extension}" if extension else number


def check_phone(text: str) -> Problem | None:
    """A mainland mobile number, or a landline with its area code."""
    number = normalise_phone(text)
    if not number:
        return Problem("phone.missing", "请填写联系电话。")
    if _MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number):
        return None
    if number.startswith("1"):
        return Problem("phone.mobile", "手机号码应为11位数字，以13至19开头。", suggestion="请再看一遍号码。")
    return Problem(
        "phone.landline", "固定电话请连同区号填写，例如0999-5551234。", suggestion="也可以填写手机号码。"
    )


def is_mobile(text: str) -> bool:
    """Can it receive a text message?"""
    return _MOBILE.fullmatch(normalise_phone(text)) is not None
