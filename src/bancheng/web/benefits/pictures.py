"""Pictures of what was paid, drawn on the server: townships as shaded tiles, months as bars. Colours: the page's.

No shape of a township is drawn: tiles stand in the order of their codes, so that a place is found where its code says.
Each tile tells its name and amount in words and leads to its line of the table beside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from math import ceil

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bancheng.usecases.benefit_totals import Line
from bancheng.web.templatetags.words import money

WIDTH = 720
ACROSS = 6
"""Tiles in a row."""
TILE, HIGH, GAP, HEAD = 112, 64, 8, 28
SHADES = 5
LABELS = 12
"""So many months have their words under them; of more, every so-manieth."""
_TOP, _BOTTOM, _TALL = 28, 40, 220
_WIDE, _MANY = 10**8, 10**10
"""From a million yuan on an amount is told in whole yuan, from a hundred million on in ten thousands: for room."""


def tile_map(
    lines: Sequence[Line], names: Mapping[str, str], rows: frozenset[str], *, title: str
) -> SafeString:
    """Townships as tiles, the darker the more was paid there; counties one below the other.

    `names`: every township there is, by code, paid or not; `rows`: keys whose line of the table is on the page.
    """
    told = {one.key: one for one in lines}
    most = max((one.paid for one in lines), default=0)
    codes = sorted({*names, *told}, key=lambda code: (not code, code))
    drawn, y = list[SafeString](), 0
    for county, group in groupby(codes, key=lambda code: code[:6]):
        here = list(group)
        lead = _shared([names.get(code, "") for code in here])
        heading = lead or (county if county else _("住址不明"))
        drawn.append(format_html('<text class="chart-words" x="0" y="{}">{}</text>', y + 18, heading))
        y += HEAD
        for at, code in enumerate(here):
            name = names.get(code) or code or _("住址不明")
            where = (at % ACROSS * (TILE + GAP), y + at // ACROSS * (HIGH + GAP))
            drawn.append(
                _tile(where, name, _short(name, lead), told.get(code), most, linked=code in rows, code=code)
            )
        y += ceil(len(here) / ACROSS) * (HIGH + GAP) + GAP
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="group" aria-label="{}">{}</svg>',
        WIDTH, max(y, 1), title, format_html_join("", "{}", ((one,) for one in drawn)),
    )  # fmt: skip


def _tile(
    where: tuple[int, int], name: str, short: str, line: Line | None, most: int, *, linked: bool, code: str
) -> SafeString:
    paid, people = (line.paid, line.people) if line else (0, 0)
    amount = _amount(paid)
    whole = _("%(name)s：%(amount)s，%(people)s 人") % {"name": name, "amount": amount, "people": people}
    x, y = where
    inside = format_html(
        '<rect class="map-tile map-shade-{}" x="{}" y="{}" width="{}" height="{}" rx="4"/>'
        '<text class="map-name" x="{}" y="{}">{}</text><text class="map-amount" x="{}" y="{}">{}</text>',
        shade(paid, most), x + 1, y + 1, TILE - 2, HIGH - 2, x + 10, y + 26, short, x + 10, y + 48, amount,
    )  # fmt: skip
    if linked:
        return format_html(
            '<a href="#place-{}" aria-label="{}"><title>{}</title>{}</a>', code, whole, whole, inside
        )
    return format_html('<g role="img" aria-label="{}"><title>{}</title>{}</g>', whole, whole, inside)


def shade(paid: int, most: int) -> int:
    """0 where nothing was paid, else 1 (least) to `SHADES` (most), in equal steps."""
    return ceil(SHADES * paid / most) if most and paid > 0 else 0


def legend(lines: Sequence[Line]) -> list[tuple[int, str]]:
    """What each shade stands for, in words."""
    most = max((one.paid for one in lines), default=0)
    if not most:
        return []
    steps = [most * at // SHADES for at in range(SHADES + 1)]
    words = [(at, f"{_amount(steps[at - 1])}–{_amount(steps[at])}") for at in range(1, SHADES + 1)]
    return [(0, _("没有付过")), *words]


def _amount(fen: int) -> str:
    if not fen:
        return "¥0"
    if fen >= _MANY:
        return _("¥%(n)s万") % {"n": f"{fen / 1_000_000:,.0f}"}
    return money(fen - fen % 100 if fen >= _WIDE else fen)


def _shared(names: Sequence[str]) -> str:
    """The beginning that all names have in common, up to its last county or city."""
    if not names or not all(names):
        return ""
    lead = names[0]
    for name in names[1:]:
        while not name.startswith(lead):
            lead = lead[:-1]
    at = max(lead.rfind(mark) for mark in "县市区旗")
    return lead[: at + 1]


def _short(name: str, lead: str) -> str:
    plain = name.removeprefix(lead).partition("（")[0]
    return plain or name


def trend(lines: Sequence[Line], *, title: str) -> SafeString:
    """What was paid in each month, as bars with their amounts; months in their order."""
    most = max((one.paid for one in lines), default=0)
    if not most:
        return SafeString("")
    wide = WIDTH / len(lines)
    step, ground = ceil(len(lines) / LABELS), _TALL - _BOTTOM
    bars = format_html_join(
        "",
        '<rect class="chart-bar" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>',
        (
            (
                f"{at * wide + wide * 0.15:.1f}",
                f"{ground - (ground - _TOP) * one.paid / most:.1f}",
                f"{wide * 0.7:.1f}",
                f"{(ground - _TOP) * one.paid / most:.1f}",
                f"{month_words(one.key)}：{_amount(one.paid)}",
            )
            for at, one in enumerate(lines)
        ),
    )
    words = format_html_join(
        "",
        '<text class="chart-words" x="{0}" y="{1}" text-anchor="middle">{2}</text>'
        '<text class="chart-words" x="{0}" y="{3}" text-anchor="middle">{4}</text>',
        (
            (
                f"{at * wide + wide / 2:.1f}",
                ground + 18,
                _("%(n)s月") % {"n": int(one.key[5:])},
                f"{ground - (ground - _TOP) * one.paid / most - 6:.1f}",
                _amount(one.paid) if len(lines) <= LABELS // 2 or one.paid == most else "",
            )
            for at, one in enumerate(lines)
            if at % step == 0 or one.paid == most
        ),
    )
    years = format_html_join(
        "",
        '<text class="chart-words" x="{}" y="{}" text-anchor="middle">{}</text>',
        (
            (f"{at * wide + wide / 2:.1f}", ground + 36, one.key[:4])
            for at, one in enumerate(lines)
            if at == 0 or one.key.endswith("-01")
        ),
    )
    base = format_html('<line class="chart-axis" x1="0" x2="{0}" y1="{1}" y2="{1}"/>', WIDTH, ground)
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}{}</svg>',
        WIDTH, _TALL, title, bars, base, words, years,
    )  # fmt: skip


def month_words(key: str) -> str:
    """``2026-11`` as people say it."""
    return _("%(year)s年%(month)s月") % {"year": key[:4], "month": int(key[5:])}
