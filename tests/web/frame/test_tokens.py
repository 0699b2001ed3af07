"""Colours are readable in every mode, by arithmetic."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[3] / "src" / "bancheng" / "web" / "frame" / "static" / "frame"
TOKENS = (CSS / "tokens.css").read_text("utf-8")
BLOCKS = {
    "light": r":root \{\s*color-scheme: light;(.*?)\n\}",
    "dark": r":root\[data-theme=\"dark\"\] \{(.*?)\n  \}",
    "device dark": r":root:not\(\[data-theme=\"light\"\]\) \{(.*?)\n  \}",
    "high contrast": r":root\[data-contrast=\"high\"\] \{(.*?)\n  \}",
}
BODY = [(ink, ground) for ink in ("ink", "ink-soft") for ground in ("paper", "ground")] + [("ink", "sunk")]
WORDS = [
    *(
        (ink, ground)
        for ink in ("accent", "red", "green", "yellow", "blue", "grey")
        for ground in ("paper", "ground")
    ),
    *((colour, f"{colour}-soft") for colour in ("red", "green", "yellow", "blue", "grey")),
    ("on-accent", "accent"),
    ("on-accent", "accent-deep"),
    ("ink-soft", "sunk"),
    ("ink-soft", "accent-soft"),
    ("ink", "accent-soft"),
    *(("accent", f"{tone}-soft") for tone in ("red", "green", "yellow", "blue")),
]
EDGES = [("line-firm", "paper"), ("line-firm", "ground"), ("focus", "ground"), ("bar-after", "paper")]


def colours(mode: str) -> dict[str, str]:
    """Token → #rrggbb in one mode."""
    block = re.search(BLOCKS[mode], TOKENS, re.DOTALL)
    assert block is not None, mode
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", block.group(1)))


def light(colour: str) -> float:
    """Relative luminance, WCAG 2.1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21."""
    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", BLOCKS)
@pytest.mark.parametrize(
    ("pairs", "least"), [(BODY, 7.0), (WORDS, 4.5), (EDGES, 3.0)], ids=["body", "words", "edges"]
)
def test_contrast_is_enough(mode: str, pairs: list[tuple[str, str]], least: float) -> None:
    known = colours(mode)
    weak = {
        pair: ratio for pair in pairs if (ratio := round(contrast(known[pair[0]], known[pair[1]]), 2)) < least
    }
    assert weak == {}


def test_dark_is_the_same_whether_wished_by_device_or_chosen() -> None:
    assert colours("dark") == colours("device dark")


def test_colours_are_named_once() -> None:
    for sheet in ("base.css", "components.css", "officer.css"):
        text = re.sub(r"@media print.*", "", (CSS / sheet).read_text("utf-8"), flags=re.DOTALL)
        assert re.findall(r"#[0-9a-fA-F]{3,8}\b", text) == [], sheet


def test_every_token_used_is_defined() -> None:
    defined = set(
        re.findall(r"--([a-z0-9-]+):", "".join(sheet.read_text("utf-8") for sheet in CSS.glob("*.css")))
    )
    for sheet in CSS.glob("*.css"):
        assert set(re.findall(r"var\(--([a-z0-9-]+)", sheet.read_text("utf-8"))) <= defined, sheet.name
