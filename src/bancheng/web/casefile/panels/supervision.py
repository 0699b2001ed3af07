"""审管协同 on the case: who supervises what was granted, whether they took it over, what inspections found."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from bancheng.usecases.casework import CaseFile
from bancheng.web.casefile.showing import actor_of

ORDER = 60
DESKS = frozenset({"public", "counter", "bureau"})
TEMPLATE = "casefile/supervision.html"


def show(request: HttpRequest, file: CaseFile, desk: str) -> dict[str, Any] | None:
    """Nothing before something was handed over. The applicant sees who supervises and what was found."""
    bodies = actor_of(request).bodies
    rows = [
        {"item": file.state.items[key].item, "handed": one, "mine": desk == "bureau" and one.body in bodies}
        for key, one in file.state.supervision.items()
    ]
    return {"rows": rows} if rows else None
