"""付款前看变化: before a batch is asked for, who is new, gone, gets more or less than in the period before."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from bancheng.usecases import batch_difference, benefit_subjects
from bancheng.usecases import rolls as roll_desk
from bancheng.usecases.batch_difference import Beside, Change, Line
from bancheng.usecases.lists import Column, Wanted, wanted
from bancheng.usecases.rolls import Roll
from bancheng.web.benefits.desk import OFFICERS, place_of
from bancheng.web.benefits.words import STAGES, UNITS
from bancheng.web.casefile import actor_of
from bancheng.web.frame import Listing, leave, leaving, list_page, page_of, render, role

PER_PAGE = 100
CHANGES = {
    Change.NEW: (_("新增"), "blue", "plus"),
    Change.GONE: (_("不再有"), "yellow", "circle-minus"),
    Change.MORE: (_("增加"), "blue", "arrow-up"),
    Change.LESS: (_("减少"), "yellow", "arrow-down"),
    Change.SAME: (_("一样"), "grey", "check"),
}


def summary(one: Roll, told: Beside) -> dict[str, Any]:
    """The five changes with people and money, each with the address of its list."""
    page = reverse("benefits:next_batch", args=[one.policy.id, one.period])
    return {
        "period": told.period,
        "url": page,
        "now": told.now,
        "before": told.before,
        "lines": [
            (CHANGES[change], many, now - before, f"{page}?state={change}")
            for change, (many, now, before) in told.counts.items()
        ],
    }


@role(*OFFICERS)
@list_page
@require_safe
def next_batch(request: HttpRequest, policy: str, period: str) -> HttpResponseBase:
    """The list line by line beside the period before; one change of the five, or all."""
    asked = wanted(request.GET)
    one = roll_desk.roll(actor_of(request), policy, period)
    told = batch_difference.beside(one, timezone.localdate())
    lines = told.of(Change(asked.state) if asked.state in set(Change) else None)
    if asked.text:
        numbers = set(benefit_subjects.numbers_of(one.kind, asked.text))
        lines = tuple(line for line in lines if line.subject in numbers)
    if leaving(request):
        names = benefit_subjects.shown_names(one.kind, [line.subject for line in lines])
        word = f"{CHANGES[Change(asked.state)][0]}" if asked.state in set(Change) else ""
        return leave(request, f"{one.policy.name}{period}与上期比{word}", lines, _columns(names), Wanted())
    page = page_of(request, lines, PER_PAGE)
    names = benefit_subjects.shown_names(one.kind, [line.subject for line in page])
    context = {
        "roll": one,
        "unit": UNITS[one.kind],
        "change": summary(one, told),
        "page": page,
        "rows": [_shown(line, names) for line in page],
        "listing": Listing(
            asked=asked,
            what=say("编号、名称或证件号"),
            states=tuple((key.value, str(word)) for key, (word, _tone, _icon) in CHANGES.items()),
        ),
    }
    return render(request, "benefits/next_batch.html", context)


def _shown(line: Line, names: dict[int, str]) -> dict[str, Any]:
    return {
        "line": line,
        "number": f"{line.subject:06d}",
        "name": names.get(line.subject, ""),
        "place": place_of(line.division),
        "change": CHANGES[line.change],
        "stage": STAGES[line.stage] if line.change is Change.GONE and line.stage else None,
        "unlisted": line.change is Change.GONE and not line.stage,
    }


def _columns(names: dict[int, str]) -> tuple[Column, ...]:
    return (
        Column("编号", lambda line: f"{line.subject:06d}"),
        Column("名称", lambda line: names.get(line.subject, "")),
        Column("地方", lambda line: place_of(line.division)),
        Column("变化", lambda line: str(CHANGES[line.change][0])),
        Column("上一期（元）", lambda line: f"{line.before / 100:.2f}"),
        Column("这一期（元）", lambda line: f"{line.now / 100:.2f}"),
        Column("相差（元）", lambda line: f"{(line.now - line.before) / 100:.2f}"),
        Column("现在的状态", lambda line: str(STAGES[line.stage][0]) if line.stage else "不在名单上"),
    )
