"""From a grid to pixels: rows, columns, and right-angled lines that keep clear of every box.

A line leaves a box in the middle of its right side. Where it must change rows it turns in the gutter right of its box
(or left of the next one) and enters from above in the upper, from below in the lower part of the left side; a pointed
box is met at its tip. Lines from one box, or into one box, share a track; others never lie upon each other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from msgspec.structs import replace

from bancheng.core.compiler._layout import Arrow, Box, Drawing, Grid, Point, Rect, arrange
from bancheng.core.kernel import Record

Net = frozenset[tuple[str, str]]


class Spacing(Record):
    """Distances in pixels: `head` for the names of lanes, `lead` free of turns right of a box, `track` between parallel
    lines, `tail` before an arrow's head, `pad` above and below a lane's boxes, `port` from the middle of a side."""

    head: int = 112
    lead: int = 44
    track: int = 10
    tail: int = 18
    pad: int = 14
    gap: int = 14
    port: int = 16
    margin: int = 12


class Tracks:
    """Parallel lanes for lines in a gutter or channel; a place on one is shared only by lines of one net."""

    def __init__(self) -> None:
        self.tracks: list[list[tuple[int, int, Net]]] = []

    def place(self, low: int, high: int, net: Net) -> int:
        for at, groups in enumerate(self.tracks):
            joined = self._joined(groups, low, high, net)
            if joined is not None:
                self.tracks[at] = joined
                return at
        self.tracks.append([(low, high, net)])
        return len(self.tracks) - 1

    def _joined(
        self, groups: list[tuple[int, int, Net]], low: int, high: int, net: Net
    ) -> list[tuple[int, int, Net]] | None:
        kept = []
        for group in groups:
            if group[1] < low or group[0] > high:
                kept.append(group)
                continue
            net &= group[2]
            low, high = min(low, group[0]), max(high, group[1])
            if not net:
                return None
        return [*kept, (low, high, net)]


class _Turn(Record):
    """A vertical run in a gutter between two levels: 2r+1 is the middle of row r, 2h the channel above row h."""

    gutter: int
    start: int
    end: int
    net: Net


class _Way(Record):
    """How an arrow runs: its first turn, the channel it takes (or None), its last turn, and how it enters."""

    arrow: Arrow
    first: _Turn | None
    channel: int | None
    span: tuple[int, int]
    last: _Turn | None
    side: int
    level: int


def draw(
    boxes: Sequence[Box],
    arrows: Collection[Arrow],
    heavy: Collection[Arrow] = (),
    spacing: Spacing | None = None,
) -> Drawing:
    """Arrange boxes and give every arrow its line. Arrows must not form a loop."""
    grid = arrange(boxes, arrows, heavy)
    return _Router({box.key: box for box in boxes}, sorted(set(arrows)), grid, spacing or Spacing()).drawing()


class _Router:
    def __init__(self, boxes: Mapping[str, Box], arrows: Sequence[Arrow], grid: Grid, space: Spacing) -> None:
        self.boxes, self.grid, self.space = boxes, grid, space
        self.held = {(cell.column, cell.row) for cell in grid.cells.values()}
        entered = {after for _, after in arrows}
        last = grid.columns - 1
        self.column = {
            key: grid.cells[key].column if key in grid.cells else (last if key in entered else 0)
            for key in boxes
        }
        self.gutters = [Tracks() for _ in range(max(1, grid.columns))]
        # Lines to boxes above a channel run in its upper part, so that they never meet those to boxes below on the way.
        self.rising = [Tracks() for _ in range(grid.rows + 1)]
        self.falling = [Tracks() for _ in range(grid.rows + 1)]
        self.ways = [self._way(arrow) for arrow in arrows]
        self.turned: dict[tuple[Arrow, str], int] = {}
        self.lined: dict[Arrow, int] = {}

    # ------------------------------------------------------------- ways in the grid

    def _row(self, key: str, other: str) -> int:
        cell = self.grid.cells.get(key) or self.grid.cells.get(other)
        return cell.row if cell else 0

    def _clear(self, row: int, start: int, end: int) -> bool:
        return not any((column, row) in self.held for column in range(start + 1, end))

    def _way(self, arrow: Arrow) -> _Way:
        before, after = arrow
        from_column, to_column = self.column[before], self.column[after]
        row, to_row = self._row(before, after), self._row(after, before)
        net: Net = frozenset({("from", before), ("to", after)})
        span = (from_column, to_column - 1)
        way = _Way(arrow=arrow, first=None, channel=None, span=span, last=None, side=0, level=2 * to_row + 1)
        clear, clear_end = (
            self._clear(row, from_column, to_column),
            self._clear(to_row, from_column, to_column),
        )
        if row == to_row and clear:
            return way
        side = 1 if row > to_row else -1
        at, end = 2 * row + 1, 2 * to_row + 1
        box = self.boxes[after]
        if row != to_row and not box.pointed:
            if clear_end:
                return replace(way, first=_Turn(gutter=from_column, start=at, end=end, net=net), side=side)
            if clear:
                return replace(way, last=_Turn(gutter=to_column - 1, start=at, end=end, net=net), side=side)
        channel = to_row if side < 0 else to_row + 1
        way = replace(
            way,
            first=_Turn(gutter=from_column, start=at, end=2 * channel, net=net),
            channel=channel,
            side=side,
        )
        if box.tall or box.pointed:
            return replace(way, level=2 * channel)
        return replace(way, last=_Turn(gutter=to_column - 1, start=2 * channel, end=end, net=net))

    def _tracks(self) -> None:
        turns = [
            (way, name, turn)
            for way in self.ways
            for name in ("first", "last")
            if (turn := getattr(way, name))
        ]
        # Downward turns of lower boxes, and upward turns of higher ones, stand further left: so they do not cross.
        turns.sort(
            key=lambda one: (
                one[2].start > one[2].end,
                one[2].start if one[2].start > one[2].end else -one[2].start,
            )
        )
        for way, name, turn in turns:
            low, high = sorted((turn.start, turn.end))
            self.turned[way.arrow, name] = self.gutters[turn.gutter].place(low, high, turn.net)
        for way in self.ways:
            if way.channel is not None and way.first is not None:
                part = self.rising if way.side > 0 else self.falling
                self.lined[way.arrow] = part[way.channel].place(*way.span, way.first.net)

    # ------------------------------------------------------------- pixels

    def drawing(self) -> Drawing:
        self._tracks()
        self._columns()
        self._rows()
        places = {key: self._place(box) for key, box in self.boxes.items()}
        return Drawing(
            boxes=places,
            lanes=tuple(
                (
                    lane,
                    Rect(x=self.space.margin, y=top, width=self.width - 2 * self.space.margin, height=high),
                )
                for lane, top, high in self._bands()
            ),
            lines={way.arrow: self._line(way, places) for way in self.ways},
            width=self.width,
            height=self.height,
        )

    def _columns(self) -> None:
        """The left edge and width of each column and of the gutter right of it."""
        widest = [0] * max(1, self.grid.columns)
        for key, box in self.boxes.items():
            widest[self.column[key]] = max(widest[self.column[key]], box.width)
        self.widest, self.left, self.gutter = widest, [], []
        x = self.space.margin + self.space.head + self.space.gap
        for column, width in enumerate(widest):
            self.left.append(x)
            self.gutter.append(x + width)
            tracks = len(self.gutters[column].tracks)
            x += width + self.space.lead + max(0, tracks - 1) * self.space.track + self.space.tail
        last = self.left[-1] + widest[-1]
        self.width = last + self.space.gap + self.space.margin

    def _rows(self) -> None:
        """The middle of each row and the top of each channel; a channel between two lanes is wider."""
        highest = [0] * self.grid.rows
        for key, cell in self.grid.cells.items():
            highest[cell.row] = max(highest[cell.row], self.boxes[key].height)
        edges = {first for _, first, _ in self.grid.lanes} | {self.grid.rows}
        self.middle, self.channel = [], []
        y = self.space.margin
        for row in range(self.grid.rows + 1):
            edge = row in edges
            self.channel.append(y + (self.space.pad if edge else self.space.gap // 2))
            room = (len(self.rising[row].tracks) + len(self.falling[row].tracks)) * self.space.track
            if row in (0, self.grid.rows):
                y += room + self.space.pad
            else:
                y += room + (2 * self.space.pad if edge else self.space.gap)
            if row < self.grid.rows:
                self.middle.append(y + highest[row] // 2)
                y += highest[row]
        self.height = y + self.space.margin
        self.highest = highest

    def _bands(self) -> list[tuple[str, int, int]]:
        """Lanes meet halfway between the last line of one and the first box of the next."""
        tops = []
        for _, first, _ in self.grid.lanes:
            box_top = self.middle[first] - self.highest[first] // 2
            tops.append(self.space.margin if first == 0 else box_top - self.space.pad)
        ends = [*tops[1:], self.height - self.space.margin]
        return [
            (lane, top, end - top) for (lane, _, _), top, end in zip(self.grid.lanes, tops, ends, strict=True)
        ]

    def _place(self, box: Box) -> Rect:
        column = self.column[box.key]
        x = self.left[column] + (self.widest[column] - box.width) // 2
        if box.tall:
            top = self.space.margin
            return Rect(x=x, y=top, width=box.width, height=max(box.height, self.height - 2 * top))
        middle = self.middle[self.grid.cells[box.key].row]
        return Rect(x=x, y=middle - box.height // 2, width=box.width, height=box.height)

    def _line(self, way: _Way, places: Mapping[str, Rect]) -> tuple[Point, ...]:
        before, after = way.arrow
        start, end = places[before], places[after]
        y = self._level(2 * self._row(before, after) + 1) if self.boxes[before].tall else start.middle[1]
        points = [(start.right, y)]
        if way.first is not None:
            x = self._turn_at(way, "first", way.first.gutter)
            points += [(x, y), (x, self._height(way))]
        if way.last is not None:
            x = self._turn_at(way, "last", way.last.gutter)
            points += [(x, points[-1][1]), (x, self._entry(way, end))]
        box = self.boxes[after]
        if box.pointed and way.channel is not None:
            tip = end.y if way.side < 0 else end.bottom
            points += [(end.middle[0], points[-1][1]), (end.middle[0], tip)]
        else:
            points.append((end.x, points[-1][1]))
        return _straightened(points)

    def _height(self, way: _Way) -> int:
        if way.channel is not None:
            above = len(self.rising[way.channel].tracks) if way.side < 0 else 0
            at = (above + self.lined[way.arrow]) * self.space.track
            return self.channel[way.channel] + at + self.space.track // 2
        return self._level(way.level) + way.side * self.space.port

    def _entry(self, way: _Way, end: Rect) -> int:
        return end.middle[1] + way.side * self.space.port

    def _level(self, level: int) -> int:
        return self.middle[level // 2] if self.middle else self.height // 2

    def _turn_at(self, way: _Way, name: str, gutter: int) -> int:
        return self.gutter[gutter] + self.space.lead + self.turned[way.arrow, name] * self.space.track


def _straightened(points: Sequence[Point]) -> tuple[Point, ...]:
    """Without corners that are none."""
    kept: list[Point] = []
    for point in points:
        if kept and point == kept[-1]:
            continue
        if len(kept) > 1 and (
            kept[-2][0] == kept[-1][0] == point[0] or kept[-2][1] == kept[-1][1] == point[1]
        ):
            kept.pop()
        kept.append(point)
    return tuple(kept)
