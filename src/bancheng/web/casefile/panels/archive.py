"""归档: the package of an ended case, and how long it is kept."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from bancheng.store.models import ArchiveLine, ArchivePackage
from bancheng.store.models.papers import DESTROYED
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
    package = ArchivePackage.objects.filter(case=file.case).first()
    if package is not None and package.file == DESTROYED:
        done = ArchiveLine.objects.filter(
            case=file.case, list__kind="destroy", open=False, done_at__isnull=False
        )
        return {"gone": done.select_related("list").first()}
    return {
        "package": package,
        "until": package.keep_until if package is not None else until,
        "rule": rule,
        "day": archiving.archive_day(file.state.closed),
    }
