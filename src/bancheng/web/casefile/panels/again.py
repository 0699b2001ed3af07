"""再办一次, 延续: the same matter again, with what was filled in before; a licence that ends before long, renewed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from bancheng.usecases.casework import CaseFile
from bancheng.usecases.renewal import may_begin_again, renewable

ORDER = 80
DESKS = frozenset({"public"})
TEMPLATE = "casefile/again.html"


def show(
    request: HttpRequest, file: CaseFile, desk: str
) -> dict[str, Any] | None:  # reason: one shape for all panels
    """Only for a matter that is over and still offered."""
    return {"papers": renewable(file, timezone.now())} if may_begin_again(file) else None
