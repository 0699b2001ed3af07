"""Regular expressions of XPath (which FEEL's string functions take) as Python's.

What differs is rewritten: ``$`` and ``.``, spaces under the flag x, classes with a part taken away (``[a-z-[aeiou]]``),
categories and blocks of Unicode (``\\p{Lu}``, ``\\p{IsCJKUnifiedIdeographs}``), ``\\i`` and ``\\c``.

A pattern that goes back over a text without end is stopped: whoever writes a rule cannot hold up the house with it.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Final

import regex

from bancheng.core.rules._operators import RuleLimit

MAX_PATTERN: Final = 1_000
"Longest pattern read, in characters."
PATIENCE: Final = 0.25
"Seconds that one search may take; any sound one takes less than a thousandth of it."

_BLOCKS: Final = {
    "BasicLatin": (0x0, 0x7F),
    "Latin-1Supplement": (0x80, 0xFF),
    "LatinExtended-A": (0x100, 0x17F),
    "LatinExtended-B": (0x180, 0x24F),
    "Greek": (0x370, 0x3FF),
    "GreekandCoptic": (0x370, 0x3FF),
    "Cyrillic": (0x400, 0x4FF),
    "GeneralPunctuation": (0x2000, 0x206F),
    "CJKSymbolsandPunctuation": (0x3000, 0x303F),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "CJKUnifiedIdeographsExtensionA": (0x3400, 0x4DBF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "HalfwidthandFullwidthForms": (0xFF00, 0xFFEF),
}
_INITIAL: Final = r"_:A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u3001-\uD7FF"
_SIMPLE: Final = {
    "i": _INITIAL,
    "c": rf"{_INITIAL}\-.0-9\u00B7",
    "d": r"\d",
    "s": r" \t\n\r",
    "w": r"\w",
}
_PLAIN: Final = frozenset("nrt\\|.?*+(){}-[]^$")
_FLAGS: Final = {"s": regex.DOTALL, "m": regex.MULTILINE, "i": regex.IGNORECASE, "x": 0, "q": 0}
_COUNT: Final = re.compile(r"\d{1,6}(?:,\d{0,6})?\}")


class Pattern:
    """A compiled pattern whose searches end.

    Raises:
        RuleLimit: of every method, when it takes longer than `PATIENCE`.
    """

    def __init__(self, source: str, options: int) -> None:
        self._compiled = regex.compile(source, options)

    def found(self, text: str) -> bool:
        """Whether some part of the text fits."""
        with _ending():
            return self._compiled.search(text, timeout=PATIENCE) is not None

    def replaced(self, text: str, by: str) -> str:
        """The text with every part that fits replaced; `by` as `replacement` gives it."""
        with _ending():
            return self._compiled.sub(by, text, timeout=PATIENCE)

    def between(self, text: str) -> tuple[str, ...]:
        """The parts of the text between those that fit, which are not empty."""
        parts, at = [], 0
        with _ending():
            for match in self._compiled.finditer(text, timeout=PATIENCE):
                if match.end() > match.start():
                    parts.append(text[at : match.start()])
                    at = match.end()
        return (*parts, text[at:])


@contextmanager
def _ending() -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        raise RuleLimit("a pattern went over a text without end") from None


@lru_cache(maxsize=512)
def pattern(text: str, flags: str = "") -> Pattern | None:
    """The pattern, or None when the text is none or a flag is unknown. `flags`: any of ``s m i x q``."""
    if len(text) > MAX_PATTERN or any(flag not in _FLAGS for flag in flags):
        return None
    options = 0
    for flag in flags:
        options |= _FLAGS[flag]
    try:
        source = re.escape(text) if "q" in flags else _Reader(text, flags).read()
        return Pattern(source, options)
    except (regex.error, ValueError, IndexError, OverflowError):
        return None


class _Reader:
    def __init__(self, text: str, flags: str) -> None:
        self.text = _without_spaces(text) if "x" in flags else text
        self.at = 0
        self.all, self.lines = "s" in flags, "m" in flags

    def read(self) -> str:
        return "".join(self._parts())

    def _parts(self) -> Iterator[str]:
        while self.at < len(self.text):
            sign = self.text[self.at]
            self.at += 1
            if sign == "\\":
                yield self._escape(inside=False)
            elif sign == "[":
                yield self._class()
            elif sign == ".":
                yield "." if self.all else r"[^\n\r]"
            elif sign == "$":
                yield "$" if self.lines else r"\Z"
            elif (
                sign == "("
                and self.text.startswith("?", self.at)
                and self.text[self.at : self.at + 2] != "?:"
            ):
                raise ValueError("a group XPath does not have")
            elif sign == "{" and not _COUNT.match(self.text, self.at):
                raise ValueError("a brace that counts nothing")
            else:
                yield sign

    def _escape(self, *, inside: bool) -> str:
        sign = self.text[self.at]
        self.at += 1
        if sign in "pP":
            return self._category(sign == "P", inside=inside)
        if sign.lower() in _SIMPLE:
            body = _SIMPLE[sign.lower()]
            if sign.isupper():
                if sign in "DW":
                    return "\\" + sign
                if inside:
                    return r"\S" if sign == "S" else _complement(body)
                return f"[^{body}]"
            return body if inside else f"[{body}]"
        if sign in _PLAIN or (sign.isdigit() and sign != "0" and not inside):
            return "\\" + sign
        raise ValueError(f"\\{sign}")

    def _category(self, negated: bool, *, inside: bool) -> str:
        end = self.text.index("}", self.at)
        if self.text[self.at] != "{":
            raise ValueError("a category stands in braces")
        name = self.text[self.at + 1 : end]
        self.at = end + 1
        body = _ranges(name)
        if inside:
            return _complement(body) if negated else body
        return f"[{'^' if negated else ''}{body}]"

    def _class(self) -> str:
        negated = self.text[self.at] == "^"
        self.at += negated
        body: list[str] = []
        without = ""
        while self.text[self.at] != "]" or not body:
            sign = self.text[self.at]
            self.at += 1
            if sign == "\\":
                body.append(self._escape(inside=True))
            elif sign == "-" and self.text.startswith("[", self.at):
                self.at += 1
                without = self._class()
                break
            elif sign == "[" or (sign == "]" and not body):
                raise ValueError("a bracket inside a class")
            else:
                body.append("\\" + sign if sign in "&~|" else sign)
        if self.text[self.at] != "]":
            raise ValueError("a class without end")
        self.at += 1
        whole = f"[{'^' if negated else ''}{''.join(body)}]"
        return f"(?:(?!{without}){whole})" if without else whole


def _without_spaces(text: str) -> str:
    """Under the flag x spaces mean nothing outside a class."""
    kept, depth = [], 0
    for index, sign in enumerate(text):
        if sign in "[]" and (index == 0 or text[index - 1] != "\\"):
            depth += 1 if sign == "[" else -1
        if depth or sign not in " \t\n\r":
            kept.append(sign)
    return "".join(kept)


@lru_cache(maxsize=64)
def _ranges(name: str) -> str:
    """The characters of a category or block, as the inside of a class."""
    if name.startswith("Is"):
        if name[2:] not in _BLOCKS:
            raise ValueError(name)
        return _between(*_BLOCKS[name[2:]])
    if not re.fullmatch("[LMNPZSC][a-z]?", name):
        raise ValueError(name)
    parts, start = [], -1
    for code in range(sys.maxunicode + 2):
        held = code <= sys.maxunicode and unicodedata.category(chr(code)).startswith(name)
        if held and start < 0:
            start = code
        elif not held and start >= 0:
            parts.append(_between(start, code - 1))
            start = -1
    if not parts:
        raise ValueError(name)
    return "".join(parts)


def _between(low: int, high: int) -> str:
    return f"\\U{low:08x}-\\U{high:08x}" if low != high else f"\\U{low:08x}"


@lru_cache(maxsize=64)
def _complement(body: str) -> str:
    """What a class does not hold, as the inside of a class."""
    held = re.compile(f"[{body}]")
    parts, start = [], -1
    for code in range(sys.maxunicode + 2):
        out = code <= sys.maxunicode and not held.match(chr(code))
        if out and start < 0:
            start = code
        elif not out and start >= 0:
            parts.append(_between(start, code - 1))
            start = -1
    return "".join(parts)


def replacement(text: str) -> str | None:
    """XPath's ``$1`` and ``\\$`` as Python's; None for a lone ``$`` or ``\\``."""
    if re.fullmatch(r"(?:[^$\\]|\$\d+|\\[\\$])*", text) is None:
        return None

    def one(match: re.Match[str]) -> str:
        if match[1]:
            return rf"\g<{match[1]}>"
        return "\\\\" if match[0] == "\\\\" else "$"

    return re.sub(r"\$(\d)|\\[\\$]", one, text)
