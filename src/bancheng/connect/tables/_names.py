"""Names in tables → keys of the dictionaries. A name nobody knows becomes a proposal; nothing is merged by likeness."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from bancheng.connect.tables._mapping import Mapping as SourceMapping
from bancheng.core.catalogue import Body, DocumentType, Element, ElementKind
from bancheng.core.kernel import Provenance, Record, check_credit_code, digest, normalise_code, search_key

SECTIONS: Mapping[str, type[msgspec.Struct]] = {
    "bodies": Body,
    "documents": DocumentType,
    "elements": Element,
}
_LETTER = {"bodies": "b", "documents": "d", "elements": "e"}
_NEAR = 0.5
_NEAREST = 3


class Proposal(Record):
    """A dictionary record that a list calls for: its section, the name as written, how often, the record as a draft,
    and the known records whose names come near (key, name)."""

    section: str
    name: str
    key: str
    record: dict[str, Any]
    near: tuple[tuple[str, str], ...] = ()
    times: int = 1


class Ambiguous(Exception):
    """Several known records bear this name; their keys are given."""

    def __init__(self, keys: Iterable[str]) -> None:
        self.keys = tuple(keys)
        super().__init__("、".join(self.keys))


class Names:
    """One dictionary section: looks names up, and keeps what it had to propose."""

    def __init__(self, section: str, known: Iterable[Any], mapping: SourceMapping) -> None:
        self.section = section
        self.records: dict[str, Any] = {}
        self.proposals: dict[str, Proposal] = {}
        self._by_name: dict[str, list[str]] = {}
        self._by_code: dict[str, str] = {}
        self._chosen = mapping.names.get(section, {})
        self._source = Provenance(mapping.title or mapping.name, mapping.confidence)
        self._near: _Near | None = None
        for record in known:
            self._learn(record)

    def _learn(self, record: Any) -> None:
        self.records[record.key] = record
        names = {record.name, getattr(record, "short", ""), *getattr(record, "aliases", ())}
        for folded in {search_key(name) for name in names if name} - {""}:
            keys = self._by_name.setdefault(folded, [])
            if record.key not in keys:
                keys.append(record.key)
        if getattr(record, "code", ""):
            self._by_code.setdefault(record.code, record.key)

    def find(self, written: str, code: str = "") -> str | None:
        """The key of what is written: as the source's people chose, as a key, by its code, by its name or an alias.

        Raises:
            Ambiguous: several records bear the name, and no code tells them apart.
        """
        chosen = self._chosen.get(written)
        if chosen in self.records:
            return chosen
        if written in self.records:
            return written
        if code and code in self._by_code:
            return self._by_code[code]
        keys = self._by_name.get(search_key(written), [])
        if code:
            # Another code is another body, whatever its name.
            keys = [key for key in keys if getattr(self.records[key], "code", "") in {"", code}]
        if len(keys) > 1:
            raise Ambiguous(keys)
        return keys[0] if keys else None

    def name_of(self, key: str) -> str:
        """How a key is written, so that `find` comes back to it: its name, or the key where that is not clear."""
        record = self.records.get(key)
        if record is None:
            return key
        try:
            return record.name if self.find(record.name) == key else key
        except Ambiguous:
            return key

    def propose(self, written: str, code: str = "", **more: Any) -> str:
        """The key of a new record with this name. The same name gives the same key in every run."""
        sound = code if code and check_credit_code(code) is None else ""
        key = f"{_LETTER[self.section]}_{sound.lower() or digest(search_key(written) or written)[:12]}"
        if key in self.proposals:
            held = self.proposals[key]
            self.proposals[key] = msgspec.structs.replace(held, times=held.times + 1)
            return key
        record = self._record(key, written, sound, more)
        self.proposals[key] = Proposal(
            section=self.section,
            name=written,
            key=key,
            record=msgspec.to_builtins(record),
            near=self._nearest(written),
        )
        self._learn(record)
        return key

    def seen(self, key: str, kind: str = "", guess: str = "", **_more: Any) -> None:
        """A proposal was met once more, under its own name; what a later row says of an element's kind holds."""
        if key not in self.proposals:
            return
        held = self.proposals[key]
        record = held.record
        if self.section == "elements" and (kind or (guess and record["kind"] == ElementKind.TEXT)):
            record = {**record, "kind": kind or guess}
            self._learn(msgspec.convert(record, Element))
        self.proposals[key] = msgspec.structs.replace(held, record=record, times=held.times + 1)

    def _record(self, key: str, name: str, code: str, more: dict[str, Any]) -> Any:
        if self.section == "bodies":
            return Body(
                key=key,
                name=name,
                code=code,
                division=code[2:8],
                provenance=self._source,
                level=more["level"],
            )
        if self.section == "documents":
            return DocumentType(key=key, name=name, kind=more["kind"], provenance=self._source)
        kind = more["kind"] or more.get("guess") or ElementKind.TEXT
        return Element(key=key, name=name, kind=kind, provenance=self._source)

    def _nearest(self, written: str) -> tuple[tuple[str, str], ...]:
        if self._near is None:
            self._near = _Near(
                {key: one.name for key, one in self.records.items() if key not in self.proposals}
            )
        return self._near.to(written)


class _Near:
    """Names by the pairs of characters they share (Dice), quick also among thousands."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        self._pairs: dict[str, list[str]] = {}
        self._sizes: dict[str, int] = {}
        for key, name in names.items():
            pairs = _pairs(name)
            self._sizes[key] = len(pairs)
            for pair in pairs:
                self._pairs.setdefault(pair, []).append(key)

    def to(self, name: str) -> tuple[tuple[str, str], ...]:
        pairs = _pairs(name)
        shared = Counter(key for pair in pairs for key in self._pairs.get(pair, ()))
        likeness = {key: 2 * count / (len(pairs) + self._sizes[key]) for key, count in shared.items()}
        near = sorted((key for key, how in likeness.items() if how >= _NEAR), key=lambda key: -likeness[key])
        return tuple((key, self._names[key]) for key in near[:_NEAREST])


def _pairs(name: str) -> set[str]:
    folded = search_key(name)
    return {folded[at : at + 2] for at in range(max(len(folded) - 1, 1))} - {""}


def credit_code(text: str) -> str:
    """A credit code as written, folded; empty when it is none."""
    code = normalise_code(text)
    return code if code and check_credit_code(code) is None else ""
