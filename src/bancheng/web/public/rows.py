"""A list of records: who is in it, add another, change, take out; one row a page, no script needed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bancheng.core.compiler import MergedField, PersonalField, most_rows
from bancheng.core.evidence import Row
from bancheng.core.kernel import Place, Problem
from bancheng.usecases.access import NotFound
from bancheng.usecases.apply import Preparation
from bancheng.usecases.rows import drop_row, no_rows, put_row, rows_field, rows_in, shown_columns
from bancheng.web.frame import error_lines, render, signed_in, with_problems
from bancheng.web.public.fields import of_cell, retyped, said
from bancheng.web.public.holding import preparation
from bancheng.web.templatetags.content import english, named


def to_rows(prep: Preparation, element: str) -> str:
    """The address of the list."""
    return reverse("public:rows", args=[prep.draft.pk, element])


def row_name(field: MergedField) -> str:
    """What one row is called: 家庭成员."""
    return field.row_name_en if english() and field.row_name_en else field.row_name


def row_lines(field: MergedField, rows: tuple[Row, ...]) -> list[dict[str, Any]]:
    """Each row by its first column, with the others in words."""
    lines = []
    for number, row in enumerate(rows, 1):
        filled = [column for column in field.columns if row.get(column.element) is not None]
        cells = [(named(column), said(column, row[column.element])) for column in filled]
        first = field.columns[0].element if field.columns else ""
        title = cells[0][1] if filled and filled[0].element == first else f"{row_name(field)} {number}"
        rest = cells[1:] if filled and filled[0].element == first else cells
        lines.append({"number": number, "title": title, "cells": rest})
    return lines


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def rows(request: HttpRequest, draft: UUID, element: str) -> HttpResponse:
    """Everyone in the list, and the ways to change it."""
    prep = preparation(request, draft)
    one = rows_field(prep, element)
    if request.method != "POST":
        return _list_page(request, prep, one)
    if "drop" in request.POST:
        number = request.POST["drop"]
        drop_row(prep, element, int(number) - 1 if number.isdecimal() and number != "0" else 10**6)
        messages.success(request, _("已经去掉。"))
        return redirect(to_rows(prep, element))
    if "none" in request.POST:
        no_rows(prep, element)
        return redirect(_group(prep, one))
    fewest = one.field.min_rows or 0
    if len(rows_in(one)) < fewest or one.value is None:
        text = _("“%(name)s”至少填 %(n)d 行。") % {"name": named(one.field), "n": max(fewest, 1)}
        return _list_page(request, prep, one, (Problem("rows", text, Place(path="add")),))
    return redirect(_group(prep, one))


def _group(prep: Preparation, one: PersonalField) -> str:
    return reverse("public:form", args=[prep.draft.pk, one.field.group])


def _list_page(
    request: HttpRequest, prep: Preparation, one: PersonalField, problems: tuple[Problem, ...] = ()
) -> HttpResponse:
    present = rows_in(one)
    context = {
        "of": prep.blueprint,
        "prep": prep,
        "one": one,
        "lines": row_lines(one.field, present),
        "row_name": row_name(one.field),
        "next": reverse("public:row", args=[prep.draft.pk, one.field.element, len(present) + 1]),
        "full": len(present) >= most_rows(one.field),
        "may_be_none": not present and not one.field.min_rows,
        "errors": error_lines(problems),
        "back": _group(prep, one),
    }
    return render(request, "public/rows.html", context, status=422 if problems else 200)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def row(request: HttpRequest, draft: UUID, element: str, number: int) -> HttpResponse:
    """One row: its columns, as far as this row shows them."""
    prep = preparation(request, draft)
    one = rows_field(prep, element)
    if not 1 <= number <= len(rows_in(one)) + 1:
        raise NotFound("row")
    if request.method != "POST":
        return _row_page(request, prep, one, number)
    prefix = f"{element}.{number - 1}."
    raw = {key: request.POST.getlist(key) for key in request.POST if key.startswith(prefix)}
    problems = put_row(prep, element, number - 1, raw)
    if not problems:
        messages.success(request, _("已经存好。"))
        more = "more" in request.POST and len(rows_in(one)) + 1 < most_rows(one.field)
        following = reverse("public:row", args=[draft, element, max(len(rows_in(one)), number) + 1])
        return redirect(following if more else to_rows(prep, element))
    prep = preparation(request, draft)
    return _row_page(request, prep, rows_field(prep, element), number, problems)


def _row_page(
    request: HttpRequest,
    prep: Preparation,
    one: PersonalField,
    number: int,
    problems: tuple[Problem, ...] = (),
) -> HttpResponse:
    present = rows_in(one)
    row: Row = present[number - 1] if number <= len(present) else {}
    fields = [
        of_cell(
            column, row.get(column.element), f"{one.field.element}.{number - 1}.{column.element}", required
        )
        for column, required in shown_columns(prep, one.field, row)
    ]
    again = retyped(fields, request.POST) if problems else None
    context = {
        "of": prep.blueprint,
        "one": one,
        "number": number,
        "row_name": row_name(one.field),
        "fields": with_problems(fields, problems, again),
        "errors": error_lines(problems),
        "back": to_rows(prep, one.field.element),
        "new": number > len(present),
    }
    return render(request, "public/row.html", context, status=422 if problems else 200)
