"""What the window's and the bureau's pages share: values with their origin, marks, refusals said gently."""

from bancheng.web.casefile.acts import Tried, attempt, seen_of
from bancheng.web.casefile.marks import mark_rows, marked, marks_in
from bancheng.web.casefile.showing import (
    actor_of,
    deliver_file,
    deliver_slip,
    file_context,
    open_up,
    unmasked_in,
)

__all__ = [
    "Tried",
    "actor_of",
    "attempt",
    "deliver_file",
    "deliver_slip",
    "file_context",
    "mark_rows",
    "marked",
    "marks_in",
    "open_up",
    "seen_of",
    "unmasked_in",
]
