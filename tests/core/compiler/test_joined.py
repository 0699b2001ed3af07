"""Joined conditions: the tree kept for a joined text is the one that reading the text gives."""

from hypothesis import given
from hypothesis import strategies as st

from bancheng.core.compiler._feel import both, either, negated, tree
from bancheng.core.rules import parse

LEAVES = st.sampled_from(
    (
        "a",
        "b > 3",
        'c = "x"',
        "not(a)",
        "d in (1, 2)",
        "some p in e satisfies p.f > 1",
        "if a then b > 1 else d = 2",
    )
)
TEXTS = st.recursive(
    st.one_of(LEAVES, st.sampled_from(("true", "false"))),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: both(*parts)),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: either(*parts)),
        inner.map(negated),
        inner.map(lambda part: f"({part})"),
    ),
    max_leaves=8,
)


@given(TEXTS)
def test_the_tree_of_a_joined_text_is_what_reading_it_gives(text: str) -> None:
    assert tree(text) == parse(text)
