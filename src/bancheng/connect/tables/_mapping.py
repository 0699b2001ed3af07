"""Mapping tables: what the codes and names of one source mean to us."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from bancheng.connect.tables._vocabulary import HERE, vocabulary
from bancheng.core.kernel import Confidence, Place, Problem, ProblemsFound, Record, search_key


class Mapping(Record):
    """What one source means. `base` is a table that came with Bancheng; `codes` (list → written → our value) and
    `names` (bodies, documents, elements, items → written → our key) are what its people said, and win over the base.

    The empty text as a written code says what a blank cell means; lists whose blank decides a legal clock refuse it.
    """

    name: str
    title: str = ""
    base: str = "words"
    confidence: Confidence = Confidence.PRACTICE
    codes: dict[str, dict[str, str]] = {}
    names: dict[str, dict[str, str]] = {}


def read_mapping(path: Path, name: str) -> Mapping:
    """The mapping of a source from a YAML file with `title`, `base`, `confidence`, `codes` and `names`.

    Raises:
        ProblemsFound: it is no such file, or it names a list, a value or a table that there is not.
    """
    try:
        found = msgspec.convert({**yaml.safe_load(path.read_text(encoding="utf-8")), "name": name}, Mapping)
    except (yaml.YAMLError, msgspec.ValidationError, UnicodeDecodeError, TypeError) as error:
        said = f"对照表读不出来：{error}。"
        raise ProblemsFound(
            (Problem("mapping", said, Place(file=path.name), "请参照说明里的写法。"),)
        ) from error
    lists = vocabulary().lists
    wrong = [
        f"{listed}: {value}"
        for listed, said in found.codes.items()
        for value in said.values()
        if listed not in lists or value not in lists[listed].values
    ]
    if found.base not in base_tables():
        wrong.append(f"base: {found.base}")
    if wrong:
        said = f"对照表里有不认识的写法：{'、'.join(wrong[:10])}。"
        hint = f"可用的代码表：{'、'.join(lists)}；可用的 base：{'、'.join(base_tables())}。"
        raise ProblemsFound((Problem("mapping", said, Place(file=path.name), hint),))
    return found


@cache
def base_tables() -> dict[str, str]:
    """The tables that came with Bancheng: name → title for people."""
    files = sorted((HERE / "sources").glob("*.yaml"))
    return {file.stem: str(_table(file.stem)["title"]) for file in files}


@cache
def _table(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((HERE / "sources" / f"{name}.yaml").read_text(encoding="utf-8"))
    return loaded


def codes_of(base: str, listed: str) -> dict[str, str]:
    """The codes of one list in a table that came with Bancheng."""
    return dict(_table(base)["codes"].get(listed, {}))


class Reader:
    """Looks codes up: the source's own words first, then its base table, then the official words. Never guesses."""

    def __init__(self, mapping: Mapping) -> None:
        self.mapping = mapping
        self._lists: dict[str, dict[str, str]] = {}

    def value(self, listed: str, written: str) -> str | None:
        """Our value for what is written, None when nobody has said what it means."""
        table = self._lists.get(listed)
        if table is None:
            table = self._lists[listed] = self._made(listed)
        folded = search_key(written)
        found = table.get(written) or table.get(folded)
        if found is None and folded.isdigit():
            # Excel makes 1 of 01; a table may hold either.
            found = table.get(folded.lstrip("0")) or table.get(folded.zfill(2))
        return found

    def named(self, section: str, written: str) -> str | None:
        """The key that the source's people chose for a name."""
        return self.mapping.names.get(section, {}).get(written)

    def _made(self, listed: str) -> dict[str, str]:
        code_table = vocabulary().lists[listed]
        known = {
            spelled: value
            for value, words in code_table.values.items()
            for word in words
            for spelled in (word, search_key(word))
        }
        known |= codes_of(self.mapping.base, listed)
        own = self.mapping.codes.get(listed, {})
        known |= {search_key(written): value for written, value in own.items() if search_key(written)} | own
        if code_table.blank == "never":
            known.pop("", None)
        return {written: value for written, value in known.items() if value in code_table.values}


def code_for(base: str, listed: str, value: str) -> str:
    """The code of our value in a base table; its official word where the table has none or several for it."""
    codes = codes_of(base, listed)
    found = [written for written, ours in codes.items() if ours == value]
    return found[0] if found else vocabulary().lists[listed].word(value)
