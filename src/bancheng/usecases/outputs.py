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

from bancheng.connect.documents import GuideSheet, Print, guide_sheet, render_guide, render_png
from bancheng.core.compiler import (
    Blueprint,
    GuideContent,
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
    """A blueprint to be printed, equal to another of the same digest: what the cache knows it by."""

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
    if kind == "content":
        content = content_of(order.blueprint, today)
        return json.dumps(msgspec.to_builtins(content), ensure_ascii=False, indent=2, default=str).encode()
    return render_guide(_sheet(order.blueprint, today), Print(kind))


_DRAWN: dict[str, Callable[[Blueprint], bytes]] = {
    "bpmn": lambda one: to_bpmn(one).encode(),
    "svg": lambda one: drawn(one, PlanView.FULL, standalone=True).encode(),
    "png": lambda one: render_png(drawn(one, PlanView.FULL, standalone=True, dark=False)),
    "schema": lambda one: json.dumps(to_json_schema(one), ensure_ascii=False, indent=2).encode(),
}


def _sheet(blueprint: Blueprint, today: date) -> GuideSheet:
    return guide_sheet(
        blueprint,
        packs().catalogue,
        today,
        url=f"{settings.BANCHENG_ADDRESS}/do/{blueprint.key}/",
        sample=settings.BANCHENG_DEMO,
    )


def _anyone(blueprint: Blueprint, today: date) -> PersonalList:
    return narrow(blueprint, {}, Known(), today, assume_coverage=True)
