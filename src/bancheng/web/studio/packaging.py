"""Content packages on screen: choose one-things and take them away; upload one, look it through, take it in."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from bancheng.connect.packs import ComparedRecord, RecordStanding
from bancheng.core.kernel import Place, Problem, ProblemsFound, canonical
from bancheng.usecases import packaging, studio
from bancheng.usecases.access import Actor
from bancheng.usecases.town import packs
from bancheng.web.frame import Field, error_lines, render, role, with_problems
from bancheng.web.frame.taking import take_away
from bancheng.web.studio import labels, nav

_SHOWN = 12
_MOST = 20 * 1024 * 1024
_STANDINGS = {
    RecordStanding.CONFLICT: (gettext_lazy("两边都改过，请您定"), "red", "octagon-alert"),
    RecordStanding.NEW: (gettext_lazy("新的"), "blue", "plus"),
    RecordStanding.CHANGED: (gettext_lazy("对方改了"), "yellow", "pencil"),
    RecordStanding.KEPT: (gettext_lazy("只有我们改过，保留"), "grey", "circle-check"),
    RecordStanding.RENAMED: (gettext_lazy("内容相同，这里叫别的名字"), "grey", "circle-check"),
    RecordStanding.SAME: (gettext_lazy("相同"), "green", "circle-check"),
}
_KINDS = {
    "stage": gettext_lazy("生命周期阶段"),
    "codes": gettext_lazy("代码表"),
    "group": gettext_lazy("表单分组"),
    "element": gettext_lazy("数据元"),
    "document": gettext_lazy("材料和证照"),
    "body": gettext_lazy("部门"),
    "item": gettext_lazy("事项"),
    "onething": gettext_lazy("一件事"),
    "family": gettext_lazy("一类事"),
}


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # reason: set by the frame's middleware
    return actor


@role("item_manager")
@require_http_methods(["GET", "HEAD", "POST"])
def packages(request: HttpRequest) -> HttpResponse:
    """Export by ticking one-things; import by choosing a file."""
    field = Field(name="file", label=_("内容包（.zip）"), kind="file", accept=".zip", limit_mb=20)
    if request.method == "POST":
        found = _put_by(request)
        if isinstance(found, uuid.UUID):
            return redirect("studio:package", number=found)
        fields = with_problems((field,), found, request.POST)
        context = {"errors": error_lines(found), "field": fields[0], **_choices()}
        return render(request, "studio/packages.html", context, status=422)
    return render(request, "studio/packages.html", {"field": field, **_choices()})


def _choices() -> dict[str, object]:
    things = packs().standards.base.onethings
    return {"tabs": nav.tabs("packages"), "onethings": sorted(things.values(), key=lambda one: one.name)}


def _put_by(request: HttpRequest) -> uuid.UUID | tuple[Problem, ...]:
    file = request.FILES.get("file")
    if file is None:
        return (_problem("package.none", _("请先选择一个内容包。")),)
    if (file.size or 0) > _MOST:
        return (_problem("package.size", _("内容包最大 20 MB，请分几次导出。")),)
    try:
        return packaging.put_by(_actor(request), file.name or "", file.read(), timezone.now())
    except ProblemsFound as found:
        return tuple(_problem(one.code, one.message + one.suggestion) for one in found.problems)


def _problem(code: str, message: str) -> Problem:
    return Problem(code, message, Place(path="file"))


@role("item_manager")
@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """The package of the one-things that were ticked."""
    return take_away(packaging.export(request.GET.getlist("onething"), timezone.localdate()))


@role("item_manager")
@require_http_methods(["GET", "HEAD", "POST"])
def package(request: HttpRequest, number: uuid.UUID) -> HttpResponse:
    """What taking a package in would do; on a yes, does it."""
    held = packaging.put_by_of(_actor(request), number)
    data = bytes(held.content)
    if request.method == "POST":
        taken = packaging.take_in(_actor(request), data, request.POST.getlist("take"), timezone.now())
        said = ngettext(
            "已写成 %(n)d 份草稿，请另一位同事审核后生效。",
            "已写成 %(n)d 份草稿，请另一位同事审核后生效。",
            taken.drafts,
        )
        messages.success(request, said % {"n": taken.drafts})
        return redirect("studio:packages")
    seen = packaging.preview(data)
    context = {
        "tabs": nav.tabs("packages"),
        "held": held,
        "manifest": seen.package.manifest,
        "nothing": seen.nothing,
        "groups": [_group(standing, seen.of(standing)) for standing in _STANDINGS if seen.of(standing)],
    }
    return render(request, "studio/package.html", context)


def _group(standing: RecordStanding, records: Sequence[ComparedRecord]) -> dict[str, object]:
    words, tone, icon = _STANDINGS[standing]
    return {
        "words": words,
        "tone": tone,
        "icon": icon,
        "open": standing in {RecordStanding.CONFLICT, RecordStanding.NEW, RecordStanding.CHANGED},
        "offered": standing
        in {RecordStanding.CONFLICT, RecordStanding.NEW, RecordStanding.CHANGED, RecordStanding.KEPT},
        "ticked": standing in {RecordStanding.NEW, RecordStanding.CHANGED},
        "records": [(one, _KINDS.get(one.kind, one.kind), _changes(one)) for one in records],
    }


def _changes(one: ComparedRecord) -> list[tuple[str, studio.Change]]:
    """What would be different, attribute by attribute; the first of them."""
    if (
        one.standing not in {RecordStanding.CHANGED, RecordStanding.KEPT, RecordStanding.CONFLICT}
        or one.local is None
    ):
        return []
    found = studio.changes(json.loads(canonical(one.local)), json.loads(canonical(one.content)))
    return [
        (" › ".join(str(labels.ATTRIBUTES.get(part, part)) for part in change.path.split("/")), change)
        for change in found[:_SHOWN]
    ]
