"""The one way in which a page lists rows: narrowed by what the address asks, in pages, and taken away as a workbook.

A page says which rows, which columns leave and by what the list may be narrowed; everything else is here and in
``{% list_filters %}`` and ``{% list_leaves %}``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest

from bancheng.usecases import lists
from bancheng.usecases.lists import Column, Wanted

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Choice = tuple[str, str]


class Shallow(Paginator[Any]):
    """Pages of a list that may be very long: counted a little beyond the page asked for, at most `lists.COUNTED`."""

    most: int = lists.COUNTED

    @cached_property
    def counted(self) -> int:
        """One more than `most` when there are more."""
        if isinstance(self.object_list, QuerySet):
            return lists.count(self.object_list, self.most)
        return len(self.object_list)

    @property
    def more(self) -> bool:
        """Whether there are rows beyond the last page."""
        return self.counted > self.most

    @property
    def count(self) -> int:
        """Rows that pages show."""
        return min(self.counted, self.most)


@dataclass(frozen=True)
class Listing:
    """What a list may be narrowed by on its page. Empty choices are not offered; `kept` parts of the address stay.

    `what` says in one word what the search looks for, in Chinese as on the page; empty offers no search.
    """

    asked: Wanted
    what: str = ""
    onethings: Sequence[Choice] = ()
    bodies: Sequence[Choice] = ()
    states: Sequence[Choice] = ()
    colours: Sequence[Choice] = ()
    days: bool = False
    kept: dict[str, str] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        """Whether a part that is folded away narrows the list."""
        return bool(self.asked.colour or self.asked.since or self.asked.until)


def page_of(request: HttpRequest, rows: Any, per_page: int) -> Page[Any]:
    """The page that the address asks for."""
    asked = request.GET.get("page", "")
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 4 else 1
    pages = Shallow(rows, per_page)
    # Of a narrowed list each row counted may cost many that are passed over; the next page is told.
    ahead = min(per_page, lists.AHEAD) if lists.wanted(request.GET).names else lists.AHEAD
    pages.most = min(lists.COUNTED, number * per_page + ahead)
    return pages.get_page(asked)


def leaving(request: HttpRequest) -> bool:
    """Whether the list is to be taken away instead of shown."""
    return request.GET.get("as") == "xlsx"


def leave(
    request: HttpRequest,
    what: str,
    rows: QuerySet[Any] | Sequence[Any],
    columns: Sequence[Column],
    asked: Wanted,
) -> FileResponse:
    """The list as an Excel workbook; that it was taken is written down."""
    out = tempfile.TemporaryFile()  # noqa: SIM115  # reason: the answer closes it when it has been sent
    lists.leave(request.actor, what, rows, columns, asked, out)  # type: ignore[attr-defined]  # reason: set by the frame's middleware
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"{what}.xlsx", content_type=WORKBOOK)
