"""Pass 2: who the one-thing is for, with a reason and a fall-back for everyone else."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from bancheng.core.catalogue import GateRule
from bancheng.core.compiler._draft import Draft, problem
from bancheng.core.compiler._feel import readable
from bancheng.core.kernel import Problem


def pass_gate(draft: Draft) -> Draft:
    """Take the gate over; a rule without its own fall-back leads to the single items of the bundle.

    A rule that cannot be read, says nothing to the person it turns away, or leads to an unknown item is a Problem.
    """
    everyone = tuple(item.key for item in draft.items)
    gate = tuple(
        msgspec.structs.replace(rule, fallback=rule.fallback or everyone) for rule in draft.definition.gate
    )
    problems = [
        found for index, rule in enumerate(draft.definition.gate) for found in _check(draft, index, rule)
    ]
    return msgspec.structs.replace(draft, gate=gate).with_problems(problems)


def _check(draft: Draft, index: int, rule: GateRule) -> Iterator[Problem]:
    path = draft.path("gate", index)
    if not readable(rule.rule):
        yield problem("bad-condition", f"准入条件“{rule.rule}”读不懂", path, "请按 FEEL 语法改写。")
    if not rule.reason.strip():
        yield problem(
            "no-reason", "准入条件没有写明原因", path, "请写一句话，告诉不符合的人为什么、可以怎么办。"
        )
    for key in rule.fallback:
        if key not in draft.catalogue.items:
            yield problem("unknown-item", f"引导去办的事项“{key}”不在目录里", path, "请核对事项键。")
