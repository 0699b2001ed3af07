"""批量收件 at the window: a firm brings one sheet for many cases; receipts for all are printed at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from bancheng.usecases import batches, counter_people
from bancheng.usecases.access import NotFound
from bancheng.usecases.lists import Column, shown_name, wanted
from bancheng.usecases.town import current_blueprint, current_blueprints
from bancheng.web.casefile import actor_of
from bancheng.web.casefile.batching import Desk, batch_page, begin_page
from bancheng.web.casefile.columns import day_in_table
from bancheng.web.frame import leave, leaving, list_page, render, role

WINDOW = Desk(
    channel=batches.WINDOW,
    layout="counter/base.html",
    batch="counter:batch",
    case="counter:case",
    draft="counter:draft",
)
SHOWN = 50
_COLUMNS = (
    Column("一件事", lambda row: batches.onething_name(row[0])),
    Column("申请人", lambda row: shown_name(row[0].party)),
    Column("表", lambda row: row[0].name),
    Column("哪天", lambda row: day_in_table(row[0].created_at)),
    Column("待提交", lambda row: row[1]),
    Column("已提交", lambda row: row[2]),
)


@role("clerk")
@list_page
@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """Batches I took in, the newest first."""
    found = batches.my_batches(actor_of(request), batches.WINDOW)
    if leaving(request):
        return leave(request, "批量收件", batches.counted(found), _COLUMNS, wanted({}))
    mine = found[:SHOWN]
    rows = [
        {"one": one, "name": batches.onething_name(one), "open": waiting, "sent": sent}
        for one, waiting, sent in batches.counted(mine)
    ]
    return render(request, "counter/batches.html", {"rows": rows})


@role("clerk")
@require_safe
def choose(request: HttpRequest, party: UUID) -> HttpResponse:
    """Which one-thing the sheet is for."""
    of = counter_people.party(actor_of(request), party)
    matters = [one for one in current_blueprints().values() if one.subject.value == of.subject]
    context = {"party": of, "matters": sorted(matters, key=lambda one: one.name)}
    return render(request, "counter/batch_choose.html", context)


@role("clerk")
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, party: UUID, key: str) -> HttpResponse:
    """Take the template, fill it, hand it in."""
    whose, of = counter_people.party(actor_of(request), party), current_blueprint(key)
    if of is None or of.subject.value != whose.subject:
        raise NotFound(key)
    parties: list[Any] = [counter_people.Chosen(party=whose.pk, name=whose.name)]
    return begin_page(request, WINDOW, of, parties, reverse("counter:batch_choose", args=[party]))


@role("clerk")
@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: HttpRequest, batch: UUID) -> HttpResponse:
    """What became of each row; papers; submit all; print the receipts."""
    return batch_page(request, WINDOW, batch, reverse("counter:batches"))
