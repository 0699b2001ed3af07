"""What a one-thing comes to, on screen: savings by a frozen "before", what if, a rehearsal, the fake one-thing test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from bancheng.core.catalogue import Claim
from bancheng.core.compiler.effects import (
    MEAN_FORMULA,
    SUMS_FORMULA,
    Excluded,
    FigureLine,
    OverallLine,
    Reform,
    percent,
)
from bancheng.usecases import effects, figures, spreadsheets, studio
from bancheng.usecases.access import Actor
from bancheng.usecases.studio import OneThingView
from bancheng.web.frame import render, role
from bancheng.web.studio import labels, nav

READERS = ("item_manager", "supervisor")
NAMES = {**labels.MEASURES, "legal": (gettext_lazy("比法定时限"), gettext_lazy("个工作日"))}
"""Name and unit of every figure."""


def actor_of(request: HttpRequest) -> Actor:
    """Who is asking."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # reason: set by the frame's middleware
    return actor


def number(value: Decimal | float | None) -> str:
    """3, 0.5, 42.7: at most two places, none that are zero."""
    if value is None:
        return "—"
    text = f"{value:.2f}"
    return text.rstrip("0").rstrip(".")


def wide(rate: Decimal | None) -> str:
    """The length of a bar in hundredths."""
    return f"{max(0, min(1, rate or 0)) * 100:.1f}"


def line(one: FigureLine) -> dict[str, Any]:
    """A figure as a row of a table."""
    name, unit = NAMES[one.measure]
    return {
        "key": one.measure,
        "name": name,
        "unit": unit,
        "before": number(one.before),
        "after": number(one.after),
        "rate": percent(one.rate),
        "wide": wide(one.rate),
        "formula": one.formula,
    }


def together(one: OverallLine) -> dict[str, Any]:
    """A figure over many rows, both ways of putting rates together."""
    name, unit = NAMES[one.measure]
    return {
        "key": one.measure,
        "name": name,
        "unit": unit,
        "before": number(one.before),
        "after": number(one.after),
        "sums": percent(one.rate_of_sums),
        "mean": percent(one.mean_of_rates),
        "wide": wide(one.rate_of_sums),
        "counted": one.counted,
        "rows": one.rows,
    }


FULL = 100
"""The most points of the fake one-thing test."""

# ---------------------------------------------------------------- savings


def savings(request: HttpRequest, view: OneThingView) -> dict[str, Any]:
    """The savings tab: expected over the shares beside what is claimed, then each person."""
    found = figures.figures_of(view.blueprint)
    claimed = _claims(figures.claims_of(view.key))
    return {
        "reform": found,
        "lines": [line(one) | {"claims": claimed.get(one.measure, [])} for one in found.lines],
        "mean": percent(found.mean_of_rates),
        "sums": percent(found.rate_of_sums),
        "people": _people(found),
        "left": [(NAMES[one.measure][0], one.reason) for one in found.excluded],
        "frozen": figures.history(view.key),
        "measure_words": [name for name, _unit in labels.MEASURES.values()],
        "manages": actor_of(request).has("item_manager"),
        "has_claims": bool(claimed),
    }


def _people(found: Reform) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "share": percent(one.share) if one.share else "",
            "lines": [line(each) for each in one.lines],
            "before": [
                {
                    "name": row.name,
                    "version": row.version,
                    "numbers": [row.fields, row.materials, row.steps, row.trips, number(row.days)],
                }
                for row in one.savings.before
            ],
        }
        for one in found.people
    ]


def _claims(claims: Iterable[Claim]) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for one in claims:
        said = percent(one.rate) if one.rate is not None else ""
        if one.cut is not None:
            said = _("少 %(n)s %(unit)s") % {"n": number(one.cut), "unit": NAMES[one.measure.value][1]}
        row = {"said": said, "scope": one.scope, "source": one.provenance.source, "note": one.note}
        found.setdefault(one.measure.value, []).append(row)
    return found


@role("item_manager")
@require_POST
def freeze(request: HttpRequest, key: str) -> HttpResponse:
    """Make the version on screen the "before"."""
    view = studio.onething(key, request.POST.get("v", ""))
    figures.freeze(actor_of(request), view.blueprint, request.POST.get("note", ""), timezone.now())
    messages.success(request, _("已定稿：以后的数字都从这一版算起。"))
    return redirect("studio:part", key, "savings")


def download(name: str, data: bytes) -> HttpResponse:
    """A table that spreadsheets open."""
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(data, content_type="text/csv; charset=utf-8", headers=disposition)


@role(*READERS)
@require_safe
def savings_csv(request: HttpRequest, key: str) -> HttpResponse:
    """The savings tab as a table."""
    view = studio.onething(key, request.GET.get("v", ""))
    rows = figures.table(figures.figures_of(view.blueprint))
    return download(f"savings-{key}.csv", spreadsheets.as_csv(rows))


@role(*READERS)
@require_safe
def city(request: HttpRequest) -> HttpResponse:
    """All one-things put together, as a city reports it, and which of them is one thing at all."""
    found = figures.city()
    if request.GET.get("as") == "csv":
        return download("savings.csv", spreadsheets.as_csv(figures.city_table(found)))
    fakes = effects.fake_tests(timezone.localdate())
    claimed = _claims(figures.city_claims())
    context = {
        "tabs": nav.tabs("figures"),
        "city": found,
        "whole": [together(one) | {"claims": claimed.get(one.measure, [])} for one in found.whole.lines],
        "has_claims": bool(claimed),
        "items": [together(one) for one in found.items.lines],
        "rows": [
            (one, [line(each) for each in one.lines], percent(one.mean_of_rates), percent(one.rate_of_sums))
            for one in found.rows
        ],
        "columns": [name for name, _unit in NAMES.values()],
        "left": _left(found.whole.excluded),
        "left_items": _left(found.items.excluded),
        "fakes": fakes,
        "full": [one.name for one in fakes if one.score == FULL],
        "formulas": (SUMS_FORMULA, MEAN_FORMULA),
    }
    return render(request, "studio/figures.html", context)


def _left(rows: Iterable[Excluded]) -> list[tuple[str, str, str]]:
    return [(one.subject, str(NAMES[one.measure][0]), one.reason) for one in rows]


# ---------------------------------------------------------------- 假一件事

TONES: Mapping[str, tuple[Any, str]] = {
    "good": (gettext_lazy("好"), "green"),
    "middling": (gettext_lazy("一般"), "yellow"),
    "bad": (gettext_lazy("差"), "red"),
    "unknown": (gettext_lazy("量不到"), "grey"),
}


def tone(score: Decimal | None) -> tuple[Any, str]:
    """Word and colour of a score between 0 and 1."""
    if score is None:
        return TONES["unknown"]
    return TONES["good" if score >= Decimal("0.9") else "middling" if score >= Decimal("0.5") else "bad"]


def fake(_request: HttpRequest, view: OneThingView) -> dict[str, Any]:
    """The fake one-thing test of the version on screen, with what the records of the one-thing tell."""
    records = effects.fake_records([view.blueprint], timezone.localdate())[view.key]
    found = effects.judge(view.blueprint, records)
    return {
        "fake": found,
        "criteria": [
            {
                "one": one,
                "points": "—" if one.score is None else number(one.score * one.weight),
                "tag": tone(one.score),
            }
            for one in found.criteria
        ],
    }
