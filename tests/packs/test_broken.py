"""Every broken pack says what is wrong, where, and what to do: all of it and nothing more.

A case is a folder in ``broken/`` with an ``expected.txt``, one problem a line:
``file:line:column code: message（suggestion）``.
"""

from pathlib import Path

import pytest

from bancheng.connect.packs import load_packs

BROKEN = Path(__file__).parent / "broken"
CASES = sorted(path.name for path in BROKEN.iterdir() if path.is_dir())


def told(case: str, base: Path) -> list[str]:
    """The problems of one broken pack, a line each."""
    lines = []
    for problem in load_packs([base, BROKEN / case]).problems:
        place = problem.place
        spot = ":".join(str(part) for part in (place.file, place.line, place.column) if part)
        hint = f"（{problem.suggestion}）" if problem.suggestion else ""
        severity = "" if problem.severity.value == "error" else "warning "
        lines.append(f"{spot} {severity}{problem.code}: {problem.message}{hint}")
    return lines


@pytest.mark.parametrize("case", CASES)
def test_a_broken_pack_is_told_as_expected(case: str, base: Path) -> None:
    expected = (BROKEN / case / "expected.txt").read_text(encoding="utf-8").splitlines()
    assert told(case, base) == expected


@pytest.mark.parametrize("case", CASES)
def test_every_problem_names_its_file_and_says_what_to_do(case: str, base: Path) -> None:
    problems = load_packs([base, BROKEN / case]).problems
    assert problems
    for problem in problems:
        assert problem.place.file.startswith((case, "base"))
        assert problem.suggestion.endswith(("。", "？"))
        assert problem.message.endswith(("。", "”"))


def test_there_are_enough_broken_packs() -> None:
    assert len(CASES) >= 25
