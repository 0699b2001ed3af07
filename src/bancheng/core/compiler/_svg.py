"""The plan as a picture: lanes by body, parallel branches under one another, the critical path marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from html import escape

from bancheng.core.compiler._layout import Layout, lay_out
from bancheng.core.compiler._personal import PersonalList
from bancheng.core.compiler._types import Blueprint, ClockSummary, EdgeKind, Plan, PlanEdge, PlanStep
from bancheng.core.kernel import Record

NODE_WIDTH, NODE_HEIGHT = 148, 60
COLUMN, ROW, LANE_NAME, MARGIN = 212, 84, 108, 12
LINE = 9
"Characters of a step's name in one line of its box."

STYLE = (
    ".plan{font:14px/1.4 system-ui,'Noto Sans CJK SC',sans-serif;color:#1b1f24;background:#fff}"
    ".plan-lane{fill:#f6f8fa;stroke:#d0d7de}.plan-lane-name,.plan-name{fill:#1b1f24}"
    ".plan-days,.plan-edge-label{fill:#57606a;font-size:12px}.plan-box{fill:#fff;stroke:#57606a}"
    ".plan-critical .plan-box{stroke:#0b57d0;stroke-width:3}.plan-edge{fill:none;stroke:#57606a}"
    ".plan-edge.plan-critical{stroke:#0b57d0;stroke-width:2.5}.plan-arrow{fill:#57606a}"
    "@media(prefers-color-scheme:dark){.plan{color:#e6edf3;background:#0d1117}.plan-lane{fill:#161b22;stroke:#30363d}"
    ".plan-lane-name,.plan-name{fill:#e6edf3}.plan-days,.plan-edge-label,.plan-arrow{fill:#9da7b1}"
    ".plan-box{fill:#0d1117;stroke:#9da7b1}.plan-edge{stroke:#9da7b1}"
    ".plan-critical .plan-box,.plan-edge.plan-critical{stroke:#6ea8fe}}"
)
"The colours of a picture that stands alone; inside a page the page's own stylesheet gives them."


MARKER = (
    'markerUnits="userSpaceOnUse" markerWidth="9" markerHeight="9" orient="auto">'
    '<path class="plan-arrow" d="M0 0 8 4 0 8z"/>'
)


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


def plan_svg(
    source: Blueprint | PersonalList,
    texts: PlanTexts | None = None,
    *,
    body_names: Mapping[str, str] | None = None,
    standalone: bool = False,
    ids: str = "plan",
) -> str:
    """An SVG of a blueprint's plan or of one person's.

    Shapes carry CSS classes (`plan`, `plan-lane`, `plan-lane-name`, `plan-step`, `plan-box`, `plan-name`, `plan-days`,
    `plan-edge`, `plan-edge-label`, `plan-arrow`, and `plan-critical` beside them) and no colours; `standalone` adds a
    style of its own for files. `body_names` are needed for a personal list whose steps other bodies do. `ids` keeps the
    ids of several pictures on one page apart. Screen readers hear the title, the summary and every step with its days.
    """
    names = dict(source.body_names) if isinstance(source, Blueprint) else {}
    names.update({item.body: item.body_name for item in source.items})
    names.update(body_names or {})
    return _Picture(source.plan, source.clock, names, texts or PlanTexts(), ids).draw(standalone=standalone)


class _Picture:
    def __init__(
        self, plan: Plan, clock: ClockSummary, names: Mapping[str, str], texts: PlanTexts, ids: str
    ) -> None:
        self.plan, self.clock, self.names, self.texts, self.ids = plan, clock, names, texts, ids
        self.layout: Layout = lay_out(plan)
        self.titles = {step.key: step.name for step in plan.steps}
        self.finish = {one.step: one.finish for one in clock.times}
        self.hot = set(zip(clock.critical, clock.critical[1:], strict=False))

    def draw(self, *, standalone: bool) -> str:
        width = 2 * MARGIN + LANE_NAME + self.layout.columns * COLUMN
        height = 2 * MARGIN + max(1, self.layout.rows) * ROW
        own = f"<style>{STYLE}</style>" if standalone else ""
        size = f'width="{width}" height="{height}" ' if standalone else ""
        label = f'role="img" aria-labelledby="{self.ids}-title {self.ids}-desc"'
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="plan" {size}viewBox="0 0 {width} {height}" {label}>',
            f'<title id="{self.ids}-title">{escape(self.texts.title)}</title>',
            f'<desc id="{self.ids}-desc">{escape(self._summary())}</desc>{own}',
            f'<defs><marker id="{self.ids}-arrow" viewBox="0 0 8 8" refX="8" refY="4" {MARKER}</marker></defs>',
            *self._lanes(width),
            *(self._edge(edge) for edge in self.plan.edges),
            *(self._step(step) for step in self.plan.steps),
            "</svg>",
        ]
        return "\n".join(parts)

    def _summary(self) -> str:
        critical = self.texts.arrow.join(self.titles.get(key, key) for key in self.clock.critical)
        steps = (self._words(step) for step in self.plan.steps)
        head = self.texts.summary.format(
            steps=len(self.plan.steps), days=number(self.clock.critical_days), critical=critical
        )
        return head + " " + "；".join(steps)

    def _words(self, step: PlanStep) -> str:
        text = self.texts.step.format(name=step.name, body=self._bodies(step), days=self._days(step.days))
        return text + (self.texts.critical if step.key in self.clock.critical else "")

    def _bodies(self, step: PlanStep) -> str:
        return "、".join(self.names.get(body, body) for body in step.bodies)

    def _days(self, days: Decimal) -> str:
        return self.texts.days.format(number(days)) if days else self.texts.instant

    def _lanes(self, width: int) -> Iterator[str]:
        for body, first, rows in self.layout.lanes:
            top, high = MARGIN + first * ROW, rows * ROW
            yield (
                f'<rect class="plan-lane" x="{MARGIN}" y="{top}" width="{width - 2 * MARGIN}" height="{high}"/>'
                f'<text class="plan-lane-name" x="{MARGIN + 8}" y="{top + high // 2}">'
                f"{self._lines(self.names.get(body, body), MARGIN + 8, 6)}</text>"
            )

    def _corner(self, key: str) -> tuple[int, int]:
        cell = self.layout.cells[key]
        return (
            MARGIN + LANE_NAME + cell.column * COLUMN + (COLUMN - NODE_WIDTH) // 2,
            MARGIN + cell.row * ROW + (ROW - NODE_HEIGHT) // 2,
        )

    def _step(self, step: PlanStep) -> str:
        x, y = self._corner(step.key)
        critical = " plan-critical" if step.key in self.clock.critical else ""
        joint = self.texts.joint.format(len(step.bodies)) if len(step.bodies) > 1 else ""
        return (
            f'<g class="plan-step{critical}" data-step="{escape(step.key)}"><title>{escape(self._words(step))}</title>'
            f'<rect class="plan-box" x="{x}" y="{y}" width="{NODE_WIDTH}" height="{NODE_HEIGHT}" rx="6"/>'
            f'<text class="plan-name" x="{x + NODE_WIDTH // 2}" y="{y + 20}" text-anchor="middle">'
            f"{self._lines(step.name + joint, x + NODE_WIDTH // 2, LINE)}</text>"
            f'<text class="plan-days" x="{x + NODE_WIDTH // 2}" y="{y + NODE_HEIGHT - 6}" text-anchor="middle">'
            f"{escape(self._days(step.days))}</text></g>"
        )

    def _lines(self, text: str, x: int, length: int) -> str:
        lines = [text[at : at + length] for at in range(0, len(text), length)][:2]
        if len(text) > 2 * length:
            lines[1] = lines[1][:-1] + "…"
        return "".join(
            f'<tspan x="{x}" dy="{16 if index else 0}">{escape(line)}</tspan>'
            for index, line in enumerate(lines)
        )

    def _edge(self, edge: PlanEdge) -> str:
        left, top = self._corner(edge.before)
        x1, y1 = left + NODE_WIDTH, top + NODE_HEIGHT // 2
        x2, y2 = self._corner(edge.after)
        y2 += NODE_HEIGHT // 2
        bend = x2 - (COLUMN - NODE_WIDTH) // 2
        hot = " plan-critical" if (edge.before, edge.after) in self.hot else ""
        label = ""
        if edge.kind is not EdgeKind.WITHIN and self.finish.get(edge.before):
            reached = self.texts.reached.format(number(self.finish[edge.before]))
            label = (
                f'<text class="plan-edge-label" x="{x1 + 4}" y="{y1 - 5}">{escape(reached)}</text>'
                if self._labels_here(edge)
                else ""
            )
        return (
            f'<g><title>{escape(edge.why)}</title><path class="plan-edge plan-edge-{edge.kind}{hot}" '
            f'd="M{x1} {y1}H{bend}V{y2}H{x2}" marker-end="url(#{self.ids}-arrow)"/>{label}</g>'
        )

    def _labels_here(self, edge: PlanEdge) -> bool:
        """One label at a step's end, however many others wait for it."""
        waiting = (
            one for one in self.plan.edges if one.before == edge.before and one.kind is not EdgeKind.WITHIN
        )
        return next(waiting) == edge


def number(days: Decimal) -> str:
    """``3``, ``0.5``: no trailing zeros, never an exponent."""
    text = f"{days:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
