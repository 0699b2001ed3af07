"""The standardisation desk's rules: every rule can fail, scores keep their bounds, mending never costs."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bancheng.core.catalogue import (
    QUALITY_RULES,
    Body,
    Catalogue,
    Condition,
    DocumentType,
    Fee,
    Handling,
    Item,
    ItemType,
    LegalBasis,
    Material,
    MaterialForm,
    MaterialSource,
    Question,
    Result,
    ReviewPoint,
    by_body,
    quality_of,
)
from bancheng.core.clock import Limit
from bancheng.core.kernel import Confidence, Provenance

TODAY = date(2026, 11, 22)
CATALOGUE = Catalogue(
    documents={
        "plan": DocumentType(key="plan", name="平面图"),
        "rest": DocumentType(key="rest", name="其他材料"),
    },
    bodies={"office": Body(key="office", name="局", phone="000-1", address="示范路1号", hours="工作日")},
)
BASIS = LegalBasis(title="条例（虚构）", article="第三条")
PLAN = Material(key="plan", document="plan", basis="条例（虚构）第四条")


def sound(**changes: object) -> Item:
    """An item nobody could find fault with."""
    made = Item(
        key="tea",
        name="茶摊",
        body="office",
        item_type=ItemType.PERMIT,
        handling=Handling.PROMISED,
        statutory=Limit(20),
        promised=Limit(5),
        provenance=Provenance(source="公开标题", confidence=Confidence.OFFICIAL),
        catalog_code="000131003000",
        basis=(BASIS,),
        conditions=(Condition(text="满十八周岁", basis="条例（虚构）第五条"),),
        materials=(PLAN,),
        results=(Result(key="r", document="plan"),),
        fees=(Fee(key="f", name="工本费", amount="5", basis="办法（虚构）"),),
        review_points=(ReviewPoint(key="p", text="一致"),),
        faq=(Question(question="多久？", answer="五天。"),),
        visits=0,
        complaints="12345",
    )
    return msgspec.structs.replace(made, **changes)


FAULTS: dict[str, dict[str, object]] = {
    "promise_within": {"promised": Limit(21)},
    "statutory_stated": {"statutory": None},
    "handling_fits": {"handling": Handling.IMMEDIATE},
    "basis_cited": {"basis": ()},
    "basis_article": {"basis": (LegalBasis(title="条例（虚构）"),)},
    "basis_in_force": {
        "basis": (LegalBasis(title="旧条例（虚构）", article="第一条", valid_to=date(2026, 1, 1)),)
    },
    "no_catch_all": {"materials": (msgspec.structs.replace(PLAN, document="rest"),)},
    "material_source": {"materials": (msgspec.structs.replace(PLAN, source=MaterialSource.OTHER),)},
    "material_form": {"materials": (msgspec.structs.replace(PLAN, form=MaterialForm.PAPER),)},
    "material_basis": {"materials": (msgspec.structs.replace(PLAN, basis=""),)},
    "result_named": {"results": ()},
    "condition_stated": {"conditions": ()},
    "condition_basis": {"conditions": (Condition(text="满十八周岁"),)},
    "fee_basis": {"fees": (Fee(key="f", name="加急费", amount="5"),)},
    "channels": {"channels": ()},
    "place": {"body": "nowhere", "phone": "1", "hours": "1"},
    "hours": {"body": "nowhere", "phone": "1", "address": "1"},
    "phone": {"body": "nowhere", "address": "1", "hours": "1"},
    "complaints": {"complaints": ""},
    "visits_explained": {"visits": 1},
    "code_valid": {"catalog_code": "1234"},
    "review_points": {"review_points": ()},
    "faq": {"faq": ()},
    "checked": {"provenance": Provenance(source="整理", confidence=Confidence.RECONSTRUCTED)},
}


def test_an_item_without_fault_has_a_hundred() -> None:
    found = quality_of(sound(), CATALOGUE, TODAY)
    assert (found.score, found.marks) == (100, ())


@pytest.mark.parametrize("rule", [one.key for one in QUALITY_RULES])
def test_every_rule_can_fail_and_names_the_place(rule: str) -> None:
    found = quality_of(sound(**FAULTS[rule]), CATALOGUE, TODAY)
    marks = {mark.rule: mark for mark in found.marks}
    assert rule in marks
    assert set(marks) <= {rule, "basis_article"}
    assert marks[rule].path.split("/")[0] in Item.__struct_fields__
    assert found.score < 100


def test_every_rule_tells_weight_source_and_what_to_do() -> None:
    assert all(one.weight > 0 and one.source and one.advice.endswith("。") for one in QUALITY_RULES)
    assert len({one.key for one in QUALITY_RULES}) == len(QUALITY_RULES)


materials = st.builds(
    Material,
    key=st.sampled_from("abc"),
    document=st.sampled_from(["plan", "rest"]),
    source=st.sampled_from(MaterialSource),
    form=st.sampled_from(MaterialForm),
    copies=st.integers(0, 1),
    basis=st.sampled_from(["", "条例"]),
)
bases = st.builds(
    LegalBasis,
    title=st.sampled_from(["条例", ""]),
    article=st.sampled_from(["", "第一条"]),
    valid_to=st.sampled_from([None, date(2026, 1, 1), date(2028, 1, 1)]),
)


@given(
    st.lists(st.sampled_from(sorted(FAULTS)), max_size=24, unique=True),
    st.lists(materials, max_size=5),
    st.lists(bases, max_size=4),
    st.data(),
)
def test_a_score_keeps_its_bounds_and_mending_a_fault_never_lowers_it(
    faults: list[str], papers: list[Material], cited: list[LegalBasis], data: st.DataObject
) -> None:
    changes: dict[str, object] = {}
    for fault in faults:
        changes |= FAULTS[fault]
    before = sound(**{**changes, "materials": tuple(papers), "basis": tuple(cited)})
    score = quality_of(before, CATALOGUE, TODAY).score
    assert 0 <= score <= 100
    mended = dict(changes)
    if faults:
        for name in FAULTS[data.draw(st.sampled_from(faults))]:
            mended.pop(name, None)
    drop = data.draw(st.integers(0, len(papers)))
    kept = [one for at, one in enumerate(papers) if at != drop]
    after = sound(**{**mended, "materials": tuple(kept), "basis": tuple(cited)})
    assert quality_of(after, CATALOGUE, TODAY).score >= score


def test_bodies_stand_from_the_weakest_with_mean_and_worst_items() -> None:
    rows = [
        quality_of(sound(key="a", faq=()), CATALOGUE, TODAY),
        quality_of(sound(key="b"), CATALOGUE, TODAY),
        quality_of(sound(key="c", body="other", basis=(), complaints=""), CATALOGUE, TODAY),
    ]
    weakest, best = by_body(rows)
    assert (weakest.body, weakest.items, best.body, best.items) == ("other", 1, "office", 2)
    assert best.mean == Decimal("99.2")  # the mean of 98.3 and 100, half up
    assert best.marks == {"faq": 1}
    assert [one.item for one in best.worst] == ["a", "b"]
