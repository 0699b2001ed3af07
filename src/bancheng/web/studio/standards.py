"""The item-standardisation desk: what differs from the level above, how well items are written, lists to take away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any

import msgspec
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bancheng.core.catalogue import OVERLAY_RULES, Freedom, QualityMark, Standing
from bancheng.core.kernel import ProblemsFound
from bancheng.usecases import library, studio
from bancheng.usecases import standards as desk
from bancheng.usecases.access import Actor
from bancheng.usecases.lists import Column, wanted
from bancheng.usecases.town import body_name, packs
from bancheng.web.frame import leave, leaving, list_page, render, role
from bancheng.web.studio import nav, parts

_READERS = ("item_manager", "supervisor")
_PER_PAGE = 50
_WORST = 3
EVERYWHERE = "all"
"""The value of the filter for the whole deployment, which has no division code."""
_FREEDOM_TONES = {Freedom.FIXED: "grey", Freedom.OWN: "blue", Freedom.BETTER: "green"}
_SECTIONS = {
    "basis": "basis",
    "conditions": "conditions",
    "materials": "materials",
    "results": "results",
    "fees": "fees",
    "review_points": "points",
}
"""Attribute of an item → the section of its page that shows it; everything else stands among the facts."""


def _freedom(of: Freedom) -> str:
    words = {Freedom.FIXED: _("不能改"), Freedom.OWN: _("当地自定"), Freedom.BETTER: _("只能更好")}
    return words[of]


# ------------------------------------------------------------- differences


@role(*_READERS)
@list_page
@require_safe
def differences(request: HttpRequest) -> HttpResponseBase:
    """Each value that a level sets otherwise than the level above it."""
    asked = _asked(request)
    found = desk.found_differences(**_wanted(asked))
    if leaving(request):
        told = list(desk.difference_rows(found))
        return leave(request, "与上级的差异", told, _columns(desk.DIFFERENCE_HEADINGS), wanted(request.GET))
    rows = [(one, desk.place_name(one.within)) for one in _page(request, found)]
    context = {
        "tabs": nav.tabs("standards"),
        "views": _views("standards"),
        "asked": asked,
        "better": request.GET.get("better") == "1",
        "page": _page(request, found),
        "rows": rows,
        "bodies": [(key, body_name(key)) for key in desk.bodies_with_differences()],
        "improved": sum(bool(one.better) for one in found),
        "places": [(EVERYWHERE, _("全域"))]
        + [(one, desk.place_name(one)) for one in packs().standards.places()],
        "attributes": [
            (rule.attribute, rule.words) for rule in OVERLAY_RULES if rule.freedom is not Freedom.FIXED
        ],
        "query": request.GET.urlencode(),
    }
    return render(request, "studio/standards.html", context)


@role(*_READERS)
@list_page
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Every place with what it sets of its own and the bodies that stand there for the general ones."""
    context = {
        "tabs": nav.tabs("standards"),
        "views": _views("standards_places"),
        "page": _page(request, desk.places()),
        "everywhere": EVERYWHERE,
    }
    return render(request, "studio/standards_places.html", context)


@role(*_READERS)
@list_page
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """What a lower level may set and what it may not, with the reason of each."""
    rows = [(rule, _freedom(rule.freedom), _FREEDOM_TONES[rule.freedom]) for rule in OVERLAY_RULES]
    context = {"tabs": nav.tabs("standards"), "views": _views("standards_rules"), "rows": rows}
    return render(request, "studio/standards_rules.html", context)


@role(*_READERS)
@require_safe
def differences_list(request: HttpRequest, kind: str) -> HttpResponse:
    """The differences as a list for Excel, narrowed as on the page."""
    found = desk.found_differences(**_wanted(_asked(request)))
    return _list(kind, "standards", desk.DIFFERENCE_HEADINGS, desk.difference_rows(found))


def _columns(headings: Sequence[str]) -> list[Column]:
    return [Column(head, itemgetter(at)) for at, head in enumerate(headings)]


def _asked(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "").strip() for name in ("q", "place", "attribute", "body", "better")}


def _wanted(asked: Mapping[str, str]) -> dict[str, Any]:
    place = {"": None, EVERYWHERE: ""}.get(asked["place"], asked["place"])
    return {
        "text": asked["q"],
        "place": place,
        "attribute": asked["attribute"],
        "body": asked["body"],
        "better": asked["better"] == "1",
    }


def _views(here: str) -> list[dict[str, Any]]:
    words = {"standards": _("与上级的差异"), "standards_places": _("各地"), "standards_rules": _("能改什么")}
    return [
        {"text": text, "url": reverse(f"studio:{name}"), "current": name == here}
        for name, text in words.items()
    ]


# ------------------------------------------------------------------ quality


@role(*_READERS)
@list_page
@require_safe
def quality(request: HttpRequest) -> HttpResponse:
    """Bodies from the weakest mean, and how many items break each rule."""
    view = desk.overview()
    context = {
        "tabs": nav.tabs("quality"),
        "view": view,
        "page": _page(request, view.bodies),
        "worst": _WORST,
    }
    return render(request, "studio/quality.html", context)


@role(*_READERS)
@list_page
@require_safe
def quality_items(request: HttpRequest) -> HttpResponseBase:
    """Items from the weakest, by rule, body or name."""
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "rule", "body")}
    found = desk.weak_items(asked["rule"], asked["body"], asked["q"])
    if leaving(request):
        told = desk.quality_rows(found, packs().catalogue.bodies)
        return leave(request, "事项质量", list(told), _columns(desk.QUALITY_HEADINGS), wanted(request.GET))
    rule = desk.RULES.get(asked["rule"])
    page = _page(request, found)
    rows = [
        (row, [mark for mark in row.marks if rule is None or mark.rule == rule.key])
        for row in page.object_list
    ]
    bodies = sorted({row.body for row in desk.quality()}, key=body_name)
    context = {
        "tabs": nav.tabs("quality"),
        "asked": asked,
        "rule": rule,
        "page": page,
        "rows": rows,
        "rules": [(one.key, one.words) for one in desk.RULES.values()],
        "bodies": [(key, body_name(key)) for key in bodies],
        "query": request.GET.urlencode(),
    }
    return render(request, "studio/quality_items.html", context)


@role(*_READERS)
@require_safe
def quality_list(request: HttpRequest, kind: str) -> HttpResponse:
    """The marks as a list for Excel, narrowed as on the page."""
    rule, body, text = (request.GET.get(name, "").strip() for name in ("rule", "body", "q"))
    found = desk.weak_items(rule, body, text)
    return _list(kind, "quality", desk.QUALITY_HEADINGS, desk.quality_rows(found, packs().catalogue.bodies))


# ----------------------------------------------------------------- one item


def standing(view: studio.ItemView, *, manages: bool) -> dict[str, Any]:
    """An item's versions through time, its ladder of levels and its quality, for its page."""
    ladder = desk.ladder(view.item.key)
    found = desk.quality_of_item(view.item)
    marks: dict[str, list[tuple[QualityMark, str]]] = {}
    for mark in found.marks:
        section = _SECTIONS.get(mark.path.partition("/")[0], "facts")
        marks.setdefault(section, []).append((mark, desk.RULES[mark.rule].advice))
    return {
        "ladder": ladder,
        "spans": _spans(ladder.spans, ladder) if len(ladder.spans) > 1 else (),
        "quality": found,
        "marks": marks,
        "draft": library.draft_of("item", view.item.key) if manages else None,
    }


@role("item_manager")
@require_POST
def begin(request: HttpRequest, key: str) -> HttpResponse:
    """Propose the open draft of an item as the version of a later day."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # reason: set by the frame's middleware
    try:
        day = date.fromisoformat(request.POST.get("on", ""))
        desk.begin_on(actor, key, day, timezone.now())
    except ValueError:
        messages.error(request, _("请写明从哪一天起。"))
    except ProblemsFound as found:
        for problem in found.problems:
            messages.error(request, problem.render())
    else:
        messages.success(request, _("已提交审核：到那一天自动换用新版，在那以前照旧。"))
    return redirect("studio:item", key)


def versions(view: studio.OneThingView) -> dict[str, Any]:
    """A one-thing's published versions with the day on which a planned one begins, and the next such day."""
    starts = desk.planned(view.key)
    return {
        "rows": [(row, None if row.current else starts.get(row.digest)) for row in view.versions],
        "next_day": min(starts.values(), default=None),
    }


def _spans(spans: Sequence[Standing], ladder: desk.Ladder) -> list[dict[str, Any]]:
    rows = []
    before: Any = None
    for span in spans:
        plain = msgspec.to_builtins(span.item)
        changes = studio.changes(before, plain) if before is not None else ()
        shown = [one for one in changes if one.path not in {"valid_from", "valid_to", "overlay", "version"}]
        current = (span.valid_from is None or span.valid_from <= ladder.today) and (
            span.valid_to is None or ladder.today <= span.valid_to
        )
        rows.append(
            {
                "span": span,
                "current": current,
                "future": span.valid_from is not None and span.valid_from > ladder.today,
                "changes": [(parts.attribute_words(one.path), one) for one in shown],
            }
        )
        before = plain
    return rows


# ------------------------------------------------------------------ shared


def _page(request: HttpRequest, rows: Sequence[Any]) -> Any:
    return Paginator(rows, _PER_PAGE).get_page(request.GET.get("page"))


def _list(kind: str, name: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> HttpResponse:
    if kind not in desk.LISTS:
        raise Http404
    media, write = desk.LISTS[kind]
    told = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return HttpResponse(write((headings, *rows)), content_type=media, headers=told)
