"""Check answers, sign, submit; and the page that says it is done and what comes next."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bancheng.core.catalogue import ElementKind
from bancheng.core.compiler import Eligibility, PersonalField, PersonalMaterial, to_stored
from bancheng.core.kernel import Place, Problem, ProblemsFound, digest
from bancheng.usecases.access import NotFound
from bancheng.usecases.apply import Preparation, answer, what_is_missing
from bancheng.usecases.following import newer
from bancheng.usecases.mycases import first_dates, my_case, promised_end
from bancheng.usecases.submission import submit
from bancheng.web.frame import Field, error_lines, render, signed_in, with_problems
from bancheng.web.public.asking import not_for_you, to_question
from bancheng.web.public.fields import is_statement, said
from bancheng.web.public.holding import actor_of, preparation
from bancheng.web.public.preparing import group_fields
from bancheng.web.public.rows import to_rows
from bancheng.web.templatetags.content import named

_SUBMITTED = "submitted"


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Everything once more, each with its way back; then the declaration and the button."""
    try:
        prep = preparation(request, draft)
    except NotFound:
        # The answer to the first sending was lost on the way, and the person sends again.
        number = request.session.get(_SUBMITTED, {}).get(str(draft))
        if number is None:
            raise
        return redirect(reverse("public:done", args=[number]))
    if prep.personal.eligibility is Eligibility.NOT_ELIGIBLE:
        return not_for_you(request, prep)
    if prep.draft.party_id is None:
        return redirect(reverse("public:whom", args=[draft]))
    if request.method == "POST":
        return _submit(request, prep)
    return _page(request, prep)


def _submit(request: HttpRequest, prep: Preparation) -> HttpResponse:
    signed = {one.field.element: ["true"] for one in statements(prep) if request.POST.get(one.field.element)}
    if signed:
        answer(prep, signed)
        prep = preparation(request, prep.draft.pk)
    unsigned = [
        Problem("declared", _("请勾选：%(words)s") % {"words": field.label}, Place(path=field.name))
        for field in signatures(prep)
        if field.required and not request.POST.get(field.name)
    ]
    changed = _changed(prep, request.POST.get("shown", ""))
    if unsigned or changed or missing(prep):
        return _page(request, prep, (*changed, *unsigned), 422)
    draft = str(prep.draft.pk)
    try:
        file = submit(actor_of(request), prep, declared=True)
    except ProblemsFound as found:
        return _page(request, prep, found.problems, 422)
    kept = dict(list(request.session.get(_SUBMITTED, {}).items())[-9:])
    request.session[_SUBMITTED] = {**kept, draft: file.case.number}
    return redirect(reverse("public:done", args=[file.case.number]))


def as_shown(prep: Preparation) -> str:
    """What the page shows of every field, as ``element:digest`` apart by blanks, to be sent back with the button."""
    signed = {one.field.element for one in statements(prep)}
    shown = [one for one in prep.personal.fields if one.shown and one.field.element not in signed]
    return " ".join(f"{one.field.element}:{digest(to_stored(one.value))[:12]}" for one in shown)


def _changed(prep: Preparation, sent: str) -> tuple[Problem, ...]:
    """The fields that are not as the person saw them: a source has spoken anew, or another window changed an answer.

    What is submitted is what was seen; a page that sent nothing along showed nothing.
    """
    if not sent:
        return (Problem("unseen", _("请先看一遍下面的内容，再提交。")),)
    before, now = dict(_pairs(sent)), dict(_pairs(as_shown(prep)))
    names = {one.field.element: named(one.field) for one in prep.personal.fields}
    differing = [key for key in {**now, **before} if before.get(key) != now.get(key)]
    return tuple(
        Problem(
            "changed", _("“%(name)s”在您看过以后变了，请再看一遍再提交。") % {"name": names.get(key, key)}
        )
        for key in differing
        if key in names
    )


def _pairs(shown: str) -> list[tuple[str, str]]:
    found = (each.partition(":") for each in shown.split())
    return [(key, seen) for key, _colon, seen in found]


def statements(prep: Preparation) -> list[PersonalField]:
    """The sentences this person signs."""
    return [one for one in prep.personal.fields if one.shown and is_statement(one.field)]


def signatures(prep: Preparation) -> list[Field]:
    """The boxes to tick: the statements of the form, and the declaration of truth."""
    found = [
        Field(
            name=one.field.element,
            label=named(one.field),
            kind="agree",
            value=one.value is True,
            required=one.required is True,
        )
        for one in statements(prep)
    ]
    return [*found, Field(name="declared", label=_("我确认以上内容和材料真实有效"), kind="agree")]


def missing(prep: Preparation) -> list[dict[str, str]]:
    """What still stands in the way, each with the address where it is put right."""
    signed = {one.field.element for one in statements(prep)}
    groups = {field.element: field.group for field in prep.blueprint.fields}
    lists = {field.element for field in prep.blueprint.fields if field.kind is ElementKind.RECORDS}
    lines = []
    if newer(prep) is not None:
        url = reverse("public:update", args=[prep.draft.pk])
        lines.append({"text": _("这件事的要求更新了，请先看看变了什么。"), "url": url})
    for problem in what_is_missing(prep):
        path = problem.place.path
        if path in signed:
            continue
        kind, slash, document = path.partition("/")
        element, _dot, cell = path.partition(".")
        if element in lists:
            number = cell.partition(".")[0]
            url = to_rows(prep, element) if not cell else f"{to_rows(prep, element)}{int(number) + 1}/"
        elif slash:
            url = reverse("public:material", args=[prep.draft.pk, document])
        elif problem.code == "question":
            url = to_question(prep, path)
        elif kind in groups:
            url = reverse("public:form", args=[prep.draft.pk, groups[kind]]) + f"#f-{kind}"
        else:
            url = reverse("public:list", args=[prep.draft.pk])
        lines.append({"text": problem.message, "url": url})
    return lines


def _page(
    request: HttpRequest, prep: Preparation, problems: tuple[Problem, ...] = (), status: int = 200
) -> HttpResponse:
    fields = with_problems(signatures(prep), problems)
    person = prep.personal
    context = {
        "of": prep.blueprint,
        "prep": prep,
        "person": person,
        "sections": _sections(prep),
        "given": [(one, _files(prep, one)) for one in prep.asked_materials()],
        "spared": [one for one in person.materials if one.asked is False],
        "missing": missing(prep),
        "fields": fields,
        "errors": error_lines(problems),
        "shown": as_shown(prep),
        "end": promised_end(person, timezone.localdate()),
        "answered": [
            {
                "name": named(one),
                "value": said(one, prep.answers[one.element]),
                "change": to_question(prep, one.element),
            }
            for one in prep.blueprint.questions
            if one.element in prep.answers
            and one.element not in {field.element for field in prep.blueprint.fields}
        ],
        "bodies": tuple(dict.fromkeys(item.body for item in person.items)),
    }
    return render(request, "public/check.html", context, status=status)


def _files(prep: Preparation, one: PersonalMaterial) -> list[Any]:
    return [file for file in prep.files_for(one.material) if file.state == file.CLEAN]


def _sections(prep: Preparation) -> list[dict[str, Any]]:
    made = []
    for group in prep.personal.groups:
        rows = [_row(prep, one) for one in group_fields(prep, group.fields) if one.shown]
        if rows:
            made.append({"name": named(group), "rows": rows})
    return made


def _row(prep: Preparation, one: PersonalField) -> dict[str, Any]:
    element = one.field.element
    if one.field.guided and element in prep.answers:
        change = to_question(prep, element)
    elif one.field.kind is ElementKind.RECORDS:
        change = to_rows(prep, element)
    else:
        base = reverse("public:form", args=[prep.draft.pk, one.field.group])
        change = f"{base}?edit={element}#f-{element}" if one.known else f"{base}#f-{element}"
    note = _("来自%(source)s") % {"source": one.known.source_name} if one.known else ""
    return {"name": named(one.field), "value": said(one.field, one.value), "change": change, "note": note}


@signed_in
@require_safe
def done(request: HttpRequest, number: str) -> HttpResponse:
    """It is in: the number, when a word comes, when it should be finished, what happens next."""
    mine = my_case(actor_of(request), number)
    receipt = mine.slips[0] if mine.slips else None
    context = {"mine": mine, "case": mine.case, "dates": first_dates(mine.file), "receipt": receipt}
    return render(request, "public/done.html", context)
