"""Composing a one-thing on screen: every change is saved as a draft and its effect shown at once.

The whole page is one form, so it works without script: a button saves and shows the page anew. With script each change
is sent as it is typed, and the effect, the words of conditions and the problems beside their rows come back.
"""

from __future__ import annotations

from typing import Any

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bancheng.core.catalogue import ElementKind, OneThingDefinition, Situation, Subject
from bancheng.core.kernel import ProblemsFound
from bancheng.usecases import composing
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.composing import Composition, Effect
from bancheng.usecases.library import Stale
from bancheng.usecases.town import packs
from bancheng.web.frame import list_page, render, role
from bancheng.web.studio import compose_parts, labels, nav
from bancheng.web.studio.record_form import Reading, acted

MANAGER = "item_manager"


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # reason: set by the frame's middleware
    return actor


@role(MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Begin a one-thing: its name, whom it is for, and its stage."""
    typed = {name: request.POST.get(name, "") for name in ("name", "subject", "stage")}
    missing = request.method == "POST" and not typed["name"].strip()
    if request.method == "POST" and not missing:
        subject = Subject(typed["subject"]) if typed["subject"] in set(Subject) else Subject.PERSON
        key = composing.begin(_actor(request), typed["name"], subject, typed["stage"], timezone.now())
        return redirect("studio:compose", key)
    context = {
        "tabs": nav.tabs("home"),
        "typed": typed,
        "missing": missing,
        "subjects": labels.SUBJECTS.items(),
        "stages": packs().catalogue.stages.values(),
    }
    return render(request, "studio/compose_new.html", context)


@role(MANAGER)
@require_http_methods(["GET", "HEAD", "POST"])
def compose(request: HttpRequest, key: str) -> HttpResponse:
    """A one-thing as it is written: members, editor, effect. A POST saves and does what its button says."""
    composed = composing.composition(key)
    if request.method != "POST":
        return _page(request, composed)
    typed, reading = _typed(request, composed)
    act, _colon, rest = request.POST.get("act", "save").partition(":")
    definition = _changed(composed, typed, act, rest)
    try:
        saved = composing.save(_actor(request), definition, _revision(request), timezone.now())
    except Stale as stale:
        mine = Composition(typed, stale.entry.revision if stale.entry else 0, stale.entry, composed.items)
        return _page(request, mine, stale=stale)
    for problem in reading.problems:
        messages.warning(request, problem.render())
    return _after(request, key, act, rest, saved.revision)


def _after(request: HttpRequest, key: str, act: str, rest: str, revision: int) -> HttpResponse:
    address = reverse("studio:compose", args=[key])
    if act == "mend":
        composed = composing.composition(key)
        try:
            _one, opens = composing.mend(_actor(request), composed, rest, revision, timezone.now())
        except NotFound:
            return redirect(address)
        return redirect(f"{address}#f-{opens.replace('/', '.')}" if opens else address)
    if act == "find":
        return redirect(f"{address}?q={request.POST.get('q', '')}#find")
    if act == "propose":
        return _proposed(request, key)
    return redirect(address)


def _proposed(request: HttpRequest, key: str) -> HttpResponse:
    here = redirect("studio:compose", key)
    composed = composing.composition(key)
    shown = composing.effect(composed.definition, composed.items)
    remarks = composing.remarks(key) if not shown.errors else ()
    if not shown.errors and (shown.problems or remarks) and "acknowledged" not in request.POST:
        for problem in remarks:
            messages.warning(request, problem.render())
        messages.error(request, _("还有提醒没有处理。请先看过，再勾选“我看过这些提醒”。"))
        return here
    try:
        rows = composing.propose(_actor(request), key, timezone.now(), request.POST.get("note", "").strip())
    except ProblemsFound as found:
        for problem in found.problems[:5]:
            messages.error(request, problem.render())
        return here
    except NotFound:
        messages.error(request, _("没有可以提交的草稿。"))
        return here
    messages.success(request, _("已提交，请另一位事项管理员审核。"))
    return redirect("studio:entry", rows[-1].pk)


def _typed(request: HttpRequest, composed: Composition) -> tuple[OneThingDefinition, Reading]:
    reading = Reading(dict(request.POST.lists()))
    typed: OneThingDefinition = reading.record(composed.definition)
    people = tuple(
        msgspec.structs.replace(person, answers=_answers(request, index, dict(person.answers)))
        for index, person in enumerate(typed.profiles)
    )
    return msgspec.structs.replace(typed, profiles=people), reading


def _answers(request: HttpRequest, index: int, answers: dict[str, Any]) -> dict[str, Any]:
    head = f"profiles.{index}.answers."
    elements = packs().catalogue.elements
    for name, value in request.POST.items():
        key = name.removeprefix(head)
        if not name.startswith(head) or key not in elements:
            continue
        answers.pop(key, None)
        if value:
            is_truth = elements[key].kind is ElementKind.BOOLEAN
            answers[key] = value == "true" if is_truth else str(value)
    return answers


def _revision(request: HttpRequest) -> int:
    typed = request.POST.get("revision", "")
    return int(typed) if typed.isdecimal() else 0


def _changed(composed: Composition, typed: OneThingDefinition, act: str, rest: str) -> OneThingDefinition:
    """The definition after the button that was pressed."""
    if act == "add" and rest in packs().catalogue.items:
        taken = {one.item for one in typed.members}
        return typed if rest in taken else acted(typed, "add", "members", item=rest)
    if act == "ask":
        return _asked(composed, typed, rest)
    if act == "person":
        number = len(typed.profiles) + 1
        given = {"key": f"person{number}", "name": _("第 %(n)d 个人") % {"n": number}}
        return acted(typed, "add", "profiles", **given)
    if act in {"more", "del", "up", "down"}:
        return acted(typed, "add" if act == "more" else act, rest)
    return typed


def _asked(composed: Composition, typed: OneThingDefinition, element: str) -> OneThingDefinition:
    """Take a question over into the one-thing, so that its words can be edited."""
    blueprint = composing.effect(typed, composed.items).blueprint
    asked = next((one for one in blueprint.questions if one.element == element), None) if blueprint else None
    if element in {one.element for one in typed.situations} or element not in packs().catalogue.elements:
        return typed
    text = asked.text if asked else f"{packs().catalogue.elements[element].name}？"
    question = Situation(element=element, text=text, options=asked.options if asked else ())
    return msgspec.structs.replace(typed, situations=(*typed.situations, question))


def _page(request: HttpRequest, composed: Composition, stale: Stale | None = None) -> HttpResponse:
    shown = composing.effect(composed.definition, composed.items)
    asked = request.GET.get("q", "")
    context = {
        "tabs": nav.tabs("home"),
        "stale": stale,
        "q": asked,
        "found": composing.find_items(asked, [one.item for one in composed.definition.members]),
        **compose_parts.editor(composed, shown),
        **compose_parts.effect(composed, shown, ""),
    }
    return render(request, "studio/compose.html", context)


@role(MANAGER)
@require_POST
def live(request: HttpRequest, key: str) -> HttpResponse:
    """Save what was typed and answer with the effect, and with what changed beside the rows."""
    composed = composing.composition(key)
    typed, _reading = _typed(request, composed)
    stale = False
    try:
        saved = composing.save(_actor(request), typed, _revision(request), timezone.now())
        composed = Composition(typed, saved.revision, composed.entry, composed.items)
    except Stale:
        stale = True
        composed = Composition(typed, _revision(request), composed.entry, composed.items)
    shown: Effect = composing.effect(typed, composed.items, typing=True)
    context = {
        "stale": stale,
        "saved_at": timezone.now(),
        **compose_parts.slots(composed, shown),
        **compose_parts.effect(composed, shown, request.POST.get("seen", "")),
    }
    return render(request, "studio/compose_live.html", context)


@role(MANAGER)
@list_page
@require_safe
def search(request: HttpRequest, key: str) -> HttpResponse:
    """Items that fit what is typed, to be added with the arrow keys and Enter."""
    taken = [one.item for one in composing.composition(key).definition.members]
    found = composing.find_items(request.GET.get("q", ""), taken)
    return render(request, "studio/compose_found.html", {"found": found, "q": request.GET.get("q", "")})
