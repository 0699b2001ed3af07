"""The event log as other tools read it: every event of the cases asked for, and nothing about a person.

Cases and officials stand under pseudonyms made with the deployment's key, the same in every log of one deployment.
Words, reasons and findings stay here; item, step, body and days go out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TextIO, get_args

from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from bancheng.connect.eventlogs import Entry, Thing, write_ocel_json, write_ocel_xml, write_xes
from bancheng.core.casework import AnyEvent, decode_event
from bancheng.store.models import Case, CaseBody, CaseEvent

FORMATS = ("xes", "ocel-json", "ocel-xml")
TOLD = ("item", "step", "document", "level", "verdict", "outcome", "due")
"""What of an event goes out where it has it: keys and words of the rules, and days."""
THINGS = {"case": ("onething", "channel", "status", "due"), "item": ("item",), "body": ("body",)}
CHUNK = 500


@dataclass(frozen=True)
class Cut:
    """Which events: from one moment up to before another, of one one-thing; None and "" mean all."""

    since: datetime | None = None
    until: datetime | None = None
    onething: str = ""


def write(cut: Cut, form: str, out: TextIO) -> int:
    """Write the log in one of `FORMATS`, chunk by chunk; how many events."""
    if form == "xes":
        return write_xes(_traces(cut), out)
    kinds = {kind.__name__: ("resource", "group", *TOLD) for kind in get_args(AnyEvent)}
    writer = write_ocel_json if form == "ocel-json" else write_ocel_xml
    return writer(_entries(cut), _things(cut), kinds, THINGS, out)


def _rows(cut: Cut) -> QuerySet[CaseEvent]:
    rows = CaseEvent.objects.all()
    if cut.since:
        rows = rows.filter(at__gte=cut.since)
    if cut.until:
        rows = rows.filter(at__lt=cut.until)
    return rows.filter(case__onething=cut.onething) if cut.onething else rows


def _entries(cut: Cut) -> Iterator[Entry]:
    fields = ("case_id", "seq", "kind", "version", "body", "at", "actor")
    for row in _rows(cut).order_by("case_id", "seq").only(*fields).iterator(chunk_size=CHUNK):
        yield _entry(row)


def _entry(row: CaseEvent) -> Entry:
    event = decode_event(row.body, row.version)
    case = pseudonym("case", str(row.case_id))
    told = {name: _text(getattr(event, name)) for name in TOLD if getattr(event, name, None)}
    items = [one for one in (getattr(event, "item", ""), *_items(event)) if one]
    body = event.by.body
    about = [(case, "case"), *((f"{case}/{item}", "item") for item in dict.fromkeys(items))]
    if body:
        about.append((f"body:{body}", "body"))
    return Entry(
        key=f"{case}#{row.seq}",
        case=case,
        activity=row.kind,
        at=row.at,
        # Applicants are one and the same; officials are told apart, and not who they are.
        resource=pseudonym("person", row.actor)
        if body
        else "applicant"
        if row.actor != "machine"
        else "machine",
        group=body,
        about=tuple(about),
        told=told,
    )


def _items(event: AnyEvent) -> tuple[str, ...]:
    found = getattr(event, "items", ())
    return tuple(one if isinstance(one, str) else one.key for one in found)


def _text(value: object) -> str:
    return str(getattr(value, "value", value))


def _traces(cut: Cut) -> Iterator[tuple[dict[str, str], Iterable[Entry]]]:
    fields = ("case_id", "seq", "kind", "version", "body", "at", "actor")
    rows = _rows(cut).select_related("case").only(*fields, "case__onething", "case__channel", "case__due_on")
    for _, mine in groupby(
        rows.order_by("case_id", "seq").iterator(chunk_size=CHUNK), key=lambda row: row.case_id
    ):
        first = next(mine)
        told = {
            "concept:name": pseudonym("case", str(first.case_id)),
            "onething": first.case.onething,
            "channel": first.case.channel,
            "due": _day(first.case),
        }
        yield told, (_entry(row) for row in _all(first, mine))


def _all(first: CaseEvent, rest: Iterator[CaseEvent]) -> Iterator[CaseEvent]:
    yield first
    yield from rest


def _things(cut: Cut) -> Iterator[Thing]:
    """Every thing that an event may be about."""
    submitted = CaseEvent.objects.filter(seq=1).select_related("case")
    if cut.onething:
        submitted = submitted.filter(case__onething=cut.onething)
    if cut.until:
        submitted = submitted.filter(at__lt=cut.until)
    for row in submitted.order_by("case_id").iterator(chunk_size=CHUNK):
        key = pseudonym("case", str(row.case_id))
        case = row.case
        yield Thing("case", key, _case_told(case), row.at)
        for item in _items(decode_event(row.body, row.version)):
            yield Thing("item", f"{key}/{item}", {"item": item}, row.at)
    bodies = CaseBody.objects.order_by("body").values_list("body", flat=True).distinct()
    for body in bodies:
        yield Thing("body", f"body:{body}", {"body": body})


def _case_told(case: Case) -> dict[str, str]:
    told = {"onething": case.onething, "channel": case.channel, "status": case.status, "due": _day(case)}
    return {name: value for name, value in told.items() if value}


def _day(case: Case) -> str:
    """The last day of the whole case; "" before it is known."""
    return case.due_on.isoformat() if case.due_on else ""


def pseudonym(kind: str, key: str) -> str:
    """The name under which something goes out: always the same, and not to be turned back without the key."""
    return f"{kind}-{salted_hmac('bancheng.eventlog', f'{kind}:{key}', algorithm='sha256').hexdigest()[:16]}"
