"""The merged form as JSON Schema, and what differs between two blueprints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from bancheng.core.catalogue import ElementKind
from bancheng.core.compiler._feel import ALWAYS, both
from bancheng.core.compiler._schema_when import schema_when
from bancheng.core.compiler._types import Blueprint, MergedField
from bancheng.core.kernel import Record

_TYPES: dict[ElementKind, dict[str, Any]] = {
    ElementKind.INTEGER: {"type": "integer"},
    ElementKind.DECIMAL: {"type": "string", "format": "decimal"},
    ElementKind.MONEY: {"type": "string", "format": "decimal"},
    ElementKind.DATE: {"type": "string", "format": "date"},
    ElementKind.BOOLEAN: {"type": "boolean"},
    ElementKind.EMAIL: {"type": "string", "format": "email"},
    ElementKind.MULTI_CHOICE: {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
    ElementKind.RECORDS: {"type": "array"},
}


def to_json_schema(blueprint: Blueprint) -> dict[str, Any]:
    """The form as JSON Schema 2020-12, values as the API takes them (amounts and decimals as text).

    What everyone must fill is in `required`; what some must is said by `if`/`then` wherever JSON Schema can say the
    condition exactly, and by `x-required` always. A list of records is an array of objects. A field's group, items,
    source of prefilled values and limits of a decimal stand in further `x-` keys. Produced fields are `readOnly`.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:bancheng:{blueprint.key}:{blueprint.digest}",
        "title": blueprint.name,
        **_object(blueprint.fields),
        "x-groups": [{"key": group.key, "title": group.name} for group in blueprint.groups],
    }


def _object(fields: Sequence[MergedField]) -> dict[str, Any]:
    kinds = {field.element: field.kind for field in fields}
    rules = []
    for field in fields:
        when = both(field.visible, field.required)
        said = schema_when(when, kinds) if when != ALWAYS and not field.producers else None
        if said is not None:
            rules.append({"if": said, "then": {"required": [field.element]}})
    made: dict[str, Any] = {
        "type": "object",
        "properties": {field.element: _property(field) for field in fields},
        "required": [
            field.element
            for field in fields
            if both(field.visible, field.required) == ALWAYS and not field.producers
        ],
    }
    return {**made, "allOf": rules} if rules else made


def _property(field: MergedField) -> dict[str, Any]:
    schema: dict[str, Any] = {"title": field.name, **_TYPES.get(field.kind, {"type": "string"})}
    codes = [code.value for code in field.codes]
    if field.kind is ElementKind.RECORDS:
        schema["items"] = _object(field.columns)
    elif codes and field.kind is ElementKind.MULTI_CHOICE:
        schema["items"] = {"type": "string", "enum": codes}
    elif codes:
        schema["enum"] = codes
    numeric = schema["type"] == "integer"
    limits = {
        "minimum" if numeric else "x-minimum": _plain(field.minimum, numeric=numeric),
        "maximum" if numeric else "x-maximum": _plain(field.maximum, numeric=numeric),
        "maxLength": field.max_length,
        "minItems": field.min_rows,
        "maxItems": field.max_rows,
        "pattern": f"^(?:{field.pattern})$" if field.pattern else None,
        "description": field.hint or None,
        "readOnly": True if field.producers else None,
        "x-visible": field.visible if field.visible != ALWAYS else None,
        "x-required": field.required if field.required != ALWAYS else None,
        "x-source": field.source or None,
    }
    schema.update({name: value for name, value in limits.items() if value is not None})
    return {**schema, "x-group": field.group, "x-items": list(field.items), "x-kind": field.kind.value}


def _plain(bound: Decimal | None, *, numeric: bool) -> int | str | None:
    if bound is None:
        return None
    return int(bound) if numeric else str(bound)


class Changes(Record):
    """Keys added, removed and changed between an older and a newer list."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


class BlueprintDiff(Record):
    """What a person or an item manager would notice between two blueprints; `days` are (older, newer) critical days."""

    items: Changes
    questions: Changes
    fields: Changes
    materials: Changes
    steps: Changes
    days: tuple[Decimal, Decimal]

    @property
    def is_empty(self) -> bool:
        """Nothing to notice; digests may still differ."""
        lists = (self.items, self.questions, self.fields, self.materials, self.steps)
        same = self.days[0] == self.days[1]
        return same and not any(one.added or one.removed or one.changed for one in lists)


def diff(older: Blueprint, newer: Blueprint) -> BlueprintDiff:
    """Compare two blueprints of one one-thing by items, questions, fields, materials, steps and days."""
    return BlueprintDiff(
        items=_changes(_by(older.items, "key"), _by(newer.items, "key")),
        questions=_changes(_by(older.questions, "element"), _by(newer.questions, "element")),
        fields=_changes(_by(older.fields, "element"), _by(newer.fields, "element")),
        materials=_changes(_by(older.materials, "document"), _by(newer.materials, "document")),
        steps=_changes(_by(older.plan.steps, "key"), _by(newer.plan.steps, "key")),
        days=(older.clock.critical_days, newer.clock.critical_days),
    )


def _by(records: Iterable[Record], name: str) -> dict[str, Record]:
    return {getattr(record, name): record for record in records}


def _changes(older: Mapping[str, Record], newer: Mapping[str, Record]) -> Changes:
    return Changes(
        added=tuple(key for key in newer if key not in older),
        removed=tuple(key for key in older if key not in newer),
        changed=tuple(key for key in newer if key in older and newer[key] != older[key]),
    )
