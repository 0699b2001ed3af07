"""The exported BPMN obeys the schemas that the OMG publishes, and its drawing is whole."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import xmlschema
from hypothesis import HealthCheck, given, settings
from lxml import etree
from tests.core.compiler.making import World, answers, worlds

from bancheng.connect.packs import default_folders, load_packs
from bancheng.core.compiler import Blueprint, compile_onething, narrow, to_bpmn
from bancheng.core.evidence import Known

PACKS = load_packs(default_folders())
NAMES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "di": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "wp": "http://www.omg.org/spec/DD/20100524/DI",
}


@cache
def schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(Path(__file__).parent / "omg" / "BPMN20.xsd"))


def complaints(text: str) -> list[str]:
    return [str(error.reason) for error in schema().iter_errors(text.encode())]


def blueprint(key: str) -> Blueprint:
    found = compile_onething(PACKS.catalogue.onethings[key], PACKS.catalogue, PACKS.coverage).blueprint
    assert found is not None
    return found


def bounds(root: etree._Element) -> Iterator[tuple[str, tuple[float, ...]]]:
    for shape in root.iterfind(".//di:BPMNShape", NAMES):
        found = shape.find("dc:Bounds", NAMES)
        assert found is not None
        yield (
            str(shape.get("bpmnElement")),
            tuple(float(found.get(name, "")) for name in ("x", "y", "width", "height")),
        )


@pytest.mark.parametrize("key", sorted(PACKS.catalogue.onethings))
def test_every_onething_of_the_packs_conforms_to_the_schema_of_bpmn(key: str) -> None:
    assert complaints(to_bpmn(blueprint(key))) == []


@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(worlds(), answers())
def test_the_plan_of_any_person_conforms_too(world: World, told: dict[str, bool]) -> None:
    made = world.compiled().blueprint
    if made is not None:
        assert complaints(to_bpmn(narrow(made, told, Known(), None).plan)) == []


def test_the_schema_can_say_no() -> None:
    broken = (
        to_bpmn(blueprint("open_restaurant"))
        .replace("<laneSet", "<laneRow")
        .replace("</laneSet", "</laneRow")
    )
    assert complaints(broken) != []


@pytest.mark.parametrize("key", sorted(PACKS.catalogue.onethings))
def test_every_task_lies_in_the_lane_of_its_body(key: str) -> None:
    made = blueprint(key)
    root = etree.fromstring(to_bpmn(made).encode())
    places = dict(bounds(root))
    lanes = root.findall(".//bpmn:lane", NAMES)
    assert {lane.get("name") for lane in lanes} <= set(made.body_names.values())
    for lane in lanes:
        x, y, width, height = places[str(lane.get("id"))]
        for held in lane.iterfind("bpmn:flowNodeRef", NAMES):
            left, top, wide, high = places[str(held.text)]
            assert x < left < left + wide < x + width
            assert y < top < top + high < y + height


def test_every_node_lies_in_one_lane_and_every_arrow_ends_at_its_shapes() -> None:
    root = etree.fromstring(to_bpmn(blueprint("open_restaurant")).encode())
    places = dict(bounds(root))
    held = [ref.text for ref in root.iterfind(".//bpmn:flowNodeRef", NAMES)]
    assert len(held) == len(set(held))
    assert set(held) | {"pool"} | {lane.get("id") for lane in root.iterfind(".//bpmn:lane", NAMES)} == set(
        places
    )
    flows = {flow.get("id"): flow for flow in root.iterfind(".//bpmn:sequenceFlow", NAMES)}
    edges = root.findall(".//di:BPMNEdge", NAMES)
    assert {edge.get("bpmnElement") for edge in edges} == set(flows)
    for edge in edges:
        flow = flows[edge.get("bpmnElement")]
        points = [(float(one.get("x")), float(one.get("y"))) for one in edge.iterfind("wp:waypoint", NAMES)]
        for point, end in ((points[0], "sourceRef"), (points[-1], "targetRef")):
            x, y, width, height = places[flow.get(end)]
            assert x <= point[0] <= x + width
            assert y <= point[1] <= y + height
