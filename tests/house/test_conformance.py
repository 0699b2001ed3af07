"""The pages on conformance and on complaints claim nothing that no test proves."""

import ast
import re

from tests.house.source import ROOT

PAGES = {"conformance": r"[ADOX]\d+", "complaints": r"\d+"}
"""Page → how its rows are numbered."""
HEADINGS = {
    *(str(n) for n in range(1, 41)),
    *(f"A{n}" for n in range(1, 11)),
    *(f"O{n}" for n in range(1, 7)),
    *(f"D{n}" for n in range(1, 13)),
    *(f"X{n}" for n in range(1, 5)),
}


def _rows() -> dict[str, tuple[str, list[str]]]:
    found = {}
    for page, numbered in PAGES.items():
        for line in (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8").splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if len(cells) == 5 and re.fullmatch(numbered, cells[0]):
                found[cells[0]] = (cells[3], re.findall(r"`(tests/[^`]+)`", cells[4]))
    return found


def _exists(name: str) -> bool:
    path, _, test = name.partition("::")
    test = test.rpartition("::")[2]
    if not (ROOT / path).is_file():
        return False
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return test in names if test else any(one.startswith("test_") for one in names)


def test_every_heading_has_its_row_and_each_row_its_tests() -> None:
    rows = _rows()
    assert set(rows) == HEADINGS
    assert [key for key, (word, tests) in rows.items() if not tests and word != "no"] == []


def test_every_test_named_is_there() -> None:
    assert [(key, one) for key, (_, tests) in _rows().items() for one in tests if not _exists(one)] == []


def test_what_stands_is_said_in_one_of_three_words() -> None:
    assert {key: word for key, (word, _) in _rows().items() if word not in {"yes", "partly", "no"}} == {}
