"""Bringing item lists in: upload, preview, say what codes mean, take in, hand to a second person."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bancheng.connect.tables import TooLong, write_quarantine, write_template
from bancheng.core.kernel import Problem, ProblemsFound
from bancheng.store.models import ImportRun
from bancheng.usecases import importing, itemlists
from bancheng.usecases.access import Actor
from bancheng.usecases.library_deciding import OwnWork
from bancheng.usecases.lists import Column, wanted
from bancheng.web.casefile.columns import day_in_table
from bancheng.web.frame import ErrorLine, error_lines, leave, leaving, list_page, render, role
from bancheng.web.studio import importing_parts as parts
from bancheng.web.studio.nav import tabs

_PER_PAGE = 50
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MEDIA = {"xlsx": _WORKBOOK, "zip": "application/zip", "json": "application/json", "yaml": "application/yaml"}


_COLUMNS = (
    Column("来源", lambda run: run.source.title),
    Column("文件", lambda run: "、".join(one["name"] for one in run.files)),
    Column("状态", lambda run: str(parts.state(run)[0])),
    Column("结果", lambda run: "，".join(f"{words} {n}" for words, _, n in parts.shown_counts(run))),
    Column("谁", lambda run: run.user_name),
    Column("哪天", lambda run: day_in_table(run.created_at)),
)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # reason: set by the frame's middleware
    return actor


@role("item_manager")
@list_page
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponseBase:
    """All imports, and the form for the next one."""
    errors: tuple[ErrorLine, ...] = ()
    if request.method == "POST":
        try:
            return _uploaded(request)
        except ProblemsFound as found:
            errors = error_lines(found.problems)
    if leaving(request):
        return leave(request, "导入过的清单", importing.runs(_actor(request)), _COLUMNS, wanted({}))
    page = Paginator(importing.runs(_actor(request)), _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "tabs": tabs("imports"),
        "page": page,
        "rows": [(run, parts.state(run), parts.shown_counts(run)) for run in page],
        "sources": itemlists.sources(_actor(request)),
        "errors": errors,
        "source": request.POST.get("source", ""),
        "whole": parts.whole_field(),
        "formats": parts.FORMATS,
    }
    return render(request, "studio/imports.html", context, status=422 if errors else 200)


def _uploaded(request: HttpRequest) -> HttpResponse:
    files = [(one.name or "", one.file) for one in request.FILES.getlist("files")]
    whole = request.POST.get("whole") != "no"
    now = timezone.now()
    run = importing.upload(_actor(request), request.POST.get("source", ""), files, now, whole=whole)  # type: ignore[arg-type]  # reason: an uploaded file is an IO[bytes]
    if importing.small(run):
        importing.preview(run, now)
    return redirect("studio:import_run", run.pk)


@role("item_manager")
@list_page
@require_safe
def run(request: HttpRequest, run: UUID) -> HttpResponse:
    """One import: how far it is, what it would do or did, line by line."""
    found = importing.run_of(_actor(request), run)
    show, text = request.GET.get("show", ""), request.GET.get("q", "").strip()
    rows = importing.lines(found, show, text)
    context = {
        "tabs": tabs("imports"),
        "run": found,
        "state": parts.state(found),
        "busy": found.state in parts.BUSY,
        "page": Paginator(rows, _PER_PAGE).get_page(request.GET.get("page")),
        "outcomes": parts.outcome_tabs(found, show, text),
        "tiles": parts.tiles(found),
        "show": show,
        "text": text,
        "words": parts.OUTCOMES,
        "follow": importing.drafts_of(found) if found.state == ImportRun.TAKEN else {},
        "new_words": parts.proposals(found),
        "fresh": any(found.counts.get(name) for name in ("added", "changed")),
        "choices": len(found.unknown) + len(found.proposals),
    }
    return render(request, "studio/import_run.html", context)


@role("item_manager")
@require_safe
def line(request: HttpRequest, run: UUID, place: int) -> HttpResponse:
    """One item of an import: what changes in it, before and after, or why it waits."""
    found = importing.run_of(_actor(request), run)
    one = found.lines.filter(place=place).first()
    if one is None:
        raise Http404
    raw = [
        (each, [pair for pair in zip(each["headings"], each["cells"], strict=False) if pair[1]])
        for each in one.raw
    ]
    context = {
        "tabs": tabs("imports"),
        "run": found,
        "line": one,
        "outcome": parts.OUTCOMES[one.outcome],
        "raw": raw,
    }
    return render(request, "studio/import_line.html", context)


@role("item_manager")
@require_http_methods(["GET", "HEAD", "POST"])
def codes(request: HttpRequest, run: UUID) -> HttpResponse:
    """What the source's codes and names mean: each unknown one once, with a choice of ours."""
    found = importing.run_of(_actor(request), run)
    if request.method == "POST":
        now = timezone.now()
        mapping = parts.mapping_from(request.POST, found)
        itemlists.save_mapping(_actor(request), mapping, now)
        again = importing.read_again(_actor(request), run, now)
        if importing.small(again):
            importing.preview(again, now)
        messages.success(request, _("对照表已存下，清单已按它重新比对。"))
        return redirect("studio:import_run", run)
    context = {"tabs": tabs("imports"), "run": found, **parts.choices(found)}
    return render(request, "studio/import_codes.html", context)


@role("item_manager")
@require_POST
def act(request: HttpRequest, run: UUID) -> HttpResponse:
    """Take in, read again, propose or approve."""
    wanted = request.POST.get("act", "")
    if wanted not in _ACTS:
        raise Http404
    try:
        _ACTS[wanted](request, run)
    except ProblemsFound as found:
        for problem in found.problems[:20]:
            messages.error(request, problem.render())
    except OwnWork:
        messages.error(request, _("这批是您自己导入的，要由另一位事项管理员批准。"))
    return redirect("studio:import_run", run)


def _take(request: HttpRequest, run: UUID) -> None:
    now = timezone.now()
    ordered = importing.order(_actor(request), run, now, cancel=request.POST.get("cancel") == "yes")
    if importing.small(ordered):
        importing.take_in(ordered, _actor(request), now)


def _again(request: HttpRequest, run: UUID) -> None:
    now = timezone.now()
    found = importing.read_again(_actor(request), run, now)
    if importing.small(found):
        importing.preview(found, now)


def _propose(request: HttpRequest, run: UUID) -> None:
    count, problems = importing.propose(_actor(request), run, timezone.now())
    for problem in problems[:20]:
        messages.warning(request, _words_wait(problem) if problem.code == "words-wait" else problem.render())
    if count:
        said = ngettext("%(n)d 项已交给第二个人审核。", "%(n)d 项已交给第二个人审核。", count)
        messages.success(request, said % {"n": count})
    elif not problems:
        messages.info(request, _("这批没有等着提交的草稿。"))


def _words_wait(problem: Problem) -> str:
    """What is waited for, with the way there."""
    run = problem.place.path.partition("/")[2]
    url = reverse("studio:import_run", args=[run]) if run else f"{reverse('studio:desk')}#proposals"
    return format_html(
        '{}{} <a href="{}">{}</a>', problem.message, problem.suggestion, url, _("去看等批准的")
    )


def _approve(request: HttpRequest, run: UUID) -> None:
    count = importing.approve(_actor(request), run, timezone.now())
    said = ngettext("%(n)d 项已经生效。", "%(n)d 项已经生效。", count)
    messages.success(request, said % {"n": count})


_ACTS: dict[str, Callable[[HttpRequest, UUID], None]] = {
    "take": _take,
    "again": _again,
    "propose": _propose,
    "approve": _approve,
}


# ---------------------------------------------------------------- files


def _file(data: bytes, name: str, media: str) -> HttpResponse:
    return HttpResponse(
        data, content_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@role("item_manager")
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The blank workbook with the official headings and its explanations."""
    out = BytesIO()
    write_template(out)
    return _file(out.getvalue(), "items-template.xlsx", _WORKBOOK)


@role("item_manager")
@require_safe
def quarantine(request: HttpRequest, run: UUID) -> HttpResponse:
    """The rows that wait, to be mended and brought again."""
    out = BytesIO()
    write_quarantine(out, importing.quarantine(importing.run_of(_actor(request), run)))
    return _file(out.getvalue(), "items-to-mend.xlsx", _WORKBOOK)


@role("item_manager", "supervisor")
@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """The items that the town is served by, as a list."""
    if kind not in _MEDIA:
        raise Http404
    out = BytesIO()
    try:
        itemlists.write_items(out, kind)
    except TooLong as found:
        said = _("“%(item)s”的“%(column)s”太长，Excel 的一格放不下，请改用 JSON。")
        messages.error(request, said % {"item": found.item, "column": found.column})
        return redirect("studio:imports")
    return _file(out.getvalue(), f"items.{kind}", _MEDIA[kind])
