"""Ask a decision model: a DMN file (1.2 to 1.5) or a decision table in Excel, with inputs from a JSON file.

Without --decision, prints what can be asked and what each needs.
Exit code: 0 answered, 1 the model or the inputs have problems, 2 wrong use.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec

from bancheng.connect.dmn import load_dmn, write_excel, write_model
from bancheng.core.kernel import Problem, ProblemsFound, Severity
from bancheng.core.rules import UNKNOWN, Mode, RuleLimit
from bancheng.core.rules.decisions import (
    Decisions,
    FindingKind,
    TableTrace,
    lacking,
    tell,
    to_plain,
    value_words,
)

HELP = "ask a decision model (DMN, or a table in Excel)"
NEEDS_DJANGO = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument(
        "file", metavar="FILE", type=Path, help="the model: .dmn, or .xlsx with decision tables"
    )
    parser.add_argument("--decision", metavar="NAME", help="what is asked: a decision or a decision service")
    parser.add_argument("--input", metavar="FILE", type=Path, help="JSON with the inputs by name")
    parser.add_argument(
        "--as-of", metavar="DATE", type=date.fromisoformat, help="the day that today() and parameters mean"
    )
    parser.add_argument(
        "--unknown", action="store_true", help="an input that is not given is unknown, not null"
    )
    parser.add_argument(
        "--to", metavar="FILE", type=Path, help="write the model here: .dmn (1.5), or .xlsx for its tables"
    )
    parser.add_argument(
        "--check", action="store_true", help="look for gaps, overlaps, conflicts and rows never reached"
    )
    parser.add_argument(
        "--whole", metavar="COLUMN", nargs="+", default=[], help="with --check: columns of whole numbers"
    )
    parser.add_argument("--trace", action="store_true", help="tell what each decision table met")


def run(args: argparse.Namespace) -> int:
    """Load, ask, print."""
    try:
        decisions = load_dmn(args.file)
    except OSError as error:
        return _wrong(f"读不了 {args.file}：{error.strerror}")
    except ProblemsFound as found:
        return _problems(found.problems, args.json)
    if args.to is not None:
        return _write(decisions, args.to)
    if args.check:
        return _check(decisions, args)
    if args.decision is None:
        return _contents(decisions, args.json)
    try:
        decisions.named(args.decision)
    except KeyError:
        return _wrong(f"没有叫“{args.decision}”的决策。可以问：{'、'.join(_askable(decisions))}")
    try:
        raw = {} if args.input is None else msgspec.json.decode(args.input.read_bytes())
    except (OSError, msgspec.DecodeError) as error:
        return _wrong(f"读不了 {args.input}：{error}")
    if not isinstance(raw, dict):
        return _wrong(f'{args.input} 里应当是一个对象：{{"输入的名称": 值}}')
    return _ask(decisions, raw, args)


def _write(decisions: Decisions, target: Path) -> int:
    if target.suffix.lower() not in {".dmn", ".xlsx"}:
        return _wrong(f"只能写成 .dmn 或 .xlsx：{target}")
    try:
        excel = target.suffix.lower() == ".xlsx"
        content = write_excel(decisions.model) if excel else write_model(decisions.model)
        target.write_bytes(content)
    except ValueError:
        return _wrong("这个模型里没有决策表，写不成 Excel。")
    except OSError as error:
        return _wrong(f"写不了 {target}：{error.strerror}")
    return 0


def _check(decisions: Decisions, args: argparse.Namespace) -> int:
    found = decisions.check(whole=args.whole)
    wrong = any(finding.severity is Severity.ERROR for _, finding in found)
    if args.json:
        rows = [
            {
                "table": name,
                **msgspec.to_builtins(msgspec.structs.replace(finding, example=())),
                "example": {column: to_plain(value) for column, value in finding.example},
            }
            for name, finding in found
        ]
        print(msgspec.json.Encoder(decimal_format="number").encode({"findings": rows}).decode())
        return 1 if wrong else 0
    for name, finding in found:
        print(f"“{name}”{finding.message}")
        if finding.kind is FindingKind.GAP:
            print(f"    可以加一行：{' | '.join(finding.cells)}")
    if not found:
        print("没有遗漏、重复和冲突。")
    return 1 if wrong else 0


def _ask(decisions: Decisions, raw: dict[str, object], args: argparse.Namespace) -> int:
    known = {one.name for one in decisions.model.elements}
    free = any(not one.requirements for one in decisions.model.decisions)  # sees whatever it is given
    strange = [name for name in raw if not free and name not in known and "#" not in name]
    if strange:
        return _problems(
            tuple(
                Problem(
                    "dmn-input-name", f"模型里没有叫“{name}”的输入。", suggestion=f"可用：{_named(decisions)}"
                )
                for name in strange
            ),
            args.json,
        )
    mode = Mode.ENTITLEMENT if args.unknown else Mode.STANDARD
    try:
        answer = decisions.explain(args.decision, decisions.read_inputs(raw), as_of=args.as_of, mode=mode)
    except RuleLimit as error:
        return _problems((Problem("dmn-limit", f"算不完：{error}。", suggestion="请把规则拆小"),), args.json)
    if args.json:
        told = {"decision": args.decision, "value": to_plain(answer.value)}
        if args.trace:
            told["tables"] = answer.tables
        print(msgspec.json.Encoder(decimal_format="number").encode(told).decode())
        return 0
    print(value_words(answer.value))
    if args.trace:
        for line in _traces(answer.tables):
            print(line)
    if answer.value is UNKNOWN:
        columns = {name: None for table in answer.tables for name in lacking(table)}
        if columns:
            print(f"还要知道：{'、'.join(columns)}")
    return 0


def _traces(tables: tuple[TableTrace, ...]) -> Iterator[str]:
    for table in tables:
        yield ""
        yield from tell(table)


def _askable(decisions: Decisions) -> tuple[str, ...]:
    model = decisions.model
    return (*(one.name for one in model.decisions), *(one.name for one in model.services))


def _named(decisions: Decisions) -> str:
    return "、".join(one.name for one in decisions.model.inputs) or "（没有输入）"


def _contents(decisions: Decisions, as_json: bool) -> int:
    rows = [
        {
            "decision": name,
            "needs": [
                {"name": one.name, "type": one.variable.type if one.variable else ""}
                for one in decisions.needs(name)
            ],
        }
        for name in _askable(decisions)
    ]
    if as_json:
        print(msgspec.json.encode({"model": decisions.model.name, "decisions": rows}).decode())
        return 0
    print(decisions.model.name)
    for name in _askable(decisions):
        needs = "、".join(one.name for one in decisions.needs(name))
        print(f"  {name}" + (f"  ← {needs}" if needs else ""))
    return 0


def _problems(problems: tuple[Problem, ...], as_json: bool) -> int:
    if as_json:
        print(msgspec.json.encode({"problems": problems}).decode())
    else:
        print("\n".join(one.render() for one in problems), file=sys.stderr)
    return 1


def _wrong(message: str) -> int:
    print(message, file=sys.stderr)
    return 2
