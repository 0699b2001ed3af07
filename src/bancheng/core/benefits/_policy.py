"""惠企惠民政策 as records: what people read of a policy, and the entitlements that say who gets it."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from bancheng.core.benefits._entitlements import RuleSet
from bancheng.core.benefits._facts import SubjectKind
from bancheng.core.kernel import Confidence, Place, Problem, Problems, Record


class PolicyKind(StrEnum):
    """减免、奖补、权益、资质: the four classes of provincial practice."""

    RELIEF = "relief"
    AWARD = "award"
    STATUS = "status"
    QUALIFICATION = "qualification"


class PolicyMode(StrEnum):
    """免申即享: nobody applies; 快申快享: one confirmation with few papers; 申请: an application as usual."""

    AUTOMATIC = "automatic"
    FAST = "fast"
    APPLY = "apply"


class Every(StrEnum):
    """How often a policy is given. One subject has it once in each period."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ONCE = "once"

    def period(self, day: dt.date) -> str:
        """The period a day lies in: ``2026-11``, ``2026-Q4``, ``2026``; ``once`` for what is given once."""
        if self is Every.MONTH:
            return f"{day:%Y-%m}"
        if self is Every.QUARTER:
            return f"{day.year}-Q{(day.month + 2) // 3}"
        return str(day.year) if self is Every.YEAR else "once"


class Policy(Record):
    """One policy of a body: its words, whom it is for, the entitlements that decide, how it is paid.

    `entitlements` are ids of the rule set; an entitlement belongs to one policy. `intent`: consent is asked before
    money moves; `notice_days`: days of public notice before it; `sample_permille`: how many of a thousand a person
    compares with the papers. `every`: how often it is given. `excludes`: policies that may not be had beside it; the
    first named counts. `obstacles`: rules of the set; whom one of them holds for, a person looks at before money moves.
    """

    id: str
    name: str
    body: str
    kind: PolicyKind
    mode: PolicyMode
    summary: str
    entitlements: tuple[str, ...]
    document: str = ""
    basis: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    payment: str = ""
    intent: bool = True
    notice_days: int = 0
    sample_permille: int = 0
    every: Every = Every.YEAR
    excludes: tuple[str, ...] = ()
    obstacles: tuple[str, ...] = ()
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    source_of: str = ""
    confidence: Confidence = Confidence.RECONSTRUCTED

    def valid_on(self, day: dt.date) -> bool:
        """Whether it is in force."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


def subject_of(policy: Policy, rules: RuleSet) -> SubjectKind:
    """Whom a policy is for: people, households or companies, as the rules it rests on say.

    Raises:
        KeyError: the set lacks its rules.
    """
    return rules.entitlement(policy.entitlements[0]).subject


def check_policies(policies: tuple[Policy, ...], rules: RuleSet) -> tuple[Problem, ...]:
    """What is wrong between policies and their rules, all at once."""
    found = Problems()
    named = {one.id for one in policies}
    owner: dict[str, str] = {}
    for one in policies:
        at = Place(path=f"policies/{one.id}")
        if not one.entitlements:
            found.add(
                "policy-empty", f"政策“{one.name}”没有待遇条件。", at, "在 entitlements 里写上至少一项。"
            )
        _check_rules_of(one, rules, owner, found)
        for other in one.excludes:
            if other not in named:
                found.add("policy-unknown", f"政策“{one.name}”排斥的政策“{other}”不存在。", at)
        if one.mode is PolicyMode.AUTOMATIC and not one.basis:
            found.add(
                "policy-basis",
                f"免申即享政策“{one.name}”没有写依据。",
                at,
                "不经申请就处理个人信息，须有法定职责的依据（《个人信息保护法》第十三条）。",
            )
    return found.found()


def _check_rules_of(one: Policy, rules: RuleSet, owner: dict[str, str], found: Problems) -> None:
    """The rules of a policy: there, its own, and all about the same kind of subject."""
    at, known = Place(path=f"policies/{one.id}"), {rule.id for rule in rules.entitlements}
    for entitlement in one.entitlements:
        if entitlement not in known:
            found.add("policy-unknown", f"政策“{one.name}”引用的待遇“{entitlement}”不存在。", at)
        first = owner.setdefault(entitlement, one.id)
        if first != one.id:
            found.add("policy-shared", f"待遇“{entitlement}”同时属于“{first}”和“{one.id}”。", at)
    for rule in one.obstacles:
        if rule not in known:
            found.add("policy-unknown", f"政策“{one.name}”要核实的情形“{rule}”不存在。", at)
        elif rule in one.entitlements:
            said = f"政策“{one.name}”的“{rule}”不能既是条件又是要核实的情形。"
            found.add("policy-obstacle", said, at)
    kinds = {rule.subject for rule in rules.entitlements if rule.id in (*one.entitlements, *one.obstacles)}
    if len(kinds) > 1:
        said = f"政策“{one.name}”的条件说的不是同一类对象。"
        found.add("policy-mixed", said, at, "给个人和给企业的，分成两项政策。")
