"""What a deployment holds of people and companies: tables of sources as delivered, and who they are about."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Final, TypeAlias

import msgspec
import polars as pl

from bancheng.connect.engines._blocks import names
from bancheng.connect.engines._deliveries import changed, kept_rows, replace_table
from bancheng.connect.engines._subjects import Subjects, read_table
from bancheng.connect.engines.population import make_population
from bancheng.connect.engines.population_companies import make_companies
from bancheng.core.benefits import (
    ColumnKind,
    Entitlement,
    Resident,
    RuleSet,
    Source,
    SubjectKind,
    cell,
    fact_column,
    facts_of,
    facts_of_row,
    known_on,
)
from bancheng.core.kernel import Fault, Fen
from bancheng.core.rules import UNKNOWN, Value, evaluate, names_in, parse

Home: TypeAlias = tuple[int | None, str | None]
"""The number of a household and a district; None: not known."""
_SUBJECTS: Final = {SubjectKind.PERSON: "subjects.parquet", SubjectKind.COMPANY: "companies.parquet"}


class HeldTables:
    """A folder with a table for each source, ``subjects.parquet`` and ``companies.parquet`` (``hid``, ``district``)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def kinds(self) -> tuple[SubjectKind, ...]:
        """The kinds of subjects of whom anything was delivered."""
        return tuple(kind for kind, name in _SUBJECTS.items() if (self.folder / name).exists())

    def delivered(self, source: str) -> dt.datetime | None:
        """When the table of a source was last delivered; None: never."""
        found = [self.folder / f"{source}.{kind}" for kind in ("arrow", "parquet")]
        times = [one.stat().st_mtime for one in found if one.exists()]
        return dt.datetime.fromtimestamp(max(times), dt.UTC) if times else None

    def subjects(self, kind: SubjectKind) -> Subjects:
        """Who the tables are about.

        Raises:
            Fault: nothing of this kind was delivered.
        """
        if kind not in self.kinds:
            raise Fault(f"no tables about the kind {kind} were delivered")
        frame = pl.read_parquet(self.folder / _SUBJECTS[kind])
        districts = tuple(sorted(frame["district"].drop_nulls().unique().to_list()))
        numbers = {name: at for at, name in enumerate(districts)}
        place = frame["district"].replace_strict(numbers, return_dtype=pl.Int16)
        return Subjects(kind, frame.with_columns(place.alias("district")), districts)

    def would_move(self, kind: SubjectKind, homes: Sequence[Home]) -> pl.Series:
        """The numbers of those of whom household or district is something else than it stands, or who are new."""
        path, frame = self.folder / _SUBJECTS[kind], _homes(homes)
        before = pl.read_parquet(path).cast(frame.schema) if path.exists() else frame.clear()
        return changed(before.with_row_index("#row"), frame.with_row_index("#row"), "#row")

    def settle(self, kind: SubjectKind, homes: Sequence[Home]) -> None:
        """Keep who the tables are about: household and district of each, in the order of their numbers."""
        replace_table(_homes(homes), self.folder / _SUBJECTS[kind])

    def take(self, source: Source, rows: pl.DataFrame, *, whole: bool) -> tuple[pl.DataFrame, pl.Series]:
        """What the table of a source would be with these rows, or besides them what stands (not `whole`), and the
        numbers of those whose rows would change. Nothing is written."""
        before = kept_rows(self.folder, source)
        after = rows.select(before.columns).cast(before.schema)
        if not whole:
            after = pl.concat([before, after]).sort(source.key, maintain_order=True)
        return after, changed(before, after, source.key)

    def replace(self, source: Source, table: pl.DataFrame) -> None:
        """Put the table of a source in the place of the one that stands."""
        replace_table(table, self.folder / f"{source.id}.parquet")
        (self.folder / f"{source.id}.arrow").unlink(missing_ok=True)

    def reached(self, rules: RuleSet) -> RuleSet:
        """The rules as the deliveries reach: where a source never came, no row does not mean that there is none."""
        sources = tuple(
            one if self.delivered(one.id) else msgspec.structs.replace(one, coverage=())
            for one in rules.sources
        )
        return msgspec.structs.replace(rules, sources=sources)

    def districts(self, kind: SubjectKind, numbers: Sequence[int]) -> list[str]:
        """Where these subjects are at home, in their order; "" where it is not known."""
        column = pl.read_parquet(self.folder / _SUBJECTS[kind], columns=["district"])["district"]
        return column.gather(list(numbers)).fill_null("").to_list()

    def latest(self, source: Source, as_of: dt.date) -> dict[int, dt.date]:
        """The last day, up to a day, on which each subject occurs in a source; by its first column of days.

        Raises:
            Fault: the source has no column of days.
        """
        day = next((one.name for one in source.columns if one.kind is ColumnKind.DATE), None)
        if day is None:
            raise Fault(f"source {source.id} tells no days")
        if self.delivered(source.id) is None:
            return {}
        table = read_table(self.folder, source, (source.key, day)).drop_nulls()
        last = table.filter(pl.col(day) <= as_of).group_by(source.key).agg(pl.col(day).max())
        return dict(last.iter_rows())

    def births(self) -> list[dt.date | None]:
        """The day of birth of everybody by their number, as the register of the town has it."""
        register = pl.read_parquet(self.folder / "register.parquet", columns=["pid", "birth"])
        people = pl.read_parquet(self.folder / _SUBJECTS[SubjectKind.PERSON], columns=["hid"]).height
        born = dict(register.iter_rows())
        return [born.get(number) for number in range(people)]

    def make_town(
        self,
        people: int,
        companies: int,
        seed: int,
        residents: Sequence[Resident] = (),
        sources: Sequence[Source] = (),
    ) -> None:
        """Fill the folder with a fictitious town, unless it is filled; the same from the same seed.

        `residents` move in behind those of their kind that are drawn, in their order; `sources` say how their rows
        are read.
        """
        if len(self.kinds) == len(_SUBJECTS):
            return
        making = self.folder.with_name(f"{self.folder.name}.making")
        shutil.rmtree(making, ignore_errors=True)
        for town in (make_population(people, seed, making), make_companies(companies, seed, making)):
            place = pl.Series(list(town.districts)).gather(town.frame["district"]).alias("district")
            mine = [one for one in residents if one.subject is town.kind]
            frame = _move_in(making, town.frame.with_columns(place), mine, sources)
            frame.write_parquet(making / _SUBJECTS[town.kind])
        shutil.rmtree(self.folder, ignore_errors=True)
        making.rename(self.folder)


def _homes(homes: Sequence[Home]) -> pl.DataFrame:
    return pl.DataFrame(list(homes), schema={"hid": pl.Int32, "district": pl.String}, orient="row")


def _move_in(
    folder: Path, frame: pl.DataFrame, residents: Sequence[Resident], sources: Sequence[Source]
) -> pl.DataFrame:
    """Add these to the town: their rows to its tables, themselves to its subjects."""
    named = dict.fromkeys(one.household for one in residents if one.household)
    homes = {name: frame.height + at for at, name in enumerate(named)}
    moved = {
        "hid": [homes.get(one.household) for one in residents],
        "district": [one.district for one in residents],
    }
    for source in sources:
        read = {column.name: column for column in source.columns}
        rows = [
            {source.key: number, **{name: cell(read[name], text) for name, text in row.items()}}
            for number, one in enumerate(residents, frame.height)
            for row in one.rows.get(source.id, ())
        ]
        if rows:
            path = folder / f"{source.id}.parquet"
            table = pl.read_parquet(path)
            pl.concat([table, pl.DataFrame(rows, schema=table.schema)]).write_parquet(path)
    return pl.concat([frame, pl.DataFrame(moved, schema=frame.schema)])


def amounts(
    rules: RuleSet, facts: Path, one: Entitlement, numbers: Sequence[int], as_of: dt.date
) -> Iterator[Fen | None]:
    """What each of these entitled subjects is due, in fen and in their order, by the interpreter; 0 without a formula,
    None where a fact that the formula reads is not known. Parts of a fen are rounded half up.

    Raises:
        Fault: the formula gives something that is no amount.
    """
    if not one.amount or not len(numbers):
        yield from (Fen(0) for _ in numbers)
        return
    formula, given = parse(one.amount), known_on(rules.parameters, as_of)
    read, kept = set(names_in(formula)), set(pl.read_parquet_schema(facts))
    columns = tuple(
        each
        for each in map(fact_column, facts_of(rules, one.subject))
        if each.name in read and each.column in kept
    )
    stored = names(columns)
    if not stored:
        amount = _fen(one, evaluate(formula, given, today=as_of))
        yield from (amount for _ in numbers)
        return
    rows = pl.read_parquet(facts, columns=stored)[list(numbers)]
    reckoned = dict[
        tuple[object, ...], Fen | None
    ]()  # whoever is alike in all the formula reads is due the same
    for row in rows.iter_rows():
        if row not in reckoned:
            known = facts_of_row(columns, dict(zip(stored, row, strict=True)))
            reckoned[row] = _fen(one, evaluate(formula, {**given, **known}, today=as_of))
        yield reckoned[row]


def _fen(one: Entitlement, value: Value) -> Fen | None:
    if value is UNKNOWN or value is None:
        return None
    if not isinstance(value, Decimal) or value < 0:
        raise Fault(f"the amount of {one.id} is {value!r}")
    return Fen(int((value * 100).to_integral_value(ROUND_HALF_UP)))
