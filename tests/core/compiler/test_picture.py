"""Where boxes and arrows of a picture lie: laws of the one arrangement that every drawing of a plan uses."""

from __future__ import annotations

import time
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from tests.core.compiler.test_prints import shop

from bancheng.core.compiler import PlanView, plan_svg
from bancheng.core.compiler._layout import Arrow, Box, Drawing, Point, Rect
from bancheng.core.compiler._measure import text_width, wrapped
from bancheng.core.compiler._rail import rail
from bancheng.core.compiler._routes import draw

GATES = (".start", ".end")


@st.composite
def graphs(draw_from: st.DrawFn) -> tuple[list[Box], set[Arrow]]:
    """Up to a dozen boxes in up to four lanes, some of them pointed, and arrows without a loop."""
    size = draw_from(st.integers(1, 12))
    boxes = []
    for at in range(size):
        pointed = draw_from(st.booleans())
        lane, strand = draw_from(st.sampled_from("abcd")), draw_from(st.sampled_from("xyz"))
        wide, high = (50, 50) if pointed else (120, draw_from(st.sampled_from([60, 80])))
        boxes.append(Box(key=str(at), lane=lane, width=wide, height=high, strand=strand, pointed=pointed))
    pairs = list(combinations(range(size), 2))
    chosen = draw_from(st.lists(st.sampled_from(pairs), unique=True, max_size=18)) if pairs else []
    arrows = {(str(one), str(two)) for one, two in chosen}
    if draw_from(st.booleans()):
        arrows |= {(GATES[0], box.key) for box in boxes if box.key not in {two for _, two in arrows}}
        arrows |= {(box.key, GATES[1]) for box in boxes if box.key not in {one for one, _ in arrows}}
        boxes += [Box(key=key, lane="", width=30, height=60, tall=True) for key in GATES]
    return boxes, arrows


def overlap(one: Rect, two: Rect) -> bool:
    return one.x < two.right and two.x < one.right and one.y < two.bottom and two.y < one.bottom


def runs_through(line: tuple[Point, ...], box: Rect) -> bool:
    return any(
        min(a[0], b[0]) < box.right
        and max(a[0], b[0]) > box.x
        and min(a[1], b[1]) < box.bottom
        and max(a[1], b[1]) > box.y
        for a, b in pairwise(line)
    )


def lie_upon_each_other(one: tuple[Point, ...], two: tuple[Point, ...]) -> bool:
    """Whether two lines share more than a crossing."""
    for (a, b), (c, d) in ((s, t) for s in pairwise(one) for t in pairwise(two)):
        for along, across in ((0, 1), (1, 0)):
            if a[across] == b[across] == c[across] == d[across]:
                low = max(min(a[along], b[along]), min(c[along], d[along]))
                if low < min(max(a[along], b[along]), max(c[along], d[along])):
                    return True
    return False


def check(made: Drawing, arrows: set[Arrow]) -> None:
    for one, two in combinations(made.boxes, 2):
        assert not overlap(made.boxes[one], made.boxes[two])
    for (_, one), (_, two) in combinations(made.lanes, 2):
        assert not overlap(one, two)
    for arrow in arrows:
        for key, box in made.boxes.items():
            if key not in arrow:
                assert not runs_through(made.lines[arrow], box), f"{arrow} runs through {key}"
    for one, two in combinations(sorted(arrows), 2):
        if one[0] != two[0] and one[1] != two[1]:
            assert not lie_upon_each_other(made.lines[one], made.lines[two]), f"{one} lies upon {two}"
    for box in made.boxes.values():
        assert box.x >= 0
        assert box.y >= 0
        assert box.right <= made.width
        assert box.bottom <= made.height


@given(graphs())
def test_boxes_lanes_and_lines_keep_clear_of_one_another(graph: tuple[list[Box], set[Arrow]]) -> None:
    boxes, arrows = graph
    check(draw(boxes, arrows), arrows)


@given(graphs())
def test_arrows_point_right_from_box_to_box(graph: tuple[list[Box], set[Arrow]]) -> None:
    boxes, arrows = graph
    made = draw(boxes, arrows)
    for (before, after), line in made.lines.items():
        start, end = made.boxes[before], made.boxes[after]
        assert line[0][0] == start.right
        assert start.y < line[0][1] < start.bottom
        tips = {(end.middle[0], end.y), (end.middle[0], end.bottom)}
        assert line[-1] in tips or (line[-1][0] == end.x and end.y < line[-1][1] < end.bottom)
        assert all(b[0] >= a[0] and (a[0] == b[0]) != (a[1] == b[1]) for a, b in pairwise(line))


@given(graphs())
def test_every_box_lies_in_its_lane(graph: tuple[list[Box], set[Arrow]]) -> None:
    boxes, arrows = graph
    made = draw(boxes, arrows)
    lanes = dict(made.lanes)
    for box in boxes:
        if not box.tall:
            place, lane = made.boxes[box.key], lanes[box.lane]
            assert lane.y < place.y
            assert place.bottom < lane.bottom
            assert lane.x < place.x
            assert place.right < lane.right


@given(graphs(), st.randoms(use_true_random=False))
def test_the_order_in_which_arrows_are_named_changes_nothing(
    graph: tuple[list[Box], set[Arrow]], chance: object
) -> None:
    boxes, arrows = graph
    shuffled = sorted(arrows)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # reason: Hypothesis gives a Random
    assert draw(boxes, arrows) == draw(boxes, shuffled)


@given(graphs())
def test_on_a_narrow_screen_boxes_stand_under_one_another_and_arrows_go_down(
    graph: tuple[list[Box], set[Arrow]],
) -> None:
    boxes, arrows = graph
    plain = [box for box in boxes if not box.tall]
    inner = {(one, two) for one, two in arrows if not {one, two} & set(GATES)}
    whole = inner | {(GATES[0], box.key) for box in plain} | {(box.key, GATES[1]) for box in plain}
    made = rail(plain, whole, start=GATES[0], end=GATES[1])
    check(made, whole)
    for (before, after), line in made.lines.items():
        assert made.boxes[before].bottom < made.boxes[after].y
        assert line[0][1] < line[-1][1]


def test_a_plan_of_a_hundred_steps_is_placed_at_once() -> None:
    boxes = [
        Box(key=str(at), lane=str(at % 12), width=120, height=80, strand=str(at % 30)) for at in range(100)
    ]
    arrows = {(str(at), str(at + step)) for at in range(100) for step in (7, 12) if at + step < 100}
    start = time.perf_counter()
    draw(boxes, arrows)
    assert time.perf_counter() - start < 1


def test_a_chain_of_one_item_runs_straight() -> None:
    boxes = [Box(key=key, lane="a", width=100, height=50, strand="item") for key in "abc"]
    made = draw(boxes, {("a", "b"), ("b", "c")})
    assert [len(line) for line in made.lines.values()] == [2, 2]


@given(st.text(max_size=60), st.integers(40, 200), st.integers(1, 3))
def test_wrapped_lines_fit_their_width(text: str, width: int, lines: int) -> None:
    made = wrapped(text, 14, width, lines)
    assert len(made) <= lines
    assert all(text_width(line, 14) <= width for line in made)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("审查并换发执照", ("审查并换发执照",)),
        ("无雇工个体工商户、灵活就业人员参保登记", ("无雇工个体工商", "户、灵活就业人…")),
        ("核对信息，发证", ("核对信息，发证",)),
    ],
)
def test_chinese_breaks_between_signs_and_ends_in_dots(text: str, lines: tuple[str, ...]) -> None:
    assert wrapped(text, 14, 112, 2) == lines


def test_no_line_begins_with_a_closing_mark() -> None:
    assert wrapped("一二三四五六七八，九", 10, 80, 3)[1] == "八，九"


def test_words_of_a_picture_are_escaped() -> None:
    for view in PlanView:
        root = etree.fromstring(plan_svg(shop(), view=view).encode())
        assert "<材料>" in "".join(root.itertext())
