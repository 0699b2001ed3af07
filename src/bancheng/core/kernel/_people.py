"""Identity numbers of people: GB 11643 and the residence documents that share its shape."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

from bancheng.core.kernel._base import Record
from bancheng.core.kernel._text import compact
from bancheng.core.kernel._trouble import Problem

SAMPLE_DIVISION = "999999"
"""A division that does not exist; numbers built on it belong to nobody."""

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
_RESIDENCE_REGIONS = {"81": "hongkong", "82": "macao", "83": "taiwan"}


class Sex(StrEnum):
    """As the number says it (GB/T 2261.1)."""

    MALE = "male"
    FEMALE = "female"


class IdKind(StrEnum):
    """Which document a number of this shape belongs to."""

    CITIZEN = "citizen"
    HONGKONG = "hongkong"
    MACAO = "macao"
    TAIWAN = "taiwan"
    FOREIGNER = "foreigner"
    SAMPLE = "sample"


class IdNumber(Record):
    """What an identity number says about its holder. `division` is that of the day of issue and may no longer exist."""

    number: str
    kind: IdKind
    division: str
    birth: date
    sex: Sex

    @property
    def sample(self) -> bool:
        """True for fictitious numbers made by `sample_id_number`."""
        return self.kind is IdKind.SAMPLE

    def age_on(self, day: date) -> int:
        """Full years on `day`; a person born on 29 February completes a year on 1 March of a common year."""
        return day.year - self.birth.year - ((day.month, day.day) < (self.birth.month, self.birth.day))


def normalise_id_number(text: str) -> str:
    """Narrow digits, capital X, no spaces."""
    return compact(text).upper()


def id_check_character(first17: str) -> str:
    """The 18th character of GB 11643 (ISO 7064 MOD 11-2) for 17 digits."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True)) % 11]


def check_id_number(text: str) -> Problem | None:
    """Is this an 18-character identity number?

    The first six digits are not looked up: old numbers keep old divisions. Also takes residence permits of HK,
    Macao and Taiwan residents (81, 82, 83) and foreign permanent residence cards (9).
    The birth date must exist; whether it lies in the future is for a caller that knows the day.
    """
    number = normalise_id_number(text)
    if not number:
        return Problem("id.missing", "请填写身份证件号码。")
    if len(number) == 15 and number.isascii() and number.isdigit():
        return Problem(
            "id.fifteen",
            "这是15位的第一代身份证号码，已经停止使用。",
            suggestion="请按现在的身份证填写18位号码；还没有换证的，可以到派出所查询。",
        )
    if len(number) != 18:
        return Problem(
            "id.length", f"身份证件号码应为18位，现在是{len(number)}位。", suggestion="请对照证件再看一遍。"
        )
    if not _SHAPE.fullmatch(number):
        return Problem(
            "id.characters",
            "身份证件号码前17位应为数字，最后一位为数字或X。",
            suggestion="请对照证件再看一遍。",
        )
    if _birth(number) is None:
        return Problem(
            "id.birth", "号码中第7至14位不是一个存在的出生日期。", suggestion="请核对号码中的出生日期。"
        )
    if number[17] != id_check_character(number[:17]):
        return Problem(
            "id.check", "身份证件号码的校验位不对，可能有一位数字填错。", suggestion="请对照证件逐位核对。"
        )
    return None


def parse_id_number(text: str) -> IdNumber | None:
    """The parts of a number that passes `check_id_number`, else None."""
    number = normalise_id_number(text)
    birth = _birth(number) if check_id_number(number) is None else None
    if birth is None:
        return None
    sex = Sex.MALE if int(number[16]) % 2 else Sex.FEMALE
    return IdNumber(number=number, kind=_kind(number), division=number[:6], birth=birth, sex=sex)


def sample_id_number(birth: date, serial: int) -> str:
    """A fictitious number with the right check character, in division 999999; an odd serial (0-999) is male."""
    if not 0 <= serial <= 999:
        raise ValueError("serial must lie in 0-999")
    first17 = f"{SAMPLE_DIVISION}{birth:%Y%m%d}{serial:03d}"
    return first17 + id_check_character(first17)


def is_sample_id_number(text: str) -> bool:
    """Does this number belong to the fictitious division?"""
    return normalise_id_number(text).startswith(SAMPLE_DIVISION)


def _birth(number: str) -> date | None:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def _kind(number: str) -> IdKind:
    if number.startswith(SAMPLE_DIVISION):
        return IdKind.SAMPLE
    if number.startswith("9"):
        return IdKind.FOREIGNER
    return IdKind(_RESIDENCE_REGIONS.get(number[:2], IdKind.CITIZEN))
