"""登记当面签署: somebody whose signature is prescribed signs at the window, on paper."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bancheng.core.casework import unsigned
from bancheng.usecases import signers
from bancheng.usecases.access import NotFound
from bancheng.usecases.casework import open_case
from bancheng.web.casefile import actor_of, attempt, seen_of
from bancheng.web.casefile.deeds import Deed, deed_page
from bancheng.web.casefile.undoing import tell
from bancheng.web.frame import Field, role


@role("clerk")
@require_http_methods(["GET", "HEAD", "POST"])
def record_signer(request: HttpRequest, number: str) -> HttpResponse:
    """Who signs, and which document was looked at."""
    actor = actor_of(request)
    file = open_case(actor, number)
    key = request.GET.get("signer", "")
    one = next((found for found in unsigned(file.state) if found.key == key), None)
    submission = file.state.submission
    if one is None or submission is None or not actor.has("clerk", submission.receiving_body):
        raise NotFound("signer")
    deed = Deed(
        title=_("登记当面签署"),
        caption=file.case.name,
        facts=((_("谁来签"), one.who), (_("申请人"), file.case.party.name)),
        note=_("请核对来人的证件，看着其在申请表上签字，再登记。"),
        fields=(
            Field(name="identity", label=_("核对了什么证件"), hint=_("例如：居民身份证原件。"), width=20),
        ),
        button=_("已当面签署"),
        back=reverse("counter:case", args=[number]),
        seen=file.state.seq,
    )
    if request.method != "POST":
        return deed_page(request, deed)
    tried = attempt(
        lambda: signers.record_signer(actor, number, key, request.POST.get("identity", ""), seen_of(request))
    )
    if tried.done is None:
        return deed_page(request, deed, tried)
    tell(request, _("已登记。"))
    return redirect("counter:case", number)
