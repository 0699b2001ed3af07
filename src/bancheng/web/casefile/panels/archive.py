"""归档: the package of an ended case, and how long it is kept."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from bancheng.store.models import ArchivePackage
from bancheng.usecases import archiving
from bancheng.usecases.casework import CaseFile

ORDER = 85
DESKS = frozenset({"counter", "bureau"})
TEMPLATE = "casefile/archive.html"


def show(request: HttpRequest, file: CaseFile, desk: str) -> dict[str, Any] | None:  # as every panel
    """Nothing while the case runs."""
    if file.state.closed is None:
        return None
    until, rule = archiving.keep_until(file.state)
    return {
        "package": ArchivePackage.objects.filter(case=file.case).first(),
        "until": until,
        "rule": rule,
        "day": archiving.archive_day(file.state.closed),
    }
