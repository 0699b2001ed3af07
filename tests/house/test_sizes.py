"""Nothing grows beyond what one person reads in one go."""

from tests.house.source import ROOT, SRC, functions, python, where

FILE_LINES = 500
FUNCTION_LINES = 60
NINE_OF_TEN_FUNCTIONS = 30


def _length(node: object) -> int:
    return (getattr(node, "end_lineno", 0) or 0) - getattr(node, "lineno", 0) + 1


def test_no_file_is_longer_than_five_hundred_lines() -> None:
    folders = [SRC, ROOT / "tests", ROOT / "scripts", ROOT / "benchmarks"]
    lengths = {
        where(path): len(path.read_text(encoding="utf-8").splitlines())
        for folder in folders
        for path in python(folder)
    }
    assert {path: lines for path, lines in lengths.items() if lines > FILE_LINES} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        f"{where(path, node.lineno)} {node.name}": _length(node)
        for path, tree in python(SRC).items()
        for node in functions(tree)
        if _length(node) > FUNCTION_LINES
    }
    assert long == {}


def test_nine_of_ten_functions_are_short() -> None:
    lengths = sorted(_length(node) for tree in python(SRC).values() for node in functions(tree))
    assert lengths[len(lengths) * 9 // 10] <= NINE_OF_TEN_FUNCTIONS
