"""Who a person is whom no identity provider has vouched for: asked once, by name, where an application needs it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bancheng.core.catalogue import Subject
from bancheng.core.kernel import Problem, ProblemsFound
from bancheng.usecases.access import actor_for
from bancheng.usecases.apply import for_party
from bancheng.usecases.identity import declare
from bancheng.usecases.town import body
from bancheng.web.frame import Field, error_lines, render, signed_in, with_problems
from bancheng.web.public.holding import actor_of, preparation


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def who(request: HttpRequest, draft: UUID) -> HttpResponse:
    """The name as on the ID; then the same application goes on, as this person's."""
    prep, actor = preparation(request, draft), actor_of(request)
    if actor.own is not None or prep.blueprint.subject is not Subject.PERSON:
        return redirect(reverse("public:whom", args=[draft]))
    problems: tuple[Problem, ...] = ()
    typed = request.POST.get("name", "")
    if request.method == "POST":
        try:
            own = declare(actor, typed)
        except ProblemsFound as found:
            problems = found.problems
        else:
            for_party(prep, actor_for(request.user), own.pk)
            return redirect(reverse("public:tasks", args=[draft]))
    asked = Field(name="name", label=_("姓名"), hint=_("请与身份证件上的姓名一致。"), autocomplete="name")
    fields = with_problems((asked,), problems, {"name": typed})
    context = {
        "of": prep.blueprint,
        "prep": prep,
        "field": fields[0],
        "errors": error_lines(problems),
        "office": body(prep.blueprint.lead),
    }
    return render(request, "public/who.html", context, status=422 if problems else 200)
