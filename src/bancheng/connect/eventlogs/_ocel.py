"""OCEL 2.0, object-centric event logs, as JSON and as XML."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TextIO
from xml.sax.saxutils import escape, quoteattr

from bancheng.connect.eventlogs._entry import Entry, Thing

Kinds = Mapping[str, Sequence[str]]
"""Types with the names of what is told of them; all texts."""
_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)


def _moment(at: datetime | None) -> str:
    return (at or _BEGIN).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def write_ocel_json(
    events: Iterable[Entry], things: Iterable[Thing], event_kinds: Kinds, thing_kinds: Kinds, out: TextIO
) -> int:
    """Write a log as JSON; how many events. `events` are read before `things`."""

    def kinds(of: Kinds) -> str:
        made = [
            {"name": name, "attributes": [{"name": one, "type": "string"} for one in told]}
            for name, told in of.items()
        ]
        return json.dumps(made, ensure_ascii=False)

    out.write(f'{{"objectTypes":{kinds(thing_kinds)},"eventTypes":{kinds(event_kinds)},"events":[')
    count = 0
    for entry in events:
        told = {"resource": entry.resource, "group": entry.group, **entry.told}
        made: dict[str, object] = {
            "id": entry.key,
            "type": entry.activity,
            "time": _moment(entry.at),
            "attributes": [{"name": key, "value": value} for key, value in told.items()],
            "relationships": [{"objectId": key, "qualifier": how} for key, how in entry.about],
        }
        out.write(("," if count else "") + json.dumps(made, ensure_ascii=False) + "\n")
        count += 1
    out.write('],"objects":[')
    for place, thing in enumerate(things):
        made = {
            "id": thing.key,
            "type": thing.kind,
            "attributes": [
                {"name": key, "time": _moment(thing.at), "value": value} for key, value in thing.told.items()
            ],
            "relationships": [],
        }
        out.write(("," if place else "") + json.dumps(made, ensure_ascii=False) + "\n")
    out.write("]}\n")
    return count


def write_ocel_xml(
    events: Iterable[Entry], things: Iterable[Thing], event_kinds: Kinds, thing_kinds: Kinds, out: TextIO
) -> int:
    """Write a log as XML; how many events. `things` are read before `events`."""
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n<log>\n')
    for word, of in (("object", thing_kinds), ("event", event_kinds)):
        out.write(f"<{word}-types>\n")
        for name, parts in of.items():
            out.write(f"<{word}-type name={quoteattr(name)}><attributes>")
            out.writelines(f'<attribute name={quoteattr(one)} type="string"/>' for one in parts)
            out.write(f"</attributes></{word}-type>\n")
        out.write(f"</{word}-types>\n")
    out.write("<objects>\n")
    for thing in things:
        out.write(f"<object id={quoteattr(thing.key)} type={quoteattr(thing.kind)}><attributes>")
        at = quoteattr(_moment(thing.at))
        out.writelines(
            f"<attribute name={quoteattr(key)} time={at}>{escape(value)}</attribute>"
            for key, value in thing.told.items()
        )
        out.write("</attributes></object>\n")
    out.write("</objects>\n<events>\n")
    count = 0
    for entry in events:
        count += 1
        at = quoteattr(_moment(entry.at))
        out.write(f"<event id={quoteattr(entry.key)} type={quoteattr(entry.activity)} time={at}><attributes>")
        told = {"resource": entry.resource, "group": entry.group, **entry.told}
        out.writelines(
            f"<attribute name={quoteattr(key)}>{escape(value)}</attribute>" for key, value in told.items()
        )
        out.write("</attributes><objects>")
        out.writelines(
            f"<relationship object-id={quoteattr(key)} qualifier={quoteattr(how)}/>"
            for key, how in entry.about
        )
        out.write("</objects></event>\n")
    out.write("</events>\n</log>\n")
    return count
