"""Folders of packs → one catalogue, with every problem of every file told at once.

1. Read each pack's `pack.yaml`; put packs after those they require.
2. Read all dictionaries, so that values can be read by the kind of their element.
3. Read items, one-things and sources; a key defined twice is a problem that names both places.
4. Read overlays in the order of the packs, and lay them on the items in force on the day asked for.
5. Check the catalogue and give every problem its line.
6. Read calendars, demo registers, people and example cases against the finished catalogue.
"""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from yaml import Node

from bancheng.connect.packs._extras import ExtrasReader, check_sources
from bancheng.connect.packs._files import pack_files, unexpected
from bancheng.connect.packs._library import Addition, add
from bancheng.connect.packs._model import Loaded, Manifest, PackInfo
from bancheng.connect.packs._overlay import OverlayReader
from bancheng.connect.packs._positions import Positions
from bancheng.connect.packs._read import BAD, Reading, pairs, struct_reader
from bancheng.connect.packs._systems import check_systems
from bancheng.connect.packs._tree import parse, place
from bancheng.connect.packs._versions import Versions, numbered, plain_key
from bancheng.connect.packs._words import did_you_mean
from bancheng.core.catalogue import (
    BatchRule,
    Body,
    BodyChange,
    Catalogue,
    CodeList,
    DispatchRule,
    DocumentType,
    Element,
    ExternalSystem,
    Family,
    FormGroup,
    Item,
    Layer,
    OneThingDefinition,
    Stage,
    check_catalogue,
    scene_key,
    with_scenes,
)
from bancheng.core.evidence import Coverage, DataSource
from bancheng.core.kernel import Place, Problem, Problems, Severity

DICTIONARY: dict[str, type[msgspec.Struct]] = {
    "groups": FormGroup,
    "elements": Element,
    "codes": CodeList,
    "documents": DocumentType,
    "stages": Stage,
    "bodies": Body,
    "dispatch_rules": DispatchRule,
    "batch_rules": BatchRule,
    "body_changes": BodyChange,
}
RECORDS: dict[str, type[msgspec.Struct]] = {
    "items": Item,
    "onethings": OneThingDefinition,
    "families": Family,
    "sources": DataSource,
    "systems": ExternalSystem,
}
_ABSENCES = frozenset(
    (
        "basis_missing",
        "codes_missing",
        "empty_list",
        "fee_without_basis",
        "opinion_of_nobody",
        "silence_without_basis",
        "unknown_material",
        "unknown_member",
        "unknown_step",
    )
)
SECTIONS = ("pack", "dictionary", *RECORDS, "overlays", "calendar", "registers", "people", "cases", "benefits")


class _Pack:
    """A folder with its manifest."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder
        self.manifest = manifest
        self.label = folder.resolve().name
        self.sources: dict[str, str] = {}
        self.builds_on: set[str] = set()
        self.found = dict.fromkeys(RECORDS, 0)

    def info(self) -> PackInfo:
        one = self.manifest
        return PackInfo(
            name=one.name,
            title=one.title,
            version=one.version,
            level=one.level,
            folder=self.label,
            requires=one.requires,
            items=self.found["items"],
            onethings=self.found["onethings"],
        )


class Loader:
    """One run of `load_packs`."""

    def __init__(self) -> None:
        self.problems = Problems()
        self.positions = Positions(self._reopen)
        self.records: dict[str, dict[str, Any]] = {name: {} for name in (*DICTIONARY, *RECORDS)}
        self.unread: dict[str, set[str]] = {name: set() for name in self.records}
        self._torn: set[str] = set()
        self._paths: dict[str, Path] = {}

    def load(self, folders: Sequence[Path], library: Iterable[Addition], on: date) -> Loaded:
        packs = self._ordered(self._manifests(folders))
        for pack in packs:
            self._unexpected(pack)
            self._read_dictionary(pack)
        for pack in packs:
            for section in RECORDS:
                for file in pack_files(pack.folder, section):
                    self._read_section(pack, file, section)
        overlays = self._overlays(packs)
        names = tuple(pack.manifest.name for pack in packs)
        add(library, self.problems, self.positions, self.records, self.unread, overlays, names)
        written = Versions(self._catalogue())
        standards = written.standards(overlays.layers())
        written.point(self.positions, on)
        overlays.tell(standards, on)
        self.problems.extend(self.positions.placed(problem) for problem in standards.check())
        catalogue = standards.catalogue(on)
        coverage = Coverage(sources=tuple(self.records["sources"].values()))
        extras = ExtrasReader(self.problems, catalogue, self.records["sources"], self.unread)
        for pack in packs:
            for section in ("calendar", "registers", "people", "cases"):
                for file in pack_files(pack.folder, section):
                    extras.read(section, *self._opened(pack, file), pack.manifest.name)
        checked = written.all_in(catalogue, on)
        systems = tuple(self.records["systems"].values())
        found = (
            *check_catalogue(checked, unread=self.unread),
            *check_sources(coverage, catalogue, self.unread),
            *check_systems(systems, catalogue, self.unread),
        )
        self.problems.extend(self.positions.placed(problem) for problem in found if not self._follows(problem))
        self.positions.forget()
        return Loaded(
            catalogue=catalogue,
            standards=standards,
            loaded_for=on,
            coverage=coverage,
            systems=systems,
            calendar=extras.calendar(),
            registers=extras.registers,
            people=tuple(extras.people),
            cases=tuple(extras.cases),
            packs=tuple(pack.info() for pack in packs),
            problems=_told_once(self.problems.found()),
            positions=self.positions,
        )

    # ----------------------------------------------------------- manifests

    def _manifests(self, folders: Sequence[Path]) -> list[_Pack]:
        packs: dict[str, _Pack] = {}
        for folder in folders:
            pack = self._manifest(folder)
            if pack is None:
                continue
            name = pack.manifest.name
            if name in packs and packs[name].folder.resolve() != folder.resolve():
                where = Place(file=f"{pack.label}/pack.yaml", path="name")
                said = f"已经有一个叫“{name}”的数据包。"
                self.problems.add("duplicate_pack", said, where, "请给其中一个换个名字。")
                continue
            packs[name] = pack
        return list(packs.values())

    def _manifest(self, folder: Path) -> _Pack | None:
        label = folder.resolve().name
        file = next(pack_files(folder, "pack"), None) if folder.is_dir() else None
        if file is None:
            said = f"“{label}”里没有 pack.yaml。" if folder.is_dir() else f"找不到文件夹“{folder}”。"
            place_of = Place(file=label)
            self.problems.add("no_pack", said, place_of, "数据包的文件夹里要有 pack.yaml，写明 name、title、version。")
            return None
        pack = _Pack(folder, Manifest(name=label, title=label, version=""))
        root, reading = self._opened(pack, file)
        if root is None:
            return pack
        manifest = struct_reader(Manifest)(root, None, reading, instead=msgspec.structs.asdict(pack.manifest))
        if isinstance(manifest, Manifest):
            pack.manifest = manifest
            if manifest.name != label and manifest.name:
                where = self._first_place(root, reading, "name")
                said = f"数据包的名称“{manifest.name}”与文件夹“{label}”不同。"
                self.problems.add("pack_name", said, where, "请让两者一致，引用时才找得到。")
        return pack

    def _first_place(self, root: Node, reading: Reading, key: str) -> Place:
        node = next((value for name, value in root.value if name.value == key), root)
        return place(node, reading.file, key)

    def _ordered(self, packs: list[_Pack]) -> list[_Pack]:
        """Packs after those they require; a missing or circular requirement is a problem and is then ignored."""
        named = {pack.manifest.name: pack for pack in packs}
        done: dict[str, _Pack] = {}

        def visit(pack: _Pack, trail: tuple[str, ...]) -> None:
            name = pack.manifest.name
            if name in done:
                return
            for required in pack.manifest.requires:
                if required in (*trail, name):
                    loop = " → ".join((*trail, name, required))
                    where = Place(file=f"{pack.label}/pack.yaml", path="requires")
                    self.problems.add("pack_loop", f"数据包互相依赖：{loop}。", where, "请去掉其中一条 requires。")
                elif required not in named:
                    where = Place(file=f"{pack.label}/pack.yaml", path="requires")
                    hint = did_you_mean(required, named, f"请把“{required}”一起载入。")
                    self.problems.add("missing_pack", f"需要的数据包“{required}”没有载入。", where, hint)
                else:
                    visit(named[required], (*trail, name))
                    pack.sources.update(named[required].sources)
                    pack.builds_on |= {required, *named[required].builds_on}
            pack.sources.update(pack.manifest.sources)
            done[name] = pack

        for pack in packs:
            visit(pack, ())
        return list(done.values())

    def _unexpected(self, pack: _Pack) -> None:
        for path in unexpected(pack.folder, SECTIONS):
            label = f"{pack.label}/{path.name}"
            hint = did_you_mean(path.stem, SECTIONS, f"可用：{'、'.join(SECTIONS)}。")
            said = f"“{path.name}”没有被读取，数据包里没有这一类内容。"
            self.problems.add("unread_file", said, Place(file=label), hint, Severity.WARNING)

    # ------------------------------------------------------------- records

    def _opened(self, pack: _Pack, file: Path) -> tuple[Node | None, Reading]:
        label = f"{pack.label}/{file.relative_to(pack.folder).as_posix()}"
        self._paths[label] = file
        reading = Reading(label, self.problems, pack.sources, self.records["elements"])
        try:
            data = file.read_bytes()
        except OSError as error:
            said = f"文件读不出来：{error.strerror}。"
            self.problems.add("unreadable", said, Place(file=label), "请检查文件的权限。")
            return None, reading
        root, problems = parse(data, label, file.suffix == ".json")
        self.problems.extend(problems)
        return root, reading

    def _reopen(self, label: str) -> Node | None:
        """The file's tree again, for positions; JSON is close enough to YAML to give its lines too."""
        path = self._paths.get(label)
        return None if path is None else parse(path.read_bytes(), label, json_text=False)[0]

    def _read_dictionary(self, pack: _Pack) -> None:
        for file in pack_files(pack.folder, "dictionary"):
            root, reading = self._opened(pack, file)
            if root is None:
                continue
            for section, key_node, node in pairs(root, None, reading):
                if section in DICTIONARY:
                    before = frozenset(self.records[section])
                    self._read_records(reading, node, section, DICTIONARY[section])
                    if section == "bodies" and pack.manifest.within:
                        self._only_within(pack.manifest.within, before)
                else:
                    hint = did_you_mean(section, DICTIONARY, f"可用：{'、'.join(DICTIONARY)}。")
                    said = f"字典里没有“{section}”这一类。"
                    reading.report("unknown_section", said, key_node, (None, section), hint)

    def _only_within(self, within: str, before: Collection[str]) -> None:
        """Bodies of a division's pack stand for others only there."""
        bodies = self.records["bodies"]
        for key, body in bodies.items():
            if key not in before and body.stands_for and not body.within:
                bodies[key] = msgspec.structs.replace(body, within=within)

    def _read_section(self, pack: _Pack, file: Path, section: str) -> None:
        root, reading = self._opened(pack, file)
        if root is not None:
            pack.found[section] += self._read_records(reading, root, section, RECORDS[section])

    def _read_records(self, reading: Reading, root: Node, section: str, kind: type[msgspec.Struct]) -> int:
        reader, known, path = struct_reader(kind, "key"), self.records[section], (None, section)
        before = len(known)
        for key, key_node, node in pairs(root, path, reading):
            if not self._new_key(section, key, key_node, reading):
                continue
            self.positions.note(section, key, reading.file, named=section in DICTIONARY)
            told = len(self.problems)
            plain = plain_key(section, key)
            record = reader(node, (path, key), reading, plain)
            if len(self.problems) > told:
                self._torn |= {f"{section}/{key}", f"{section}/{plain}"}
            if record is BAD:
                self.unread[section] |= {key, plain}
            else:
                known[key] = numbered(section, record, key)
        if reading.kept:
            self.positions.keep(reading.kept)
        return len(known) - before

    def _new_key(self, section: str, key: str, node: Node, reading: Reading) -> bool:
        path = (None, section), key
        name = plain_key(section, key)
        if not (name.isascii() and name.replace("-", "_").isidentifier()):
            said = f"键“{key}”应由小写英文字母、数字和下划线组成。"
            reading.report("bad_key", said, node, path, "请改用英文键，中文写在 name 里。")
        first = self.positions.file_of(section, key)
        if not first:
            return True
        other = self.positions.place(f"{section}/{key}")
        where = f"{other.file}:{other.line}" if other.line else other.file
        said = f"“{key}”已在 {where} 定义过。"
        reading.report("duplicate_key", said, node, path, "请合并成一个，或给其中一个换个键；只改本地内容请用 overlays。")
        return False

    def _overlays(self, packs: Iterable[_Pack]) -> OverlayReader:
        reader = OverlayReader(self.problems, self.positions, self.records, self.unread)
        for pack in packs:
            one = pack.manifest
            layer = Layer(
                by=one.name, title=one.title, level=one.level, within=one.within, divisions=one.divisions
            )
            for file in pack_files(pack.folder, "overlays"):
                root, reading = self._opened(pack, file)
                if root is not None:
                    reader.read(layer, pack.builds_on, root, reading)
        return reader

    def _follows(self, problem: Problem) -> bool:
        """Does something seem absent only because a part of its record could not be read, which is told already?"""
        return problem.code in _ABSENCES and "/".join(problem.place.path.split("/")[:2]) in self._torn

    def _catalogue(self) -> Catalogue:
        sections = (*DICTIONARY, "items", "onethings", "families")
        catalogue = Catalogue(**{name: self.records[name] for name in sections})
        for family in catalogue.families.values():
            self._unfold(family)
        return with_scenes(catalogue)

    def _unfold(self, family: Family) -> None:
        """Its scenes become one-things; one that another file writes by itself already is a problem."""
        for index, scene in enumerate(family.scenes):
            key = scene_key(family.key, scene.key)
            first = self.positions.file_of("onethings", key)
            if first:
                said = f"场景“{scene.name}”的键“{key}”已在 {first} 里作为一件事定义过。"
                where = self.positions.place(f"families/{family.key}/scenes/{index}/key")
                self.problems.add("duplicate_key", said, where, "请给其中一个换个键。")
        self.positions.unfold(family)


def _told_once(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(dict.fromkeys(problems))


@contextmanager
def _collector_resting() -> Iterator[None]:
    """No garbage collection inside: a tree of nodes has no cycles, and walking it again and again tripled the time."""
    resting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if resting:
            gc.enable()


def load_packs(
    folders: Sequence[Path], library: Iterable[Addition] = (), on: date | None = None
) -> Loaded:
    """Read packs and check what they say. Problems are in the result; only a broken machine raises.

    `on` is the day for which the catalogue is put together, of records that have versions; None means today.

    `library` holds the city's own records, which stand in the place of the packs' or beside them.
    Packs are put in the order of their `requires`, whatever the order given. The label of a file in a problem is
    ``<pack folder>/<path in it>``.
    """
    with _collector_resting():
        return Loader().load(folders, library, on or date.today())


def dated(loaded: Loaded, on: date) -> Loaded:
    """The same packs as of another day: no file is read; places still point at the version of the day of loading."""
    days = loaded.standards.turning_days()
    first, last = sorted((loaded.loaded_for, on))
    catalogue = loaded.catalogue
    if any(first < day <= last for day in days):
        catalogue = loaded.standards.catalogue(on)
    changed: Loaded = msgspec.structs.replace(loaded, catalogue=catalogue, loaded_for=on)
    return changed
