"""What the reform really saved: closed cases against the frozen "before", beside what the design promises."""

from __future__ import annotations

from decimal import Decimal
from operator import itemgetter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from bancheng.core.compiler.effects import FigureLine, OverallLine, percent
from bancheng.usecases import actuals, effects, figures, spreadsheets, watch
from bancheng.usecases.access import Actor
from bancheng.usecases.actuals import Actual
from bancheng.usecases.lists import Column, wanted
from bancheng.web.frame import leave, leaving, list_page, render, role
from bancheng.web.templatetags.words import full_day

FULL = 100
"""The most points of the fake one-thing test."""
_READERS = ("supervisor", "administrator", "senior")
NAMES = {
    "fields": (gettext_lazy("填写项"), gettext_lazy("项")),
    "materials": (gettext_lazy("材料"), gettext_lazy("份")),
    "steps": (gettext_lazy("环节"), gettext_lazy("个")),
    "trips": (gettext_lazy("跑动"), gettext_lazy("次")),
    "days": (gettext_lazy("时限"), gettext_lazy("个工作日")),
}


@role(*_READERS)
@list_page
@require_safe
def reform(request: HttpRequest) -> HttpResponseBase:
    """Promised and actual side by side, for a period and maybe one one-thing; what was left out, with its reason."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # reason: set by the frame's middleware
    today = timezone.localdate()
    asked = request.GET.get("onething", "")
    start, end = figures.period(request.GET.get("from", ""), request.GET.get("to", ""), today)
    watch.scope(actor)
    actuals.count(actuals.AT_ONCE)
    found = actuals.actuals(actor, start, end, asked)
    if request.GET.get("as") == "csv":
        data = spreadsheets.as_csv(actuals.table(found))
        name = f"actual-{start:%Y%m%d}-{end:%Y%m%d}.csv"
        disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(data, content_type="text/csv; charset=utf-8", headers=disposition)
    if leaving(request):
        head, *body = actuals.table(found)
        columns = [Column(str(name), itemgetter(at)) for at, name in enumerate(head)]
        return leave(request, "改革实效", body, columns, wanted(request.GET))
    fakes = effects.fake_tests(today, numbers=watch.may_open(actor))
    promised = {one.onething: one for one in figures.city().rows}
    context = {
        "found": found,
        "start": start,
        "end": end,
        "span": _("%(a)s 至 %(b)s 办结") % {"a": full_day(start), "b": full_day(end)},
        "onething": asked,
        "onethings": [(key, one.name) for key, one in promised.items()],
        "whole": [_whole(line) for line in found.whole.lines],
        "rows": [
            {"actual": row, "cells": _cells(row, promised[row.key].measures if row.key in promised else ())}
            for row in found.rows
        ],
        "columns": [name for name, _unit in NAMES.values()],
        "opens": watch.may_open(actor),
        "fakes": fakes,
        "full": [one.name for one in fakes if one.score == FULL],
    }
    return render(request, "watch/reform.html", context)


def _number(value: Decimal) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _whole(line: OverallLine) -> dict[str, Any]:
    name, unit = NAMES[line.measure]
    rate = line.rate_of_sums
    return {
        "name": name,
        "unit": unit,
        "before": _number(line.before / line.counted) if line.counted else "—",
        "after": _number(line.after / line.counted) if line.counted else "—",
        "sums": percent(rate),
        "mean": percent(line.mean_of_rates),
        "wide": f"{max(0, min(1, rate or 0)) * 100:.1f}",
        "counted": line.counted,
        "rows": line.rows,
    }


def _cells(row: Actual, promised: tuple[FigureLine, ...]) -> list[dict[str, str]]:
    design = {line.measure: line for line in promised}
    return [
        {
            "actual": percent(line.rate_of_sums),
            "numbers": f"{_number(line.before / line.counted)} → {_number(line.after / line.counted)}"
            if line.counted
            else "",
            "promised": percent(design[line.measure].rate) if line.measure in design else "—",
        }
        for line in row.lines
    ]
