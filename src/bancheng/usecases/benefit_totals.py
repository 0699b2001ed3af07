"""What was paid, in sums: by policy, body, place or month, from the orders that the bank has paid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from bancheng.core.catalogue import division
from bancheng.core.kernel import Fen
from bancheng.store.models import BankOrder, GrantRow
from bancheng.usecases.access import Actor
from bancheng.usecases.benefits import policies_at
from bancheng.usecases.town import packs

WAYS = ("policy", "body", "place", "month")
_COLUMNS = {"policy": "batch__entitlement", "body": "batch__body", "place": "grant__division"}
_OF_GRANTS = {"policy": "entitlement", "body": "body", "place": "division"}


@dataclass(frozen=True)
class Line:
    """One line: its key (policy, body, division or ``2026-11``), people, payments, fen paid and fen that came back (not
    told by month: money comes back at other times than it went)."""

    key: str
    people: int
    payments: int
    paid: Fen
    back: Fen


def totals(actor: Actor, way: str, year: int | None = None, policy: str = "") -> tuple[Line, ...]:
    """The sums on this person's desk, the greatest first, months in their order. Two queries.

    `year`: of the day on which it was sent to the bank; `policy`: of this one alone.
    """
    mine = [one.id for one in policies_at(actor) if not policy or one.id == policy]
    orders = BankOrder.objects.filter(state=BankOrder.PAID, batch__entitlement__in=mine)
    if year:
        orders = orders.filter(batch__sent_at__year=year)
    if way == "month":
        month = TruncMonth("batch__sent_at", tzinfo=timezone.get_current_timezone())
        monthly: QuerySet[Any, Any] = orders.annotate(month=month)
        rows = _summed(monthly.values("month")).order_by("month")
        told = {
            f"{row['month']:%Y-%m}": Line(
                f"{row['month']:%Y-%m}", row["people"], row["n"], Fen(row["paid"]), Fen(0)
            )
            for row in rows
            if row["month"]
        }
        return tuple(told.get(key) or Line(key, 0, 0, Fen(0), Fen(0)) for key in _months(tuple(told)))
    column = _COLUMNS[way]
    back = _back(mine, way) if not year else {}
    found = [
        Line(row[column], row["people"], row["n"], Fen(row["paid"]), Fen(back.get(row[column], 0)))
        for row in _summed(orders.values(column))
    ]
    return tuple(sorted(found, key=_greatest))


def _months(paid: tuple[str, ...]) -> Iterator[str]:
    """Every month from the first of these to the last: one in which nothing was paid is told, too."""
    if not paid:
        return
    year, month = (int(part) for part in paid[0].split("-"))
    while (key := f"{year:04d}-{month:02d}") <= paid[-1]:
        yield key
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def townships() -> dict[str, str]:
    """The townships the packs know, by the code under which grants name them."""
    layers = packs().standards.layers
    return {division(code): name for one in layers for code, name in one.divisions.items()}


def _greatest(one: Line) -> tuple[int, str]:
    return -one.paid, one.key


def _summed(rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    n, people = Count("pk"), Count("grant__subject", distinct=True)
    summed: QuerySet[Any, Any] = rows.annotate(n=n, people=people, paid=Sum("amount"))
    return summed.order_by()


def _back(policies: list[str], way: str) -> dict[str, int]:
    rows = GrantRow.objects.filter(entitlement__in=policies, recovered__gt=0)
    return dict(rows.values_list(_OF_GRANTS[way]).annotate(Sum("recovered")))


def years(actor: Actor) -> tuple[int, ...]:
    """The years in which anything was sent to the bank, the newest first."""
    mine = [one.id for one in policies_at(actor)]
    sent = BankOrder.objects.filter(batch__entitlement__in=mine, batch__sent_at__isnull=False)
    return tuple(sorted({day.year for day in sent.dates("batch__sent_at", "year")}, reverse=True))
