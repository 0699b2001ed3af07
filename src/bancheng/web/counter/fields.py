"""Questions and merged fields as compact fields: a choice is a list to open, so that all fits one dense page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from bancheng.core.catalogue import ElementKind
from bancheng.core.compiler import GuidedQuestion, MergedField, PersonalField, to_stored
from bancheng.core.evidence import Value
from bancheng.web.casefile.spreading import NONE, spread
from bancheng.web.frame import Field, Option
from bancheng.web.frame.forms import Kind
from bancheng.web.templatetags.content import named

_KINDS: Mapping[ElementKind, Kind] = {
    ElementKind.LONG_TEXT: "textarea",
    ElementKind.INTEGER: "number",
    ElementKind.DECIMAL: "number",
    ElementKind.MONEY: "money",
    ElementKind.DATE: "date",
    ElementKind.BOOLEAN: "select",
    ElementKind.CHOICE: "select",
    ElementKind.MULTI_CHOICE: "checks",
    ElementKind.ID_NUMBER: "id_number",
    ElementKind.CREDIT_CODE: "credit_code",
    ElementKind.PHONE: "phone",
    ElementKind.EMAIL: "email",
}


def _options(asked: GuidedQuestion | MergedField) -> tuple[Option, ...]:
    if asked.kind is ElementKind.BOOLEAN:
        return (Option(value="true", text=_("是")), Option(value="false", text=_("否")))
    choices = asked.codes if isinstance(asked, MergedField) else asked.options
    return tuple(Option(value=one.value, text=named(one)) for one in choices)


def typed(value: Value | None) -> Any:
    """A value as an input holds it."""
    stored = to_stored(value)
    if isinstance(stored, bool):
        return "true" if stored else "false"
    return "" if stored is None else stored


def of_question(question: GuidedQuestion, value: Value | None, hint: str = "") -> Field:
    """A guided question in the dense list."""
    return Field(
        name=question.element,
        label=named(question),
        kind=_KINDS.get(question.kind, "text"),
        value=typed(value),
        options=_options(question),
        hint=hint,
    )


def of_merged(field: MergedField, value: Value | None, *, required: bool, hint: str = "") -> Field:
    """A field of the merged form."""
    return Field(
        name=field.element,
        label=named(field),
        kind=_KINDS.get(field.kind, "text"),
        value=typed(value),
        options=_options(field),
        unit=field.unit,
        hint=hint,
        required=required,
    )


def of_personal(one: PersonalField) -> tuple[Field, ...]:
    """A field of this person's form, of a list of records every cell; where its value comes from stands below it."""
    source = _("来自%(source)s") % {"source": one.known.source_name} if one.known else ""
    return spread(
        one.field,
        one.value,
        lambda field, value: of_merged(field, value, required=bool(one.required), hint=source),
    )


def spread_merged(field: MergedField, value: Value | None, *, required: bool) -> tuple[Field, ...]:
    """A field of the merged form, of a list of records every cell."""
    return spread(field, value, lambda one, cell: of_merged(one, cell, required=required))


def sent(elements: Iterable[str], post: QueryDict) -> dict[str, list[str]]:
    """What was sent for these elements; one that the page did not show is not spoken of.

    Of a list of records the cells come along; a list left as empty as it was shown is not spoken of either, unless
    somebody ticked that there are none.
    """
    found = {element: post.getlist(element) for element in elements if element in post}
    for element in tuple(found):
        prefix = f"{element}."
        cells = {key: post.getlist(key) for key in post if key.startswith(prefix)}
        if not cells:
            continue
        none = cells.pop(prefix + NONE, [])
        if any(text.strip() for texts in cells.values() for text in texts) or found[element] != ["1"]:
            found.update(cells)
        elif none:
            found[element] = ["0"]
        else:
            del found[element]
    return found


def held(fields: Iterable[Field], post: QueryDict) -> dict[str, Any]:
    """What was typed, for showing again beside a problem."""
    return {
        one.name: post.getlist(one.name) if one.kind == "checks" else post.get(one.name, "")
        for one in fields
        if one.name in post
    }
