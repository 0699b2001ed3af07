"""我能享受什么: what one person gets without asking, could get, lacks; their answers, payments and objections.

Whoever is signed in sees what concerns themselves, and those for whom they act in every matter (a child, a ward, a
company they represent). What is told comes from the last comparison, from the same rules and facts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from bancheng.core.benefits import Gap, Match, Policy, Status, SubjectKind, match, subject_of
from bancheng.core.benefits.grants import AnyGrantEvent, Grant, GrantEvent, Hand, Intent, acts, fold
from bancheng.core.rules import Value
from bancheng.store.models import BenefitSubject, GrantObjection, GrantRow, PolicyOffer, StandingRow
from bancheng.usecases import benefit_facts, benefit_runs, policy_offers
from bancheng.usecases.access import Acting, Actor, NotAllowed, NotFound, record
from bancheng.usecases.benefit_subjects import subject_with
from bancheng.usecases.benefits import library
from bancheng.usecases.granting import consent_of, keep_consent, object_to
from bancheng.usecases.grants import act, events_of_many
from bancheng.usecases.standing_desk import of_subject
from bancheng.usecases.subject_files import Known, facts_read, known_facts

SHOWN = 40
"""Grants that one's own page shows."""
SOON = dt.timedelta(days=3 * 366)
"""A right that time alone brings is told so long before."""


@dataclass(frozen=True)
class Mine:
    """One grant of a person, with its policy (None where it is in no pack any more) and what it is now."""

    row: GrantRow
    events: tuple[GrantEvent, ...]
    grant: Grant
    policy: Policy | None
    consent: str
    objections: tuple[GrantObjection, ...]

    @property
    def asked(self) -> bool:
        """Whether an answer is waited for."""
        return self.grant.asked

    @property
    def given(self) -> bool:
        """Whether they said that they want it."""
        return self.grant.intent is Intent.GIVEN

    @property
    def refused(self) -> bool:
        """Whether they said that they do not want it."""
        return self.grant.intent is Intent.REFUSED


@dataclass(frozen=True)
class Fit:
    """One policy for a person: how it stands, what is missing to tell (names of facts), how near a miss was."""

    policy: Policy
    found: Match
    missing: tuple[str, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class Benefits:
    """Everything told to one party. `known`: whether any data speak of them; `day`: of which day they are.

    `standings`: the benefits they need not certify in person, by name; `facts`: what the rules read of them; `offers`:
    the policies they were told of.
    """

    acting: Acting
    known: bool
    day: dt.date | None
    grants: tuple[Mine, ...]
    entitled: tuple[Fit, ...]
    unknown: tuple[Fit, ...]
    near: tuple[Fit, ...]
    standings: tuple[tuple[str, StandingRow], ...] = ()
    facts: tuple[Known, ...] = ()
    offers: tuple[tuple[PolicyOffer, Policy], ...] = ()


def parties(actor: Actor) -> tuple[Acting, ...]:
    """For whom this person may look and answer: themselves first, then those they act for in every matter."""
    found = [one for one in actor.acting if not one.onething and one.covers("", "apply")]
    return tuple(sorted(found, key=lambda one: (one is not actor.own, one.name)))


def of(actor: Actor, party: str = "") -> Benefits:
    """What there is for one of them.

    Raises:
        NotFound: the actor may not look for them, or is tied to nobody.
    """
    chosen = _chosen(actor, party)
    subject = _subject(chosen)
    if subject is None:
        return Benefits(chosen, False, None, (), (), (), ())
    fits, day, facts = _fits(subject)
    grants = _grants_of(subject)
    given = {(one.row.entitlement, one.row.period) for one in grants}
    offers = tuple(policy_offers.open_for(subject))
    told = {policy.id for _row, policy in offers}
    return Benefits(
        acting=chosen,
        known=True,
        day=day,
        grants=grants,
        entitled=tuple(
            one
            for one in fits
            if one.found.status is Status.ENTITLED
            and one.policy.id not in told
            and day is not None
            and (one.policy.id, one.policy.every.period(day)) not in given
        ),
        unknown=tuple(one for one in fits if one.found.status is Status.UNKNOWN),
        near=tuple(one for one in fits if one.found.status is Status.NOT and one.gaps),
        standings=tuple((_name(row.benefit), row) for row in of_subject(subject)),
        facts=facts,
        offers=offers,
    )


def _chosen(actor: Actor, party: str) -> Acting:
    found = next((one for one in parties(actor) if not party or str(one.party) == party), None)
    if found is None:
        raise NotFound("party")
    return found


def _name(policy: str) -> str:
    return next((one.name for one in library().policies if one.id == policy), policy)


def _subject(acting: Acting) -> BenefitSubject | None:
    return subject_with(str(acting.subject), acting.number)


def _grants_of(subject: BenefitSubject) -> tuple[Mine, ...]:
    """The grants that moved last, `SHOWN` at most. Three queries, however many."""
    mine = GrantRow.objects.filter(subject_kind=subject.subject_kind, subject=subject.subject)
    rows = list(mine.prefetch_related("objections").order_by("-updated_at", "-pk")[:SHOWN])
    events, policies = events_of_many(rows), {one.id: one for one in library().policies}
    return tuple(_mine(row, events[row.pk], policies.get(row.entitlement)) for row in rows)


def _mine(row: GrantRow, events: tuple[AnyGrantEvent, ...], policy: Policy | None) -> Mine:
    told = tuple(sorted(row.objections.all(), key=lambda one: one.at))
    return Mine(row, events, fold(events), policy, consent_of(policy) if policy else "", told)


def _fits(subject: BenefitSubject) -> tuple[tuple[Fit, ...], dt.date | None, tuple[Known, ...]]:
    last = benefit_facts.latest()
    if last is None:
        return (), None, ()
    kind = SubjectKind(subject.subject_kind)
    rules, facts = benefit_runs.facts_of_one(last, kind, subject.subject)
    if facts is None:
        return (), last.as_of, ()
    policies = {one.id: one for one in library().policies}
    names = {fact.id: fact.name for fact in rules.facts}
    known = {one.id for one in rules.entitlements}
    judged = [
        one for one in policies.values() if set(one.entitlements) <= known and subject_of(one, rules) is kind
    ]
    found = match(judged, rules, facts, last.as_of)

    def near(one: Match) -> tuple[Gap, ...]:
        return tuple(gap for gap in one.gaps if one.near and _worth_telling(gap, facts, last.as_of))

    fits = tuple(
        Fit(
            policy=policies[one.policy],
            found=one,
            missing=tuple(names.get(name, name) for name in one.missing),
            gaps=near(one),
        )
        for one in found
    )
    return fits, last.as_of, known_facts(rules, facts, facts_read(judged, (), rules))


def _worth_telling(gap: Gap, facts: Mapping[str, Value], day: dt.date) -> bool:
    """Whether a near miss helps anybody: time within a few years, or an amount of which they have some already."""
    if gap.on is not None:
        return gap.on <= day + SOON
    return bool(facts.get(gap.fact))


def _own_row(actor: Actor, pk: int) -> GrantRow:
    """A grant of somebody this person may answer for.

    Raises:
        NotFound: of nobody they may.
    """
    row = GrantRow.objects.filter(pk=pk).first()
    numbers = {
        (found.subject_kind, found.subject) for found in map(_subject, parties(actor)) if found is not None
    }
    if row is None or (row.subject_kind, row.subject) not in numbers:
        raise NotFound("grant")
    return row


def answer(actor: Actor, pk: int, wanted: bool, reason: str, now: dt.datetime) -> Grant:
    """The subject says whether they want it; kept with the words they saw.

    Raises:
        NotFound: not theirs.
        GrantRefused: it was paid already.
    """
    row = _own_row(actor, pk)
    policy = next((one for one in library().policies if one.id == row.entitlement), None)
    if policy is None:
        raise NotFound("policy")
    text, hand = keep_consent(policy, now), Hand(actor.id, actor.name)
    record(actor, "benefits.intent", f"{row.entitlement}/{row.period}/{pk}")
    return act(row.pk, lambda grant: acts.answer(grant, wanted, text, now, hand, reason.strip()[:200]), now)


def answer_offer(actor: Actor, party: str, pk: int, wanted: bool, now: dt.datetime) -> PolicyOffer:
    """Say for one of them whether a policy that was offered is wanted.

    Raises:
        NotFound: not theirs.
    """
    subject = _subject(_chosen(actor, party))
    if subject is None:
        raise NotFound("offer")
    return policy_offers.answer(actor, subject, pk, wanted, now)


def object_to_mine(actor: Actor, pk: int, text: str, now: dt.datetime) -> GrantObjection:
    """The subject objects.

    Raises:
        NotFound: not theirs.
    """
    return object_to(actor, _own_row(actor, pk), text.strip()[:2000], now)


def object_in_public(actor: Actor, row: GrantRow, text: str, now: dt.datetime) -> GrantObjection:
    """Anybody who is signed in objects to a line of a list that is open to the public.

    Raises:
        NotAllowed: nobody knows who asks.
    """
    if not actor.signed_in:
        raise NotAllowed("object")
    return object_to(actor, row, text.strip()[:2000], now)


def objections_made(actor: Actor) -> tuple[GrantObjection, ...]:
    """What this person objected to, the newest first, with the answers."""
    rows = GrantObjection.objects.filter(by=actor.id).select_related("grant").order_by("-at")
    return tuple(rows[:50])
