"""What lies in the repository: nothing of a machine or registry, locks with digests, exceptions with reasons."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.house.source import ROOT, python, tracked, where

# Written in pieces, so that this file does not find itself.
_MACHINE = re.compile(
    "|".join(["/wo" + r"rk/", "/ro" + r"ot/", "/ho" + r"me/[a-z]+/", "/op" + r"t/(pypi|wheels)"])
)
_REGISTRY = re.compile(
    "|".join(["py" + r"pi\.org/simple", "python" + "hosted", "index" + r"-url\s", "npm" + r"js\.org"])
)
_LOCKS = ("run", "test", "bench")


@pytest.mark.parametrize("what", [_MACHINE, _REGISTRY], ids=["machine path", "registry address"])
def test_no_file_tells_of_the_machine_it_was_written_on(what: re.Pattern[str]) -> None:
    # The script that makes the locks must name the option that leaves the address out.
    files = [path for path in tracked() if path.name != "lock.sh"]
    found = [
        f"{where(path, number)}: {line.strip()[:100]}"
        for path in files
        for number, line in enumerate(
            path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1
        )
        if what.search(line)
    ]
    assert found == []


def _lock(kind: str) -> dict[str, tuple[str, int]]:
    """Package → (version, number of digests)."""
    text = (ROOT / "requirements" / f"{kind}.txt").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[a-zA-Z0-9])", re.sub(r"(?m)^\s*#.*\n", "", text))
    found = {}
    for block in blocks:
        match = re.match(r"([A-Za-z0-9._-]+)==(\S+)", block)
        assert match, block[:60]
        found[match[1].lower()] = (match[2], block.count("--hash=sha256:"))
    return found


@pytest.mark.parametrize("kind", _LOCKS)
def test_every_locked_package_has_a_digest(kind: str) -> None:
    assert {name for name, (_, digests) in _lock(kind).items() if not digests} == set()


def test_tests_run_on_the_versions_that_serve() -> None:
    run, test = _lock("run"), _lock("test")
    assert {name: version for name, (version, _) in run.items() if test.get(name, ("",))[0] != version} == {}


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    names = {re.split(r"[\[<>=~! ]", need)[0].lower() for need in asked}
    assert names - set(_lock("run")) == set()
    for kind, needs in project["project"]["optional-dependencies"].items():
        lock = _lock("bench" if kind == "bench" else "test")
        assert {re.split(r"[\[<>=~! ]", need)[0].lower() for need in needs} - set(lock) == set()


_EXCUSED = [ROOT / folder for folder in ("src", "scripts", "tests", "benchmarks")]


def _python() -> Iterator[tuple[Path, ast.Module]]:
    for folder in _EXCUSED:
        yield from python(folder).items()


def test_every_exception_from_a_rule_has_its_reason_beside_it() -> None:
    mark = re.compile(r"#\s*(noqa|type:\s*ignore|fmt:\s*off|pragma)")
    reason = re.compile(
        r"#\s*(noqa: [A-Z0-9, ]+|type:\s*ignore\[[a-z-, ]+\])\s*(#|-|–|—)\s*\S.{5,}|#\s*fmt: skip"
    )
    bare = [
        f"{where(path, number)}: {line.strip()[:100]}"
        for path, _ in _python()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if mark.search(line) and not reason.search(line) and "re.compile(" not in line
    ]
    assert bare == []


def test_whoever_catches_everything_says_why() -> None:
    bare = []
    for path, tree in _python():
        lines = path.read_text(encoding="utf-8").splitlines()
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler) and _catches_everything(node.type):
                comment = lines[node.lineno - 1].partition("#")[2]
                if not re.search(r"reason: \S.{5,}", comment):
                    bare.append(where(path, node.lineno))
    assert bare == []


def _catches_everything(what: ast.expr | None) -> bool:
    names = what.elts if isinstance(what, ast.Tuple) else [what]
    return any(
        one is None or (isinstance(one, ast.Name) and one.id in {"Exception", "BaseException"})
        for one in names
    )


def test_every_test_that_is_left_out_says_why() -> None:
    """By words of its own: the first argument of a skip, the `reason` of a mark."""
    bare = []
    for path, tree in _python():
        for node in ast.walk(tree):
            mark = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if not re.fullmatch(r"pytest\.(mark\.)?(skip|skipif|xfail|importorskip)", mark):
                continue
            assert isinstance(node, ast.Call)
            named = [one.value for one in node.keywords if one.arg == "reason"]
            said = named or (node.args[:1] if mark in {"pytest.skip", "pytest.xfail"} else [])
            if not any(isinstance(one, ast.JoinedStr) or _words(one) for one in said):
                bare.append(where(path, node.lineno))
        bare += [
            where(path, node.lineno)
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
            for one in node.decorator_list
            if ast.unparse(one) in {"pytest.mark.skip", "pytest.mark.xfail"}
        ]
    assert bare == []


def _words(one: ast.expr) -> bool:
    return isinstance(one, ast.Constant) and isinstance(one.value, str) and len(one.value) > 10


def test_every_rule_that_is_switched_off_has_its_reason() -> None:
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    start = lines.index("ignore = [")
    off = [line for line in lines[start:] if re.match(r'    "[A-Z]+\d*",', line)]
    assert len(off) > 10
    assert [line for line in off if "# reason: " not in line] == []


def test_every_warning_that_is_let_through_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = text.partition("filterwarnings = [")[2].partition("\n]")[0].strip().splitlines()
    assert block[0].strip() == '"error",'
    filters = [number for number, line in enumerate(block) if line.strip().startswith(('"ignore', "'ignore"))]
    assert [block[number] for number in filters if "# reason: " not in block[number - 1]] == []


def test_imports_are_checked_without_exceptions() -> None:
    text = (ROOT / ".importlinter").read_text(encoding="utf-8")
    assert "ignore_imports" not in text
    assert "exhaustive_ignores" not in text
    assert text.count("exhaustive = True") == 2
