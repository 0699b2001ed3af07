"""The source as the structure tests read it, parsed once."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "bancheng"

_TEXT = {
    "", ".py", ".md", ".toml", ".txt", ".yaml", ".yml", ".html", ".css", ".js", ".svg", ".typ", ".po", ".csv", ".sh",
    ".json", ".ini", ".in",
}  # fmt: skip


@cache
def tracked() -> tuple[Path, ...]:
    """Every text file of the project, as git would hand it over; vendored third-party files left out."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return tuple(
        path for path in paths if path.suffix in _TEXT and "vendor" not in path.parts and path.is_file()
    )


@cache
def python(folder: Path) -> dict[Path, ast.Module]:
    """Every Python module under ``folder``, parsed; migrations, which Django writes, left out."""
    return {
        path: ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*.py"))
        if "migrations" not in path.parts
    }


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a module, methods and inner ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def where(path: Path, line: int = 0) -> str:
    """``path`` as a reader can open it."""
    return f"{path.relative_to(ROOT)}:{line}" if line else str(path.relative_to(ROOT))
