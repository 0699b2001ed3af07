"""付款前看变化: who gets what in this period if everything that can be paid now is paid, beside the period before.

Each subject stands in one line. What they get in a period is what was paid and not recovered, what is on its way at the
bank, and, in this one, what could be ordered now; nothing is changed by looking.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Case, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from bancheng.core.kernel import Fen
from bancheng.store.models import BankOrder, GrantRow, PaymentBatch
from bancheng.usecases.rolls import Roll, free_rows

_ON_ITS_WAY = Q(orders__state=BankOrder.SENT)


class Change(StrEnum):
    """How somebody's money stands beside the period before."""

    NEW = "new"
    GONE = "gone"
    MORE = "more"
    LESS = "less"
    SAME = "same"


@dataclass(frozen=True)
class Line:
    """One subject: the grant to open and its period, fen in this period and in the one before; `stage` of the grant."""

    subject: int
    pk: int
    period: str
    division: str
    stage: str
    now: Fen
    before: Fen

    @property
    def change(self) -> Change:
        """Which of the five it is."""
        if not self.before:
            return Change.NEW
        if not self.now:
            return Change.GONE
        if self.now == self.before:
            return Change.SAME
        return Change.MORE if self.now > self.before else Change.LESS


@dataclass(frozen=True)
class Beside:
    """A list beside the one paid before. `period`: of that one; empty where nothing was paid before."""

    period: str
    lines: tuple[Line, ...]

    @property
    def counts(self) -> Mapping[Change, tuple[int, Fen, Fen]]:
        """Change → people, fen now, fen before; all five."""
        found = {change: [0, 0, 0] for change in Change}
        for one in self.lines:
            told = found[one.change]
            told[0], told[1], told[2] = told[0] + 1, told[1] + one.now, told[2] + one.before
        return {change: (many, Fen(now), Fen(before)) for change, (many, now, before) in found.items()}

    @property
    def now(self) -> tuple[int, Fen]:
        """People and fen of this period."""
        return sum(bool(one.now) for one in self.lines), Fen(sum(one.now for one in self.lines))

    @property
    def before(self) -> tuple[int, Fen]:
        """People and fen of the period before."""
        return sum(bool(one.before) for one in self.lines), Fen(sum(one.before for one in self.lines))

    def of(self, change: Change | None) -> tuple[Line, ...]:
        """The lines of one change, by subject; None: all."""
        return self.lines if change is None else tuple(one for one in self.lines if one.change is change)


def period_before(one: Roll) -> str:
    """The last period before this one of which anything went to the bank; "" where there is none."""
    batches = PaymentBatch.objects.filter(
        entitlement=one.policy.id, body=one.body, period__lt=one.period, sent_at__isnull=False
    )
    return batches.order_by("-period").values_list("period", flat=True).first() or ""


def beside(one: Roll, today: dt.date) -> Beside:
    """This list with its next batch beside the period before. Three queries, whatever its length."""
    period = period_before(one)
    former = GrantRow.objects.filter(entitlement=one.policy.id, period=period, body=one.body)
    before = _received(former) if period else {}
    free = free_rows(one, today)
    now = _received(one.rows, free)
    lines = []
    for subject in sorted({*before, *now}):
        this, last = now.get(subject), before.get(subject)
        row = this or last
        if row is None or not ((this and this.now) or (last and last.now)):
            continue
        lines.append(
            Line(
                subject=subject,
                pk=row.pk,
                period=row.period,
                division=row.division,
                stage=this.stage if this else "",
                now=this.now if this else Fen(0),
                before=last.now if last else Fen(0),
            )
        )
    return Beside(period, tuple(lines))


def _received(rows: QuerySet[GrantRow], free: QuerySet[GrantRow] | None = None) -> dict[int, Line]:
    """What each subject of a list gets of it; `free`: those who get all they are due with the next batch."""
    way = Sum("orders__amount", filter=_ON_ITS_WAY)
    told = F("paid") - F("recovered") + Coalesce(way, Value(0))
    rows_now = rows.annotate(money=told)
    if free is not None:
        rows_now = rows_now.annotate(
            gets=Case(When(pk__in=free.values("pk"), then=F("due")), default=F("money"))
        )
    amount = "gets" if free is not None else "money"
    fields = ("subject", "pk", "period", "division", "stage", amount)
    return {
        subject: Line(subject, pk, period, division, stage, Fen(money), Fen(0))
        for subject, pk, period, division, stage, money in rows_now.values_list(*fields)
    }
