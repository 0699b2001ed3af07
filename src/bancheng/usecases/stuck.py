"""The desk of what sweeps could not do: looked at by supervision, tried again or set aside by administrators."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, QuerySet
from django.utils import timezone

from bancheng.core.kernel import Place, Problem, ProblemsFound
from bancheng.store.models import StuckRow, SweepClaim
from bancheng.usecases.access import Actor, NotFound, record

LOOKERS = ("administrator", "supervisor")
"""Who may look; what is done about it is for administrators."""
TABS = {"person": StuckRow.PERSON, "waiting": StuckRow.WAITING, "aside": StuckRow.ASIDE}


def standing() -> dict[str, int]:
    """How many rows wait for another try, how many need a person, how many sweeps did not come to their end."""
    rows = StuckRow.objects.order_by().values_list("state").annotate(n=Count("pk"))
    counts = dict(rows)
    return {
        "waiting": counts.get(StuckRow.WAITING, 0),
        "person": counts.get(StuckRow.PERSON, 0),
        "aside": counts.get(StuckRow.ASIDE, 0),
        "failing": SweepClaim.objects.exclude(fault="").count(),
    }


def failing(actor: Actor) -> list[SweepClaim]:
    """The sweeps whose last run did not come to its end.

    Raises:
        NotFound: not an administrator's or supervisor's to see.
    """
    _looker(actor)
    return list(SweepClaim.objects.exclude(fault="").order_by("name"))


def rows(actor: Actor, tab: str = "person", text: str = "") -> QuerySet[StuckRow]:
    """Rows of a tab (person, waiting, aside), the latest failure first; `text` is a number of a case.

    Raises:
        NotFound: as `failing`.
    """
    _looker(actor)
    found = StuckRow.objects.filter(state=TABS.get(tab, StuckRow.PERSON))
    if text:
        found = found.filter(about__icontains=text)
    return found.order_by("-last_at", "pk")


def row_of(actor: Actor, pk: int) -> StuckRow:
    """One of them.

    Raises:
        NotFound: none, or as `failing`.
    """
    _looker(actor)
    found = StuckRow.objects.filter(pk=pk).first()
    if found is None:
        raise NotFound("stuck")
    return found


def may_mend(actor: Actor) -> bool:
    """Whether the actor may try again and set aside."""
    return actor.has("administrator")


def try_again(actor: Actor, pk: int, now: datetime | None = None) -> StuckRow:
    """Have it tried at the sweep's next turn, with as many tries as a new one.

    Raises:
        NotFound: none, or not theirs to mend.
    """
    found = _mendable(actor, pk)
    _open_again(StuckRow.objects.filter(pk=pk), now)
    record(actor, "stuck.again", f"{found.what}:{found.key}", found.error)
    return found


def try_all_again(actor: Actor, what: str, now: datetime | None = None) -> int:
    """Have all of one kind tried that wait or need a person, for instance after a fault was mended; how many.

    Raises:
        NotFound: not theirs to mend.
    """
    if not may_mend(actor):
        raise NotFound("stuck")
    done = _open_again(StuckRow.objects.filter(what=what).exclude(state=StuckRow.ASIDE), now)
    record(actor, "stuck.again", what, str(done))
    return done


def set_aside(actor: Actor, pk: int, why: str) -> StuckRow:
    """Leave it undone until somebody has it tried again, with a name and a reason.

    Raises:
        NotFound: none, or not theirs to mend.
        ProblemsFound: no reason.
    """
    found = _mendable(actor, pk)
    if not why.strip():
        raise ProblemsFound((Problem("stuck.why", "请写明搁置的原因。", Place(path="why")),))
    StuckRow.objects.filter(pk=pk).update(
        state=StuckRow.ASIDE, next_at=None, why=why.strip()[:300], by_name=actor.name[:100]
    )
    record(actor, "stuck.aside", f"{found.what}:{found.key}", why.strip()[:300])
    return found


def _open_again(which: QuerySet[StuckRow], now: datetime | None) -> int:
    at = now or timezone.now()
    return which.update(state=StuckRow.WAITING, tries=0, next_at=at, why="", by_name="")


def _mendable(actor: Actor, pk: int) -> StuckRow:
    if not may_mend(actor):
        raise NotFound("stuck")
    return row_of(actor, pk)


def _looker(actor: Actor) -> None:
    if not any(actor.has(one) for one in LOOKERS):
        raise NotFound("stuck")
