"""Panels of a case's page, each a module here, found by folder: what one part of the engine shows and offers.

A panel module has

- ``ORDER: int`` — where it stands: 10 asks something of the one who looks, 50 tells, 90 is history;
- ``DESKS: frozenset[str]`` — whose page it stands on: ``public``, ``counter``, ``bureau``;
- ``TEMPLATE: str`` — its part of the page;
- ``show(request, file, desk) -> dict | None`` — what the template shows, or None when there is nothing to say.

``show`` is asked with a file that the one who looks may see; what of it they may see is the panel's own care. The
template gets ``case``, ``state`` and ``desk`` besides. The queries of a panel count in the bounds of the pages.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from bancheng.usecases.casework import CaseFile

__all__ = ["Panel", "found", "one_primary", "panels"]

DESKS = frozenset({"public", "counter", "bureau"})
TELLS = 50
"""From this order on a panel asks nothing."""
_PRIMARY, _SECOND = 'class="button"', 'class="button button-second"'


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One panel: where it stands, on whose pages, and how it is made."""

    name: str
    order: int
    desks: frozenset[str]
    template: str
    show: Callable[[HttpRequest, CaseFile, str], dict[str, Any] | None]


@cache
def found() -> tuple[Panel, ...]:
    """Every panel of this folder, in the order in which they stand."""
    names = [info.name for info in pkgutil.iter_modules(__path__) if not info.name.startswith("_")]
    made = []
    for name in names:
        module = import_module(f"{__name__}.{name}")
        made.append(
            Panel(
                name=name,
                order=module.ORDER,
                desks=module.DESKS,
                template=module.TEMPLATE,
                show=module.show,
            )
        )
    return tuple(sorted(made, key=lambda one: (one.order, one.name)))


def panels(request: HttpRequest, file: CaseFile, desk: str) -> SafeString:
    """The panels that have something to say on this desk, one below the other."""
    asking, telling = panel_parts(request, file, desk)
    return asking + telling


def panel_parts(request: HttpRequest, file: CaseFile, desk: str) -> tuple[SafeString, SafeString]:
    """Those that ask something or bring a result, and those that only tell: a page may have its own in between."""
    parts: tuple[list[str], list[str]] = ([], [])
    for one in found():
        if desk not in one.desks:
            continue
        told = one.show(request, file, desk)
        if told is not None:
            context = {"case": file.case, "state": file.state, "desk": desk, **told}
            parts[one.order >= TELLS].append(render_to_string(one.template, context, request))
    asking = "".join(parts[False])
    whole = one_primary(asking + "".join(parts[True]))
    # The words that make a primary action a second one are longer: the first part is measured by itself.
    cut = len(one_primary(asking))
    # Every part was escaped by its own template.
    return mark_safe(whole[:cut]), mark_safe(whole[cut:])  # noqa: S308  # reason: joined from rendered templates only


def one_primary(html: str) -> str:
    """The panels with the first primary action left as it is: they know nothing of each other, and a page has one."""
    head, primary, rest = html.partition(_PRIMARY)
    return head + primary + rest.replace(_PRIMARY, _SECOND)
