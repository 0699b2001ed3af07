"""A picture for a narrow screen: boxes one under another, and beside them a rail on which the arrows run."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bancheng.core.compiler._layout import Arrow, Box, Drawing, Point, Rect, layers
from bancheng.core.compiler._routes import Net, Tracks

RAIL_BOX = 256
"How wide a box beside the rail is."
_WIDTH = 344
_GAP, _TRACK, _MARGIN, _PORT, _GATE = 22, 11, 8, 7, 34


def rail(boxes: Sequence[Box], arrows: Collection[Arrow], *, start: str, end: str) -> Drawing:
    """Boxes from top to bottom in the order given, which must follow the arrows; `start` above, `end` below them.

    An arrow to the next box runs straight down; others turn to the rail at the left. With a rail of many tracks the
    picture is wider than a phone and is shown a little smaller.
    """
    order = [start, *_ordered(boxes, arrows, start, end), end]
    row = {key: at for at, key in enumerate(order)}
    tracks = Tracks()
    far = sorted(
        (one for one in arrows if row[one[1]] - row[one[0]] > 1),
        key=lambda one: (one[1] == end, one[0] == start, row[one[1]] - row[one[0]], one),
    )
    taken: dict[Arrow, int] = {}
    for before, after in far:
        net: Net = frozenset({("from", before), ("to", after)})
        taken[before, after] = tracks.place(2 * row[before] + 1, 2 * row[after], net)
    left = _MARGIN + len(tracks.tracks) * _TRACK + 12
    width = max(_WIDTH, left + RAIL_BOX + _MARGIN)
    sizes = {box.key: box.height for box in boxes}
    places: dict[str, Rect] = {}
    y = _MARGIN
    for key in order:
        height = sizes.get(key, _GATE)
        places[key] = Rect(x=left, y=y, width=width - _MARGIN - left, height=height)
        y += height + _GAP
    lines = {
        arrow: _line(arrow, places, left - 12 - taken[arrow] * _TRACK if arrow in taken else None)
        for arrow in arrows
    }
    return Drawing(boxes=places, lanes=(), lines=lines, width=width, height=y - _GAP + _MARGIN)


def _ordered(boxes: Sequence[Box], arrows: Collection[Arrow], start: str, end: str) -> list[str]:
    """By layer, and within one as given."""
    keys = [box.key for box in boxes]
    depth = layers([start, *keys, end], arrows)
    return sorted(keys, key=lambda key: depth[key])


def _line(arrow: Arrow, places: dict[str, Rect], x: int | None) -> tuple[Point, ...]:
    before, after = places[arrow[0]], places[arrow[1]]
    if x is None:
        middle = before.x + 24
        return (middle, before.bottom), (middle, after.y)
    top, foot = before.middle[1] + _PORT, after.middle[1] - _PORT
    return (before.x, top), (x, top), (x, foot), (after.x, foot)
