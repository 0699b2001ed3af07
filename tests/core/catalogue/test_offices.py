"""Changes of bodies hold from their day; rules of bodies are checked where they are written."""

from __future__ import annotations

from datetime import date

from tests.core.catalogue.test_check import OFFICE, SAMPLE, catalogue

from bancheng.core.catalogue import (
    BatchRule,
    Body,
    BodyChange,
    BodyMove,
    Catalogue,
    ChangeKind,
    DispatchRule,
    Standards,
    check_catalogue,
    successor,
)

ON = date(2026, 7, 1)
GOOD = catalogue()
ITEM = GOOD.items["permit"]
NEW = Body(key="new_body", name="新局", code=OFFICE, division="999999", provenance=SAMPLE)


def changed(*changes: BodyChange, **more: object) -> Catalogue:
    fields = {name: getattr(GOOD, name) for name in Catalogue.__struct_fields__}
    fields["bodies"] = {**GOOD.bodies, NEW.key: NEW}
    fields["body_changes"] = {one.key: one for one in changes}
    return Catalogue(**{**fields, **more})


def change(kind: ChangeKind = ChangeKind.MERGED, *moves: BodyMove, **more: object) -> BodyChange:
    fields: dict[str, object] = {
        "key": "c1",
        "name": "机构改革",
        "on": ON,
        "basis": "示例〔2026〕1号",
        **more,
    }
    return BodyChange(kind=kind, moves=moves, **fields)  # type: ignore[arg-type]  # reason: handed through


MERGED = change(ChangeKind.MERGED, BodyMove(old=ITEM.body, new="new_body"))


def test_the_duty_list_follows_a_merger_from_its_day_on() -> None:
    standards = Standards(changed(MERGED))
    before, after = standards.catalogue(date(2026, 6, 30)), standards.catalogue(ON)
    assert before.items[ITEM.key].body == ITEM.body
    assert after.items[ITEM.key].body == "new_body"
    assert all(step.body != ITEM.body for step in after.items[ITEM.key].steps)
    assert successor(ITEM.body, [MERGED], ON) == "new_body"
    assert ON in standards.turning_days()


def test_only_the_named_duties_move() -> None:
    moved = change(ChangeKind.DUTIES, BodyMove(old=ITEM.body, new="new_body", items=("nothing_else",)))
    assert Standards(changed(moved)).catalogue(ON).items[ITEM.key].body == ITEM.body
    assert successor(ITEM.body, [moved], ON) == ITEM.body


def test_names_and_divisions_hold_from_the_day() -> None:
    renamed = change(
        ChangeKind.RENAMED,
        BodyMove(old="new_body", new="new_body", name="更新局"),
        divisions={"999999": "999998"},
    )
    bodies = Standards(changed(renamed)).catalogue(ON).bodies
    assert (bodies["new_body"].name, bodies["new_body"].division) == ("更新局", "999998")


def codes(catalogue: Catalogue) -> set[str]:
    return {one.code for one in check_catalogue(catalogue)} - {one.code for one in check_catalogue(GOOD)}


def test_a_change_says_by_what_right_and_what_it_changes() -> None:
    assert codes(changed(MERGED)) == set()
    assert codes(changed(change(basis=""))) == {"change_without_basis", "change_of_nothing"}
    same = change(ChangeKind.RENAMED, BodyMove(old="new_body", new="new_body"))
    assert codes(changed(same)) == {"move_of_nothing"}
    duties = change(ChangeKind.DUTIES, BodyMove(old=ITEM.body, new="new_body"))
    assert codes(changed(duties)) == {"duties_without_items"}
    nowhere = change(ChangeKind.MERGED, BodyMove(old=ITEM.body, new="nowhere"))
    assert codes(changed(nowhere)) == {"unknown_reference"}


def test_rules_of_a_body_are_read_before_they_are_used() -> None:
    rules = {"r": DispatchRule(key="r", name="规则", body="new_body", when="1 +")}
    assert codes(changed(dispatch_rules=rules))
    batch = {"b": BatchRule(key="b", name="批量", body="new_body", items=(), most=0)}
    assert codes(changed(batch_rules=batch)) == {"batch_of_nothing", "batch_most"}
