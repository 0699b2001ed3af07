"""One bad row never stops a sweep: how every sweep goes through its rows, and how to tell what went wrong with one.

1. Rows that failed before and whose time has not come are left out, so that they take nobody's place in a batch.
2. Each row is done for itself. A deed that writes several rows and calls no port is `transaction.atomic`; never is one
   held around a call of a port.
3. A row that fails is written down (`StuckRow`) and tried again after growing waits; its traceback is logged once.
4. After `TRIES` it needs a person: it stands on the desk of jobs. It is still tried, seldom, so that what a new version
   mends goes on by itself. What a person has set aside is not tried.
5. A row that is done, or that nobody wants any more, is struck off.

A process that is killed in between has done the rows before, each whole; the next turn goes on with the others.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import QuerySet

from bancheng.store.models import Case, StuckRow

T = TypeVar("T")

TRIES = 8
"""Failures after which a row needs a person."""
FIRST, LONGEST = timedelta(minutes=1), timedelta(hours=6)
DOWN_LONGEST = timedelta(minutes=10)
"""The longest wait of a row at which somebody outside gave no answer: they may be back at any time."""
_log = logging.getLogger(__name__)


def each(
    what: str,
    rows: QuerySet[Any, T] | Iterable[T],
    deed: Callable[[T], int],
    now: datetime,
    *,
    most: int | None = None,
    wanted: QuerySet[Any, Any] | None = None,
    key: Callable[[T], str] | None = None,
    about: Callable[[T], str] | None = None,
    down: tuple[type[Exception], ...] = (),
    given_up: Callable[[T, str], object] | None = None,
) -> int:
    """Do `deed` for each row; the sum of what it returned.

    Args:
        what: sweep and kind of row, as ``fees.bill``.
        most: rows of one turn.
        wanted: rows that are wanted at all, due or not; notes about others are struck off.
        key: tells a row among its kind for ever; its primary key if not given.
        about: what people know the row by, never about a person; the number of its case if not given.
        down: faults of somebody outside. They end the turn and are no reason for a person to look at this row.
        given_up: done with a row, and why, that would need a person, where it has a place of its own to stand at.
    """
    known = key or _key
    held = {row.key: row for row in _held(what, wanted)}
    done, failed = 0, 0
    for row in _ready(rows, held, now, most, known):
        mark = known(row)
        note = held.get(mark) or StuckRow(what=what, key=mark, first_at=now)
        try:
            done += deed(row)
        except down as fault:
            _log.warning("%s: row %s: %s", what, mark, told(fault))
            _again(note, (about or _about)(row), fault, now, waits=DOWN_LONGEST, tries=TRIES - 1)
            break
        except Exception as error:  # noqa: BLE001 - reason: this is the place where a row's fault is kept and counted
            failed += 1
            if mark not in held:
                _log.exception("%s: row %s cannot be done", what, mark)
            _again(note, (about or _about)(row), error, now)
            if given_up is not None and note.state == StuckRow.PERSON:
                _give_up(note, partial(given_up, row))
        else:
            if mark in held:
                note.delete()
    if failed:
        _log.warning("%s: %d done, %d failed", what, done, failed)
    return done


def ready(
    what: str, rows: QuerySet[Any, T], now: datetime, most: int, *, wanted: QuerySet[Any, Any] | None = None
) -> list[T]:
    """The rows of one turn, for a sweep that reads for all of them at once what it then does for `each`."""
    held = {row.key: row for row in _held(what, wanted)}
    return list(_ready(rows, held, now, most, _key))


def told(error: BaseException) -> str:
    """The kind of an error and where in the program it arose; its words may be about a person and stay out."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    own = [one for one in frames if one.f_globals.get("__name__", "").startswith("bancheng.")]
    inner = own[-1] if own else None
    where = f" ({inner.f_globals['__name__']}.{inner.f_code.co_name})" if inner is not None else ""
    return f"{type(error).__name__}{where}"[:300]


def number_of(pk: UUID) -> str:
    """By what people know a case, for sweeps that go through keys of cases."""
    return Case.objects.filter(pk=pk).values_list("number", flat=True).first() or ""


def _held(what: str, wanted: QuerySet[Any, Any] | None) -> list[StuckRow]:
    notes = list(StuckRow.objects.filter(what=what))
    if wanted is None or not notes:
        return notes
    there = {str(pk) for pk in wanted.filter(pk__in=[one.key for one in notes]).values_list("pk", flat=True)}
    gone = [one.pk for one in notes if one.key not in there]
    if gone:
        StuckRow.objects.filter(pk__in=gone).delete()
    return [one for one in notes if one.key in there]


def _ready(
    rows: QuerySet[Any, T] | Iterable[T],
    held: dict[str, StuckRow],
    now: datetime,
    most: int | None,
    key: Callable[[T], str],
) -> Iterable[T]:
    shut = {mark for mark, one in held.items() if one.next_at is None or one.next_at > now}
    if isinstance(rows, QuerySet):
        due = rows.exclude(pk__in=shut) if shut else rows.all()
        # Read before any is done: doing one moves the others.
        return list(due if most is None else due[:most])
    return islice((row for row in rows if key(row) not in shut), most)


def _again(
    note: StuckRow,
    about: str,
    error: Exception,
    now: datetime,
    waits: timedelta = LONGEST,
    tries: int = 0,
) -> None:
    """Write a failure down; `tries`: as many at most."""
    note.tries = min(note.tries + 1, tries) if tries else note.tries + 1
    note.about, note.error, note.last_at = about[:120], told(error), now
    note.state = StuckRow.PERSON if note.tries >= TRIES else StuckRow.WAITING
    note.next_at = now + min(FIRST * 2 ** min(note.tries - 1, TRIES + 1), waits)
    if note.tries == TRIES:
        _log.error("%s: row %s needs a person: %s", note.what, note.key, note.error)
    values = {
        name: getattr(note, name) for name in ("about", "state", "tries", "error", "last_at", "next_at")
    }
    made, _ = StuckRow.objects.update_or_create(
        what=note.what, key=note.key, defaults=values, create_defaults={**values, "first_at": note.first_at}
    )
    note.pk = made.pk


def _give_up(note: StuckRow, deed: Callable[[str], object]) -> None:
    try:
        deed(note.error)
    except Exception:  # noqa: BLE001 - reason: it stands on the desk of jobs then, with its note; said in the log
        _log.exception("%s: row %s cannot be given up", note.what, note.key)
    else:
        note.delete()


def _key(row: Any) -> str:
    return str(getattr(row, "pk", row))


def _about(row: Any) -> str:
    case = row if isinstance(row, Case) else getattr(row, "case", None)
    return case.number if isinstance(case, Case) else ""
