"""数据送达: tables of the bodies come in, are read against the register, and stand whole or not at all.

Who a row is about is an identity number in the file and a number of the register ever after. A delivery says of whom
something changed, so that a comparison makes the facts of these anew and keeps the others.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from bancheng.connect import engines
from bancheng.core.benefits import Source, SubjectKind
from bancheng.core.kernel import Place, Problem, Problems, ProblemsFound, check_credit_code, check_id_number
from bancheng.store.models import BenefitSubject, DataDelivery
from bancheng.usecases.access import Actor, NotFound, record
from bancheng.usecases.benefits import library

if TYPE_CHECKING:
    import numpy as np

REGISTERS = {"people": SubjectKind.PERSON, "companies": SubjectKind.COMPANY}
"""What a delivery of a register is called → whom it is about."""
BATCH = 500
"""Subjects written by one statement."""
_COLUMNS = {
    "name": ("name", "姓名", "名称"),
    "district": ("district", "乡镇街道", "行政区划"),
    "household": ("household", "户号"),
    "account": ("account", "收款账号", "银行账号"),
    "holder": ("holder", "账户名"),
    "phone": ("phone", "手机号", "电话"),
}
_NEEDED = ("name", "district")


@dataclass(frozen=True)
class Told:
    """What a file holds, before or after it was taken in."""

    rows: int
    unknown: int
    unread: int
    changed: int


def home() -> Path:
    """Where tables, comparisons and deliveries lie."""
    return Path(settings.BANCHENG_HOME) / "benefits"


def tables() -> engines.HeldTables:
    """The tables that were delivered."""
    return engines.HeldTables(home() / "tables")


def deliver(
    actor: Actor,
    what: str,
    path: Path,
    now: dt.datetime,
    *,
    whole: bool = True,
    lenient: bool = False,
    dry: bool = False,
) -> Told:
    """Take a file in as the table of a source, or as a register of subjects (`REGISTERS`).

    Args:
        whole: the file is all there is; else its rows come besides those that stand. A register is always whole.
        lenient: cells that say nothing one could read count as not known, lines of a register without a valid number
            are left out; else the file is refused.
        dry: only look.

    Raises:
        NotFound: no such source.
        ProblemsFound: what is wrong with the file, everything at once with its line.
    """
    source = next((one for one in library().rules.sources if one.id == what), None)
    if what not in REGISTERS and source is None:
        raise NotFound("source")
    try:
        with standing_still():
            if source is None:
                return _register(actor, what, path, now, lenient=lenient, dry=dry)
            return _table(actor, source, path, now, whole=whole, lenient=lenient, dry=dry)
    except ProblemsFound as found:
        named = (one.at(Place(path.name, one.place.line, one.place.column)) for one in found.problems)
        raise ProblemsFound(named) from None


def last(what: Iterable[str]) -> dict[str, DataDelivery]:
    """The last delivery of each of these. One query."""
    rows = DataDelivery.objects.filter(source__in=list(what), ended_at__isnull=False).order_by("at")
    return {row.source: row for row in rows}


def upto() -> int:
    """The number of the last delivery."""
    return DataDelivery.objects.aggregate(last=Max("pk"))["last"] or 0


def changed_since(number: int, kind: SubjectKind) -> np.ndarray:
    """The numbers of all subjects of a kind of whom something was delivered otherwise since a delivery, ascending."""
    kinds = {one.id: one.subject for one in library().rules.sources} | REGISTERS
    later = DataDelivery.objects.filter(pk__gt=number, changed__gt=0).values_list("pk", "source")
    return engines.joined_numbers(_changed_file(pk) for pk, source in later if kinds.get(source) is kind)


# ------------------------------------------------------------------------------------------------ a source


def _table(
    actor: Actor, source: Source, path: Path, now: dt.datetime, *, whole: bool, lenient: bool, dry: bool
) -> Told:
    known = engines.register_frame(_known(source.subject))
    read = engines.read_delivery(engines.read_texts(path), source, known, lenient=lenient)
    table, moved = tables().take(source, read.rows, whole=whole)
    told = Told(read.rows.height, read.unknown, read.unread, len(moved))
    if not dry:
        row = _opened(actor, source.id, path, told, now, whole=whole)
        engines.keep_numbers(moved, _changed_file(row.pk))
        tables().replace(source, table)
        _ended(actor, row)
    return told


def _known(kind: SubjectKind) -> Iterator[tuple[str, int]]:
    rows = BenefitSubject.objects.filter(subject_kind=kind.value).exclude(identity="")
    return rows.values_list("identity", "subject").iterator(10_000)


# ------------------------------------------------------------------------------------------- the register


@dataclass(frozen=True)
class _Line:
    identity: str
    values: dict[str, str]
    district: str
    household: str


def _register(actor: Actor, what: str, path: Path, now: dt.datetime, *, lenient: bool, dry: bool) -> Told:
    kind = REGISTERS[what]
    lines, left_out = _lines(path, kind, lenient=lenient)
    known = {
        row.identity: row for row in BenefitSubject.objects.filter(subject_kind=kind.value).iterator(10_000)
    }
    there = BenefitSubject.objects.filter(subject_kind=kind.value).aggregate(last=Max("subject"))["last"]
    first = 0 if there is None else there + 1
    rows = list[BenefitSubject]()
    for line in lines:
        row = known.get(line.identity)
        if row is None:
            row = BenefitSubject(subject_kind=kind.value, subject=first, identity=line.identity)
            first += 1
        for name, text in line.values.items():
            # An account that stands may have been corrected by somebody with the papers in hand.
            if text and not (name in {"account", "holder"} and row.account and row.pk):
                setattr(row, name, text)
        rows.append(row)
    homes = _homes(lines, rows, first)
    moved = tables().would_move(kind, homes)
    told = Told(len(lines), left_out, 0, len(moved))
    if dry:
        return told
    delivery = _opened(actor, what, path, told, now, whole=True)
    engines.keep_numbers(moved, _changed_file(delivery.pk))
    with transaction.atomic():
        BenefitSubject.objects.bulk_create(
            rows,
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=("subject_kind", "subject"),
            update_fields=("name", "account", "holder", "phone"),
        )
        tables().settle(kind, homes)
    _ended(actor, delivery)
    return told


def _lines(path: Path, kind: SubjectKind, *, lenient: bool) -> tuple[list[_Line], int]:
    """The lines of a register, and how many were left out."""
    problems, texts = Problems(), engines.read_texts(path)
    who = engines.heading(texts, engines.IDENTITY[kind], problems)
    heads = dict[str, str]()
    for name, names in _COLUMNS.items():
        if name in _NEEDED or any(each in texts.columns for each in names):
            heads[name] = engines.heading(texts, names, problems)
    if told := problems.found():
        raise ProblemsFound(told)
    lines, seen, wrong = list[_Line](), set[str](), list[Problem]()
    check = check_id_number if kind is SubjectKind.PERSON else check_credit_code
    for at, row in enumerate(texts.iter_rows(named=True), 2):
        identity = "".join((row[who] or "").split()).upper()
        bad = check(identity) if identity else None
        said = "没有写证件号码。" if not identity else bad.message if bad is not None else ""
        said = said or ("这个证件号码前面已经有一行。" if identity in seen else "")
        if said:
            wrong.append(
                Problem(
                    code="deliver-identity", message=said, place=Place(line=at), suggestion="请核对这一行。"
                )
            )
            continue
        seen.add(identity)
        values = {name: row[head] or "" for name, head in heads.items()}
        lines.append(_Line(identity, values, values.pop("district"), values.pop("household", "")))
    if wrong and not lenient:
        more = len(wrong) - engines.SHOWN
        rest = Problem(code="deliver-identity", message=f"还有 {more} 行也有问题。", place=Place())
        raise ProblemsFound((*wrong[: engines.SHOWN], *((rest,) if more > 0 else ())))
    return lines, len(wrong)


def _homes(
    lines: Sequence[_Line], rows: Sequence[BenefitSubject], many: int
) -> list[tuple[int | None, str | None]]:
    """Household and district of each number. A household is called by the least number in it; who is in the register no
    more has none, and no district."""
    least = dict[str, int]()
    for line, row in zip(lines, rows, strict=True):
        if line.household:
            least[line.household] = min(row.subject, least.get(line.household, row.subject))
    found: list[tuple[int | None, str | None]] = [(None, None)] * many
    for line, row in zip(lines, rows, strict=True):
        found[row.subject] = (least.get(line.household), line.district or None)
    return found


# ------------------------------------------------------------------------------------------- what is kept


def _opened(
    actor: Actor, what: str, path: Path, told: Told, now: dt.datetime, *, whole: bool
) -> DataDelivery:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return DataDelivery.objects.create(
        source=what,
        by=actor.id,
        by_name=actor.name,
        at=now,
        file=path.name[:200],
        digest=digest,
        whole=whole,
        rows=told.rows,
        unknown=told.unknown,
        unread=told.unread,
        changed=told.changed,
    )


def _ended(actor: Actor, row: DataDelivery) -> None:
    with transaction.atomic():
        DataDelivery.objects.filter(pk=row.pk).update(ended_at=timezone.now())
        record(actor, "benefits.deliver", f"{row.source}/{row.pk}", row.file)


def _changed_file(pk: int) -> Path:
    return home() / "changed" / f"{pk}.parquet"


@contextmanager
def standing_still() -> Iterator[None]:
    """While this is held no table moves: one delivery at a time, and facts are made of tables that stand together."""
    home().mkdir(parents=True, exist_ok=True)
    with (home() / "deliver.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
