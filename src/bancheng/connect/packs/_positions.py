"""From a path in the catalogue back to the line it was written on.

Only the file of each record is remembered while loading; a file is read again when someone asks for a line. Good packs
therefore pay nothing for the positions of their million values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from yaml import Node

from bancheng.connect.packs._tree import locate, place
from bancheng.core.catalogue import Family, scene_key, written_at
from bancheng.core.kernel import Place, Problem


class Positions:
    """Resolves ``items/food_permit/materials/2/document`` to file, line and column."""

    def __init__(self, reopen: Callable[[str], Node | None]) -> None:
        self._reopen = reopen
        self._files: dict[tuple[str, str], str] = {}
        self._named: set[str] = set()
        self._moved: dict[str, tuple[str, str]] = {}
        self._kept: dict[str, tuple[int, ...]] = {}
        self._open: dict[str, Node | None] = {}
        self._scenes: dict[str, Family] = {}
        self._editions: dict[tuple[str, str], str] = {}

    def note(self, section: str, key: str, file: str, *, named: bool) -> None:
        """A record of `section` was read from `file`; `named`: the file itself names its sections (a dictionary)."""
        self._files[section, key] = file
        if named:
            self._named.add(section)

    def replace(self, section: str, key: str, file: str) -> None:
        """The record now comes whole from elsewhere, and so does every value in it."""
        own = f"{section}/{key}/"
        for moved in [path for path in self._moved if path.startswith(own)]:
            del self._moved[moved]
        self._files[section, key] = file

    def move(self, path: str, file: str, path_there: str) -> None:
        """The value at `path` was set elsewhere, by an overlay."""
        self._moved[path] = (file, path_there)

    def edition(self, section: str, key: str, written: str) -> None:
        """The record that `key` stands for now was written as one of several versions, under the key `written`."""
        self._editions[section, key] = written

    def keep(self, kept: Mapping[str, tuple[int, ...]]) -> None:
        """Entries of these lists could not be read and were left out; the others keep their places in the file."""
        self._kept.update(kept)

    def unfold(self, family: Family) -> None:
        """The scenes of `family` are one-things now; what is wrong with one is told where it was written."""
        self._scenes.update({scene_key(family.key, scene.key): family for scene in family.scenes})

    def file_of(self, section: str, key: str) -> str:
        """The file that defines a record, or an empty text."""
        return self._files.get((section, key), "")

    def place(self, path: str) -> Place:
        """Where `path` stands; the nearest thing above it when it was not written, only the path when unknown."""
        path = self._written(path)
        file, there = self._moved.get(path, ("", ""))
        steps = self._restored(path).split("/")
        if file:
            steps = there.split("/")
        elif len(steps) >= 2:
            steps[1] = self._editions.get((steps[0], steps[1]), steps[1])
            file = self._files.get((steps[0], steps[1]), "")
            steps = steps if steps[0] in self._named else steps[1:]
        root = self._tree(file) if file else None
        if root is None:
            return Place(file=file, path=path)
        return place(locate(root, steps), file, path)

    def placed(self, problem: Problem) -> Problem:
        """The same problem with its line, unless it has one."""
        return problem if problem.place.file else problem.at(self.place(problem.place.path))

    def forget(self) -> None:
        """Let go of the files that were read again."""
        self._open.clear()

    def _written(self, path: str) -> str:
        """A scene's one-thing was never written by itself: its parts stand in its family."""
        section, _, rest = path.partition("/")
        family = self._scenes.get(rest.partition("/")[0]) if section == "onethings" else None
        return path if family is None else written_at(family, path)

    def _tree(self, file: str) -> Node | None:
        if file not in self._open:
            if len(self._open) >= 4:
                self._open.pop(next(iter(self._open)))
            self._open[file] = self._reopen(file)
        return self._open[file]

    def _restored(self, path: str) -> str:
        if not self._kept:
            return path
        steps: list[str] = []
        for step in path.split("/"):
            kept = self._kept.get("/".join(steps))
            steps.append(str(kept[int(step)]) if kept and step.isdigit() and int(step) < len(kept) else step)
        return "/".join(steps)
