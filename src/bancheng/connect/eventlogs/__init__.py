"""Event logs of other tools: XES (IEEE 1849-2016) and OCEL 2.0 out and in, CSV in.

What goes out is written event by event.
"""

from bancheng.connect.eventlogs._entry import Entry, Thing
from bancheng.connect.eventlogs._line import OCEL, XES, Columns, Line
from bancheng.connect.eventlogs._ocel import write_ocel_json, write_ocel_xml
from bancheng.connect.eventlogs._read import read_csv, read_xes
from bancheng.connect.eventlogs._read_ocel import read_ocel
from bancheng.connect.eventlogs._xes import write_xes

__all__ = [
    "OCEL",
    "XES",
    "Columns",
    "Entry",
    "Line",
    "Thing",
    "read_csv",
    "read_ocel",
    "read_xes",
    "write_ocel_json",
    "write_ocel_xml",
    "write_xes",
]
