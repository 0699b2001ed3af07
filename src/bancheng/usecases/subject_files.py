"""一企一档、一人一档: one subject as a desk may see it — what is said of it, what it gets, what the rules rest on.

Of a person an officer sees the policies and tags of their own desk, and of the data only those that these read, for a
reason that is kept (《个人信息保护法》第六条：最小必要). A company's file holds all policies and tags.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bancheng.core.benefits import FactSpec, Match, Policy, RuleSet, Status, SubjectKind, Tag, judge, match
from bancheng.core.rules import UNKNOWN, Value, names_in, parse
from bancheng.store.models import BenefitComparison, BenefitSubject, GrantRow
from bancheng.usecases import benefit_facts, benefit_runs, benefit_subjects
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.benefits import READERS, key_of_body, kind_of, library, policies_at

SHOWN = 40
"""Grants that a file shows."""


@dataclass(frozen=True)
class Known:
    """One fact of a subject: its specification, its value (UNKNOWN: nothing tells), the kind of data it is from."""

    spec: FactSpec
    value: Value
    source: str


@dataclass(frozen=True)
class SubjectFile:
    """One subject. `row`: its line of the register, None where it has none; `opened`: whether its data are shown.

    `fits`: policy by policy, how the last comparison's facts stand to it; `facts`: empty unless opened.
    """

    kind: SubjectKind
    number: int
    name: str
    row: BenefitSubject | None
    place: str
    day: dt.date
    tags: tuple[Tag, ...]
    fits: tuple[tuple[Policy, Match], ...]
    grants: tuple[GrantRow, ...]
    facts: tuple[Known, ...]
    opened: bool


@dataclass(frozen=True)
class TagCount:
    """A tag with how many have it and of how many that cannot be told."""

    tag: Tag
    holders: int
    unknown: int


def _desk(actor: Actor) -> tuple[Policy, ...]:
    """The policies of the desk.

    Raises:
        NotFound: no policy is on it.
    """
    mine = policies_at(actor)
    if not mine:
        raise NotFound("desk")
    return mine


def _sees(actor: Actor, tag: Tag) -> bool:
    """Whether this desk may see who has a tag: of companies every one, of people its own."""
    if tag.subject is SubjectKind.COMPANY or READERS & actor.roles:
        return True
    return key_of_body(tag.body) in actor.bodies


def find(actor: Actor, kind: SubjectKind, text: str) -> tuple[tuple[int, str], ...]:
    """Subjects by number, identity number, code or the beginning of the name: (number, name as lists show it).

    Raises:
        NotFound: no policy is on this desk.
    """
    _desk(actor)
    if not text.strip():
        return ()
    numbers = benefit_subjects.numbers_of(kind.value, text)
    names = benefit_subjects.shown_names(kind.value, numbers)
    return tuple(sorted(names.items()))


def tags(actor: Actor) -> tuple[TagCount, ...]:
    """The tags this desk may see, with how many the last comparison found; none before the first.

    Raises:
        NotFound: no policy is on this desk.
    """
    _desk(actor)
    last = benefit_facts.latest()
    if last is None:
        return ()
    found = []
    for tag in library().tags:
        totals = benefit_runs.totals_of(last, tag.subject, tag.rule.id) if _sees(actor, tag) else None
        if totals is not None:
            found.append(TagCount(tag, totals.entitled, totals.unknown))
    return tuple(found)


def tag_of(actor: Actor, name: str) -> Tag:
    """A tag this desk may see.

    Raises:
        NotFound: there is none.
    """
    _desk(actor)
    found = next((one for one in library().tags if one.id == name and _sees(actor, one)), None)
    if found is None:
        raise NotFound("tag")
    return found


def holders(tag: Tag) -> tuple[tuple[int, str], ...]:
    """Who has a tag by the last comparison: (number, place), by number; nobody before the first."""
    last = benefit_facts.latest()
    if last is None or benefit_runs.totals_of(last, tag.subject, tag.rule.id) is None:
        return ()
    numbers = benefit_runs.numbers_of(last, tag.subject, tag.rule.id)
    return tuple(zip(numbers, benefit_runs.held().districts(tag.subject, numbers), strict=True))


def open_file(actor: Actor, kind: SubjectKind, number: int, reason: str = "") -> SubjectFile:
    """The file of one subject; with a reason, which is kept, its data too.

    Raises:
        NotFound: no policy is on this desk, nothing was compared yet, or there is no such subject.
    """
    mine, last = _desk(actor), benefit_facts.latest()
    if last is None:
        raise NotFound("comparison")
    rules, facts = benefit_runs.facts_of_one(last, kind, number)
    if facts is None:
        raise NotFound("subject")
    seen = mine if kind is not SubjectKind.COMPANY else library().policies
    known = {one.id for one in rules.entitlements}
    policies = [one for one in seen if kind_of(one) is kind and set(one.entitlements) <= known]
    told = [
        tag for tag in library().tags if tag.subject is kind and tag.rule.id in known and _sees(actor, tag)
    ]
    row = benefit_subjects.subject_of(kind.value, number)
    if reason:
        row = benefit_subjects.opened(actor, kind.value, number, f"{kind.value}/{number}", reason)
    by_id = {one.id: one for one in policies}
    grants = GrantRow.objects.filter(
        subject_kind=kind.value, subject=number, entitlement__in=[one.id for one in mine]
    )
    return SubjectFile(
        kind=kind,
        number=number,
        name=_name(row, bool(reason)),
        row=row,
        place=benefit_runs.held().districts(kind, [number])[0],
        day=last.as_of,
        tags=tuple(tag for tag in told if _has(tag, rules, facts, last)),
        fits=tuple((by_id[one.policy], one) for one in match(policies, rules, facts, last.as_of)),
        grants=tuple(grants.order_by("-updated_at", "-pk")[:SHOWN]),
        facts=known_facts(rules, facts, facts_read(policies, told, rules)) if reason else (),
        opened=bool(reason),
    )


def _name(row: BenefitSubject | None, opened: bool) -> str:
    if row is None:
        return ""
    return row.name if opened else benefit_subjects.shown_name(row.subject_kind, row.name)


def _has(tag: Tag, rules: RuleSet, facts: Mapping[str, Value], last: BenefitComparison) -> bool:
    return judge(rules, tag.rule.id, facts, last.as_of).status is Status.ENTITLED


def facts_read(policies: Iterable[Policy], told: Iterable[Tag], rules: RuleSet) -> frozenset[str]:
    """The facts that these policies and tags read."""
    names = {name for one in policies for name in (*one.entitlements, *one.obstacles)}
    names |= {one.rule.id for one in told}
    wanted = [one for one in rules.entitlements if one.id in names]
    texts = [condition.when for one in wanted for condition in one.conditions]
    texts += [one.amount for one in wanted if one.amount]
    return frozenset(name for text in texts for name in names_in(parse(text)))


def known_facts(rules: RuleSet, facts: Mapping[str, Value], only: frozenset[str]) -> tuple[Known, ...]:
    """Facts with their values and the kind of data they are from, by that."""
    sources = {one.id: one.name for one in rules.sources}
    specs = {one.id: one for one in rules.facts}

    def bottom(spec: FactSpec) -> str:
        return sources.get(specs[spec.over].source if spec.over else spec.source, "")

    found = [
        Known(spec, facts.get(spec.id, UNKNOWN), bottom(spec)) for spec in specs.values() if spec.id in only
    ]
    return tuple(sorted(found, key=lambda one: (one.source, one.spec.id)))
