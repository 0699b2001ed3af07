"""我能享受什么, for the one who is signed in; and the lists that are open to the public while their notice runs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bancheng.core.benefits import Policy
from bancheng.core.benefits.standing import Phase
from bancheng.core.kernel import chinese_date
from bancheng.store.models import PolicyOffer, StandingRow
from bancheng.usecases import benefit_subjects, granting, my_benefits
from bancheng.usecases.access import NotFound
from bancheng.usecases.benefits import policy_of
from bancheng.usecases.benefits import told as in_words
from bancheng.usecases.lists import Column, wanted
from bancheng.usecases.my_benefits import Mine
from bancheng.web.benefits.desk import place_of
from bancheng.web.benefits.files import said
from bancheng.web.benefits.words import EVERY, MODES, OUTCOMES, UNITS, happened
from bancheng.web.casefile import Tried, actor_of, attempt
from bancheng.web.frame import (
    Field,
    error_lines,
    leave,
    leaving,
    list_page,
    page_of,
    public,
    render,
    signed_in,
    with_problems,
)

PER_PAGE = 50


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """What I get without asking, what I could get, what is missing; my answers, payments and objections."""
    actor, now = actor_of(request), timezone.now()
    party = request.GET.get("party", "")[:40]
    tried: Tried[str] = Tried()
    if request.method == "POST":
        tried = attempt(lambda: _done(request, now))
        if tried.done is not None:
            messages.success(request, tried.done)
            return redirect(f"{reverse('benefits:mine')}?party={party}" if party else "benefits:mine")
    parties = my_benefits.parties(actor)
    if not parties:
        return render(request, "benefits/mine.html", {"nobody": True})
    told = my_benefits.of(actor, party)
    sent = request.POST.get("grant", "")
    context = {
        "told": told,
        "parties": [
            {"text": one.name, "url": f"?party={one.party}", "current": one.party == told.acting.party}
            for one in parties
        ],
        "several": len(parties) > 1,
        "grants": [_shown(one, sent, tried, request) for one in told.grants],
        "waiting": sum(one.asked for one in told.grants),
        "offers": [_offer(row, policy) for row, policy in told.offers],
        "standings": [(name, _certified(row)) for name, row in told.standings],
        "entitled": [_fit(one) for one in told.entitled],
        "unknown": [_fit(one) for one in told.unknown],
        "near": [_fit(one) for one in told.near],
        "facts": [(one, said(one.spec, one.value)) for one in told.facts],
        "objected": [
            (one, _policy_name(one.grant.entitlement), OUTCOMES.get(one.outcome))
            for one in my_benefits.objections_made(actor)
        ],
        "errors": error_lines(tried.problems),
        "refusals": tried.refusals,
    }
    return render(request, "benefits/mine.html", context, status=tried.status)


def _done(request: HttpRequest, now: Any) -> str:
    actor, post = actor_of(request), request.POST
    sent = post.get("grant", "")
    pk = int(sent) if sent.isdecimal() else 0
    match post.get("do", ""):
        case "yes":
            my_benefits.answer(actor, pk, True, "", now)
            return _("已确认，等着发放就行。")
        case "no":
            my_benefits.answer(actor, pk, False, post.get("reason", ""), now)
            return _("已放弃。发放前想要了，还可以改。")
        case "want" | "unwanted" as said:
            party = request.GET.get("party", "")[:40]
            my_benefits.answer_offer(actor, party, pk, said == "want", now)
            return (
                _("已记下。要申请的，照政策里写的办。") if said == "want" else _("已记下，这一项不再提醒。")
            )
        case "object":
            made = my_benefits.object_to_mine(actor, pk, post.get("text", ""), now)
            return _("已收到您的异议，编号 %(code)s。答复以前不会再动这笔钱。") % {"code": made.code}
    return _("没有要做的。")


def _objecting(value: str = "") -> Field:
    return Field(
        name="text", label=_("有什么不对、为什么"), kind="textarea", value=value,
        hint=_("由没有办过这件事的负责人答复。"),
    )  # fmt: skip


def _shown(one: Mine, sent: str, tried: Tried[str], request: HttpRequest) -> dict[str, Any]:
    mine = sent == str(one.row.pk)
    grant = one.grant
    state, tone, icon, note = _stands(one)
    return {
        "one": one,
        "name": one.policy.name if one.policy else one.row.entitlement,
        "period": "" if one.row.period == "once" else one.row.period,
        "state": state,
        "tone": tone,
        "icon": icon,
        "note": note,
        "has": grant.held,
        "may_change": bool(one.policy and one.policy.intent)
        and not grant.paid
        and not grant.sent
        and bool(grant.due),
        "given": one.given,
        "refused": one.refused,
        "field": with_problems(
            (_objecting(),), tried.problems if mine else (), request.POST if mine else None
        )[0],
        "open": mine and bool(tried.problems),
        "history": [(event, *happened(event)) for event in reversed(one.events)],
    }


def _stands(one: Mine) -> tuple[str, str, str, str]:
    """In plain words: how it stands and what happens next. The first that holds."""
    grant = one.grant
    noticed = grant.notice_until is not None and grant.notice_until >= timezone.localdate()
    why = _("原因：%(why)s。不认可的，可以提出异议。") % {"why": grant.excluded}
    for holds, told in (
        (grant.objections, (_("在处理异议"), "blue", "clock", _("答复以前不会再动这笔钱。"))),
        (grant.overpaid, (_("多发了"), "yellow", "triangle-alert", _("部门核实后会联系您，不用自己先退。"))),
        (grant.excluded, (_("没有列入"), "grey", "circle-minus", why)),
        (one.refused, (_("您放弃了"), "grey", "circle-minus", _("发放前想要了，还可以改。"))),
        (grant.sent, (_("银行正在付"), "blue", "send", _("一般一两个工作日到账。"))),
        (grant.paid and not grant.to_pay, (_("已发给您"), "green", "circle-check", "")),
        (not grant.due, (_("不再符合条件"), "grey", "circle-minus", "")),
        (one.asked, (_("等您确认"), "yellow", "clock", _("确认以后才发放。"))),
        (
            grant.obstacles or grant.sampled is False,
            (_("部门在核实"), "blue", "clock", _("核实清楚会接着办，不用您做什么。")),
        ),
        (noticed, (_("正在公示"), "blue", "eye", _("公示期满就发放。"))),
    ):
        if holds:
            return told
    return _("准备发放"), "blue", "clock", _("不用您做什么。")


def _certified(row: StandingRow) -> tuple[str, str, str]:
    """How they stand in a benefit that is certified silently: a tag, and what happens next in plain words."""
    if row.phase == Phase.STOPPED.value:
        return _("已停发"), "grey", _("不认可的，请找发放部门，或者对那笔待遇提出异议。")
    if row.phase in {Phase.TO_ASK.value, Phase.SUSPECTED.value}:
        return _("会有人来问"), "blue", _("村里或街道会打电话或上门问一声，问到以前照发。")
    if row.good_until:
        until = {"day": chinese_date(row.good_until)}
        return _("不用来认证"), "green", _("系统已经替您认证，到%(day)s。") % until
    return _("不用来认证"), "green", _("系统会替您认证。")


def _fit(one: my_benefits.Fit) -> dict[str, Any]:
    return {
        "policy": one.policy,
        "mode": MODES[one.policy.mode],
        "every": EVERY[one.policy.every],
        "amount": one.found.amount,
        "missing": "、".join(one.missing),
        "gaps": [gap.text for gap in one.gaps],
    }


def _offer(row: PolicyOffer, policy: Policy) -> dict[str, Any]:
    return {
        "row": row,
        "policy": policy,
        "every": EVERY[policy.every],
        "why": [text for text, _basis, _parameters in _conditions(policy, row.entitlement)],
    }


def _conditions(policy: Policy, entitlement: str) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    return next((one.conditions for one in in_words(policy) if one.entitlement.id == entitlement), ())


def _policy_name(key: str) -> str:
    try:
        return policy_of(key).name
    except NotFound:
        return key


# ---------------------------------------------------------------------------------------- public notice


@public
@list_page
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, policy: str, period: str) -> HttpResponseBase:
    """A list that is open to the public: numbers, masked names, places and amounts; who is signed in may object."""
    actor, asked = actor_of(request), wanted(request.GET)
    one, rows = granting.published(policy, period, timezone.localdate())
    names = dict[int, str]()
    if leaving(request):
        names.update(benefit_subjects.shown_names(one.kind, rows.values_list("subject", flat=True)))
        return leave(request, f"{one.policy.name}公示", rows, _notice_columns(names), asked)
    sent = request.POST.get("number", request.GET.get("number", "")).strip()
    tried: Tried[str] = Tried()
    if request.method == "POST":
        row = rows.filter(subject=int(sent)).first() if sent.isdecimal() and len(sent) < 12 else None
        if row is None:
            raise NotFound("line")
        tried = attempt(
            lambda: (
                my_benefits.object_in_public(actor, row, request.POST.get("text", ""), timezone.now()).code
            )
        )
        if tried.done is not None:
            messages.success(
                request, _("已收到，编号 %(code)s。答复会出现在“我能享受什么”。") % {"code": tried.done}
            )
            return redirect("benefits:notice", policy=policy, period=period)
    page = page_of(request, rows, PER_PAGE)
    names.update(benefit_subjects.shown_names(one.kind, [row.subject for row in page]))
    field = with_problems((_objecting(),), tried.problems, request.POST or None)[0]
    context = {
        "roll": one,
        "unit": UNITS[one.kind],
        "until": max(row.notice_until for row in page) if page else None,
        "page": page,
        "rows": [
            {"number": f"{row.subject:06d}", "name": names.get(row.subject, ""), "place": place_of(row.division),
             "due": row.due}
            for row in page
        ],
        "number": sent,
        "field": field,
        "errors": error_lines(tried.problems),
        "refusals": tried.refusals,
        "signed_in": actor.signed_in,
    }  # fmt: skip
    return render(request, "benefits/notice.html", context, status=tried.status)


def _notice_columns(names: dict[int, str]) -> tuple[Column, ...]:
    return (
        Column("编号", lambda row: f"{row.subject:06d}"),
        Column("姓名", lambda row: names.get(row.subject, "")),
        Column("地方", lambda row: place_of(row.division)),
        Column("金额（元）", lambda row: f"{row.due / 100:.2f}"),
    )
