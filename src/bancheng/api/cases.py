"""Tracking: the caller's cases and those of their bodies."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router

from bancheng.api import _schemas as out
from bancheng.api import _show
from bancheng.api._auth import actor_of, allow
from bancheng.usecases.access import visible_cases
from bancheng.usecases.casework import open_case
from bancheng.usecases.results import open_result

router = Router()
_WRONG = dict.fromkeys((401, 403, 404, 429), out.ProblemDocument)


@router.get("", response={200: out.CasePage, **_WRONG}, summary="Cases the caller may see")
@allow("signed_in")
def cases(
    request: HttpRequest,
    status: str = "",
    limit: Query[int] = 50,
    offset: Query[int] = 0,
) -> Any:
    """Newest first, at most 100 at a time."""
    found = visible_cases(actor_of(request)).order_by("-created_at", "id")
    if status:
        found = found.filter(status=status)
    page = _show.some(found, limit, offset)
    return {"count": found.count(), "cases": [_show.case_line(one) for one in page]}


@router.get("/{number}", response={200: out.CaseOut, **_WRONG}, summary="Track a case")
@allow("signed_in")
def case(request: HttpRequest, number: Path[str]) -> Any:
    """State, timeline, clocks, results and the chained events."""
    actor = actor_of(request)
    return _show.case(open_case(actor, number), actor)


@router.get(
    "/{number}/results/{result}",
    response=_WRONG,
    summary="A result paper as PDF",
    openapi_extra={"responses": {"200": {"description": "The paper", "content": {"application/pdf": {}}}}},
)
@allow("signed_in")
def result(request: HttpRequest, number: Path[str], result: Path[UUID]) -> Any:
    """The file as it was issued."""
    paper, data = open_result(actor_of(request), result)
    return HttpResponse(
        data,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{paper.number}.pdf"'},
    )
