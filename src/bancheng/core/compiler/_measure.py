"""How wide a text is in a picture, estimated to the safe side: nobody can ask the reader's fonts."""

from __future__ import annotations

from unicodedata import east_asian_width

_CLOSING = "，。、；：！？）》”’…·,.;:!?)"


def text_width(text: str, size: int) -> float:
    """Pixels of `text` at `size` pixels: a Chinese sign is a square, a wide letter two thirds of one, others less."""
    return size * sum(_share(sign) for sign in text)


def wrapped(text: str, size: int, width: int, lines: int) -> tuple[str, ...]:
    """At most `lines` lines of at most `width` pixels; what does not fit ends in "…".

    No line begins with a closing mark. Latin words are broken only where there is no other way.
    """
    rest, found = text.strip(), list[str]()
    while rest and len(found) < lines:
        fits = _fitting(rest, size, width)
        if len(found) == lines - 1 and fits < len(rest):
            found.append(_cut(rest, size, width))
            return tuple(found)
        found.append(rest[:fits].rstrip())
        rest = rest[fits:].lstrip()
    return tuple(found)


def _fitting(text: str, size: int, width: int) -> int:
    used, fits = 0.0, 0
    for sign in text:
        used += size * _share(sign)
        if used > width:
            break
        fits += 1
    if fits >= len(text):
        return len(text)
    fits = max(1, fits)
    if text[fits] in _CLOSING and fits > 1:
        return fits - 1
    space = text.rfind(" ", 0, fits + 1)
    inside_word = text[fits - 1].isascii() and text[fits].isascii() and text[fits] != " "
    return space if inside_word and space > 0 else fits


def _cut(text: str, size: int, width: int) -> str:
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def _share(sign: str) -> float:
    if east_asian_width(sign) in "WFA":
        return 1.0
    return 0.67 if sign.isupper() or sign in "mwMW@%" else 0.56
