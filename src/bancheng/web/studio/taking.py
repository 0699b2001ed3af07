"""A blueprint taken away as a file, and looked at as BPMN by a viewer that is not ours."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bancheng.usecases import studio
from bancheng.usecases.outputs import output
from bancheng.web.frame import role
from bancheng.web.frame.taking import take_away


@role("item_manager", "supervisor")
@require_safe
def export(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """A blueprint as a picture, BPMN 2.0, JSON Schema or one of the printed guides."""
    view = studio.onething(key, request.GET.get("v", ""))
    return take_away(output(view.blueprint, kind, timezone.localdate()))
