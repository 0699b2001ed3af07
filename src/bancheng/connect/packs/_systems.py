"""What packs say of bodies' own systems refers to bodies, items, documents and tables that exist."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from bancheng.connect.packs._words import did_you_mean
from bancheng.core.catalogue import Catalogue, CodeTable, ExternalSystem
from bancheng.core.kernel import Place, Problem


def check_systems(
    systems: Iterable[ExternalSystem], catalogue: Catalogue, unread: Mapping[str, Collection[str]]
) -> Iterator[Problem]:
    """Unknown references, and one code of theirs for two of ours, which could not be read back."""
    for system in systems:
        at = f"systems/{system.key}"
        named: list[tuple[str, str, Collection[str], str, str]] = [
            ("部门", "bodies", catalogue.bodies, system.body, f"{at}/body")
        ]
        named += [
            ("事项", "items", catalogue.items, key, f"{at}/items/{index}")
            for index, key in enumerate(system.items)
        ]
        named += [
            ("部门", "bodies", catalogue.bodies, key, f"{at}/bodies/{index}")
            for index, key in enumerate(system.bodies)
        ]
        named += [("代码表", "", set(CodeTable), key, f"{at}/codes/{key}") for key in system.codes]
        known: list[tuple[CodeTable, str, str, Collection[str]]] = [
            (CodeTable.ITEM, "事项", "items", catalogue.items),
            (CodeTable.DOCUMENT, "材料种类", "documents", catalogue.documents),
        ]
        for table, what, section, records in known:
            for key in system.codes.get(table, {}):
                named.append((what, section, records, key, f"{at}/codes/{table}/{key}"))
        for what, section, among, key, path in named:
            if key not in among and key not in unread.get(section, ()):
                hint = did_you_mean(key, among, "请核对键名。")
                yield Problem("unknown_reference", f"找不到{what}“{key}”。", Place(path=path), hint)
        yield from _twice(system, at)


def _twice(system: ExternalSystem, at: str) -> Iterator[Problem]:
    for table, pairs in system.codes.items():
        seen: dict[str, str] = {}
        for ours, theirs in pairs.items():
            if theirs in seen:
                said = f"对方代码“{theirs}”同时对应“{seen[theirs]}”和“{ours}”，读回来时分不清。"
                yield Problem(
                    "ambiguous_code", said, Place(path=f"{at}/codes/{table}/{ours}"), "请只留一个对应。"
                )
            seen.setdefault(theirs, ours)
