"""Parameters of law: a value for each day, only ever added."""

import datetime as dt
from decimal import Decimal

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from bancheng.core.rules import UNKNOWN, Mode
from bancheng.core.rules.decisions import (
    DatedValue,
    Decision,
    InputData,
    LiteralExpression,
    Model,
    Requirement,
    RequirementKind,
    Text,
    compile_model,
    entry_as_of,
    only_added,
)

DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2040, 1, 1))
STANDARD = (
    DatedValue(since=dt.date(2024, 1, 1), value=Text("100"), basis="2024 年第五条"),
    DatedValue(since=dt.date(2026, 1, 1), value=Text("120"), basis="2026 年第五条"),
)


def model() -> Model:
    return Model(
        name="m",
        namespace="urn:m",
        inputs=(InputData(id="p", name="标准", dated=STANDARD),),
        decisions=(
            Decision(
                id="d",
                name="d",
                expression=LiteralExpression(text=Text("标准 * 2")),
                requirements=(Requirement(kind=RequirementKind.INPUT, href="p"),),
            ),
        ),
    )


def test_the_answer_on_a_past_day_is_that_of_the_value_then_in_force() -> None:
    made = compile_model(model())
    assert made.evaluate("d", {}, as_of=dt.date(2025, 3, 1)) == Decimal(200)
    assert made.evaluate("d", {}, as_of=dt.date(2026, 3, 1)) == Decimal(240)


def test_before_its_first_day_a_parameter_is_null_or_unknown() -> None:
    made, before = compile_model(model()), dt.date(2023, 12, 31)
    assert made.evaluate("d", {}, as_of=before) is None
    assert made.evaluate("d", {}, as_of=before, mode=Mode.ENTITLEMENT) is UNKNOWN


def test_a_value_given_for_it_wins() -> None:
    assert compile_model(model()).evaluate("d", {"标准": 7}, as_of=dt.date(2026, 3, 1)) == Decimal(14)


def test_a_parameter_is_not_asked_for() -> None:
    assert compile_model(model()).needs("d") == ()


def test_a_value_of_the_past_may_not_be_changed_or_taken_away() -> None:
    changed = msgspec.structs.replace(STANDARD[0], value=Text("90"))
    assert [one.code for one in only_added(STANDARD, (changed, STANDARD[1]), "标准")] == ["parameter-changed"]
    assert only_added(STANDARD, (*STANDARD, changed), "标准") == ()


@given(st.lists(DAYS, min_size=1, max_size=6, unique=True), DAYS, DAYS)
def test_what_is_added_later_leaves_every_earlier_day_as_it_was(
    days: list[dt.date], added: dt.date, asked: dt.date
) -> None:
    before = tuple(DatedValue(since=day, value=Text(str(at))) for at, day in enumerate(days))
    after = (*before, DatedValue(since=added, value=Text("99")))
    if asked < added:
        assert entry_as_of(after, asked) == entry_as_of(before, asked)
    else:
        assert entry_as_of(after, asked) is not None
