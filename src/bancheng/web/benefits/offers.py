"""精准推送: policies that have to be applied for, offered to those whom the data say they are there for."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bancheng.core.benefits import SubjectKind
from bancheng.core.kernel import chinese_date
from bancheng.store.models import PolicyOffer
from bancheng.usecases import benefit_facts, policy_drafting, policy_offers
from bancheng.usecases.benefit_subjects import shown_names
from bancheng.usecases.benefits import kind_of, library, policies_at
from bancheng.usecases.lists import Column, Wanted, wanted
from bancheng.usecases.policy_offers import offered
from bancheng.web.benefits.desk import OFFICERS, place_of
from bancheng.web.benefits.words import UNITS, counted
from bancheng.web.casefile import actor_of
from bancheng.web.frame import Listing, leave, leaving, list_page, page_of, render, role

PER_PAGE = 50
REACH = {
    PolicyOffer.ACCOUNT: (gettext_lazy("网上"), "blue", "message-square"),
    PolicyOffer.PHONE: (gettext_lazy("短信"), "blue", "phone"),
    PolicyOffer.NOBODY: (gettext_lazy("联系不上"), "yellow", "circle-help"),
    PolicyOffer.DECLINED: (gettext_lazy("不要推送"), "grey", "ban"),
}
_PARTS = {
    "account": gettext_lazy("发在网上的"),
    "phone": gettext_lazy("发短信的"),
    "none": gettext_lazy("联系不上的"),
    "declined": gettext_lazy("不要推送的"),
    "want": gettext_lazy("想申请的"),
    "unwanted": gettext_lazy("不感兴趣的"),
    "silent": gettext_lazy("告诉了还没有答复的"),
}
_ANSWERS = {PolicyOffer.WANT: "想申请", PolicyOffer.UNWANTED: "不感兴趣"}


def _name(policy: str) -> str:
    return next((one.name for one in library().policies if one.id == policy), policy)


_LIST_COLUMNS = (
    Column("政策", lambda one: _name(one.policy)),
    Column("期间", lambda one: one.period),
    Column("谁列的", lambda one: one.by_name),
    Column("列出", lambda one: chinese_date(timezone.localdate(one.made_at))),
    Column("发出", lambda one: chinese_date(timezone.localdate(one.sent_at)) if one.sent_at else ""),
)


@role(*OFFICERS)
@list_page
@require_safe
def lists(request: HttpRequest) -> HttpResponseBase:
    """The policies that could be offered, and the lists made so far."""
    actor = actor_of(request)
    found = policy_offers.lists(actor)
    if leaving(request):
        return leave(request, "推送名单", found, _LIST_COLUMNS, Wanted())
    last = benefit_facts.latest()
    figures = last.figures if last else {}
    page = page_of(request, found, PER_PAGE)
    context = {
        "page": page,
        "rows": [(one, _name(one.policy)) for one in page],
        "compared": last is not None,
        "writes": bool(policy_drafting.bodies(actor)),
        "policies": [
            (one, figures.get(one.id, {}).get("people", 0), UNITS[kind_of(one)])
            for one in policies_at(actor)
            if offered(one)
        ],
    }
    return render(request, "benefits/offer_lists.html", context)


@role("reviewer", "senior")
@require_POST
def make(request: HttpRequest, policy: str) -> HttpResponse:
    """A list from the last comparison."""
    one = policy_offers.make(actor_of(request), policy, timezone.now())
    return redirect("benefits:offers", pk=one.pk)


def _columns(names: dict[int, str]) -> tuple[Column, ...]:
    return (
        Column("编号", lambda row: f"{row.subject:06d}"),
        Column("姓名", lambda row: names.get(row.subject, "")),
        Column("地方", lambda row: place_of(row.division)),
        Column("大约多少（元）", lambda row: "" if row.amount is None else f"{row.amount / 100:.2f}"),
        Column("怎么告诉", lambda row: str(REACH[row.reach][0])),
        Column("答复", lambda row: _ANSWERS.get(row.answer, "")),
    )


@role(*OFFICERS)
@list_page
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One list: whom it reaches and how, what they answered; the button that sends it."""
    actor, asked = actor_of(request), wanted(request.GET)
    found = policy_offers.the_list(actor, pk)
    kind = SubjectKind(found.subject_kind)
    if request.method == "POST":
        told = policy_offers.send(actor, pk, timezone.now())
        messages.success(request, _("已发出：%(many)s。") % {"many": counted(kind, told)})
        return redirect("benefits:offers", pk=pk)
    rows = policy_offers.narrowed(found, asked.text, asked.state)
    if leaving(request):
        names = shown_names(found.subject_kind, rows.values_list("subject", flat=True))
        return leave(request, f"{_name(found.policy)}推送名单", rows, _columns(names), asked)
    page = page_of(request, rows, PER_PAGE)
    names = shown_names(found.subject_kind, [row.subject for row in page])
    figures = policy_offers.figures(found)
    context = {
        "one": found,
        "name": _name(found.policy),
        "unit": UNITS[kind],
        "figures": figures,
        "reached": counted(kind, figures.reached),
        "may": policy_offers.may_send(actor, found),
        "page": page,
        "rows": [_shown(row, names) for row in page],
        "listing": Listing(
            asked=asked,
            what=_("编号、名称或证件号"),
            states=tuple((key, str(word)) for key, word in _PARTS.items()),
        ),
    }
    return render(request, "benefits/offers.html", context)


def _shown(row: PolicyOffer, names: dict[int, str]) -> dict[str, Any]:
    return {
        "row": row,
        "number": f"{row.subject:06d}",
        "name": names.get(row.subject, ""),
        "place": place_of(row.division),
        "reach": REACH[row.reach],
    }
