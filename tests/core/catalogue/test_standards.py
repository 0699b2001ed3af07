"""Standards and what levels below set on them: any depth, never worse, nothing copied that nobody touched."""

import tracemalloc
from datetime import date, timedelta
from time import perf_counter

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bancheng.core.catalogue import (
    OVERLAY_RULES,
    Body,
    Catalogue,
    Channel,
    Fee,
    Freedom,
    Handling,
    Item,
    ItemOverlay,
    ItemType,
    Layer,
    Level,
    Material,
    Member,
    OneThingDefinition,
    Question,
    ReviewPoint,
    Standards,
    Subject,
    division,
    edition_on,
    level_of,
    not_local,
    overlaid,
    overlay_rule,
)
from bancheng.core.clock import Limit, LimitUnit
from bancheng.core.kernel import Confidence, Place, Provenance

SAMPLE = Provenance(source="虚构示例", confidence=Confidence.FICTITIOUS)
TODAY = date(2026, 11, 22)


def item(key: str = "tea", **changes: object) -> Item:
    """A national item with two papers and a fee."""
    made = Item(
        key=key,
        name=f"事项{key}",
        body="market",
        item_type=ItemType.PERMIT,
        handling=Handling.PROMISED,
        statutory=Limit(20),
        promised=Limit(15),
        provenance=SAMPLE,
        visits=2,
        materials=(
            Material(key="plan", document="plan", deferrable=True, defer_days=5),
            Material(key="proof", document="proof"),
        ),
        fees=(Fee(key="cost", name="工本费", amount="10", basis="收费办法（虚构）"),),
        review_points=(ReviewPoint(key="look", text="平面图一致", material="plan"),),
        faq=(Question(question="多久？", answer="十五个工作日。"),),
    )
    return msgspec.structs.replace(made, **changes)


def standards(items: list[Item], *layers: Layer, bodies: tuple[Body, ...] = ()) -> Standards:
    """Standards of these items; the market's office always exists."""
    known = (Body(key="market", name="市场监管"), *bodies)
    base = Catalogue(items={one.key: one for one in items}, bodies={one.key: one for one in known})
    return Standards(base, layers)


def layer(by: str, *overlays: ItemOverlay, within: str = "") -> Layer:
    return Layer(by=by, title=by, overlays=overlays, within=within)


# ------------------------------------------------------------------- rules


def test_every_attribute_of_an_overlay_stands_in_the_table_as_free() -> None:
    own = {"item", "within", "reason", "provenance", "valid_from", "valid_to"}
    for name in set(ItemOverlay.__struct_fields__) - own:
        assert overlay_rule(name).freedom is not Freedom.FIXED, name


def test_every_fixed_attribute_says_why_and_what_to_do() -> None:
    for rule in OVERLAY_RULES:
        assert rule.why
        assert rule.freedom is not Freedom.FIXED or rule.instead.endswith("。"), rule.attribute


@pytest.mark.parametrize(
    "attribute", ["statutory", "materials", "conditions", "fees", "name", "item_type", "overlay"]
)
def test_what_is_the_standards_is_refused_with_its_place(attribute: str) -> None:
    problem = not_local(attribute, Place(file="x.yaml", line=3))
    assert problem is not None
    assert (problem.code, problem.place.line) == ("not_local", 3)
    assert problem.suggestion


def test_what_is_free_or_unknown_is_not_refused_as_fixed() -> None:
    assert not_local("phone", Place()) is None
    assert not_local("no_such_thing", Place()) is None


@pytest.mark.parametrize(
    ("overlay", "path"),
    [
        (ItemOverlay(item="tea", promised=Limit(16)), "promised"),
        (ItemOverlay(item="tea", visits=3), "visits"),
        (ItemOverlay(item="tea", channels=(Channel.ONLINE,)), "channels"),
        (ItemOverlay(item="tea", defer={"plan": 3}, reason="容缺"), "defer/plan"),
        (ItemOverlay(item="tea", waive=("plan",)), "waive"),
        (ItemOverlay(item="tea", waive=("nothing",), reason="能查"), "waive/0"),
        (ItemOverlay(item="tea", free=("nothing",), reason="减负"), "free/0"),
        (ItemOverlay(item="tea", body="nobody"), "body"),
        (ItemOverlay(item="tea", valid_from=TODAY, valid_to=date(2026, 1, 1)), "valid_to"),
    ],
)
def test_a_worse_or_unknown_value_is_told_at_its_attribute_and_sets_nothing(
    overlay: ItemOverlay, path: str
) -> None:
    result = overlaid(item(), overlay, "county", {"market"})
    assert [one.place.path for one in result.problems] == [path]
    assert result.item == item()


def test_an_instant_item_does_not_become_a_promised_one() -> None:
    instant = item(handling=Handling.IMMEDIATE, promised=Limit(0, LimitUnit.IMMEDIATE))
    result = overlaid(instant, ItemOverlay(item="tea", handling=Handling.PROMISED), "county")
    assert [one.code for one in result.problems] == ["loosened"]


def test_what_a_level_gives_is_there_and_what_hung_on_it_goes_with_it() -> None:
    overlay = ItemOverlay(
        item="tea",
        phone="000-5550001",
        waive=("plan",),
        commit=("proof",),
        free=("cost",),
        faq=(Question(question="在哪？", answer="镇上。"),),
        reason="当地能查到。",
    )
    here = overlaid(item(), overlay, "county").item
    assert (here.phone, here.fees, here.overlay) == ("000-5550001", (), "county")
    assert [(one.key, one.commitment) for one in here.materials] == [("proof", True)]
    assert here.review_points[0].material == ""
    assert [one.question for one in here.faq] == ["多久？", "在哪？"]


# ------------------------------------------------------------------ places


def test_division_codes_lose_their_empty_ends_and_know_their_level() -> None:
    codes = ["370000", "371000", "370883", "370883001000", "370883001002", "999999", ""]
    assert [division(code) for code in codes] == [
        "37",
        "3710",
        "370883",
        "370883001",
        "370883001002",
        "999999",
        "",
    ]
    assert [level_of(code) for code in ("370000", "370883", "370883001")] == [
        Level.PROVINCE,
        Level.COUNTY,
        Level.TOWNSHIP,
    ]


def test_each_level_overlays_the_result_of_the_level_above() -> None:
    chain = standards(
        [item()],
        layer("province", ItemOverlay(item="tea", promised=Limit(12)), within="99"),
        layer("county", ItemOverlay(item="tea", promised=Limit(8)), within="999999"),
        layer("town", ItemOverlay(item="tea", promised=Limit(10), phone="000-1"), within="999999001"),
        layer("city", ItemOverlay(item="tea", promised=Limit(9)), within="9999"),
    )
    said = {place: chain.item("tea", TODAY, place) for place in ("", "99", "9999", "999999", "999998")}
    assert [one.promised.amount for one in said.values() if one] == [15, 12, 9, 8, 9]
    town = chain.item("tea", TODAY, "999999001")
    assert town is not None
    assert (town.promised.amount, town.phone) == (8, "")
    [(where, number, problem)] = chain.problems()
    assert (where.by, number, problem.place.path) == ("town", 0, "promised")
    assert "8个工作日" in problem.message


def test_a_countys_office_stands_in_only_there_and_for_the_citys_too() -> None:
    offices = (
        Body(key="city_market", name="市局", stands_for="market"),
        Body(key="county_market", name="县局", stands_for="market", within="999999"),
    )
    place = standards([item()], bodies=offices)
    found = [place.item("tea", TODAY, where) for where in ("", "999998", "999999", "999999001")]
    assert [one.body for one in found if one] == [
        "city_market",
        "city_market",
        "county_market",
        "county_market",
    ]
    assert place.places() == ("999999",)


def test_a_province_of_160_counties_keeps_one_copy_of_what_nobody_touched() -> None:
    items = [item(f"i{number}") for number in range(200)]
    counties = [f"99{number // 80 + 10}{number % 80 + 11}" for number in range(160)]
    layers = [
        layer(
            code,
            *(ItemOverlay(item=f"i{(at * 7 + k) % 200}", promised=Limit(10 - k)) for k in range(3)),
            within=code,
        )
        for at, code in enumerate(counties)
    ]
    tracemalloc.start()
    province = standards(items, *layers)
    held = tracemalloc.get_traced_memory()[0]
    started = perf_counter()
    untouched = sum(
        province.item(f"i{number}", TODAY, code) is items[number]
        for code in counties
        for number in range(200)
    )
    spent = perf_counter() - started
    grown = tracemalloc.get_traced_memory()[0] - held
    tracemalloc.stop()
    assert untouched == 160 * 200 - 160 * 3
    assert held < 2_000_000  # bytes, for 480 overlays of 160 counties; 32,000 items would be many times that
    assert grown < 500_000
    assert spent < 8  # 32,000 resolutions on a busy machine under tracing

    changed = Standards(
        msgspec.structs.replace(
            province.base, items={**province.base.items, "i5": item("i5", promised=Limit(14), visits=1)}
        ),
        province.layers,
    )
    seen = [changed.item("i5", TODAY, code) for code in counties]
    assert all(one is not None and one.visits == 1 for one in seen)
    whole = changed.catalogue(TODAY, counties[0])
    assert sum(one is changed.base.items[key] for key, one in whole.items.items()) == 197


# --------------------------------------------------------------------- laws

limits = st.builds(
    Limit,
    st.integers(0, 40),
    st.sampled_from([LimitUnit.WORKDAY, LimitUnit.DAY, LimitUnit.HOUR, LimitUnit.MONTH]),
)
overlays = st.builds(
    ItemOverlay,
    item=st.just("tea"),
    within=st.sampled_from(["", "99", "9999", "999999", "999999001", "999999001002"]),
    promised=st.none() | limits,
    visits=st.none() | st.integers(0, 4),
    channels=st.sampled_from(
        [(), (Channel.ONLINE,), tuple(Channel), (Channel.WINDOW, Channel.ONLINE, Channel.POST)]
    ),
    waive=st.sampled_from([(), ("plan",), ("proof",), ("plan", "proof")]),
    free=st.sampled_from([(), ("cost",)]),
    commit=st.sampled_from([(), ("proof",)]),
    reason=st.sampled_from(["", "能查到。"]),
)


@given(st.lists(overlays, max_size=8))
def test_no_chain_of_overlays_lengthens_a_promise_or_adds_a_burden(several: list[ItemOverlay]) -> None:
    chain = standards([item()], *(layer(f"l{at}", one) for at, one in enumerate(several)))
    above = item()
    for rung in chain.rungs("tea", TODAY, "999999001002"):
        here = rung.here
        assert here.promised.as_workdays() <= above.promised.as_workdays()
        if here.promised.unit is above.promised.unit:
            assert here.promised.amount <= above.promised.amount
        assert here.visits <= above.visits
        assert set(here.channels) >= set(above.channels)
        assert {one.key for one in here.materials} <= {one.key for one in above.materials}
        assert {one.key for one in here.fees} <= {one.key for one in above.fees}
        assert all(
            getattr(here, name) == getattr(item(), name)
            for name in ("name", "statutory", "conditions", "basis")
        )
        above = here
    for unit in (LimitUnit.DAY, LimitUnit.WORKDAY):
        lived = [rung.here.promised.amount for rung in chain.rungs("tea", TODAY, "999999001002")
                 if rung.here.promised.unit is unit]  # fmt: skip
        assert lived == sorted(lived, reverse=True)


@given(st.lists(st.integers(1, 300), min_size=0, max_size=5), st.integers(-400, 2000))
def test_on_every_day_exactly_one_of_adjoining_versions_is_in_force(lengths: list[int], day: int) -> None:
    start = date(2026, 1, 1)
    turns = [start + timedelta(days=sum(lengths[:count])) for count in range(1, len(lengths) + 1)]
    versions = [
        item(version=number, valid_from=first, valid_to=last and last - timedelta(days=1))
        for number, (first, last) in enumerate(zip([None, *turns], [*turns, None], strict=True), start=1)
    ]
    on = start + timedelta(days=day)
    held = [one for one in versions if (one.valid_from or date.min) <= on <= (one.valid_to or date.max)]
    assert len(held) == 1
    assert edition_on(versions, on) is held[0]
    line = Standards(Catalogue(bodies={"market": Body(key="market", name="市场")}), (), versions)
    assert line.check() == ()
    assert line.item("tea", on) is held[0]
    spans = line.timeline("tea")
    assert [
        one.item for one in spans if (one.valid_from or date.min) <= on <= (one.valid_to or date.max)
    ] == held


# -------------------------------------------------------------------- dates


def test_an_overlay_holds_from_its_day_to_its_day_and_the_timeline_shows_it() -> None:
    spring = ItemOverlay(
        item="tea", promised=Limit(5), valid_from=date(2027, 3, 1), valid_to=date(2027, 5, 31)
    )
    line = standards([item()], layer("city", spring)).timeline("tea")
    assert [(one.item.promised.amount, one.valid_from, one.valid_to) for one in line] == [
        (15, None, date(2027, 2, 28)),
        (5, date(2027, 3, 1), date(2027, 5, 31)),
        (15, date(2027, 6, 1), None),
    ]


def test_a_loosening_that_only_comes_with_a_later_version_is_told() -> None:
    better = [
        item(valid_to=date(2026, 12, 31)),
        item(version=2, promised=Limit(6), valid_from=date(2027, 1, 1)),
    ]
    base = Catalogue(bodies={"market": Body(key="market", name="市场")})
    line = Standards(base, [layer("city", ItemOverlay(item="tea", promised=Limit(8)))], better)
    assert [problem.code for _, _, problem in line.problems()] == ["loosened"]
    now, then = line.item("tea", TODAY), line.item("tea", date(2027, 1, 1))
    assert now is not None
    assert then is not None
    assert (now.promised.amount, then.promised.amount) == (8, 6)


def test_a_one_thing_is_not_offered_on_days_on_which_an_item_of_it_is_not() -> None:
    thing = OneThingDefinition(
        key="open",
        name="开茶摊",
        subject=Subject.COMPANY,
        stage="s",
        lead="market",
        members=(Member(item="tea"),),
        provenance=SAMPLE,
    )
    ending = item(valid_to=date(2026, 12, 31))
    base = Catalogue(bodies={"market": Body(key="market", name="市场")}, onethings={"open": thing})
    [problem] = Standards(base, (), [ending]).check()
    assert (problem.code, problem.place.path) == ("member_not_in_force", "onethings/open/members/0/item")
    assert "2027年1月1日" in problem.message
    sound = msgspec.structs.replace(thing, valid_to=date(2026, 12, 31))
    assert Standards(base, (), [ending], [sound]).check() == ()
