"""Where persons stand in benefits, as events: read, decided upon and written, with what lists show of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence

from django.db import transaction
from django.db.models import F

from bancheng.core.benefits.standing import (
    AnyStandingEvent,
    Phase,
    Standing,
    StandingEvent,
    acts,
    evolve,
    fold,
    read_standing_event,
)
from bancheng.core.kernel import Refusal, canonical, chain
from bancheng.store.models import StandingEventRow, StandingRow
from bancheng.usecases.benefit_news import news_of
from bancheng.usecases.grants import CHUNK, GrantRefused, Obstacle

STOPPED = "standing-stopped"
"""How the name of an obstacle begins under which a stop stands in the lists of the benefit."""
_SHOWN = (
    *("sequence", "phase", "finding", "good_until", "assigned", "assigned_name"),
    *("ask_until", "ended", "owed", "updated_at"),
)
Told = tuple[StandingRow, Standing, Sequence[StandingEvent]]


def events_of(row: StandingRow) -> tuple[AnyStandingEvent, ...]:
    """What happened to it, from the first."""
    bodies = row.events.order_by("sequence").values_list("body", flat=True)
    return tuple(map(read_standing_event, bodies))


def standing_of(row: StandingRow) -> Standing:
    """The standing as its events make it."""
    return fold(events_of(row))


def standings_of(rows: Sequence[StandingRow]) -> dict[int, Standing]:
    """Many standings by one question."""
    kept: dict[int, list[str]] = {row.pk: [] for row in rows}
    lines = StandingEventRow.objects.filter(standing__in=kept).order_by("standing_id", "sequence")
    for pk, body in lines.values_list("standing_id", "body"):
        kept[pk].append(body)
    return {pk: fold(map(read_standing_event, bodies)) for pk, bodies in kept.items()}


def fold_on(standing: Standing, told: Iterable[StandingEvent]) -> Standing:
    """The standing after these events."""
    for event in told:
        standing = evolve(standing, event)
    return standing


def allowed(told: acts.Told) -> Sequence[StandingEvent]:
    """The events of an act.

    Raises:
        GrantRefused: the rules say no.
    """
    if isinstance(told, Refusal):
        raise GrantRefused(told)
    return told


def write(told: Mapping[int, Told], now: dt.datetime) -> None:
    """Write the events of many standings and what lists show of them; inside the caller's transaction."""
    lines, rows = list[StandingEventRow](), list[StandingRow]()
    heard = list[tuple[StandingRow, int, StandingEvent]]()
    before = dict(
        StandingEventRow.objects.filter(standing__in=[pk for pk, (row, *_) in told.items() if row.sequence])
        .filter(sequence=F("standing__sequence"))
        .values_list("standing_id", "hash")
    )
    for pk, (row, was, new) in told.items():
        seal, standing = before.get(pk, ""), was
        for event in new:
            standing = evolve(standing, event)
            seal = chain(seal, event)
            row.sequence += 1
            lines.append(
                StandingEventRow(
                    standing=row,
                    sequence=row.sequence,
                    at=event.at,
                    body=canonical(event).decode(),
                    hash=seal,
                )
            )
            heard.append((row, row.sequence, event))
        row.phase, row.good_until, row.ask_until = (
            standing.phase.value,
            standing.good_until,
            standing.ask_until,
        )
        row.finding = standing.latest.finding.value if standing.latest else ""
        row.assigned = standing.assigned.id if standing.assigned else ""
        row.assigned_name = standing.assigned.name if standing.assigned else ""
        row.ended, row.owed, row.updated_at = bool(standing.ended_by), standing.owed, now
        rows.append(row)
    StandingEventRow.objects.bulk_create(lines, batch_size=CHUNK)
    news_of(heard, now)
    StandingRow.objects.bulk_create(
        rows, batch_size=CHUNK, update_conflicts=True, unique_fields=("id",), update_fields=_SHOWN
    )


def do(row: StandingRow, deed: Callable[[Standing], acts.Told], now: dt.datetime) -> Standing:
    """Decide and write one act, all or nothing.

    Raises:
        GrantRefused: the rules say no.
    """
    with transaction.atomic():
        held_row = StandingRow.objects.select_for_update().get(pk=row.pk)
        standing = standing_of(held_row)
        new = allowed(deed(standing))
        if new:
            write({row.pk: (held_row, standing, new)}, now)
    return fold_on(standing, new)


def stopped_in(benefit: str) -> dict[int, Obstacle]:
    """The persons whose payment a person has stopped, each with the obstacle that says so."""
    rows = list(StandingRow.objects.filter(benefit=benefit, phase=Phase.STOPPED.value))
    standings = standings_of(rows)
    return {row.subject: obstacle_of(standings[row.pk]) for row in rows}


def obstacle_of(standing: Standing) -> Obstacle:
    """How a stop stands in the lists: one name for each stop, so that a later one is seen anew."""
    return Obstacle(rule=f"{STOPPED}-{standing.stopped_since}", source="静默认证", reason="已由人停发")
