"""Files that mean harm, or nothing: they end in a problem, never in a crash or a wait."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bancheng.connect.packs._tree import MAX_FILE_BYTES, parse


@pytest.mark.parametrize("count", [30, 300_000])
def test_deep_nesting_does_not_end_the_process(count: int) -> None:
    for data in (b"[" * count, b"- " * count, b"{a: " * count):
        node, problems = parse(data, "f", json_text=False)
        assert node is None
        assert problems


def test_deep_json_does_not_end_the_process() -> None:
    node, problems = parse(b"[" * 200_000, "f", json_text=True)
    assert (node, [one.code for one in problems]) == (None, ["yaml_syntax"])


def test_a_file_too_large_is_not_read() -> None:
    node, problems = parse(b" " * (MAX_FILE_BYTES + 1), "f", json_text=False)
    assert (node, problems[0].code) == (None, "file_too_large")


def test_aliases_that_multiply_are_refused() -> None:
    lines = [b"a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [b"a%d: &a%d [%s]" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 10)) for n in range(1, 12)]
    node, problems = parse(b"\n".join(lines), "f", json_text=False)
    assert (node, problems[0].code) == (None, "alias_bomb")


def test_a_modest_alias_is_welcome() -> None:
    node, problems = parse(b"a: &x [one, two]\nb: *x\n", "f", json_text=False)
    assert problems == []
    assert node is not None


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_yield_a_tree_or_a_problem(data: bytes, json_text: bool) -> None:
    _, problems = parse(data, "f", json_text=json_text)
    for problem in problems:
        assert problem.message.endswith(("。", "”"))
        assert problem.place.file == "f"


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab:-[]{}&*!|>'\"# \n\t，。", max_size=60))
def test_any_yaml_like_text_yields_a_tree_or_a_problem(text: str) -> None:
    parse(text.encode(), "f", json_text=False)


def test_nothing_outside_the_pack_is_read(tmp_path: Path) -> None:
    assert parse(b"!include /etc/passwd", "f", json_text=False)[1][0].code == "yaml_tag"
    assert list(tmp_path.iterdir()) == []
