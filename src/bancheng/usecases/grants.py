"""免申即享: what a run found becomes grants; every act on one is decided by the core and written with its budget.

A run may be started twice, break anywhere and be started again after a correction of data: it goes through the same
subjects in the same order, and what it has to say of one is said once.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from types import MappingProxyType
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from bancheng.core.benefits.grants import (
    AnyGrantEvent,
    Basis,
    Grant,
    GrantEvent,
    Hand,
    acts,
    events,
    evolve,
    fold,
    read_grant_event,
)
from bancheng.core.casework import CommandRefused
from bancheng.core.kernel import Fen, Record, Refusal, canonical, chain
from bancheng.store.models import BenefitRun, Budget, GrantEventRow, GrantRow
from bancheng.usecases.benefit_news import news_of

CHUNK = 500
"""Subjects that are written in one transaction."""
MACHINE = Hand("machine", "系统", machine=True)


class GrantRefused(CommandRefused):
    """The rules say no; `refusals` tell why."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__(refusals)

    @property
    def refusal(self) -> Refusal:
        """The first of them."""
        return self.refusals[0]


class Entitled(Record):
    """One line of a run's result: who, where they live, and how much. Sorted by subject, each once."""

    subject: int
    amount: Fen
    division: str = ""


class Obstacle(Record):
    """What a source says of a subject that may stand against them, for a person to look at; `rule` names it."""

    rule: str
    source: str
    reason: str


class Difference(Record):
    """What a run changes against what stands: people and money, each subject counted in one of the lines.

    `gone`: no longer entitled; their money was not paid, or is proposed for recovery.
    """

    new: int = 0
    same: int = 0
    more: int = 0
    less: int = 0
    gone: int = 0
    due: Fen = Fen(0)
    """What all that are entitled now are due."""
    before: Fen = Fen(0)
    """What was due before this run."""


# ------------------------------------------------------------------------------------------------ one grant


def grant_of(row: GrantRow) -> Grant:
    """The grant as its events make it."""
    return fold(events_of(row))


def events_of(row: GrantRow) -> tuple[AnyGrantEvent, ...]:
    """What happened to it, from the first."""
    bodies = row.events.order_by("sequence").values_list("body", flat=True)
    return tuple(map(read_grant_event, bodies))


def act(
    row_id: int,
    decide: Callable[[Grant], acts.Told],
    now: dt.datetime,
    *,
    also: Callable[[GrantRow], None] | None = None,
) -> Grant:
    """Do one act on one grant: lock it, decide, write the events, move the budget, all or nothing.

    Raises:
        GrantRefused: the core says no, or the budget has not enough.
        GrantRow.DoesNotExist: there is no such grant.
    """
    with transaction.atomic():
        row = GrantRow.objects.select_for_update().get(pk=row_id)
        grant = grant_of(row)
        told = decide(grant)
        if isinstance(told, Refusal):
            raise GrantRefused(told)
        if told:
            grant = _write({row.pk: (row, grant, told)}, now)[row.pk]
        if also is not None:
            also(row)
    return grant


def act_on_many(
    pks: Sequence[int],
    decide: Callable[[GrantRow, Grant], acts.Told],
    now: dt.datetime,
    *,
    also: Callable[[Mapping[int, tuple[GrantRow, Grant]]], None],
) -> dict[int, Refusal]:
    """One act on many grants in one transaction; the refusals by grant. `also` gets those it was done to, afterwards.

    Raises:
        GrantRefused: a budget has not enough for all of them; then nothing was done.
    """
    refused = dict[int, Refusal]()
    with transaction.atomic():
        rows = list(GrantRow.objects.select_for_update().filter(pk__in=pks).order_by("pk"))
        told = dict[int, Told]()
        for row, grant in zip(rows, _grants(rows).values(), strict=True):
            said = decide(row, grant)
            if isinstance(said, Refusal):
                refused[row.pk] = said
            elif said:
                told[row.pk] = (row, grant, said)
        after = _write(told, now)
        also({pk: (told[pk][0], grant) for pk, grant in after.items()})
    return refused


Told = tuple[GrantRow, Grant, Sequence[GrantEvent]]


def _write(told: Mapping[int, Told], now: dt.datetime) -> dict[int, Grant]:
    """Write the events of many grants and what lists show of them; inside the caller's transaction."""
    lines, rows, after = list[GrantEventRow](), list[GrantRow](), dict[int, Grant]()
    heard = list[tuple[GrantRow, int, GrantEvent]]()
    moves = Counter[tuple[str, str]]()
    last = dict(
        GrantEventRow.objects.filter(grant__in=[pk for pk, (row, _, __) in told.items() if row.sequence])
        .filter(sequence=F("grant__sequence"))
        .values_list("grant_id", "hash")
    )
    for pk, (row, before, new) in told.items():
        grant, seal = before, last.get(pk, "")
        for event in (*new, *_surplus(fold_on(before, new), now)):
            was, grant = grant, evolve(grant, event)
            _move(moves, was, event)
            seal = chain(seal, event)
            row.sequence += 1
            body = canonical(event).decode()
            lines.append(GrantEventRow(grant=row, sequence=row.sequence, at=event.at, body=body, hash=seal))
            heard.append((row, row.sequence, event))
        row.stage, row.due, row.paid, row.recovered = (
            grant.stage.value,
            grant.due,
            grant.paid,
            grant.recovered,
        )
        row.sampled, row.intent, row.notice_until = grant.sampled, grant.intent.value, grant.notice_until
        row.obstacle, row.objection, row.updated_at = bool(grant.obstacles), bool(grant.objections), now
        rows.append(row)
        after[pk] = grant
    GrantEventRow.objects.bulk_create(lines, batch_size=CHUNK)
    news_of(heard, now)
    # They are there; this is how many rows are written in one statement.
    GrantRow.objects.bulk_create(
        rows, batch_size=CHUNK, update_conflicts=True, unique_fields=("id",), update_fields=_SHOWN
    )
    _move_budgets(moves)
    return after


_SHOWN = (
    *("sequence", "stage", "due", "paid", "recovered", "updated_at"),
    *("sampled", "obstacle", "intent", "notice_until", "objection"),
)


def _surplus(grant: Grant, now: dt.datetime) -> Sequence[GrantEvent]:
    """What is held beyond what is still to be paid goes back into its budget at once, whatever was the cause."""
    told = acts.release(grant, "应付的款项少了", now, MACHINE)
    return () if isinstance(told, Refusal) else told


def _move(moves: Counter[tuple[str, str]], was: Grant, event: GrantEvent) -> None:
    match event:
        case events.Reserved():
            moves[event.budget, "held"] += event.amount
        case events.Released():
            moves[event.budget, "held"] -= event.amount
        case events.PaymentSettled():
            moves[was.budget, "held"] -= was.in_flight
            moves[was.budget, "spent"] += was.in_flight
        case events.Recovered() if was.budget:
            moves[was.budget, "spent"] -= event.amount


def _move_budgets(moves: Counter[tuple[str, str]]) -> None:
    """Add up what moved, in an order that two processes share; the database refuses what is not there."""
    for key in sorted({key for key, _ in moves}):
        try:
            with transaction.atomic():
                there = Budget.objects.filter(key=key).update(
                    held=F("held") + moves[key, "held"], spent=F("spent") + moves[key, "spent"]
                )
        except IntegrityError as error:
            raise GrantRefused(
                Refusal("budget.short", "预算余额不够。", remedy="请追加预算，或减少这一批的人数。")
            ) from error
        if not there:
            raise GrantRefused(Refusal("budget.none", f"没有编号为“{key}”的预算。", remedy="请先登记预算。"))


# ------------------------------------------------------------------------------------------------- a run


def difference(entitlement: str, period: str, found: Iterable[Entitled]) -> Difference:
    """What this result would change, before anything happens (a dry run)."""
    counts = Counter[str]()
    due = before = 0
    for row, line in _beside(entitlement, period, found):
        counts[_kind(row, line)] += 1
        due += line.amount if line else 0
        before += row.due if row else 0
    return Difference(**counts, due=Fen(due), before=Fen(before))


class _Due(NamedTuple):
    """What stands of a subject."""

    subject: int
    due: int


def _kind(row: _Due | None, line: Entitled | None) -> str:
    if line is None:
        return "gone"
    if row is None or not row.due:
        return "new"
    return "same" if line.amount == row.due else "more" if line.amount > row.due else "less"


def _beside(
    entitlement: str, period: str, found: Iterable[Entitled]
) -> Iterator[tuple[_Due | None, Entitled | None]]:
    """Rows and lines by subject, side by side; both come sorted, so neither is held in memory."""
    there = GrantRow.objects.filter(entitlement=entitlement, period=period).order_by("subject")
    rows = (_Due(*one) for one in there.values_list("subject", "due").iterator(CHUNK))
    lines = _sorted(found)
    row, line = next(rows, None), next(lines, None)
    while row is not None or line is not None:
        if line is None or (row is not None and row.subject < line.subject):
            if row is not None and row.due:
                yield row, None
            row = next(rows, None)
        elif row is None or line.subject < row.subject:
            yield None, line
            line = next(lines, None)
        else:
            yield row, line
            row, line = next(rows, None), next(lines, None)


def _sorted(found: Iterable[Entitled]) -> Iterator[Entitled]:
    """The lines, each subject once and in order.

    Raises:
        ValueError: they are not.
    """
    last = -1
    for line in found:
        if line.subject <= last:
            raise ValueError(f"subject {line.subject} comes after {last}")
        last = line.subject
        yield line


def take_in(
    run: BenefitRun,
    subject_kind: str,
    body: str,
    found: Iterable[Entitled],
    now: dt.datetime,
    obstacles: Mapping[int, Sequence[Obstacle]] = MappingProxyType({}),
    progress: Callable[[int], object] = lambda _done: None,
) -> Difference:
    """Make grants of a run's result: new ones, changed ones, and those that are no longer entitled.

    `obstacles` of those found, by subject, are written down for a person; `progress` hears how many subjects were gone
    through. Called again for the same run, or for another
    with the same result, it changes nothing. What was paid too much is proposed for recovery; ordering it back is for a
    person.
    """
    basis = Basis(run=run.pk, version=run.version, rules=run.rules, snapshot=run.snapshot, as_of=run.as_of)
    counts = Counter[str]()
    due = before = 0
    chunk: list[tuple[_Due | None, Entitled | None]] = []
    # The rows are read to their end before any is changed: what is written must not be met again.
    pairs = list(_beside(run.entitlement, run.period, found))
    for at, (row, line) in enumerate(pairs):
        counts[_kind(row, line)] += 1
        due += line.amount if line else 0
        before += row.due if row else 0
        if row is None or line is None or row.due != line.amount or line.subject in obstacles:
            chunk.append((row, line))
        if len(chunk) == CHUNK:
            _take_chunk(run, basis, subject_kind, body, chunk, now, obstacles)
            chunk = []
            progress(at + 1)
    _take_chunk(run, basis, subject_kind, body, chunk, now, obstacles)
    return Difference(**counts, due=Fen(due), before=Fen(before))


def _take_chunk(
    run: BenefitRun,
    basis: Basis,
    subject_kind: str,
    body: str,
    chunk: Sequence[tuple[_Due | None, Entitled | None]],
    now: dt.datetime,
    obstacles: Mapping[int, Sequence[Obstacle]],
) -> None:
    if not chunk:
        return
    amounts = {
        (line.subject if line else row.subject if row else 0): (line.amount if line else Fen(0))
        for row, line in chunk
    }
    with transaction.atomic():
        GrantRow.objects.bulk_create(
            [
                GrantRow(
                    entitlement=run.entitlement,
                    period=run.period,
                    subject_kind=subject_kind,
                    subject=line.subject,
                    body=body,
                    division=line.division,
                    run=run,
                    stage="found",
                    updated_at=now,
                )
                for row, line in chunk
                if row is None and line is not None
            ],
            ignore_conflicts=True,
        )
        rows = list(_locked(run, subject_kind, amounts))
        told = dict[int, Told]()
        for row, grant in zip(rows, _grants(rows).values(), strict=True):
            new = _found(grant, amounts[row.subject], basis, now, obstacles.get(row.subject, ()))
            if new:
                told[row.pk] = (row, grant, new)
        _write(told, now)


def _locked(run: BenefitRun, subject_kind: str, subjects: Iterable[int]) -> QuerySet[GrantRow]:
    return (
        GrantRow.objects.select_for_update()
        .filter(
            entitlement=run.entitlement,
            period=run.period,
            subject_kind=subject_kind,
            subject__in=list(subjects),
        )
        .order_by("subject")
    )


def events_of_many(rows: Sequence[GrantRow]) -> dict[int, tuple[AnyGrantEvent, ...]]:
    """What happened to many grants, by one question."""
    kept: dict[int, list[str]] = {row.pk: [] for row in rows}
    lines = GrantEventRow.objects.filter(grant__in=kept).order_by("grant_id", "sequence")
    for pk, body in lines.values_list("grant_id", "body"):
        kept[pk].append(body)
    return {pk: tuple(map(read_grant_event, bodies)) for pk, bodies in kept.items()}


def _grants(rows: Sequence[GrantRow]) -> dict[int, Grant]:
    return {pk: fold(told) for pk, told in events_of_many(rows).items()}


def fold_on(grant: Grant, told: Iterable[GrantEvent]) -> Grant:
    """The grant after these events."""
    return reduce(evolve, told, grant)


def _found(
    grant: Grant, amount: Fen, basis: Basis, now: dt.datetime, obstacles: Sequence[Obstacle]
) -> tuple[GrantEvent, ...]:
    told = (*_said(acts.find(grant, amount, basis, now, MACHINE)),)
    for one in obstacles:
        seen = acts.see_obstacle(fold_on(grant, told), one.rule, one.source, one.reason, now, MACHINE)
        told += (*_said(seen),)
    return (*told, *_said(acts.propose_recovery(fold_on(grant, told), now, MACHINE)))


def _said(told: acts.Told) -> Sequence[GrantEvent]:
    if isinstance(told, Refusal):
        raise GrantRefused(told)
    return told
