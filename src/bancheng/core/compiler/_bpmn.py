"""The plan as BPMN 2.0 with a drawing (BPMN DI), for other engines and editors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from bancheng.core.catalogue import StepKind
from bancheng.core.compiler._layout import Layout, lay_out
from bancheng.core.compiler._types import Blueprint, Plan
from bancheng.core.kernel import Record

TASK = (120, 80)
GATEWAY = (50, 50)
EVENT = (36, 36)
COLUMN, ROW, LEFT, TOP = 320, 120, 220, 80
_SIZES = {"startEvent": EVENT, "endEvent": EVENT, "parallelGateway": GATEWAY}
_TASKS = {StepKind.INSPECTION: "manualTask"}
"Done outside any machine; every other step is a person at a screen."

_NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" '
    'targetNamespace="urn:bancheng:plan"'
)


class _Node(Record):
    id: str
    tag: str
    name: str
    x: int
    y: int

    @property
    def size(self) -> tuple[int, int]:
        return _SIZES.get(self.tag, TASK)


class _Flow(Record):
    source: str
    target: str

    @property
    def id(self) -> str:
        return f"flow_{self.source}__{self.target}"


def to_bpmn(source: Blueprint | Plan, key: str = "plan", name: str = "") -> str:
    """One process: a task for every step, a parallel gateway where a step waits for several or several wait for it.

    Conditions are not in it: export a narrowed plan to see one person's. Step keys become ids with every sign outside
    letters, digits and ``_.-`` replaced. Pauses, supplements, withdrawal and refusal lie outside the graph.
    """
    plan = source.plan if isinstance(source, Blueprint) else source
    if isinstance(source, Blueprint):
        key, name = source.key, source.name
    nodes, flows = _elements(plan, lay_out(plan))
    process = f"process_{_id(key)}"
    body = "".join((*_process(nodes, flows, process, name), *_diagram(nodes, flows, process)))
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f'{head}<definitions {_NAMESPACES} id="definitions_{_id(key)}">\n{body}</definitions>\n'


def task_ids(plan: Plan) -> dict[str, str]:
    """Step key → id of its task in the exported process."""
    return {step.key: f"step_{_id(step.key)}" for step in plan.steps}


def _id(text: str) -> str:
    return re.sub(r"[^\w.-]", "_", text, flags=re.ASCII)


def _elements(plan: Plan, layout: Layout) -> tuple[list[_Node], list[_Flow]]:
    ids = task_ids(plan)
    before: dict[str, list[str]] = {step.key: [] for step in plan.steps}
    after: dict[str, list[str]] = {step.key: [] for step in plan.steps}
    for edge in plan.edges:
        before[edge.after].append(edge.before)
        after[edge.before].append(edge.after)
    middle = TOP + max(0, layout.rows - 1) * ROW // 2 + TASK[1] // 2
    start = _Node(id="start", tag="startEvent", name="受理", x=60, y=middle - EVENT[1] // 2)
    end_x = LEFT + layout.columns * COLUMN + 40
    end = _Node(id="end", tag="endEvent", name="办结", x=end_x, y=middle - EVENT[1] // 2)
    nodes, flows = [start], []
    entry: dict[str, str] = {}
    leave: dict[str, str] = {}
    for step in plan.steps:
        cell, task = layout.cells[step.key], ids[step.key]
        x, y = LEFT + cell.column * COLUMN + 100, TOP + cell.row * ROW
        entry[step.key] = leave[step.key] = task
        if len(before[step.key]) > 1:
            entry[step.key] = f"join_{task}"
            nodes.append(_Node(id=f"join_{task}", tag="parallelGateway", name="", x=x - 75, y=y + 15))
            flows.append(_Flow(source=f"join_{task}", target=task))
        nodes.append(_Node(id=task, tag=_TASKS.get(step.kind, "userTask"), name=step.name, x=x, y=y))
        if len(after[step.key]) > 1:
            leave[step.key] = f"fork_{task}"
            nodes.append(_Node(id=f"fork_{task}", tag="parallelGateway", name="", x=x + 145, y=y + 15))
            flows.append(_Flow(source=task, target=f"fork_{task}"))
    flows.extend(_Flow(source=leave[edge.before], target=entry[edge.after]) for edge in plan.edges)
    firsts = [entry[key] for key, waits in before.items() if not waits]
    lasts = [leave[key] for key, waits in after.items() if not waits]
    fork = _Node(id="fork_start", tag="parallelGateway", name="", x=140, y=middle - GATEWAY[1] // 2)
    join = _Node(id="join_end", tag="parallelGateway", name="", x=end_x - 100, y=middle - GATEWAY[1] // 2)
    _open(nodes, flows, firsts, fork)
    _close(nodes, flows, lasts, join)
    if not plan.steps:
        flows.append(_Flow(source="start", target="end"))
    return [*nodes, end], flows


def _open(nodes: list[_Node], flows: list[_Flow], firsts: list[str], fork: _Node) -> None:
    if len(firsts) > 1:
        nodes.append(fork)
        flows.append(_Flow(source="start", target=fork.id))
    flows.extend(_Flow(source=fork.id if len(firsts) > 1 else "start", target=first) for first in firsts)


def _close(nodes: list[_Node], flows: list[_Flow], lasts: list[str], join: _Node) -> None:
    if len(lasts) > 1:
        nodes.append(join)
        flows.append(_Flow(source=join.id, target="end"))
    flows.extend(_Flow(source=last, target=join.id if len(lasts) > 1 else "end") for last in lasts)


def _process(nodes: list[_Node], flows: list[_Flow], process: str, name: str) -> Iterator[str]:
    yield f'  <process id="{process}" name="{escape(name)}" isExecutable="true">\n'
    for node in nodes:
        into = "".join(f"<incoming>{flow.id}</incoming>" for flow in flows if flow.target == node.id)
        out = "".join(f"<outgoing>{flow.id}</outgoing>" for flow in flows if flow.source == node.id)
        yield f'    <{node.tag} id="{node.id}" name="{escape(node.name)}">{into}{out}</{node.tag}>\n'
    for flow in flows:
        yield f'    <sequenceFlow id="{flow.id}" sourceRef="{flow.source}" targetRef="{flow.target}"/>\n'
    yield "  </process>\n"


def _diagram(nodes: list[_Node], flows: list[_Flow], process: str) -> Iterator[str]:
    places = {node.id: node for node in nodes}
    yield f'  <bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="{process}">\n'
    for node in nodes:
        wide, high = node.size
        bounds = f'<dc:Bounds x="{node.x}" y="{node.y}" width="{wide}" height="{high}"/>'
        yield f'    <bpmndi:BPMNShape id="shape_{node.id}" bpmnElement="{node.id}">{bounds}</bpmndi:BPMNShape>\n'
    for flow in flows:
        points = "".join(
            f'<di:waypoint x="{x}" y="{y}"/>' for x, y in _bend(places[flow.source], places[flow.target])
        )
        yield f'    <bpmndi:BPMNEdge id="edge_{flow.id}" bpmnElement="{flow.id}">{points}</bpmndi:BPMNEdge>\n'
    yield "  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>\n"


def _bend(source: _Node, target: _Node) -> list[tuple[int, int]]:
    x1, y1 = source.x + source.size[0], source.y + source.size[1] // 2
    x2, y2 = target.x, target.y + target.size[1] // 2
    if y1 == y2:
        return [(x1, y1), (x2, y2)]
    middle = max(x1, x2 - 20)
    return [(x1, y1), (middle, y1), (middle, y2), (x2, y2)]
