"""Editing an item of the city by forms, as a draft of the library."""

from __future__ import annotations

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from bancheng.core.catalogue import Item
from bancheng.usecases import composing, library
from bancheng.usecases.access import Actor
from bancheng.usecases.library import Stale
from bancheng.usecases.town import packs
from bancheng.web.frame import render, role
from bancheng.web.studio import nav
from bancheng.web.studio.record_form import Reading, acted
from bancheng.web.studio.record_widgets import widgets

PARTS = (
    ("basics", _("基本信息"), (
        "name", "aliases", "body", "item_type", "handling", "level", "objects", "statutory", "promised", "visits",
        "channels", "status", "catalog_code", "task_code", "valid_from", "valid_to", "provenance", "scope")),
    ("fields", _("表单字段"), ("fields",)),
    ("materials", _("申请材料"), ("materials",)),
    ("steps", _("办理环节"), ("steps",)),
    ("results", _("审批结果"), ("results",)),
    ("fees", _("收费"), ("fees",)),
    ("conditions", _("受理条件"), ("conditions", "basis")),
    ("situations", _("情形"), ("situations",)),
    ("review", _("审查要点"), ("review_points", "special_procedures")),
    ("faq", _("常见问题"), ("faq",)),
)  # fmt: skip
"""The parts of the editor: address, words, attributes."""


@role("item_manager")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """One part of an item as a form; saving makes or changes its draft."""
    composed = composing.item_composition(key)
    part = request.GET.get("part", "basics")
    part = part if part in {name for name, _words, _attributes in PARTS} else "basics"
    if request.method != "POST":
        return _page(request, composed.item, composed, part)
    reading = Reading(dict(request.POST.lists()))
    typed: Item = reading.record(composed.item)
    act, _colon, path = request.POST.get("act", "save").partition(":")
    if act in {"add", "del", "up", "down"} and path:
        typed = acted(typed, act, path)
    actor: Actor = request.actor  # type: ignore[attr-defined]  # reason: set by the frame's middleware
    typed = msgspec.structs.replace(typed, key=key)
    revision = request.POST.get("revision", "")
    try:
        library.save(
            actor, "item", typed, timezone.now(), revision=int(revision) if revision.isdecimal() else 0
        )
    except Stale as stale:
        return _page(request, typed, composed, part, stale)
    for problem in reading.problems:
        messages.warning(request, problem.render())
    return redirect(f"{reverse('studio:item_edit', args=[key])}?part={part}")


def _page(
    request: HttpRequest,
    item: Item,
    composed: composing.ItemComposition,
    part: str,
    stale: Stale | None = None,
) -> HttpResponse:
    attributes = next(attributes for name, _words, attributes in PARTS if name == part)
    catalogue = packs().catalogue
    address = reverse("studio:item_edit", args=[item.key])
    revision = composed.revision
    if stale is not None and stale.entry is not None:
        revision = stale.entry.revision
    context = {
        "tabs": nav.tabs("items"),
        "item": item,
        "entry": composed.entry,
        "revision": revision,
        "stale": stale,
        "part": part,
        "part_tabs": [
            {"text": words, "url": f"{address}?part={name}", "current": name == part}
            for name, words, _attributes in PARTS
        ],
        "widgets": widgets(item, catalogue, attributes),
        "problems": composing.item_problems(item),
        "choices": {
            section: sorted(getattr(catalogue, section).values(), key=lambda one: one.name)
            for section in _sections(part)
        },
    }
    return render(request, "studio/item_edit.html", context)


def _sections(part: str) -> tuple[str, ...]:
    """The catalogue's sections that the inputs of a part may name."""
    return {
        "basics": ("bodies",),
        "fields": ("elements",),
        "materials": ("documents",),
        "results": ("documents",),
        "steps": ("bodies",),
        "situations": ("elements",),
    }.get(part, ())
