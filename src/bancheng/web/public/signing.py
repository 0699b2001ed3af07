"""一起签: ask others to sign the same form, see what was asked of me, sign or decline."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bancheng.core.kernel import Place, Problem, ProblemsFound
from bancheng.usecases import signers, signing
from bancheng.usecases.town import blueprint
from bancheng.web.frame import Field, error_lines, list_page, render, signed_in, with_problems
from bancheng.web.public.fields import said
from bancheng.web.public.holding import actor_of, preparation
from bancheng.web.templatetags.content import named

MOST = 20


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Who else signs, and who has; asking anew after a change."""
    prep, actor = preparation(request, draft), actor_of(request)
    signing.may_ask(actor, prep)
    problems: tuple[Problem, ...] = ()
    must = signers.prescribed(prep)
    field = Field(
        name="people",
        label=_("还有谁要签"),
        kind="textarea",
        value="\n".join(f"{one.name} {one.number}".strip() for one in must),
        hint=_("一行一个：姓名、空格、身份证号码。单位写单位名称和统一社会信用代码。"),
    )
    if request.method == "POST" and request.POST.get("do") == "cancel":
        signing.cancel(prep)
        messages.success(request, _("不用别人签了。"))
        return redirect(reverse("public:check", args=[draft]))
    if request.method == "POST":
        try:
            signing.ask(actor, prep, _people(request.POST.get("people", "")))
            messages.success(request, _("已请他们签署，签完您会收到消息。"))
            return redirect(reverse("public:ask_signatures", args=[draft]))
        except ProblemsFound as found:
            problems = found.problems
    context = {
        "of": prep.blueprint,
        "prep": prep,
        "standing": signing.standing(prep),
        "must": must,
        "field": with_problems((field,), problems, request.POST if problems else None)[0],
        "errors": error_lines(problems),
    }
    return render(request, "public/ask_signatures.html", context, status=422 if problems else 200)


def _people(text: str) -> list[tuple[str, str]]:
    people = []
    for line in text.splitlines()[:MOST]:
        name, _space, number = line.strip().replace("，", " ").replace("\t", " ").rpartition(" ")
        if line.strip():
            people.append((name.strip(), number.strip()))
    return people


@signed_in
@list_page
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """What I am asked to sign."""
    rows = [
        {"one": one, "name": blueprint(one.round.blueprint).name}
        for one in signing.requests_for(actor_of(request))[:100]
    ]
    return render(request, "public/sign_requests.html", {"rows": rows})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, request_id: int) -> HttpResponse:
    """The frozen form as everybody sees it; sign or decline."""
    actor = actor_of(request)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            agree = request.POST.get("do") == "sign"
            seen, note = request.POST.get("digest", ""), request.POST.get("note", "")
            signing.answer(actor, request_id, seen, agree=agree, note=note)
            messages.success(request, _("已签署。") if agree else _("已告诉对方您没有同意。"))
            return redirect("public:sign_requests")
        except ProblemsFound as found:
            problems = found.problems
    one = signing.open_request(actor, request_id)
    note_field = Field(
        name="note", label=_("不同意的原因"), kind="textarea", required=False, hint=_("不同意才填。")
    )
    context = {
        "one": one,
        "of": blueprint(one.round.blueprint),
        "rows": [{"name": named(field), "value": said(field, value)} for field, value in signing.frozen(one)],
        "field": with_problems((note_field,), problems, request.POST if problems else None)[0],
        "errors": error_lines(tuple(Problem(p.code, p.message, Place(path="note")) for p in problems)),
    }
    return render(request, "public/sign.html", context, status=422 if problems else 200)
