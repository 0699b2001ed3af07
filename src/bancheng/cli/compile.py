"""Compile a one-thing and print what it comes to: before and after, form, materials, plan, fees, problems.

ONETHING is a key of the packs. With --answers FILE (a YAML or JSON mapping of element to answer) the list is that of
one person. Exit code: 0 compiled, 1 problems of severity error, 2 wrong use.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import msgspec
import yaml

from bancheng.cli.check import chosen
from bancheng.connect.packs import load_packs
from bancheng.core.compiler import (
    Blueprint,
    ClockSummary,
    Compiled,
    Disposition,
    Measure,
    PersonalList,
    PlanStep,
    compile_onething,
    narrow,
    plan_svg,
    to_bpmn,
    to_json_schema,
)
from bancheng.core.evidence import Known
from bancheng.core.kernel import Problem, Severity

HELP = "derive a one-thing from its items and print form, materials, plan, days and savings"
NEEDS_DJANGO = False

_MEASURES = {
    Measure.FIELDS: "填写项",
    Measure.MATERIALS: "材料",
    Measure.STEPS: "环节",
    Measure.TRIPS: "跑动",
    Measure.DAYS: "时限（工作日）",
}
_DISPOSITIONS = {
    Disposition.ASKED: "要交",
    Disposition.WAIVED: "免交",
    Disposition.PRODUCED: "内部流转",
    Disposition.FORM: "表单生成",
}
_PRINTS = {"svg", "bpmn", "schema"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the verb takes."""
    parser.add_argument("onething", metavar="ONETHING", help="key of the one-thing")
    parser.add_argument("--answers", metavar="FILE", type=Path, help="answers of one person, YAML or JSON")
    parser.add_argument("--packs", metavar="PACK", nargs="+", default=[], help="folders or names of packs")
    parser.add_argument("--today", metavar="DATE", type=date.fromisoformat, help="the day that today() means")
    parser.add_argument("--print", choices=sorted(_PRINTS), dest="print_as", help="print only this export")


def run(args: argparse.Namespace) -> int:
    """Load, compile, narrow, print."""
    try:
        answers = _answers(args.answers)
    except (OSError, ValueError, yaml.YAMLError) as error:
        print(f"读不了回答文件：{error}", file=sys.stderr)
        return 2
    loaded = load_packs(chosen(args.packs))
    definition = loaded.catalogue.onethings.get(args.onething)
    if definition is None:
        known = "、".join(sorted(loaded.catalogue.onethings))
        print(f"没有这件事：{args.onething}。现有：{known}", file=sys.stderr)
        return 2
    compiled = compile_onething(definition, loaded.catalogue, loaded.coverage)
    person = None
    if compiled.blueprint:
        person = narrow(compiled.blueprint, answers, Known(), args.today, assume_coverage=True)
    if args.json:
        report = {"blueprint": compiled.blueprint, "person": person, "problems": compiled.problems}
        print(msgspec.json.encode(report).decode())
    elif args.print_as and compiled.blueprint:
        print(_export(compiled.blueprint, args.print_as))
    else:
        print("\n".join(_report(compiled, person, personal=args.answers is not None)))
    return 1 if compiled.blueprint is None else 0


def _answers(file: Path | None) -> dict[str, object]:
    if file is None:
        return {}
    found = yaml.safe_load(file.read_text(encoding="utf-8"))
    if not isinstance(found, dict):
        raise yaml.YAMLError(f"{file}: 应为“数据元: 回答”的对照")
    return {str(key): value for key, value in found.items()}


def _export(blueprint: Blueprint, name: str) -> str:
    if name == "svg":
        return plan_svg(blueprint, standalone=True)
    if name == "bpmn":
        return to_bpmn(blueprint)
    return json.dumps(to_json_schema(blueprint), ensure_ascii=False, indent=2)


def _report(compiled: Compiled, person: PersonalList | None, *, personal: bool) -> Iterator[str]:
    blueprint = compiled.blueprint
    if blueprint is not None and person is not None:
        yield f"{blueprint.name}（{blueprint.lead_name}牵头，版本 {blueprint.version}，{blueprint.digest[:12]}）"
        if personal:
            yield from _gate(person)
        yield from _savings(blueprint)
        yield from _items(person)
        yield from _questions(person)
        yield from _form(person)
        yield from _materials(person)
        yield from _plan(blueprint, person)
        yield from _fees(person)
    yield from _problems(compiled.problems)


def _gate(person: PersonalList) -> Iterator[str]:
    words = {"eligible": "可以一次办", "not_eligible": "不适用一次办", "unknown": "还不能判断"}
    yield f"准入：{words[person.eligibility.value]}"
    for refusal in person.refusals:
        yield f"  {refusal.reason}{refusal.remedy}"
    for condition in person.unmet:
        yield f"  不符合受理条件：{condition.reason}"


def _savings(blueprint: Blueprint) -> Iterator[str]:
    yield f"\n改革前后（按“{blueprint.savings.base}”计）"
    for line in blueprint.savings.lines:
        rate = f"减 {line.rate * 100:.1f}%" if line.rate is not None else "—"
        yield f"  {_MEASURES[line.measure]}：{line.before:f} → {line.after:f}  {rate}"
    for remark in blueprint.savings.excluded:
        yield f"  注：{remark}"


def _items(person: PersonalList) -> Iterator[str]:
    yield "\n联办事项"
    for item in person.items:
        yield f"  ● {item.name}（{item.body_name}）"
    for item in person.open_items:
        yield f"  ○ {item.name}（{item.body_name}）看情况办"
    for item in person.offered:
        yield f"  ＋ {item.name}（{item.body_name}）可选"


def _questions(person: PersonalList) -> Iterator[str]:
    if person.questions:
        yield "\n先问"
    for number, question in enumerate(person.questions, 1):
        options = " / ".join(option.label for option in question.options)
        yield f"  {number}. {question.text}  {options}"


def _form(person: PersonalList) -> Iterator[str]:
    yield "\n表单"
    fields = {one.field.element: one for one in person.fields}
    for group in person.groups:
        yield f"  {group.name}"
        for element in group.fields:
            one = fields[element]
            need = {True: "必填", False: "选填", None: "看情况"}[one.required if one.shown else None]
            source = f"，可由“{one.field.source_name}”预填" if one.field.source else ""
            told = "，已在情形问题里回答" if one.field.guided else ""
            yield f"    {one.field.name}（{need}{source}{told}）用于 {len(one.field.items)} 个事项"


def _materials(person: PersonalList) -> Iterator[str]:
    yield "\n材料"
    for one in person.materials:
        word = _DISPOSITIONS[one.material.disposition] if one.asked is not None else "看情况"
        reason = f"：{one.reason}" if one.reason else ""
        later = f"（可容缺，{one.material.defer_days} 个工作日内补）" if one.material.deferrable else ""
        yield f"  [{word}] {one.material.name}{reason}{later}"


def _plan(blueprint: Blueprint, person: PersonalList) -> Iterator[str]:
    clock: ClockSummary = person.clock
    yield f"\n办理（承诺 {clock.promised.words()}，最长一串 {clock.critical_days:f} 个工作日）"
    before: dict[str, list[str]] = {}
    names = {step.key: step.name for step in person.plan.steps}
    for edge in person.plan.edges:
        before.setdefault(edge.after, []).append(names[edge.before])
    for times in sorted(clock.times, key=lambda one: (one.start, one.finish)):
        step = next(one for one in person.plan.steps if one.key == times.step)
        mark = "★" if step.key in clock.critical else "  "
        waits = f"，等 {'、'.join(before[step.key])}" if step.key in before else ""
        yield f"  {mark} 第 {times.start:f}–{times.finish:f} 天  {step.name}（{_bodies(blueprint, step)}{waits}）"


def _bodies(blueprint: Blueprint, step: PlanStep) -> str:
    names: Mapping[str, str] = blueprint.body_names
    return "、".join(names.get(body, body) for body in step.bodies)


def _fees(person: PersonalList) -> Iterator[str]:
    yield "\n费用" if person.fees else "\n费用：不收费"
    for fee in person.fees:
        amount = f"{fee.amount:f} 元" if fee.amount is not None else "看情况"
        yield f"  {fee.name}（{fee.body_name}）：{amount}，依据：{fee.basis}"


def _problems(problems: tuple[Problem, ...]) -> Iterator[str]:
    if problems:
        yield "\n问题"
    for problem in problems:
        word = "错误" if problem.severity is Severity.ERROR else "提醒"
        yield f"  {word} {problem.render()}"
