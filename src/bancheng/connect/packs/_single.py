"""One file of items by itself, as an import brings it: every item with its own problems, none held up by another's."""

from __future__ import annotations

from collections.abc import Mapping

from yaml import MappingNode

from bancheng.connect.packs._read import BAD, Reading, pairs, struct_reader
from bancheng.connect.packs._tree import parse, place
from bancheng.core.catalogue import Element, Item
from bancheng.core.kernel import Problem, Problems, Record


class ReadItem(Record):
    """An item of a file: its key, the line it begins on, the record where it could be read, and what is wrong."""

    key: str
    line: int
    item: Item | None
    problems: tuple[Problem, ...] = ()


def read_items(
    data: bytes, file: str, elements: Mapping[str, Element]
) -> tuple[tuple[ReadItem, ...], tuple[Problem, ...]]:
    """The items of a YAML file, as packs write them or under a heading ``items``; and what is wrong with the whole."""
    problems = Problems()
    reading = Reading(file, problems, None, elements)
    root, found = parse(data, file, json_text=False)
    if root is None:
        return (), tuple(found)
    for section, _, node in pairs(root, None, reading):
        if section == "items" and isinstance(node, MappingNode):
            root = node
    items = []
    for key, key_node, node in pairs(root, (None, "items"), reading):
        own = Problems()
        record = struct_reader(Item, "key")(node, (None, key), Reading(file, own, None, elements), key)
        line = place(key_node, file).line
        items.append(
            ReadItem(key=key, line=line, item=None if record is BAD else record, problems=own.found())
        )
    return tuple(items), problems.found()
