"""Pages of the studio. Supervisors read along; only item managers publish."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from bancheng.core.compiler import PlanView
from bancheng.core.kernel import ProblemsFound
from bancheng.usecases import effects, studio
from bancheng.usecases.access import Actor
from bancheng.usecases.lists import Column, wanted
from bancheng.usecases.studio import OneThingView
from bancheng.usecases.town import body_name, packs
from bancheng.web.frame import leave, leaving, list_page, render, role
from bancheng.web.frame.taking import plan_picture
from bancheng.web.studio import figures, labels, nav, parts, proving, standards, trials

_READERS = ("item_manager", "supervisor")
_PER_PAGE = 50


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # reason: set by the frame's middleware
    return actor


@role(*_READERS)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The one-things with what they save, and whether what is written is what people apply for."""
    rows = studio.onethings()
    context = {
        "tabs": nav.tabs("home"),
        "rows": [(row, parts.measures(row.blueprint)) for row in rows],
        "families": studio.families(rows),
        "changed": sum(row.changed for row in rows),
        "needs": nav.needs(_actor(request)),
        "manages": _actor(request).has("item_manager"),
    }
    return render(request, "studio/home.html", context)


@role(*_READERS)
@require_safe
def family(request: HttpRequest, key: str) -> HttpResponse:
    """The scenes of a family side by side: items, questions, and what each saves."""
    row = studio.family(key)
    context = {
        "tabs": nav.tabs("home"),
        "family": row.family,
        "rows": [(one, parts.measures(one.blueprint)) for one in row.scenes],
    }
    return render(request, "studio/family.html", context)


ITEM_COLUMNS = (
    Column("事项", lambda row: row.item.key),
    Column("名称", lambda row: row.item.name),
    Column("实施主体", lambda row: body_name(row.item.body)),
    Column("问题", lambda row: row.problems),
    Column("参加的一件事", lambda row: "、".join(row.onethings)),
    Column("发布过的版本", lambda row: row.versions),
)
PROBLEM_COLUMNS = (
    Column("轻重", lambda one: one.severity.value),
    Column("在哪里", lambda one: str(one.place)),
    Column("问题", lambda one: one.message),
    Column("怎样改", lambda one: one.suggestion),
)


@role(*_READERS)
@list_page
@require_safe
def items(request: HttpRequest) -> HttpResponseBase:
    """All items, searched and narrowed; those with problems first."""
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "body", "type", "level")}
    troubled = request.GET.get("troubled") == "1"
    rows = studio.items(asked["q"], asked["body"], asked["type"], asked["level"], troubled=troubled)
    if leaving(request):
        return leave(request, "事项", rows, ITEM_COLUMNS, wanted(request.GET))
    bodies, types, levels = studio.choices()
    context = {
        "tabs": nav.tabs("items"),
        "page": Paginator(rows, _PER_PAGE).get_page(request.GET.get("page")),
        "asked": asked,
        "troubled": troubled,
        "bodies": bodies,
        "types": [(one.value, labels.ITEM_TYPES[one.value]) for one in types],
        "levels": [(one.value, labels.LEVELS[one.value]) for one in levels],
    }
    return render(request, "studio/items.html", context)


@role(*_READERS)
@require_safe
def item(request: HttpRequest, key: str) -> HttpResponse:
    """An item with all its elements, its problems and its versions."""
    view = studio.item(key)
    standing = standards.standing(view, manages=_actor(request).has("item_manager"))
    context = {"view": view, "tabs": nav.tabs("items"), **parts.item(view), **standing}
    return render(request, "studio/item.html", context)


@role(*_READERS)
@list_page
@require_safe
def problems(request: HttpRequest) -> HttpResponseBase:
    """Every problem of the packs, with file and line."""
    found = studio.problems()
    if leaving(request):
        return leave(request, "数据包问题", found, PROBLEM_COLUMNS, wanted(request.GET))
    page = Paginator(found, _PER_PAGE).get_page(request.GET.get("page"))
    loaded = packs().packs
    return render(
        request, "studio/problems.html", {"tabs": nav.tabs("problems"), "page": page, "packs": loaded}
    )


@role(*_READERS)
@require_safe
def onething(request: HttpRequest, key: str, part: str = "overview") -> HttpResponse:
    """A one-thing's blueprint, one part at a time, its savings always in sight."""
    if part not in labels.PARTS:
        raise Http404
    version = request.GET.get("v", "")
    view = studio.onething(key, version)
    blueprint = view.blueprint
    context: dict[str, Any] = {
        "tabs": nav.tabs("home"),
        "view": view,
        "blueprint": blueprint,
        "part": part,
        "part_name": labels.PARTS[part],
        "parts": _part_tabs(view, part, version),
        "measures": parts.measures(blueprint),
        "version": version,
        "exports": labels.EXPORTS,
        "comparison": parts.comparison(studio.compared(view), view)
        if part in {"overview", "versions"}
        else (),
    }
    if part in _MAKERS:
        context |= _MAKERS[part](request, view)
    return render(request, f"studio/part_{part}.html", context)


def _plan(_request: HttpRequest, view: OneThingView) -> dict[str, Any]:
    return {
        "svg": plan_picture(view.blueprint, PlanView.FULL, view.blueprint.name),
        **parts.plan(view.blueprint),
    }


def _bpmn(request: HttpRequest, view: OneThingView) -> dict[str, Any]:
    version = request.GET.get("v", "")
    return {
        "bpmn_url": reverse("studio:export", args=[view.key, "bpmn"]) + (f"?v={version}" if version else "")
    }


def _try(request: HttpRequest, view: OneThingView) -> dict[str, Any]:
    blueprint = view.blueprint
    known = {one.key for one in blueprint.profiles}
    default = blueprint.profiles[0].key if blueprint.profiles else ""
    profile = request.GET.get("profile", default)
    raw = {
        question.element: request.GET.getlist(question.element)
        for question in blueprint.questions
        if request.GET.get(question.element)
    }
    tried = studio.trial(blueprint, profile if profile in known else "", raw, timezone.localdate())
    return {"trial": tried, "profile": profile, **parts.trial(blueprint, tried)}


_MAKERS: Mapping[str, Callable[[HttpRequest, OneThingView], dict[str, Any]]] = {
    "form": lambda _request, view: parts.form(view.blueprint),
    "materials": lambda _request, view: parts.materials(view.blueprint),
    "questions": proving.questions,
    "proof": proving.proof,
    "plan": _plan,
    "bpmn": _bpmn,
    "savings": figures.savings,
    "whatif": trials.whatif,
    "rehearse": trials.rehearse,
    "fake": figures.fake,
    "rules": lambda _request, view: parts.rules(view.blueprint),
    "try": _try,
    "versions": lambda _request, view: standards.versions(view),
}


@role("item_manager")
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest) -> HttpResponse:
    """Shows what publishing would change, and asks; on a yes, does it."""
    if request.method == "POST" and request.POST.get("confirm") == "yes":
        return _published(request)
    pending = studio.pending(_actor(request))
    context = {
        "tabs": nav.tabs("home"),
        "pending": pending,
        "missed": effects.expectation_problems(
            [*pending.new, *(one for one, _difference in pending.changed)], timezone.localdate()
        ),
        "changed": [(one, parts.changes_of(one, difference)) for one, difference in pending.changed],
    }
    return render(request, "studio/publish.html", context)


def _published(request: HttpRequest) -> HttpResponse:
    try:
        done = studio.publish(_actor(request), timezone.now())
    except ProblemsFound as found:
        for problem in found.problems:
            messages.error(request, problem.render())
        return redirect("studio:publish")
    said = ngettext("已发布，%(n)d 件事有变化。", "已发布，%(n)d 件事有变化。", len(done.changed))
    messages.success(request, said % {"n": len(done.changed)})
    return redirect("studio:home")


def _part_tabs(view: OneThingView, part: str, version: str) -> list[dict[str, Any]]:
    counts = {
        "form": len(view.blueprint.fields),
        "materials": len(view.blueprint.materials),
        "questions": len(view.blueprint.questions),
        "plan": len(view.blueprint.plan.steps),
        "problems": len(view.problems),
        "versions": len(view.versions),
    }
    query = f"?v={version}" if version else ""
    return [
        {
            "text": text,
            "url": reverse("studio:part", args=[view.key, name]) + query
            if name != "overview"
            else reverse("studio:onething", args=[view.key]) + query,
            "current": name == part,
            "count": counts.get(name),
        }
        for name, text in labels.PARTS.items()
    ]
