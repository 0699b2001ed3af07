"""The page on conformance claims nothing that no test proves."""

import ast
import re

from tests.house.source import ROOT

PAGE = ROOT / "docs" / "conformance.md"
HEADINGS = {
    *(f"A{n}" for n in range(1, 11)),
    *(f"O{n}" for n in range(1, 7)),
    *(f"D{n}" for n in range(1, 13)),
    *(f"X{n}" for n in range(1, 5)),
}


def _rows() -> dict[str, tuple[str, list[str]]]:
    found = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 5 and re.fullmatch(r"[ADOX]\d+", cells[0]):
            found[cells[0]] = (cells[3], re.findall(r"`(tests/[^`]+)`", cells[4]))
    return found


def _exists(name: str) -> bool:
    path, _, test = name.partition("::")
    if not (ROOT / path).is_file():
        return False
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    return test in names if test else any(one.startswith("test_") for one in names)


def test_every_heading_has_its_row_and_each_row_its_tests() -> None:
    rows = _rows()
    assert set(rows) == HEADINGS
    assert [key for key, (word, tests) in rows.items() if not tests and word != "no"] == []


def test_every_test_named_is_there() -> None:
    assert [(key, one) for key, (_, tests) in _rows().items() for one in tests if not _exists(one)] == []


def test_what_stands_is_said_in_one_of_three_words() -> None:
    assert {key: word for key, (word, _) in _rows().items() if word not in {"yes", "partly", "no"}} == {}
