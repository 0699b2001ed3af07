"""起草政策: conditions proposed from a pasted text, corrected by a person, checked as typed, tried on everybody.

Nothing is kept and nothing is paid: what comes of it is a piece of a content pack, which goes the way of every change.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from django.utils import timezone

from bancheng.connect import engines
from bancheng.core.benefits import (
    Condition,
    Entitlement,
    FactSpec,
    PolicyDraft,
    RuleSet,
    Status,
    SubjectKind,
    check_rule_set,
    draft,
    facts_of,
    plan_rules,
)
from bancheng.core.kernel import Confidence, Fen, Problem, Severity
from bancheng.core.rules import RuleSyntaxError, names_in, parse
from bancheng.usecases import benefit_runs
from bancheng.usecases.access import Actor, NotAllowed, NotFound, record
from bancheng.usecases.benefits import library, policies_at

LONGEST = 20_000
"""Characters of a text."""
MOST = 20
"""Conditions of one draft."""
_NAME = "draft"


@dataclass(frozen=True)
class Written:
    """One condition as it was typed: what people read, and FEEL."""

    text: str
    when: str


@dataclass(frozen=True)
class Wrong:
    """Something wrong with what was typed; `row` counts from 0, None is the amount or the whole."""

    row: int | None
    problem: Problem


@dataclass(frozen=True)
class Trial:
    """What a draft would come to on the facts of the last comparison: people, money, who cannot be told, where."""

    day: dt.date
    people: int
    unknown: int
    money: Fen
    unpriced: int
    places: tuple[tuple[str, int, int], ...]


def kinds() -> tuple[SubjectKind, ...]:
    """For whom a policy may be drafted: who has facts of their own here."""
    known = {one.subject for one in library().rules.facts}
    return tuple(kind for kind in (SubjectKind.PERSON, SubjectKind.COMPANY) if kind in known)


def facts(subject: SubjectKind) -> tuple[FactSpec, ...]:
    """What conditions about such a subject may read."""
    return facts_of(library().rules, subject)


def compared(subject: SubjectKind) -> bool:
    """Whether the last comparison knows such subjects, so that a draft can be tried on them."""
    last = benefit_runs.latest()
    return last is not None and benefit_runs.facts_file(last, subject).exists()


def propose(actor: Actor, text: str) -> PolicyDraft:
    """Conditions as the text says them.

    Raises:
        NotAllowed: no policy is on this person's desk.
    """
    if not policies_at(actor):
        raise NotAllowed("draft")
    return draft(text[:LONGEST])


def rules_of(rows: Sequence[Written], amount: str, subject: SubjectKind = SubjectKind.PERSON) -> RuleSet:
    """The draft as a set of one rule, over the facts and parameters of this deployment."""
    loaded = library().rules
    known = {one.id for one in loaded.parameters}
    conditions = tuple(
        Condition(id=f"c{at}", text=row.text, when=row.when, parameters=_parameters(row.when, known))
        for at, row in enumerate(rows)
    )
    rule = Entitlement(
        id=_NAME, name="草稿", subject=subject, conditions=conditions, basis=("草稿",), amount=amount,
        confidence=Confidence.FICTITIOUS,
    )  # fmt: skip
    return RuleSet(
        entitlements=(rule,), facts=loaded.facts, parameters=loaded.parameters, sources=loaded.sources
    )


def _parameters(when: str, known: set[str]) -> tuple[str, ...]:
    try:
        return tuple(sorted(known & set(names_in(parse(when)))))
    except RuleSyntaxError:
        return ()


def check(
    rows: Sequence[Written], amount: str, subject: SubjectKind = SubjectKind.PERSON
) -> tuple[Wrong, ...]:
    """Everything wrong with the draft, each at its row."""
    found = check_rule_set(rules_of(rows, amount, subject), timezone.localdate())
    return tuple(
        Wrong(_row(one), one)
        for one in found
        if one.place.path.startswith(f"entitlements.{_NAME}") and one.severity is Severity.ERROR
    )


def _row(problem: Problem) -> int | None:
    _, _, rest = problem.place.path.partition(".conditions.c")
    return int(rest) if rest.isdecimal() else None


def run_on_everybody(
    actor: Actor, rows: Sequence[Written], amount: str, subject: SubjectKind = SubjectKind.PERSON
) -> Trial:
    """Try the draft on the facts of the last comparison; kept in the audit chain that somebody did, and no more.

    Raises:
        NotAllowed: no policy is on this person's desk.
        NotFound: no such subjects were compared yet.
    """
    if not policies_at(actor):
        raise NotAllowed("draft")
    last = benefit_runs.latest()
    if last is None or not compared(subject):
        raise NotFound("comparison")
    rules, file = rules_of(rows, amount, subject), benefit_runs.facts_file(last, subject)
    record(actor, "benefits.try", str(last.pk))
    with tempfile.TemporaryDirectory() as folder:
        plan = plan_rules(rules, subject, last.as_of)
        run = engines.run_rules(
            plan, file, Path(folder), subject=subject, rule_set=rules.digest, snapshot=last.snapshot,
            as_of=last.as_of,
        )  # fmt: skip
        numbers = run.numbers(_NAME, Status.ENTITLED).tolist()
        unknown = run.totals(_NAME).unknown
    told = list(engines.amounts(rules, file, rules.entitlement(_NAME), numbers, last.as_of))
    people, money = Counter[str](), Counter[str]()
    for place, each in zip(benefit_runs.held().districts(subject, numbers), told, strict=True):
        people[place] += 1
        money[place] += each or 0
    return Trial(
        day=last.as_of,
        people=len(numbers),
        unknown=unknown,
        money=Fen(sum(each or 0 for each in told)),
        unpriced=sum(each is None for each in told),
        places=tuple((place, people[place], money[place]) for place in sorted(people)),
    )


def as_pack(
    rows: Sequence[Written],
    amount: str,
    found: PolicyDraft | None = None,
    subject: SubjectKind = SubjectKind.PERSON,
) -> str:
    """The draft as a content pack writes it, to be named and completed by hand."""
    known = {one.id for one in library().rules.parameters}
    conditions = [
        {"id": f"c{at + 1}", "text": row.text, "when": row.when}
        | ({"parameters": list(names)} if (names := _parameters(row.when, known)) else {})
        for at, row in enumerate(rows)
    ]
    rule: dict[str, object] = {
        "name": "（待遇名称）",
        "basis": ["（文件名和条款）"],
        "subject": subject.value,
        "conditions": conditions,
    }
    if amount:
        rule["amount"] = amount
    policy: dict[str, object] = {
        "name": "（政策名称）", "body": "（发文部门）", "kind": "award", "mode": "automatic", "summary": "（一句话）",
        "entitlements": ["new_entitlement"], "basis": ["（文件名和条款）"],
    }  # fmt: skip
    if found is not None and found.every is not None:
        policy["every"] = found.every.value
    for name in ("valid_from", "valid_to"):
        if found is not None and (day := getattr(found, name)) is not None:
            policy[name] = day.isoformat()
    pack = {"policies": {"new_policy": policy}, "entitlements": {"new_entitlement": rule}}
    return str(yaml.safe_dump(pack, allow_unicode=True, sort_keys=False, width=100))
