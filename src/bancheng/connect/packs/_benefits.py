"""Policies in packs: ``benefits.yaml`` or everything in ``benefits/`` → one set of rules, with all problems at once.

A file holds sections ``sources``, ``facts``, ``parameters``, ``entitlements``, ``policies``, ``variants``, ``watches``,
``residents``, ``asks``, ``tags`` (each: id → record) and ``examples`` (name → facts and what must come of them). Sections of all files and packs are put together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec
from yaml import Node

from bancheng.connect.packs._export import plain
from bancheng.connect.packs._files import pack_files
from bancheng.connect.packs._read import BAD, Reading, pairs, struct_reader
from bancheng.connect.packs._tree import parse, place
from bancheng.connect.packs._words import did_you_mean
from bancheng.core.benefits import (
    ColumnKind,
    Entitlement,
    FactAsk,
    FactSpec,
    Parameter,
    Policy,
    PolicyWriting,
    Resident,
    RuleSet,
    Source,
    Tag,
    Variant,
    check_asks,
    check_policies,
    check_residents,
    check_rule_set,
    told_fact,
    vary,
    write_over,
)
from bancheng.core.benefits.standing import Watch
from bancheng.core.kernel import Place, Problem, Problems, Record
from bancheng.core.rules import Value

_RECORDS: Final[dict[str, tuple[type[msgspec.Struct], str]]] = {
    "sources": (Source, "id"),
    "facts": (FactSpec, "id"),
    "parameters": (Parameter, "id"),
    "entitlements": (Entitlement, "id"),
    "policies": (Policy, "id"),
    "variants": (Variant, "id"),
    "watches": (Watch, "benefit"),
    "residents": (Resident, "identity"),
    "asks": (FactAsk, "fact"),
    "tags": (Tag, "id"),
}


class BenefitExample(Record):
    """A case an official can read: these facts on this day, and what each policy named must come to.

    `expect`: policy → ``entitled``, ``not`` or ``unknown``; `amounts`: policy → yuan.
    """

    name: str
    as_of: dt.date
    facts: Mapping[str, Value]
    expect: Mapping[str, str]
    amounts: Mapping[str, Decimal]


class _Written(Record):
    as_of: dt.date
    facts: dict[str, str]
    expect: dict[str, str]
    amounts: dict[str, Decimal] = {}


class LoadedBenefits(Record):
    """What the packs say of benefits, and everything that is wrong with it."""

    rules: RuleSet
    policies: tuple[Policy, ...] = ()
    watches: tuple[Watch, ...] = ()
    examples: tuple[BenefitExample, ...] = ()
    residents: tuple[Resident, ...] = ()
    asks: tuple[FactAsk, ...] = ()
    tags: tuple[Tag, ...] = ()
    problems: tuple[Problem, ...] = ()

    def policy(self, name: str) -> Policy:
        """The policy of that id.

        Raises:
            KeyError: there is none.
        """
        return {one.id: one for one in self.policies}[name]


def load_benefits(
    folders: Sequence[Path], as_of: dt.date, written: Sequence[PolicyWriting] = ()
) -> LoadedBenefits:
    """Read the benefits of these packs and check them as one set on a day; what the city has `written` itself stands in
    the place of what they say. Only a broken machine raises."""
    reader = _Reader()
    for folder in folders:
        for file in pack_files(folder, "benefits"):
            reader.read(file, f"{folder.resolve().name}/{file.relative_to(folder).as_posix()}")
    return reader.done(as_of, written)


def policy_tree(writing: PolicyWriting) -> dict[str, dict[str, Any]]:
    """A policy as the sections of a pack say it: the record, its rules, its cases as examples."""

    def told(record: Policy | Entitlement) -> dict[str, Any]:
        return {name: value for name, value in plain(record).items() if name != "id"}

    tree: dict[str, dict[str, Any]] = {
        "policies": {writing.key: told(writing.policy)},
        "entitlements": {rule.id: told(rule) for rule in writing.entitlements},
    }
    examples = {
        f"{writing.name or writing.key}：{one.name or at}": {
            "as_of": one.as_of,
            "facts": dict(one.facts),
            "expect": {writing.key: one.expect.value},
        }
        | ({"amounts": {writing.key: one.amount}} if one.amount is not None else {})
        for at, one in enumerate(writing.cases, 1)
    }
    return {**tree, "examples": examples} if examples else tree


class _Reader:
    def __init__(self) -> None:
        self._problems = Problems()
        self._records: dict[str, dict[str, Any]] = {name: {} for name in _RECORDS}
        self._examples: list[tuple[str, _Written, Place]] = []
        self._places: dict[tuple[str, str], Place] = {}

    def read(self, file: Path, label: str) -> None:
        """One file."""
        root, found = parse(file.read_bytes(), label, file.suffix == ".json")
        self._problems.extend(found)
        if root is None:
            return
        reading = Reading(label, self._problems, None, {})
        for section, node, body in pairs(root, None, reading):
            if section == "examples":
                self._read_examples(body, reading)
            elif section in _RECORDS:
                self._read_records(section, body, reading)
            else:
                known = (*_RECORDS, "examples")
                hint = did_you_mean(section, known, f"可用：{'、'.join(known)}。")
                reading.report("unknown_section", f"没有“{section}”这一类。", node, (None, section), hint)

    def _read_records(self, section: str, body: Node, reading: Reading) -> None:
        kind, given = _RECORDS[section]
        known = self._records[section]
        for key, key_node, node in pairs(body, (None, section), reading):
            first = self._places.get((section, key))
            if first is not None:
                said = f"“{key}”已在 {first.file}:{first.line} 定义过。"
                reading.report("duplicate_key", said, key_node, ((None, section), key), "请合并成一个。")
                continue
            self._places[section, key] = place(key_node, reading.file, f"{section}/{key}")
            record = struct_reader(kind, given)(node, ((None, section), key), reading, key)
            if record is not BAD:
                known[key] = record

    def _read_examples(self, body: Node, reading: Reading) -> None:
        for name, key_node, node in pairs(body, (None, "examples"), reading):
            record = struct_reader(_Written)(node, ((None, "examples"), name), reading)
            if record is not BAD:
                self._examples.append((name, record, place(key_node, reading.file, f"examples/{name}")))

    def done(self, as_of: dt.date, written: Sequence[PolicyWriting]) -> LoadedBenefits:
        """Everything put together and checked."""
        of = {name: tuple(records.values()) for name, records in self._records.items()}
        made = Problems()
        plain, own_rules = write_over(of["policies"], of["entitlements"], written)
        more, more_rules = vary(of["variants"], plain, own_rules, made)
        policies = (*plain, *more)
        rules = RuleSet(
            entitlements=(*own_rules, *more_rules, *(one.rule for one in of["tags"])),
            facts=of["facts"],
            parameters=of["parameters"],
            sources=of["sources"],
        )
        people = Problems()
        check_residents(of["residents"], of["sources"], people)
        check_asks(of["asks"], {one.id: one for one in of["facts"]}, people)
        for problem in (
            *check_rule_set(rules, as_of),
            *check_policies(policies, rules),
            *made.found(),
            *people.found(),
        ):
            self._problems.extend((self._placed(problem),))
        examples = [self._example(*one, policies) for one in self._examples]
        return LoadedBenefits(
            rules=rules,
            policies=policies,
            watches=of["watches"],
            examples=tuple(examples),
            residents=of["residents"],
            asks=of["asks"],
            tags=of["tags"],
            problems=tuple(dict.fromkeys(self._problems.found())),
        )

    def _placed(self, problem: Problem) -> Problem:
        """The problem with the file and line of the record it is about; records are named ``section.id…``."""
        section, _, rest = problem.place.path.replace("/", ".", 1).partition(".")
        if section == "entitlements" and rest.startswith("tag_"):
            section, rest = "tags", rest.removeprefix("tag_")
        named = [key for of, key in self._places if of == section and (f"{rest}.").startswith(f"{key}.")]
        if not named:
            return problem
        at = self._places[section, max(named, key=len)]
        spot = msgspec.structs.replace(problem.place, file=at.file, line=at.line)
        return msgspec.structs.replace(problem, place=spot)

    def _example(
        self, name: str, written: _Written, at: Place, policies: Iterable[Policy]
    ) -> BenefitExample:
        facts: dict[str, Value] = {}
        for key, text in written.facts.items():
            spec = self._records["facts"].get(key)
            if spec is None:
                hint = did_you_mean(key, self._records["facts"], "事实要先在 facts 里登记。")
                self._problems.add("unknown_fact", f"例子“{name}”里的事实“{key}”没有登记。", at, hint)
                continue
            value, good = told_fact(spec, text)
            if good:
                facts[key] = value
            else:
                said = f"例子“{name}”里“{spec.name}”的值“{text}”读不懂。"
                self._problems.add("wrong_type", said, at, _HINTS[spec.kind])
        known = {one.id for one in policies}
        for key in (*written.expect, *written.amounts):
            if key not in known:
                hint = did_you_mean(key, known, "")
                self._problems.add("unknown_policy", f"例子“{name}”里的政策“{key}”不存在。", at, hint)
        return BenefitExample(
            name=name, as_of=written.as_of, facts=facts, expect=written.expect, amounts=written.amounts
        )


_HINTS: Final = {
    ColumnKind.NUMBER: "这里应为数字。",
    ColumnKind.MONEY: "这里应为金额（元），如 1200.50。",
    ColumnKind.BOOLEAN: "这里应为“是”或“否”。",
    ColumnKind.DATE: "这里应为日期，如 1950-05-06。",
    ColumnKind.CODE: "这里应为登记的代码之一。",
}
