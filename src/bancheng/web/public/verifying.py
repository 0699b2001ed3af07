"""Verify a paper by its code or by the file: anyone, without an account; shows no more than an outsider may know."""

from __future__ import annotations

import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bancheng.connect.documents import MAX_BYTES, group_verification_code
from bancheng.core.kernel import Place, Problem
from bancheng.usecases.verifying import verify, verify_file
from bancheng.web.frame import Field, error_lines, public, render, with_problems
from bancheng.web.frame.errors import too_many
from bancheng.web.frame.throttle import caller

LOOKUPS = (60, 60)
"""How many codes one address may look up in how many seconds; guessing codes must not pay."""


@public
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """The page to type a code into, or to show a file."""
    if request.method == "POST":
        return _by_file(request)
    code = request.GET.get("code", "").strip()
    problems: tuple[Problem, ...] = ()
    if "code" in request.GET:
        plain = "".join(char for char in code if char.isalnum())[:32]
        if plain:
            return redirect(reverse("public:verified", args=[plain]))
        problems = (Problem("code", _("请填写证照上二维码旁边的核验码。"), Place(path="code")),)
    return _enter_page(request, code, problems)


def _enter_page(
    request: HttpRequest, code: str, problems: tuple[Problem, ...], **more: object
) -> HttpResponse:
    field = Field(
        name="code",
        label=_("核验码"),
        value=code,
        hint=_("在证照的二维码旁边，共 16 位，大小写都行，中间的横线可以不填。"),
        width=20,
    )
    field, upload = with_problems((field, _file_field()), problems)
    context = {"field": field, "upload": upload, "errors": error_lines(problems), **more}
    return render(request, "public/verify.html", context, status=422 if problems else 200)


def _by_file(request: HttpRequest) -> HttpResponse:
    """Which paper a file is, unchanged, and what its signature says."""
    wait = _wait(request)
    if wait:
        return too_many(request, wait)
    file = request.FILES.get("file")
    if file is None:
        return _enter_page(request, "", (Problem("file", _("请先选择一个文件。"), Place(path="file")),))
    found, signature = verify_file(file.read(MAX_BYTES + 1))
    if found is None:
        return _enter_page(request, "", (), signature=signature, asked=True)
    return render(
        request,
        "public/verified.html",
        {
            "found": found,
            "code": group_verification_code(found.code),
            "field": _file_field(),
            "errors": (),
        },
    )


def _file_field() -> Field:
    return Field(
        name="file",
        label=_("手里的 PDF 文件"),
        kind="file",
        accept="application/pdf",
        limit_mb=MAX_BYTES // (1024 * 1024),
    )


@public
@require_http_methods(["GET", "HEAD", "POST"])
def verified(request: HttpRequest, code: str) -> HttpResponse:
    """What was issued under the code, and whether a file shown along is the one that was issued."""
    wait = _wait(request)
    if wait:
        return too_many(request, wait)
    file = request.FILES.get("file") if request.method == "POST" else None
    problems: tuple[Problem, ...] = ()
    if request.method == "POST" and file is None:
        problems = (Problem("file", _("请先选择一个文件。"), Place(path="file")),)
    found = verify(code, file.read(MAX_BYTES + 1) if file else None)
    (field,) = with_problems((_file_field(),), problems)
    context = {
        "found": found,
        "code": group_verification_code(code.upper().replace("-", "")),
        "field": field,
        "errors": error_lines(problems),
    }
    status = 422 if problems else 200 if found else 404
    return render(request, "public/verified.html", context, status=status)


def _wait(request: HttpRequest) -> int:
    """Seconds until this address may look up another code; 0 = now, and it is counted."""
    if getattr(settings, "BANCHENG_THROTTLE", {}) is None:
        return 0
    times, seconds = LOOKUPS
    stretch, into = divmod(time.time(), seconds)
    key = f"verify:{caller(request).replace(':', '-')}:{int(stretch)}"
    cache.add(key, 0, timeout=2 * seconds)
    try:
        count = cache.incr(key)
    except ValueError:
        # The counter ran out between adding and counting.
        return 0
    return 0 if count <= times else max(1, int(seconds - into))
