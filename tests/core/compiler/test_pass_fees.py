"""Laws of pass 7: the sum a person is shown is the sum the rules reckon, exactly; parts stay apart."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.compiler.making import world

from bancheng.core.catalogue import Fee, FeeReduction, FeeTier
from bancheng.core.compiler import narrow
from bancheng.core.compiler._feel import value_of
from bancheng.core.compiler._fees import amount_of, reckoned
from bancheng.core.evidence import Known

FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
TODAY = date(2026, 11, 22)
YUAN = st.decimals(0, 500, places=2)
QUANTITY = st.one_of(st.integers(0, 400).map(Decimal), st.decimals(0, 400, places=3))


@st.composite
def fees(draw: st.DrawFn) -> Fee:
    """Graded, by unit or plain, bounded and reduced in every way."""
    starts = sorted(draw(st.sets(st.integers(1, 200), max_size=3)))
    tiers = tuple(FeeTier(over=Decimal(one), price=draw(YUAN)) for one in (0, *starts))
    low, high = sorted((draw(YUAN), draw(YUAN)))
    way = draw(st.sampled_from(("tiers", "price", "amount")))
    reductions = tuple(
        FeeReduction(
            name="减免",
            when=draw(st.sampled_from(("poor = true", "n > 50", "not(poor)"))),
            **(
                {"off": draw(st.decimals("0.01", 1, places=2))}
                if draw(st.booleans())
                else {"less": draw(st.decimals("0.01", 300, places=2))}
            ),
        )
        for _ in range(draw(st.integers(0, 3)))
    )
    return Fee(
        key="fee",
        name="收费",
        quantity="" if way == "amount" else "n",
        amount="n * 2 + 1" if way == "amount" else "",
        price=draw(YUAN) if way == "price" else None,
        tiers=tiers if way == "tiers" else (),
        whole=draw(st.booleans()),
        minimum=low if draw(st.booleans()) else None,
        maximum=high if draw(st.booleans()) else None,
        reductions=reductions,
        basis="依据",
    )


def by_hand(fee: Fee, n: Decimal, poor: bool) -> Decimal:
    """The same reckoning, written once more without rules."""
    if fee.tiers and fee.whole:
        total = n * [one.price for one in fee.tiers if n > one.over or one.over == 0][-1]
    elif fee.tiers:
        ends = [*(one.over for one in fee.tiers[1:]), max(n, Decimal(10**6))]
        total = sum(
            (
                max(min(n, end) - one.over, Decimal(0)) * one.price
                for one, end in zip(fee.tiers, ends, strict=True)
            ),
            Decimal(0),
        )
    elif fee.price is not None:
        total = n * fee.price
    else:
        total = n * 2 + 1
    total = max(total, fee.minimum) if fee.minimum is not None else total
    total = min(total, fee.maximum) if fee.maximum is not None else total
    for one in fee.reductions:
        if {"poor = true": poor, "n > 50": n > 50, "not(poor)": not poor}[one.when]:
            total = total * (1 - one.off) if one.off is not None else max(total - (one.less or 0), Decimal(0))
    return total.quantize(Decimal("0.01"), ROUND_HALF_UP)


@FEW
@given(fees(), QUANTITY, st.booleans())
def test_the_amount_is_what_the_tariff_says_to_the_fen(fee: Fee, n: Decimal, poor: bool) -> None:
    found = value_of(amount_of(fee), {"n": n, "poor": poor}, None)
    assert isinstance(found, Decimal)
    assert found.quantize(Decimal("0.01"), ROUND_HALF_UP) == by_hand(fee, n, poor)


@FEW
@given(fees(), QUANTITY, st.booleans())
def test_the_steps_shown_end_in_the_amount_and_nothing_is_shown_while_an_answer_is_missing(
    fee: Fee, n: Decimal, poor: bool
) -> None:
    steps = reckoned(fee, {"n": n, "poor": poor}, None)
    plain = not (
        fee.price is not None
        or fee.tiers
        or fee.reductions
        or fee.minimum is not None
        or fee.maximum is not None
    )
    assert bool(steps) != plain
    if steps:
        assert steps[-1].amount == by_hand(fee, n, poor)
        assert all(one.text for one in steps)
    assert reckoned(fee, {"poor": poor}, None) == ()


@FEW
@given(st.lists(fees(), min_size=1, max_size=3), st.integers(0, 300))
def test_every_fee_stays_with_its_item_and_its_body(made: list[Fee], n: int) -> None:
    drawn = world(
        {
            "elements": {"n": "integer", "poor": "boolean"},
            "items": {f"i{at}": {"fields": ["n", "poor"]} for at in range(len(made))},
        }
    )
    items = drawn.catalogue.items
    for at, fee in enumerate(made):
        items[f"i{at}"] = type(items[f"i{at}"])(
            **{name: getattr(items[f"i{at}"], name) for name in items[f"i{at}"].__struct_fields__}
            | {"fees": (fee,)}
        )
    blueprint = drawn.compiled().blueprint
    assert blueprint is not None
    person = narrow(blueprint, {"n": n, "poor": False}, Known(), TODAY)
    assert [one.item for one in person.fees] == list(items)
    assert [one.body_name for one in person.fees] == [f"body_{key}" for key in items]
    total = sum((one.amount for one in person.fees if one.amount is not None), Decimal(0))
    expected = sum((by_hand(fee, Decimal(n), False) for fee in made), Decimal(0))
    assert total.quantize(Decimal("0.01")) == expected


def test_a_person_reads_how_the_sum_came_about() -> None:
    fee = Fee(
        key="stalls",
        name="摊位费",
        quantity="n",
        unit="个",
        tiers=(FeeTier(price=Decimal(10)), FeeTier(over=Decimal(20), price=Decimal("8.5"))),
        maximum=Decimal(200),
        reductions=(
            FeeReduction(name="残疾人减半", when="poor = true", off=Decimal("0.5"), basis="收费目录"),
        ),
        basis="收费目录",
    )
    steps = [(one.text, str(one.amount)) for one in reckoned(fee, {"n": Decimal(30), "poor": True}, None)]
    assert steps == [
        ("20个 × 10 元", "200"),
        ("超过 20个的 10个 × 8.5 元", "285.0"),
        ("超过最高收费的，按最高收费", "200"),
        ("残疾人减半：减免 50%（收费目录）", "100.0"),
    ]
