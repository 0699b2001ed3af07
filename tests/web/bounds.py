"""How many queries a list page may cost, however many rows there are. ``namespace:name`` of its address → queries."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bancheng.store.models import LibraryMark


class Asked(CaptureQueriesContext):
    """The queries of what is done inside it.

    A process asks once a second whether anybody published: that is the second's, not the page's, and on a slow machine
    would fall on any page.
    """

    def __init__(self) -> None:
        super().__init__(connection)

    @property
    def captured_queries(self) -> list[dict[str, Any]]:
        """All but the look at the library."""
        return [one for one in super().captured_queries if LibraryMark._meta.db_table not in one["sql"]]


BOUNDS: dict[str, int] = {
    "benefits:drafts": 8,
    "benefits:offer_lists": 9,
    "benefits:offers": 11,
    "benefits:totals": 8,
    "benefits:holders": 8,
    "benefits:watches": 12,
    "benefits:standings": 16,
    "benefits:checks": 12,
    "benefits:rolls": 6,
    "benefits:roll": 29,
    "benefits:next_batch": 9,
    "benefits:batch": 10,
    "benefits:answers": 10,
    "benefits:notice": 8,
    "studio:items": 6,
    "studio:desk": 9,
    "studio:offices": 12,
    "studio:compose_search": 6,
    "studio:problems": 5,
    "studio:standards": 5,
    "studio:standards_places": 5,
    "studio:standards_rules": 5,
    "studio:quality": 5,
    "studio:quality_items": 5,
    "studio:imports": 7,
    "studio:import_run": 8,
    "watch:home": 14,
    "watch:reform": 26,
    "watch:cases": 8,
    "watch:exchange": 9,
    "watch:stuck": 8,
    "watch:body": 7,
    "watch:alarms": 9,
    "watch:renewed": 7,
    "watch:changes": 10,
    "watch:duties": 6,
    "watch:posts": 8,
    "watch:versions": 8,
    "public:search": 8,
    "public:cases": 9,
    "public:messages": 8,
    "public:mandates": 10,
    "public:batches": 8,
    "public:sign_requests": 8,
    "counter:queue": 18,
    "counter:batches": 10,
    "counter:questions": 8,
    "counter:hand_over_list": 8,
    "counter:till": 16,
    "counter:statements": 8,
    "counter:statement": 8,
    "counter:mandates": 9,
    "counter:handovers": 8,
    "bureau:home": 15,
    "bureau:visits": 12,
    "bureau:pocket": 10,
    "bureau:team": 14,
    "bureau:more_times": 7,
    "bureau:register": 7,
    "bureau:supervision": 8,
    "bureau:archives": 12,
    "bureau:archive_list": 8,
    "public:records": 8,
}
