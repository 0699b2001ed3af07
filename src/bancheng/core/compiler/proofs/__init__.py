"""Proofs about a one-thing: what no person can reach, need, satisfy or finish, and a person who shows it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from bancheng.core.catalogue import Catalogue, OneThingDefinition
from bancheng.core.compiler._compile import PASSES
from bancheng.core.compiler._draft import Draft, begin
from bancheng.core.compiler._feel import coerce
from bancheng.core.compiler.proofs._domains import Example
from bancheng.core.compiler.proofs._parts import (
    contradictory_conditions,
    contradictory_fields,
    contradictory_gate,
    dead_parts,
    unobtainable_materials,
    unreachable_items,
    untold_facts,
)
from bancheng.core.compiler.proofs._plan import deadlines, loops
from bancheng.core.compiler.proofs._questions import overlapping_options, question_effects
from bancheng.core.compiler.proofs._report import Check, Completeness, Court, Finding, Proof
from bancheng.core.compiler.proofs._search import Search
from bancheng.core.evidence import Coverage

__all__ = ["CHECKS", "Completeness", "Example", "Finding", "Proof", "prove"]

CHECKS: tuple[tuple[str, str, Check], ...] = (
    ("gate", "准入条件不矛盾", contradictory_gate),
    ("items", "每个事项都有人办", unreachable_items),
    ("conditions", "受理条件有人能符合", contradictory_conditions),
    ("parts", "没有谁也碰不到的填写项、材料、环节和收费", dead_parts),
    ("fields", "填写要求不矛盾", contradictory_fields),
    ("materials", "材料都拿得到", unobtainable_materials),
    ("untold", "判断要用的信息都问得到", untold_facts),
    ("questions", "问题和选项都起作用", question_effects),
    ("options", "选项分得清", overlapping_options),
    ("loops", "环节不互相等待", loops),
    ("deadlines", "时限做得到", deadlines),
)
"""Key, name and judge of every check, in order: the gate's comes first, because the others look behind it."""


def prove(
    definition: OneThingDefinition,
    catalogue: Catalogue,
    coverage: Coverage,
    today: date,
    *,
    solver: bool = True,
    leave: Collection[str] = (),
) -> Proof:
    """Run every check over all people there can be, but those that `leave` names.

    A fault is reported only with a person on whom the interpreter itself shows it, or where no such person exists at
    all. What could not be decided is listed by check, never passed over. Without `solver` only small questions are
    decided, by trying all answers; that is fast enough for a page that waits. The same input gives the same proof.
    """
    draft = begin(definition, catalogue, coverage)
    for run in PASSES if draft.items else ():
        draft = run(draft)
    search = Search(draft, today, solver=solver)
    search.meet(_profiles(draft))
    court = Court(draft, search)
    findings: list[Finding] = []
    checks: list[Completeness] = []
    for key, name, judge in CHECKS:
        if key in leave:
            continue
        before = search.asked
        findings.extend(judge(court))
        checks.append(
            Completeness(check=key, name=name, questions=search.asked - before, because=court.undecided())
        )
    return Proof(
        onething=definition.key,
        today=today,
        findings=tuple(findings),
        checks=tuple(checks),
        solved=search.solved,
    )


def _profiles(draft: Draft) -> list[dict[str, object]]:
    found = []
    for profile in draft.definition.profiles:
        typed = {key: coerce(draft.kind_of(key), value) for key, value in profile.answers.items()}
        found.append({key: value for key, value in typed.items() if value is not None})
    return found
