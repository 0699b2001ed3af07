"""The checklist on a phone: page by page, saved line by line, photographs; what a phone sends late is judged anew.

The script sends each line by itself and asks for JSON; without it every line is a small form of its own.
"""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bancheng.core.casework import StepOutcome
from bancheng.core.kernel import Problem, ProblemsFound
from bancheng.store.models import VisitAnswer, VisitPhoto
from bancheng.usecases import visit_sheets
from bancheng.web.bureau.filing import OFFICE
from bancheng.web.bureau.overtaken import words_kept
from bancheng.web.casefile import Tried, actor_of, attempt
from bancheng.web.frame import error_lines, render, role


@role(*OFFICE)
@require_safe
def sheet(request: HttpRequest, number: str, visit: int, body: str) -> HttpResponse:
    """What my body looks at, one thing a page."""
    return _page(request, number, visit, body, Tried())


def _page(
    request: HttpRequest, number: str, visit: int, body: str, tried: Tried[Any], line: str = ""
) -> HttpResponse:
    actor = actor_of(request)
    part = visit_sheets.sheet(actor, number, visit, body)
    context = {
        "part": part,
        "case": part.file.case,
        "visit": part.visit,
        "step": part.step,
        "body_name": part.file.state.body_name(body),
        "body": body,
        "who": actor.id,
        "said": part.visit.parts.get(body),
        "tried": tried,
        "errors": error_lines(tried.problems),
        "line": line,
        "typed": request.POST,
        "save_url": reverse("bureau:sheet_line", args=[number, visit, body]),
        "photo_url": reverse("bureau:sheet_photo", args=[number, visit, body]),
    }
    return render(request, "bureau/sheet.html", context, status=tried.status)


@role(*OFFICE)
@require_POST
def save_line(request: HttpRequest, number: str, visit: int, body: str) -> HttpResponse:
    """Keep one answer. A refusal says why; the phone keeps what was typed."""
    post = request.POST
    tried = attempt(
        lambda: visit_sheets.save_line(
            actor_of(request),
            number,
            visit,
            body,
            post.get("line", ""),
            value=post.get("value", ""),
            note=post.get("note", ""),
            revision=_count(post.get("revision")),
            version=_count(post.get("version")) or 0,
        )
    )
    return _answered(request, number, visit, body, tried)


@role(*OFFICE)
@require_POST
def add_photo(request: HttpRequest, number: str, visit: int, body: str) -> HttpResponse:
    """Keep one photograph."""
    post, sent = request.POST, request.FILES.get("photo")

    def taken() -> VisitPhoto:
        if sent is None:
            raise ProblemsFound((Problem("visit.photo", _("请先拍照或选一张照片。")),))
        photo = visit_sheets.add_photo(
            actor_of(request),
            number,
            visit,
            body,
            post.get("line", ""),
            sent.name or "",
            cast(BinaryIO, sent.file),
            revision=_count(post.get("revision")),
        )
        if isinstance(photo, Problem):
            raise ProblemsFound((photo,))
        return photo

    return _answered(request, number, visit, body, attempt(taken))


def _answered(request: HttpRequest, number: str, visit: int, body: str, tried: Tried[Any]) -> HttpResponse:
    line = request.POST.get("line", "")
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse(_told(number, visit, tried), status=tried.status)
    if tried.done is None:
        # A photograph is sent without the answer of its line: what is kept of that stays as it is.
        return _page(
            request,
            number,
            visit,
            body,
            tried,
            line if "value" in request.POST or "note" in request.POST else "",
        )
    messages.success(request, _("已保存。"))
    return redirect(f"{reverse('bureau:sheet', args=[number, visit, body])}#{line.replace('.', '-')}")


def _told(number: str, visit: int, tried: Tried[Any]) -> dict[str, Any]:
    if isinstance(tried.done, VisitAnswer):
        return {"version": tried.done.version}
    if isinstance(tried.done, VisitPhoto):
        return {"thumb": reverse("bureau:visit_thumb", args=[number, visit, tried.done.pk])}
    why = [one.reason + one.remedy for one in tried.refusals]
    why += [one.message + (one.suggestion or "") for one in tried.problems]
    # What the rules refuse stays refused; a typing error is put right on the phone.
    return {"why": " ".join(why), "final": bool(tried.refusals)}


@role(*OFFICE)
@require_POST
@words_kept
def confirm_part(request: HttpRequest, number: str, visit: int, body: str) -> HttpResponse:
    """My body's part is complete, and this is what it says."""
    post = request.POST
    outcome = StepOutcome.OK if post.get("outcome") == "ok" else StepOutcome.NOT_OK
    words = post.get("words", "").strip()
    tried = attempt(
        lambda: visit_sheets.confirm_part(
            actor_of(request), number, visit, body, outcome, words, revision=_count(post.get("revision"))
        )
    )
    if tried.done is None:
        return _page(request, number, visit, body, tried)
    messages.success(request, _("本部门的记录已确认。"))
    return redirect("bureau:visit", number, visit)


def _count(sent: str | None) -> int | None:
    return int(sent) if sent and sent.isdecimal() and len(sent) < 9 else None
