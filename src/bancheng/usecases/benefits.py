"""The policies of this deployment: found, read in plain words, and whose desk each belongs to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import msgspec
from django.conf import settings
from django.utils import timezone

from bancheng.connect.packs import LoadedBenefits, load_benefits, packs_root
from bancheng.core.benefits import (
    Entitlement,
    Parameter,
    Policy,
    PolicyCase,
    PolicyWriting,
    RuleSet,
    Status,
    SubjectKind,
    fact_text,
    facts_read,
    run_cases,
    subject_of,
)
from bancheng.core.kernel import (
    Place,
    Problem,
    Problems,
    ProblemsFound,
    Record,
    Severity,
    chinese_date,
    decode,
)
from bancheng.core.rules import names_in, parse
from bancheng.store.models import LibraryEntry
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.town import packs

OFFICERS = ("reviewer", "senior", "government", "supervisor")
"""Who has a desk of policies: those who work at a body, the government's office and supervision."""
POLICY = "policy"
"""The kind of a policy in the city's own library."""
READERS = frozenset({"government", "supervisor"})
"""Who sees the policies of every body."""


def library() -> LoadedBenefits:
    """Policies and rules as packs and the city's own library say today."""
    return _load(_folders(), timezone.localdate(), packs.mark)


def _folders() -> tuple[Path, ...]:
    root = packs_root()
    names = ("national", "specimen") if settings.BANCHENG_DEMO else ("national",)
    return (*(root / name for name in names), *settings.BANCHENG_PACKS)


@lru_cache(maxsize=2)
def _load(folders: tuple[Path, ...], day: dt.date, mark: str) -> LoadedBenefits:
    return load_benefits(folders, day, _written() if mark else ())


def _written() -> tuple[PolicyWriting, ...]:
    """The policies of the city's own library that are in force, in the order in which they were written."""
    rows = LibraryEntry.objects.filter(kind=POLICY, state=LibraryEntry.PUBLISHED).exclude(content="")
    return tuple(
        decode(text, PolicyWriting) for text in rows.order_by("pk").values_list("content", flat=True)
    )


def in_force(name: str) -> PolicyWriting | None:
    """A policy with its rules and cases as it is served now; None where there is none of that id."""
    own = next((one for one in _written() if one.key == name), None)
    loaded = library()
    policy = next((one for one in loaded.policies if one.id == name), None)
    if own is not None or policy is None:
        return own
    bare = PolicyWriting(
        policy=policy, entitlements=tuple(loaded.rules.entitlement(one) for one in policy.entitlements)
    )
    read = {one.id for one in facts_read(bare, loaded.rules)}
    cases = tuple(
        PolicyCase(
            name=one.name,
            as_of=one.as_of,
            facts={key: fact_text(value) for key, value in one.facts.items() if key in read},
            expect=Status(one.expect[name]),
            amount=one.amounts.get(name),
        )
        for one in loaded.examples
        if name in one.expect
    )
    return msgspec.structs.replace(bare, cases=cases)


def need_sound(writings: Sequence[PolicyWriting]) -> None:
    """Make sure that these policies may be in force beside all the others.

    Raises:
        ProblemsFound: what is wrong with them that is not wrong without them; a case that does not come out as said.
    """
    keys, today = {one.key for one in writings}, timezone.localdate()
    others = [one for one in _written() if one.key not in keys]
    known = {(one.code, one.place.path, one.message) for one in library().problems}
    after = load_benefits(_folders(), today, (*others, *writings))
    found = [
        one
        for one in after.problems
        if one.severity is Severity.ERROR and (one.code, one.place.path, one.message) not in known
    ]
    found = found or [one for writing in writings for one in wrong_cases(writing, after.rules)]
    if found:
        raise ProblemsFound(tuple(found))


def wrong_cases(writing: PolicyWriting, rules: RuleSet) -> tuple[Problem, ...]:
    """What is wrong with the cases of a policy whose rules are sound: that there are too few, or what each came to."""
    found = Problems()
    for at, one in enumerate(run_cases(writing, rules)):
        place = Place(path=f"cases.{at}")
        if one.unread:
            names = "、".join(each.name for each in rules.facts if each.id in one.unread)
            found.add("case-unread", f"例子“{one.case.name}”里的{names}读不懂。", place, "请看这一项怎么填。")
        elif not one.good:
            said = f"例子“{one.case.name}”得出的和写的不一样。"
            found.add("case-wrong", said, place, "请核对条件，或者核对例子。")
    said_of = {one.expect for one in writing.cases}
    if Status.ENTITLED not in said_of or len(said_of) == 1:
        found.add(
            "case-few",
            "例子还不够：至少写一个符合条件的，一个不符合或者不能判断的。",
            Place(path="cases"),
            "照着真实的情形写，审的人先看例子。",
        )
    return found.found()


def policy_of(name: str) -> Policy:
    """The policy of that id.

    Raises:
        NotFound: there is none.
    """
    try:
        return library().policy(name)
    except KeyError:
        raise NotFound("policy") from None


def kind_of(policy: Policy) -> SubjectKind:
    """Whom a policy is for."""
    return subject_of(policy, library().rules)


def body_of(policy: Policy) -> str:
    """The key of the body that answers for a policy; "" where this town has no such body."""
    return key_of_body(policy.body)


def key_of_body(named: str) -> str:
    """The key of a body that a pack names by it or by the end of its full name; "" where this town has none."""
    bodies = packs().catalogue.bodies
    if named in bodies:
        return named
    return next((key for key, one in bodies.items() if named and one.name.endswith(named)), "")


def policies_at(actor: Actor) -> tuple[Policy, ...]:
    """The policies on this person's desk: those of their bodies; for the government's office and supervision, all."""
    every = library().policies
    if READERS & actor.roles:
        return every
    return tuple(one for one in every if body_of(one) in actor.bodies)


def policy_at(actor: Actor, name: str) -> Policy:
    """One of them.

    Raises:
        NotFound: it is not on this desk.
    """
    found = next((one for one in policies_at(actor) if one.id == name), None)
    if found is None:
        raise NotFound("policy")
    return found


def may_decide(actor: Actor, policy: Policy) -> bool:
    """Whether this person heads the body that answers for it."""
    body = body_of(policy)
    return bool(body) and actor.has("senior", body)


def pays(policy: Policy) -> bool:
    """Whether money is paid under it."""
    rules = library().rules
    return any(rules.entitlement(name).amount for name in policy.entitlements)


def search(words: str = "", kind: str = "", mode: str = "", subject: str = "") -> tuple[Policy, ...]:
    """The policies in force that hold every word in their name, summary, body or document, by name.

    `subject`: those for people (with their households) or for companies alone.
    """
    wanted, today = words.split(), timezone.localdate()
    return tuple(
        sorted(
            (
                one
                for one in library().policies
                if one.valid_on(today)
                and kind in {"", one.kind}
                and mode in {"", one.mode}
                and (not subject or (kind_of(one) is SubjectKind.COMPANY) is (subject == SubjectKind.COMPANY))
                and all(
                    word in f"{one.name}{one.summary}{one.body}{one.document}{''.join(one.basis)}"
                    for word in wanted
                )
            ),
            key=lambda one: (one.body, one.name),
        )
    )


class Told(Record):
    """One entitlement of a policy as people read it: what must hold, with its basis, and how much it is.

    `conditions`: (words, basis, values of the parameters in words).
    """

    entitlement: Entitlement
    conditions: tuple[tuple[str, str, tuple[str, ...]], ...]
    amount: str


def told(policy: Policy) -> tuple[Told, ...]:
    """The entitlements of a policy in plain words, with the parameters in force today."""
    rules, today = library().rules, timezone.localdate()
    parameters = {one.id: one for one in rules.parameters}
    names = {one.id: one.name for one in rules.facts} | {one.id: one.name for one in rules.parameters}
    return tuple(
        Told(
            entitlement=one,
            conditions=tuple(
                (
                    condition.text,
                    condition.basis or "、".join(one.basis),
                    tuple(
                        _parameter(parameters[name], today)
                        for name in condition.parameters
                        if name in parameters
                    ),
                )
                for condition in one.conditions
            ),
            amount=_amount(one, names),
        )
        for one in (rules.entitlement(name) for name in policy.entitlements)
    )


def _amount(one: Entitlement, names: Mapping[str, str]) -> str:
    """The formula with the names of its facts: ``95.5 * farm.land`` → ``95.5 × 耕地面积 元``."""
    if not one.amount:
        return ""
    said = one.amount
    for name in sorted(names_in(parse(one.amount)), key=len, reverse=True):
        said = said.replace(name, names.get(name, name))
    return f"{said.replace('*', '×').replace('/', '÷')} 元"


def _parameter(one: Parameter, day: dt.date) -> str:
    now = one.on(day)
    return (
        f"{one.name}：{now.value}{one.unit}（{chinese_date(now.since)}起，{now.basis}）" if now else one.name
    )
