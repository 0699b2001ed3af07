"""A whole case through the API alone: found, narrowed, applied for, decided, issued, verified."""

import base64
import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from tests.api.conftest import Caller
from tests.usecases import town as specimen

from bancheng.store.models import Membership

ANSWERS = {
    "floor_area_range": "from_50",
    "premises_floor": "ground",
    "premises_right": "rented",
    "has_oil_fumes": False,
    "makes_raw_food": False,
    "wants_signboard": True,
    "signboard_kind": "flat",
}


def picture() -> io.BytesIO:
    """A small JPEG, as a phone would send it."""
    data = io.BytesIO()
    Image.new("RGB", (80, 60), "white").save(data, "JPEG")
    data.seek(0)
    data.name = "photo.jpg"
    return data


def filled(needs: Any) -> dict[str, Any]:
    """Something plausible for every required field that has no value yet."""
    plain = {
        "integer": "3",
        "boolean": True,
        "name": "张示范",
        "id_number": "999999197203161016",
        "phone": "19900000001",
        "date": "2026-11-01",
        "money": "100",
        "decimal": "10",
    }
    return {
        field["element"]: field["options"][0]["value"]
        if field["options"]
        else plain.get(field["kind"], "示范")
        for field in needs["fields"]
        if field["shown"] and field["required"] and field["value"] is None
    }


@pytest.fixture
def official(caller: Callable[..., Caller]) -> Callable[[str, str], Caller]:
    """The caller who holds a post."""
    made: dict[tuple[str, str], Caller] = {}

    def holder(role: str, body: str) -> Caller:
        if (role, body) not in made:
            held = Membership.objects.filter(role=role, body=body).select_related("user").order_by("id")
            made[role, body] = caller(held[0].user.username)
        return made[role, body]

    return holder


def do(case: Any, step: Any, official: Callable[[str, str], Caller]) -> Any:
    """One body's part in a step."""
    body, at = step["waiting_for"][0], f"/cases/{case['number']}"
    given = {"body": body, "seen": case["seq"]}
    if step["kind"] == "decision":
        decision = {**given, "item": step["items"][0], "verdict": "approve"}
        return official("reviewer", body)("POST", f"{at}/decide", decision)
    if step["kind"] == "issue":
        return official("reviewer", body)("POST", f"{at}/issue", {**given, "item": step["items"][0]})
    inspects = step["kind"] == "inspection"
    who = official("inspector" if inspects else "reviewer", body)
    staff = [{"id": "1", "name": "甲"}, {"id": "2", "name": "乙"}] if inspects else []
    return who("POST", f"{at}/report", {**given, "step": step["key"], "outcome": "ok", "staff": staff})


def apply(zhang: Caller) -> Any:
    """From the first answer to the submitted case."""
    begun = zhang("POST", "/applications", {"onething": "open_restaurant", "answers": ANSWERS}, status=201)
    at = f"/applications/{begun['id']}"
    assert any(field["source"] for field in begun["needs"]["fields"]), "the registers fill in what they know"
    for _ in range(4):
        begun = zhang("PATCH", at, {"answers": filled(begun["needs"])})
    refused = zhang("POST", f"{at}/submission", {"declared": True}, status=422)
    assert {one["path"] for one in refused["problems"]} == {one["path"] for one in begun["missing"]}
    for paper in begun["needs"]["materials"]:
        if paper["asked"] and paper["required"]:
            zhang.give(f"{at}/uploads", paper["document"], picture())
    assert zhang("GET", at)["missing"] == []
    return zhang("POST", f"{at}/submission", {"declared": True}, status=201)


def test_a_case_runs_from_search_to_verified_paper(
    caller: Callable[..., Caller], official: Callable[[str, str], Caller]
) -> None:
    anyone, zhang = caller(), caller("zhang")
    assert [one["key"] for one in anyone("GET", "/catalogue/onethings?q=餐饮店")] == ["open_restaurant"]
    narrowed = anyone("POST", "/catalogue/blueprints/open_restaurant/narrow", {"answers": ANSWERS})
    assert narrowed["questions"] == []
    case = apply(zhang)
    assert case["status"] == "received"
    case = official("clerk", "yunxi_approval_bureau")("POST", f"/cases/{case['number']}/accept", {})
    for _ in range(30):
        step = next((one for one in case["steps"] if one["waiting_for"]), None)
        if step is None:
            break
        case = do(case, step, official)
    assert case["status"] == "finished"
    seen = zhang("GET", f"/cases/{case['number']}")
    assert set(seen["items"].values()) == {"approved"}
    paper = seen["results"][0]
    assert anyone("GET", f"/verify/{paper['code']}")["number"] == paper["number"]
    assert zhang("GET", f"/cases/{case['number']}/results/{paper['id']}").startswith(b"%PDF")


def test_a_whole_application_goes_in_one_call(caller: Callable[..., Caller]) -> None:
    zhang = caller("zhang")
    draft = zhang("POST", "/applications", {"onething": "open_restaurant", "answers": ANSWERS}, status=201)
    answers: dict[str, Any] = {**ANSWERS}
    for _ in range(4):
        answers |= filled(draft["needs"])
        draft = zhang("PATCH", f"/applications/{draft['id']}", {"answers": answers})
    zhang("DELETE", f"/applications/{draft['id']}", status=204)
    content = base64.b64encode(picture().getvalue()).decode()
    files = [
        {"document": one["document"], "name": "photo.jpg", "content": content}
        for one in draft["needs"]["materials"]
        if one["asked"] and one["required"]
    ]
    whole = {"onething": "open_restaurant", "answers": answers, "files": files, "declared": True}
    assert zhang("POST", "/applications", whole, status=201)["status"] == "received"
    lacking = zhang("POST", "/applications", {**whole, "files": files[1:]}, status=422)
    assert [one["path"] for one in lacking["problems"]] == [f"material/{files[0]['document']}"]
    assert zhang("GET", "/cases")["count"] == 1


def test_an_official_reads_the_values_with_the_bodys_own_codes(
    town: None, caller: Callable[..., Caller], official: Callable[[str, str], Caller]
) -> None:
    number = specimen.accepted(specimen.PARALLEL).case.number
    facts = official("reviewer", "yunxi_fire")("GET", f"/cases/{number}/facts")
    kind = next(one for one in facts if one["element"] == "festival_kind")
    assert kind["text"] == "传统庙会"
    assert [(one["code"], one["name"]) for one in kind["codes"]] == [("C1", "人员聚集临时场所")]
    official("reviewer", "yunxi_tax")("GET", f"/cases/{number}/facts", status=404)
    caller("zhang")("GET", f"/cases/{number}/facts", status=403)
