"""Content packages: one-things with everything they are written in, as one file for another instance.

A record's identity is its kind and key; its digest says whether two hold the same. A package is closed: whatever its
records name is in it, as the highest level wrote it, without overlays, sources, people, registers or settings of the
place it comes from. The same content gives the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import msgspec

from bancheng.connect.packs._library import LIBRARY_KINDS
from bancheng.core.catalogue import Catalogue, Item, OneThingDefinition
from bancheng.core.kernel import Place, Problem, ProblemsFound, Record, canonical, decode, digest

FORMAT = 1
MAX_BYTES = 20 * 1024 * 1024
MAX_RECORDS = 40_000
MAX_RECORD_BYTES = 1024 * 1024
MAX_UNPACKED = 128 * 1024 * 1024
_MANIFEST = "manifest.json"
_NAME = re.compile(r"records/([a-z]+)/([A-Za-z][A-Za-z0-9_.-]{0,159})\.json")
_LEFT_OUT = frozenset(("source", "overlay", "dispatch", "batch", "change"))
"""What a city says of its own sources and offices."""
_KINDS = tuple(kind for kind in LIBRARY_KINDS if kind not in _LEFT_OUT)
_NAMED_BY: dict[str, str] = {
    "alternatives": "document",
    "asks": "body",
    "body": "body",
    "codes": "codes",
    "columns": "element",
    "document": "document",
    "element": "element",
    "elements": "element",
    "fallback": "item",
    "gives": "element",
    "group": "group",
    "item": "item",
    "lead": "body",
    "needs": "element",
    "stage": "stage",
    "stands_for": "body",
}
"""Attribute → kind of record that its text, or each of its texts, names."""
_CONDITIONS = frozenset(("amount", "quantity", "required", "rule", "visible", "when"))
"""Attributes that are FEEL; the elements in it are named, too."""
_ANSWERS = frozenset(("answers", "fixed"))
"""Attributes whose keys are elements."""
_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|[A-Za-z_][A-Za-z0-9_]*')


class PackageRecord(Record):
    """A record of a package by its identity, its name for people, and the digest of its content."""

    kind: str
    key: str
    name: str
    digest: str

    @property
    def place(self) -> str:
        """Its file in the package."""
        return f"records/{self.kind}/{self.key}.json"


class PackageManifest(Record):
    """What a package says of itself. `origin` is the address of the instance it was made by; `digest` covers all
    records, so that two packages can be compared by it."""

    title: str
    onethings: tuple[str, ...]
    origin: str
    made_on: date
    records: tuple[PackageRecord, ...]
    digest: str
    format: int = FORMAT


class ContentPackage(Record):
    """A package that was opened and found in order. `records` maps (kind, key) to the record."""

    manifest: PackageManifest
    records: dict[tuple[str, str], msgspec.Struct]


def make_package(catalogue: Catalogue, onethings: Collection[str], *, origin: str, made_on: date) -> bytes:
    """A package of these one-things with their items and every dictionary record they name.

    `catalogue` is the one that standards were written in, before overlays and local bodies.

    Raises:
        KeyError: the catalogue has no such one-thing.
    """
    found: dict[tuple[str, str], msgspec.Struct] = {}
    queue: list[tuple[str, str]] = [("onething", key) for key in onethings]
    for kind, key in queue:
        if (kind, key) in found:
            continue
        found[kind, key] = record = portable(_section(catalogue, kind)[key])
        queue += (one for one in sorted(named_in(record, catalogue)) if one not in found)
    names = [catalogue.onethings[key].name for key in onethings]
    records = tuple(
        PackageRecord(
            kind=kind, key=key, name=getattr(found[kind, key], "name", ""), digest=digest(found[kind, key])
        )
        for kind, key in sorted(found, key=lambda one: (_KINDS.index(one[0]), one[1]))
    )
    manifest = PackageManifest(
        title="、".join(names),
        onethings=tuple(onethings),
        origin=origin,
        made_on=made_on,
        records=records,
        digest=digest(records),
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        _write(file, _MANIFEST, canonical(manifest))
        for one in records:
            _write(file, one.place, canonical(found[one.kind, one.key]))
    return out.getvalue()


def _write(file: zipfile.ZipFile, name: str, data: bytes) -> None:
    # A zip remembers times; ours are all the same, so that equal content makes equal files.
    info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    file.writestr(info, data)


def portable(record: msgspec.Struct) -> msgspec.Struct:
    """The record without what only its own instance knows: which pack overlaid it, which family it was made from."""
    if isinstance(record, Item) and record.overlay:
        return msgspec.structs.replace(record, overlay="")
    if isinstance(record, OneThingDefinition) and record.family:
        return msgspec.structs.replace(record, family="", scene="")
    return record


def named_in(record: msgspec.Struct, catalogue: Catalogue) -> set[tuple[str, str]]:
    """Kind and key of every record of the catalogue that this one names, also in its conditions."""
    return {
        (kind, key)
        for kind, key in _names(msgspec.to_builtins(record), "")
        if key in _section(catalogue, kind)
    }


def _section(catalogue: Catalogue, kind: str) -> Mapping[str, msgspec.Struct]:
    found: Mapping[str, msgspec.Struct] = getattr(catalogue, LIBRARY_KINDS[kind][0])
    return found


def _names(value: Any, attribute: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if attribute in _ANSWERS:
            yield from (("element", key) for key in value)
        for name, held in value.items():
            yield from _names(held, name)
    elif isinstance(value, list | tuple):
        for held in value:
            yield from _names(held, attribute)
    elif isinstance(value, str) and attribute in _NAMED_BY:
        yield _NAMED_BY[attribute], value
    elif isinstance(value, str) and attribute in _CONDITIONS:
        yield from (("element", word) for word in _WORD.findall(value) if not word.startswith('"'))


def renamed(record: msgspec.Struct, names: Mapping[tuple[str, str], str]) -> msgspec.Struct:
    """The record with other keys for the records it names: (kind, key) → the key to use here."""

    def word(match: re.Match[str]) -> str:
        return names.get(("element", match[0]), match[0])

    def mapped(value: Any, attribute: str) -> Any:
        if isinstance(value, dict):
            answers = attribute in _ANSWERS
            return {
                (names.get(("element", key), key) if answers else key): mapped(held, key)
                for key, held in value.items()
            }
        if isinstance(value, list | tuple):
            return [mapped(held, attribute) for held in value]
        if isinstance(value, str) and attribute in _NAMED_BY:
            return names.get((_NAMED_BY[attribute], value), value)
        if isinstance(value, str) and attribute in _CONDITIONS:
            return _WORD.sub(word, value)
        return value

    return decode(canonical(mapped(msgspec.to_builtins(record), "")), type(record)) if names else record


# ---------------------------------------------------------------- opening what somebody sent


def open_package(data: bytes) -> ContentPackage:
    """A package that somebody sent, nothing of it believed: names, counts, sizes and digests are checked.

    Raises:
        ProblemsFound: it is no package of this format, or it was damaged or tampered with.
    """
    if len(data) > MAX_BYTES:
        raise _no("package.size", f"内容包有 {len(data) / 1_048_576:.1f} MB，最大 20 MB。", "请分几次导出。")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            return _opened(file)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, zlib.error) as error:
        # What the library raises for files that are no zip, broken, encrypted, or packed in a way it does not know.
        raise _no(
            "package.broken", "这个文件打不开，它不是内容包，或已损坏。", "请重新下载后再上传。"
        ) from error


def _opened(file: zipfile.ZipFile) -> ContentPackage:
    entries = file.infolist()
    names = [one.filename for one in entries]
    if len(names) > MAX_RECORDS + 1 or sum(one.file_size for one in entries) > MAX_UNPACKED:
        raise _no("package.size", "内容包展开后太大。", "请分几次导出。")
    if len(set(names)) != len(names) or _MANIFEST not in names:
        raise _no("package.broken", "这不是内容包：目录缺失或重复。", "请上传由“导出内容包”得到的文件。")
    manifest = _manifest(_read(file, _MANIFEST))
    if manifest.format != FORMAT:
        said = f"内容包的格式是 {manifest.format}，这里只认识 {FORMAT}。"
        raise _no("package.format", said, "请先升级本系统，或让对方用旧格式导出。")
    if set(names) != {_MANIFEST, *(one.place for one in manifest.records)}:
        raise _no("package.listed", "内容包里的文件与目录不一致。", "请让对方重新导出。")
    if digest(manifest.records) != manifest.digest:
        raise _no("package.digest", "内容包的目录被改动过。", "请让对方重新导出。")
    return ContentPackage(manifest=manifest, records=dict(_records(file, manifest.records)))


def _manifest(data: bytes) -> PackageManifest:
    try:
        return decode(data, PackageManifest)
    except ProblemsFound as found:
        raise _no("package.broken", "内容包的目录读不懂。", "请上传由“导出内容包”得到的文件。") from found


def _records(
    file: zipfile.ZipFile, listed: Iterable[PackageRecord]
) -> Iterator[tuple[tuple[str, str], msgspec.Struct]]:
    for one in listed:
        if one.kind not in _KINDS or not _NAME.fullmatch(one.place):
            raise _no("package.kind", f"内容包里有不认识的内容：{one.place[:80]}。", "请先升级本系统。")
        record = decode(_read(file, one.place), LIBRARY_KINDS[one.kind][1])
        if getattr(record, "key", None) != one.key or digest(record) != one.digest:
            raise _no(
                "package.digest", f"“{one.name[:60]}”与目录里的摘要不符。", "请让对方重新导出。", one.place
            )
        yield (one.kind, one.key), record


def _read(file: zipfile.ZipFile, name: str) -> bytes:
    limit = MAX_RECORD_BYTES if name != _MANIFEST else MAX_BYTES
    with file.open(name) as stream:
        # The size a zip declares may lie; what is read is counted.
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise _no("package.size", f"“{name[:80]}”太大。", "请检查内容包的来源。")
    return data


def _no(code: str, message: str, suggestion: str, path: str = "") -> ProblemsFound:
    return ProblemsFound((Problem(code, message, Place(file="内容包", path=path), suggestion=suggestion),))
