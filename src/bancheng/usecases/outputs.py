"""What a blueprint is taken away as: pictures, BPMN, JSON Schema and the printed guides, all from one content.

A guide is public, so are its outputs. They are kept by the digest of the blueprint, so that a thousand readers of one
version cost one page.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from functools import lru_cache

import msgspec
from django.conf import settings

from bancheng.connect.documents import GuideSheet, Print, PrintField, PrintGroup, render_guide, render_png
from bancheng.core.compiler import (
    Blueprint,
    GuideContent,
    MergedField,
    PersonalField,
    PersonalList,
    PlanTexts,
    PlanView,
    guide_content,
    narrow,
    plan_svg,
    to_bpmn,
    to_json_schema,
)
from bancheng.core.evidence import Known
from bancheng.core.kernel import Record, digest
from bancheng.usecases.access import NotFound
from bancheng.usecases.town import body_name, packs

_SHORT_LIST = 12
"Options that are printed on paper; a longer list leaves room to write."


class Output(Record):
    """A file to take away."""

    name: str
    media: str
    data: bytes


def content_of(blueprint: Blueprint, today: date) -> GuideContent:
    """The guide of a blueprint for anyone, the one source of page, paper and window list."""
    return guide_content(blueprint, _anyone(blueprint, today), packs().catalogue)


def drawn(
    blueprint: Blueprint,
    view: PlanView,
    texts: PlanTexts | None = None,
    *,
    standalone: bool = False,
    dark: bool = True,
    ids: str = "plan",
) -> str:
    """The plan of a blueprint as SVG, bodies by their short names."""
    names = {key: body_name(key) for key in blueprint.body_names}
    return plan_svg(blueprint, texts, view=view, body_names=names, standalone=standalone, dark=dark, ids=ids)


OUTPUTS: dict[str, tuple[str, str]] = {
    "guide": ("application/pdf", "guide.pdf"),
    "sheet": ("application/pdf", "sheet.pdf"),
    "checklist": ("application/pdf", "checklist.pdf"),
    "form": ("application/pdf", "form.pdf"),
    "svg": ("image/svg+xml", "svg"),
    "png": ("image/png", "png"),
    "bpmn": ("application/xml", "bpmn"),
    "schema": ("application/schema+json", "schema.json"),
    "content": ("application/json", "guide.json"),
}
"""What a blueprint can be taken away as: media type and ending of the file."""


def output(blueprint: Blueprint, kind: str, today: date) -> Output:
    """One of `OUTPUTS`.

    Raises:
        NotFound: no such output.
    """
    if kind not in OUTPUTS:
        raise NotFound(kind)
    media, ending = OUTPUTS[kind]
    name = f"{blueprint.key}-{blueprint.digest[:8]}.{ending}"
    # What a guide takes from the catalogue (places, telephones) may change without the blueprint.
    stamp = "" if kind in _DRAWN else digest(content_of(blueprint, today))
    return Output(name=name, media=media, data=_made(_Order(blueprint, today), kind, today, stamp))


class _Order:
    """A blueprint to be printed, equal to another of the same digest."""

    def __init__(self, blueprint: Blueprint, today: date) -> None:
        self.blueprint, self.today = blueprint, today

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Order) and other.blueprint.digest == self.blueprint.digest

    def __hash__(self) -> int:
        return hash(self.blueprint.digest)


@lru_cache(maxsize=256)
def _made(order: _Order, kind: str, today: date, _stamp: str) -> bytes:
    if kind in _DRAWN:
        return _DRAWN[kind](order.blueprint)
    content = content_of(order.blueprint, today)
    if kind == "content":
        return json.dumps(msgspec.to_builtins(content), ensure_ascii=False, indent=2, default=str).encode()
    return render_guide(_sheet(order.blueprint, content, today), Print(kind))


_DRAWN: dict[str, Callable[[Blueprint], bytes]] = {
    "bpmn": lambda one: to_bpmn(one).encode(),
    "svg": lambda one: drawn(one, PlanView.FULL, standalone=True).encode(),
    "png": lambda one: render_png(drawn(one, PlanView.FULL, standalone=True, dark=False)),
    "schema": lambda one: json.dumps(to_json_schema(one), ensure_ascii=False, indent=2).encode(),
}


def _sheet(blueprint: Blueprint, content: GuideContent, today: date) -> GuideSheet:
    person = _anyone(blueprint, today)
    fields = {one.field.element: one for one in person.fields if not one.field.produced_by}
    groups = tuple(
        PrintGroup(name=group.name, intro=group.intro, fields=tuple(_printed(fields[key]) for key in held))
        for group in person.groups
        if (held := [key for key in group.fields if key in fields])
    )
    return GuideSheet(
        content=content,
        picture=drawn(blueprint, PlanView.SIMPLE, standalone=True, dark=False),
        url=f"{settings.BANCHENG_ADDRESS}/do/{blueprint.key}/",
        printed_on=today,
        groups=groups,
        sample=settings.BANCHENG_DEMO,
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


def _anyone(blueprint: Blueprint, today: date) -> PersonalList:
    return narrow(blueprint, {}, Known(), today, assume_coverage=True)
