"""Catalogue records back to pack files. What is written loads again to equal records."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any

import msgspec
import yaml

from bancheng.core.catalogue import Catalogue
from bancheng.core.clock import Limit

Tree = dict[str, dict[str, Any]]
"""Section → key → record as plain values."""


def export_tree(catalogue: Catalogue, keys: Mapping[str, Collection[str]] | None = None) -> Tree:
    """The records of `keys` (section → keys), or all, as plain mappings, lists, texts, numbers, dates and truths.

    Attributes at their default are left out; keys keep the catalogue's order. A scene is written with its family, not
    once more among the one-things.
    """
    families = catalogue.families if keys is None else keys.get("families", ())
    tree: Tree = {}
    for section in Catalogue.__struct_fields__:
        records = getattr(catalogue, section)
        wanted = records if keys is None else [key for key in records if key in keys.get(section, ())]
        if section == "onethings":
            wanted = [key for key in wanted if records[key].family not in families]
        if wanted:
            tree[section] = {key: _record(records[key], without="key") for key in wanted}
    return tree


def plain(record: msgspec.Struct) -> dict[str, Any]:
    """One record as the mapping that a pack file would write."""
    return _record(record)


def to_yaml(tree: Any) -> str:
    """Readable YAML, Chinese as it is, in the order given."""
    return yaml.dump(tree, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


def to_json(tree: Any) -> str:
    """Indented JSON; numbers that are decimals become texts, so that none is rounded."""
    return msgspec.json.format(msgspec.json.encode(tree), indent=2).decode()


class _Dumper(yaml.SafeDumper):
    """The safe dumper, with decimals as plain numbers."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the dumper's hook
        return True


def _decimal(dumper: yaml.SafeDumper, value: Decimal) -> yaml.ScalarNode:
    text = f"{value:f}"
    # With the tag that its text resolves to, the number is written plain.
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


_Dumper.add_representer(Decimal, _decimal)


def _record(record: msgspec.Struct, without: str = "") -> dict[str, Any]:
    plain = {}
    for info in msgspec.structs.fields(record):
        value = getattr(record, info.name)
        default = info.default_factory() if callable(info.default_factory) else info.default
        if info.name != without and (info.required or value != default):
            plain[info.name] = _plain(value)
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, Limit):
        return f"{value.amount} {value.unit.value}"
    if isinstance(value, msgspec.Struct):
        return _record(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return value
