"""业务系统: a body's own or vertical system that does steps of its items, and how the two sides' codes answer."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from bancheng.core.catalogue._item import StepKind
from bancheng.core.kernel import Provenance, Record


class CodeTable(StrEnum):
    """What may be coded differently there. A table that a system does not bring is the same on both sides."""

    ITEM = "item"
    DOCUMENT = "document"
    OUTCOME = "outcome"
    VERDICT = "verdict"
    OPINION = "opinion"
    UNDERWAY = "underway"


class ExternalSystem(Record):
    """A system that works on steps of `body`: on those of `items` and `kinds`, none named = all.

    `codes`: table (a `CodeTable`) → our code → theirs. Where it is reached, and with which key, settings tell; never a
    pack. With `city` it is another town's own Bancheng: whole relayed cases that `body` decides on go there, and
    `bodies` are those that decide there besides. On the other side `body` is the window that handed the case over.
    """

    key: str
    name: str
    body: str
    items: tuple[str, ...] = ()
    kinds: tuple[StepKind, ...] = ()
    codes: dict[str, dict[str, str]] = {}
    city: bool = False
    bodies: tuple[str, ...] = ()
    provenance: Provenance | None = None

    def serves(self, items: Iterable[str], kind: StepKind, body: str) -> bool:
        """Whether a step of this kind about these items is done there, on the part of `body`."""
        if self.city:
            return False
        wanted = not self.items or bool(set(self.items) & set(items))
        return body == self.body and wanted and (not self.kinds or kind in self.kinds)

    def theirs(self, table: CodeTable, ours: str) -> str | None:
        """Their code for ours; None when the table lacks it."""
        pairs = self.codes.get(table)
        return ours if pairs is None else pairs.get(ours)

    def ours(self, table: CodeTable, theirs: str) -> str | None:
        """Our code for theirs; None when the table lacks it."""
        pairs = self.codes.get(table)
        if pairs is None:
            return theirs
        return next((code for code, other in pairs.items() if other == theirs), None)
