"""The register of a day beside the provider's statement: what is missing, doubled or of another amount.

Nothing is guessed and nothing put right by itself, except that a payment the provider has and we do not is asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from bancheng.connect.payments import PaymentDown, StatementLine
from bancheng.store.models import Case, MoneyEntry, PaymentOrder, StatementCheck, StatementFinding
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.counter_people import windows
from bancheng.usecases.each import each
from bancheng.usecases.fees import look
from bancheng.usecases.money import provider

MISSING_HERE, MISSING_THERE, DOUBLED, AMOUNT = "missing_here", "missing_there", "doubled", "amount"
AFTER = time(1)
"""Local time from which the statement of yesterday is asked for."""
BACK_DAYS = 7
"""Days a provider may be down before its statements are asked for by hand only."""


def reconcile(day: date, now: datetime) -> StatementCheck | None:
    """Compare one day, again if it was compared before; what a person settled stays settled. None without a provider.

    Raises:
        PaymentDown: the provider gives no answer.
    """
    port = provider()
    if port is None:
        return None
    lines = port.statement(day)
    _ask_for_missing(lines, now)
    start = timezone.make_aware(datetime.combine(day, time()))
    rows = MoneyEntry.objects.filter(
        provider=port.name, at__gte=start, at__lt=start + timedelta(days=1)
    ).select_related("case")
    ours = {row.key: row for row in rows}
    with transaction.atomic():
        check, _ = StatementCheck.objects.update_or_create(
            provider=port.name,
            day=day,
            defaults={
                "at": now,
                "ours": sum(row.amount for row in ours.values()),
                "theirs": sum(line.amount for line in lines),
                "lines": len(lines),
            },
        )
        found = {(one.kind, one.key): one for one in _findings(ours, lines)}
        for old in check.findings.filter(settled_at=None):
            if (old.kind, old.key) not in found:
                old.delete()
        for one in found.values():
            one.check_of = check
            values = {"ours": one.ours, "theirs": one.theirs, "reference": one.reference, "case": one.case}
            StatementFinding.objects.update_or_create(
                check_of=check, kind=one.kind, key=one.key, defaults=values
            )
    return check


def _ask_for_missing(lines: tuple[StatementLine, ...], now: datetime) -> None:
    """A payment of the statement that we have not booked may only have been told too late: ask, then compare."""
    port = provider()
    keys = [key for line in lines if line.amount > 0 and (key := _uuid(line.key)) is not None]
    waiting = PaymentOrder.objects.filter(pk__in=keys, state__in=[PaymentOrder.OPEN, PaymentOrder.CLOSED])
    if port is None:
        return
    down: list[PaymentDown] = []

    def asked(order: PaymentOrder) -> int:
        try:
            return look(port, order, now)
        except PaymentDown as fault:
            down.append(fault)
            return 0

    each("reconciling.payment", waiting.select_related("case"), asked, now)
    if down:
        # Not every payment was asked for: the comparison would find what is no difference.
        raise down[0]


def _findings(ours: dict[str, MoneyEntry], lines: tuple[StatementLine, ...]) -> Iterator[StatementFinding]:
    times = Counter(line.key for line in lines)
    theirs = {line.key: line for line in lines}
    for key, line in theirs.items():
        row = ours.get(key)
        case = row.case if row else _case_of(key)
        facts = {
            "key": key,
            "case": case,
            "ours": row.amount if row else None,
            "theirs": line.amount,
            "reference": line.reference,
        }
        if row is None:
            yield StatementFinding(kind=MISSING_HERE, **facts)
        elif row.amount != line.amount:
            yield StatementFinding(kind=AMOUNT, **facts)
        if times[key] > 1:
            yield StatementFinding(kind=DOUBLED, **facts)
    for key, row in ours.items():
        if key not in theirs:
            yield StatementFinding(
                kind=MISSING_THERE,
                key=key,
                case=row.case,
                ours=row.amount,
                theirs=None,
                reference=row.reference,
            )


def _case_of(key: str) -> Case | None:
    pk = _uuid(key)
    order = PaymentOrder.objects.filter(pk=pk).select_related("case").first() if pk else None
    return order.case if order else None


def _uuid(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None


def daily(now: datetime) -> int:
    """Compare yesterday, and the days before that have not been compared; how many."""
    port = provider()
    if port is None or timezone.localtime(now).time() < AFTER:
        return 0
    today = timezone.localdate(now)
    days = [today - timedelta(days=back) for back in range(1, BACK_DAYS + 1)]
    known = set(StatementCheck.objects.filter(provider=port.name, day__in=days).values_list("day", flat=True))

    def compared(day: date) -> int:
        reconcile(day, now)
        return 1

    left = [day for day in days if day not in known]
    return each("reconciling.day", left, compared, now, about=date.isoformat, down=(PaymentDown,))


# ------------------------------------------------------------------------------------------------ who looks


def checks(actor: Actor) -> QuerySet[StatementCheck]:
    """The comparisons, newest first, for whoever holds or answers for a window; `left` differences wait in each."""
    if not windows(actor):
        return StatementCheck.objects.none()
    left = Count("findings", filter=Q(findings__settled_at=None))
    return StatementCheck.objects.annotate(left=left).order_by("-day", "provider")


def findings(actor: Actor, check: StatementCheck) -> QuerySet[StatementFinding]:
    """Where register and statement differ: for cases of the actor's windows, and lines that belong to no case."""
    mine = Q(case=None) | Q(case__tasks__kind="intake", case__tasks__body__in=windows(actor))
    rows = check.findings.filter(mine).select_related("case").distinct()
    return rows.order_by("settled_at", "kind", "key")


def settle(actor: Actor, pk: int, note: str, now: datetime) -> StatementFinding:
    """A person says what was done about a difference; `note` is their word and stays.

    Raises:
        NotFound: none of theirs, or settled already.
    """
    if not note.strip():
        raise NotFound("note")
    mine = Q(case=None) | Q(case__tasks__kind="intake", case__tasks__body__in=windows(actor))
    allowed = (
        StatementFinding.objects.filter(mine, pk=pk) if windows(actor) else StatementFinding.objects.none()
    )
    done = StatementFinding.objects.filter(pk__in=allowed.values("pk"), settled_at=None).update(
        settled_at=now, settled_by=actor.name, note=note.strip()[:300]
    )
    if not done:
        raise NotFound("finding")
    return StatementFinding.objects.get(pk=pk)
