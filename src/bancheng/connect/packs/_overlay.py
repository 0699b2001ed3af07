"""Local overlays: what a lower level sets on an item of the level above, without copying it and never loosening it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec
from yaml import Node, SequenceNode

from bancheng.connect.packs._positions import Positions
from bancheng.connect.packs._read import BAD, Reading, struct_reader
from bancheng.connect.packs._tree import locate, place
from bancheng.connect.packs._words import did_you_mean
from bancheng.core.catalogue import DEFER_MARGIN, Item, ItemOverlay, Material
from bancheng.core.kernel import Place, Problems

_SETTABLE = ("body", "level", "task_code", "promised", "visits", "channels", "provenance")


class OverlayApplier:
    """Applies the overlays of packs in their order; each yields a new item under the same key."""

    def __init__(
        self,
        problems: Problems,
        positions: Positions,
        records: dict[str, dict[str, Any]],
        unread: dict[str, set[str]],
    ) -> None:
        self._problems = problems
        self._positions = positions
        self._records = records
        self._unread = unread
        self._applied: dict[str, list[tuple[str, Place]]] = {}

    def apply(self, pack: str, builds_on: Collection[str], root: Node, reading: Reading) -> None:
        """Read one overlay file of `pack` and apply every entry that is in order."""
        if not isinstance(root, SequenceNode):
            said = "本地调整应写成列表。"
            reading.report("wrong_type", said, root, None, "每条以“- item: 事项键”开头。")
            return
        for index, node in enumerate(root.value):
            overlay = struct_reader(ItemOverlay)(node, (None, str(index)), reading)
            if overlay is not BAD and self._stacks(pack, builds_on, overlay.item, node, index, reading):
                self._apply_one(pack, overlay, node, index, reading)

    def _apply_one(self, pack: str, overlay: ItemOverlay, node: Node, index: int, reading: Reading) -> None:
        item = self._records["items"].get(overlay.item)
        here = place(locate(node, ["item"]), reading.file, f"{index}/item")
        if item is None:
            if overlay.item not in self._unread["items"]:
                hint = did_you_mean(overlay.item, self._records["items"], "请核对事项键，并在 requires 里写明上级数据包。")
                self._problems.add("unknown_reference", f"找不到事项“{overlay.item}”。", here, hint)
            return
        sound = [
            self._body_known(overlay, node, index, reading),
            self._not_loosened(item, overlay, node, index, reading),
        ]
        if all(sound):
            self._records["items"][item.key] = self._overlaid(item, overlay, pack)
            for name in _SETTABLE:
                if _is_set(overlay, name):
                    self._positions.move(f"items/{item.key}/{name}", reading.file, f"{index}/{name}")

    def _stacks(
        self, pack: str, builds_on: Collection[str], item: str, node: Node, index: int, reading: Reading
    ) -> bool:
        """A second overlay on an item must come from a pack that builds on the first one's."""
        here = place(locate(node, ["item"]), reading.file, f"{index}/item")
        before = self._applied.setdefault(item, [])
        for other, where in before:
            if other not in builds_on:
                said = f"“{item}”已在 {where.file}:{where.line} 调整过。"
                hint = "请合并成一条。" if other == pack else f"请在 requires 里写明“{other}”，或只载入其中一个。"
                self._problems.add("duplicate_overlay", said, here, hint)
                return False
        before.append((pack, here))
        return True

    def _body_known(self, overlay: ItemOverlay, node: Node, index: int, reading: Reading) -> bool:
        bodies = self._records["bodies"]
        if not overlay.body or overlay.body in bodies or overlay.body in self._unread["bodies"]:
            return True
        where = place(locate(node, ["body"]), reading.file, f"{index}/body")
        hint = did_you_mean(overlay.body, bodies, "请先在 dictionary 的 bodies 里登记这个部门。")
        self._problems.add("unknown_reference", f"找不到部门“{overlay.body}”。", where, hint)
        return False

    def _not_loosened(self, item: Item, overlay: ItemOverlay, node: Node, index: int, reading: Reading) -> bool:
        sound = True
        if overlay.promised is not None and not overlay.promised.within(item.promised):
            said = f"承诺时限{overlay.promised.words()}比上级的{item.promised.words()}长"
            self._loosened(item, "promised", said, place(locate(node, ["promised"]), reading.file, f"{index}/promised"))
            sound = False
        if overlay.visits is not None and overlay.visits > item.visits:
            said = f"到现场次数{overlay.visits}次比上级的{item.visits}次多"
            self._loosened(item, "visits", said, place(locate(node, ["visits"]), reading.file, f"{index}/visits"))
            sound = False
        return sound

    def _loosened(self, item: Item, attribute: str, said: str, where: Place) -> None:
        above = self._positions.place(f"items/{item.key}/{attribute}")
        standard = f"（上级写在 {above.file}:{above.line}）" if above.line else f"（上级见 {above.file}）"
        self._problems.add("loosened", f"{said}{standard}。", where, "本地只能更短、更少，请改小或删去这一行。")

    def _overlaid(self, item: Item, overlay: ItemOverlay, pack: str) -> Item:
        """The item with what the overlay sets, and with what cannot stay true beside it.

        An implementation code names body and level, so the standard's falls away with another body or level. Papers
        may follow no later than two working days before the promise, so a shorter promise shortens that time.
        """
        changes = {name: getattr(overlay, name) for name in _SETTABLE if _is_set(overlay, name)}
        if (overlay.body or overlay.level) and not overlay.task_code:
            changes["task_code"] = ""
        if overlay.promised is not None:
            latest = overlay.promised.as_workdays() - DEFER_MARGIN
            changes["materials"] = tuple(_within(material, latest) for material in item.materials)
        changed: Item = msgspec.structs.replace(item, overlay=pack, **changes)
        return changed


def _within(material: Material, latest: int) -> Material:
    if not material.deferrable or material.defer_days <= latest:
        return material
    changed: Material = msgspec.structs.replace(material, deferrable=latest >= 1, defer_days=max(latest, 0))
    return changed


def _is_set(overlay: ItemOverlay, name: str) -> bool:
    return getattr(overlay, name) not in ("", None, ())
