"""Values, their one canonical text, digests, chains, and the three kinds of "no"."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bancheng.core.kernel import (
    Confidence,
    Fault,
    Place,
    Problem,
    Problems,
    ProblemsFound,
    Provenance,
    Record,
    Refusal,
    Severity,
    canonical,
    chain,
    decode,
    digest,
    verify_chain,
)


class Paper(Record):
    title: str
    copies: int = 1
    day: date | None = None
    fee: Decimal = Decimal(0)
    parts: tuple[str, ...] = ()


class LaterPaper(Paper):
    colour: str = "white"


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text()
    | st.dates()
    | st.decimals(allow_nan=False),
    lambda inner: st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


def test_a_record_is_keyword_only_frozen_and_hashable() -> None:
    paper = Paper(title="营业执照")
    with pytest.raises(TypeError):
        Paper("营业执照")  # type: ignore[call-arg]  # the mistake under test
    with pytest.raises(AttributeError):
        paper.title = "章程"  # type: ignore[misc]  # the mistake under test
    assert {paper: 1}[Paper(title="营业执照")] == 1


def test_canonical_text_sorts_keys_and_writes_dates_and_decimals_as_text() -> None:
    paper = Paper(title="章程", day=date(2026, 2, 14), fee=Decimal("12.50"))
    assert canonical(paper).decode() == '{"day":"2026-02-14","fee":"12.50","title":"章程"}'
    assert canonical({"b": 1, "a": datetime(2026, 1, 1, tzinfo=UTC)}) == b'{"a":"2026-01-01T00:00:00Z","b":1}'


def test_a_new_field_with_a_default_changes_no_digest() -> None:
    assert digest(Paper(title="章程", copies=2)) == digest(LaterPaper(title="章程", copies=2))
    assert digest(Paper(title="章程")) != digest(LaterPaper(title="章程", colour="red"))


@given(st.dictionaries(st.text(), values))
def test_the_order_in_which_a_mapping_was_filled_does_not_matter(mapping: dict[str, object]) -> None:
    backwards = dict(reversed(mapping.items()))
    assert canonical(mapping) == canonical(backwards)
    assert digest(mapping) == digest(backwards)


def test_a_record_survives_the_journey_through_its_text() -> None:
    paper = Paper(title="章程", day=date(2026, 2, 14), fee=Decimal("12.50"), parts=("一", "二"))
    assert decode(canonical(paper), Paper) == paper
    assert decode(canonical(paper), LaterPaper).colour == "white"


@pytest.mark.parametrize(
    ("text", "path"),
    [('{"title": 3}', "$.title"), ('{"copies": 3}', ""), ('{"title": "a", "parts": [1]}', "$.parts[0]")],
)
def test_decoding_the_wrong_shape_tells_where(text: str, path: str) -> None:
    with pytest.raises(ProblemsFound) as caught:
        decode(text, Paper)
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.path) == ("decode", path)
    assert "结构不符" in problem.render()


def test_small_values_open_themselves_to_positional_use() -> None:
    assert Provenance("示例公告", Confidence.OFFICIAL).confidence == "official"
    assert Refusal("late", "已过期限").remedy == ""
    assert issubclass(Fault, Exception)


@given(st.lists(values, max_size=6))
def test_an_untouched_chain_holds(payloads: list[object]) -> None:
    assert verify_chain(linked(payloads)) is None


@given(st.lists(st.integers(), min_size=1, max_size=6), st.data())
def test_a_changed_payload_breaks_the_chain_at_its_place(payloads: list[int], data: st.DataObject) -> None:
    links = linked(payloads)
    index = data.draw(st.integers(0, len(links) - 1))
    links[index] = (payloads[index] + 1, links[index][1])
    assert verify_chain(links) == index


@given(st.lists(st.integers(), min_size=2, max_size=6, unique=True), st.data())
def test_removing_or_swapping_an_earlier_link_breaks_the_chain(
    payloads: list[int], data: st.DataObject
) -> None:
    links = linked(payloads)
    index = data.draw(st.integers(0, len(links) - 2))
    assert verify_chain(links[:index] + links[index + 1 :]) == index
    links[index], links[index + 1] = links[index + 1], links[index]
    assert verify_chain(links) == index


def test_a_chain_can_be_checked_from_a_known_link_on() -> None:
    links = linked([1, 2, 3])
    assert verify_chain(links[1:], start=links[0][1]) is None
    assert verify_chain(links[1:]) == 0


def linked(payloads: list[object] | list[int]) -> list[tuple[object, str]]:
    links: list[tuple[object, str]] = []
    previous = ""
    for payload in payloads:
        previous = chain(previous, payload)
        links.append((payload, previous))
    return links


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Place("items/shop.yaml", 12, 3, "materials[0].name"), "items/shop.yaml:12:3 materials[0].name"),
        (Place("items/shop.yaml", 12), "items/shop.yaml:12"),
        (Place(path="year"), "year"),
        (Place(), ""),
    ],
)
def test_a_place_leaves_out_what_is_unknown(place: Place, words: str) -> None:
    assert str(place) == words


def test_a_problem_renders_as_one_line() -> None:
    problem = Problem(
        "material.name", "材料没有名称", Place("shop.yaml", 12, 3, "materials[0]"), "请填写“name”"
    )
    assert problem.render() == "shop.yaml:12:3 materials[0] — 材料没有名称（请填写“name”）"
    assert Problem("x", "只有一句话").render() == "只有一句话"


def test_problems_are_told_all_at_once_in_reading_order() -> None:
    problems = Problems()
    problems.add("late", "在后", Place("b.yaml", 9))
    problems.add("early", "在前", Place("b.yaml", 2), severity=Severity.WARNING)
    problems.take(None)
    problems.take(Problem("other", "另一份"), Place("a.yaml", 5))
    assert [one.code for one in problems.found()] == ["other", "early", "late"]
    assert [one.code for one in problems.errors] == ["other", "late"]
    with pytest.raises(ProblemsFound) as caught:
        problems.raise_if_errors()
    assert [one.code for one in caught.value.problems] == ["other", "early", "late"]
    assert str(caught.value).splitlines()[0] == "a.yaml:5 — 另一份"


def test_warnings_alone_stop_nothing() -> None:
    problems = Problems()
    problems.add("hint", "可以更好", severity=Severity.WARNING)
    problems.raise_if_errors()
    assert len(problems) == 1
