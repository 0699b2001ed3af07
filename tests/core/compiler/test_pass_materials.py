"""Laws of pass 4: never asked if produced, waived or covered; the strictest kept; one of several serves."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.core.compiler.making import World, answers, conditions, holds, world

from bancheng.core.catalogue import MaterialForm
from bancheng.core.compiler import Disposition, PersonalList, narrow, serving
from bancheng.core.evidence import Known, KnownDocument

TODAY = date(2026, 11, 22)
NOTHING = Known()
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
PAPERS = ("a", "b", "c", "d")
FORMS = [one.value for one in MaterialForm]


@st.composite
def choices(draw: st.DrawFn) -> World:
    """Two to four items that ask for papers or for one of several, in different forms, under conditions."""
    items: dict[str, Any] = {}
    for n in range(draw(st.integers(2, 4))):
        wanted = draw(
            st.lists(st.lists(st.sampled_from(PAPERS), unique=True, min_size=1, max_size=3), max_size=2)
        )
        items[f"i{n}"] = {
            "materials": [
                {
                    "key": f"m{at}",
                    "document": options[0],
                    "alternatives": options[1:],
                    "when": draw(conditions()),
                    "form": draw(st.sampled_from(FORMS)),
                    "copies": draw(st.integers(0, 3)),
                }
                for at, options in enumerate(wanted)
            ],
            "results": [draw(st.sampled_from((*PAPERS, "e", "f")))] if draw(st.integers(0, 3)) == 0 else [],
        }
    return world({"elements": dict.fromkeys(("q0", "q1", "q2", "q3"), "boolean"), "items": items})


def demands_of(drawn: World, told: dict[str, bool]) -> list[tuple[str, tuple[str, ...], Any]]:
    """(item, documents that serve, the demand) for everything this person's items demand."""
    return [
        (item.key, (one.document, *one.alternatives), one)
        for item in drawn.catalogue.items.values()
        for one in item.materials
        if holds(one.when, told)
    ]


def person_of(drawn: World, told: dict[str, bool], known: Known = NOTHING) -> PersonalList | None:
    blueprint = drawn.compiled().blueprint
    return narrow(blueprint, told, known, TODAY) if blueprint else None


@FEW
@given(choices(), answers())
def test_every_demand_is_met_by_what_is_brought_known_or_made_here(
    drawn: World, told: dict[str, bool]
) -> None:
    person = person_of(drawn, told)
    if person is None:
        return
    brought = [set(serving(one.material)) for one in person.materials if one.asked]
    makers = {result.document: item.key for item in drawn.catalogue.items.values() for result in item.results}
    for item, options, _demand in demands_of(drawn, told):
        made = any(option in makers and makers[option] != item for option in options)
        # Whatever of the slot the person picks must serve the item.
        assert made or any(slot <= set(options) for slot in brought), (item, options, brought)


@FEW
@given(choices(), answers())
def test_no_paper_is_asked_that_nobody_here_demands_and_none_twice(
    drawn: World, told: dict[str, bool]
) -> None:
    person = person_of(drawn, told)
    if person is None:
        return
    wanted = {option for _, options, _ in demands_of(drawn, told) for option in options}
    asked = [one for one in person.materials if one.asked]
    assert all(set(serving(one.material)) <= wanted for one in asked)
    assert len({one.material.document for one in asked}) == len(asked)
    assert len(asked) <= len(demands_of(drawn, told))
    sure = {one.material.document for one in asked if not one.material.names and one.required}
    for one in asked:
        if one.material.names:
            assert not sure & set(serving(one.material)), (
                "a paper that must be there anyhow covers the choice"
            )


@FEW
@given(choices(), answers())
def test_the_strictest_form_and_the_most_copies_are_kept(drawn: World, told: dict[str, bool]) -> None:
    person = person_of(drawn, told)
    if person is None:
        return
    for one in person.materials:
        if one.material.disposition is not Disposition.ASKED or one.material.names:
            continue
        same = [d for _, options, d in demands_of(drawn, told) if options == (one.material.document,)]
        if same:
            assert FORMS.index(one.material.form) >= max(FORMS.index(d.form) for d in same)
            assert one.material.copies >= max(d.copies for d in same)


@FEW
@given(choices(), answers(), st.sampled_from(PAPERS))
def test_what_evidence_shows_is_asked_of_nobody(drawn: World, told: dict[str, bool], paper: str) -> None:
    found = KnownDocument(document=paper, identifier="1", source="l", source_name="证照库", as_of=TODAY)
    person = person_of(drawn, told, Known(documents={paper: found}))
    if person is None:
        return
    for one in person.materials:
        if paper in serving(one.material):
            assert one.asked is not True


def test_two_items_that_accept_a_common_paper_get_that_one_and_else_each_its_own() -> None:
    both = {"elements": {}, "items": {
        "one": {"materials": [{"document": "a", "alternatives": ["b"]}]},
        "two": {"materials": [{"document": "b", "alternatives": ["c"]}]},
        "three": {"materials": [{"document": "d", "alternatives": ["e"]}]},
    }}  # fmt: skip
    person = person_of(world(both), {})
    assert person is not None
    assert [serving(one.material) for one in person.materials if one.asked] == [("b",), ("d", "e")]


def test_who_needs_a_paper_is_said_in_words() -> None:
    raw = {
        "elements": {
            "q": {"kind": "boolean", "name": "是否外地户籍"},
            "kind": {"kind": "choice", "name": "类型", "codes": ["甲", "乙"]},
        },
        "items": {
            "one": {
                "materials": [
                    {"document": "a", "when": "q = true"},
                    {"document": "b", "when": 'kind = "甲"', "who": "甲类的人"},
                    {"document": "c"},
                ]
            }
        },
        "onething": {"situations": [{"element": "q", "text": "？"}, {"element": "kind", "text": "？"}]},
    }
    blueprint = world(raw).compiled().blueprint
    assert blueprint is not None
    assert [one.who for one in blueprint.materials] == ["外地户籍", "甲类的人", ""]
