"""扫码填: a photograph of a code fills a field. A phone opens its camera; without script it is an upload."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bancheng.connect.documents import MAX_BYTES
from bancheng.core.kernel import Problem, ProblemsFound, mask_id_number
from bancheng.usecases import scanning
from bancheng.web.frame import error_lines, render, signed_in
from bancheng.web.public.holding import preparation


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def scan(request: HttpRequest, draft: UUID, element: str) -> HttpResponse:
    """Take or choose a picture; what was read is said, and can be changed like anything typed."""
    prep = preparation(request, draft)
    field = scanning.field_of(prep, element)
    back = f"{reverse('public:form', args=[draft, field.group])}?edit={element}#f-{element}"
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        photo = request.FILES.get("photo")
        try:
            value = scanning.scan(prep, element, photo.read(MAX_BYTES + 1) if photo else b"")
        except ProblemsFound as found:
            problems = found.problems
        else:
            shown = mask_id_number(value) if field.kind == "id_number" else value
            messages.success(request, _("读到了：%(value)s。请核对。") % {"value": shown})
            return redirect(back)
    context = {
        "of": prep.blueprint,
        "field": field,
        "back": back,
        "errors": error_lines(problems),
        "problem": problems[0] if problems else None,
    }
    return render(request, "public/scan.html", context, status=422 if problems else 200)
