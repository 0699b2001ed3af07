"""XES, the XML for event streams of IEEE 1849-2016."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO
from xml.sax.saxutils import quoteattr

from bancheng.connect.eventlogs._entry import Entry

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<global scope="trace"><string key="concept:name" value="case"/></global>
<global scope="event"><string key="concept:name" value="activity"/>
<date key="time:timestamp" value="2000-01-01T00:00:00+08:00"/></global>
<classifier name="Activity" keys="concept:name"/>
"""


def write_xes(traces: Iterable[tuple[dict[str, str], Iterable[Entry]]], out: TextIO) -> int:
    """Write traces, each with what is told of the case; how many events."""
    out.write(_HEAD)
    count = 0
    for told, entries in traces:
        out.write("<trace>\n")
        for key, value in told.items():
            out.write(_text(key, value))
        for entry in entries:
            count += 1
            out.write("<event>")
            out.write(_text("concept:name", entry.activity))
            out.write(f'<date key="time:timestamp" value={quoteattr(entry.at.isoformat())}/>')
            out.write(_text("lifecycle:transition", "complete"))
            out.write(_text("org:resource", entry.resource))
            out.write(_text("org:group", entry.group))
            for key, value in entry.told.items():
                out.write(_text(key, value))
            out.write("</event>\n")
        out.write("</trace>\n")
    out.write("</log>\n")
    return count


def _text(key: str, value: str) -> str:
    return f"<string key={quoteattr(key)} value={quoteattr(value)}/>" if value else ""
