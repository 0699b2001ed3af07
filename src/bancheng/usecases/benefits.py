"""The policies of this deployment: found, read in plain words, and whose desk each belongs to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from bancheng.connect.packs import LoadedBenefits, load_benefits, packs_root
from bancheng.core.benefits import Entitlement, Parameter, Policy, SubjectKind, subject_of
from bancheng.core.kernel import Record, chinese_date
from bancheng.core.rules import names_in, parse
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.town import packs

OFFICERS = ("reviewer", "senior", "government", "supervisor")
"""Who has a desk of policies: those who work at a body, the government's office and supervision."""
READERS = frozenset({"government", "supervisor"})
"""Who sees the policies of every body."""


def library() -> LoadedBenefits:
    """Policies and rules as the packs say today."""
    root = packs_root()
    names = ("national", "specimen") if settings.BANCHENG_DEMO else ("national",)
    return _load((*(root / name for name in names), *settings.BANCHENG_PACKS), timezone.localdate())


@lru_cache(maxsize=2)
def _load(folders: tuple[Path, ...], day: dt.date) -> LoadedBenefits:
    return load_benefits(folders, day)


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
