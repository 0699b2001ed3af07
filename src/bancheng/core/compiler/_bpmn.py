"""The plan as BPMN 2.0 with a drawing (BPMN DI), for other engines and editors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape

from bancheng.core.catalogue import ON_SITE
from bancheng.core.compiler._layout import Arrow, Box, Drawing, Rect
from bancheng.core.compiler._routes import Spacing, draw
from bancheng.core.compiler._svg import number
from bancheng.core.compiler._types import Blueprint, Plan, PlanStep
from bancheng.core.kernel import Record

TASK = (120, 80)
GATEWAY = (50, 50)
EVENT = (36, 36)
POOL_NAME, LANE_NAME = 30, 30
_SIZES = {"startEvent": EVENT, "endEvent": EVENT, "parallelGateway": GATEWAY}
_TASKS = dict.fromkeys(ON_SITE, "manualTask")
"Done outside any machine; every other step is a person at a screen."
_SPACING = Spacing(head=POOL_NAME + LANE_NAME, lead=40, track=12, tail=24, pad=24, gap=28, margin=20)

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
    lane: str
    strand: str
    note: str = ""


class _Flow(Record):
    source: str
    target: str
    label: str = ""

    @property
    def id(self) -> str:
        return f"flow_{self.source}__{self.target}"


def to_bpmn(source: Blueprint | Plan, key: str = "plan", name: str = "") -> str:
    """One process in a pool with a lane for each body: a task for every step, a parallel gateway where a step waits for
    several or several wait for it. A blueprint's tasks tell their days, and its arrows the day they are reached.

    Conditions are not in it: export a narrowed plan to see one person's. Step keys become ids with every sign outside
    letters, digits and ``_.-`` replaced. Pauses, supplements, withdrawal and refusal lie outside the graph.
    """
    plan = source.plan if isinstance(source, Blueprint) else source
    bodies: Mapping[str, str] = {}
    reached: dict[str, str] = {}
    if isinstance(source, Blueprint):
        key, name, bodies = source.key, source.name, source.body_names
        reached = {one.step: f"第{number(one.finish)}天" for one in source.clock.times if one.finish}
    nodes, flows = _elements(plan, reached)
    process = f"process_{_id(key)}"
    lanes = {lane: f"lane_{at}" for at, lane in enumerate(dict.fromkeys(node.lane for node in nodes))}
    drawing = _placed(nodes, flows)
    whole = f"collaboration_{_id(key)}"
    pool = f'<participant id="pool" name="{escape(name or key)}" processRef="{process}"/>'
    body = "".join(
        (
            f'  <collaboration id="{whole}">{pool}</collaboration>\n',
            *_process(
                nodes, flows, process, name, {lanes[one]: bodies.get(one, one) for one in lanes}, lanes
            ),
            *_diagram(drawing, flows, whole, lanes),
        )
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f'{head}<definitions {_NAMESPACES} id="definitions_{_id(key)}">\n{body}</definitions>\n'


def task_ids(plan: Plan) -> dict[str, str]:
    """Step key → id of its task in the exported process."""
    return {step.key: f"step_{_id(step.key)}" for step in plan.steps}


def _id(text: str) -> str:
    return re.sub(r"[^\w.-]", "_", text, flags=re.ASCII)


def _elements(plan: Plan, reached: Mapping[str, str]) -> tuple[list[_Node], list[_Flow]]:
    ids = task_ids(plan)
    before: dict[str, list[str]] = {step.key: [] for step in plan.steps}
    after: dict[str, list[str]] = {step.key: [] for step in plan.steps}
    for edge in plan.edges:
        before[edge.after].append(edge.before)
        after[edge.before].append(edge.after)
    home = _lane(plan.steps[0]) if plan.steps else "-"
    nodes = [_Node(id="start", tag="startEvent", name="受理", lane=home, strand=".start")]
    flows: list[_Flow] = []
    entry: dict[str, str] = {}
    leave: dict[str, str] = {}
    for step in plan.steps:
        task, lane, strand = ids[step.key], _lane(step), step.items[0]
        entry[step.key] = leave[step.key] = task
        if len(before[step.key]) > 1:
            entry[step.key] = f"join_{task}"
            nodes.append(_gateway(f"join_{task}", lane, strand))
            flows.append(_Flow(source=f"join_{task}", target=task))
        tag, note = _TASKS.get(step.kind, "userTask"), f"{step.limit.words()}；{step.basis}".rstrip("；")
        nodes.append(_Node(id=task, tag=tag, name=step.name, lane=lane, strand=strand, note=note))
        if len(after[step.key]) > 1:
            leave[step.key] = f"fork_{task}"
            nodes.append(_gateway(f"fork_{task}", lane, strand))
            flows.append(_Flow(source=task, target=f"fork_{task}", label=reached.get(step.key, "")))
    for edge in plan.edges:
        label = reached.get(edge.before, "") if leave[edge.before] == ids[edge.before] else ""
        flows.append(_Flow(source=leave[edge.before], target=entry[edge.after], label=label))
    firsts = [entry[key] for key, waits in before.items() if not waits]
    lasts = [(leave[key], reached.get(key, "")) for key, waits in after.items() if not waits]
    foot = _lane(plan.steps[-1]) if plan.steps else "-"
    _open(nodes, flows, firsts, _gateway("fork_start", home, ".start"))
    _close(nodes, flows, lasts, _gateway("join_end", foot, ".end"))
    if not plan.steps:
        flows.append(_Flow(source="start", target="end"))
    return [*nodes, _Node(id="end", tag="endEvent", name="办结", lane=foot, strand=".end")], flows


def _lane(step: PlanStep) -> str:
    return step.bodies[0] if step.bodies else "-"


def _gateway(key: str, lane: str, strand: str) -> _Node:
    return _Node(id=key, tag="parallelGateway", name="", lane=lane, strand=strand)


def _open(nodes: list[_Node], flows: list[_Flow], firsts: list[str], fork: _Node) -> None:
    if len(firsts) > 1:
        nodes.append(fork)
        flows.append(_Flow(source="start", target=fork.id))
    flows.extend(_Flow(source=fork.id if len(firsts) > 1 else "start", target=first) for first in firsts)


def _close(nodes: list[_Node], flows: list[_Flow], lasts: list[tuple[str, str]], join: _Node) -> None:
    if len(lasts) > 1:
        nodes.append(join)
        flows.append(_Flow(source=join.id, target="end"))
    flows.extend(
        _Flow(source=last, target=join.id if len(lasts) > 1 else "end", label=label) for last, label in lasts
    )


def _placed(nodes: list[_Node], flows: list[_Flow]) -> Drawing:
    boxes = []
    for node in nodes:
        wide, high = _SIZES.get(node.tag, TASK)
        boxes.append(
            Box(
                key=node.id,
                lane=node.lane,
                width=wide,
                height=high,
                strand=node.strand,
                pointed=node.tag in _SIZES,
            )
        )
    return draw(boxes, {(flow.source, flow.target) for flow in flows}, spacing=_SPACING)


def _process(
    nodes: list[_Node],
    flows: list[_Flow],
    process: str,
    name: str,
    titles: Mapping[str, str],
    lanes: Mapping[str, str],
) -> Iterator[str]:
    yield f'  <process id="{process}" name="{escape(name)}" isExecutable="true">\n    <laneSet id="lanes">\n'
    for lane, key in lanes.items():
        held = "".join(f"<flowNodeRef>{node.id}</flowNodeRef>" for node in nodes if node.lane == lane)
        yield f'      <lane id="{key}" name="{escape(titles[key])}">{held}</lane>\n'
    yield "    </laneSet>\n"
    for node in nodes:
        note = f"<documentation>{escape(node.note)}</documentation>" if node.note else ""
        into = "".join(f"<incoming>{flow.id}</incoming>" for flow in flows if flow.target == node.id)
        out = "".join(f"<outgoing>{flow.id}</outgoing>" for flow in flows if flow.source == node.id)
        yield f'    <{node.tag} id="{node.id}" name="{escape(node.name)}">{note}{into}{out}</{node.tag}>\n'
    for flow in flows:
        label = f' name="{escape(flow.label)}"' if flow.label else ""
        yield f'    <sequenceFlow id="{flow.id}"{label} sourceRef="{flow.source}" targetRef="{flow.target}"/>\n'
    yield "  </process>\n"


def _diagram(drawing: Drawing, flows: list[_Flow], plane: str, lanes: Mapping[str, str]) -> Iterator[str]:
    yield f'  <bpmndi:BPMNDiagram id="diagram"><bpmndi:BPMNPlane id="plane" bpmnElement="{plane}">\n'
    left, right = _SPACING.margin, drawing.width - _SPACING.margin
    top, foot = drawing.lanes[0][1].y, drawing.lanes[-1][1].bottom
    yield _shape("pool", Rect(x=left, y=top, width=right - left, height=foot - top), ' isHorizontal="true"')
    for lane, place in drawing.lanes:
        inside = Rect(x=left + POOL_NAME, y=place.y, width=right - left - POOL_NAME, height=place.height)
        yield _shape(lanes[lane], inside, ' isHorizontal="true"')
    for key, place in drawing.boxes.items():
        yield _shape(key, place)
    for flow in flows:
        yield _edge(flow, drawing.lines[_arrow(flow)])
    yield "  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>\n"


def _arrow(flow: _Flow) -> Arrow:
    return flow.source, flow.target


def _shape(key: str, place: Rect, more: str = "") -> str:
    bounds = f'<dc:Bounds x="{place.x}" y="{place.y}" width="{place.width}" height="{place.height}"/>'
    return f'    <bpmndi:BPMNShape id="shape_{key}" bpmnElement="{key}"{more}>{bounds}</bpmndi:BPMNShape>\n'


def _edge(flow: _Flow, line: tuple[tuple[int, int], ...]) -> str:
    points = "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in line)
    label = ""
    if flow.label:
        x, y = line[0]
        bounds = f'<dc:Bounds x="{x + 3}" y="{y - 18}" width="36" height="14"/>'
        label = f"<bpmndi:BPMNLabel>{bounds}</bpmndi:BPMNLabel>"
    return f'    <bpmndi:BPMNEdge id="edge_{flow.id}" bpmnElement="{flow.id}">{points}{label}</bpmndi:BPMNEdge>\n'
