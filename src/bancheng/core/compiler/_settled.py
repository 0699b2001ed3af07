"""What a definition settles before any pass: fees as one text, and what its fixed answers decide for everyone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias, TypeVar

import msgspec

from bancheng.core.catalogue import (
    Catalogue,
    Fee,
    FormField,
    GateRule,
    Item,
    OneThingDefinition,
    Situation,
)
from bancheng.core.compiler._feel import coerce, residual
from bancheng.core.compiler._fees import amount_of

T = TypeVar("T", bound=msgspec.Struct)
Facts: TypeAlias = Mapping[str, object]


def fixed_facts(definition: OneThingDefinition, catalogue: Catalogue) -> dict[str, object]:
    """The fixed answers as the rules want them; those of unknown elements are left out."""
    elements = catalogue.elements
    return {key: coerce(elements[key].kind, raw) for key, raw in definition.fixed.items() if key in elements}


def settled_item(item: Item, facts: Facts) -> Item:
    """The item with the amount of every fee as one text, and its conditions as the fixed answers leave them."""
    if not facts and not any(amount_of(fee) != fee.amount for fee in item.fees):
        return item
    changes: dict[str, object] = {"fees": tuple(_fee(fee, facts) for fee in item.fees)}
    if facts:
        changes |= {
            "situations": _asked(item.situations, facts),
            "fields": tuple(_field(field, facts) for field in item.fields),
            "materials": tuple(_under(one, facts, "when") for one in item.materials),
            "steps": tuple(_under(one, facts, "when") for one in item.steps),
            "conditions": tuple(_under(one, facts, "rule") for one in item.conditions),
        }
    changed: Item = msgspec.structs.replace(item, **changes)
    return changed


def settled_definition(definition: OneThingDefinition, facts: Facts) -> OneThingDefinition:
    """The definition with its conditions as the fixed answers leave them; none of these is asked."""
    if not facts:
        return definition
    return msgspec.structs.replace(
        definition,
        members=tuple(_under(one, facts, "when") for one in definition.members),
        situations=_asked(definition.situations, facts),
        gate=tuple(_gate(rule, facts) for rule in definition.gate),
    )


def _asked(situations: tuple[Situation, ...], facts: Facts) -> tuple[Situation, ...]:
    return tuple(one for one in situations if one.element not in facts)


def _gate(rule: GateRule, facts: Facts) -> GateRule:
    return _under(rule, facts, "rule")


def _field(field: FormField, facts: Facts) -> FormField:
    columns = tuple(_under(one, facts, "required", "visible") for one in field.columns)
    return msgspec.structs.replace(_under(field, facts, "required", "visible"), columns=columns)


def _fee(fee: Fee, facts: Facts) -> Fee:
    amount = amount_of(fee)
    return msgspec.structs.replace(
        _under(fee, facts, "when"), amount=_left(amount, facts) if facts else amount
    )


def _under(record: T, facts: Facts, *names: str) -> T:
    return msgspec.structs.replace(record, **{name: _left(getattr(record, name), facts) for name in names})


def _left(text: str, facts: Facts) -> str:
    return residual(text, facts) if text else text
