"""The picture of a seal: a body's own where it has given one, else a plain round one that says it is made up."""

from __future__ import annotations

from html import escape
from math import cos, pi, sin
from pathlib import Path

_RED = "#c8102e"
_STAR = " ".join(
    f"{100 + radius * sin(turn * pi / 5):.1f},{100 - radius * cos(turn * pi / 5):.1f}"
    for turn in range(10)
    for radius in ((30.0, 11.5)[turn % 2],)
)


def seal_picture(body: str, name: str, folder: Path | None, *, sample: bool) -> str:
    """SVG of the seal of a body: ``<folder>/<body>.svg`` if there is one; "" for a real body without a picture."""
    own = folder / f"{body}.svg" if folder is not None else None
    if own is not None and own.is_file():
        return own.read_text("utf-8")
    return round_seal(name, "示例章") if sample else ""


def round_seal(name: str, below: str) -> str:
    """A round seal with the name along the rim and a line below the star."""
    letters = name[:24]
    arc = min(1.6, 0.12 * len(letters)) * pi
    size = 26 if len(letters) <= 12 else 320 / len(letters)
    parts = []
    for place, letter in enumerate(letters):
        turn = (place / (len(letters) - 1) - 0.5) * arc if len(letters) > 1 else 0.0
        x, y = 100 + 72 * sin(turn), 100 - 72 * cos(turn)
        spot = f'x="{x:.1f}" y="{y:.1f}" transform="rotate({turn * 180 / pi:.1f} {x:.1f} {y:.1f})"'
        parts.append(f'<text {spot} dy="{size * 0.36:.1f}" font-size="{size:.1f}">{escape(letter)}</text>')
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200">'
        f'<g fill="{_RED}" text-anchor="middle" font-family="Noto Sans CJK SC, Noto Sans SC, Bancheng Fallback Sans">'
        f'<circle cx="100" cy="100" r="95" fill="none" stroke="{_RED}" stroke-width="5"/>'
        f'<polygon points="{_STAR}"/>{"".join(parts)}'
        f'<text x="100" y="160" font-size="18">{escape(below)}</text></g></svg>'
    )
