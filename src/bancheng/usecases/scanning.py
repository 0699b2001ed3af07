"""A value read from a QR code into a field: the credit code of an e-licence, a number, whatever the field takes."""

from __future__ import annotations

import re

from bancheng.connect.documents import read_codes
from bancheng.core.catalogue import ElementKind
from bancheng.core.compiler import MergedField
from bancheng.core.kernel import (
    Place,
    Problem,
    ProblemsFound,
    check_credit_code,
    check_id_number,
    normalise_code,
    normalise_id_number,
)
from bancheng.usecases.access import NotFound
from bancheng.usecases.apply import Preparation, answer

SCANNED = frozenset(
    {ElementKind.CREDIT_CODE, ElementKind.ID_NUMBER, ElementKind.TEXT, ElementKind.BANK_ACCOUNT}
)
"""Kinds of fields that a code can fill."""
_CREDIT_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Za-z])", re.IGNORECASE)
_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")
LONGEST_TEXT = 200


def field_of(preparation: Preparation, element: str) -> MergedField:
    """The field a code is read into.

    Raises:
        NotFound: this person is not asked it, or no code can fill it.
    """
    for one in preparation.asked_fields():
        if one.field.element == element and one.field.kind in SCANNED:
            return one.field
    raise NotFound("field")


def scan(preparation: Preparation, element: str, data: bytes) -> str:
    """Read the codes of a photograph and put the first fitting value into the field; the value.

    Raises:
        NotFound: as `field_of`.
        ProblemsFound: no picture, no code, or none that fits the field; nothing was changed then.
    """
    field = field_of(preparation, element)
    found = read_codes(data)
    at = Place(path="photo")
    if isinstance(found, Problem):
        raise ProblemsFound((found.at(at),))
    if not found:
        words = "图片里没有找到二维码。"
        advice = "请把码放在正中，靠近一点，避开反光，再拍一张；也可以直接填。"
        raise ProblemsFound((Problem("scan.none", words, at, advice),))
    value = next((value for text in found if (value := value_in(field.kind, text))), "")
    if not value:
        words = f"二维码里没有能填到“{field.name}”的内容。"
        raise ProblemsFound((Problem("scan.other", words, at, "请换一个码，或直接填。"),))
    problems = answer(preparation, {element: [value]})
    if problems:
        raise ProblemsFound(tuple(one.at(at) for one in problems))
    return value


def value_in(kind: ElementKind, text: str) -> str:
    """The value of this kind that a code holds: bare, or inside an address or a record. Empty when there is none."""
    if kind is ElementKind.CREDIT_CODE:
        codes = (normalise_code(one) for one in _CREDIT_CODE.findall(text))
        return next((one for one in codes if check_credit_code(one) is None), "")
    if kind is ElementKind.ID_NUMBER:
        numbers = (normalise_id_number(one) for one in _ID_NUMBER.findall(text))
        return next((one for one in numbers if check_id_number(one) is None), "")
    plain = text.strip()
    # An address or a record is no value: whoever reads it into a field of text would store what they did not see.
    odd = len(plain) > LONGEST_TEXT or "://" in plain or plain.startswith(("{", "[", "<")) or "\n" in plain
    return "" if odd else plain
