"""Personal values as they may be shown to those who need not know them whole."""

from __future__ import annotations

import re

from bancheng.core.kernel._names import normalise_name
from bancheng.core.kernel._people import normalise_id_number
from bancheng.core.kernel._phones import normalise_phone

_TO_DISTRICT = re.compile(
    r"(?:[^\s\d市区县]{2,9}?(?:特别行政区|自治区|省))?"
    r"(?:[^\s\d省区县]{2,12}?(?:自治州|地区|盟|(?<![超门])市))?"
    # A district ends in 区 too, but a housing estate, a campus and the like are already too near to the door.
    r"(?:[^\s\d路街道镇乡村号]{1,12}?(?:自治县|自治旗|(?<![小社园校片厂])区|县|旗|(?<![超门])市))?"
)


def mask_name(name: str) -> str:
    """Two characters keep the first (王*), longer names first and last (王*明, 买**提); one character becomes ``*``.

    Foreign words: the first keeps its first letter, the rest is hidden, whatever its length (J*** S***).
    """
    name = normalise_name(name)
    if " " in name or name.isascii():
        return " ".join(f"{word[0]}***" for word in name.split())
    if len(name) <= 1:
        return "*" * len(name)
    if len(name) == 2:
        return f"{name[0]}*"
    return f"{name[0]}{'*' * (len(name) - 2)}{name[-1]}"


def mask_id_number(number: str, wide: bool = False) -> str:
    """First and last character only; `wide` keeps 6 + 4 for roles that must tell people of one place apart."""
    number = normalise_id_number(number)
    head, tail = (6, 4) if wide else (1, 1)
    return _keep(number, head, tail)


def mask_phone(phone: str) -> str:
    """Three and four digits stay: 138****0000."""
    return _keep(normalise_phone(phone), 3, 4)


def mask_address(address: str) -> str:
    """Down to the district or county; what follows is hidden whole. Nothing is kept of an address that names none."""
    match = _TO_DISTRICT.match(address.strip())
    kept = match.group() if match else ""
    return f"{kept}****"


def _keep(text: str, head: int, tail: int) -> str:
    if len(text) <= head + tail:
        return "*" * len(text)
    return f"{text[:head]}{'*' * (len(text) - head - tail)}{text[-tail:]}"
