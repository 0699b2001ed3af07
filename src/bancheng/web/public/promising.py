"""告知承诺 for the applicant: the text in full, the signature; an answer to what is proposed; my credit records."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bancheng.usecases import promises
from bancheng.usecases.access import NotFound
from bancheng.usecases.mycases import my_file
from bancheng.web.casefile.acts import attempt
from bancheng.web.casefile.deeds import Deed, deed_page
from bancheng.web.frame import Field, list_page, render, signed_in
from bancheng.web.public.holding import actor_of, preparation
from bancheng.web.templatetags.words import full_day


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def promise(request: HttpRequest, draft: UUID, document: str) -> HttpResponse:
    """The whole text first, then the name as a signature."""
    prep, actor = preparation(request, draft), actor_of(request)
    found = promises.material_of(prep, document)
    if found is None:
        raise NotFound("promise")
    back = reverse("public:material", args=[draft, document])
    if prep.draft.party is None:
        return redirect(reverse("public:whom", args=[draft]))
    text = promises.text_of(found, prep)
    deed = Deed(
        title=text.title,
        caption=prep.blueprint.name,
        text=(*text.told, *text.promised),
        fields=(
            Field(name="shown", label="", kind="hidden", value=text.digest),
            Field(
                name="name",
                label=_("签名：写上您的姓名"),
                hint=_("写上姓名并提交，表示您看过全文并作出承诺。"),
                autocomplete="name",
                width=12,
            ),
        ),
        note=_("承诺书版本 %(version)s。提交申请前，您随时可以取消承诺，改交材料。")
        % {"version": text.version},
        button=_("我承诺"),
        back=back,
        icon="pencil",
    )
    if request.method != "POST":
        return deed_page(request, deed, public=True)
    post = request.POST
    tried = attempt(
        lambda: promises.sign(actor, prep, document, shown=post.get("shown", ""), name=post.get("name", ""))
    )
    if tried.done is None:
        return deed_page(request, deed, tried, public=True)
    messages.success(request, _("承诺书已签。这份材料不用交了。"))
    return redirect(reverse("public:materials", args=[draft]))


@signed_in
@require_POST
def unsign(request: HttpRequest, draft: UUID, document: str) -> HttpResponse:
    """Take the promise back and bring the paper instead."""
    promises.unsign(preparation(request, draft), document)
    messages.success(request, _("承诺已经取消，请上传这份材料。"))
    return redirect(reverse("public:material", args=[draft, document]))


@signed_in
@require_safe
def signed(request: HttpRequest, promise: UUID) -> HttpResponse:
    """A promise as it was signed; officials of the case read the same page."""
    row = promises.open_promise(actor_of(request), promise)
    return render(request, "public/signed_promise.html", {"row": row, "lines": row.text.splitlines()})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def objection(request: HttpRequest, number: str, proposal: int) -> HttpResponse:
    """陈述、申辩: what is proposed, why, until when; and what the person says to it."""
    actor = actor_of(request)
    file = my_file(actor, number)
    one = next((one for one in file.state.promises.open if one.number == proposal), None)
    if one is None:
        raise NotFound("proposal")
    deed = Deed(
        title=_("您的意见"),
        caption=file.case.name,
        facts=(
            (_("为什么"), one.reason),
            (_("涉及事项"), _("、").join(file.state.items[key].item.name for key in one.items)),
            (_("请在这之前说"), full_day(one.objection_due)),
        ),
        note=_("工作人员看过您的意见才会决定。补交了材料或情况有误的，也请写在这里。"),
        fields=(Field(name="words", label=_("您的陈述、申辩"), kind="textarea"),),
        button=_("提交意见"),
        back=reverse("public:case", args=[number]),
        icon="message-square",
    )
    if request.method != "POST":
        return deed_page(request, deed, public=True)
    tried = attempt(lambda: promises.object_to(actor, number, proposal, request.POST.get("words", "")))
    if tried.done is None:
        return deed_page(request, deed, tried, public=True)
    messages.success(request, _("收到您的意见了，工作人员会看过再决定。"))
    return redirect(reverse("public:case", args=[number]))


@signed_in
@list_page
@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """What stands in the register about the person and their companies, and how to answer it."""
    page = Paginator(promises.my_records(actor_of(request)), 20).get_page(request.GET.get("page"))
    return render(request, "public/records.html", {"page": page})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, record: int) -> HttpResponse:
    """Object to a record, or ask for its repair."""
    actor = actor_of(request)
    row = promises.my_records(actor).filter(pk=record, repaired_at=None).first()
    if row is None:
        raise NotFound("record")
    deed = Deed(
        title=_("提出异议或申请修复"),
        caption=row.title,
        facts=((_("记录的理由"), row.reason), (_("记录日期"), full_day(row.recorded_at))),
        fields=(
            Field(
                name="words",
                label=_("您的意见"),
                kind="textarea",
                hint=_("例如：哪里不属实，或已经怎样改正。"),
            ),
        ),
        button=_("提交"),
        back=reverse("public:records"),
        icon="message-square",
    )
    if request.method != "POST":
        return deed_page(request, deed, public=True)
    tried: Any = attempt(lambda: promises.object_to_record(actor, record, request.POST.get("words", "")))
    if tried.done is None:
        return deed_page(request, deed, tried, public=True)
    messages.success(request, _("收到了。答复后您会在这里看到。"))
    return redirect("public:records")
