"""Names as people have them: one character or many, with a dot, foreign, or with a character few fonts know."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from bancheng.core.kernel._trouble import Problem

LONGEST_NAME = 100
"""Characters; the longest names on ethnic-minority and foreign documents are well below it."""

_DOTS = re.compile(r"\s*[·•・‧．∙⋅･●]\s*")
_ALLOWED_MARKS = "·-'’.,()（）"


def normalise_name(text: str) -> str:
    """NFC; every kind of middle dot as ``·``; no space inside Chinese names, one between foreign words.

    Invisible characters go, variation selectors stay. NFC, not NFKC: compatibility folding would replace
    characters that stand in somebody's papers.
    """
    text = unicodedata.normalize("NFC", text)
    text = "".join(char for char in text if unicodedata.category(char) != "Cf" or _is_variation(char))
    text = _DOTS.sub("·", " ".join(text.split()))
    words = text.split(" ")
    joined = words[0]
    for before, word in pairwise(words):
        joined += word if _is_han(before[-1:]) and _is_han(word[:1]) else f" {word}"
    return joined


def check_name(text: str) -> Problem | None:
    """Could this be a person's name? Digits and control characters are refused; nothing else about it is judged."""
    name = normalise_name(text)
    if not name:
        return Problem("name.missing", "请填写姓名。", suggestion="请与身份证件上的姓名一致。")
    if len(name) > LONGEST_NAME:
        return Problem(
            "name.long", f"姓名不超过{LONGEST_NAME}个字。", suggestion="请与身份证件上的姓名一致。"
        )
    for char in name:
        if unicodedata.category(char).startswith("N") and not _is_han(char):
            return Problem("name.digit", "姓名里有数字。", suggestion="请与身份证件上的姓名一致。")
        if not _belongs(char):
            return Problem(
                "name.characters",
                f"姓名里有不能用的符号“{_shown(char)}”。",
                suggestion="请与身份证件上的姓名一致。",
            )
    if not any(unicodedata.category(char).startswith(("L", "Co")) or _is_han(char) for char in name):
        return Problem("name.characters", "姓名里没有文字。", suggestion="请与身份证件上的姓名一致。")
    return None


def search_key(name: str) -> str:
    """A form in which two spellings of one name meet: folded width and case, without spaces, dots, marks or accents."""
    folded = unicodedata.normalize("NFKD", normalise_name(name)).casefold()
    return "".join(
        char for char in folded if unicodedata.category(char)[0] in "LN" or unicodedata.category(char) == "Co"
    )


def _is_han(char: str) -> bool:
    # Blocks, not category: unassigned code points of newer extensions are names too, on systems whose tables are older.
    if not char:
        return False
    code = ord(char)
    return (
        0x3400 <= code <= 0x9FFF
        or 0xF900 <= code <= 0xFAFF
        or 0x20000 <= code <= 0x3FFFF
        or code in (0x3007, 0x25CB)
    )


def _is_variation(char: str) -> bool:
    return 0xFE00 <= ord(char) <= 0xFE0F or 0xE0100 <= ord(char) <= 0xE01EF


def _belongs(char: str) -> bool:
    kind = unicodedata.category(char)
    return (
        kind[0] in "LM"
        or kind == "Co"
        or char == " "
        or char in _ALLOWED_MARKS
        or _is_han(char)
        or _is_variation(char)
    )


def _shown(char: str) -> str:
    return char if char.isprintable() else f"U+{ord(char):04X}"
