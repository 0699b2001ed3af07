"""替谁办、谁能替我办: what I may do for others, who may act for me, granting and taking back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bancheng.core.kernel import Problem, ProblemsFound
from bancheng.store.models import Mandate
from bancheng.usecases import mandates
from bancheng.usecases.access import NotFound
from bancheng.usecases.mandates import Wanted
from bancheng.usecases.town import current_blueprints
from bancheng.web.frame import (
    Field,
    Option,
    confirm,
    error_lines,
    list_page,
    render,
    signed_in,
    with_problems,
)
from bancheng.web.public.holding import actor_of


def kind_words() -> dict[str, str]:
    """As what somebody acts, in words."""
    return {
        Mandate.SELF: _("本人"),
        Mandate.REPRESENTATIVE: _("法定代表人或负责人"),
        Mandate.AGENT: _("受委托人"),
        Mandate.EMPLOYER: _("用人单位经办人"),
        Mandate.ADMINISTRATOR: _("破产管理人"),
        Mandate.PARENT: _("父母或监护人"),
        Mandate.HELPER: _("帮办员"),
    }


def act_words() -> dict[str, str]:
    """What a mandate may be limited to, in words."""
    return {
        "apply": _("提出、撤回申请"),
        "answer": _("补正、补交材料，答复部门"),
        "pay": _("缴费"),
        "collect": _("领取结果"),
    }


def shown(one: Mandate) -> dict[str, Any]:
    """A mandate as a row."""
    things = current_blueprints()
    thing = things.get(one.onething)
    names = act_words()
    return {
        "one": one,
        "mine_to_end": one.kind in mandates.ONLINE_KINDS and one.revoked_at is None,
        "kind": kind_words().get(one.kind, one.kind),
        "thing": (thing.name if thing else one.onething) if one.onething else "",
        "acts": [names[act] for act in one.acts if act in names],
    }


def wanted_fields(kinds: tuple[str, ...], *, paper: bool) -> tuple[Field, ...]:
    """The fields of a mandate, on the person's page and at the window."""
    names = kind_words()
    things = sorted(current_blueprints().values(), key=lambda one: one.name)
    matters = (
        Option(value="", text=_("所有的事")),
        *(Option(value=one.key, text=one.name) for one in things),
    )
    fields = [
        Field(name="name", label=_("谁来办：姓名")),
        Field(name="number", label=_("身份证号码"), kind="id_number", hint=_("对方要有核实过身份的账号。")),
        Field(
            name="kind",
            label=_("以什么身份"),
            kind="radios",
            options=tuple(Option(value=one, text=names[one]) for one in kinds),
            value=kinds[0],
        ),
        Field(name="onething", label=_("可以办哪件事"), kind="select", options=matters, required=False),
        Field(
            name="acts",
            label=_("可以做什么"),
            kind="checks",
            hint=_("一个都不选，就是都可以。"),
            required=False,
            options=tuple(Option(value=key, text=text) for key, text in act_words().items()),
        ),
        Field(
            name="until",
            label=_("到哪一天为止"),
            kind="date",
            required=not paper,
            hint=_("法定代表人、管理人、父母可以不填。") if paper else _("最长三年，随时可以收回。"),
        ),
    ]
    if paper:
        hint = _("写明看到的委托书、决定书等；破产管理人写法院文书的案号。")
        fields.append(Field(name="basis", label=_("看到的证明材料"), hint=hint))
    return tuple(fields)


def wanted_in(request: HttpRequest) -> Wanted:
    """What was typed."""
    post = request.POST
    return Wanted(
        number=post.get("number", ""),
        name=post.get("name", ""),
        kind=post.get("kind", ""),
        onething=post.get("onething", ""),
        acts=tuple(post.getlist("acts")),
        until=post.get("until", ""),
        basis=post.get("basis", ""),
    )


def typed(request: HttpRequest) -> dict[str, Any]:
    """The same for showing it again."""
    return {**request.POST.dict(), "acts": request.POST.getlist("acts")}


@signed_in
@list_page
@require_safe
def mandates_page(request: HttpRequest) -> HttpResponse:
    """Both sides: for whom I may act, and for each party I speak for, who else may."""
    actor = actor_of(request)
    context = {
        "mine": [shown(one) for one in mandates.mine(actor)],
        "parties": [
            {"party": party, "name": name, "rows": [shown(one) for one in mandates.of_party(party)]}
            for party, name in mandates.grantable(actor)
        ],
    }
    return render(request, "public/mandates.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def grant(request: HttpRequest, party: UUID) -> HttpResponse:
    """Let somebody act for me or my company."""
    actor = actor_of(request)
    name = dict(mandates.grantable(actor)).get(party)
    if name is None:
        raise NotFound("party")
    fields = wanted_fields(mandates.ONLINE_KINDS, paper=False)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            mandates.grant(actor, party, wanted_in(request))
        except ProblemsFound as found:
            problems = found.problems
        else:
            messages.success(request, _("授权好了，对方会收到消息。"))
            return redirect("public:mandates")
        fields = with_problems(fields, problems, typed(request))
    context = {"fields": fields, "errors": error_lines(problems), "name": name}
    return render(request, "public/grant.html", context, status=422 if problems else 200)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, mandate: int) -> HttpResponse:
    """End a mandate: one I gave, or one I hold."""
    actor = actor_of(request)
    if request.method == "POST" and request.POST.get("confirm") == "yes":
        mandates.take_back(actor, mandate)
        messages.success(request, _("授权已经结束。"))
        return redirect("public:mandates")
    return confirm(
        request,
        title=_("结束这份授权？"),
        text=_("立即生效：从现在起不能再看、再办。已经办过的事仍然有效。"),
        yes=_("结束授权"),
        back=reverse("public:mandates"),
        danger=True,
    )
