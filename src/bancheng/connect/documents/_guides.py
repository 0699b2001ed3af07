"""Printed guides: 办事指南, the 轻松办 sheet, the window's checklist, the blank form, and pictures as PNG."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec

from bancheng.connect.documents._papers import chinese_date, qr_svg, typeset
from bancheng.core.compiler import GuideContent
from bancheng.core.kernel import Record

_WIDE = 900
"Pixels beyond which a picture gets a page of its own, lying."
_PPI = 144


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
