"""Bodies change while cases run: who owns what, what every running case would meet, and carrying it over as events.

Changes are records of packs or library with their day and basis. New cases follow them by themselves; a running case
follows when an administrator carries it over, never by silence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from bancheng.core.casework import CommandRefused, MovesIn, Phase, commands, moves_in
from bancheng.core.catalogue import BodyChange, BodyMove, in_order
from bancheng.core.kernel import chinese_date
from bancheng.store.models import Case, CaseBody, Membership
from bancheng.usecases.access import OFFICIAL_ROLES, Actor, NotAllowed, NotFound, record
from bancheng.usecases.casework import CaseFile, Stale, act, load
from bancheng.usecases.dispatching import Moved
from bancheng.usecases.town import body_name, packs

RUNNING = (Phase.RECEIVED.value, Phase.SUPPLEMENT.value, Phase.ACCEPTED.value)
READERS = frozenset({"administrator", "supervisor"})


def officer(actor: Actor) -> Actor:
    """An administrator as the one who carries cases over: under their own name, without opening any file.

    Raises:
        NotAllowed: no administrator.
    """
    if not actor.has("administrator"):
        raise NotAllowed("carry")
    return Actor(
        id=actor.id, name=actor.name, user_id=actor.user_id, roles=frozenset({"machine", "administrator"})
    )


# ------------------------------------------------------------------------------------------------ duties


@dataclass(frozen=True)
class Duty:
    """Who owns an item on a day; `since` and `basis` where a change moved it there, `before` whose it was."""

    item: str
    name: str
    body: str
    before: str = ""
    since: date | None = None
    basis: str = ""


def duty_list(on: date, body: str = "", text: str = "") -> list[Duty]:
    """责任清单: every item with the body that owns it on a day, by body and name."""
    loaded = packs()
    catalogue = loaded.catalogue if on == loaded.loaded_for else loaded.standards.catalogue(on)
    changes = in_order(loaded.catalogue.body_changes.values(), on)
    found = []
    for key, item in catalogue.items.items():
        if (body and item.body != body) or (text and text not in item.name and text not in key):
            continue
        moved = next(
            (
                (change, move)
                for change in reversed(changes)
                for move in change.moves
                if move.old != move.new
                and move.new == item.body
                and move.takes(key)
                and _was_of(key, change.on) == move.old
            ),
            None,
        )
        found.append(
            Duty(
                item=key,
                name=item.name,
                body=item.body,
                before=moved[1].old if moved else "",
                since=moved[0].on if moved else None,
                basis=moved[0].basis if moved else "",
            )
        )
    return sorted(found, key=lambda one: (one.body, one.name))


def _was_of(item: str, on: date) -> str:
    before = packs().standards.item(item, date.fromordinal(on.toordinal() - 1))
    return before.body if before else ""


# ----------------------------------------------------------------------------------------------- changes


@dataclass(frozen=True)
class Standing:
    """A change with what it still has to do: running cases of its bodies, people with posts there."""

    change: BodyChange
    holds: bool
    cases: int
    people: int


def changes(actor: Actor, today: date) -> list[Standing]:
    """Every change, the latest first.

    Raises:
        NotAllowed: neither administrator nor supervisor.
    """
    _reader(actor)
    rows = sorted(packs().catalogue.body_changes.values(), key=lambda one: (one.on, one.key), reverse=True)
    return [Standing(one, one.on <= today, _cases_of(one).count(), len(_posts(one))) for one in rows]


def the_change(key: str) -> BodyChange:
    """A change by its key.

    Raises:
        NotFound: none of this name.
    """
    found = packs().catalogue.body_changes.get(key)
    if found is None:
        raise NotFound("change")
    return found


def _reader(actor: Actor) -> None:
    if not READERS & actor.roles:
        raise NotAllowed("changes")


def _cases_of(change: BodyChange) -> QuerySet[Case]:
    """Running cases that may have a part in a change: those of its bodies, or all where divisions are recoded."""
    rows = Case.objects.filter(status__in=RUNNING)
    if not change.divisions:
        old = {move.old for move in change.moves}
        rows = rows.filter(pk__in=CaseBody.objects.filter(body__in=old).values("case"))
    return rows.order_by("created_at", "id")


def command_of(change: BodyChange) -> commands.CarryBodies:
    """The change as a case follows it; bodies are named as they are called from its day on."""
    catalogue = packs().standards.catalogue(max(change.on, packs().loaded_for))
    names = {
        move.new: (found.short or found.name)
        for move in change.moves
        if (found := catalogue.bodies.get(move.new)) is not None
    }
    return commands.CarryBodies(
        change=change.key,
        name=change.name,
        on=change.on,
        basis=change.basis,
        moves=change.moves,
        divisions=change.divisions,
        body_names=names,
    )


@dataclass(frozen=True)
class Meets:
    """What a running case would meet; `names` of the items and steps that pass on."""

    case: Case
    moves: MovesIn
    items: tuple[str, ...]
    steps: tuple[str, ...]
    carried: bool

    @property
    def untouched(self) -> bool:
        """Whether the case has no part in it, or has followed already."""
        return self.carried or self.moves.nothing


def preview(actor: Actor, key: str, start: int = 0, most: int = 100) -> tuple[list[Meets], int]:
    """What the running cases would meet, `most` of them from `start` on, and how many there are to look at.

    Raises:
        NotAllowed: neither administrator nor supervisor.
        NotFound: no such change.
    """
    _reader(actor)
    return foresee(the_change(key), start, most)


def foresee(change: BodyChange, start: int = 0, most: int = 100) -> tuple[list[Meets], int]:
    """As `preview`, of a change that may still be a draft."""
    rows, command = _cases_of(change), command_of(change)
    return [_meets(load(case), command) for case in rows[start : start + most]], rows.count()


def items_in(change: BodyChange) -> list[tuple[str, str]]:
    """(name of an item, body that will own it) for every item that passes on by a change, in order of names."""
    found = {
        item.name: body_name(move.new)
        for move in change.moves
        if move.old != move.new
        for key, item in packs().catalogue.items.items()
        if item.body == move.old and move.takes(key)
    }
    return sorted(found.items())


def _meets(file: CaseFile, command: commands.CarryBodies) -> Meets:
    found = moves_in(file.state, command)
    return Meets(
        case=file.case,
        moves=found,
        items=tuple(file.state.items[one].item.name for one in found.items),
        steps=tuple(file.state.steps[one].plan.name for one in found.steps),
        carried=command.change in file.state.staffing.carried,
    )


def carry(
    actor: Actor, key: str, cases: Collection[UUID] | None = None, now: datetime | None = None
) -> Moved:
    """Carry the running cases (or only these) and the posts of people over, each case by an event of its own.

    A case that cannot follow is told of and keeps none of the others back; one that has followed is left alone.

    Raises:
        NotAllowed: no administrator.
        NotFound: no such change.
    """
    now = now or timezone.now()
    who, change = officer(actor), the_change(key)
    command = command_of(change)
    if change.on > timezone.localdate(now):
        return Moved(0, (f"“{change.name}”从{chinese_date(change.on)}起执行，到那天再转。",))
    rows = _cases_of(change)
    if cases is not None:
        rows = rows.filter(pk__in=list(cases))
    people = _carry_people(change)
    done, why = 0, []
    for case in list(rows):
        if _meets(load(case), command).untouched:
            continue
        try:
            act(who, case.pk, command, now=now)
        except (CommandRefused, Stale) as no:
            why.append(f"{case.number}：{no}")
        else:
            done += 1
    record(actor, "bodies.carry", f"change:{key}", f"{done} 件，{people} 个岗位")
    return Moved(done, tuple(why))


def _posts(change: BodyChange) -> list[Membership]:
    """Posts in bodies that pass on as a whole."""
    old = {move.old for move in change.moves if move.old != move.new and not move.items}
    return list(Membership.objects.filter(body__in=old, role__in=OFFICIAL_ROLES))


def _carry_people(change: BodyChange) -> int:
    """Whoever worked for a body that passed on as a whole works for its successor, in the same role."""
    into = {move.old: move.new for move in change.moves if not move.items}
    count = 0
    with transaction.atomic():
        for post in _posts(change):
            Membership.objects.get_or_create(user_id=post.user_id, role=post.role, body=into[post.body])
            Membership.objects.filter(pk=post.pk).delete()
            count += 1
    return count


def told(meets: Meets) -> str:
    """What one case would meet, in one sentence."""
    parts = []
    if meets.items:
        parts.append(f"事项：{'、'.join(meets.items)}")
    if meets.steps:
        parts.append(f"环节：{'、'.join(meets.steps)}")
    if meets.moves.held:
        parts.append(f"在办任务 {meets.moves.held} 个")
    if meets.moves.names:
        parts.append("部门名称、窗口或区划代码")
    return "；".join(parts) or "没有影响"


def lines_of(meets: Iterable[Meets]) -> Iterator[tuple[str, str]]:
    """(case number, what it would meet) for those that have a part in the change."""
    return ((one.case.number, told(one)) for one in meets if not one.untouched)


def named(change: BodyChange) -> list[str]:
    """What a change does, in words."""
    return [
        *(moved(one) for one in change.moves),
        *(f"区划代码 {old} 改为 {new}" for old, new in change.divisions.items()),
    ]


def moved(move: BodyMove) -> str:
    """What one line of a change does, in words."""
    items = packs().catalogue.items
    if move.old == move.new:
        return f"{body_name(move.old)}更名为{move.name}"
    if move.items:
        names = "、".join(items[one].name if one in items else one for one in move.items)
        return f"{body_name(move.old)}的“{names}”划给{body_name(move.new)}"
    return f"{body_name(move.old)}并入{body_name(move.new)}"
