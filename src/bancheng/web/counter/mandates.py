"""At the window: mandates whose paper a clerk saw, and accounts whose owner a clerk saw."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bancheng.core.kernel import Problem, ProblemsFound
from bancheng.store.models import Mandate
from bancheng.usecases import counter_people, mandates
from bancheng.web.casefile import actor_of, attempt
from bancheng.web.casefile.deeds import Deed, deed_page
from bancheng.web.frame import Field, error_lines, list_page, render, role, with_problems
from bancheng.web.public.mandates import shown, typed, wanted_fields, wanted_in


@role("clerk")
@list_page
@require_http_methods(["GET", "HEAD", "POST"])
def of_party(request: HttpRequest, party: UUID) -> HttpResponse:
    """Who may act for this person or company; one more is written down from its paper."""
    actor = actor_of(request)
    found = counter_people.party(actor, party)
    company = found.subject == "company"
    others = {Mandate.PARENT, Mandate.EMPLOYER}
    heads = {Mandate.REPRESENTATIVE, Mandate.ADMINISTRATOR}
    kinds = tuple(one for one in mandates.PAPER_KINDS if one not in (others if company else heads))
    fields = wanted_fields(kinds, paper=True)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            mandates.record_paper(actor, party, wanted_in(request))
        except ProblemsFound as wrong:
            problems = wrong.problems
        else:
            messages.success(request, _("已登记。"))
            return redirect("counter:mandates", party)
        fields = with_problems(fields, problems, typed(request))
    context = {
        "party": found,
        "rows": [shown(one) for one in mandates.of_party(party)],
        "fields": fields,
        "errors": error_lines(problems),
    }
    return render(request, "counter/mandates.html", context, status=422 if problems else 200)


@role("clerk")
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, party: UUID, mandate: int) -> HttpResponse:
    """End a mandate at the window, with a reason."""
    actor = actor_of(request)
    found = counter_people.party(actor, party)
    deed = Deed(
        title=_("结束委托"),
        caption=found.name,
        button=_("结束委托"),
        back=reverse("counter:mandates", args=[party]),
        note=_("立即生效，对方会收到消息。"),
        fields=(Field(name="reason", label=_("理由"), kind="textarea", hint=_("例如：本人到场收回。")),),
    )
    if request.method != "POST":
        return deed_page(request, deed)
    tried = attempt(lambda: mandates.take_back(actor, mandate, request.POST.get("reason", "")))
    if tried.done is None:
        return deed_page(request, deed, tried)
    messages.success(request, _("委托已经结束。"))
    return redirect("counter:mandates", party)


@role("clerk")
@require_http_methods(["GET", "HEAD", "POST"])
def verify_account(request: HttpRequest) -> HttpResponse:
    """核实账号: a self-registered account becomes that of the person whose ID was seen."""
    actor = actor_of(request)
    deed = Deed(
        title=_("核实自己注册的账号"),
        button=_("证件已核对，核实账号"),
        back=reverse("counter:home"),
        note=_("核实后，这个账号以前办的和窗口给这个人办的会合到一起。"),
        fields=(
            Field(
                name="username", label=_("账号的用户名"), hint=_("请本人当面登录确认。"), autocomplete="off"
            ),
            Field(name="name", label=_("证件上的姓名")),
            Field(name="number", label=_("身份证号码"), kind="id_number"),
        ),
    )
    if request.method != "POST":
        return deed_page(request, deed)
    post = request.POST
    tried = attempt(
        lambda: mandates.verify_account(
            actor, post.get("username", ""), post.get("name", ""), post.get("number", "")
        )
    )
    if tried.done is None:
        return deed_page(request, deed, tried)
    messages.success(request, _("账号已核实。"))
    return redirect("counter:choose", tried.done.pk)
