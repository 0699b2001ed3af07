"""What bodies set for themselves, written on screen: rules of dispatch, rules of approving together, changes of bodies.

They are records of the library like any other (draft, proposal, a second person); here is what a page needs besides:
which there are, a new one, and what a draft would touch today.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

import msgspec

from bancheng.core.casework import Choice
from bancheng.core.catalogue import BatchRule, BodyChange, ChangeKind, DispatchRule
from bancheng.store.models import CaseTask, LibraryEntry
from bancheng.usecases import batch, bodies, dispatching, library
from bancheng.usecases.access import Actor, NotAllowed, NotFound
from bancheng.usecases.town import packs

OfficeRecord: TypeAlias = DispatchRule | BatchRule | BodyChange
KINDS: Mapping[str, str] = {"dispatch": "dispatch_rules", "batch": "batch_rules", "change": "body_changes"}
"""Kind of the library → section of the catalogue."""
LOOKED_AT = 50
"""Running cases or tasks that a preview reads; it says when there are more."""


@dataclass(frozen=True)
class Line:
    """A record with its open draft or proposal; `record` is what would hold with it. `served`: it holds already."""

    record: OfficeRecord
    entry: LibraryEntry | None
    served: bool


def listed(actor: Actor, kind: str) -> list[Line]:
    """The records of a kind that the actor may read, drafts and proposals with them, in the order of their keys.

    Whoever is neither item manager nor supervisor sees the rules of dispatch of the bodies they lead.
    """
    served: Mapping[str, OfficeRecord] = getattr(packs().catalogue, KINDS[kind])
    rows = LibraryEntry.objects.filter(kind=kind, state__in=library.OPEN).order_by("version")
    opened = {row.key: row for row in rows if row.content}
    reads_all = actor.has("item_manager") or actor.has("supervisor")
    found = []
    for key in sorted({*served, *opened}):
        record = _content(opened[key]) if key in opened else served[key]
        if reads_all or writes_at_all(actor, record):
            found.append(Line(record, opened.get(key), key in served))
    return found


def writes_at_all(actor: Actor, record: OfficeRecord) -> bool:
    """`library.may_write` as far as the record itself tells, without a query: enough for a list of links."""
    if actor.has("item_manager"):
        return True
    return isinstance(record, DispatchRule) and actor.has("senior", record.body)


def _content(row: LibraryEntry) -> OfficeRecord:
    record = library.content_of(row)
    if not isinstance(record, DispatchRule | BatchRule | BodyChange):
        raise NotFound(row.key)
    return record


def the_record(actor: Actor, kind: str, key: str, today: date) -> tuple[OfficeRecord, LibraryEntry | None]:
    """What is written under a key, its open draft or proposal first; a new one where nothing is.

    Raises:
        NotFound: no such kind.
        NotAllowed: it is not the actor's to write.
    """
    if kind not in KINDS:
        raise NotFound(kind)
    rows = LibraryEntry.objects.filter(kind=kind, key=key, state__in=library.OPEN)
    row = rows.order_by("-version").first()
    served: Mapping[str, OfficeRecord] = getattr(packs().catalogue, KINDS[kind])
    if row is not None and row.content:
        record = _content(row)
    else:
        record = served[key] if key in served else blank(actor, kind, key, today)
    if not library.may_write(actor, kind, record):
        raise NotAllowed("library")
    return record, row


def blank(actor: Actor, kind: str, key: str, today: date) -> OfficeRecord:
    """A new record of a kind; a rule begins with the body its writer leads."""
    body = next((of for role, of in actor.posts if role == "senior" and of), "")
    if kind == "dispatch":
        return DispatchRule(key=key, name="", body=body)
    if kind == "batch":
        return BatchRule(key=key, name="", body=body, items=())
    return BodyChange(key=key, name="", kind=ChangeKind.MERGED, on=today, basis="")


def free_key(kind: str) -> str:
    """A key that no record of this kind has had.

    Raises:
        NotFound: no such kind.
    """
    if kind not in KINDS:
        raise NotFound(kind)
    taken = {*getattr(packs().catalogue, KINDS[kind])}
    taken.update(LibraryEntry.objects.filter(kind=kind).values_list("key", flat=True))
    return next(key for number in range(1, len(taken) + 2) if (key := f"{kind}_{number}") not in taken)


# ----------------------------------------------------------------------------------------------- preview


@dataclass(frozen=True)
class Foreseen:
    """What a record would touch today: items with who will own them, running cases with what each would meet, or
    tasks with who would get them.

    `looked` of `count` running cases or open tasks were read.
    """

    items: tuple[tuple[str, str], ...]
    lines: tuple[tuple[str, str], ...]
    looked: int
    count: int


def foresee(record: msgspec.Struct | None, now: datetime) -> Foreseen | None:
    """What a record would touch if it held now; None for records of other kinds. Numbers of cases, and of
    people only the body's own."""
    if isinstance(record, BodyChange):
        meets, count = bodies.foresee(record, 0, LOOKED_AT)
        return Foreseen(tuple(bodies.items_in(record)), tuple(bodies.lines_of(meets)), len(meets), count)
    if isinstance(record, DispatchRule):
        return _tasks_of(record, now)
    if isinstance(record, BatchRule):
        found = batch.covered(record, None, now)
        lines = tuple((one.task.case.number, _batched(one)) for one in found)
        return Foreseen((), lines, len(found), len(found))
    return None


def _tasks_of(rule: DispatchRule, now: datetime) -> Foreseen:
    tasks = CaseTask.objects.filter(state="open", body=rule.body, kind__in=dispatching.KINDS)
    looked = tasks.select_related("case").order_by("order_on", "id")[:LOOKED_AT]
    lines = [
        (task.case.number, _given(rule, task, first, choice))
        for task, first, choice in dispatching.foretell(rule, looked, now)
    ]
    return Foreseen((), tuple(lines), len(looked), tasks.count())


def _given(rule: DispatchRule, task: CaseTask, first: DispatchRule, choice: Choice | None) -> str:
    """Who would have got a task, and why."""
    if choice is None:
        told = "合条件，现在没有人可办，先留在待领"
    elif first.key != rule.key:
        told = f"先合另一条规则，会交给{choice.to.name}：{choice.why}"
    else:
        told = f"会交给{choice.to.name}：{choice.why}"
    return f"“{task.name}”{told}"


def _batched(line: batch.Line) -> str:
    return f"“{line.item_name}”" + ("；".join(line.against) if line.against else "可以一起准予")
