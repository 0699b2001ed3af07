"""Codes of organisations, items, cases and e-licences, with their check characters."""

from __future__ import annotations

import re
from datetime import date

from bancheng.core.kernel._base import Record
from bancheng.core.kernel._people import SAMPLE_DIVISION
from bancheng.core.kernel._text import compact
from bancheng.core.kernel._trouble import Problem

LICENCE_ROOT = "1.2.156.3005.2"
"""Root of e-licence identifiers (GB/T 36904)."""

_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_SHAPE = re.compile(r"[0-9A-HJ-NP-RTUWXY]{18}")
_CREDIT_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_ORGANISATION_SHAPE = re.compile(r"[0-9A-Z]{8}[0-9X]")
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_CATALOGUE_SHAPE = re.compile(r"[0-9]{2}(0[1-9]|10|20)[0-9]{2}[0-9]{3}[0-9]{2}[0-9Y]")
_ALNUM = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LICENCE_SHAPE = re.compile(r"[0-9A-Z]{21}\.[0-9A-Z]{18}\.[0-9A-Z]+\.[0-9]{3}\.[0-9A-Z]")


class CreditCode(Record):
    """The parts of a unified social credit code: who registered, what kind, where, and the organisation code inside."""

    code: str
    authority: str
    category: str
    division: str
    organisation: str

    @property
    def sample(self) -> bool:
        """True for fictitious codes made by `sample_credit_code`."""
        return self.division == SAMPLE_DIVISION


class ImplementationCode(Record):
    """实施编码 = credit code of the deciding body (18) + level (1) + catalogue code 基本编码 (12)."""

    code: str
    body: str
    level: int
    catalogue: str


class CaseNumber(Record):
    """办件编号 = implementation code (31) + day (8) + serial of that day (4)."""

    number: str
    item: str
    day: date
    serial: int


class LicenceIdentifier(Record):
    """电子证照标识 of GB/T 36904; `identifier` is the whole, with root and check character."""

    identifier: str
    type_code: str
    issuer: str
    serial: str
    version: int


def normalise_code(text: str) -> str:
    """Narrow capital letters and digits, without spaces."""
    return compact(text).upper()


def group_code(text: str) -> str:
    """Groups of four for the eye: ``9199 9999 MA00 0001 54``."""
    code = normalise_code(text)
    return " ".join(code[i : i + 4] for i in range(0, len(code), 4))


def organisation_check_character(first8: str) -> str:
    """The ninth character of a GB 11714 organisation code."""
    total = sum(
        _ALNUM.index(char) * weight for char, weight in zip(first8, _ORGANISATION_WEIGHTS, strict=True)
    )
    value = 11 - total % 11
    return {10: "X", 11: "0"}.get(value, str(value))


def check_organisation_code(text: str) -> Problem | None:
    """GB 11714: eight letters or digits and a check character; a hyphen before the last is allowed."""
    code = normalise_code(text).replace("-", "")
    if not _ORGANISATION_SHAPE.fullmatch(code):
        return Problem("organisation.shape", "组织机构代码应为9位：8位数字或大写字母，加1位校验码。")
    if organisation_check_character(code[:8]) != code[8]:
        return Problem(
            "organisation.check",
            "组织机构代码的校验码不对，可能有一位填错。",
            suggestion="请对照证书逐位核对。",
        )
    return None


def credit_check_character(first17: str) -> str:
    """The 18th character of GB 32100 for the first 17."""
    total = sum(
        _CREDIT_ALPHABET.index(char) * weight for char, weight in zip(first17, _CREDIT_WEIGHTS, strict=True)
    )
    return _CREDIT_ALPHABET[(31 - total % 31) % 31]


def check_credit_code(text: str) -> Problem | None:
    """GB 32100-2015: shape and check character.

    The check inside the embedded organisation code is left alone: the outer one already catches every single
    mistake, and nobody shall be turned away for a code that was issued that way.
    """
    code = normalise_code(text)
    if not code:
        return Problem("credit.missing", "请填写统一社会信用代码。")
    if len(code) != 18:
        return Problem(
            "credit.length",
            f"统一社会信用代码应为18位，现在是{len(code)}位。",
            suggestion="请对照营业执照再看一遍。",
        )
    if not _CREDIT_SHAPE.fullmatch(code):
        return Problem(
            "credit.characters",
            "统一社会信用代码只用数字和大写字母，不用I、O、S、V、Z。",
            suggestion="请看看是否把数字1、0、5、2看成了字母。",
        )
    if credit_check_character(code[:17]) != code[17]:
        return Problem(
            "credit.check",
            "统一社会信用代码的校验码不对，可能有一位填错。",
            suggestion="请对照营业执照逐位核对。",
        )
    return None


def parse_credit_code(text: str) -> CreditCode | None:
    """The parts of a code that passes `check_credit_code`, else None."""
    if check_credit_code(text) is not None:
        return None
    code = normalise_code(text)
    return CreditCode(
        code=code, authority=code[0], category=code[1], division=code[2:8], organisation=code[8:17]
    )


def sample_credit_code(serial: int, kind: str = "91") -> str:
    """A fictitious code of division 999999 with right checks; `kind` 91 company, 92 self-employed, 11 body."""
    if not 0 <= serial <= 999_999:
        raise ValueError("serial must lie in 0-999999")
    first8 = f"MA{serial:06d}"
    first17 = f"{kind}{SAMPLE_DIVISION}{first8}{organisation_check_character(first8)}"
    return first17 + credit_check_character(first17)


def check_catalogue_code(text: str) -> Problem | None:
    """基本编码 of the national scheme, 12 characters; there is no check character."""
    if _CATALOGUE_SHAPE.fullmatch(normalise_code(text)):
        return None
    return Problem("catalogue.shape", "基本编码应为12位，其中第3、4位是事项类型（01至10或20）。")


def check_implementation_code(text: str, scheme: str = "GBT39554") -> Problem | None:
    """实施编码, strict for scheme ``GBT39554`` only; a local scheme's code need only not be empty."""
    code = normalise_code(text)
    if scheme != "GBT39554":
        return None if code else Problem("implementation.missing", "请填写实施编码。")
    if len(code) != 31:
        return Problem("implementation.length", f"实施编码应为31位（18+1+12），现在是{len(code)}位。")
    if check_credit_code(code[:18]) is not None:
        return Problem(
            "implementation.body",
            "实施编码前18位不是有效的统一社会信用代码。",
            suggestion="请核对实施主体的代码。",
        )
    if code[18] not in "123456":
        return Problem("implementation.level", "实施编码第19位是行使层级，应为1至6。")
    if check_catalogue_code(code[19:]) is not None:
        return Problem("implementation.catalogue", "实施编码后12位不是有效的基本编码。")
    return None


def parse_implementation_code(text: str) -> ImplementationCode | None:
    """The parts of a national implementation code, else None."""
    if check_implementation_code(text) is not None:
        return None
    code = normalise_code(text)
    return ImplementationCode(code=code, body=code[:18], level=int(code[18]), catalogue=code[19:])


def case_number(item: str, day: date, serial: int) -> str:
    """办件编号 of the `serial`-th case (1-9999) of an item on a day."""
    if not 1 <= serial <= 9999:
        raise ValueError("serial must lie in 1-9999")
    return f"{item}{day:%Y%m%d}{serial:04d}"


def check_case_number(text: str) -> Problem | None:
    """办件编号: 43 characters."""
    number = normalise_code(text)
    if len(number) != 43:
        return Problem(
            "case.length",
            f"办件编号应为43位，现在是{len(number)}位。",
            suggestion="请对照受理通知书上的编号。",
        )
    if (
        check_implementation_code(number[:31]) is not None
        or _day(number[31:39]) is None
        or not _digits(number[39:])
    ):
        return Problem("case.shape", "办件编号由31位实施编码、8位日期和4位顺序号组成，这个编号对不上。")
    return None


def parse_case_number(text: str) -> CaseNumber | None:
    """The parts of a case number that passes `check_case_number`, else None."""
    number = normalise_code(text)
    day = _day(number[31:39])
    if check_case_number(number) is not None or day is None:
        return None
    return CaseNumber(number=number, item=number[:31], day=day, serial=int(number[39:]))


def mod_37_36(text: str) -> str:
    """ISO 7064 MOD 37,36 check character of letters and digits."""
    product = 36
    for char in text:
        total = (product + _ALNUM.index(char)) % 36 or 36
        product = total * 2 % 37
    return _ALNUM[(37 - product) % 36]


def licence_identifier(type_code: str, issuer: str, serial: str, version: int = 1) -> str:
    """Compose a GB/T 36904 identifier with its check character."""
    body = f"{type_code}.{issuer}.{serial}.{version:03d}"
    return f"{LICENCE_ROOT}.{body}.{mod_37_36(body.replace('.', ''))}"


def check_licence_identifier(text: str) -> Problem | None:
    """电子证照标识: root, five parts, and the check over all parts after the root."""
    identifier = normalise_code(text)
    body = identifier.removeprefix(LICENCE_ROOT + ".")
    if body == identifier or not _LICENCE_SHAPE.fullmatch(body):
        return Problem(
            "licence.shape",
            f"电子证照标识应以{LICENCE_ROOT}开头，后接类型、颁发机构、流水号、版本号和校验位。",
        )
    if mod_37_36(body[:-2].replace(".", "")) != body[-1]:
        return Problem(
            "licence.check",
            "电子证照标识的校验位不对，可能有一位填错。",
            suggestion="请扫描证照上的二维码，或逐位核对。",
        )
    return None


def parse_licence_identifier(text: str) -> LicenceIdentifier | None:
    """The parts of an identifier that passes `check_licence_identifier`, else None."""
    if check_licence_identifier(text) is not None:
        return None
    identifier = normalise_code(text)
    kind, issuer, serial, version, _ = identifier.removeprefix(LICENCE_ROOT + ".").split(".")
    return LicenceIdentifier(
        identifier=identifier, type_code=kind, issuer=issuer, serial=serial, version=int(version)
    )


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _day(text: str) -> date | None:
    if len(text) != 8 or not _digits(text):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
