"""Printed guides: 办事指南, the 轻松办 sheet, the window's checklist, the blank form, and pictures as PNG."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec

from bancheng.connect.documents._papers import qr_svg, typeset
from bancheng.core.catalogue import Catalogue
from bancheng.core.compiler import (
    Blueprint,
    GuideContent,
    MergedField,
    PersonalField,
    PersonalList,
    PlanView,
    guide_content,
    narrow,
    plan_svg,
)
from bancheng.core.evidence import Known
from bancheng.core.kernel import Record, chinese_date

_WIDE = 900
"Pixels beyond which a picture gets a page of its own, lying."
_PPI = 144
_SHORT_LIST = 12
"Options that are printed on paper; a longer list leaves room to write."


class Print(StrEnum):
    """What a guide can be printed as."""

    GUIDE = "guide"
    SHEET = "sheet"
    CHECKLIST = "checklist"
    FORM = "form"


class PrintField(Record):
    """A line of the blank form. `mark` tells who may leave it; `columns` name those of a list of records."""

    name: str
    kind: str
    mark: str = ""
    hint: str = ""
    unit: str = ""
    options: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


class PrintGroup(Record):
    """A section of the blank form."""

    name: str
    intro: str
    fields: tuple[PrintField, ...]


class GuideSheet(Record):
    """A guide to be printed. `url` is the live guide, which the code leads to; `picture` is an SVG of the plan."""

    content: GuideContent
    picture: str
    url: str
    printed_on: date
    groups: tuple[PrintGroup, ...] = ()
    sample: bool = False


def guide_sheet(
    blueprint: Blueprint, catalogue: Catalogue, today: date, *, url: str, sample: bool = False
) -> GuideSheet:
    """What is printed of a blueprint for anyone, on a day."""
    person = narrow(blueprint, {}, Known(), today, assume_coverage=True)
    names = {key: body.short or body.name for key, body in catalogue.bodies.items()}
    picture = plan_svg(blueprint, view=PlanView.SIMPLE, body_names=names, standalone=True, dark=False)
    content = guide_content(blueprint, person, catalogue)
    return GuideSheet(
        content=content, picture=picture, url=url, printed_on=today, groups=_groups(person), sample=sample
    )


def _groups(person: PersonalList) -> tuple[PrintGroup, ...]:
    fields = {one.field.element: one for one in person.fields if not one.field.produced_by}
    return tuple(
        PrintGroup(name=group.name, intro=group.intro, fields=tuple(_printed(fields[key]) for key in held))
        for group in person.groups
        if (held := [key for key in group.fields if key in fields])
    )


def _printed(one: PersonalField) -> PrintField:
    field = one.field
    if field.source:
        mark = "可不填，能替您查到"
    elif one.shown is None:
        mark = "看情况"
    else:
        mark = "" if one.required else "可不填"
    return PrintField(
        name=field.name,
        kind=field.kind.value,
        mark=mark,
        hint=field.hint,
        unit=field.unit,
        options=_options(field),
        columns=tuple(column.name for column in field.columns),
    )


def _options(field: MergedField) -> tuple[str, ...]:
    if field.kind.value == "boolean":
        return ("是", "否")
    return tuple(code.label for code in field.codes) if len(field.codes) <= _SHORT_LIST else ()


def render_guide(sheet: GuideSheet, kind: Print) -> bytes:
    """The PDF. The same sheet gives the same bytes."""
    content = sheet.content
    width = _width(sheet.picture)
    data: dict[str, Any] = {
        "content": {**_plain(content), "valid_from": ""},
        "asked": _plain(content.asked),
        "maybe": _plain(content.maybe),
        "spared": _plain(content.spared),
        "basis": content.basis,
        "cost": content.cost,
        "picture": sheet.picture,
        "width": width,
        "wide": width > _WIDE,
        "url": sheet.url,
        "qr": qr_svg(sheet.url),
        "printed": chinese_date(sheet.printed_on),
        "groups": _plain(sheet.groups),
        "sample": sheet.sample,
    }
    return typeset(f"{kind.value}.typ", data)


def render_png(svg: str) -> bytes:
    """An SVG as PNG, one and a half pixels for each of its own, with Chinese readable on any machine."""
    return typeset("picture.typ", svg, form="png", ppi=_PPI)


def _plain(value: Any) -> Any:
    """Every attribute, also those at their default, which templates cannot guess."""
    if isinstance(value, msgspec.Struct):
        return {name: _plain(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, Decimal) else value


def _width(svg: str) -> int:
    found = re.search(r'<svg[^>]*\bwidth="(\d+)"', svg)
    return int(found[1]) if found else 0
