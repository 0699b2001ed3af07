"""Who the facts are about: dense numbers with household and district, and the tables of sources beside them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.ipc
from numpy.typing import NDArray

from bancheng.core.benefits import ColumnKind, FactSpec, RuleSet, Source, SubjectKind

KEPT: Final = {
    ColumnKind.NUMBER: pl.Int64(),
    ColumnKind.MONEY: pl.Int64(),
    ColumnKind.BOOLEAN: pl.Boolean(),
    ColumnKind.DATE: pl.Date(),
    ColumnKind.CODE: pl.Int16(),
}
"""How a delivered column is kept."""
Array: TypeAlias = NDArray[Any]
Mask: TypeAlias = NDArray[np.bool_]


class Subjects(NamedTuple):
    """Row i is the subject with the dense number i. `frame` has ``hid`` (dense number of the household, null: not
    known or no person) and ``district`` (position in `districts`, null: not known)."""

    kind: SubjectKind
    frame: pl.DataFrame
    districts: tuple[str, ...]

    def covered(self, source: Source, spec: FactSpec, as_of: dt.date) -> tuple[int, ...]:
        """The positions of the districts where no row means that there is none."""
        since = spec.window.first(spec.as_of.on(as_of)) if spec.window else None
        return tuple(at for at, district in enumerate(self.districts) if source.covers(district, since))


def specs_of(rules: RuleSet, kind: SubjectKind) -> tuple[tuple[FactSpec, ...], tuple[FactSpec, ...]]:
    """The facts that are counted from sources and those summed over the members of a household, each by id."""
    mine = sorted(
        (one for one in rules.facts if one.subject is kind or _shared(one, kind)), key=lambda one: one.id
    )
    return tuple(one for one in mine if not one.over), tuple(one for one in mine if one.over)


def _shared(spec: FactSpec, kind: SubjectKind) -> bool:
    return kind is SubjectKind.PERSON and spec.subject is SubjectKind.HOUSEHOLD


def read_columns(source: Source, specs: Sequence[FactSpec]) -> list[str]:
    """The columns of a source that its facts read."""
    from_where = [one.name for one in source.columns if any(one.name in spec.where for spec in specs)]
    days = [spec.at for spec in specs] + [spec.window.at for spec in specs if spec.window]
    wanted = {source.key, *from_where, *days, *(spec.field for spec in specs)} - {""}
    return sorted(wanted)


def read_table(folder: Path, source: Source, columns: Sequence[str]) -> pl.DataFrame:
    """Columns of the table of a source: ``<id>.arrow`` (mapped, sorted by its key) or ``<id>.parquet``;
    without rows where none was delivered."""
    mapped = folder / f"{source.id}.arrow"
    if mapped.exists():
        with pa.memory_map(str(mapped)) as file:
            return pl.DataFrame(pa.ipc.open_file(file).read_all().select(list(columns)))
    plain = folder / f"{source.id}.parquet"
    if not plain.exists():  # never delivered
        return empty_table(source).select(columns)
    return pl.read_parquet(plain, columns=list(columns))


def empty_table(source: Source) -> pl.DataFrame:
    """The table of a source without rows, typed as its columns are kept."""
    kept = {one.name: KEPT[one.kind] for one in source.columns}
    return pl.DataFrame(schema={**kept, source.key: pl.Int32()})


def keep_mapped(folder: Path, sources: Sequence[Source], into: Path) -> None:
    """Keep delivered tables sorted by their key and uncompressed, so that a few subjects' rows are found at once.

    Rows of nobody (their identity is in no registry) are left out: no fact counts them.
    """
    into.mkdir(parents=True, exist_ok=True)
    for source in sources:
        frame = pl.read_parquet(folder / f"{source.id}.parquet").drop_nulls(source.key)
        frame = frame.sort(source.key, maintain_order=True)
        table = frame.rechunk().to_arrow()
        with pa.ipc.new_file(str(into / f"{source.id}.arrow"), table.schema) as file:
            file.write_table(
                table, max_chunksize=max(1, table.num_rows)
            )  # one batch: columns are mapped whole


def write_facts(facts: pl.DataFrame, path: Path) -> None:
    """Keep facts as Parquet, whole numbers in the narrowest type that holds them, so that less is read and compared."""
    narrow = [one.shrink_dtype() if one.dtype == pl.Int64 else one for one in facts]
    pl.DataFrame(narrow).write_parquet(path, compression="zstd", row_group_size=131_072)


def read_facts(path: Path) -> pl.DataFrame:
    """Facts as `write_facts` kept them."""
    return pl.read_parquet(path)


def write_subjects(subjects: Subjects, path: Path) -> None:
    """Keep who the facts of a build are about."""
    path.parent.mkdir(parents=True, exist_ok=True)
    subjects.frame.write_parquet(path)


def read_subjects(kind: SubjectKind, path: Path) -> Subjects:
    """Who the facts of an earlier build are about; what the districts were called is not kept."""
    return Subjects(kind, pl.read_parquet(path), ())


class Column(NamedTuple):
    """Stored numbers of a column and where they are known (None: everywhere)."""

    values: Array
    known: Mask | None

    def taken(self, rows: Array | Mask | None) -> Column:
        """Only some rows."""
        if rows is None:
            return self
        return Column(self.values[rows], None if self.known is None else self.known[rows])


def column(frame: pl.DataFrame, name: str) -> Column:
    """A column as numpy: days since 1970 for dates, anything where it is not known; nothing is copied but booleans."""
    array = frame.get_column(name).rechunk().to_arrow()
    valid, data = array.buffers()
    first, rows = array.offset, len(array)
    known = bits(valid, first, rows) if valid is not None and array.null_count else None
    if pa.types.is_boolean(array.type):
        return Column(bits(data, first, rows), known)
    kind = np.dtype(f"i{array.type.bit_width // 8}")
    return Column(np.frombuffer(data, kind, count=first + rows)[first:] if rows else np.zeros(0, kind), known)


def bits(buffer: Any, first: int, rows: int) -> Mask:
    """Bits of a buffer as booleans."""
    skipped = first // 8
    raw = np.frombuffer(buffer, np.uint8)[skipped:] if rows else np.zeros(0, np.uint8)
    found = np.unpackbits(raw, bitorder="little", count=first - 8 * skipped + rows)
    return found[first - 8 * skipped :].view(np.bool_)


def series(name: str, values: Array, known: Mask | None, kind: pa.DataType) -> pl.Series:
    """A column of a table from whole numbers (or booleans) and where they are known."""
    valid = None if known is None or known.all() else pa.py_buffer(np.packbits(known, bitorder="little"))
    data = (
        np.packbits(values, bitorder="little") if pa.types.is_boolean(kind) else np.ascontiguousarray(values)
    )
    array = pa.Array.from_buffers(kind, len(values), [valid, pa.py_buffer(data)])
    return pl.Series(name, array)
