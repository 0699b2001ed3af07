"""Facts by a dense index: people are numbered 0, 1, 2 …, so counting for each is filling an array. The main road.

Equal, cell by cell, to the general engine (`_facts_sql`); several times cheaper. With `only` it makes the facts of some
people (in whole households), which is what a change of data needs.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa

from bancheng.connect.engines._blocks import Words, of_frame
from bancheng.connect.engines._planes import Kernel
from bancheng.connect.engines._subjects import (
    Array,
    Column,
    Mask,
    Subjects,
    column,
    read_columns,
    read_table,
    series,
    specs_of,
)
from bancheng.core.benefits import (
    Aggregate,
    ColumnKind,
    FactSpec,
    Missing,
    RuleSet,
    Source,
    fact_column,
    plan_tests,
    source_columns,
    stored_bounds,
)
from bancheng.core.kernel import Fault

_EPOCH: Final = dt.date(1970, 1, 1)
_EXACT: Final = 2**53


def build_facts(
    rules: RuleSet, folder: Path, subjects: Subjects, as_of: dt.date, only: Array | None = None
) -> pl.DataFrame:
    """One row a subject with a column for each fact (and a second one for facts that may be absent), in order.

    `folder` holds the tables of the sources. `only`: the ascending numbers of those to make, in whole households.

    Raises:
        Fault: a sum is too great to be exact.
    """
    counted, over = specs_of(rules, subjects.kind)
    size = subjects.frame.height if only is None else len(only)
    places = column(subjects.frame, "district").taken(only)
    made: dict[str, tuple[Column, Mask | None]] = {}
    for source in rules.sources:
        specs = [one for one in counted if one.source == source.id]
        if not specs or source.subject is not subjects.kind:
            continue
        rows = Rows(folder, source, specs, as_of, size, only)
        for spec in specs:
            made[spec.id] = rows.fact(spec, _within(places, subjects.covered(source, spec, as_of)))
    if over:
        homes = column(subjects.frame, "hid").taken(only)
        for spec in over:
            made[spec.id] = _over(spec, made[spec.over], homes)
    return _frame([one for one in (*counted, *over) if one.id in made], made)


def _within(places: Column, codes: tuple[int, ...]) -> Mask:
    """Who lives in one of some districts."""
    found: Mask = np.isin(np.arange(int(places.values.max(initial=0)) + 1), codes)[places.values]
    return found if places.known is None else found & places.known


class Chosen(NamedTuple):
    """The rows that count for a fact (`sure`; None: all): their keys, who has some, and for whom no other row may
    count."""

    sure: Mask | None
    keys: Array
    some: Mask
    settled: Mask


class Rows:
    """The rows of one source as arrays, and what each fact counts of them.

    Rows of nobody have the key `size`: they are counted for one subject more, who is then left out.
    """

    def __init__(
        self,
        folder: Path,
        source: Source,
        specs: list[FactSpec],
        as_of: dt.date,
        size: int,
        only: Array | None,
    ) -> None:
        self.source, self.as_of, self.size = source, as_of, size
        frame = read_table(folder, source, read_columns(source, specs))
        key = column(frame, source.key)
        if only is None:
            keys = key.values.astype(
                np.intp
            )  # what numpy counts and fills by; else each use would convert anew
            stranger = (keys < 0) | (keys >= size)
            keys[stranger if key.known is None else stranger | ~key.known] = size
        else:
            theirs = key.values if key.known is None else np.where(key.known, key.values, -1)
            rows, keys = _rows_of(theirs, only)
            frame = frame[rows]
        self.frame, self.keys = frame, keys
        self._columns: dict[str, Column] = {}
        self._chosen: dict[object, Chosen] = {}

    def column(self, name: str) -> Column:
        """A column of the rows, made once."""
        if name not in self._columns:
            self._columns[name] = column(self.frame, name)
        return self._columns[name]

    def outcome(self, spec: FactSpec) -> tuple[Mask | None, Mask | None]:
        """Which rows count (None: all) and which may or may not (None: none)."""
        sure: Mask | None = None
        maybe: Mask | None = None
        on = spec.as_of.on(self.as_of)
        day = spec.window.at if spec.window else spec.at
        if day:
            found = self.column(day)
            sure = found.values <= (on - _EPOCH).days
            if spec.window:
                sure &= found.values >= (spec.window.first(on) - _EPOCH).days
            if found.known is not None:
                maybe = ~found.known
                sure &= found.known
        if spec.where:
            true, false = self._where(spec.where)
            open_ = ~(true | false)
            if open_.any():
                could = sure | maybe if sure is not None and maybe is not None else sure
                open_ = open_ if could is None else open_ & could
                maybe = open_ if maybe is None else open_ | (maybe & ~false)
            elif maybe is not None:
                maybe = maybe & ~false
            sure = true if sure is None else sure & true
        return sure, maybe if maybe is not None and maybe.any() else None

    def _where(self, text: str) -> tuple[Mask, Mask]:
        plan = plan_tests({"where": text}, source_columns(self.source), self.as_of)
        kernel = Kernel(plan)
        parts = [(part.rows, kernel.statuses(part)[0]) for part in of_frame(self.frame, plan.columns)]
        return tuple(  # type: ignore[return-value]  # two masks
            np.concatenate([_bits(both[which], rows) for rows, both in parts])
            if parts
            else np.zeros(0, np.bool_)
            for which in (0, 1)
        )

    def chosen(self, spec: FactSpec) -> Chosen:
        """What counts for a fact; facts of one condition share it."""
        day = spec.at if spec.window is None else ""
        which = (spec.window, day, spec.where, spec.as_of)
        if which not in self._chosen:
            sure, maybe = self.outcome(spec)
            keys = self.keys if sure is None else self.keys[sure]
            settled = np.ones(self.size + 1, np.bool_)
            if maybe is not None:
                settled[self.keys[maybe]] = False
            some = np.zeros(self.size + 1, np.bool_)
            some[keys] = True
            self._chosen[which] = Chosen(sure, keys, some[: self.size], settled[: self.size])
        return self._chosen[which]

    def fact(self, spec: FactSpec, covered: Mask) -> tuple[Column, Mask | None]:
        """The fact of every subject, and where it is known to be absent."""
        chosen = self.chosen(spec)
        some, settled = chosen.some, chosen.settled
        closed = spec.missing is Missing.CLOSED
        if closed:
            settled = settled & covered
        if spec.aggregate is Aggregate.EXISTS:
            return Column(some, some | settled if closed else some), None
        if spec.aggregate is Aggregate.COUNT:
            rows = np.bincount(chosen.keys, minlength=self.size + 1)[: self.size]
            return Column(rows, settled if closed else settled & some), None
        keys, field = chosen.keys, self.column(spec.field).taken(chosen.sure)
        if spec.aggregate is Aggregate.LATEST and spec.at:
            latest = self._latest(keys, self.column(spec.at).taken(chosen.sure).values)
            keys, field = keys[latest], field.taken(latest)
        values, blank = self._gathered(spec.aggregate, keys, field)
        if blank is not None:
            settled = settled & ~blank
        if spec.aggregate is Aggregate.SUM and closed:
            return Column(values, settled), None
        return Column(values, settled & some), settled & ~some if closed and spec.may_be_absent else None

    def _gathered(self, aggregate: Aggregate, keys: Array, field: Column) -> tuple[Array, Mask | None]:
        """Sum, least or greatest (of LATEST, the greatest too), and who has a row whose field is not known."""
        blank = None
        values = field.values
        if field.known is not None:
            blank = np.zeros(self.size + 1, np.bool_)
            blank[keys[~field.known]] = True
            blank = blank[: self.size]
            keys, values = keys[field.known], values[field.known]
        return gathered(aggregate, keys, values, self.size + 1)[: self.size], blank

    def _latest(self, keys: Array, days: Array) -> Mask:
        """Which rows are of the last day of their subject."""
        last = np.full(self.size + 1, np.iinfo(np.int32).min, np.int32)
        np.maximum.at(last, keys, days)
        found: Mask = days == last[keys]
        return found


def gathered(aggregate: Aggregate, keys: Array, values: Array, size: int) -> Array:
    """The sum, the least or the greatest for each key; sums of whole numbers are exact.

    Raises:
        Fault: a sum beyond 2^53.
    """
    if aggregate is Aggregate.SUM:
        total = np.bincount(keys, weights=values, minlength=size)
        if size and np.abs(total).max() >= _EXACT:
            raise Fault("a sum of facts is too great to be exact")
        return total.astype(np.int64)
    if values.dtype == np.bool_:
        values = values.astype(np.int8)
    limits = np.iinfo(values.dtype)
    least = aggregate is Aggregate.MIN
    out = np.full(size, limits.max if least else limits.min, values.dtype)
    (np.minimum if least else np.maximum).at(out, keys, values)
    return out


def _rows_of(keys: Array, only: Array) -> tuple[Array, Array]:
    """The rows of some subjects in a table sorted by its key, and their positions in `only`."""
    if len(keys) > 1 and (keys[1:] < keys[:-1]).any():
        at = np.searchsorted(only, keys)
        at[at == len(only)] = 0
        rows = np.flatnonzero(only[at] == keys) if len(only) else np.zeros(0, np.int64)
        return rows, at[rows]
    wanted = only.astype(keys.dtype)  # of one kind, or the whole table would be widened first
    low, high = np.searchsorted(keys, wanted), np.searchsorted(keys, wanted, side="right")
    counts = high - low
    ends = np.cumsum(counts)
    rows = np.arange(ends[-1] if len(ends) else 0) + np.repeat(low - (ends - counts), counts)
    return rows, np.repeat(np.arange(len(only)), counts)


def _bits(words: Words, rows: int) -> Mask:
    return np.unpackbits(words.view(np.uint8), count=rows, bitorder="little").view(np.bool_)


def _over(spec: FactSpec, inner: tuple[Column, Mask | None], homes: Column) -> tuple[Column, Mask | None]:
    """A person's fact brought to the household and given to each member; one unknown member makes it unknown."""
    (values, known), absent = inner
    size = int(homes.values.max(initial=-1)) + 1
    if size > 4 * len(homes.values):  # some people only: number their households anew
        _, numbers = np.unique(homes.values, return_inverse=True)
        homes, size = Column(numbers, homes.known), int(numbers.max(initial=-1)) + 1
    there = np.ones(len(values), np.bool_) if homes.known is None else homes.known
    told = there if known is None else there & known
    settled = told if absent is None else told | (absent & there)
    open_ = np.zeros(size, np.bool_)
    open_[homes.values[there & ~settled]] = True
    keys = homes.values[told]
    sure = ~open_[homes.values] & there
    if spec.aggregate in {Aggregate.EXISTS, Aggregate.COUNT}:
        count = np.bincount(keys[values[told].astype(np.bool_)], minlength=size)[homes.values]
        if spec.aggregate is Aggregate.COUNT:
            return Column(count, sure), None
        return Column(count > 0, (sure | (count > 0)) & there), None
    result = gathered(spec.aggregate, keys, values[told], size)[homes.values]
    if spec.aggregate is Aggregate.SUM:
        return Column(result, sure), None
    some = np.bincount(keys, minlength=size)[homes.values] > 0
    return Column(result, sure & some), sure & ~some if spec.may_be_absent else None


_TYPES: Final = {
    ColumnKind.NUMBER: (pa.int64(), np.int64),
    ColumnKind.MONEY: (pa.int64(), np.int64),
    ColumnKind.CODE: (pa.int16(), np.int16),
    ColumnKind.BOOLEAN: (pa.bool_(), np.bool_),
    ColumnKind.DATE: (pa.date32(), np.int32),
}


def _frame(specs: list[FactSpec], made: dict[str, tuple[Column, Mask | None]]) -> pl.DataFrame:
    columns = []
    for spec in specs:
        (values, known), absent = made[spec.id]
        where = fact_column(spec)
        if spec.kind is not ColumnKind.BOOLEAN and len(values):
            low, high = stored_bounds(where)
            if not (values.min() >= low and values.max() <= high):
                inside = (values >= low) & (values <= high)
                known = inside if known is None else known & inside
        kept, stored = _TYPES[spec.kind]
        columns.append(series(where.column, values.astype(stored, copy=False), known, kept))
        if where.may_be_absent:
            none = np.zeros(len(values), np.bool_) if absent is None else absent
            columns.append(series(where.absent, none, None, pa.bool_()))
    return pl.DataFrame(columns)
