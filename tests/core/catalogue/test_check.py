"""`check_catalogue` alone: paths, severities, what is no problem, and that it stays linear."""

import sys
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bancheng.core.catalogue import (
    Body,
    Catalogue,
    Code,
    CodeList,
    DocumentType,
    Element,
    ElementKind,
    Fee,
    FormField,
    Handling,
    Item,
    ItemType,
    LegalBasis,
    Level,
    Material,
    Member,
    OneThingDefinition,
    Option,
    Order,
    Profile,
    SignerRule,
    Situation,
    SpecialProcedure,
    Stage,
    Step,
    StepKind,
    Subject,
    check_catalogue,
    fact_types,
    nearest,
)
from bancheng.core.catalogue._check_items import find_loop
from bancheng.core.clock import Limit, LimitUnit
from bancheng.core.kernel import Confidence, Provenance, Severity, sample_credit_code
from bancheng.core.rules import FactKind

SAMPLE = Provenance("虚构示例", Confidence.FICTITIOUS)
OFFICE = sample_credit_code(1, "11")
ITEM = Item(
    key="permit",
    name="许可",
    body="office",
    item_type=ItemType.PERMIT,
    handling=Handling.PROMISED,
    statutory=Limit(20),
    promised=Limit(10),
    provenance=SAMPLE,
    level=Level.CITY,
    basis=(LegalBasis(title="条例"),),
)
THING = OneThingDefinition(
    key="thing",
    name="一件事",
    subject=Subject.COMPANY,
    stage="opening",
    lead="office",
    members=(Member(item="permit"),),
    provenance=SAMPLE,
)


def catalogue(item: Item = ITEM, thing: OneThingDefinition = THING, *more: Item) -> Catalogue:
    elements = {
        key: Element(key=key, name=key, kind=kind, codes="kinds" if kind is ElementKind.CHOICE else "")
        for key, kind in (
            ("area", ElementKind.DECIMAL),
            ("kind", ElementKind.CHOICE),
            ("gas", ElementKind.BOOLEAN),
            ("name", ElementKind.TEXT),
            ("day", ElementKind.DATE),
        )
    }
    kinds = CodeList(key="kinds", name="种类", codes=(Code(value="a", name="甲"), Code(value="b", name="乙")))
    return Catalogue(
        stages={"opening": Stage(key="opening", name="开办", subject=Subject.COMPANY)},
        codes={"kinds": kinds},
        elements=elements,
        documents={"plan": DocumentType(key="plan", name="平面图")},
        bodies={"office": Body(key="office", name="测试局", code=OFFICE, provenance=SAMPLE)},
        items={item.key: item, **{one.key: one for one in more}},
        onethings={thing.key: thing},
    )


def found(item: Item = ITEM, thing: OneThingDefinition = THING) -> list[tuple[str, str]]:
    """(code, path) of every problem."""
    return [(one.code, one.place.path) for one in check_catalogue(catalogue(item, thing))]


def test_a_sound_catalogue_has_no_problems() -> None:
    assert found() == []
    assert check_catalogue(Catalogue()) == ()


AT = "items/permit"
TWICE_EVERYBODY = Option(value="a", label="甲", share=Decimal(2))
ITEM_CASES: list[tuple[dict[str, object], list[tuple[str, str]]]] = [
    ({"body": "offise"}, [("unknown_reference", f"{AT}/body")]),
    ({"promised": Limit(21)}, [("promise_too_long", f"{AT}/promised")]),
    ({"promised": Limit(28, LimitUnit.DAY)}, []),
    ({"promised": Limit(30, LimitUnit.DAY)}, [("promise_too_long", f"{AT}/promised")]),
    ({"statutory": None, "promised": Limit(300)}, []),
    ({"basis": ()}, [("basis_missing", f"{AT}/statutory")]),
    ({"statutory": None, "basis": ()}, []),
    ({"task_code": OFFICE + "3990131003000"}, []),
    ({"task_code": OFFICE + "2990131003000"}, [("code_level", f"{AT}/task_code")]),
    ({"task_code": "local-1", "code_scheme": "LOCAL"}, []),
    ({"catalog_code": "12"}, [("catalogue.shape", f"{AT}/catalog_code")]),
    ({"handling": Handling.IMMEDIATE}, [("immediate_slow", f"{AT}/promised")]),
    ({"visits": -1}, [("negative", f"{AT}/visits")]),
    ({"objects": ()}, [("empty_list", f"{AT}/objects")]),
    ({"channels": ()}, [("empty_list", f"{AT}/channels")]),
    ({"fields": (FormField(element="area", allowed=("x",)),)}, []),
    (
        {"fields": (FormField(element="kind", allowed=("a", "c")),)},
        [("unknown_code", f"{AT}/fields/0/allowed/1")],
    ),
    ({"fields": (FormField(element="area"),) * 2}, [("duplicate_key", f"{AT}/fields/1/element")]),
    ({"fields": (FormField(element="area", required=""),)}, []),
    ({"fields": (FormField(element="area", required="gas"),)}, []),
    (
        {"fields": (FormField(element="area", required="day > 3"),)},
        [("rule-compare", f"{AT}/fields/0/required")],
    ),
    ({"fees": (Fee(key="f", name="费", amount="10", basis="办法"),)}, []),
    ({"fees": (Fee(key="f", name="费", amount="10"),)}, [("fee_without_basis", f"{AT}/fees/0")]),
    (
        {"fees": (Fee(key="f", name="费", amount="gas", basis="办法"),)},
        [("rule-result", f"{AT}/fees/0/amount")],
    ),
    (
        {"materials": (Material(key="m", document="plan", name="其它证明材料"),)},
        [("catch_all", f"{AT}/materials/0/document")],
    ),
    ({"materials": (Material(key="m", document="plan", name="其他股东的身份证明"),)}, []),
    ({"materials": (Material(key="m", document="plan", deferrable=True, defer_days=8),)}, []),
    (
        {"materials": (Material(key="m", document="plan", deferrable=True, defer_days=9),)},
        [("defer_too_late", f"{AT}/materials/0/defer_days")],
    ),
    (
        {
            "promised": Limit(40),
            "statutory": None,
            "materials": (Material(key="m", document="plan", deferrable=True, defer_days=21),),
        },
        [("defer_days", f"{AT}/materials/0/defer_days")],
    ),
    ({"special_procedures": (SpecialProcedure(key="s", name="检验", basis="条例", max_days=30),)}, []),
    (
        {"special_procedures": (SpecialProcedure(key="s", name="检验", basis=" ", max_days=0),)},
        [
            ("basis_missing", f"{AT}/special_procedures/0"),
            ("negative", f"{AT}/special_procedures/0/max_days"),
        ],
    ),
    (
        {
            "signers": (SignerRule(key="p", who="房东", number="area"),),
            "fields": (FormField(element="area"),),
        },
        [],
    ),
    (
        {"signers": (SignerRule(key="p", who=" ", number="area", name="nobody", when="area >"),)},
        [
            ("rule-operand", f"{AT}/signers/0/when"),
            ("signer_unasked", f"{AT}/signers/0/number"),
            ("unknown_reference", f"{AT}/signers/0/name"),
            ("empty_value", f"{AT}/signers/0/who"),
        ],
    ),
    ({"situations": (Situation(element="gas", text="用燃气？"),)}, []),
    (
        {"situations": (Situation(element="day", text="哪天？"),)},
        [("situation_kind", f"{AT}/situations/0/element")],
    ),
    (
        {"situations": (Situation(element="gas", text="用？", options=(Option(value="yes", label="是"),)),)},
        [("unknown_code", f"{AT}/situations/0/options/0/value")],
    ),
    (
        {
            "situations": (
                Situation(
                    element="kind", text="？", options=(Option(value="a", label="甲", share=Decimal(2)),)
                ),
            )
        },
        [
            ("bad_share", f"{AT}/situations/0/options/0/share"),
            ("shares_over_one", f"{AT}/situations/0/options"),
        ],
    ),
]


@pytest.mark.parametrize(("changes", "expected"), ITEM_CASES)
def test_an_item_is_checked(changes: dict[str, object], expected: list[tuple[str, str]]) -> None:
    assert found(item=replace(ITEM, **changes)) == expected


PATH = "onethings/thing"
THING_CASES: list[tuple[dict[str, object], list[tuple[str, str]]]] = [
    ({"members": ()}, [("empty_list", f"{PATH}/members")]),
    ({"members": (Member(item="permitt"),)}, [("unknown_reference", f"{PATH}/members/0/item")]),
    ({"members": (Member(item="permit", when='kind = "a"'),)}, []),
    ({"members": (Member(item="permit", when='kind = "c"'),)}, [("rule-code", f"{PATH}/members/0/when")]),
    ({"stage": "closing"}, [("unknown_reference", f"{PATH}/stage")]),
    ({"subject": Subject.PERSON}, [("stage_subject", f"{PATH}/stage")]),
    ({"lead": ""}, [("unknown_reference", f"{PATH}/lead")]),
    (
        {"orders": (Order(before="permit", after="permit", reason="自己等自己"),)},
        [("order_loop", f"{PATH}/orders")],
    ),
    (
        {"profiles": (Profile(key="a", name="甲", answers={"kind": "c", "gas": True}),)},
        [("unknown_code", f"{PATH}/profiles/0/answers/kind")],
    ),
]


@pytest.mark.parametrize(("changes", "expected"), THING_CASES)
def test_a_one_thing_is_checked(changes: dict[str, object], expected: list[tuple[str, str]]) -> None:
    assert found(thing=replace(THING, **changes)) == expected


def test_a_warning_is_not_an_error() -> None:
    problems = check_catalogue(catalogue(replace(ITEM, handling=Handling.IMMEDIATE)))
    assert [one.severity for one in problems] == [Severity.WARNING]


def test_what_exists_but_was_unreadable_is_not_missing() -> None:
    item = replace(ITEM, body="torn", fields=(FormField(element="torn", visible="torn > 3"),))
    unread = {"bodies": {"torn"}, "elements": {"torn"}}
    assert check_catalogue(catalogue(item), unread=unread) == ()


def test_two_one_things_with_one_alias_are_told_apart() -> None:
    other = replace(THING, key="other", name="另一件事", aliases=("一件事",))
    both = replace(catalogue(), onethings={"thing": THING, "other": other})
    assert [(one.code, one.place.path) for one in check_catalogue(both)] == [
        ("alias_shared", "onethings/other/aliases/0")
    ]


def test_facts_have_the_types_of_their_elements() -> None:
    types = fact_types(catalogue())
    assert {key: one.kind for key, one in types.items()} == {
        "area": FactKind.NUMBER,
        "kind": FactKind.STRING,
        "gas": FactKind.BOOLEAN,
        "name": FactKind.STRING,
        "day": FactKind.DATE,
    }
    assert types["kind"].values == ("a", "b")


def step(key: str, *after: str) -> Step:
    return Step(key=key, name=key, kind=StepKind.REVIEW, limit=Limit(1), after=after)


def test_a_step_without_after_follows_the_one_before_it() -> None:
    assert found(item=replace(ITEM, steps=(step("a"), step("b"), step("c", "a")))) == []
    assert found(item=replace(ITEM, steps=(step("a", "b"), step("b")))) == [("step_loop", f"{AT}/steps")]


@given(st.dictionaries(st.integers(0, 8), st.lists(st.integers(0, 8), max_size=4), max_size=9))
def test_a_loop_is_found_exactly_when_there_is_one(graph: dict[int, list[int]]) -> None:
    before = {str(key): tuple(map(str, keys)) for key, keys in graph.items()}
    loop = find_loop(before)
    assert bool(loop) is not _sortable(before)
    if loop:
        assert loop[0] == loop[-1]
        assert all(here in before[there] for here, there in pairwise(loop))


def _sortable(before: dict[str, tuple[str, ...]]) -> bool:
    left = {key: {one for one in keys if one in before} for key, keys in before.items()}
    while free := [key for key, keys in left.items() if not keys]:
        left = {key: keys - set(free) for key, keys in left.items() if key not in free}
    return not left


@pytest.mark.parametrize(
    ("wrong", "near"), [("shop_permt", "shop_permit"), ("zzz", ""), ("", ""), ("shop-permit", "shop_permit")]
)
def test_the_nearest_key_is_suggested(wrong: str, near: str) -> None:
    assert nearest(wrong, ["shop_permit", "fire_check", "tax"]) == near


def test_checking_grows_with_the_items_and_not_faster() -> None:
    many = [replace(ITEM, key=f"permit_{n}", body="offise") for n in range(5_000)]
    counted = _calls(lambda: check_catalogue(catalogue(ITEM, THING, *many[:1_000])))
    five_times = _calls(lambda: check_catalogue(catalogue(ITEM, THING, *many)))
    assert five_times < 6 * counted


def _calls(action: Callable[[], object]) -> int:
    """Python calls made: a measure of work that no busy machine disturbs."""
    count = 0

    def profile(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(profile)
    try:
        action()
    finally:
        sys.setprofile(None)
    return count
