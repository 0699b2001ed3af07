"""Putting local bodies in the place of the general ones that national items name."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from bancheng.core.catalogue._dictionary import Body
from bancheng.core.catalogue._item import Item, Step
from bancheng.core.catalogue._onething import Catalogue


def localised(catalogue: Catalogue) -> Catalogue:
    """The catalogue with every body replaced by the one that stands for it in the whole deployment."""
    bodies = catalogue.bodies.items()
    return placed(
        catalogue, {body.stands_for: key for key, body in bodies if body.stands_for and not body.within}
    )


def placed(catalogue: Catalogue, local: Mapping[str, str]) -> Catalogue:
    """The catalogue with general bodies (keys of `local`) replaced; what names none of them is the same object."""
    if not local:
        return catalogue
    return msgspec.structs.replace(
        catalogue,
        items={key: localised_item(item, local, catalogue.bodies) for key, item in catalogue.items.items()},
        onethings={
            key: msgspec.structs.replace(one, lead=local[one.lead]) if one.lead in local else one
            for key, one in catalogue.onethings.items()
        },
    )


def localised_item(item: Item, local: Mapping[str, str], bodies: Mapping[str, Body]) -> Item:
    """The item with local bodies; itself when it names no other.

    A national implementation code begins with the code of its body, so an item that changes its body loses a foreign
    one. Codes of local schemes need not, and stay.
    """
    if not local:
        return item
    named = not {item.body, item.supervisor}.isdisjoint(local) or any(
        step.body in local or any(asked in local for asked in step.asks) for step in item.steps
    )
    body = local.get(item.body, item.body)
    code = bodies[body].code if body in bodies else ""
    national = item.code_scheme == "GBT39554"
    foreign = national and bool(item.task_code) and not item.task_code.startswith(code)
    if not named and not foreign:
        return item
    return msgspec.structs.replace(
        item,
        body=body,
        supervisor=local.get(item.supervisor, item.supervisor),
        task_code="" if foreign else item.task_code,
        steps=tuple(_step(step, local) for step in item.steps),
    )


def _step(step: Step, local: Mapping[str, str]) -> Step:
    return msgspec.structs.replace(
        step, body=local.get(step.body, step.body), asks=tuple(local.get(asked, asked) for asked in step.asks)
    )
