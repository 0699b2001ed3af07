"""视为准予延续: licences that silence renewed, for supervision and for the seniors of the bodies that were silent."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from bancheng.usecases import renewal
from bancheng.usecases.lists import Column, wanted
from bancheng.usecases.town import body_name
from bancheng.web.casefile import actor_of
from bancheng.web.casefile.columns import day_in_table
from bancheng.web.frame import leave, leaving, list_page, page_of, render, role

PER_PAGE = 50
COLUMNS = (
    Column("证照", lambda one: one.name),
    Column("证照编号", lambda one: one.number),
    Column("部门", lambda one: body_name(one.body)),
    Column("延续的办件", lambda one: one.renewed_in.number),
    Column("有效到", lambda one: day_in_table(one.valid_to)),
)


@role("supervisor", "senior")
@list_page
@require_safe
def renewed(request: HttpRequest) -> HttpResponseBase:
    """The newest first; the case says who held the steps that were open."""
    found = renewal.by_silence(actor_of(request))
    if leaving(request):
        return leave(request, "视为准予延续", found, COLUMNS, wanted(request.GET))
    page = page_of(request, found, PER_PAGE)
    rows = [{"one": one, "case": one.renewed_in, "body": body_name(one.body)} for one in page]
    return render(request, "watch/renewed.html", {"page": page, "rows": rows})
