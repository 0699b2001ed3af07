"""The form as JSON Schema: valid by its metaschema, and its conditions say exactly what FEEL says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests.core.compiler.test_prints import shop

from bancheng.connect.packs import default_folders, load_packs
from bancheng.core.catalogue import ElementKind
from bancheng.core.compiler import compile_onething, to_json_schema
from bancheng.core.compiler._schema_when import schema_when
from bancheng.core.rules import evaluate, parse

PACKS = load_packs(default_folders())
KINDS = {
    "gas": ElementKind.BOOLEAN,
    "kind": ElementKind.CHOICE,
    "staff": ElementKind.INTEGER,
    "area": ElementKind.DECIMAL,
    "services": ElementKind.MULTI_CHOICE,
}

ATOMS = st.sampled_from(
    [
        "gas", "gas = true", "gas != true", "gas = false",
        'kind = "tea"', 'kind != "tea"', 'kind in ("tea", "noodles")',
        "staff = 3", "staff != 3", "staff > 3", "staff <= 5", "staff >= 0", "staff < 1",
    ]
)  # fmt: skip
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            lambda one: f"({one[0]}) {one[1]} ({one[2]})"
        ),
        inner.map(lambda one: f"not({one})"),
    ),
    max_leaves=6,
)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "gas": st.booleans(),
        "kind": st.sampled_from(["tea", "noodles", "bakery"]),
        "staff": st.integers(-1, 7),
    },
)


@given(CONDITIONS, ANSWERS)
def test_a_condition_in_json_schema_holds_exactly_when_it_is_true_in_feel(
    text: str, answers: dict[str, Any]
) -> None:
    schema = schema_when(text, KINDS)
    assert schema is not None
    said = Draft202012Validator(schema).is_valid(answers)
    assert said is (evaluate(parse(text), answers) is True)


@pytest.mark.parametrize(
    "text",
    [
        "area > 3", "area = 3", 'area = "x"', 'list contains(services, "a")', "unknown = true", "staff + 1 > 3",
        "staff > 1.5", "kind",
    ],
)  # fmt: skip
def test_what_json_schema_cannot_say_exactly_it_does_not_say(text: str) -> None:
    assert schema_when(text, KINDS) is None


@pytest.mark.parametrize("key", sorted(PACKS.catalogue.onethings))
def test_the_schema_of_every_onething_is_a_schema(key: str) -> None:
    blueprint = compile_onething(PACKS.catalogue.onethings[key], PACKS.catalogue, PACKS.coverage).blueprint
    assert blueprint is not None
    schema = to_json_schema(blueprint)
    Draft202012Validator.check_schema(schema)
    assert set(schema["required"]) <= set(schema["properties"])
    lists = {field.element for field in blueprint.fields if field.kind is ElementKind.RECORDS}
    assert {
        key for key, one in schema["properties"].items() if one.get("items", {}).get("type") == "object"
    } == lists


def test_a_filled_form_is_looked_at_by_the_schema() -> None:
    schema = to_json_schema(shop())
    form = {"name": "面馆", "kind": "noodles", "area": "12.5"}
    check = Draft202012Validator(schema)
    assert check.is_valid({**form, "staff": 2})
    assert not check.is_valid({**form, "kind": "bakery", "staff": 2})
