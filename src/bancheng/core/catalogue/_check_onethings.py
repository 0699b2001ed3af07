"""Checks of one-things as their author wrote them; what follows from composing is the compiler's to find."""

from __future__ import annotations

from collections.abc import Mapping

from bancheng.core.catalogue._check_items import find_loop
from bancheng.core.catalogue._check_rules import Rules
from bancheng.core.catalogue._check_situations import check_shares, check_situations, check_value
from bancheng.core.catalogue._dictionary import Subject
from bancheng.core.catalogue._findings import Findings
from bancheng.core.catalogue._onething import Family, OneThingDefinition


def check_onethings(findings: Findings, rules: Rules) -> None:
    """Each one-thing, and the names they share."""
    for family in findings.catalogue.families.values():
        _family(findings, family)
    for onething in findings.catalogue.onethings.values():
        _onething(findings, rules, onething)
    _aliases(findings)


def _family(findings: Findings, family: Family) -> None:
    """What a family says beside its scenes; these are checked as the one-things they become."""
    path = f"families/{family.key}"
    if not family.scenes:
        findings.error("empty_list", f"{path}/scenes", "一类事至少要有一个场景。", "请在 scenes 里写上场景。")
    findings.unique((scene.key for scene in family.scenes), f"{path}/scenes", "key", "场景")
    check_situations(findings, family.choice, path, "choice")
    shared = tuple(member.item for member in family.members)
    for index, scene in enumerate(family.scenes):
        at = f"{path}/scenes/{index}"
        if not (scene.key.isascii() and scene.key.isidentifier()):
            said = f"场景的键“{scene.key}”应由小写英文字母、数字和下划线组成。"
            findings.error("bad_key", f"{at}/key", said, "请改用英文键，中文写在 name 里。")
        for number, item in enumerate(scene.without):
            if item not in shared:
                said = f"“{scene.name}”要去掉的“{item}”本来就不在共用的事项里。"
                hint = findings.suggest(item, shared)
                findings.error("unknown_member", f"{at}/without/{number}", said, hint)


def _fixed(findings: Findings, onething: OneThingDefinition, path: str) -> None:
    for element, value in onething.fixed.items():
        at = f"{path}/fixed/{element}"
        if findings.known("elements", element, at):
            check_value(findings, element, _text(value), at)


def _onething(findings: Findings, rules: Rules, onething: OneThingDefinition) -> None:
    path = f"onethings/{onething.key}"
    findings.known("bodies", onething.lead, f"{path}/lead")
    if findings.known("stages", onething.stage, f"{path}/stage"):
        stage = findings.catalogue.stages[onething.stage]
        if onething.subject is not stage.subject and onething.subject is not Subject.MATTER:
            said = (
                f"阶段“{stage.name}”是给 {stage.subject.value} 的，这件事是给 {onething.subject.value} 的。"
            )
            findings.warn("stage_subject", f"{path}/stage", said, "请核对 stage 和 subject。")
    if not onething.members:
        findings.error(
            "empty_list", f"{path}/members", "一件事至少要有一个事项。", "请在 members 里写上主事项。"
        )
    findings.unique((one.item for one in onething.members), f"{path}/members", "item", "组成事项")
    for index, member in enumerate(onething.members):
        findings.known("items", member.item, f"{path}/members/{index}/item")
        rules.truth(member.when, f"{path}/members/{index}/when")
    check_situations(findings, onething.situations, path)
    for index, gate in enumerate(onething.gate):
        rules.truth(gate.rule, f"{path}/gate/{index}/rule")
        for number, item in enumerate(gate.fallback):
            findings.known("items", item, f"{path}/gate/{index}/fallback/{number}")
    _fixed(findings, onething, path)
    _orders(findings, onething, path)
    _profiles(findings, onething, path)


def _orders(findings: Findings, onething: OneThingDefinition, path: str) -> None:
    members = tuple(member.item for member in onething.members)
    before: dict[str, tuple[str, ...]] = dict.fromkeys(members, ())
    for index, order in enumerate(onething.orders):
        for attribute, item in (("before", order.before), ("after", order.after)):
            if item not in members:
                said = f"先后次序里的“{item}”不在这件事的组成事项里。"
                hint = findings.suggest(item, members)
                findings.error("unknown_member", f"{path}/orders/{index}/{attribute}", said, hint)
        before[order.after] = (*before.get(order.after, ()), order.before)
    loop = find_loop(before)
    if loop:
        said = f"先后次序互相等待：{' → '.join(loop)}。"
        findings.error("order_loop", f"{path}/orders", said, "请去掉其中一条。")


def _profiles(findings: Findings, onething: OneThingDefinition, path: str) -> None:
    findings.unique((one.key for one in onething.profiles), f"{path}/profiles", "key", "样例申请人")
    for index, profile in enumerate(onething.profiles):
        for element, value in profile.answers.items():
            at = f"{path}/profiles/{index}/answers/{element}"
            if findings.known("elements", element, at) and not isinstance(value, tuple):
                check_value(findings, element, _text(value), at)
    check_shares(findings, (one.share for one in onething.profiles), f"{path}/profiles")


def _text(value: str | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else value


def _aliases(findings: Findings) -> None:
    """One word in the search box leads to one thing."""
    owners: dict[str, str] = {}
    onethings: Mapping[str, OneThingDefinition] = findings.catalogue.onethings
    for onething in onethings.values():
        owners.setdefault(onething.name, onething.key)
    for onething in onethings.values():
        for index, alias in enumerate(onething.aliases):
            owner = owners.setdefault(alias, onething.key)
            if owner != onething.key:
                said = f"别名“{alias}”也是“{onethings[owner].name}”的叫法。"
                path = f"onethings/{onething.key}/aliases/{index}"
                findings.warn("alias_shared", path, said, "请只留给其中一件事，搜索时才分得清。")
