"""The questions as a picture: for each kind of person, ours beside the fixed order and beside asking everything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from html import escape

from bancheng.core.compiler._why import AskingRow
from bancheng.core.kernel import Record

WIDTH, LABELS, BAR, GAP, TOP = 720, 220, 14, 18, 44
_STYLE = (
    "svg{font-family:sans-serif;background:#fff}.chart-words{fill:#465263;font-size:13px}"
    ".chart-bar{fill:#0a53b0}.chart-fixed{fill:#a9c6ec;stroke:#0a53b0}.chart-all{fill:#edf1f6;stroke:#737f90}"
)


class AskingTexts(Record):
    """The words of the picture."""

    title: str = "平均要问几个问题"
    average: str = "平均（按申报的占比）"
    ours: str = "随答随定"
    fixed_order: str = "固定次序，跳过无关的"
    all: str = "全部都问"


def asking_svg(
    rows: Sequence[AskingRow], texts: AskingTexts | None = None, *, standalone: bool = False
) -> str:
    """Three bars for every row, with the numbers at their ends. Colours come from the page unless `standalone`."""
    words = texts or AskingTexts()
    most = max((row.all for row in rows), default=Decimal(1)) or Decimal(1)
    high = TOP + len(rows) * (3 * BAR + GAP)
    style = f"<style>{_STYLE}</style>" if standalone else ""
    body = [line for at, row in enumerate(rows) for line in _row(row, at, most, words)]
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {WIDTH} {high}" role="img">',
            f"<title>{escape(words.title)}</title>{style}",
            *_legend(words),
            *body,
            "</svg>",
        )
    )


def _legend(words: AskingTexts) -> Iterator[str]:
    named = (("bar", words.ours), ("fixed", words.fixed_order), ("all", words.all))
    for at, (kind, said) in enumerate(named):
        left = 10 + at * 200
        yield f'<rect class="chart-{kind}" x="{left}" y="12" width="{BAR}" height="{BAR}"/>'
        yield f'<text class="chart-words" x="{left + BAR + 8}" y="24">{escape(said)}</text>'


def _row(row: AskingRow, at: int, most: Decimal, words: AskingTexts) -> Iterator[str]:
    top = TOP + at * (3 * BAR + GAP)
    name = row.name or words.average
    short = name if len(name) <= 15 else f"{name[:14]}…"
    yield f'<text class="chart-words" x="10" y="{top + 2 * BAR}">{escape(short)}<title>{escape(name)}</title></text>'
    for line, (kind, number) in enumerate((("bar", row.ours), ("fixed", row.fixed_order), ("all", row.all))):
        wide = max(1, int(number / most * (WIDTH - LABELS - 60)))
        y = top + line * BAR
        yield f'<rect class="chart-{kind}" x="{LABELS}" y="{y + 1}" width="{wide}" height="{BAR - 3}"/>'
        yield f'<text class="chart-words" x="{LABELS + wide + 6}" y="{y + BAR - 2}">{plain(number)}</text>'


def plain(number: Decimal) -> str:
    """“5.63”, “7”: at most two places, no idle noughts."""
    text = f"{number.quantize(Decimal('0.01')):f}"
    return text.rstrip("0").rstrip(".")
