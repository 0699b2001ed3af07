"""Figures of the reform as item managers and supervision see them: by a frozen "before", beside what is claimed.

Nothing is typed in: a figure follows from the blueprint, its frozen "before" and the shares that are declared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db import transaction

from bancheng.core.casework import day_of
from bancheng.core.catalogue import Claim
from bancheng.core.compiler import Blueprint
from bancheng.core.compiler.effects import (
    MEAN_FORMULA,
    SUMS_FORMULA,
    Baseline,
    FigureLine,
    Overall,
    Reform,
    overall,
    promises_against_law,
    reform,
)
from bancheng.core.kernel import canonical, decode
from bancheng.store.models import SavingsBaseline
from bancheng.usecases import town
from bancheng.usecases.access import Actor, NotAllowed, NotFound, record
from bancheng.usecases.town import packs

MEASURE_NAMES = {
    "fields": ("填写项", "项"),
    "materials": ("材料", "份"),
    "steps": ("环节", "个"),
    "trips": ("跑动", "次"),
    "days": ("时限", "个工作日"),
    "legal": ("比法定时限", "个工作日"),
}
"""Name and unit of every figure, for tables that are taken away."""


Frozen = tuple[int, str]
"""A frozen "before" by its row and the digest of its content."""


@lru_cache(maxsize=256)
def _frozen(pk: int, mark: str) -> Baseline:
    row = SavingsBaseline.objects.get(pk=pk, digest=mark)
    return Baseline(blueprint=decode(row.content, Blueprint), on=row.frozen_on, by=row.by_name, note=row.note)


def baselines() -> dict[str, Frozen]:
    """The current frozen "before" of every one-thing that has one, by key: one query."""
    rows = SavingsBaseline.objects.filter(current=True).values_list("key", "pk", "digest")
    return {key: (pk, mark) for key, pk, mark in rows}


def baseline(of: Frozen | None) -> Baseline | None:
    """A frozen "before"; rows never change, so each is read once."""
    return _frozen(*of) if of is not None else None


def history(key: str) -> list[SavingsBaseline]:
    """Every "before" that was ever frozen for a one-thing, newest first."""
    return list(SavingsBaseline.objects.filter(key=key).defer("content").order_by("-frozen_on", "-pk"))


def freeze(actor: Actor, blueprint: Blueprint, note: str, now: datetime) -> SavingsBaseline:
    """Make this blueprint the "before" from which the one-thing is counted; the one until now is kept.

    Raises:
        NotAllowed: the actor is no item manager.
    """
    if not actor.has("item_manager"):
        raise NotAllowed("freeze")
    with transaction.atomic():
        SavingsBaseline.objects.filter(key=blueprint.key, current=True).update(current=False)
        row = SavingsBaseline.objects.create(
            key=blueprint.key,
            digest=blueprint.digest,
            name=blueprint.name,
            content=canonical(blueprint).decode(),
            items=[
                {"key": one.key, "name": one.name, "version": one.version, "digest": one.digest}
                for one in blueprint.items
            ],
            frozen_on=day_of(now),
            by=actor.id,
            by_name=actor.name,
            note=note.strip()[:300],
            current=True,
        )
        record(actor, "figures.freeze", f"onething:{blueprint.key}", note.strip()[:300])
    return row


def figures_of(blueprint: Blueprint) -> Reform:
    """The figures of one blueprint by the current "before" of its one-thing."""
    return reform(blueprint, baseline(baselines().get(blueprint.key)))


def claims_of(key: str) -> tuple[Claim, ...]:
    """What public pages claim for this one-thing, with their source; none where nothing is known."""
    found = packs().catalogue.onethings.get(key)
    return found.claims if found else ()


def city_claims() -> tuple[Claim, ...]:
    """What cities claim over many one-things: the claims that more than one of them carries, each once."""
    carried = Counter(claim for one in packs().catalogue.onethings.values() for claim in set(one.claims))
    return tuple(claim for claim, times in carried.items() if times > 1)


@dataclass(frozen=True)
class City:
    """The overall table: every one-thing people can apply for, put together in both ways, and the promises of all
    items against the law."""

    rows: tuple[Reform, ...]
    whole: Overall
    items: Overall
    unfrozen: tuple[str, ...]


_city: list[tuple[tuple[object, ...], City]] = []


def city() -> City:
    """The table for what people can apply for now: two queries, then remembered until something is published."""
    blueprints, frozen = town.current_blueprints(), baselines()
    items = packs().catalogue.items
    state = (tuple(one.digest for one in blueprints.values()), tuple(sorted(frozen.items())), id(items))
    if not _city or _city[0][0] != state:
        rows = tuple(reform(one, baseline(frozen.get(key))) for key, one in blueprints.items())
        made = City(
            rows=rows,
            whole=overall((row.name, row.lines) for row in rows),
            items=promises_against_law(items.values()),
            unfrozen=tuple(one.name for key, one in blueprints.items() if key not in frozen),
        )
        _city[:] = [(state, made)]
    return _city[0][1]


# ---------------------------------------------------------------- tables to take away


def table(found: Reform) -> Iterator[tuple[object, ...]]:
    """One one-thing as rows: each person, expected over the shares, both means, what was left out."""
    yield ("一件事", "谁", "占比", "量", "以前", "现在", "减幅", "单位", "怎样算")
    for person in found.people:
        for line in person.lines:
            yield (found.name, person.name, person.share, *_figure(line), line.formula)
    for line in found.lines:
        yield (found.name, "按占比平均", 1, *_figure(line), line.formula)
    yield (found.name, "五项合起来", "", "减幅的平均", "", "", found.mean_of_rates, "", MEAN_FORMULA)
    yield (found.name, "五项合起来", "", "合计的减幅", "", "", found.rate_of_sums, "", SUMS_FORMULA)
    yield (found.name, "以前", "", "", "", "", "", "", found.baseline)
    yield (found.name, "占比", "", "", "", "", "", "", found.weights)
    for one in found.excluded:
        yield (found.name, "没有计入", "", MEASURE_NAMES[one.measure][0], "", "", "", "", one.reason)
    for remark in found.remarks:
        yield (found.name, "说明", "", "", "", "", "", "", remark)


def _figure(line: FigureLine) -> tuple[object, ...]:
    name, unit = MEASURE_NAMES[line.measure]
    return name, round(line.before, 4), round(line.after, 4), line.rate, unit


def city_table(found: City) -> Iterator[tuple[object, ...]]:
    """The overall table as rows."""
    yield ("一件事", "量", "以前", "现在", "减幅（合计）", "减幅（平均）", "计入", "共", "说明")
    for row in found.rows:
        for line in row.lines:
            name, before, after, rate, _unit = _figure(line)
            yield (row.name, name, before, after, rate, rate, int(bool(line.before)), 1, row.baseline)
    for label, table_ in (("全部一件事", found.whole), ("全部事项：承诺比法定", found.items)):
        for one in table_.lines:
            yield (
                label, MEASURE_NAMES[one.measure][0], round(one.before, 4), round(one.after, 4),
                one.rate_of_sums, one.mean_of_rates, one.counted, one.rows, f"{SUMS_FORMULA}；{MEAN_FORMULA}",
            )  # fmt: skip
        for left in table_.excluded:
            yield (
                left.subject, MEASURE_NAMES[left.measure][0], "", "", "", "", 0, 1, f"没有计入：{left.reason}"
            )  # fmt: skip
    yield from map(_claimed, city_claims())


def _claimed(claim: Claim) -> tuple[object, ...]:
    name, unit = MEASURE_NAMES[claim.measure.value]
    said = claim.rate if claim.rate is not None else f"少 {claim.cut} {unit}"
    return ("公开说法", name, "", "", said, "", "", "", f"{claim.scope}，{claim.provenance.source}")


def period(raw_from: str, raw_to: str, today: date) -> tuple[date, date]:
    """The days asked for, both counted; the year so far where none are given or they make no sense."""
    start, end = _day(raw_from) or date(today.year, 1, 1), _day(raw_to) or today
    return (start, end) if start <= end else (end, start)


def _day(raw: str) -> date | None:
    try:
        return date.fromisoformat(raw)
    except ValueError:
        return None


def current_of(key: str) -> Blueprint:
    """What people can apply for now under this key.

    Raises:
        NotFound: nothing.
    """
    found = town.current_blueprint(key)
    if found is None:
        raise NotFound(key)
    return found
