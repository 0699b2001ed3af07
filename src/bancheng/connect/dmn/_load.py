"""Files → decisions that can be asked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bancheng.connect.dmn._excel import read_excel
from bancheng.connect.dmn._read import read_model
from bancheng.core.kernel import Problem, Problems, ProblemsFound
from bancheng.core.rules.decisions import Decisions, Model, compile_model, errors


def load_dmn(path: Path | str, *, lenient: bool = False) -> Decisions:
    """A DMN file (1.2 to 1.5) made ready to be asked: ``load_dmn(path).evaluate("Decision", {"Input": 1})``.

    A workbook (.xlsx) of decision tables is read as well (`read_excel`).

    Imported models are looked for, by their namespace, in the file named by the import and among the ``.dmn`` files of
    the same folder. With `lenient`, logic that cannot be read is null instead of an error (`Decisions.problems` tells).

    Raises:
        OSError: the file cannot be read.
        ProblemsFound: what is wrong with the model or one it imports, all at once, by line.
    """
    path = Path(path)
    if path.suffix.lower() == ".xlsx":
        return _ready(*read_excel(path), {}, path.name, lenient=lenient)
    return load_texts(path.read_bytes(), path.name, _siblings(path), lenient=lenient)


def load_texts(
    content: bytes, file: str, others: Mapping[str, bytes] | None = None, *, lenient: bool = False
) -> Decisions:
    """As `load_dmn`, from what files hold: `others` (name → content) are where imported models may be.

    Raises:
        ProblemsFound: as `load_dmn`.
    """
    model, problems = read_model(content, file)
    return _ready(model, problems, others or {}, file, lenient=lenient)


def _ready(
    model: Model | None,
    problems: tuple[Problem, ...],
    others: Mapping[str, bytes],
    file: str,
    *,
    lenient: bool,
) -> Decisions:
    if model is None:
        raise ProblemsFound(problems)
    found = Problems()
    found.extend(problems)
    models, files = _imported(model, others, found)
    files[model.namespace] = file
    decisions = compile_model(model, models, files)
    everything = _in_order((*found, *decisions.problems))
    if errors(everything) and not lenient:
        raise ProblemsFound(everything)
    return decisions


def _siblings(path: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in sorted(path.parent.glob("*.dmn")) if one.name != path.name}


def _imported(
    model: Model, others: Mapping[str, bytes], problems: Problems
) -> tuple[dict[str, Model], dict[str, str]]:
    """The models that are needed, directly or by way of others."""
    wanted = [one.namespace for one in model.imports]
    models: dict[str, Model] = {}
    files: dict[str, str] = {}
    if not wanted:
        return models, files
    known: dict[str, tuple[str, Model, tuple[Problem, ...]]] = {}
    for name, content in others.items():
        other, told = read_model(content, name)
        if other is not None:
            known[other.namespace] = (name, other, told)
    while wanted:
        space = wanted.pop()
        if space in models or space not in known:
            continue
        files[space], models[space], told = known[space]
        problems.extend(told)
        wanted.extend(one.namespace for one in models[space].imports)
    return models, files


def _in_order(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    found = Problems()
    found.extend(problems)
    return found.found()
