"""Showing a file to an official: facts by section, papers, the machine's remarks, files and slips; opening up what is
hidden."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from bancheng.core.casework import MaterialKind
from bancheng.usecases.access import Actor
from bancheng.usecases.examining import Dossier, open_paper, unmask
from bancheng.usecases.letters import slip

OPEN_FOR = 600
"""Seconds for which a value stays open to the one who said why they must see it."""
_SESSION = "unmasked"


def actor_of(request: HttpRequest) -> Actor:
    """The one who asks, as the middleware knows them."""
    return cast(Actor, request.actor)  # type: ignore[attr-defined]  # reason: set by the frame's middleware


def unmasked_in(request: HttpRequest, number: str) -> frozenset[str]:
    """What of this case is open to this session now."""
    until, elements = request.session.get(_SESSION, {}).get(number, (0, []))
    return frozenset(elements) if until > timezone.now().timestamp() else frozenset()


def open_up(request: HttpRequest, dossier: Dossier) -> bool:
    """Open hidden values after a reason was given; whether anything was opened. It is written into the audit chain."""
    reason = request.POST.get("reason", "").strip()
    asked = request.POST.getlist("element")
    if not reason:
        return False
    opened = unmask(actor_of(request), dossier, asked, reason)
    if opened:
        number = dossier.case.number
        now = timezone.now().timestamp()
        held = {key: one for key, one in request.session.get(_SESSION, {}).items() if one[0] > now}
        elements = sorted({*unmasked_in(request, number), *opened})
        request.session[_SESSION] = {**held, number: (now + OPEN_FOR, elements)}
    return bool(opened)


def file_context(dossier: Dossier) -> dict[str, Any]:
    """What the parts ``casefile/facts.html``, ``papers.html`` and ``remarks.html`` show."""
    state = dossier.state
    return {
        "dossier": dossier,
        "case": dossier.case,
        "state": state,
        "groups": dossier.groups(),
        "uploaded": [one for one in dossier.papers if one.ref.kind is not MaterialKind.WAIVED],
        "waived": [one for one in dossier.papers if one.ref.kind is MaterialKind.WAIVED],
        "remarks": dossier.remarks,
        "hidden": dossier.hidden,
    }


def deliver_file(request: HttpRequest, dossier: Dossier, upload: UUID) -> HttpResponse:
    """A file of the case, shown in the browser, never kept in a shared cache."""
    row, data = open_paper(actor_of(request), dossier, upload)
    return _inline(data, row.content_type, row.name)


def deliver_slip(request: HttpRequest, number: str, seq: int) -> HttpResponse:
    """A slip of the case as PDF."""
    paper, data = slip(actor_of(request), number, seq)
    return _inline(data, "application/pdf", f"{paper.title}-{number}.pdf")


def _inline(data: bytes, content_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=content_type)
    answer["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(name)}"
    answer["Cache-Control"] = "private, no-store"
    return answer
