"""Materials of a draft: known, waived, produced, to add, may follow; each with the reason, each with its files."""

from __future__ import annotations

from typing import Any, BinaryIO, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bancheng.connect.documents import ACCEPTED, MAX_BYTES
from bancheng.core.catalogue import MaterialForm
from bancheng.core.compiler import Disposition, Eligibility, MergedMaterial, PersonalMaterial
from bancheng.core.kernel import Place, Problem
from bancheng.usecases.access import NotFound
from bancheng.usecases.apply import Preparation
from bancheng.usecases.promises import promisable
from bancheng.usecases.uploads import attach, open_upload, remove
from bancheng.web.frame import Field, Option, error_lines, render, signed_in, with_problems
from bancheng.web.public.asking import not_for_you
from bancheng.web.public.holding import actor_of, preparation
from bancheng.web.public.preparing import to_tasks
from bancheng.web.templatetags.content import named

LIMIT_MB = MAX_BYTES // (1024 * 1024)


@signed_in
@require_safe
def materials(request: HttpRequest, draft: UUID) -> HttpResponse:
    """All papers of this person, told apart by what becomes of them."""
    prep = preparation(request, draft)
    if prep.personal.eligibility is Eligibility.NOT_ELIGIBLE:
        return not_for_you(request, prep)
    asked = [row(prep, one) for one in prep.asked_materials()]
    spared = [one for one in prep.personal.materials if one.asked is False]
    context = {
        "of": prep.blueprint,
        "prep": prep,
        "must": [one for one in asked if one["must"]],
        "later": [one for one in asked if one["later"]],
        "may": [one for one in asked if not one["must"] and not one["later"]],
        "waived": [
            one
            for one in spared
            if one.document is not None and one.material.disposition is not Disposition.COVERED
        ],
        "produced": [one for one in spared if one.material.disposition is Disposition.PRODUCED],
        "covered": [one for one in spared if one.material.disposition is Disposition.COVERED],
        "from_form": [one for one in spared if one.material.disposition is Disposition.FORM],
        "open": [one for one in prep.personal.materials if one.asked is None],
        "back": to_tasks(prep),
        "left": sum(one["must"] and not (one["files"] or one["promised"]) for one in asked),
    }
    return render(request, "public/materials.html", context)


def row(prep: Preparation, one: PersonalMaterial) -> dict[str, Any]:
    """A material to give with what was given so far."""
    of = one.material
    files = [file for file in prep.files_for(of) if file.state == file.CLEAN]
    later = bool(one.required and of.deferrable)
    return {
        "one": one,
        "name": named(of),
        "url": reverse("public:material", args=[prep.draft.pk, of.document]),
        "files": files,
        "must": bool(one.required) and not of.deferrable,
        "later": later,
        "promised": of.document in prep.promised,
        "promisable": promisable(one),
        "form": form_words(of.form, of.originals, of.copies),
    }


def form_words(form: MaterialForm, originals: int, copies: int) -> str:
    """原件 1 份、复印件 1 份 and whether paper or files are wanted."""
    counts = []
    if originals:
        counts.append(_("原件 %(n)d 份") % {"n": originals})
    if copies and form is not MaterialForm.ELECTRONIC:
        counts.append(_("复印件 %(n)d 份") % {"n": copies})
    kind = {
        MaterialForm.EITHER: _("拍照或扫描上传就行"),
        MaterialForm.ELECTRONIC: _("上传电子文件"),
        MaterialForm.PAPER: _("先上传照片，纸质原件领证时交"),
    }[form]
    return _("，").join([kind, *counts]) if form is MaterialForm.PAPER else kind


def file_field(label: str, hint: str = "") -> Field:
    """The one field of an upload."""
    accepted = _("%(kinds)s 格式。") % {"kinds": ACCEPTED}
    return Field(
        name="file",
        label=label,
        kind="file",
        hint=f"{hint}{accepted}",
        accept="image/jpeg,image/png,application/pdf",
        limit_mb=LIMIT_MB,
    )


def given(request: HttpRequest) -> tuple[str, BinaryIO] | None:
    """The name and the content of the file that was sent, or None."""
    file = request.FILES.get("file")
    # Django's own class reads like a binary file but does not say so in its type.
    return (file.name or "", cast(BinaryIO, file)) if file is not None else None


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def material(request: HttpRequest, draft: UUID, document: str) -> HttpResponse:
    """One material: what it must be, its files, and a place to add one."""
    prep = preparation(request, draft)
    found = next((one for one in prep.asked_materials() if one.material.document == document), None)
    if found is None:
        raise NotFound("material")
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        problems = _take(request, prep, found.material)
        if not problems:
            return redirect(reverse("public:material", args=[draft, document]))
    fields = [*_choice(request, prep, found.material), file_field(_("选择要上传的文件"))]
    context = {
        "of": prep.blueprint,
        "prep": prep,
        "row": row(prep, found),
        "fields": with_problems(fields, problems),
        "errors": error_lines(problems),
        "back": reverse("public:materials", args=[draft]),
        "bodies": found.material.bodies,
    }
    return render(request, "public/material.html", context, status=422 if problems else 200)


def _choice(request: HttpRequest, prep: Preparation, of: MergedMaterial) -> list[Field]:
    """Which of several papers it is, where one of them is enough."""
    if len(of.options) < 2:
        return []
    before = next((one.document for one in prep.files_for(of)), "")
    return [
        Field(
            name="which",
            label=_("您交哪一种？交一种就行"),
            kind="radios",
            value=request.POST.get("which", before),
            options=tuple(Option(value=one, text=of.names[one]) for one in of.options),
        )
    ]


def _take(request: HttpRequest, prep: Preparation, of: MergedMaterial) -> tuple[Problem, ...]:
    document = of.document
    if len(of.options) > 1:
        document = request.POST.get("which", "")
        if document not in of.options:
            return (Problem("which", _("请选您交的是哪一种。"), Place(path="which")),)
    file = given(request)
    if file is None:
        return (Problem("upload", _("请先选择一个文件。"), Place(path="file")),)
    taken = attach(prep.draft, None, document, *file)
    if isinstance(taken, Problem):
        return (taken.at(Place(path="file")),)
    messages.success(request, _("收到了：%(name)s") % {"name": taken.name})
    return ()


@signed_in
@require_POST
def drop(request: HttpRequest, draft: UUID, upload: UUID) -> HttpResponse:
    """Delete a file of the draft."""
    prep = preparation(request, draft)
    given_as = next((one.document for one in prep.uploads if one.pk == upload), "")
    materials = (one.material for one in prep.personal.materials)
    document = next((one.document for one in materials if given_as in (one.document, *one.options)), given_as)
    remove(prep.draft, upload)
    messages.success(request, _("文件已经删掉了。"))
    return redirect(reverse("public:material", args=[draft, document]))


@signed_in
@require_safe
def file(request: HttpRequest, upload: UUID) -> HttpResponse:
    """A file one gave, cleaned, to look at."""
    row, data = open_upload(actor_of(request), upload)
    response = HttpResponse(data, content_type=row.content_type)
    response.headers["Content-Disposition"] = content_disposition_header(False, row.name) or "inline"
    return response
