"""Local overlays as they are written: read, kept by layer, and what is wrong with them put where it was written.

What an overlay may set and how it is applied is the core's (`core.catalogue.Standards`); packs and the city's library
take this one road.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from yaml import MappingNode, Node, ScalarNode, SequenceNode

from bancheng.connect.packs._positions import Positions
from bancheng.connect.packs._read import BAD, Reading, struct_reader
from bancheng.connect.packs._tree import locate, place
from bancheng.connect.packs._words import did_you_mean
from bancheng.core.catalogue import ItemOverlay, Layer, Standards, division, in_force, not_local, overlap
from bancheng.core.kernel import Place, Problem, Problems


@dataclass(frozen=True)
class _Entry:
    """An overlay with where it stands."""

    overlay: ItemOverlay
    node: Node
    file: str
    index: int

    def at(self, path: str) -> Place:
        """Where an attribute of it was written, or the entry itself."""
        return place(locate(self.node, path.split("/")), self.file, f"{self.index}/{path}")


class OverlayReader:
    """Collects the overlays of packs and of the library in their order; `layers` is what `Standards` is made of."""

    def __init__(
        self,
        problems: Problems,
        positions: Positions,
        records: Mapping[str, Mapping[str, Any]],
        unread: Mapping[str, Collection[str]],
    ) -> None:
        self._problems = problems
        self._positions = positions
        self._records = records
        self._unread = unread
        self._layers: dict[str, Layer] = {}
        self._entries: dict[str, list[_Entry]] = {}
        self._on_item: dict[str, list[tuple[str, _Entry]]] = {}

    def read(self, layer: Layer, builds_on: Collection[str], root: Node, reading: Reading) -> None:
        """Read one overlay file of `layer`; entries that cannot be read or stand twice are told and left out."""
        if not isinstance(root, SequenceNode):
            said = "本地调整应写成列表。"
            reading.report("wrong_type", said, root, None, "每条以“- item: 事项键”开头。")
            return
        self._layers.setdefault(layer.by, layer)
        for index, node in enumerate(root.value):
            whole = self._local_only(node, index, reading)
            overlay = struct_reader(ItemOverlay)(whole, (None, str(index)), reading)
            if overlay is BAD or whole is not node:
                continue
            entry = _Entry(overlay, node, reading.file, index)
            if self._stacks(layer, builds_on, entry) and self._item_known(entry):
                self._entries.setdefault(layer.by, []).append(entry)
                self._on_item.setdefault(overlay.item, []).append((layer.by, entry))

    def replaced(self, items: Collection[str]) -> None:
        """These items now come whole from the library: what packs set on them for everyone here falls away."""
        for by, entries in self._entries.items():
            outer = division(self._layers[by].within)
            self._entries[by] = [
                one
                for one in entries
                if one.overlay.item not in items or division(one.overlay.within) or outer
            ]

    def layers(self) -> tuple[Layer, ...]:
        """The layers in the order in which they were read, with their overlays."""
        return tuple(
            Layer(
                by=one.by,
                title=one.title,
                level=one.level,
                within=one.within,
                divisions=one.divisions,
                overlays=tuple(entry.overlay for entry in self._entries.get(by, ())),
            )
            for by, one in self._layers.items()
        )

    def tell(self, standards: Standards, on: date) -> None:
        """Put the problems of overlays where they were written, and remember which values were set by one."""
        wrong = set()
        for layer, number, problem in standards.problems():
            entry = self._entries[layer.by][number]
            wrong.add((layer.by, number))
            told = self._worded(problem, entry)
            if told is not None:
                self._problems.take(told, entry.at(problem.place.path))
        for by, entries in self._entries.items():
            for number, entry in enumerate(entries):
                local = division(entry.overlay.within or self._layers[by].within)
                if (by, number) not in wrong and not local and in_force(entry.overlay, on):
                    self._moved(entry)

    # ------------------------------------------------------------- reading

    def _local_only(self, node: Node, index: int, reading: Reading) -> Node:
        """The entry without attributes that are the standard's; each of these is told with the reason."""
        if not isinstance(node, MappingNode):
            return node
        kept = []
        for key, value in node.value:
            problem = None
            if isinstance(key, ScalarNode) and key.value not in ItemOverlay.__struct_fields__:
                problem = not_local(key.value, place(key, reading.file, f"{index}/{key.value}"))
            if problem is None:
                kept.append((key, value))
            else:
                self._problems.take(problem)
        if len(kept) == len(node.value):
            return node
        return MappingNode(node.tag, kept, node.start_mark, node.end_mark)

    def _stacks(self, layer: Layer, builds_on: Collection[str], entry: _Entry) -> bool:
        """A second overlay on an item at one place and time must come from a pack that builds on the first one's."""
        here = division(entry.overlay.within or layer.within)
        for by, other in self._on_item.get(entry.overlay.item, ()):
            there = division(other.overlay.within or self._layers[by].within)
            if (
                there != here
                or (by in builds_on and by != layer.by)
                or not overlap(other.overlay, entry.overlay)
            ):
                continue
            first = other.at("item")
            said = f"“{entry.overlay.item}”已在 {first.file}:{first.line} 调整过。"
            hint = "请合并成一条。" if by == layer.by else f"请在 requires 里写明“{by}”，或只载入其中一个。"
            self._problems.add("duplicate_overlay", said, entry.at("item"), hint)
            return False
        return True

    def _item_known(self, entry: _Entry) -> bool:
        key, known = entry.overlay.item, self._records["items"]
        if key in known or any(one.startswith(f"{key}@") for one in known):
            return True
        if key not in self._unread["items"]:
            hint = did_you_mean(key, known, "请核对事项键，并在 requires 里写明上级数据包。")
            self._problems.add("unknown_reference", f"找不到事项“{key}”。", entry.at("item"), hint)
        return False

    # -------------------------------------------------------------- telling

    def _worded(self, problem: Problem, entry: _Entry) -> Problem | None:
        path = problem.place.path
        if problem.code == "loosened" and "/" not in path:
            above = self._above(entry, path)
            where = f"（上级写在 {above.file}:{above.line}）" if above.line else f"（上级见 {above.file}）"
            return Problem(
                problem.code, problem.message.removesuffix("。") + where + "。", suggestion=problem.suggestion
            )
        if problem.code == "unknown_reference" and path == "body":
            if entry.overlay.body in self._unread["bodies"]:
                return None
            hint = did_you_mean(entry.overlay.body, self._records["bodies"], problem.suggestion)
            return Problem(problem.code, problem.message, suggestion=hint)
        return problem

    def _above(self, entry: _Entry, attribute: str) -> Place:
        """Where the value directly above was written: in the nearest overlay above, else in the item."""
        mine = next(by for by, one in self._on_item[entry.overlay.item] if one is entry)
        here = division(entry.overlay.within or self._layers[mine].within)
        found = Place()
        depth = -1
        for by, other in self._on_item[entry.overlay.item]:
            there = division(other.overlay.within or self._layers[by].within)
            set_there = getattr(other.overlay, attribute) not in ("", None, ())
            if other is entry or not here.startswith(there) or not set_there or len(there) < depth:
                continue
            found, depth = other.at(attribute), len(there)
        return found if found.file else self._positions.place(f"items/{entry.overlay.item}/{attribute}")

    def _moved(self, entry: _Entry) -> None:
        for name in ItemOverlay.__struct_fields__:
            if name not in ("item", "within", "reason") and getattr(entry.overlay, name) not in (
                "",
                None,
                (),
                {},
            ):
                self._positions.move(
                    f"items/{entry.overlay.item}/{name}", entry.file, f"{entry.index}/{name}"
                )
