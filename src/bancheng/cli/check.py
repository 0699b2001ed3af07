"""Check packs: every problem at once, with file, line and what to do.

A PACK is a folder, or the bare name of a pack that came with Bancheng. Packs it requires are loaded with it. With
--prove every one-thing is also searched for people whom it fails: nobody can reach, need, satisfy or finish something.
Exit code: 0 no error (perhaps warnings), 1 errors found, 2 wrong use.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path

import msgspec

from bancheng.connect.packs import Loaded, default_folders, load_benefits, load_packs, packs_root
from bancheng.core.compiler.proofs import Proof, prove
from bancheng.core.kernel import Problem, Severity

HELP = "check packs and tell every problem with its line"
NEEDS_DJANGO = False

_RED, _YELLOW, _FAINT, _PLAIN = "\x1b[31m", "\x1b[33m", "\x1b[2m", "\x1b[0m"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument(
        "packs", metavar="PACK", nargs="*", help="folder or name; without one, the shipped packs"
    )
    parser.add_argument("--strict", action="store_true", help="let warnings count as errors")
    parser.add_argument(
        "--prove", action="store_true", help="also prove the one-things, each fault with a person"
    )
    parser.add_argument(
        "--today", metavar="DATE", type=date.fromisoformat, help="the day of the proofs and the policies"
    )


def run(args: argparse.Namespace) -> int:
    """Load, report, count."""
    folders = chosen(args.packs)
    missing = [folder for folder in folders if not folder.is_dir()]
    if missing:
        print(f"没有这个数据包：{'、'.join(map(str, missing))}", file=sys.stderr)
        return 2
    loaded = load_packs(folders)
    began = time.perf_counter()
    proofs = _prove(loaded, args.today) if args.prove else ()
    spent = time.perf_counter() - began
    benefits = load_benefits(folders, args.today or datetime.now(tz=UTC).date())
    told = (*loaded.problems, *benefits.problems, *_faults(loaded, proofs))
    loaded = msgspec.structs.replace(loaded, problems=told)
    errors = sum(one.severity is Severity.ERROR for one in loaded.problems)
    warnings = len(loaded.problems) - errors
    if args.json:
        report = {"errors": errors, "warnings": warnings, "problems": loaded.problems, "packs": loaded.packs}
        report |= {"proofs": proofs} if args.prove else {}
        print(msgspec.json.encode(report).decode())
    else:
        _print(loaded, folders, errors, warnings)
        _tell_proofs(proofs, spent)
    return 1 if errors or (args.strict and warnings) else 0


def _prove(loaded: Loaded, today: date | None) -> tuple[Proof, ...]:
    day = today or datetime.now(tz=UTC).date()
    catalogue = loaded.catalogue
    return tuple(prove(one, catalogue, loaded.coverage, day) for one in catalogue.onethings.values())


def _faults(loaded: Loaded, proofs: Iterable[Proof]) -> tuple[Problem, ...]:
    """What the proofs found, each once where several one-things share it, in the order of files."""
    found = dict.fromkeys(loaded.positions.placed(one) for proof in proofs for one in proof.problems)
    return tuple(sorted(found, key=lambda one: (one.place.file, one.place.line or 0)))


def _tell_proofs(proofs: Sequence[Proof], spent: float) -> None:
    """How far the proofs went, and how long they took."""
    if not proofs:
        return
    questions = sum(check.questions for proof in proofs for check in proof.checks)
    solved = sum(proof.solved for proof in proofs)
    whole = sum(proof.complete for proof in proofs)
    print(
        f"校核 {len(proofs)} 件事：问了 {questions} 个“有没有这样的人”，其中 {solved} 个由求解器回答；"
        f"{whole} 件全部有结论；用时 {spent:.1f} 秒。"
    )
    for proof in proofs:
        for check in proof.checks:
            for because in check.because:
                print(f"  没有结论 {proof.onething} {check.name}：{because}")


def chosen(names: Sequence[str]) -> tuple[Path, ...]:
    """The folders meant by PACK arguments, and those of the packs they require where these are shipped."""
    if not names:
        return default_folders()
    root = packs_root()
    folders = [Path(name) if Path(name).is_dir() or os.sep in name else root / name for name in names]
    found = {folder.resolve().name: folder for folder in folders}
    waiting = list(folders)
    while waiting:
        for required in _requires(waiting.pop()):
            if required not in found and (root / required).is_dir():
                found[required] = root / required
                waiting.append(root / required)
    return tuple(found.values())


def _requires(folder: Path) -> Iterable[str]:
    alone = load_packs([folder]).packs if folder.is_dir() else ()
    return alone[0].requires if alone else ()


def _print(loaded: Loaded, folders: Sequence[Path], errors: int, warnings: int) -> None:
    colours = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    parents = {folder.resolve().name: folder.parent for folder in folders}
    for file, problems in groupby(loaded.problems, key=lambda one: one.place.file):
        shown = _shown(file, parents)
        for problem in problems:
            print(_line(problem, shown, colours))
        print()
    packs = "、".join(f"{one.title}（{one.items} 个事项，{one.onethings} 件事）" for one in loaded.packs)
    print(f"{packs}：{errors} 个错误，{warnings} 个提醒。" if loaded.problems else f"{packs}：没有问题。")


def _shown(file: str, parents: dict[str, Path]) -> str:
    """The path as the caller can open it."""
    folder = file.partition("/")[0]
    return os.path.relpath(parents[folder] / file) if folder in parents else file


def _line(problem: Problem, file: str, colours: bool) -> str:
    place = problem.place
    spot = ":".join(str(part) for part in (file, place.line, place.column) if part)
    hint = f"（{problem.suggestion}）" if problem.suggestion else ""
    word = "错误" if problem.severity is Severity.ERROR else "提醒"
    if not colours:
        return f"{spot} {word}：{problem.message}{hint}"
    colour = _RED if problem.severity is Severity.ERROR else _YELLOW
    return f"{_FAINT}{spot}{_PLAIN} {colour}{word}{_PLAIN}：{problem.message}{_FAINT}{hint}{_PLAIN}"
