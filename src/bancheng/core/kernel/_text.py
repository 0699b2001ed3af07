"""Small repairs of typed text that never change its meaning."""

from __future__ import annotations

import unicodedata


def compact(text: str) -> str:
    """Full-width letters and digits as narrow ones, without any white space or invisible format characters."""
    narrow = unicodedata.normalize("NFKC", text)
    return "".join(char for char in narrow if not char.isspace() and unicodedata.category(char) != "Cf")


def is_ascii_digits(text: str) -> bool:
    """`str.isdigit` also accepts ², ٣ and the like, which no code may hold."""
    return text.isascii() and text.isdigit()
