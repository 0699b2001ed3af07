"""The page of a case's thread: one for the applicant, the window and the offices, in the frame of each."""

from __future__ import annotations

from typing import BinaryIO, cast
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from bancheng.core.kernel import Problem
from bancheng.usecases import talks
from bancheng.usecases.talks import Thread
from bancheng.web.casefile.acts import attempt
from bancheng.web.casefile.showing import actor_of
from bancheng.web.frame import Field, Option, error_lines, render, with_problems

LAYOUTS = {"public": "frame/public.html", "counter": "frame/officer.html", "bureau": "frame/officer.html"}
ACCEPT = ".pdf,.jpg,.jpeg,.png"
LIMIT_MB = 20


def talk_page(request: HttpRequest, number: str, desk: str) -> HttpResponse:
    """Read the thread, and write in it. What was typed stays when it cannot be sent."""
    actor = actor_of(request)
    found = talks.thread(actor, number)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        tried = attempt(lambda: _written(request, number))
        refused = tuple(Problem(one.code, one.reason, suggestion=one.remedy) for one in tried.refusals)
        problems = (*(tried.done or ()), *refused)
        if not problems:
            messages.success(request, _("已发出。"))
            return redirect(reverse(f"{desk}:talk", args=[number]))
        found = talks.thread(actor, number)
    context = {
        "layout": LAYOUTS[desk],
        "desk": desk,
        "case": found.file.case,
        "thread": found,
        "lines": found.lines,
        "fields": with_problems(_fields(found), problems, request.POST if problems else None),
        "errors": error_lines(problems),
        "back": reverse(f"{desk}:case", args=[number]),
    }
    page = render(request, "casefile/talk.html", context, status=422 if problems else 200)
    talks.read(actor, found)
    return page


def _written(request: HttpRequest, number: str) -> tuple[Problem, ...]:
    paper = request.FILES.get("file")
    given = (str(paper.name), cast(BinaryIO, paper.file)) if isinstance(paper, UploadedFile) else None
    return talks.write(
        actor_of(request), number, request.POST.get("text", ""), to=request.POST.get("to", ""), paper=given
    )


def _fields(found: Thread) -> tuple[Field, ...]:
    to = Field(
        name="to",
        label=_("问谁"),
        kind="select",
        value=found.bodies[0][0] if found.bodies else "",
        options=tuple(Option(value=key, text=name) for key, name in found.bodies),
    )
    text = Field(
        name="text",
        label=_("留言"),
        kind="textarea",
        hint=_("不要写身份证号、银行卡号。大家都看得到这里的留言，它随办件保存。"),
    )
    file = Field(
        name="file",
        label=_("附一个文件"),
        kind="file",
        required=False,
        accept=ACCEPT,
        limit_mb=LIMIT_MB,
    )
    return (to, text, file) if found.bodies else (text, file)


def talk_waive(request: HttpRequest, number: str, message: int, desk: str) -> HttpResponse:
    """The asked body says that nothing need be answered."""
    tried = attempt(lambda: talks.waive(actor_of(request), number, message))
    for one in tried.refusals:
        messages.warning(request, one.reason)
    return redirect(reverse(f"{desk}:talk", args=[number]))


def talk_file(request: HttpRequest, number: str, upload: UUID) -> HttpResponse:
    """A file of the thread, never kept in a shared cache."""
    row, data = talks.open_file(actor_of(request), number, upload)
    answer = HttpResponse(data, content_type=row.content_type)
    kept = content_disposition_header(as_attachment=False, filename=row.name)
    answer.headers["Content-Disposition"] = kept or "inline"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
