"""Pictures of a rehearsal, drawn on the server: how long cases take, how queues grow. Colours come from the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 48, 16, 24, 40
LINES = 5
"""More lines than this nobody can tell apart."""


def histogram(
    bins: Sequence[tuple[float, float, float]], promised: float, *, title: str, axis: str, promise: str
) -> SafeString:
    """Shares of cases by working days: (from, to, share). What ends after the promise has a colour and a pattern of
    its own, the promise a line with its words."""
    if not bins:
        return SafeString("")
    last = max(bins[-1][1], promised * 1.1)
    top = max(share for _, _, share in bins)
    bars = format_html_join(
        "",
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>',
        (
            (
                "chart-late" if low >= promised - 1e-9 else "chart-bar",
                _one(_x(low, last) + 1),
                _one(_y(share, top)),
                _one(max(1.0, _x(high, last) - _x(low, last) - 2)),
                _one(HEIGHT - BOTTOM - _y(share, top)),
                f"{low:.3g}–{high:.3g}: {share:.1%}",
            )
            for low, high, share in bins
        ),
    )
    at = _x(promised, last)
    anchor = "end" if at > WIDTH * 0.7 else "start"
    line = format_html(
        '<line class="chart-mark" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>'
        '<text class="chart-words" x="{3}" y="{4}" text-anchor="{5}">{6}</text>',
        _one(at), TOP - 8, HEIGHT - BOTTOM, _one(at + (-6 if anchor == "end" else 6)), TOP, anchor, promise,
    )  # fmt: skip
    return _picture(title, format_html("{}{}{}", _axes(last, top, axis, share=True), bars, line))


def lines(series: Sequence[tuple[str, Sequence[float]]], days: float, *, title: str, axis: str) -> SafeString:
    """How long each queue was over the days, the longest first; told apart by colour, by dashes and by name."""
    shown = sorted(series, key=lambda one: -max(one[1], default=0))[:LINES]
    top = max((max(values, default=0) for _, values in shown), default=0)
    if not top:
        return SafeString("")
    drawn = format_html_join(
        "",
        '<polyline class="chart-line chart-line-{}" points="{}"><title>{}</title></polyline>',
        ((at, _points(values, days, top), name) for at, (name, values) in enumerate(shown, 1)),
    )
    names = format_html_join(
        "",
        '<line class="chart-line chart-line-{0}" x1="{1}" x2="{2}" y1="{3}" y2="{3}"/>'
        '<text class="chart-words" x="{4}" y="{5}">{6}</text>',
        (
            (at, LEFT + 8, LEFT + 36, TOP + 18 * (at - 1), LEFT + 42, TOP + 18 * (at - 1) + 4, name)
            for at, (name, _) in enumerate(shown, 1)
        ),
    )
    return _picture(title, format_html("{}{}{}", _axes(days, top, axis, share=False), drawn, names))


def _points(values: Sequence[float], days: float, top: float) -> str:
    step = days / max(1, len(values))
    return " ".join(
        f"{_one(_x(step * (at + 1), days))},{_one(_y(value, top))}" for at, value in enumerate(values)
    )


def _picture(title: str, inside: SafeString) -> SafeString:
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDTH,
        HEIGHT,
        title,
        inside,
    )


def _axes(last: float, top: float, words: str, *, share: bool) -> SafeString:
    ground = HEIGHT - BOTTOM
    marks = format_html_join(
        "",
        '<line class="chart-grid" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>'
        '<text class="chart-words" x="{0}" y="{3}" text-anchor="middle">{4}</text>',
        ((_one(_x(value, last)), TOP, ground, ground + 16, f"{value:g}") for value in _ticks(last)),
    )
    heights = format_html_join(
        "",
        '<text class="chart-words" x="{}" y="{}" text-anchor="end">{}</text>',
        (
            (LEFT - 6, _one(_y(value, top) + 4), f"{value:.0%}" if share else f"{value:.3g}")
            for value in (0, top)
        ),
    )
    base = format_html(
        '<line class="chart-axis" x1="{0}" x2="{1}" y1="{2}" y2="{2}"/>', LEFT, WIDTH - RIGHT, ground
    )
    named = format_html(
        '<text class="chart-words" x="{}" y="{}" text-anchor="end">{}</text>',
        WIDTH - RIGHT,
        HEIGHT - 4,
        words,
    )
    return format_html("{}{}{}{}", marks, heights, base, named)


def _ticks(last: float) -> Iterator[float]:
    step = next(one for one in (0.5, 1, 2, 5, 10, 20, 50, 100, 1e9) if last / one <= 10)
    yield from (step * at for at in range(ceil(last / step) + 1) if step * at <= last)


def _x(value: float, last: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * min(1.0, value / last)


def _y(value: float, top: float) -> float:
    return TOP + (HEIGHT - BOTTOM - TOP) * (1 - value / top)


def _one(value: float) -> str:
    return f"{value:.1f}"
