"""Identity numbers become dense numbers once, when a table arrives; from then on only the registry knows them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import polars as pl


class Numbered(NamedTuple):
    """A table with dense numbers in place of identity numbers; `unknown`: rows of people the registry lacks, whose
    number is null."""

    table: pl.DataFrame
    unknown: int


class Registry:
    """The file that pairs identity numbers with dense numbers; numbers are given once and never again."""

    def __init__(self, path: Path) -> None:
        """Open a registry; where there is no file yet, an empty one."""
        self._path = path
        empty = pl.DataFrame(schema={"id_number": pl.String, "pid": pl.Int32})
        self._known = pl.read_parquet(path) if path.exists() else empty

    def __len__(self) -> int:
        return self._known.height

    def admit(self, id_numbers: pl.Series) -> None:
        """Give the next dense numbers to those not yet known, in their order, and keep the file."""
        new = pl.DataFrame({"id_number": id_numbers}).drop_nulls().unique(maintain_order=True)
        new = new.join(self._known, on="id_number", how="anti", maintain_order="left")
        pids = pl.int_range(len(self), len(self) + new.height, dtype=pl.Int32, eager=True)
        self._known = pl.concat([self._known, new.with_columns(pids.alias("pid"))])
        partial = self._path.with_suffix(".partial")
        self._known.write_parquet(partial)
        partial.replace(self._path)

    def numbered(self, table: pl.DataFrame, column: str = "id_number") -> Numbered:
        """A delivered table with ``pid`` first and without its identity numbers."""
        joined = table.join(
            self._known, left_on=column, right_on="id_number", how="left", maintain_order="left"
        )
        found = joined.select("pid", *(name for name in table.columns if name != column))
        return Numbered(found, found.get_column("pid").null_count())

    def id_number(self, pid: int) -> str:
        """The identity number of one person, for one who may see it.

        Raises:
            KeyError: nobody has that number.
        """
        if not 0 <= pid < len(self):
            raise KeyError(pid)
        return str(self._known.get_column("id_number")[pid])
