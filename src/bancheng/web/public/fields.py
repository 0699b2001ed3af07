"""Merged fields and guided questions as fields of a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from bancheng.core.catalogue import ElementKind
from bancheng.core.catalogue import Option as PackOption
from bancheng.core.compiler import GuidedQuestion, MergedField, PersonalField, show_value, to_stored
from bancheng.core.evidence import Row, Value
from bancheng.core.kernel import Problem
from bancheng.web.frame import Field, Option
from bancheng.web.frame.forms import Kind
from bancheng.web.templatetags.content import bodies, named

WORD = re.compile(r"[^\W\d]\w*")
"""The names in a rule; words of the language among them are no elements and do no harm."""
_KINDS: Mapping[ElementKind, Kind] = {
    ElementKind.TEXT: "text",
    ElementKind.LONG_TEXT: "textarea",
    ElementKind.INTEGER: "number",
    ElementKind.DECIMAL: "number",
    ElementKind.MONEY: "money",
    ElementKind.DATE: "date",
    ElementKind.BOOLEAN: "radios",
    ElementKind.CHOICE: "radios",
    ElementKind.MULTI_CHOICE: "checks",
    ElementKind.NAME: "text",
    ElementKind.ID_NUMBER: "id_number",
    ElementKind.CREDIT_CODE: "credit_code",
    ElementKind.PHONE: "phone",
    ElementKind.EMAIL: "email",
    ElementKind.ADDRESS: "text",
    ElementKind.BANK_ACCOUNT: "text",
}
_MANY = 8
"""A choice of more than this is a list to open instead of buttons."""


def of_question(question: GuidedQuestion, value: Value | None, *, page: bool = True) -> Field:
    """The one question of its page."""
    return Field(
        name=question.element,
        label=named(question),
        kind=_kind(question.kind, len(question.options)),
        value=typed(value),
        hint=question.help,
        options=_options(question.kind, question.options),
        page=page,
    )


def of_field(field: MergedField, value: Value | None, *, required: bool = True) -> Field:
    """One field of the merged form, whatever its kind."""
    number = field.kind in {ElementKind.INTEGER, ElementKind.DECIMAL}
    return Field(
        name=field.element,
        label=named(field),
        kind=_kind(field.kind, len(field.codes)),
        value=typed(value),
        hint=field.hint,
        required=required,
        options=_options(field.kind, field.codes),
        unit=field.unit,
        width=0 if not number else 6,
        autocomplete=_AUTOCOMPLETE.get(field.element, ""),
    )


_AUTOCOMPLETE = {"contact_name": "name", "contact_phone": "tel"}


def of_cell(column: MergedField, value: Value | None, name: str, required: bool) -> Field:
    """One cell of a list of records."""
    return replace(of_field(column, value, required=required), name=name)


def of_personal(one: PersonalField) -> Field:
    """A field of this person's form with its present value."""
    return of_field(one.field, one.value, required=one.required is True)


def is_statement(field: MergedField) -> bool:
    """A sentence the person signs instead of a question they answer: asked afresh, in the first person."""
    return field.kind is ElementKind.BOOLEAN and field.ask_afresh and field.name.startswith("我")


def typed(value: Value | None) -> Any:
    """A value as an input holds it."""
    stored = to_stored(value)
    if isinstance(stored, bool):
        return "true" if stored else "false"
    return "" if stored is None else stored


def said(field: MergedField | GuidedQuestion, value: Value | None) -> str:
    """A value in words: an answer as it was offered, in the reader's language; of a list, a line for each row."""
    if isinstance(field, MergedField) and field.kind is ElementKind.RECORDS and isinstance(value, tuple):
        rows = [row for row in value if isinstance(row, dict)]
        return "\n".join(f"{n}. {_row(field, row)}" for n, row in enumerate(rows, 1)) or _("没有")
    if isinstance(value, bool | str):
        key = str(value).lower() if isinstance(value, bool) else value
        offered = field.codes if isinstance(field, MergedField) else field.options
        chosen = next((one for one in offered if one.value == key), None)
        if chosen is not None:
            return named(chosen)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return show_value(field, value)


def _row(field: MergedField, row: Row) -> str:
    """One row in a line: the first column names it, each other one is named."""
    cells = []
    for at, column in enumerate(field.columns):
        value = row.get(column.element)
        if value is not None:
            text = said(column, value)
            cells.append(_("%(name)s：%(value)s") % {"name": named(column), "value": text} if at else text)
    return _("；").join(cells)


def used_by(field: MergedField) -> str:
    """Who needs the field, in a quiet line."""
    return _("%(bodies)s要用") % {"bodies": bodies(field.bodies)}


def sent(elements: Iterable[str], post: Any) -> dict[str, list[str]]:
    """What a form sent for these elements; an element whose boxes are all empty counts as cleared."""
    return {element: post.getlist(element) for element in elements}


def once(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """One problem for each place: a question and the field of the same element are read together."""
    first: dict[str, Problem] = {}
    for problem in problems:
        first.setdefault(problem.place.path or problem.message, problem)
    return tuple(first.values())


def retyped(fields: Iterable[Field], post: Any) -> dict[str, Any]:
    """What was typed, by field, for showing it again."""
    return {
        field.name: post.getlist(field.name) if field.kind == "checks" else post.get(field.name, "")
        for field in fields
    }


def _kind(kind: ElementKind, options: int) -> Kind:
    return "select" if kind is ElementKind.CHOICE and options > _MANY else _KINDS[kind]


def _options(kind: ElementKind, options: Iterable[PackOption]) -> tuple[Option, ...]:
    found = tuple(Option(value=one.value, text=named(one)) for one in options)
    if kind is ElementKind.BOOLEAN and not found:
        return (Option(value="true", text=_("是")), Option(value="false", text=_("否")))
    return found
