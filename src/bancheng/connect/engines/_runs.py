"""What a run found, kept small: planes of bits on disk with what made them, totals, lists of one rule, difference.

Nothing is stored about why: that is recomputed for the one who asks (`judge`), from the same snapshot and rule set.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec
import numpy as np
from numpy.typing import NDArray

from bancheng.connect.engines._blocks import BLOCK, Block, Words, of_parquet, rows_of
from bancheng.connect.engines._planes import Kernel
from bancheng.core.benefits import Plan, Status, SubjectKind
from bancheng.core.kernel import Fault, Record

_HEAD, _PLANES = "run.json", "planes.bin"


class Totals(Record, kw_only=False):
    """How many of a rule's subjects have each status."""

    entitled: int
    not_entitled: int
    unknown: int


class Head(Record):
    """What a run was made of: the content of the rules, the snapshot of facts, the day; and what it found in all."""

    rule_set: str
    snapshot: str
    as_of: dt.date
    subject: SubjectKind
    rules: tuple[str, ...]
    rows: int
    block: int
    totals: tuple[Totals, ...]


class RunFolder:
    """A finished run on disk."""

    def __init__(self, folder: Path) -> None:
        """Open a run.

        Raises:
            Fault: the folder holds no whole run.
        """
        self.folder = folder
        try:
            self.head = msgspec.json.decode((folder / _HEAD).read_bytes(), type=Head)
        except (OSError, msgspec.DecodeError) as error:
            raise Fault(f"no finished run in {folder.name}") from error

    def totals(self, rule: str) -> Totals:
        """The totals of one rule."""
        return self.head.totals[self._number(rule)]

    def numbers(self, rule: str, status: Status) -> NDArray[np.int64]:
        """The dense numbers of all who have a status under a rule, ascending."""
        parts = [
            _positions(_chosen(true, false, rows, status)) + first
            for first, rows, true, false in self.planes(rule)
        ]
        return np.concatenate(parts) if parts else np.empty(0, np.int64)

    def status(self, rule: str, number: int) -> Status:
        """The status of one subject under a rule.

        Raises:
            KeyError: the run knows no such rule or number.
        """
        if not 0 <= number < self.head.rows:
            raise KeyError(number)
        at, row = divmod(number, self.head.block)
        with (self.folder / _PLANES).open("rb") as file:
            true, false = self._read(file, self._number(rule), at)
        word, bit = row // 64, row % 64
        if int(true[word]) >> bit & 1:
            return Status.ENTITLED
        return Status.NOT if int(false[word]) >> bit & 1 else Status.UNKNOWN

    def planes(self, rule: str) -> Iterator[tuple[int, int, Words, Words]]:
        """Block by block: the first number, the rows, where the rule is true, where it is not."""
        number = self._number(rule)
        with (self.folder / _PLANES).open("rb") as file:
            for at, (first, rows) in enumerate(_blocks(self.head)):
                yield first, rows, *self._read(file, number, at)

    def _number(self, rule: str) -> int:
        try:
            return self.head.rules.index(rule)
        except ValueError:
            raise KeyError(rule) from None

    def _read(self, file: BinaryIO, rule: int, at: int) -> tuple[Words, Words]:
        rows = min(self.head.block, self.head.rows - at * self.head.block)
        size, full = _words(rows) * 8, _words(self.head.block) * 8
        file.seek(at * full * 2 * len(self.head.rules) + rule * 2 * size)
        both = np.frombuffer(file.read(2 * size), np.uint64)
        return both[: len(both) // 2], both[len(both) // 2 :]


class Change(Record):
    """The difference of a rule between two runs: who became entitled, and who no longer is, by number."""

    rule: str
    gained: tuple[int, ...]
    lost: tuple[int, ...]


def run_rules(
    plan: Plan,
    facts: Path,
    folder: Path,
    *,
    rule_set: str,
    snapshot: str,
    as_of: dt.date,
    subject: SubjectKind = SubjectKind.PERSON,
    progress: Callable[[int, int], None] | None = None,
    block: int = BLOCK,
) -> RunFolder:
    """Run all rules of a plan over a Parquet file of facts in one pass; the run appears in `folder` when it is whole.

    Row i of the file is the subject with the dense number i. `progress` is told rows done and rows in all, and may
    raise to cancel: then no run is left. Peak memory depends on neither the rows nor the file.
    """
    rows, kernel = rows_of(facts), Kernel(plan)
    totals, done = [[0, 0] for _ in plan.rules], 0
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _HEAD).unlink(missing_ok=True)
    try:
        with (folder / _PLANES).open("wb") as file:
            for found in of_parquet(facts, plan.columns, block):
                _write(kernel, found, file, totals)
                done += found.rows
                if progress is not None:
                    progress(done, rows)
    except BaseException:  # reason: also a cancel; half a run must not look like one; always raised on
        (folder / _PLANES).unlink(missing_ok=True)
        raise
    head = Head(
        rule_set=rule_set,
        snapshot=snapshot,
        as_of=as_of,
        subject=subject,
        rules=plan.rules,
        rows=rows,
        block=block,
        totals=tuple(Totals(true, false, rows - true - false) for true, false in totals),
    )
    (folder / _HEAD).write_bytes(msgspec.json.encode(head))
    return RunFolder(folder)


def count(plan: Plan, blocks: Iterable[Block]) -> tuple[Totals, ...]:
    """The totals of every rule over blocks of facts, nothing kept."""
    kernel, rows, totals = Kernel(plan), 0, [[0, 0] for _ in plan.rules]
    for block in blocks:
        rows += block.rows
        _add(kernel.statuses(block), totals)
    return tuple(Totals(true, false, rows - true - false) for true, false in totals)


def changes(before: RunFolder, after: RunFolder) -> Iterator[Change]:
    """Rule by rule, who gained and who lost since an earlier run; only rules that both know and that differ.

    Numbers that the earlier run did not have count as not entitled before. A changed block size is allowed for.
    """
    for rule in after.head.rules:
        if rule not in before.head.rules:
            continue
        if before.head.block == after.head.block:
            gained, lost = _differ(before, after, rule)
        else:
            old, new = before.numbers(rule, Status.ENTITLED), after.numbers(rule, Status.ENTITLED)
            gained, lost = _without(new, old), _without(old, new)
        if gained or lost:
            yield Change(rule=rule, gained=gained, lost=lost)


def _without(some: NDArray[np.int64], others: NDArray[np.int64]) -> tuple[int, ...]:
    return tuple(np.setdiff1d(some, others, assume_unique=True).tolist())


def _differ(before: RunFolder, after: RunFolder, rule: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    gained: list[int] = []
    lost: list[int] = []
    old = before.planes(rule)
    for first, _, true, _ in after.planes(rule):
        _, _, was, _ = next(old, (0, 0, np.zeros(0, np.uint64), None))
        if len(was) < len(true):
            was = np.concatenate([was, np.zeros(len(true) - len(was), np.uint64)])
        moved = true ^ was[: len(true)]
        if moved.any():
            gained += (_positions(moved & true) + first).tolist()
            lost += (_positions(moved & ~true) + first).tolist()
    return tuple(gained), tuple(lost)


def _write(kernel: Kernel, block: Block, file: BinaryIO, totals: list[list[int]]) -> None:
    found = kernel.statuses(block)
    _add(found, totals)
    for true, false in found:
        file.write(true.data)
        file.write(false.data)


def _add(found: list[tuple[Words, Words]], totals: list[list[int]]) -> None:
    for total, (true, false) in zip(totals, found, strict=True):
        total[0] += int(np.bitwise_count(true).sum())
        total[1] += int(np.bitwise_count(false).sum())


def _words(rows: int) -> int:
    return -(-rows // 64)


def _blocks(head: Head) -> Iterator[tuple[int, int]]:
    for first in range(0, head.rows, head.block):
        yield first, min(head.block, head.rows - first)


def _chosen(true: Words, false: Words, rows: int, status: Status) -> Words:
    if status is Status.ENTITLED:
        return true
    if status is Status.NOT:
        return false
    whole = ~(true | false)
    if rows % 64:
        whole[-1] &= np.uint64((1 << rows % 64) - 1)
    return whole


def _positions(words: Words) -> NDArray[np.int64]:
    return np.flatnonzero(np.unpackbits(words.view(np.uint8), bitorder="little"))
