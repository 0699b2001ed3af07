"""What waits in the library: drafts, proposals and their review, and the history of every record."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import msgspec
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bancheng.connect.packs import LIBRARY_KINDS
from bancheng.core.catalogue import OneThingDefinition
from bancheng.core.compiler import diff
from bancheng.core.kernel import Problem, ProblemsFound, canonical
from bancheng.store.models import LibraryEntry
from bancheng.usecases import composing, library, library_check, library_deciding, office_rules, studio
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.lists import Column, wanted
from bancheng.usecases.town import packs
from bancheng.web.casefile.columns import day_in_table
from bancheng.web.frame import leave, leaving, list_page, render, role
from bancheng.web.studio import labels, nav, parts

_READERS = ("item_manager", "supervisor")
_SHOWN = 50
STATES = {
    LibraryEntry.DRAFT: (labels.LIBRARY_STATES["draft"], "grey"),
    LibraryEntry.PROPOSED: (labels.LIBRARY_STATES["proposed"], "yellow"),
    LibraryEntry.PUBLISHED: (labels.LIBRARY_STATES["published"], "green"),
    LibraryEntry.REPLACED: (labels.LIBRARY_STATES["replaced"], "grey"),
    LibraryEntry.REJECTED: (labels.LIBRARY_STATES["rejected"], "red"),
    LibraryEntry.WITHDRAWN: (labels.LIBRARY_STATES["withdrawn"], "grey"),
}


_COLUMNS = (
    Column("名称", lambda one: one.name or one.key),
    Column("类别", lambda one: str(labels.LIBRARY_KINDS.get(one.kind, one.kind))),
    Column("状态", lambda one: str(STATES[one.state][0])),
    Column("谁", lambda one: one.author_name),
    Column("保存", lambda one: day_in_table(one.saved_at)),
    Column("提交", lambda one: day_in_table(one.proposed_at)),
    Column("改了什么", lambda one: one.note),
)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # reason: set by the frame's middleware
    return actor


def _row(entry: LibraryEntry) -> dict[str, Any]:
    words, tone = STATES[entry.state]
    return {
        "entry": entry,
        "kind": labels.LIBRARY_KINDS.get(entry.kind, entry.kind),
        "state": words,
        "tone": tone,
    }


@role(*_READERS)
@list_page
@require_safe
def desk(request: HttpRequest) -> HttpResponseBase:
    """Proposals that wait for a second person, and drafts."""
    actor = _actor(request)
    proposals = library.waiting(LibraryEntry.PROPOSED)
    drafts = library.waiting(LibraryEntry.DRAFT)
    if leaving(request):
        return leave(request, "草稿和审核", [*proposals, *drafts], _COLUMNS, wanted({}))
    context = {
        "tabs": nav.tabs("desk"),
        "proposals": [(_row(one), actor.user_id in one.editors) for one in proposals[:_SHOWN]],
        "proposal_count": proposals.count(),
        "drafts": [_row(one) for one in drafts[:_SHOWN]],
        "draft_count": drafts.count(),
    }
    return render(request, "studio/desk.html", context)


@role(*_READERS)
@require_safe
def entry(request: HttpRequest, number: int) -> HttpResponse:
    """One version of a record: what it changes, what stands in its way, and what may be done with it."""
    found = library.entry(number)
    actor = _actor(request)
    record = library.content_of(found)
    problems, remarks = _looked_at(found) if found.state in library.OPEN else ((), ())
    context = {
        **_row(found),
        "tabs": nav.tabs("desk"),
        "problems": problems,
        "remarks": remarks,
        "changes": _changes(found, record),
        "effect": _effect(record),
        "touches": office_rules.foresee(record, timezone.now()) if found.state in library.OPEN else None,
        "own": actor.user_id in found.editors,
        "other": _other_half(found),
        "manages": actor.has("item_manager"),
        "edit": _edit_address(found),
    }
    return render(request, "studio/entry.html", context)


def _other_half(found: LibraryEntry) -> LibraryEntry | None:
    """What is to be approved together with a proposal: of a later version the end of the one in force, and the other
    way round."""
    if found.state != LibraryEntry.PROPOSED:
        return None
    open_ones = library.waiting(LibraryEntry.PROPOSED, found.kind)
    key, later, _version = found.key.partition("@")
    if later:
        return open_ones.filter(key=key).first()
    return open_ones.filter(key__startswith=f"{key}@").first()


def _looked_at(found: LibraryEntry) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """What stands in the way, and what must only be seen."""
    other = _other_half(found)
    try:
        return (), library_check.remarks((found, other) if other else (found,))
    except ProblemsFound as problems:
        return problems.problems, ()


def _changes(found: LibraryEntry, record: msgspec.Struct | None) -> list[tuple[str, studio.Change]]:
    """What differs from what the town is served by (or, for an old version, from the one before it)."""
    if found.state in library.OPEN:
        before = library.served(found.kind, found.key)
    else:
        rows = library.history(found.kind, found.key)
        older = next((one for one in rows if one.version < found.version and one.content), None)
        before = library.content_of(older) if older else None
    old = json.loads(canonical(before)) if before is not None else {}
    new = json.loads(canonical(record)) if record is not None else {}
    return [
        (
            parts.attribute_words(one.path),
            replace(one, before=parts.value_words(one.before), after=parts.value_words(one.after)),
        )
        for one in studio.changes(old, new)[:200]
        if one.path != "key"
    ]


def _effect(record: msgspec.Struct | None) -> list[tuple[str, str]]:
    """What changes for people who apply, in words."""
    if not isinstance(record, OneThingDefinition):
        return []
    shown = composing.effect(record, composing.drafted_items(record))
    current = composing.published(record.key)
    if shown.blueprint is None or current is None:
        return []
    return parts.changes_of(shown.blueprint, diff(current, shown.blueprint))


def _edit_address(found: LibraryEntry) -> str:
    if "@" in found.key:
        # A version of another day: the editors know only the one in force.
        return ""
    if found.kind in office_rules.KINDS:
        return reverse("studio:office_edit", args=[found.kind, found.key])
    name = {"onething": "studio:compose", "item": "studio:item_edit"}.get(found.kind, "")
    return reverse(name, args=[found.key]) if name else ""


@role("item_manager")
@require_POST
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Propose, approve, reject, discard: whatever the pressed button says."""
    actor, now = _actor(request), timezone.now()
    act, why = request.POST.get("act", ""), request.POST.get("reason", "").strip()
    here = redirect("studio:entry", number)
    unseen = act in {"approve", "both", "propose"} and "acknowledged" not in request.POST
    if unseen and _looked_at(library.entry(number))[1]:
        messages.error(request, _("还有提醒没有处理。请先看过，再勾选“我看过这些提醒”。"))
        return here
    try:
        if act == "approve":
            library_deciding.approve(actor, number, now, why)
            messages.success(request, _("已发布。已经提交的办件仍按原来的办。"))
        elif act == "both":
            other = _other_half(library.entry(number))
            library_deciding.approve_many(actor, (number, *((other.pk,) if other else ())), now, why)
            messages.success(request, _("已发布。已经提交的办件仍按原来的办。"))
        elif act == "reject":
            library_deciding.reject(actor, number, now, why)
            messages.success(request, _("已退回，理由已告诉提交的人。"))
        elif act == "propose":
            library_deciding.propose(actor, number, now, why)
            messages.success(request, _("已提交，请另一位事项管理员审核。"))
        elif act == "discard":
            library_deciding.discard(actor, number, now)
            messages.success(request, _("已作废，历史里还看得到。"))
            return redirect("studio:desk")
    except ProblemsFound as found:
        for problem in found.problems[:5]:
            messages.error(request, problem.render())
    except library_deciding.OwnWork:
        messages.error(request, _("自己写的不能自己审。请另一位事项管理员来审。"))
    except library.Stale:
        messages.error(request, _("刚才有人已经处理过。"))
    except ValueError:
        messages.error(request, _("退回要写理由。"))
    return here


@role(*_READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def history(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Every version of a record: who, when, why; and going back to one."""
    if kind not in LIBRARY_KINDS:
        raise Http404
    if request.method == "POST":
        return _taken_back(request, kind, key)
    rows = library.history(kind, key)
    served = library.served(kind, key)
    if not rows and served is None:
        raise NotFound(key)
    context = {
        "tabs": nav.tabs("desk"),
        "kind": kind,
        "kind_words": labels.LIBRARY_KINDS.get(kind, kind),
        "key": key,
        "name": rows[0].name if rows else getattr(served, "name", key),
        "rows": [_row(one) for one in rows],
        "open": any(one.state in library.OPEN for one in rows),
        "manages": _actor(request).has("item_manager"),
        "in_packs": packs().positions.file_of(LIBRARY_KINDS[kind][0], key),
    }
    return render(request, "studio/history.html", context)


def _taken_back(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    version = request.POST.get("version", "")
    note = request.POST.get("note", "").strip()
    if not version.isdecimal() or not note:
        messages.error(request, _("请写为什么要回到这一版。"))
        return redirect("studio:entry_history", kind, key)
    try:
        made = library_deciding.take_back(_actor(request), kind, key, int(version), timezone.now(), note)
    except library.Stale:
        messages.error(request, _("还有一份草稿或提交没有处理，请先处理它。"))
        return redirect("studio:entry_history", kind, key)
    messages.success(request, _("已提交，请另一位事项管理员审核。"))
    return redirect("studio:entry", made.pk)
