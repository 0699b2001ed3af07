"""A list kept up to date answer by answer is the list of all answers."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.compiler.making import QUESTIONS, World, world, worlds

from bancheng.core.compiler import Narrower, narrow
from bancheng.core.evidence import Known, KnownDocument, KnownValue

TODAY = date(2026, 11, 22)
CHANGES = st.lists(
    st.tuples(
        st.sampled_from((*QUESTIONS, "f3", "f4", "f5", "nothing")), st.sampled_from((True, False, "", None))
    ),
    max_size=10,
)
KNOWN = Known(
    values={
        "q1": KnownValue(element="q1", value=True, source="s", source_name="登记库", as_of=TODAY),
        "f3": KnownValue(element="f3", value="知道的", source="s", source_name="登记库", as_of=TODAY),
    },
    documents={
        "p0": KnownDocument(document="p0", identifier="1", source="l", source_name="证照库", as_of=TODAY)
    },
)


@settings(deadline=None, max_examples=25)
@given(worlds(), CHANGES, st.sampled_from((Known(), KNOWN)), st.booleans())
def test_every_answer_leads_to_the_list_of_all_answers(
    drawn: World, changes: list[tuple[str, object]], known: Known, assume: bool
) -> None:
    blueprint = drawn.compiled().blueprint
    if blueprint is None:
        return
    told: dict[str, object] = {}
    kept = Narrower(blueprint, {}, known, TODAY, assume_coverage=assume)
    assert kept.personal == narrow(blueprint, {}, known, TODAY, assume_coverage=assume)
    for element, raw in changes:
        told = {key: value for key, value in told.items() if key != element}
        if raw is not None:
            told[element] = raw
        assert kept.answer(element, raw) == narrow(blueprint, told, known, TODAY, assume_coverage=assume)


RICH = {
    "elements": {
        "kind": {"kind": "choice", "codes": ["a", "b"]},
        "area": "decimal",
        "home": {"kind": "records", "columns": ["age"]},
        "age": "integer",
        "wish": "boolean",
        "number": "text",
    },
    "items": {
        "one": {"fields": ["area", "home"], "results": [{"document": "paper", "gives": ["number"]}],
                "fees": [{"key": "fee", "name": "费", "quantity": "area", "price": 2, "maximum": 50, "basis": "依据"}]},
        "two": {"fields": ["kind", "number"],
                "materials": [{"document": "paper"}, {"document": "x", "alternatives": ["y"]}],
                "conditions": [{"text": "有老人", "rule": "some p in home satisfies p.age > 60"}]},
        "three": {"materials": ["y"], "steps": [{"key": "look", "limit": "2 workday", "when": "area > 10"}]},
    },
    "onething": {
        "gate": [{"rule": 'kind != "b" or area > 5', "reason": "不适用"}],
        "members": [
            {"item": "one", "when": 'kind = "a"'},
            {"item": "two"},
            {"item": "three", "optional": True, "when": "area > 3"},
        ],
        "situations": [{"element": "kind", "text": "哪种？"}],
    },
}  # fmt: skip
RICH_CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("kind"), st.sampled_from(("a", "b", "", None))),
        st.tuples(st.just("area"), st.sampled_from(("2", "4", "12", "30", "x", None))),
        st.tuples(st.just("home"), st.sampled_from(((), ({"age": "70"},), ({"age": "7"}, {}), None))),
        st.tuples(st.just("wants_three"), st.sampled_from((True, False, None))),
        st.tuples(st.just("number"), st.sampled_from(("1", "", None))),
    ),
    max_size=12,
)


@settings(deadline=None, max_examples=25)
@given(RICH_CHANGES)
def test_gates_wishes_rows_fees_choices_and_results_follow_too(changes: list[tuple[str, object]]) -> None:
    blueprint = world(RICH).compiled().blueprint
    assert blueprint is not None
    told: dict[str, object] = {}
    kept = Narrower(blueprint, {}, Known(), TODAY)
    for element, raw in changes:
        told = {key: value for key, value in told.items() if key != element}
        if raw is not None:
            told[element] = raw
        assert kept.answer(element, raw) == narrow(blueprint, told, Known(), TODAY)
