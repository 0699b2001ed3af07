"""Laws of pass 3: bounds are intersected, codes reach each body, rows are united, nobody is asked in vain."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.core.compiler.making import QUESTIONS, World, answers, holds, world, worlds

from bancheng.core.catalogue import Code, CodeList
from bancheng.core.compiler import (
    body_value,
    field_kinds,
    from_stored,
    lacking_cells,
    narrow,
    read_form,
    show_value,
    to_stored,
)
from bancheng.core.evidence import Known, KnownValue

TODAY = date(2026, 11, 22)
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
BOUND = st.none() | st.integers(0, 30)
ALLOWED = st.lists(st.sampled_from("abcd"), unique=True, max_size=3)


def one_field(demands: list[dict[str, Any]], element: dict[str, Any]) -> World:
    """Items that all demand the element `x`."""
    items = {f"i{n}": {"fields": [{"element": "x", **one}]} for n, one in enumerate(demands)}
    return world({"elements": {"x": element}, "items": items})


@FEW
@given(
    st.lists(st.fixed_dictionaries({"minimum": BOUND, "maximum": BOUND}), min_size=1, max_size=4),
    BOUND,
    BOUND,
)
def test_a_number_is_allowed_exactly_where_every_item_allows_it(
    demands: list[dict[str, int | None]], low: int | None, high: int | None
) -> None:
    written = [*demands, {"minimum": low, "maximum": high}]
    made = one_field(demands, {"kind": "integer", "minimum": low, "maximum": high}).compiled()
    fitting = [
        n
        for n in range(-1, 32)
        if all(
            (b["minimum"] is None or b["minimum"] <= n) and (b["maximum"] is None or n <= b["maximum"])
            for b in written
        )
    ]
    if made.blueprint is None:
        assert {one.code for one in made.problems} >= {"disjoint-bounds"}
        assert not fitting
        return
    field = made.blueprint.fields[0]
    for n in range(-1, 32):
        _, problems = read_form((field,), {"x": [str(n)]})
        assert (not problems) == (n in fitting)


@FEW
@given(st.lists(ALLOWED, min_size=1, max_size=4))
def test_the_choices_are_those_every_item_allows(demands: list[list[str]]) -> None:
    made = one_field(
        [{"allowed": one} for one in demands], {"kind": "choice", "codes": list("abcd")}
    ).compiled()
    common = set("abcd").intersection(*(one for one in demands if one)) if any(demands) else set("abcd")
    if made.blueprint is None:
        assert not common
        assert any(one.code == "disjoint-codes" for one in made.problems)
        return
    assert {one.value for one in made.blueprint.fields[0].codes} == common


def coded(means: dict[str, str], allowed: list[str] | None = None) -> World:
    """Two items: one asks in the common list, the other in its own, where each code stands for some values."""
    made = one_field(
        [{}, {"codes": "own", "allowed": allowed or []}], {"kind": "choice", "codes": list("abcd")}
    )
    codes = {
        code: tuple(value for value, own in means.items() if own == code)
        for code in sorted(set(means.values()))
    }
    own = CodeList(
        key="own",
        name="自己的代码",
        maps_to="x",
        codes=tuple(Code(value=code, name=code, means=values) for code, values in codes.items())
        or (Code(value="Z", name="Z"),),
    )
    return World(
        made.definition,
        type(made.catalogue)(
            **{
                **{n: getattr(made.catalogue, n) for n in made.catalogue.__struct_fields__},
                "codes": {**made.catalogue.codes, "own": own},
            }
        ),
        made.coverage,
    )


@FEW
@given(st.dictionaries(st.sampled_from("abcd"), st.sampled_from("PQR"), max_size=4))
def test_every_answer_reaches_each_body_in_its_own_code_or_is_a_problem_naming_both(
    means: dict[str, str],
) -> None:
    made = coded(means).compiled()
    lacking = set("abcd") - set(means)
    if made.blueprint is None:
        told = [one for one in made.problems if one.code == "unmapped-code"]
        assert len(told) == len(lacking) > 0
        assert all("codes/own" in one.message and "items/i1/fields/0" in one.message for one in told)
        return
    assert not lacking
    for value, code in means.items():
        assert body_value(made.blueprint, "body_i1", "x", value) == code
        assert body_value(made.blueprint, "body_i0", "x", value) == value
        assert body_value(made.blueprint, "nobody", "x", value) is None


def test_an_answer_with_two_codes_is_a_problem_naming_both_places() -> None:
    ambiguous = coded(dict.fromkeys("abcd", "P"))
    own = ambiguous.catalogue.codes["own"]
    twice = CodeList(
        key="own", name="自己的代码", maps_to="x", codes=(*own.codes, Code(value="Q", name="Q", means=("a",)))
    )
    ambiguous.catalogue.codes["own"] = twice
    (told,) = [one for one in ambiguous.compiled().problems if one.code == "ambiguous-code"]
    assert "P、Q" in told.message
    assert "items/i1/fields/0" in told.message


def test_a_body_that_takes_some_codes_only_leaves_those_answers() -> None:
    made = coded({"a": "P", "b": "P", "c": "Q", "d": "R"}, allowed=["P", "R"]).compiled()
    assert made.blueprint is not None
    assert [one.value for one in made.blueprint.fields[0].codes] == ["a", "b", "d"]


# ---------------------------------------------------------------- lists of records

COLUMNS = ("name", "age", "income")
DEMAND = st.fixed_dictionaries(
    {
        "columns": st.lists(st.sampled_from(COLUMNS), unique=True, max_size=3),
        "min_rows": st.none() | st.integers(0, 2),
        "max_rows": st.none() | st.integers(2, 4),
    }
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "name": st.sampled_from(("张三", "李四")),
            "age": st.integers(0, 90),
            "income": st.integers(0, 9000).map(Decimal),
        },
    ),
    max_size=4,
).map(tuple)


def household(demands: list[dict[str, Any]], rule: str = "true") -> World:
    """Items that demand a list of people, with a condition over it."""
    return world(
        {
            "elements": {
                "home": {"kind": "records", "columns": list(COLUMNS), "row_name": "家庭成员"},
                "name": "text",
                "age": "integer",
                "income": "money",
            },
            "items": {
                f"i{n}": {
                    "fields": [
                        {"element": "home", **one, "columns": [{"element": key} for key in one["columns"]]}
                    ],
                    "conditions": [{"text": "条件", "rule": rule, "reason": "不符合"}],
                }
                for n, one in enumerate(demands)
            },
        }
    )


@FEW
@given(st.lists(DEMAND, min_size=1, max_size=3))
def test_columns_are_united_and_rows_bounded_by_the_strictest(demands: list[dict[str, Any]]) -> None:
    made = household(demands).compiled()
    assert made.blueprint is not None
    field = made.blueprint.fields[0]
    wanted = {key for one in demands for key in one["columns"] or COLUMNS}
    assert {one.element for one in field.columns} == wanted
    assert field.min_rows == max(
        (one["min_rows"] for one in demands if one["min_rows"] is not None), default=None
    )
    assert field.max_rows == min(
        (one["max_rows"] for one in demands if one["max_rows"] is not None), default=None
    )
    for column in field.columns:
        asking = {f"i{n}" for n, one in enumerate(demands) if column.element in (one["columns"] or COLUMNS)}
        assert set(column.items) == asking


@FEW
@given(ROWS)
def test_rows_come_back_from_storage_and_from_a_form_as_they_were(rows: tuple[dict[str, Any], ...]) -> None:
    blueprint = household([{"columns": [], "min_rows": None, "max_rows": None}]).compiled().blueprint
    assert blueprint is not None
    field = blueprint.fields[0]
    assert from_stored(field.kind, to_stored(rows), field_kinds((field,))) == rows
    raw = {"home": [str(len(rows))]}
    for index, row in enumerate(rows):
        raw.update({f"home.{index}.{key}": [str(value)] for key, value in row.items()})
    values, problems = read_form((field,), raw)
    assert not problems
    filled = tuple(row for row in rows if row)
    assert values["home"] == tuple({key: row.get(key) for key in COLUMNS} for row in filled)
    assert show_value(field, rows)
    lacking = lacking_cells(field, rows, {}, TODAY)
    assert len(lacking) == sum(key not in row for row in rows for key in COLUMNS)
    assert all(one.place.path.startswith("home.") for one in lacking)


@FEW
@given(ROWS)
def test_any_and_sum_over_members_hold_exactly_when_told_and_wait_for_what_is_missing(
    rows: tuple[dict[str, Any], ...],
) -> None:
    """CF#5707: any member over 62. CF#6631: incomes summed, then compared. CF#1958: several answers combined."""
    rule = "(some p in home satisfies p.age > 62) and sum(home.income) <= 5000"
    blueprint = household([{"columns": [], "min_rows": None, "max_rows": None}], rule).compiled().blueprint
    assert blueprint is not None
    unmet = bool(narrow(blueprint, {"home": rows}, Known(), TODAY).unmet)
    old = [row.get("age") for row in rows]
    incomes = [row.get("income") for row in rows]
    nobody_old = all(age is not None and age <= 62 for age in old)
    complete = None not in incomes
    too_much = complete and rows != () and sum(income for income in incomes if income is not None) > 5000
    somebody_old = any(age is not None and age > 62 for age in old)
    if nobody_old or too_much:
        assert unmet
    elif somebody_old and complete:
        assert not unmet
    elif not complete or None in old:
        assert not unmet, "what is missing is waited for, never held against the person"


def test_a_body_is_handed_only_the_columns_it_asked_for() -> None:
    blueprint = (
        household(
            [
                {"columns": ["name"], "min_rows": None, "max_rows": None},
                {"columns": ["age"], "min_rows": None, "max_rows": None},
            ]
        )
        .compiled()
        .blueprint
    )
    assert blueprint is not None
    rows = ({"name": "张三", "age": 70},)
    assert body_value(blueprint, "body_i0", "home", rows) == ({"name": "张三"},)
    assert body_value(blueprint, "body_i1", "home", rows) == ({"age": 70},)


# ---------------------------------------------------------------- nothing in vain


@FEW
@given(worlds(), answers())
def test_a_field_is_shown_exactly_when_an_item_that_takes_part_shows_it_and_nothing_gives_it(
    drawn: World, told: dict[str, bool]
) -> None:
    compiled = drawn.compiled()
    assume(compiled.blueprint is not None)
    assert compiled.blueprint is not None
    wanted = [item.key for item in compiled.blueprint.items if item.optional]
    person = narrow(compiled.blueprint, told, Known(), TODAY, wanted)
    shown = {one.field.element for one in person.fields if one.shown}
    taking = [member.item for member in drawn.definition.members if holds(member.when, told)]
    items = [drawn.catalogue.items[key] for key in taking]
    given_by = {
        element: {item.key for item in items for one in item.results if element in one.gives}
        for element in shown | set(QUESTIONS)
    }
    demanded = {one.element for item in items for one in item.fields if holds(one.visible, told)}
    assert shown <= demanded
    for element in demanded - shown:
        makers = {item.key for item in items for one in item.results if element in one.gives}
        assert makers, "what is demanded and not asked is given by another item"
    for element in shown:
        askers = {
            key for item in items for one in item.fields if one.element == element for key in (item.key,)
        }
        assert given_by[element] <= askers or not given_by[element]


def test_rows_a_register_knows_are_filled_in_with_their_source_and_rules_read_them() -> None:
    rule = "some p in home satisfies p.age > 62"
    blueprint = household([{"columns": [], "min_rows": None, "max_rows": None}], rule).compiled().blueprint
    assert blueprint is not None
    rows = ({"name": "张三", "age": "40"}, {"name": "李四", "age": "50"})
    found = KnownValue(element="home", value=rows, source="register", source_name="户籍库", as_of=TODAY)
    person = narrow(blueprint, {}, Known(values={"home": found}), TODAY)
    (field,) = person.fields
    assert field.known is not None
    assert isinstance(field.value, tuple)
    assert [row["age"] for row in field.value if isinstance(row, dict)] == [40, 50]
    assert person.unmet, "what the register says counts"
    told = narrow(blueprint, {"home": ({"name": "王五", "age": 70},)}, Known(values={"home": found}), TODAY)
    assert told.fields[0].known is None
    assert not told.unmet, "the person's own list wins"
