"""Rules and changes of bodies as forms: written by one person, put in force by another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from bancheng.core.catalogue import BatchRule, BodyChange, DispatchRule
from bancheng.core.kernel import ProblemsFound
from bancheng.store.models import LibraryEntry
from bancheng.usecases import bodies, library, library_deciding, office_rules
from bancheng.usecases.access import Actor
from bancheng.usecases.library import Stale
from bancheng.usecases.lists import Column, wanted
from bancheng.usecases.office_rules import OfficeRecord
from bancheng.usecases.town import body_name, packs
from bancheng.web.casefile.columns import day_in_table
from bancheng.web.frame import leave, leaving, list_page, render, role
from bancheng.web.studio import desk, labels, nav
from bancheng.web.studio.record_form import KEY_MARK, Reading, acted
from bancheng.web.studio.record_widgets import Widget, widgets

_WRITERS = ("item_manager", "senior")
_SHOWN = {
    "dispatch": ("name", "body", "items", "steps", "divisions", "when", "skills", "pick", "most", "rank"),
    "batch": ("name", "body", "items", "when", "most"),
    "change": ("name", "kind", "on", "basis", "moves"),
}
_SAYS = {
    "dispatch": gettext_lazy(
        "新到的任务合条件的，按专长、手上多少和请假情况自动分给合适的人。没有勾选的，就是不限。"
    ),
    "batch": gettext_lazy("写明的事项，检查全部通过、没有欠缺的，可以一起准予。每一件仍单独作出决定。"),
    "change": gettext_lazy("新办件从施行之日起按新的办。在办的由管理员在“机构调整”里看过预览再转过去。"),
}
_FEW = 40
"""Items that are ticked without scrolling."""
RECODED = "recoded"
"""The input that holds old and new division codes, one pair a line."""


_COLUMNS = (
    Column("类别", lambda row: str(labels.LIBRARY_KINDS[row[0]])),
    Column("名称", lambda row: row[1]["one"].record.name or row[1]["one"].record.key),
    Column(
        "部门或施行日", lambda row: day_in_table(row[1]["whose"]) if row[0] == "change" else row[1]["whose"]
    ),
    Column("内容", lambda row: "；".join(row[1]["does"])),
    Column("状态", lambda row: str(row[1]["state"])),
)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # reason: set by the frame's middleware
    return actor


def _tabs(actor: Actor) -> list[dict[str, Any]]:
    """The studio's tabs, for those who work there."""
    return nav.tabs("offices") if actor.has("item_manager") or actor.has("supervisor") else []


@role("item_manager", "supervisor", "senior")
@list_page
@require_safe
def offices(request: HttpRequest) -> HttpResponseBase:
    """Rules of dispatch, of approving together, and changes of bodies; a senior sees the rules of their own body."""
    actor = _actor(request)
    own = not (actor.has("item_manager") or actor.has("supervisor"))
    if leaving(request):
        kinds = [kind for kind in office_rules.KINDS if not own or kind == "dispatch"]
        lines = [(kind, _line(actor, one)) for kind in kinds for one in office_rules.listed(actor, kind)]
        return leave(request, "部门规则和调整", lines, _COLUMNS, wanted({}))
    sections = [
        {
            "kind": kind,
            "words": labels.LIBRARY_KINDS[kind],
            "says": _SAYS[kind],
            "rows": [_line(actor, one) for one in office_rules.listed(actor, kind)],
            "may": actor.has("item_manager") or (kind == "dispatch" and actor.has("senior")),
        }
        for kind in office_rules.KINDS
        if not own or kind == "dispatch"
    ]
    return render(request, "studio/offices.html", {"tabs": _tabs(actor), "sections": sections, "own": own})


def _line(actor: Actor, one: office_rules.Line) -> dict[str, Any]:
    record = one.record
    state = desk.STATES[one.entry.state if one.entry else LibraryEntry.PUBLISHED]
    if isinstance(record, BodyChange) and one.entry is None and record.on > timezone.localdate():
        state = (gettext_lazy("到期施行"), "blue")
    return {
        "one": one,
        "whose": record.on if isinstance(record, BodyChange) else body_name(record.body),
        "does": bodies.named(record) if isinstance(record, BodyChange) else [],
        "state": state[0],
        "tone": state[1],
        "may": office_rules.writes_at_all(actor, record),
    }


@role(*_WRITERS)
@require_safe
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """To the form of a record that is not there yet."""
    return redirect("studio:office_edit", kind, office_rules.free_key(kind))


@role(*_WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """One record as a form; saving makes or changes its draft, and its writer hands it to a second person."""
    actor, now = _actor(request), timezone.now()
    record, entry = office_rules.the_record(actor, kind, key, timezone.localdate(now))
    if request.method != "POST":
        return _page(request, kind, record, entry)
    act, _colon, path = request.POST.get("act", "save").partition(":")
    if act == "withdraw" and entry is not None:
        library_deciding.discard(actor, entry.pk, now)
        messages.success(request, _("已撤回，历史里还看得到。"))
        return redirect("studio:offices")
    typed, problems = _typed(request, record)
    if act in {"add", "del", "up", "down"} and path:
        typed = acted(typed, act, path)
    revision = request.POST.get("revision", "")
    try:
        saved = library.save(actor, kind, typed, now, revision=int(revision) if revision.isdecimal() else 0)
    except Stale as stale:
        return _page(request, kind, typed, stale.entry, stale)
    for problem in problems:
        messages.warning(request, problem.render())
    if act == "propose" and saved.entry:
        _propose(request, actor, saved.entry)
    return redirect("studio:office_edit", kind, key)


def _typed(request: HttpRequest, record: OfficeRecord) -> tuple[OfficeRecord, list[Any]]:
    reading = Reading(dict(request.POST.lists()))
    typed: OfficeRecord = msgspec.structs.replace(reading.record(record), key=record.key)
    if isinstance(typed, BodyChange) and RECODED in request.POST:
        pairs = (line.replace("改为", " ").split() for line in request.POST[RECODED].splitlines())
        typed = msgspec.structs.replace(typed, divisions={one[0]: one[1] for one in pairs if len(one) == 2})
    return typed, reading.problems


def _propose(request: HttpRequest, actor: Actor, entry: int) -> None:
    try:
        library_deciding.propose(actor, entry, timezone.now(), request.POST.get("note", "").strip())
    except ProblemsFound as found:
        for problem in found.problems[:5]:
            messages.error(request, problem.render())
    else:
        messages.success(request, _("已提交，请另一位事项管理员审核。"))


def _page(
    request: HttpRequest,
    kind: str,
    record: OfficeRecord,
    entry: LibraryEntry | None,
    stale: Stale | None = None,
) -> HttpResponse:
    actor = _actor(request)
    waits = entry is not None and entry.state == LibraryEntry.PROPOSED
    context = {
        "tabs": _tabs(actor),
        "kind": kind,
        "kind_words": labels.LIBRARY_KINDS[kind],
        "says": _SAYS[kind],
        "record": record,
        "entry": entry,
        "revision": entry.revision if entry is not None and not waits else 0,
        "waits": waits,
        "stale": stale,
        "widgets": _widgets(actor, kind, record),
        "recoded": _recoded(record),
        "touches": office_rules.foresee(record, timezone.now()) if entry is not None else None,
    }
    return render(request, "studio/office_edit.html", context)


def _recoded(record: OfficeRecord) -> str | None:
    if not isinstance(record, BodyChange):
        return None
    return "\n".join(f"{old} 改为 {new}" for old, new in record.divisions.items())


def _widgets(actor: Actor, kind: str, record: OfficeRecord) -> list[Widget]:
    """The record's inputs: bodies are chosen from a list, items ticked among those of the body."""
    made = widgets(record, packs().catalogue, _SHOWN[kind])
    order = _SHOWN[kind].index
    made.sort(key=lambda one: order(one.name))
    led = None if actor.has("item_manager") else {of for role_, of in actor.posts if role_ == "senior"}
    if isinstance(record, DispatchRule | BatchRule):
        _named(made, record.items, record.body, led)
        return made
    for widget in made:
        for entry, move in zip(widget.entries, record.moves, strict=False):
            _named(entry.widgets, move.items, move.old, None)
            entry.title = bodies.moved(move) if move.old and move.new else ""
            for inner in entry.widgets:
                if inner.name.endswith(".name"):
                    inner.words = str(_("更名后的名称（更名时写）"))
    return made


def _takes(body: str, item: str) -> bool:
    """Whether an item is the body's own, or may be taken in at its window."""
    catalogue = packs().catalogue
    owner, at = catalogue.items[item].body, catalogue.bodies.get(body)
    if owner == body:
        return True
    there = catalogue.bodies.get(owner)
    return at is not None and at.receives and there is not None and there.division.startswith(at.division)


def _named(made: Iterable[Widget], items: tuple[str, ...], body: str, led: set[str] | None) -> None:
    catalogue = packs().catalogue
    for widget in made:
        last = widget.name.rpartition(".")[2]
        if last in {"body", "old", "new"}:
            held = widget.value.rpartition(KEY_MARK)[2]
            keys = sorted((one for one in catalogue.bodies if led is None or one in led), key=body_name)
            first = [("", str(_("请选择")), not held)] if held not in keys else []
            widget.how, widget.choices = (
                "select",
                [*first, *((one, body_name(one), one == held) for one in keys)],
            )
        elif last == "items":
            own = [key for key in catalogue.items if key in items or _takes(body, key)]
            names = {key: catalogue.items[key].name for key in own}
            widget.how = "checks"
            # Of a window's hundreds the chosen ones stand first.
            ordered = sorted(own, key=lambda key: (len(own) > _FEW and key not in items, names[key]))
            widget.choices = [(key, names[key], key in items) for key in ordered]
            if not own:
                chosen_first = _("先选部门并保存，再来勾选")
                widget.words = f"{widget.words}（{chosen_first}）"
