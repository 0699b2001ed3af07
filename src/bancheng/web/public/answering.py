"""Putting right: the marked fields and materials of a notice one by one, and what is owed handed in."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bancheng.core.casework import CommandRefused, MarkKind, MarkReason
from bancheng.core.kernel import Place, Problem
from bancheng.usecases import answers
from bancheng.usecases.access import NotFound
from bancheng.usecases.casework import Stale
from bancheng.usecases.mycases import Marked, MyNotice, my_case, my_notice
from bancheng.web.casefile.spreading import spread
from bancheng.web.frame import error_lines, render, signed_in, with_problems
from bancheng.web.public.cases import refusals
from bancheng.web.public.fields import of_field, retyped, said
from bancheng.web.public.holding import actor_of
from bancheng.web.public.papers import file_field, given


def reason_words(reason: MarkReason) -> str:
    """What is the matter with it, in a word."""
    return {MarkReason.MISSING: _("缺少"), MarkReason.WRONG: _("有误"), MarkReason.OUTDATED: _("已过期")}[
        reason
    ]


@signed_in
@require_safe
def notice(request: HttpRequest, number: str, notice: int) -> HttpResponse:
    """Exactly what was marked, each with its reason and whether it is answered."""
    mine = my_notice(actor_of(request), number, notice)
    rows = [
        {
            "marked": one,
            "reason": reason_words(one.mark.reason),
            "url": reverse("public:mark", args=[number, notice, one.mark.key]),
            "value": said(one.field, one.value) if one.field else "",
        }
        for one in mine.marks
    ]
    total = len(mine.marks)
    context = {
        "mine": mine,
        "case": mine.file.case,
        "rows": rows,
        "done": total - mine.left,
        "total": total,
        "progress": _("%(total)d 处改好了 %(done)d 处") % {"total": total, "done": total - mine.left},
    }
    return render(request, "public/notice.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def mark(request: HttpRequest, number: str, notice: int, mark: str) -> HttpResponse:
    """One marked thing: what is wrong, and the place to put it right."""
    mine = my_notice(actor_of(request), number, notice)
    found = next((one for one in mine.marks if one.mark.key == mark), None)
    if found is None:
        raise NotFound("mark")
    if request.method != "POST":
        return _mark_page(request, mine, found)
    problems = _answer(request, number, mine, found)
    if problems:
        return _mark_page(request, mine, found, problems)
    if "add" in request.POST:
        return redirect(reverse("public:mark", args=[number, notice, mark]))
    if mine.notice.unanswered == (found.mark,):
        messages.success(request, _("都改好了，已经重新提交。我们接着办。"))
        return redirect(reverse("public:case", args=[number]))
    return redirect(reverse("public:notice", args=[number, notice]))


def _answer(request: HttpRequest, number: str, mine: MyNotice, found: Marked) -> tuple[Problem, ...]:
    actor, notice, key = actor_of(request), mine.notice.number, found.mark.key
    try:
        if found.field is not None:
            element = found.field.element
            names = (one for one in request.POST if one == element or one.startswith(f"{element}."))
            raw = {one: request.POST.getlist(one) for one in names}
            return answers.answer_field(actor, number, notice, key, {element: [], **raw})
        file = given(request)
        if file is not None:
            taken = answers.add_file(actor, number, notice, key, *file)
            if isinstance(taken, Problem):
                return (taken.at(Place(path="file")),)
        if "add" in request.POST:
            return (
                () if file is not None else (Problem("upload", _("请先选择一个文件。"), Place(path="file")),)
            )
        return answers.answer_material(actor, number, notice, key)
    except CommandRefused as refused:
        return refusals(refused)
    except Stale:
        return (Problem("stale", _("这份办件刚刚有了新进展，请再看一遍后保存。")),)


def _mark_page(
    request: HttpRequest, mine: MyNotice, found: Marked, problems: tuple[Problem, ...] = ()
) -> HttpResponse:
    fields = spread(found.field, found.value, of_field) if found.field else (file_field(_("选择新的文件")),)
    typed = retyped(fields, request.POST) if problems and found.field is not None else None
    context = {
        "mine": mine,
        "case": mine.file.case,
        "marked": found,
        "reason": reason_words(found.mark.reason),
        "is_material": found.mark.kind is MarkKind.MATERIAL,
        "known_field": found.field is not None,
        "fields": with_problems(fields, problems, typed),
        "errors": error_lines(problems),
        "last": mine.notice.unanswered == (found.mark,),
        "back": reverse("public:notice", args=[mine.file.case.number, mine.notice.number]),
    }
    return render(request, "public/mark.html", context, status=422 if problems else 200)


@signed_in
@require_POST
def drop_answer(request: HttpRequest, number: str, notice: int, mark: str, upload: UUID) -> HttpResponse:
    """Take back a file given in answer."""
    answers.remove_file(actor_of(request), number, notice, mark, upload)
    messages.success(request, _("文件已经删掉了。"))
    return redirect(reverse("public:mark", args=[number, notice, mark]))


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def owed(request: HttpRequest, number: str, document: str) -> HttpResponse:
    """Hand in a material that was let follow."""
    mine = my_case(actor_of(request), number)
    found = next(((one, clock) for one, clock in mine.owed if one.material.document == document), None)
    if found is None:
        raise NotFound("owed")
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        problems = _hand_in(request, number, document)
        if not problems:
            if "add" in request.POST:
                return redirect(reverse("public:owed", args=[number, document]))
            messages.success(request, _("已经补交，谢谢。"))
            return redirect(reverse("public:case", args=[number]))
    (field,) = with_problems((file_field(_("选择要补交的文件")),), problems)
    context = {
        "mine": mine,
        "case": mine.case,
        "owed": found[0],
        "clock": found[1],
        "files": answers.owed_files(mine.case, document),
        "field": field,
        "errors": error_lines(problems),
    }
    return render(request, "public/owed.html", context, status=422 if problems else 200)


def _hand_in(request: HttpRequest, number: str, document: str) -> tuple[Problem, ...]:
    actor, file = actor_of(request), given(request)
    try:
        if file is not None:
            taken = answers.add_owed_file(actor, number, document, *file)
            if isinstance(taken, Problem):
                return (taken.at(Place(path="file")),)
        elif "add" in request.POST:
            return (Problem("upload", _("请先选择一个文件。"), Place(path="file")),)
        return () if "add" in request.POST else answers.hand_in(actor, number, document)
    except CommandRefused as refused:
        return refusals(refused)
    except Stale:
        return (Problem("stale", _("这份办件刚刚有了新进展，请再看一遍后保存。")),)
