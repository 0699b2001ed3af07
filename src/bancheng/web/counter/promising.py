"""告知承诺 at the window: the text read out or printed, the name as a signature, beside an ID that was seen."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bancheng.usecases import counter, promises
from bancheng.usecases.access import NotFound
from bancheng.usecases.apply import Preparation, prepare
from bancheng.web.casefile import actor_of, attempt
from bancheng.web.casefile.deeds import Deed, deed_page, lacking
from bancheng.web.frame import Field, role


def _prepared(request: HttpRequest, draft: UUID) -> Preparation:
    actor = actor_of(request)
    return prepare(actor, counter.window_draft(actor, draft))


def _deed(prep: Preparation, document: str, back: str) -> Deed:
    found = promises.material_of(prep, document)
    if found is None or prep.draft.party is None:
        raise NotFound("promise")
    text = promises.text_of(found, prep)
    return Deed(
        title=text.title,
        caption=f"{prep.blueprint.name} · {prep.draft.party.name}",
        text=(*text.told, *text.promised),
        fields=(
            Field(name="shown", label="", kind="hidden", value=text.digest),
            Field(
                name="read",
                label=_("已当面读给申请人听，或申请人看过打印的全文"),
                kind="agree",
            ),
            Field(
                name="name",
                label=_("承诺人姓名"),
                hint=_("单位写法定代表人或受委托人。打印的一份由承诺人签名，随材料收存。"),
                value=prep.draft.party.name if prep.draft.party.subject == "person" else "",
                width=12,
            ),
        ),
        note=_("承诺书版本 %(version)s。") % {"version": text.version},
        button=_("申请人已签，记下承诺"),
        back=back,
        icon="pencil",
        prints=True,
    )


@role("clerk")
@require_http_methods(["GET", "HEAD", "POST"])
def promise(request: HttpRequest, draft: UUID, document: str) -> HttpResponse:
    """The whole text to read out or print, then who promised."""
    prep = _prepared(request, draft)
    back = reverse("counter:draft", args=[draft]) + "#materials"
    deed = _deed(prep, document, back)
    if request.method != "POST":
        return deed_page(request, deed)
    post = request.POST
    if post.get("read") != "yes":
        return deed_page(request, deed, lacking("read", _("请先读给申请人听，或打印给申请人看。")))
    actor = actor_of(request)
    tried = attempt(
        lambda: promises.sign(actor, prep, document, shown=post.get("shown", ""), name=post.get("name", ""))
    )
    if tried.done is None:
        return deed_page(request, deed, tried)
    messages.success(request, _("承诺已记下，这份材料不用交了。"))
    return redirect(back)


@role("clerk")
@require_POST
def unsign(request: HttpRequest, draft: UUID, document: str) -> HttpResponse:
    """The applicant brings the paper instead."""
    promises.unsign(_prepared(request, draft), document)
    messages.success(request, _("承诺已取消，请收这份材料。"))
    return redirect(reverse("counter:draft", args=[draft]) + "#materials")
