"""Export: what is written loads again to equal records."""

import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bancheng.connect.packs import export_tree, load_packs, to_json, to_yaml
from bancheng.core.catalogue import (
    Catalogue,
    Channel,
    ColumnField,
    Condition,
    Family,
    Fee,
    FeeReduction,
    FeeTier,
    FormField,
    Handling,
    Item,
    ItemType,
    LegalBasis,
    Level,
    Material,
    OneThingDefinition,
    Profile,
    Question,
    Scene,
    Subject,
    with_scenes,
)
from bancheng.core.catalogue._onething import Member
from bancheng.core.clock import Limit, LimitUnit
from bancheng.core.kernel import Confidence, Provenance


def write_back(catalogue: Catalogue, folder: Path, kind: str) -> Path:
    """A pack that holds exactly this catalogue."""
    tree = export_tree(catalogue)
    text = to_json if kind == "json" else to_yaml
    own = ("items", "onethings", "families")
    parts = {**{name: tree.pop(name, {}) for name in own}, "dictionary": tree}
    folder.mkdir(parents=True)
    (folder / "pack.yaml").write_text(f"name: {folder.name}\ntitle: 导出\nversion: '1'\n", encoding="utf-8")
    for name, part in parts.items():
        if part:
            (folder / f"{name}.{kind}").write_text(text(part), encoding="utf-8")
    return folder


@pytest.mark.parametrize("kind", ["yaml", "json"])
def test_a_whole_pack_comes_back_as_it_was(base: Path, tmp_path: Path, kind: str) -> None:
    catalogue = load_packs([base]).catalogue
    again = load_packs([write_back(catalogue, tmp_path / "back", kind)])
    assert again.problems == ()
    assert again.catalogue == catalogue


def test_only_the_keys_asked_for_are_exported(base: Path) -> None:
    tree = export_tree(load_packs([base]).catalogue, {"items": ["shop_permit"]})
    assert list(tree) == ["items"]
    assert list(tree["items"]) == ["shop_permit"]
    assert tree["items"]["shop_permit"]["promised"] == "10 workday"


# What can be printed, as `str.isprintable` has it, and the space: chosen by category, for a filter would starve.
texts = st.text(
    st.one_of(
        st.characters(codec="utf-8", exclude_categories=("C", "Z")),
        st.just(" "),
    ),
    min_size=1,
    max_size=20,
)
titles = texts.map(lambda text: f"公开标题 {text}")
tricky = st.sampled_from(
    ["null", "~", "true", "no", "010", "1e3", "2026-01-01", "- a", "a: b", "#x", "'", '"', " x "]
)
words = st.one_of(texts, tricky)
limits = st.builds(
    Limit, st.integers(1, 60), st.sampled_from([LimitUnit.WORKDAY, LimitUnit.DAY, LimitUnit.HOUR])
)
prices = st.decimals(0, 999, places=2)
items = st.builds(
    Item,
    key=st.just("any_item"),
    name=words,
    body=words,
    item_type=st.sampled_from(ItemType),
    handling=st.sampled_from(Handling),
    statutory=st.none() | limits,
    promised=limits,
    provenance=st.builds(Provenance, source=titles, confidence=st.sampled_from(Confidence)),
    aliases=st.lists(words, max_size=3).map(tuple),
    level=st.sampled_from(Level),
    objects=st.lists(st.sampled_from(Subject), max_size=2).map(tuple),
    basis=st.lists(st.builds(LegalBasis, title=words, article=words), max_size=2).map(tuple),
    conditions=st.lists(st.builds(Condition, text=words, rule=words), max_size=2).map(tuple),
    fields=st.lists(
        st.builds(
            FormField,
            element=words,
            required=words,
            minimum=st.none() | st.integers(-99, 99).map(Decimal) | st.decimals(-999, 999, places=2),
            codes=words,
            columns=st.lists(st.builds(ColumnField, element=words, visible=words), max_size=2).map(tuple),
            max_rows=st.none() | st.integers(1, 9),
        ),
        max_size=2,
    ).map(tuple),
    materials=st.lists(
        st.builds(
            Material,
            key=words,
            document=words,
            deferrable=st.booleans(),
            alternatives=st.lists(words, max_size=2).map(tuple),
            who=words,
        ),
        max_size=2,
    ).map(tuple),
    fees=st.lists(
        st.builds(
            Fee,
            key=words,
            name=words,
            amount=words,
            tiers=st.lists(st.builds(FeeTier, price=prices, over=prices), max_size=2).map(tuple),
            whole=st.booleans(),
            maximum=st.none() | prices,
            reductions=st.lists(
                st.builds(FeeReduction, name=words, when=words, off=st.none() | prices), max_size=2
            ).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
    faq=st.lists(st.builds(Question, question=words, answer=words), max_size=2).map(tuple),
    channels=st.lists(st.sampled_from(Channel), max_size=3).map(tuple),
    visits=st.integers(0, 9),
    valid_from=st.none() | st.dates(date(2000, 1, 1), date(2099, 12, 31)),
)
onethings = st.builds(
    OneThingDefinition,
    key=st.just("any_thing"),
    name=words,
    subject=st.sampled_from(Subject),
    stage=words,
    lead=words,
    members=st.lists(st.builds(Member, item=words, when=words, late=st.booleans()), max_size=3).map(tuple),
    provenance=st.builds(Provenance, source=titles, confidence=st.sampled_from(Confidence)),
    profiles=st.lists(
        st.builds(
            Profile,
            key=words,
            name=words,
            answers=st.dictionaries(st.just("open_question"), st.booleans() | texts, max_size=1),
            share=st.none() | st.decimals(0, 1, places=3),
        ),
        max_size=2,
    ).map(tuple),
)


scenes = st.builds(
    Scene,
    key=st.just("scene"),
    name=words,
    members=st.lists(st.builds(Member, item=words), max_size=2).map(tuple),
    without=st.lists(words, max_size=1).map(tuple),
    fixed=st.dictionaries(st.just("open_question"), st.booleans() | texts, max_size=1),
)
families = st.builds(
    Family,
    key=st.just("any_family"),
    name=words,
    subject=st.sampled_from(Subject),
    stage=words,
    lead=words,
    scenes=st.lists(scenes, min_size=1, max_size=1).map(tuple),
    members=st.lists(st.builds(Member, item=words, when=words), max_size=2).map(tuple),
    provenance=st.builds(Provenance, source=titles, confidence=st.sampled_from(Confidence)),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(families, st.sampled_from(["yaml", "json"]))
def test_a_family_comes_back_with_its_scenes_and_is_written_once(family: Family, kind: str) -> None:
    catalogue = with_scenes(Catalogue(families={family.key: family}))
    with tempfile.TemporaryDirectory() as folder:
        again = load_packs([write_back(catalogue, Path(folder) / "back", kind)]).catalogue
    assert again.families == catalogue.families
    assert again.onethings == catalogue.onethings
    assert list(catalogue.onethings) == ["any_family_scene"]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(items, onethings, st.sampled_from(["yaml", "json"]))
def test_any_record_comes_back_as_it_was(item: Item, onething: OneThingDefinition, kind: str) -> None:
    catalogue = Catalogue(items={item.key: item}, onethings={onething.key: onething})
    with tempfile.TemporaryDirectory() as folder:
        again = load_packs([write_back(catalogue, Path(folder) / "back", kind)]).standards
    assert again.items_of(item.key) == (item,)
    assert again.onethings_of(onething.key) == (onething,)


def test_a_decimal_is_written_as_it_is() -> None:
    assert to_yaml({"share": Decimal("0.10")}) == "share: 0.10\n"
    assert to_json({"share": Decimal("0.10")}) == '{\n  "share": "0.10"\n}'
