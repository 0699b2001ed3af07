"""What a blueprint prints as: picture, form schema, difference, and the command that shows it all."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from lxml import etree
from tests.core.compiler.making import World, world

from bancheng.core.catalogue import Question
from bancheng.core.compiler import (
    PASSES,
    Blueprint,
    PlanTexts,
    diff,
    guide_questions,
    narrow,
    plan_svg,
    savings_for,
    to_json_schema,
)
from bancheng.core.evidence import Known
from bancheng.core.kernel import digest
from bancheng.site.cli_main import main

SHOP = {
    "elements": {
        "name": "text",
        "kind": {"kind": "choice", "codes": ["noodles", "tea"]},
        "staff": {"kind": "integer", "minimum": 1, "maximum": 99},
        "area": {"kind": "decimal", "maximum": 500},
        "number": "text",
        "gas": "boolean",
    },
    "items": {
        "a": {
            "fields": ["name", "kind", {"element": "staff", "required": "gas = true"}, "area"],
            "results": [{"document": "licence", "gives": ["number"]}],
            "steps": [{"key": "r", "name": "审查 <材料> & 核对", "limit": "2 workday"}],
            "situations": [{"element": "gas", "text": "用燃气吗？"}],
        },
        "b": {"fields": ["name", "number"], "materials": ["licence", "plan"]},
        "c": {"fields": ["name"]},
    },
    "onething": {"members": [{"item": "a"}, {"item": "b", "when": "gas = true"}, {"item": "c"}]},
}


def shop(**changes: object) -> Blueprint:
    blueprint = world({**SHOP, **changes}).compiled().blueprint
    assert blueprint is not None
    return blueprint


def test_the_passes_are_nine_and_in_the_order_of_the_design() -> None:
    names = [one.__name__.removeprefix("pass_") for one in PASSES]
    assert names == [
        "situations", "gate", "form", "materials", "plan", "clock", "fees", "savings", "checks",
    ]  # fmt: skip


def test_a_blueprint_is_addressed_by_the_digest_of_all_else() -> None:
    blueprint = shop()
    assert blueprint.digest == digest(msgspec.structs.replace(blueprint, digest=""))
    changed = shop(onething={"members": [{"item": "a"}, {"item": "c"}]})
    assert changed.digest != blueprint.digest
    with pytest.raises(AttributeError):
        blueprint.version = 2


def test_a_question_of_many_items_is_answered_once_unless_its_answers_differ() -> None:
    of = world(SHOP)

    def guide(a: str, b: str, own: str = "") -> list[tuple[str, str]]:
        said = {"a": a, "b": b}
        items = {
            key: msgspec.structs.replace(
                item, name=key.upper(), faq=(Question(question="要证明吗？", answer=said.get(key, a)),)
            )
            for key, item in of.catalogue.items.items()
        }
        faq = (Question(question="要证明吗？", answer=own),) if own else ()
        thing = msgspec.structs.replace(of.definition, faq=faq)
        catalogue = msgspec.structs.replace(of.catalogue, items=items, onethings={thing.key: thing})
        return [(one.question, one.answer) for one in guide_questions(shop(), catalogue)]

    assert guide("不用。", "不用。") == [("要证明吗？", "不用。")]
    assert guide("不用。", "不用。", "不用。") == [("要证明吗？", "不用。")]
    assert guide("不用。", "要。") == [("要证明吗？（A、C）", "不用。"), ("要证明吗？（B）", "要。")]
    assert guide("不用。", "要。", "看情况。") == [
        ("要证明吗？", "看情况。"), ("要证明吗？（A、C）", "不用。"), ("要证明吗？（B）", "要。"),
    ]  # fmt: skip


def test_the_picture_speaks_and_carries_classes_instead_of_colours() -> None:
    root = etree.fromstring(plan_svg(shop(), PlanTexts(title="流程")).encode())
    text = "".join(root.itertext())
    assert root.get("role") == "img"
    assert "审查 <材料> & 核对" in text
    assert "流程" in text
    assert "最长的一串需 12 个工作日" in text
    assert not root.xpath("//@style | //@fill | //@stroke")
    critical = {one.get("data-step") for one in root.xpath("//*[contains(@class, 'plan-critical')]")}
    assert {"a.r", "b.decide"} <= critical


def test_a_picture_that_stands_alone_brings_its_colours_for_light_and_dark() -> None:
    assert "prefers-color-scheme:dark" in plan_svg(shop(), standalone=True)
    assert "<style>" not in plan_svg(shop())


def test_a_person_sees_only_their_steps_in_the_picture() -> None:
    person = narrow(shop(), {"gas": False}, Known(), None)
    root = etree.fromstring(plan_svg(person).encode())
    assert set(root.xpath("//@data-step")) == {"a.r", "c.decide"}


def test_no_two_boxes_of_a_picture_lie_on_one_another() -> None:
    root = etree.fromstring(plan_svg(shop()).encode())
    boxes = [(one.get("x"), one.get("y")) for one in root.xpath("//*[@class='plan-box']")]
    assert len(boxes) == len(set(boxes)) == 3


def test_the_form_is_a_json_schema_of_what_everyone_must_fill() -> None:
    schema = to_json_schema(shop())
    assert schema["required"] == ["name", "kind", "area"]
    assert schema["properties"]["kind"]["enum"] == ["noodles", "tea"]
    assert schema["properties"]["staff"] | {"minimum": 1, "maximum": 99} == schema["properties"]["staff"]
    assert schema["properties"]["staff"]["x-required"] == "gas = true"
    assert schema["properties"]["area"]["x-maximum"] == "500"
    assert schema["properties"]["number"]["readOnly"] is True
    json.dumps(schema)


def test_the_difference_of_two_blueprints_names_what_people_notice() -> None:
    items = {key: dict(one) for key, one in SHOP["items"].items()}
    items["a"]["fields"] = ["kind", {"element": "staff"}, "area"]
    items["b"]["materials"] = ["licence", "deed"]
    items["a"]["steps"] = [{"key": "r", "limit": "4 workday"}]
    older = shop()
    found = diff(older, shop(items=items))
    assert (found.materials.added, found.materials.removed) == (("deed",), ("plan",))
    assert set(found.fields.changed) >= {"staff", "name"}
    assert [str(one) for one in found.days] == ["12", "14"]
    assert not found.is_empty
    assert diff(older, shop()).is_empty


def test_savings_can_be_counted_for_any_sample_person() -> None:
    thing = {**SHOP["onething"], "profiles": [{"key": "p", "name": "茶馆", "answers": {"gas": False}}]}
    blueprint = shop(onething=thing)
    everybody, tea = savings_for(blueprint, None), savings_for(blueprint, blueprint.profiles[0])
    assert (len(everybody.before), len(tea.before)) == (3, 2)
    assert blueprint.savings == tea


def test_a_world_without_members_has_no_blueprint_but_a_problem() -> None:
    empty: World = world({**SHOP, "onething": {"members": []}})
    compiled = empty.compiled()
    assert compiled.blueprint is None
    assert [one.code for one in compiled.problems] == ["no-members"]


def test_the_command_prints_before_and_after_list_and_plan(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compile", "open_restaurant"]) == 0
    text = capsys.readouterr().out
    for words in ("改革前后", "联办事项", "先问", "表单", "材料", "办理（承诺", "★"):
        assert words in text


def test_the_command_narrows_to_the_answers_of_one_person(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = tmp_path / "answers.yaml"
    answers.write_text("{company_status: cancelled}", encoding="utf-8")
    assert main(["compile", "open_restaurant", "--answers", str(answers), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["person"]["eligibility"] == "not_eligible"
    assert main(["compile", "open_restaurant", "--answers", str(answers)]) == 0
    assert "不适用一次办" in capsys.readouterr().out


def test_the_command_says_two_when_it_is_used_wrongly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compile", "no_such_thing"]) == 2
    assert "没有这件事" in capsys.readouterr().err
    assert main(["compile", "open_restaurant", "--answers", str(tmp_path / "none.yaml")]) == 2


@pytest.mark.parametrize("export", ["svg", "bpmn", "schema"])
def test_the_command_prints_each_export(export: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compile", "open_restaurant", "--print", export]) == 0
    text = capsys.readouterr().out
    assert json.loads(text) if export == "schema" else etree.fromstring(text.encode()) is not None
