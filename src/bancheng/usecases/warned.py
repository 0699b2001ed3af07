"""Whom a warning reaches: the officials it names, each once for each rank it comes to, in the pages and by e-mail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict
from uuid import UUID

from bancheng.core.casework import AnyEvent, CaseState, Level, Rank
from bancheng.core.casework import events as ev
from bancheng.store.models import AlarmTold, Case, ChannelDelivery, Membership, Outbox, User
from bancheng.usecases.telling import EMAIL, key_of

_HANDLERS = ("reviewer", "inspector")


class Alarming(TypedDict):
    """What an outbox row of a warning holds: references and roles, nobody's personal data."""

    words: str
    number: int
    rank: str
    level: str
    bodies: list[str]
    people: list[str]


def warnings_of(case: Case, state: CaseState, events: Iterable[AnyEvent]) -> list[Outbox]:
    """Rows that tell officials of warnings that were raised, or went one level up."""
    rows = []
    for one in events:
        if not isinstance(one, ev.Warned | ev.Escalated):
            continue
        alarm = next(found for found in state.warnings if found.number == one.number)
        payload = Alarming(
            words=one.words(),
            number=one.number,
            rank=one.rank.value,
            level=alarm.level.value,
            bodies=list(one.receivers),
            people=[who.id for who in alarm.people],
        )
        rows.append(Outbox(kind=type(one).__name__, case=case, payload=payload))
    return rows


def officials_of(payload: Alarming) -> set[int]:
    """The accounts a warning is for. Where nobody holds the work, all who could take it; an empty post goes one up.

    Who hold the work are told at every rank: they are to know that it went up.
    """
    active = Membership.objects.filter(user__is_active=True)
    there = active.filter(body__in=payload["bodies"])
    named = {int(one.removeprefix("user:")) for one in payload["people"] if one.startswith("user:")}
    holders = set(User.objects.filter(pk__in=named, is_active=True).values_list("pk", flat=True))
    rank = Rank(payload["rank"])
    found = holders
    if rank is Rank.HANDLER and not holders:
        roles = ("clerk",) if payload["level"] in (Level.INTAKE.value, Level.OWED.value) else _HANDLERS
        found = set(there.filter(role__in=roles).values_list("user_id", flat=True))
    if rank is not Rank.HANDLER or not found:
        found = found | set(there.filter(role="senior").values_list("user_id", flat=True))
    if rank is Rank.SUPERVISION or not found:
        found = found | set(active.filter(role="supervisor").values_list("user_id", flat=True))
    return found


def tell(case: Case, payload: Alarming, about: int, now: datetime) -> set[int]:
    """Write down who is told, once for a warning and its rank; those who were not told before."""
    number, rank = payload["number"], payload["rank"]
    before = set(
        AlarmTold.objects.filter(case=case, number=number, rank=rank).values_list("user_id", flat=True)
    )
    fresh = officials_of(payload) - before
    AlarmTold.objects.bulk_create(
        AlarmTold(case=case, number=number, rank=rank, user_id=user, about=about, at=now) for user in fresh
    )
    return fresh


@dataclass(frozen=True)
class Told:
    """One official who was told of a warning; `email` is what became of the letter, "" when none was sent."""

    name: str
    rank: str
    at: datetime
    email: str


def told_of(case: UUID) -> dict[int, list[Told]]:
    """Who was told of each warning of a case, by its number: two queries, one when nobody was."""
    rows = list(AlarmTold.objects.filter(case_id=case).select_related("user").order_by("at", "id"))
    keys = {row.pk: key_of(row.about, f"user:{row.user_id}", EMAIL) for row in rows}
    sent = (
        dict(ChannelDelivery.objects.filter(key__in=keys.values()).values_list("key", "state"))
        if rows
        else {}
    )
    found: dict[int, list[Told]] = {}
    for row in rows:
        told = Told(row.user.get_full_name(), row.rank, row.at, sent.get(keys[row.pk], ""))
        found.setdefault(row.number, []).append(told)
    return found
