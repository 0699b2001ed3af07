"""Where the applicant wants to fetch the results: at an office near them, or not at all."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bancheng.usecases import places
from bancheng.web.casefile.acts import attempt
from bancheng.web.casefile.deeds import Deed, deed_page
from bancheng.web.frame import Field, Option, signed_in
from bancheng.web.public.holding import preparation


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def fetching(request: HttpRequest, draft: UUID) -> HttpResponse:
    """An office near home, or download."""
    prep = preparation(request, draft)
    wish = places.chosen(prep.draft)
    back = reverse("public:check", args=[draft])
    offices = [Option(value="", text=_("不用，办好了网上下载"))]
    offices += [
        Option(value=one.key, text=one.short or one.name, note=one.address)
        for one in places.pick_up_offices()
    ]
    deed = Deed(
        title=_("在哪里取件"),
        caption=prep.blueprint.name,
        note=_("办好后会送到您选的窗口，到了告诉您。电子证照不用取，网上就能下载。"),
        fields=(
            Field(
                name="collecting",
                label=_("取件的窗口"),
                kind="radios",
                required=False,
                value=wish.collecting_body,
                options=tuple(offices),
            ),
        ),
        button=_("就在这里取"),
        back=back,
    )
    if request.method != "POST":
        return deed_page(request, deed, public=True)
    tried = attempt(lambda: places.choose(prep.draft, wish.mode, request.POST.get("collecting", "")))
    if tried.done is None:
        return deed_page(request, deed, tried, public=True)
    messages.success(request, _("记下了。"))
    return redirect(back)
