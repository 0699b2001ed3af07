"""Checks of what bodies set for themselves: rules of dispatch, rules of approving together, changes of bodies."""

from __future__ import annotations

from collections.abc import Iterable

from bancheng.core.catalogue._check_rules import Rules
from bancheng.core.catalogue._findings import Findings
from bancheng.core.catalogue._offices import BatchRule, BodyChange, ChangeKind, DispatchRule


def check_offices(findings: Findings, rules: Rules) -> None:
    """Every record by itself and what it refers to."""
    catalogue = findings.catalogue
    for rule in catalogue.dispatch_rules.values():
        _rule(findings, rules, rule, f"dispatch_rules/{rule.key}")
    for batch in catalogue.batch_rules.values():
        path = f"batch_rules/{batch.key}"
        _rule(findings, rules, batch, path)
        if not batch.items:
            said = f"“{batch.name}”没有写明可以批量准予的事项。"
            findings.error("batch_of_nothing", f"{path}/items", said, "请逐个列出事项的键。")
        if batch.most < 1:
            findings.error("batch_most", f"{path}/most", "一次至少要能准予一件。", "请写一个正整数。")
    for change in catalogue.body_changes.values():
        _change(findings, change, f"body_changes/{change.key}")


def _rule(findings: Findings, rules: Rules, rule: DispatchRule | BatchRule, path: str) -> None:
    findings.known("bodies", rule.body, f"{path}/body")
    rules.truth(rule.when, f"{path}/when")
    _items(findings, rule.items, path)


def _items(findings: Findings, items: Iterable[str], path: str) -> None:
    for index, item in enumerate(items):
        findings.known("items", item, f"{path}/items/{index}")


def _change(findings: Findings, change: BodyChange, path: str) -> None:
    if not change.basis.strip():
        said = f"“{change.name}”没有写明依据。"
        findings.error("change_without_basis", f"{path}/basis", said, "请写明机构调整的文件名称和文号。")
    if not change.moves and not change.divisions:
        findings.error(
            "change_of_nothing", path, f"“{change.name}”什么也没有调整。", "请写上 moves 或 divisions。"
        )
    for index, move in enumerate(change.moves):
        at = f"{path}/moves/{index}"
        findings.known("bodies", move.old, f"{at}/old")
        findings.known("bodies", move.new, f"{at}/new")
        _items(findings, move.items, at)
        if move.old == move.new and not move.name:
            said = "新旧部门相同，又没有新名称。"
            findings.error("move_of_nothing", at, said, "更名请写 name；职责划转请写不同的 new。")
        if change.kind is ChangeKind.DUTIES and not move.items:
            said = f"“{change.name}”是职责划转，却没有写明划转哪些事项。"
            findings.error(
                "duties_without_items", at, said, "请在 items 里列出事项；全部划转请写 kind: merged。"
            )
