"""Versions of one record with their days of validity: which is in force, and where they overlap or leave a gap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Protocol, TypeVar

from bancheng.core.kernel import Place, Problem, Problems, Severity, chinese_date

_DAY = timedelta(days=1)


class Dated(Protocol):
    """Whatever holds from a day to a day, both included; None is open."""

    @property
    def valid_from(self) -> date | None: ...

    @property
    def valid_to(self) -> date | None: ...


class Edition(Dated, Protocol):
    """A numbered version of a record."""

    @property
    def key(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> int: ...


T = TypeVar("T", bound=Dated)
E = TypeVar("E", bound=Edition)


def in_force(one: Dated, on: date) -> bool:
    """Does it hold on this day?"""
    return (one.valid_from is None or one.valid_from <= on) and (one.valid_to is None or on <= one.valid_to)


def edition_on(editions: Iterable[T], on: date) -> T | None:
    """The version in force on a day, None when there is none; of versions that overlap the one that began last."""
    held = [one for one in editions if in_force(one, on)]
    return max(held, key=lambda one: one.valid_from or date.min, default=None)


def overlap(one: Dated, other: Dated) -> bool:
    """Is there a day on which both hold?"""
    return (one.valid_from or date.min) <= (other.valid_to or date.max) and (
        other.valid_from or date.min
    ) <= (one.valid_to or date.max)


def turning_days(of: Iterable[Dated]) -> tuple[date, ...]:
    """The days on which one of these begins to hold or has just ceased, in order."""
    days = {one.valid_from for one in of if one.valid_from}
    days |= {one.valid_to + _DAY for one in of if one.valid_to and one.valid_to < date.max}
    return tuple(sorted(days))


def edition_key(key: str) -> tuple[str, int]:
    """``food_permit@2`` is version 2 of ``food_permit``; without a number it says 0 and the record itself tells.

    Raises:
        ValueError: what follows the @ is no number from 1 to 9999.
    """
    name, mark, number = key.partition("@")
    if not mark:
        return key, 0
    if not (number.isascii() and number.isdigit() and 1 <= int(number) <= 9999 and name):
        raise ValueError(key)
    return name, int(number)


def check_editions(section: str, editions: Sequence[Edition]) -> tuple[Problem, ...]:
    """Versions of one key must follow one another without overlap and without a gap, their numbers rising.

    A body that stops an item for a while says so with its status; a day without any version is a mistake.
    """
    problems = Problems()
    rows = sorted(editions, key=lambda one: (one.valid_from or date.min, one.version))
    for before, after in pairwise(rows):
        place = Place(path=f"{section}/{after.key}@{after.version}/valid_from")
        last, first = before.valid_to or date.max, after.valid_from or date.min
        if first <= last:
            until = f"到{chinese_date(before.valid_to)}" if before.valid_to else "没有失效日期"
            since = chinese_date(after.valid_from) if after.valid_from else "最初"
            said = f"“{after.name}”第{after.version}版从{since}生效，第{before.version}版却{until}。"
            hint = (
                f"请把前一版的 valid_to 写成{first - _DAY}。"
                if after.valid_from
                else "请写明各版的生效日期。"
            )
            problems.add("validity_overlap", said, place, hint)
        elif first - last > _DAY:
            said = f"“{after.name}”在{chinese_date(last + _DAY)}到{chinese_date(first - _DAY)}没有一版有效。"
            hint = f"请把后一版的 valid_from 改为{last + _DAY}，或延长前一版；暂停办理请写 status: paused。"
            problems.add("validity_gap", said, place, hint)
        if after.version <= before.version:
            said = f"“{after.name}”后生效的一版是第{after.version}版，先生效的是第{before.version}版。"
            problems.add("version_order", said, place, "后生效的版本号要更大。", Severity.WARNING)
    return tuple(problems)
