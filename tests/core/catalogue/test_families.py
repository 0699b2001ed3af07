"""Laws of families: unfolding keeps every part and its place; the choice always leads to one's scene."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bancheng.core.catalogue import (
    Catalogue,
    Family,
    Member,
    Order,
    Scene,
    Situation,
    Subject,
    fitting,
    next_choice,
    scene_key,
    with_scenes,
    written_at,
)
from bancheng.core.kernel import Confidence, Provenance

FICTITIOUS = Provenance("虚构示例", Confidence.FICTITIOUS)
ITEMS = st.sampled_from("abcdef")
VALUES = {"kind": ("x", "y", "z"), "size": ("big", "small"), "new": ("true", "false")}


@st.composite
def families(draw: st.DrawFn) -> Family:
    """One to six scenes with own and shared members, some left out, and answers to up to three questions."""
    shared = draw(st.lists(ITEMS, unique=True, max_size=4))
    scenes = []
    for number in range(draw(st.integers(1, 6))):
        own = draw(st.lists(ITEMS, unique=True, max_size=3))
        fixed = {key: draw(st.sampled_from(values)) for key, values in VALUES.items() if draw(st.booleans())}
        scenes.append(
            Scene(
                key=f"s{number}",
                name=f"场景{number}",
                members=tuple(Member(item=one) for one in own),
                without=tuple(draw(st.lists(st.sampled_from(shared), unique=True)) if shared else ()),
                fixed=fixed,
            )
        )
    return Family(
        key="family",
        name="一类事",
        subject=Subject.PERSON,
        stage="s",
        lead="body",
        provenance=FICTITIOUS,
        scenes=tuple(scenes),
        members=tuple(Member(item=one) for one in shared),
        orders=tuple(Order(before=shared[0], after=one, reason="规定") for one in shared[1:]),
        choice=tuple(Situation(element=key, text=f"{key}？") for key in VALUES),
    )


@given(families())
def test_a_scene_has_its_own_members_first_then_the_shared_ones_it_keeps(family: Family) -> None:
    unfolded = with_scenes(Catalogue(families={family.key: family})).onethings
    assert list(unfolded) == [scene_key("family", scene.key) for scene in family.scenes]
    for scene in family.scenes:
        one = unfolded[scene_key("family", scene.key)]
        own = [member.item for member in scene.members]
        kept = [m.item for m in family.members if m.item not in own and m.item not in scene.without]
        assert [member.item for member in one.members] == [*own, *kept]
        assert {key for order in one.orders for key in (order.before, order.after)} <= {*own, *kept}
        assert (one.family, one.scene, one.fixed) == ("family", scene.key, scene.fixed)


@given(families())
def test_every_part_of_a_scene_leads_back_to_where_it_was_written(family: Family) -> None:
    unfolded = with_scenes(Catalogue(families={family.key: family})).onethings
    for key, one in unfolded.items():
        for index, member in enumerate(one.members):
            _, _, *steps = written_at(family, f"onethings/{key}/members/{index}/item").split("/")
            there = family.scenes[int(steps[1])].members if steps[0] == "scenes" else family.members
            assert there[int(steps[-2])] == member
            assert steps[-1] == "item"


@given(families(), st.data())
def test_answering_by_ones_own_scene_never_loses_it_and_ends(family: Family, data: st.DataObject) -> None:
    mine = data.draw(st.sampled_from(family.scenes))
    answers: dict[str, str] = {}
    while (question := next_choice(family, answers)) is not None:
        assert question.element not in answers, "no question comes twice"
        before = fitting(family, answers)
        told = mine.fixed.get(question.element)
        options = VALUES[question.element]
        assert any(
            len(fitting(family, {**answers, question.element: value})) < len(before) for value in options
        ), "a question that cannot tell scenes apart is not asked"
        answers[question.element] = str(told) if told is not None else data.draw(st.sampled_from(options))
        assert mine in fitting(family, answers)
    assert len(answers) <= len(family.choice)
