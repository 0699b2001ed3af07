"""批量申请 on two desks: a template out, a filled sheet in, every problem by row and column, all submitted together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, BinaryIO, cast
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from bancheng.core.compiler import Blueprint
from bancheng.core.kernel import Place, Problem, ProblemsFound, Record
from bancheng.store.models import Batch
from bancheng.usecases import batches
from bancheng.usecases.access import Actor
from bancheng.usecases.counter_people import windows
from bancheng.usecases.town import body_name
from bancheng.web.casefile.agents import agents, chosen_agent
from bancheng.web.casefile.showing import actor_of
from bancheng.web.frame import error_lines, render

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Desk(Record):
    """Where a batch is worked on: the frame of its pages, and the names of those they lead to."""

    channel: str
    layout: str
    batch: str
    case: str
    draft: str


def _file(name: str, data: bytes, kind: str = _XLSX) -> HttpResponse:
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def begin_page(
    request: HttpRequest, desk: Desk, of: Blueprint, parties: Sequence[Any], up: str
) -> HttpResponse:
    """Take the template, fill it, send it; `parties` have ``party`` and ``name``."""
    actor = actor_of(request)
    if request.method != "POST" and request.GET.get("as") == "xlsx":
        return _file(*batches.template(actor, of.key))
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        given = request.FILES.get("file")
        chosen = next((one.party for one in parties if str(one.party) == request.POST.get("party")), None)
        if given is None or chosen is None:
            missing = Place(path="file" if given is None else "party")
            words = _("请选填好的表。") if given is None else _("请选是给谁办。")
            problems = (Problem("batch.file", words, missing),)
        else:
            name = given.name or "batch.xlsx"
            try:
                batch = batches.take_in(actor, of.key, chosen, name, cast(BinaryIO, given), desk.channel)
                return redirect(desk.batch, batch.pk)
            except ProblemsFound as found:
                problems = tuple(
                    Problem(one.code, one.message, Place(path="file"), one.suggestion)
                    for one in found.problems
                )
    context = {
        "layout": desk.layout,
        "up": up,
        "of": of,
        "parties": parties,
        "errors": error_lines(problems),
        "most": batches.MOST,
        "most_mb": batches.uploads_limit() // 1024 // 1024,
    }
    return render(request, "casefile/batch_begin.html", context, status=422 if problems else 200)


def batch_page(request: HttpRequest, desk: Desk, pk: UUID, up: str) -> HttpResponse:
    """What became of each row; papers that all share; submit all."""
    actor = actor_of(request)
    one = batches.my_batch(actor, pk, desk.channel)
    if request.GET.get("as") == "xlsx":
        return _file(f"{batches.onething_name(one)}-回执.xlsx", batches.receipts(one))
    if request.GET.get("as") == "pdf":
        return _file(f"{batches.onething_name(one)}-回执.pdf", batches.slips(actor, one), "application/pdf")
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            _do(request, actor, one)
            return redirect(desk.batch, one.pk)
        except ProblemsFound as found:
            problems = found.problems
    rows = list(one.rows.select_related("case", "draft"))
    context = {
        "layout": desk.layout,
        "up": up,
        "case_page": desk.case,
        "draft_page": desk.draft,
        "at_window": one.channel == batches.WINDOW,
        **(_at_window(request, actor, one) if one.channel == batches.WINDOW else {}),
        "batch": one,
        "name": batches.onething_name(one),
        "rows": rows,
        "wrong": [row for row in rows if row.problems],
        "open": sum(row.draft_id is not None for row in rows),
        "sent": sum(row.case_id is not None for row in rows),
        "papers": batches.papers(actor, one),
        "errors": error_lines(problems),
    }
    return render(request, "casefile/batch.html", context, status=422 if problems else 200)


def _at_window(request: HttpRequest, actor: Actor, one: Batch) -> dict[str, Any]:
    """Who may stand here for the firm, and the windows to choose from, with what was chosen."""
    return {
        "agents": agents(one.party_id, one.onething),
        "agent": request.POST.get("agent", ""),
        "windows": [(key, body_name(key)) for key in windows(actor, ("clerk",))],
        "window": request.POST.get("window", ""),
    }


def _do(request: HttpRequest, actor: Actor, one: Batch) -> None:
    do, document = request.POST.get("do", ""), request.POST.get("document", "")
    if do == "seen":
        count = batches.see_paper(actor, one, document)
        messages.success(request, _("已给 %(n)d 件记下收了纸质原件。") % {"n": count})
        return
    if do == "paper":
        given = request.FILES.get("file")
        if given is None:
            raise ProblemsFound((Problem("batch.file", _("请选文件。"), Place(path="file")),))
        count = batches.give_paper(actor, one, document, given.name or "file", cast(BinaryIO, given))
        messages.success(request, _("已给 %(n)d 件加上这份材料。") % {"n": count})
        return
    went, waits = batches.submit_all(
        actor,
        one,
        declared=request.POST.get("declared") == "yes",
        body=request.POST.get("window", ""),
        mandate=chosen_agent(request),
    )
    messages.success(request, _("提交了 %(n)d 件。") % {"n": went})
    if waits:
        messages.warning(request, _("还有 %(n)d 件没有提交，原因写在下面。") % {"n": waits})
