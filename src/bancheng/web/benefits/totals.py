"""发放统计: what was paid by policy, body, place or month, as bars, figures and a workbook."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from bancheng.usecases import benefit_totals
from bancheng.usecases.benefit_totals import Line
from bancheng.usecases.benefits import library, policies_at
from bancheng.usecases.lists import Column, Wanted
from bancheng.usecases.town import body_name
from bancheng.web.benefits import pictures
from bancheng.web.benefits.desk import OFFICERS, place_of
from bancheng.web.casefile import actor_of
from bancheng.web.frame import leave, leaving, list_page, page_of, render, role

PER_PAGE = 100
WAYS = {"policy": _("按政策"), "body": _("按部门"), "place": _("按地方"), "month": _("按月")}


@role(*OFFICERS)
@list_page
@require_safe
def totals(request: HttpRequest) -> HttpResponseBase:
    """One table of sums; the greatest first, months in their order."""
    actor, get = actor_of(request), request.GET
    way = get.get("by", "")
    way = way if way in WAYS else "policy"
    sent = get.get("year", "")
    year = int(sent) if sent.isdecimal() and len(sent) == 4 else None
    policy = get.get("policy", "")[:80]
    lines = benefit_totals.totals(actor, way, year, policy)
    names = {one.id: one.name for one in library().policies}

    def name(one: Line) -> str:
        if way == "policy":
            return names.get(one.key, one.key)
        if way == "body":
            return body_name(one.key)
        return place_of(one.key) if way == "place" else pictures.month_words(one.key)

    if leaving(request):
        return leave(request, f"发放统计{WAYS[way]}", lines, _columns(name), Wanted())
    page = page_of(request, lines, PER_PAGE)
    context = {
        "page": page,
        "rows": [(name(one), one) for one in page],
        "most": max((one.paid for one in lines), default=0),
        "paid": sum(one.paid for one in lines),
        "payments": sum(one.payments for one in lines),
        "tabs": [
            {"text": word, "url": f"?by={key}&year={year or ''}&policy={policy}", "current": key == way}
            for key, word in WAYS.items()
        ],
        "picture": _picture(way, lines, frozenset(one.key for one in page)),
        "legend": pictures.legend(lines) if way == "place" else [],
        "way": way,
        "year": year,
        "policy": policy,
        "years": benefit_totals.years(actor),
        "policies": [(one.id, one.name) for one in policies_at(actor)],
    }
    return render(request, "benefits/totals.html", context)


def _picture(way: str, lines: Sequence[Line], shown: frozenset[str]) -> SafeString | str:
    """The map or the trend; the table says the same in words. `shown`: keys of the lines on this page."""
    if way == "place" and lines:
        most = next(iter(lines))
        said = _("各乡镇街道已付的钱，付得最多的是%(place)s。下面的表是同样的数。")
        title = said % {"place": place_of(most.key)}
        return pictures.tile_map(lines, benefit_totals.townships(), shown, title=title)
    if way == "month" and lines:
        most = max(lines, key=lambda one: one.paid)
        said = _("每月已付的钱，最多的是%(month)s。下面的表是同样的数。")
        return pictures.trend(lines, title=said % {"month": pictures.month_words(most.key)})
    return ""


def _columns(name: object) -> tuple[Column, ...]:
    return (
        Column("名称", name),  # type: ignore[arg-type]  # a function of a line
        Column("人数", lambda one: one.people),
        Column("笔数", lambda one: one.payments),
        Column("已付（元）", lambda one: f"{one.paid / 100:.2f}"),
        Column("收回（元）", lambda one: f"{one.back / 100:.2f}"),
    )
