"""批量申请: a template out, a filled sheet in, every problem by row and column, all submitted together."""

from __future__ import annotations

from typing import Any, BinaryIO, cast
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bancheng.core.kernel import Place, Problem, ProblemsFound
from bancheng.usecases import batches
from bancheng.usecases.access import NotAllowed, NotFound
from bancheng.usecases.apply import parties_for
from bancheng.usecases.town import current_blueprint, current_blueprints
from bancheng.web.frame import error_lines, list_page, render, signed_in
from bancheng.web.public.holding import actor_of

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _file(name: str, data: bytes) -> HttpResponse:
    answer = HttpResponse(data, content_type=_XLSX)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


@signed_in
@list_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """My batches, and the matters for which one can be begun."""
    actor = actor_of(request)
    matters = [one for one in current_blueprints().values() if parties_for(actor, one)]
    context = {
        "rows": [
            {"one": one, "name": batches.onething_name(one), "open": waiting, "sent": sent}
            for one, waiting, sent in batches.counted(batches.my_batches(actor)[:50])
        ],
        "matters": sorted(matters, key=lambda one: one.name),
    }
    return render(request, "public/batches.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, key: str) -> HttpResponse:
    """Take the template, fill it, send it."""
    actor, of = actor_of(request), current_blueprint(key)
    if of is None:
        raise NotFound(key)
    parties = parties_for(actor, of)
    if not parties:
        raise NotAllowed("batch")
    if request.method != "POST" and request.GET.get("as") == "xlsx":
        return _file(*batches.template(actor, key))
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        given = request.FILES.get("file")
        chosen = next((one.party for one in parties if str(one.party) == request.POST.get("party")), None)
        if given is None or chosen is None:
            missing = Place(path="file" if given is None else "party")
            words = _("请选填好的表。") if given is None else _("请选是给谁办。")
            problems = (Problem("batch.file", words, missing),)
        else:
            try:
                batch = batches.take_in(actor, key, chosen, given.name or "batch.xlsx", cast(BinaryIO, given))
                return redirect("public:batch", batch.pk)
            except ProblemsFound as found:
                problems = tuple(
                    Problem(one.code, one.message, Place(path="file"), one.suggestion)
                    for one in found.problems
                )
    context = {"of": of, "parties": parties, "errors": error_lines(problems), "most": batches.MOST}
    return render(request, "public/batch_begin.html", context, status=422 if problems else 200)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: HttpRequest, batch: UUID) -> HttpResponse:
    """What became of each row; papers that all share; submit all."""
    actor = actor_of(request)
    one = batches.my_batch(actor, batch)
    if request.GET.get("as") == "xlsx":
        return _file(f"{batches.onething_name(one)}-回执.xlsx", batches.receipts(one))
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        try:
            _do(request, actor, one)
            return redirect("public:batch", one.pk)
        except ProblemsFound as found:
            problems = found.problems
    rows = list(one.rows.select_related("case", "draft"))
    context = {
        "batch": one,
        "name": batches.onething_name(one),
        "rows": rows,
        "wrong": [row for row in rows if row.problems],
        "open": sum(row.draft_id is not None for row in rows),
        "sent": sum(row.case_id is not None for row in rows),
        "papers": batches.papers(actor, one),
        "errors": error_lines(problems),
    }
    return render(request, "public/batch.html", context, status=422 if problems else 200)


def _do(request: HttpRequest, actor: Any, one: Any) -> None:
    if request.POST.get("do") == "paper":
        given = request.FILES.get("file")
        if given is None:
            raise ProblemsFound((Problem("batch.file", _("请选文件。"), Place(path="file")),))
        document = request.POST.get("document", "")
        count = batches.give_paper(actor, one, document, given.name or "file", cast(BinaryIO, given))
        messages.success(request, _("已给 %(n)d 件加上这份材料。") % {"n": count})
        return
    went, waits = batches.submit_all(actor, one, declared=request.POST.get("declared") == "yes")
    messages.success(request, _("提交了 %(n)d 件。") % {"n": went})
    if waits:
        messages.warning(request, _("还有 %(n)d 件没有提交，原因写在下面。") % {"n": waits})
