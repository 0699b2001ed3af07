"""Random rules: well-formed expressions over the facts a…e, xs, with values that make every kind of outcome likely."""

from __future__ import annotations

from hypothesis import strategies as st

from bancheng.core.rules import UNKNOWN

NAMES = ("a", "b", "c", "d", "e")
VALUES = st.sampled_from([True, False, None, 0, 1, 2, "甲", "乙"])
LISTS = st.lists(VALUES, max_size=3).map(tuple)
FACTS = st.fixed_dictionaries({**dict.fromkeys(NAMES, VALUES), "xs": LISTS})
HOLES = st.sets(st.sampled_from([*NAMES, "xs"]))


def hide(facts: dict[str, object], holes: set[str]) -> dict[str, object]:
    """The facts with some of them not told: half left out, half given as UNKNOWN."""
    return {
        key: UNKNOWN if key in holes else value
        for key, value in facts.items()
        if key not in holes or key in {"a", "c", "xs"}
    }


_CONSTANTS = st.sampled_from(
    ["true", "false", "null", "0", "1", "2", "-1", "1.5", '"甲"', '"乙"', '@"P1Y"', "[]"]
)
_LEAVES = st.one_of(_CONSTANTS, st.sampled_from(NAMES), st.sampled_from(NAMES))
_LISTED = st.one_of(st.just("xs"), st.lists(_LEAVES, max_size=3).map(lambda items: f"[{', '.join(items)}]"))


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def form(template: str) -> st.SearchStrategy[str]:
        return st.tuples(inner, inner, inner, _LISTED).map(
            lambda parts: template.format(x=parts[0], y=parts[1], z=parts[2], l=parts[3])
        )

    return st.one_of(*map(form, _FORMS))


_FORMS = (
    "({x}) and ({y})",
    "({x}) or ({y}) or ({z})",
    "{x} and {y}",
    "not({x})",
    "({x}) = ({y})",
    "({x}) != ({y})",
    "({x}) < ({y})",
    "({x}) >= ({y})",
    "({x}) between ({y}) and ({z})",
    "({x}) in ({y}, {z})",
    "({x}) in (< ({y}), [1..2])",
    "({x}) in {l}",
    "if {x} then {y} else {z}",
    "({x}) + ({y})",
    "({x}) * ({y})",
    "-({x})",
    "some v in {l} satisfies v = ({x})",
    "every v in {l} satisfies ({x}) or v = 1",
    "some a in {l} satisfies a = ({x})",
    "count({l}[item = ({x})])",
    "sum(for v in {l} return v + ({x}))",
    "max([{x}, {y}])",
    "any([{x}, {y}])",
    "all({l})",
    "list contains({l}, {x})",
    "string({x})",
    "{{k: {x}, m: k}}.m",
    "({x}) instance of number",
    "is defined({x})",
    "({l})[{x}]",
    "abs({x})",
    "({x}) in (>= ({y}))",
    "(function(v) v = ({x}))({y})",
    "count(sort({l}, function(v, w) v < ({x})))",
    "list contains(reverse({l}), {x})",
    "list contains(union({l}, [{x}]), {y})",
    "{{f: function(v) if v then {x} else {y}, r: f({z})}}.r",
    'get value({{k: {x}}}, "k")',
    "before({x}, {y})",
    "({x}) instance of list<number>",
    "is({x}, {y})",
    "median({l})",
    "for v in {l} return [v, {x}]",
)
TEXTS = st.recursive(_LEAVES, _larger, max_leaves=10)
