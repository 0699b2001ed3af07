"""起草政策: a policy written on screen — conditions proposed from its text, checked as typed, tried on everybody.

A draft is kept in the city's own library under the kind `policy`; a second person, the head of its body, puts it in
force (`library_deciding`). Until then nothing is paid and nobody else is served by it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import secrets
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from django.db.models import QuerySet
from django.utils import timezone

from bancheng.connect import engines
from bancheng.connect.dmn import write_model
from bancheng.connect.packs import policy_tree, to_yaml
from bancheng.core.benefits import (
    ColumnKind,
    Entitlement,
    FactSpec,
    Judgement,
    Policy,
    PolicyDraft,
    PolicyKind,
    PolicyMode,
    PolicyWriting,
    RuleSet,
    SubjectKind,
    check_amount_table,
    check_policies,
    check_rule_set,
    draft,
    facts_of,
    formula_of,
    known_on,
    model_of,
    plan_rules,
)
from bancheng.core.kernel import Confidence, Fen, Place, Problem, Problems, Severity
from bancheng.core.rules import RuleSyntaxError, Term, names_in, parse, to_words
from bancheng.store.models import LibraryEntry
from bancheng.usecases import benefit_facts, benefit_runs, benefits, conditions, library
from bancheng.usecases.access import Actor, NotAllowed, NotFound, record
from bancheng.usecases.benefits import POLICY, READERS, in_force, policy_at, wrong_cases
from bancheng.usecases.conditions import Suggestion

LONGEST = 20_000
"""Characters of a text."""
MOST = 20
"""Conditions of one rule, rules of one policy, and cases."""
SOME = 20
"""How many are named of those whom a draft would give or take something."""
_WORD = re.compile(r"[\w.\"]*$")


@dataclass(frozen=True)
class Wrong:
    """Something wrong with what was written. `field` is where: ``name``, ``r0-c1-when``, ``r0-amount``, ``k2``; "" is
    the whole."""

    field: str
    problem: Problem


@dataclass(frozen=True)
class Moved:
    """One subject for whom a draft would change something: what they have by the last comparison and would have, in
    fen (None: not entitled, or not to be told how much)."""

    subject: int
    place: str
    before: Fen | None
    after: Fen | None


@dataclass(frozen=True)
class Trial:
    """What a draft would come to on the facts of the last comparison: people, money, who cannot be told, where.

    `first`: the first few on its list. `was`: people and money of the policy as that comparison knew it (None: it did
    not); the rest is what would change.
    """

    day: dt.date
    people: int
    unknown: int
    money: Fen
    unpriced: int
    places: tuple[tuple[str, int, Fen], ...]
    first: tuple[int, ...] = ()
    was: tuple[int, Fen] | None = None
    gained: tuple[Moved, ...] = ()
    lost: tuple[Moved, ...] = ()
    changed: tuple[Moved, ...] = ()


# ---------------------------------------------------------------------------------------------- whose, and which


def kinds() -> tuple[SubjectKind, ...]:
    """For whom a policy may be drafted: who has facts of their own here."""
    known = {one.subject for one in benefits.library().rules.facts}
    return tuple(kind for kind in (SubjectKind.PERSON, SubjectKind.COMPANY) if kind in known)


def bodies(actor: Actor) -> tuple[str, ...]:
    """The bodies for which this person may write policies."""
    return tuple(sorted({body for role, body in actor.posts if body and role in {"reviewer", "senior"}}))


def entries(actor: Actor) -> QuerySet[LibraryEntry]:
    """What was ever written of policies at this person's bodies (everywhere, for who reads all), the latest first."""
    rows = LibraryEntry.objects.filter(kind=POLICY).defer("content").order_by("-saved_at", "-pk")
    return rows if READERS & actor.roles else rows.filter(body__in=actor.bodies)


def entry(actor: Actor, key: str, version: int) -> LibraryEntry:
    """One version.

    Raises:
        NotFound: there is none on this desk.
    """
    found = entries(actor).filter(key=key, version=version).first()
    if found is None:
        raise NotFound("draft")
    return found


def writing_of(row: LibraryEntry) -> PolicyWriting:
    """What a version says."""
    return msgspec.json.decode(row.content, type=PolicyWriting)


def draft_of(actor: Actor, key: str) -> LibraryEntry:
    """The open draft.

    Raises:
        NotFound: there is none on this desk.
    """
    found = entries(actor).filter(key=key, state=LibraryEntry.DRAFT).first()
    if found is None:
        raise NotFound("draft")
    return found


def before(row: LibraryEntry) -> PolicyWriting | None:
    """What a version changes: what is in force, where it is open; else the version before it. None: it is new."""
    if row.state in library.OPEN:
        return in_force(row.key)
    older = library.versions(POLICY, row.key).filter(version__lt=row.version).order_by("-version").first()
    return writing_of(older) if older is not None else None


def begin(actor: Actor, subject: SubjectKind, body: str, text: str, now: dt.datetime) -> str:
    """A new draft, with what can be read from the text of the policy already in it; its key.

    Raises:
        NotAllowed: they do not work at that body.
    """
    if body not in bodies(actor):
        raise NotAllowed("draft")
    key = f"own_{secrets.token_hex(4)}"
    rule = Entitlement(
        id=f"{key}_1", name="", subject=subject, conditions=(), confidence=Confidence.RECONSTRUCTED
    )
    policy = Policy(
        id=key, name="", body=body, kind=PolicyKind.AWARD, mode=PolicyMode.APPLY, summary="", entitlements=(rule.id,)
    )  # fmt: skip
    writing = PolicyWriting(policy=policy, entitlements=(rule,))
    if text.strip():
        writing = read_in(writing, text)
    library.save(actor, POLICY, writing, now, revision=0)
    return key


def begin_from(actor: Actor, policy: str, now: dt.datetime, version: int = 0) -> str:
    """A draft to change a policy in force, or to go back to an earlier version; where one is open, that one.

    Raises:
        NotAllowed: they do not work at its body. NotFound: it is not on this desk.
    """
    if version:
        writing = writing_of(entry(actor, policy, version))
    else:
        found = in_force(policy_at(actor, policy).id)
        if found is None:
            raise NotFound("policy")
        writing = found
    if not library.may_write(actor, POLICY, writing):
        raise NotAllowed("draft")
    if not library.versions(POLICY, policy).filter(state__in=library.OPEN).exists():
        later = [msgspec.structs.replace(one, version=one.version + 1) for one in writing.entitlements]
        writing = msgspec.structs.replace(writing, entitlements=tuple(later))
        library.save(actor, POLICY, writing, now, revision=0)
    return policy


# ------------------------------------------------------------------------------------------------------- writing


def propose(text: str) -> PolicyDraft:
    """Conditions as the text says them."""
    return draft(text[:LONGEST])


def read_in(writing: PolicyWriting, text: str) -> PolicyWriting:
    """The writing with what its text says in the place of the first rule's conditions and amount. What cannot be about
    such a subject stays out."""
    found, known = propose(text), {one.id for one in facts(writing.subject)}
    first, *rest = writing.entitlements
    told = tuple(one.condition for one in found.conditions if set(one.facts) <= known)
    first = msgspec.structs.replace(first, conditions=told, amount=found.amount or first.amount)
    policy = msgspec.structs.replace(
        writing.policy,
        every=found.every or writing.policy.every,
        valid_from=found.valid_from or writing.policy.valid_from,
        valid_to=found.valid_to or writing.policy.valid_to,
    )
    made = msgspec.structs.replace(writing, text=text[:LONGEST], policy=policy, entitlements=(first, *rest))
    return with_parameters(made)


def with_parameters(writing: PolicyWriting) -> PolicyWriting:
    """The writing with the parameters named that its conditions read, amounts from tables as formulas, and the name
    and basis of the policy on rules that have none of their own."""
    known, policy = {one.id for one in benefits.library().rules.parameters}, writing.policy
    rules = tuple(
        msgspec.structs.replace(
            rule,
            name=rule.name or policy.name,
            basis=rule.basis or policy.basis,
            amount=formula_of(writing.tables[rule.id]) if rule.id in writing.tables else rule.amount,
            conditions=tuple(
                msgspec.structs.replace(one, parameters=_parameters(one.when, known))
                for one in rule.conditions
            ),
        )
        for rule in writing.entitlements
    )
    named = msgspec.structs.replace(policy, entitlements=tuple(rule.id for rule in rules))
    return msgspec.structs.replace(writing, policy=named, entitlements=rules)


def _parameters(when: str, known: set[str]) -> tuple[str, ...]:
    try:
        return tuple(sorted(known & set(names_in(parse(when)))))
    except RuleSyntaxError:
        return ()


def facts(subject: SubjectKind) -> tuple[FactSpec, ...]:
    """What conditions about such a subject may read."""
    return facts_of(benefits.library().rules, subject)


def rules_of(writing: PolicyWriting) -> RuleSet:
    """The rules of a writing alone, over the facts and parameters of this deployment."""
    return msgspec.structs.replace(benefits.library().rules, entitlements=writing.entitlements)


def terms(subject: SubjectKind) -> Mapping[str, Term]:
    """How people call what conditions may read: facts and parameters."""
    loaded = benefits.library()
    words = {one.fact: one.options for one in loaded.asks}
    found = {
        one.id: Term(
            name=one.name,
            unit=one.unit,
            values=words.get(one.id) or {value: value for value in one.values},
            day=one.kind is ColumnKind.DATE,
            truth=one.kind is ColumnKind.BOOLEAN,
        )
        for one in facts(subject)
    }
    return found | {one.id: Term(name=one.name, unit=one.unit) for one in loaded.rules.parameters}


def suggestions(text: str, at: int, subject: SubjectKind) -> tuple[int, list[Suggestion]]:
    """What could be written at a place of a condition or amount, and where the word that it replaces begins."""
    found = _WORD.search(text[:at])
    start = found.start() if found else at
    return start, conditions.suggestions(text[:start], text[start:at], terms(subject))


def in_words(when: str, subject: SubjectKind) -> str:
    """A condition in plain Chinese; "" where it cannot be read."""
    try:
        return to_words(parse(when), terms(subject)) if when.strip() else ""
    except RuleSyntaxError:
        return ""


def check(writing: PolicyWriting) -> tuple[Wrong, ...]:
    """Everything wrong with the writing by itself, each where it stands; cases last, once the rules are sound."""
    found = [*_policy_wrong(writing)]
    tables = [Wrong(f"r{at}-amount", one) for at, one in _tables_wrong(writing, Severity.ERROR)]
    told = {one.problem.place.path for one in tables}
    found += [
        Wrong(_field(writing, one), one)
        for one in check_rule_set(rules_of(writing), timezone.localdate())
        if one.severity is Severity.ERROR
        and one.place.path.startswith("entitlements.")
        and one.place.path not in told
        and one.code != "entitlement-basis"  # said of the policy
    ]
    found += tables
    if not found:
        found = [Wrong(_case_field(one), one) for one in wrong_cases(writing, rules_of(writing))]
    return tuple(found)


def remarks(writing: PolicyWriting) -> tuple[Wrong, ...]:
    """What does not stand in the way, but should be seen: people for whom a table of amounts has no row."""
    return tuple(Wrong(f"r{at}-amount", one) for at, one in _tables_wrong(writing, Severity.WARNING))


def _tables_wrong(writing: PolicyWriting, severity: Severity) -> Iterator[tuple[int, Problem]]:
    known = known_on(benefits.library().rules.parameters, timezone.localdate())
    for at, rule in enumerate(writing.entitlements):
        if rule.id in writing.tables:
            place = Place(path=f"entitlements.{rule.id}.amount")
            for one in check_amount_table(writing.tables[rule.id], rule, known, place):
                if one.severity is severity:
                    yield at, one


_LACKING = (
    ("name", "政策还没有名称。"),
    ("summary", "还没有写一句话介绍。"),
    ("basis", "还没有写依据的文件和条款。"),
)


def _policy_wrong(writing: PolicyWriting) -> list[Wrong]:
    policy, said = writing.policy, Problems()
    found = []
    for name, message in _LACKING:
        if not getattr(policy, name):
            said.add("policy-lacking", message, Place(path=f"policies/{policy.id}"))
            found.append(Wrong(name, said.found()[-1]))
    if policy.valid_from and policy.valid_to and policy.valid_to < policy.valid_from:
        said.add("policy-days", "截止日早于起始日。", Place(path=f"policies/{policy.id}"), "请核对有效期。")
        found.append(Wrong("valid_to", said.found()[-1]))
    loaded = benefits.library()
    others = tuple(one for one in loaded.policies if one.id != policy.id)
    mine = {rule.id for rule in writing.entitlements}
    rest = tuple(one for one in loaded.rules.entitlements if one.id not in mine)
    whole = msgspec.structs.replace(loaded.rules, entitlements=(*rest, *writing.entitlements))
    found += [
        Wrong(_POLICY_FIELDS.get(one.code, ""), one)
        for one in check_policies((*others, policy), whole)
        if one.place.path == f"policies/{policy.id}" and one.code != "policy-basis"
    ]
    return found


_POLICY_FIELDS = {"policy-obstacle": "obstacles", "policy-mixed": "subject"}


def _field(writing: PolicyWriting, problem: Problem) -> str:
    rest = problem.place.path.removeprefix("entitlements.")
    for at, rule in enumerate(writing.entitlements):
        if rest == rule.id:
            return f"r{at}"
        if rest == f"{rule.id}.amount":
            return f"r{at}-amount"
        for row, one in enumerate(rule.conditions):
            if rest == f"{rule.id}.conditions.{one.id}":
                return f"r{at}-c{row}-{'text' if problem.code == 'condition-text' else 'when'}"
    return ""


def _case_field(problem: Problem) -> str:
    _, _, at = problem.place.path.partition(".")
    return f"k{at}" if at else "cases"


# -------------------------------------------------------------------------------------------------------- trying


def compared(subject: SubjectKind) -> bool:
    """Whether the last comparison knows such subjects, so that a draft can be tried on them."""
    last = benefit_facts.latest()
    return last is not None and benefit_facts.facts_file(last, subject).exists()


def run_on_everybody(actor: Actor, writing: PolicyWriting) -> Trial:
    """Try a writing without errors on the facts of the last comparison; kept in the audit chain that somebody did, and
    no more.

    Raises:
        NotAllowed: they write for no body. NotFound: no such subjects were compared yet.
    """
    if not bodies(actor):
        raise NotAllowed("draft")
    last, subject = benefit_facts.latest(), writing.subject
    if last is None or not compared(subject):
        raise NotFound("comparison")
    rules, file = rules_of(writing), benefit_facts.facts_file(last, subject)
    record(actor, "benefits.try", f"{last.pk}/{writing.key}")
    with tempfile.TemporaryDirectory() as folder:
        run = engines.run_rules(
            plan_rules(rules, subject, last.as_of), file, Path(folder), subject=subject, rule_set=rules.digest,
            snapshot=last.snapshot, as_of=last.as_of,
        )  # fmt: skip
        lines = tuple(benefit_runs.lines_of(writing.policy, rules, run, file, last.as_of))
        unknown = max((run.totals(rule.id).unknown for rule in rules.entitlements), default=0)
    people, money = Counter[str](), Counter[str]()
    for line in lines:
        people[line.division] += 1
        money[line.division] += line.amount or 0
    before = benefit_runs.policy_then(last, writing.policy)
    was = None if before is None else benefit_runs.lines_then(before, last)
    trial = Trial(
        day=last.as_of,
        people=len(lines),
        unknown=unknown,
        money=Fen(sum(money.values())),
        unpriced=sum(line.amount is None for line in lines),
        places=tuple((place, people[place], Fen(money[place])) for place in sorted(people)),
        first=tuple(line.subject for line in lines[:SOME]),
    )
    return trial if was is None else _against(trial, was, lines)


def _against(trial: Trial, was: Sequence[engines.Line], now: Sequence[engines.Line]) -> Trial:
    old, new = {one.subject: one for one in was}, {one.subject: one for one in now}
    moved = [
        Moved(one, (new.get(one) or old[one]).division, _amount(old.get(one)), _amount(new.get(one)))
        for one in sorted(old.keys() | new.keys())
    ]
    return dataclasses.replace(
        trial,
        was=(len(old), Fen(sum(one.amount or 0 for one in was))),
        gained=tuple(one for one in moved if one.subject not in old),
        lost=tuple(one for one in moved if one.subject not in new),
        changed=tuple(
            one for one in moved if one.subject in old and one.subject in new and one.before != one.after
        ),
    )


def _amount(line: engines.Line | None) -> Fen | None:
    return None if line is None else line.amount


def why(
    actor: Actor, writing: PolicyWriting, number: int, reason: str = ""
) -> tuple[tuple[Judgement, RuleSet], ...]:
    """The rules of a draft judged for one subject of the last comparison. With a `reason` it is written into the audit
    chain that this subject's facts were looked at.

    Raises:
        NotFound: no comparison yet, or no such subject.
    """
    last, rules = benefit_facts.latest(), rules_of(writing)
    if last is None or not compared(writing.subject):
        raise NotFound("comparison")
    file = benefit_facts.facts_file(last, writing.subject)
    try:
        told = tuple(engines.why(rules, file, number, rule.id, last.as_of) for rule in writing.entitlements)
    except KeyError:
        raise NotFound("subject") from None
    if reason:
        record(actor, "benefits.look", f"{last.pk}/{writing.key}/{number}", reason)
    return tuple((judgement, rules) for judgement in told)


def as_dmn(writing: PolicyWriting) -> bytes:
    """The writing as a DMN 1.3 file, which common modellers open, with the parameters of today."""
    return write_model(model_of(writing, benefits.library().rules, timezone.localdate()), "1.3")


def as_pack(writing: PolicyWriting) -> str:
    """The writing as a content pack says it."""
    return to_yaml(policy_tree(writing))
