"""批量申请: a template out, a filled sheet in, every problem by row and column, all submitted together."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from bancheng.usecases import batches
from bancheng.usecases.access import NotAllowed, NotFound
from bancheng.usecases.apply import parties_for
from bancheng.usecases.town import current_blueprint, current_blueprints
from bancheng.web.casefile.batching import Desk, batch_page, begin_page
from bancheng.web.frame import list_page, render, signed_in
from bancheng.web.public.holding import actor_of

ONLINE = Desk(
    channel="online",
    layout="frame/public.html",
    batch="public:batch",
    case="public:case",
    draft="public:tasks",
)


@signed_in
@list_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """My batches, and the matters for which one can be begun."""
    actor = actor_of(request)
    matters = [one for one in current_blueprints().values() if parties_for(actor, one)]
    context = {
        "rows": [
            {"one": one, "name": batches.onething_name(one), "open": waiting, "sent": sent}
            for one, waiting, sent in batches.counted(batches.my_batches(actor)[:50])
        ],
        "matters": sorted(matters, key=lambda one: one.name),
    }
    return render(request, "public/batches.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, key: str) -> HttpResponse:
    """Take the template, fill it, send it."""
    actor, of = actor_of(request), current_blueprint(key)
    if of is None:
        raise NotFound(key)
    parties = parties_for(actor, of)
    if not parties:
        raise NotAllowed("batch")
    return begin_page(request, ONLINE, of, parties, reverse("public:batches"))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: HttpRequest, batch: UUID) -> HttpResponse:
    """What became of each row; papers that all share; submit all."""
    return batch_page(request, ONLINE, batch, reverse("public:batches"))
