"""Putting local bodies in the place of the general ones that national items name."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from bancheng.core.catalogue._dictionary import Body
from bancheng.core.catalogue._item import Item, Step
from bancheng.core.catalogue._onething import Catalogue


def localised(catalogue: Catalogue) -> Catalogue:
    """The catalogue with every body replaced by the one that stands for it.

    An implementation code begins with the code of its body, so an item that changes its body loses a foreign one.
    """
    local = {body.stands_for: key for key, body in catalogue.bodies.items() if body.stands_for}
    if not local:
        return catalogue
    return msgspec.structs.replace(
        catalogue,
        items={key: _item(item, local, catalogue.bodies) for key, item in catalogue.items.items()},
        onethings={
            key: msgspec.structs.replace(one, lead=local.get(one.lead, one.lead))
            for key, one in catalogue.onethings.items()
        },
    )


def _item(item: Item, local: Mapping[str, str], bodies: Mapping[str, Body]) -> Item:
    body = local.get(item.body, item.body)
    code = bodies[body].code if body in bodies else ""
    return msgspec.structs.replace(
        item,
        body=body,
        task_code=item.task_code if item.task_code.startswith(code) else "",
        steps=tuple(_step(step, local) for step in item.steps),
    )


def _step(step: Step, local: Mapping[str, str]) -> Step:
    return msgspec.structs.replace(
        step, body=local.get(step.body, step.body), asks=tuple(local.get(asked, asked) for asked in step.asks)
    )
