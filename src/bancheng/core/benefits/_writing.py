"""政策起草: a policy as the city writes it itself, with the rules it rests on and cases that must come out as said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal

import msgspec

from bancheng.core.benefits._amount_table import AmountTable
from bancheng.core.benefits._asks import ABSENT, told_fact
from bancheng.core.benefits._entitlements import Entitlement, RuleSet, Status
from bancheng.core.benefits._facts import FactSpec, SubjectKind
from bancheng.core.benefits._match import match
from bancheng.core.benefits._policy import Policy
from bancheng.core.benefits._trees import facts_of
from bancheng.core.kernel import Record
from bancheng.core.rules import RuleSyntaxError, Value, names_in, parse


class PolicyCase(Record):
    """A case an official can read: these facts (by id, as people write them; left out: not known) on this day, and what
    the policy must come to. `amount`: yuan, where it is to be looked at."""

    name: str
    as_of: dt.date
    facts: Mapping[str, str] = {}
    expect: Status = Status.ENTITLED
    amount: Decimal | None = None


class PolicyWriting(Record):
    """A policy of the city's own library: the record, its rules, its cases, and the `text` it was written from.

    `tables`: rule → the table that its amount was made from.
    """

    policy: Policy
    entitlements: tuple[Entitlement, ...]
    cases: tuple[PolicyCase, ...] = ()
    text: str = ""
    tables: Mapping[str, AmountTable] = {}

    @property
    def key(self) -> str:
        """The id of the policy."""
        return self.policy.id

    @property
    def name(self) -> str:
        """The name of the policy."""
        return self.policy.name

    @property
    def subject(self) -> SubjectKind:
        """Whom it is for; people as long as it has no rules."""
        return self.entitlements[0].subject if self.entitlements else SubjectKind.PERSON


class CaseResult(Record):
    """What a case came to. `unread`: the facts that could not be read, in which case nothing was judged."""

    case: PolicyCase
    status: Status | None = None
    amount: Value = None
    unread: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether it is as it was said to be."""
        said = self.case.amount
        return self.status is self.case.expect and (said is None or said == self.amount)


def write_over(
    policies: Iterable[Policy], entitlements: Iterable[Entitlement], writings: Iterable[PolicyWriting]
) -> tuple[tuple[Policy, ...], tuple[Entitlement, ...]]:
    """Policies and their rules with what the city wrote in the place of what packs say under the same id; new ones at
    the end."""
    written = {one.key: one for one in writings}
    before = tuple(policies)
    dropped = {name for one in before if one.id in written for name in one.entitlements}
    known = {one.id for one in before}
    kept = tuple(written[one.id].policy if one.id in written else one for one in before)
    return (
        (*kept, *(one.policy for key, one in written.items() if key not in known)),
        (
            *(one for one in entitlements if one.id not in dropped),
            *(rule for one in written.values() for rule in one.entitlements),
        ),
    )


def names_read(writing: PolicyWriting) -> tuple[str, ...]:
    """Every name that its conditions and amounts read, in the order in which they stand; what cannot be read, not."""
    found: dict[str, None] = {}
    for rule in writing.entitlements:
        for text in (*(one.when for one in rule.conditions), rule.amount):
            try:
                found |= dict.fromkeys(sorted(names_in(parse(text)))) if text else {}
            except RuleSyntaxError:
                continue
    return tuple(found)


def facts_read(writing: PolicyWriting, rules: RuleSet) -> tuple[FactSpec, ...]:
    """The facts among them: what a case has to say."""
    known = {one.id: one for one in facts_of(rules, writing.subject)}
    return tuple(known[name] for name in names_read(writing) if name in known)


def run_cases(writing: PolicyWriting, rules: RuleSet) -> tuple[CaseResult, ...]:
    """Each case by the rules of the writing, which must be sound. `rules`: the facts and parameters they read."""
    alone = msgspec.structs.replace(rules, entitlements=writing.entitlements)
    specs = {one.id: one for one in facts_of(rules, writing.subject)}
    return tuple(_run(one, writing.policy, alone, specs) for one in writing.cases)


def _run(case: PolicyCase, policy: Policy, rules: RuleSet, specs: Mapping[str, FactSpec]) -> CaseResult:
    facts, unread = dict[str, Value](), []
    for name, text in case.facts.items():
        value, good = told_fact(specs[name], text) if name in specs else (None, False)
        if good:
            facts[name] = value
        else:
            unread.append(name)
    if unread:
        return CaseResult(case=case, unread=tuple(unread))
    found = match((policy,), rules, facts, case.as_of)
    if not found:
        return CaseResult(case=case, status=Status.NOT)
    return CaseResult(case=case, status=found[0].status, amount=found[0].amount)


def fact_text(value: Value) -> str:
    """A fact as people write it: what `told_fact` reads."""
    if value is None:
        return ABSENT
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)
