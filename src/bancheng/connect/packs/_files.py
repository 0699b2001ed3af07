"""Folders of packs: which files they hold, and which packs come with the product."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

_SUFFIXES = (".yaml", ".yml", ".json")

SHIPPED = ("national", "specimen")
"""Packs that every installation carries."""


def default_folders(extra: Iterable[str | Path] = ()) -> tuple[Path, ...]:
    """The shipped packs, then `extra`: each a folder, or the bare name of a pack that lies beside the shipped ones.

    In a checkout the packs lie in ``packs/`` at its root, in a wheel inside the package.

    Raises:
        FileNotFoundError: the shipped packs are in neither place (a broken installation).
    """
    root = packs_root()
    named = (path if path.is_dir() else root / path for path in map(Path, extra))
    return tuple(dict.fromkeys((*(root / name for name in SHIPPED), *named)))


def packs_root() -> Path:
    """The folder in which the shipped packs lie."""
    package = Path(str(files("bancheng")))
    for root in (package / "_packs", package.parents[1] / "packs"):
        if (root / SHIPPED[0] / "pack.yaml").is_file():
            return root
    raise FileNotFoundError("the shipped packs are missing: reinstall, or run from a checkout")


def pack_files(folder: Path, under: str) -> Iterator[Path]:
    """The data files of one section, in a stable order: ``<under>.*`` and everything in ``<under>/``."""
    for suffix in _SUFFIXES:
        single = folder / f"{under}{suffix}"
        if single.is_file():
            yield single
    inner = folder / under
    if inner.is_dir():
        yield from sorted(path for path in inner.rglob("*") if path.suffix in _SUFFIXES and path.is_file())


def stamp(folders: Iterable[Path]) -> tuple[tuple[str, int, int], ...]:
    """What tells whether a file of these packs was written since: path, time of writing in ns, size in bytes."""
    files = (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())
    return tuple((str(path), found.st_mtime_ns, found.st_size) for path in files for found in [path.stat()])


def unexpected(folder: Path, sections: Iterable[str]) -> Iterator[Path]:
    """Data files and folders of data files at the top of a pack that no section reads."""
    known = frozenset(sections)
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            holds_data = any(inner.suffix in _SUFFIXES for inner in path.rglob("*"))
            if path.name not in known and holds_data:
                yield path
        elif path.suffix in _SUFFIXES and path.stem not in known:
            yield path
