"""The plan as a picture: lanes by body, side by side branches in one column, the critical path marked.

Three views of one plan: `FULL` for those who make and run it, `SIMPLE` for a guide, `PHONE` for a narrow screen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from html import escape
from itertools import pairwise

from bancheng.core.compiler._feel import ALWAYS
from bancheng.core.compiler._layout import Arrow, Box, Drawing, Point, Rect
from bancheng.core.compiler._measure import text_width, wrapped
from bancheng.core.compiler._personal import PersonalList
from bancheng.core.compiler._rail import RAIL_BOX, rail
from bancheng.core.compiler._routes import Spacing, draw
from bancheng.core.compiler._simple import Road, road
from bancheng.core.compiler._types import Blueprint, ClockSummary, Plan
from bancheng.core.kernel import Record

START, END = ".start", ".end"
_INSET = 10
_STYLE = (
    "svg.plan{font-family:'Noto Sans CJK SC','Noto Sans SC','PingFang SC','Microsoft YaHei','Bancheng Fallback',"
    "sans-serif;background:#fff}"
    ".plan-ground{fill:#fff}.plan-lane{fill:#f5f7fa;stroke:#d8dee7}.plan-lane-name{fill:#465263;font-weight:600}"
    ".plan-name{fill:#17202b;font-weight:600}.plan-note,.plan-days{fill:#465263}"
    ".plan-box{fill:#fff;stroke:#737f90;stroke-width:1.2}.plan-maybe .plan-box{stroke-dasharray:5 4}"
    ".plan-gate{fill:#edf1f6;stroke:#c3ccd8}.plan-gate-name{fill:#465263;font-weight:600}"
    ".plan-edge{fill:none;stroke:#737f90;stroke-width:1.4}.plan-arrow{fill:#737f90}.plan-edge-end{stroke:#c3ccd8}"
    ".plan-edge-label{fill:#465263}.plan-step.plan-critical .plan-box{stroke:#0a53b0;stroke-width:2.6}"
    ".plan-edge.plan-critical{stroke:#0a53b0;stroke-width:2.6}.plan-flag{fill:#0a53b0;font-weight:600}"
    ".plan-arrow-critical{fill:#0a53b0}"
)
_DARK = (
    "@media (prefers-color-scheme:dark){svg.plan{background:#171e26}.plan-ground{fill:#171e26}"
    ".plan-lane{fill:#1f2832;stroke:#303b48}.plan-name{fill:#e9eef4}.plan-box{fill:#171e26;stroke:#8b98a8}"
    ".plan-gate{fill:#242e39;stroke:#43505f}.plan-edge{stroke:#8b98a8}.plan-arrow{fill:#8b98a8}"
    ".plan-lane-name,.plan-note,.plan-days,.plan-edge-label,.plan-gate-name{fill:#b6c1ce}"
    ".plan-step.plan-critical .plan-box,.plan-edge.plan-critical{stroke:#8bbcff}.plan-edge-end{stroke:#566372}"
    ".plan-flag,.plan-arrow-critical{fill:#8bbcff}}"
)


class PlanView(StrEnum):
    """Who looks: makers and officers, readers of a guide, readers of a guide on a phone."""

    FULL = "full"
    SIMPLE = "simple"
    PHONE = "phone"


class PlanTexts(Record):
    """The words of the picture; pages pass them translated. `{}` is filled in."""

    title: str = "办理流程图"
    summary: str = "共 {steps} 个环节，最长的一串需 {days} 个工作日：{critical}。"
    step: str = "{name}，{body}，{days}"
    days: str = "{}个工作日"
    instant: str = "当场办"
    reached: str = "第{}天"
    critical: str = "（关键环节）"
    arrow: str = "→"
    joint: str = "（{}家）"
    among: str = "{}等{}家"
    start: str = "受理"
    end: str = "办结"
    flag: str = "关键"
    maybe: str = "看情况"
    shared: str = "{}个事项一起"
    comma: str = "、"
    stop: str = "；"


def plan_svg(
    source: Blueprint | PersonalList,
    texts: PlanTexts | None = None,
    *,
    view: PlanView = PlanView.FULL,
    body_names: Mapping[str, str] | None = None,
    standalone: bool = False,
    dark: bool = True,
    ids: str = "plan",
) -> str:
    """An SVG of a blueprint's plan or of one person's.

    Shapes carry CSS classes (`plan-lane`, `plan-step`, `plan-box`, `plan-edge`, … and `plan-critical`, `plan-maybe`
    beside them) and no colours; `standalone` adds a style of its own for files, with `dark` also for dark screens.
    `body_names` are needed for a personal list whose steps other bodies do. `ids` keeps the ids of several pictures on
    one page apart. Screen readers hear the title, the summary and every step with its days.
    """
    names = dict(source.body_names) if isinstance(source, Blueprint) else {}
    names.update({item.body: item.body_name for item in source.items})
    names.update(body_names or {})
    items = {item.key: item.name for item in source.items}
    plan, clock = source.plan, source.clock
    maker = _Words(plan, clock, names, items, texts or PlanTexts())
    shapes = (
        maker.steps()
        if view is PlanView.FULL
        else maker.stretches(road(plan, clock), phone=view is PlanView.PHONE)
    )
    return _Picture(shapes, maker, view, ids).draw(standalone=standalone, dark=dark)


class _Shape(Record):
    """A box with what is written in it: `lines` in bold, `notes` small, `days` at the foot."""

    key: str
    lane: str
    strand: str
    lines: tuple[str, ...]
    notes: tuple[str, ...]
    days: str
    said: str
    reached: str
    critical: bool
    maybe: bool
    width: int
    height: int


class _Shapes(Record):
    """All boxes, the arrows between them with the reason of each, and which arrows lie on the critical path."""

    boxes: tuple[_Shape, ...]
    arrows: dict[Arrow, str]
    hot: frozenset[Arrow]


class _Words:
    """What is written in and said about each box."""

    def __init__(
        self,
        plan: Plan,
        clock: ClockSummary,
        names: Mapping[str, str],
        items: Mapping[str, str],
        texts: PlanTexts,
    ) -> None:
        self.plan, self.clock, self.names, self.items, self.texts = plan, clock, names, items, texts
        self.times = {one.step: one for one in clock.times}

    def steps(self) -> _Shapes:
        width, inner = 176, 176 - 2 * _INSET
        boxes = []
        for step in self.plan.steps:
            joint = self.texts.joint.format(len(step.bodies)) if len(step.bodies) > 1 else ""
            item = self.items.get(step.items[0], "")
            about = item if len(step.items) == 1 else self.texts.shared.format(len(step.items))
            lines = wrapped(step.name + joint, 14, inner, 2)
            time = self.times.get(step.key)
            boxes.append(
                _Shape(
                    key=step.key,
                    lane=step.bodies[0] if step.bodies else "",
                    strand=step.items[0],
                    lines=lines,
                    notes=wrapped(about, 12, inner, 1),
                    days=self._days(step.days),
                    said=self.words(
                        step.name, step.bodies, step.days, critical=step.key in self.clock.critical
                    ),
                    reached=self._reached(time.finish) if time else "",
                    critical=step.key in self.clock.critical,
                    maybe=step.when != ALWAYS,
                    width=width,
                    height=48 + 18 * len(lines),
                )
            )
        chain = pairwise(self.clock.critical)
        return _Shapes(
            boxes=tuple(boxes),
            arrows={(edge.before, edge.after): edge.why for edge in self.plan.edges},
            hot=frozenset(chain),
        )

    def stretches(self, way: Road, *, phone: bool) -> _Shapes:
        width = RAIL_BOX if phone else 156
        inner = width - 2 * _INSET
        boxes = []
        of: dict[str, str] = {}
        for one in way.stretches:
            of.update(dict.fromkeys(one.steps, one.key))
            what = self.texts.comma.join(one.names)
            joint = self.texts.joint.format(len(one.bodies)) if len(one.bodies) > 1 else ""
            body = self._among(one.bodies)
            lines = wrapped(body if phone else what + joint, 14, inner, 1 if phone else 2)
            notes = wrapped(what, 13, inner, 2) if phone else ()
            days = one.finish - one.start
            boxes.append(
                _Shape(
                    key=one.key,
                    lane=one.bodies[0] if one.bodies else "",
                    strand=one.key,
                    lines=lines,
                    notes=notes,
                    days=self._days(days),
                    said=self.words(what, one.bodies, days, critical=one.critical),
                    reached=self._reached(one.finish),
                    critical=one.critical,
                    maybe=one.maybe,
                    width=width,
                    height=30 + 18 * len(lines) + 17 * len(notes),
                )
            )
        chain = [of[key] for key in self.clock.critical if key in of]
        arrows = dict.fromkeys(way.arrows, "")
        return _Shapes(
            boxes=tuple(boxes),
            arrows=arrows,
            hot=frozenset(pair for pair in pairwise(chain) if pair in arrows),
        )

    def words(self, name: str, bodies: Sequence[str], days: Decimal, *, critical: bool) -> str:
        said = self.texts.step.format(name=name, body=self.bodies(bodies), days=self._days(days))
        return said + (self.texts.critical if critical else "")

    def bodies(self, keys: Sequence[str]) -> str:
        return self.texts.comma.join(self.names.get(key, key) for key in keys)

    def _among(self, keys: Sequence[str]) -> str:
        if len(keys) < 3:
            return self.bodies(keys)
        return self.texts.among.format(self.names.get(keys[0], keys[0]), len(keys))

    def summary(self, shapes: _Shapes) -> str:
        titles = {step.key: step.name for step in self.plan.steps}
        critical = self.texts.arrow.join(titles.get(key, key) for key in self.clock.critical)
        head = self.texts.summary.format(
            steps=len(self.plan.steps), days=number(self.clock.critical_days), critical=critical
        )
        return head + " " + self.texts.stop.join(box.said for box in shapes.boxes)

    def last_day(self) -> str:
        return self._reached(self.clock.critical_days)

    def _days(self, days: Decimal) -> str:
        return self.texts.days.format(number(days)) if days else self.texts.instant

    def _reached(self, days: Decimal) -> str:
        return self.texts.reached.format(number(days)) if days else ""


class _Picture:
    def __init__(self, shapes: _Shapes, words: _Words, view: PlanView, ids: str) -> None:
        self.shapes, self.words, self.view, self.ids = shapes, words, view, ids
        self.boxes = {box.key: box for box in shapes.boxes}
        befores, afters = {one for one, _ in shapes.arrows}, {two for _, two in shapes.arrows}
        self.ends = {(START, key) for key in self.boxes if key not in afters}
        self.ends |= {(key, END) for key in self.boxes if key not in befores}
        self.hot = set(shapes.hot)
        chain = [box.key for box in shapes.boxes if box.critical]
        self.hot |= {one for one in self.ends if one[0] == START and one[1] in chain}
        self.hot |= {one for one in self.ends if one[1] == END and one[0] in chain}
        self.drawing = self._drawn()

    def _drawn(self) -> Drawing:
        arrows = {*self.shapes.arrows, *self.ends}
        places = [
            Box(key=box.key, lane=box.lane, width=box.width, height=box.height, strand=box.strand)
            for box in self.shapes.boxes
        ]
        if self.view is PlanView.PHONE:
            return rail(places, arrows, start=START, end=END)
        gates = [Box(key=key, lane="", width=30, height=60, tall=True) for key in (START, END)]
        label = max((text_width(box.reached, 12) for box in self.shapes.boxes), default=0)
        return draw([*places, *gates], arrows, self.shapes.hot, Spacing(lead=max(20, round(label) + 10)))

    def draw(self, *, standalone: bool, dark: bool) -> str:
        wide, high = self.drawing.width, self.drawing.height
        own = f"<style>{_STYLE}{_DARK if dark else ''}</style>" if standalone else ""
        ground = f'<rect class="plan-ground" width="{wide}" height="{high}"/>' if standalone else ""
        label = f'role="img" aria-labelledby="{self.ids}-title {self.ids}-desc"'
        size = f'viewBox="0 0 {wide} {high}" width="{wide}" height="{high}"'
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="plan plan-{self.view}" {size} {label}>',
            f'<title id="{self.ids}-title">{escape(self.words.texts.title)}</title>',
            f'<desc id="{self.ids}-desc">{escape(self.words.summary(self.shapes))}</desc>{own}{ground}',
            f"<defs>{self._marker('arrow', '')}{self._marker('hot', ' plan-arrow-critical')}</defs>",
            *self._lanes(),
            *(
                self._edge(arrow)
                for arrow in sorted(self.drawing.lines, key=lambda one: (one in self.hot, one))
            ),
            *self._gates(),
            *(self._step(box) for box in self.shapes.boxes),
            "</svg>",
        ]
        return "\n".join(part for part in parts if part)

    def _marker(self, name: str, classes: str) -> str:
        return (
            f'<marker id="{self.ids}-{name}" viewBox="0 0 8 8" refX="7.5" refY="4" markerUnits="userSpaceOnUse" '
            'markerWidth="9" markerHeight="9" orient="auto">'
            f'<path class="plan-arrow{classes}" d="M0 0 8 4 0 8z"/></marker>'
        )

    def _lanes(self) -> Iterator[str]:
        for lane, place in self.drawing.lanes:
            lines = wrapped(self.words.names.get(lane, lane), 14, 100, 3)
            top = place.middle[1] - 18 * len(lines) // 2 + 14
            yield (
                f'<rect class="plan-lane" x="{place.x}" y="{place.y}" width="{place.width}" height="{place.height}"/>'
                + _text("plan-lane-name", 14, place.x + 12, top, lines, 18)
            )

    def _gates(self) -> Iterator[str]:
        for key, word in ((START, self.words.texts.start), (END, self.words.texts.end)):
            place = self.drawing.boxes[key]
            shape = (
                f'<rect class="plan-gate" x="{place.x}" y="{place.y}" width="{place.width}" '
                f'height="{place.height}" rx="{min(place.width, place.height) // 2}"/>'
            )
            yield f'<g class="plan-end" data-end="{key[1:]}">{shape}{self._gate_words(place, word, key)}</g>'

    def _gate_words(self, place: Rect, word: str, key: str) -> str:
        x, y = place.middle
        if self.view is PlanView.PHONE:
            said = f"{word} {self.words.last_day()}" if key == END else word
            return _text("plan-gate-name", 14, x, y + 5, (said,), 0, "middle")
        if word.isascii():
            turned = f'transform="rotate(-90 {x} {y})" x="{x}" y="{y + 5}"'
            return f'<text class="plan-gate-name" font-size="14" text-anchor="middle" {turned}>{escape(word)}</text>'
        return _text("plan-gate-name", 14, x, y - 9 * len(word) + 15, tuple(word), 18, "middle")

    def _step(self, box: _Shape) -> str:
        place = self.drawing.boxes[box.key]
        x, y = place.x + _INSET, place.y + 20
        classes = "plan-step" + " plan-critical" * box.critical + " plan-maybe" * box.maybe
        texts = self.words.texts
        mark = texts.flag if box.critical else ""
        aside = texts.maybe if box.maybe else ""
        foot = _text("plan-days", 12, x, place.bottom - 9, (box.days,), 0)
        right = place.right - _INSET
        if mark:
            foot += _text("plan-flag", 12, right, place.bottom - 9, (mark,), 0, "end")
            right -= round(text_width(mark, 12)) + 6
        room = right - x - text_width(box.days, 12) - 6
        if aside and text_width(aside, 12) <= room:
            foot += _text("plan-note", 12, right, place.bottom - 9, (aside,), 0, "end")
        notes_top = y + 18 * len(box.lines)
        return (
            f'<g class="{classes}" data-step="{escape(box.key)}"><title>{escape(box.said)}</title>'
            f'<rect class="plan-box" x="{place.x}" y="{place.y}" width="{place.width}" height="{place.height}" rx="6"/>'
            + _text("plan-name", 14, x, y, box.lines, 18)
            + _text("plan-note", 13 if self.view is PlanView.PHONE else 12, x, notes_top, box.notes, 17)
            + f"{foot}</g>"
        )

    def _edge(self, arrow: Arrow) -> str:
        before, after = arrow
        points = self.drawing.lines[arrow]
        hot = arrow in self.hot
        classes = "plan-edge" + " plan-edge-end" * (arrow in self.ends) + " plan-critical" * hot
        head = f' marker-end="url(#{self.ids}-{"hot" if hot else "arrow"})"'
        why = self.shapes.arrows.get(arrow, "")
        said = f"<title>{escape(why)}</title>" if why else ""
        ends = f'data-before="{escape(before)}" data-after="{escape(after)}"'
        path = f'<path class="{classes}" {ends} d="{_path(points)}"{head}/>'
        return f"<g>{said}{path}{self._label(arrow)}</g>"

    def _label(self, arrow: Arrow) -> str:
        """How many days have passed when a box is done: once, where its arrows begin."""
        before = arrow[0]
        shape = self.boxes.get(before)
        if shape is None or not shape.reached or self.view is PlanView.PHONE:
            return ""
        if arrow != min(one for one in self.drawing.lines if one[0] == before):
            return ""
        x, y = self.drawing.lines[arrow][0]
        return _text("plan-edge-label", 12, x + 4, y - 5, (shape.reached,), 0)


def _text(css: str, size: int, x: int, y: int, lines: Sequence[str], step: int, anchor: str = "") -> str:
    where = f' text-anchor="{anchor}"' if anchor else ""
    return "".join(
        f'<text class="{css}" font-size="{size}" x="{x}" y="{y + at * step}"{where}>{escape(line)}</text>'
        for at, line in enumerate(lines)
    )


def _path(points: Sequence[Point]) -> str:
    """Right angles with small round corners."""
    (x0, y0), *rest = points
    said = [f"M{x0} {y0}"]
    for at, (x, y) in enumerate(rest):
        if at + 1 == len(rest):
            said.append(f"L{x} {y}")
            break
        px, py = points[at]
        nx, ny = rest[at + 1]
        radius = min(6, (abs(x - px) + abs(y - py)) // 2, (abs(nx - x) + abs(ny - y)) // 2)
        ax, ay = x - _sign(x - px) * radius, y - _sign(y - py) * radius
        bx, by = x + _sign(nx - x) * radius, y + _sign(ny - y) * radius
        said.append(f"L{ax} {ay}Q{x} {y} {bx} {by}")
    return "".join(said)


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)


def number(days: Decimal) -> str:
    """``3``, ``0.5``: no trailing zeros, never an exponent."""
    text = f"{days:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
