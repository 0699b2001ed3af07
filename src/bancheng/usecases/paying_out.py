"""From what may be paid to what was paid: batches a second person agrees to, the bank's answers, what does not agree.

The bank is never asked inside a transaction. A batch is filled, its file is made of its rows and so is always the same,
and it is handed in until the bank has taken it; whatever breaks where, the next round goes on there.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, QuerySet, Sum
from django.utils import timezone

from bancheng.connect.banks import (
    BankBehaviour,
    BankDown,
    BankLine,
    BankPort,
    DemoBank,
    LineState,
    PayLine,
    payment_file,
)
from bancheng.core.benefits.grants import Grant, Hand, Road, acts
from bancheng.core.kernel import Fault, Fen, Refusal
from bancheng.store.models import (
    BankDifference,
    BankOrder,
    BenefitSubject,
    Budget,
    GrantRow,
    PaymentBatch,
)
from bancheng.usecases.each import each
from bancheng.usecases.grants import CHUNK, MACHINE, GrantRefused, act, act_on_many, fold_on

AMOUNT, UNKNOWN, DOUBLED, CHANGED = "amount", "unknown", "doubled", "changed"
"""Kinds of difference: another amount than ordered; nobody ordered it; paid twice; said otherwise before."""


def bank() -> BankPort | None:
    """The bank this deployment pays out through; None where none serves.

    Raises:
        Fault: the settings name one that does not exist.
    """
    name = settings.BANCHENG_BANK
    if name not in {"", DemoBank.name}:
        raise Fault(f"no bank {name!r} serves here")
    if not (settings.BANCHENG_DEMO and name == DemoBank.name):
        return None
    return _demo(Path(settings.BANCHENG_HOME), BankBehaviour(settings.BANCHENG_DEMO_BANK))


@lru_cache(maxsize=8)
def _demo(home: Path, behaviour: BankBehaviour) -> DemoBank:
    return DemoBank(home / "demo-bank.db", timezone.now, behaviour)


# ------------------------------------------------------------------------------------------------- filling


def waiting(entitlement: str, period: str, body: str) -> QuerySet[GrantRow]:
    """The grants of a list with something still to be paid and nothing on its way."""
    due = GrantRow.objects.filter(
        entitlement=entitlement, period=period, body=body, due__gt=F("paid") - F("recovered")
    )
    return due.exclude(orders__state=BankOrder.SENT)


def budget_year(period: str, day: dt.date) -> int:
    """The year whose budget pays a period; for what is given once, the year of the day."""
    return int(period[:4]) if period[:4].isdecimal() else day.year


def fill(batch: PaymentBatch, road: Road, now: dt.datetime) -> Counter[str]:
    """Reserve and order everything that may be paid now; how many were ordered, and what stood in the way of the rest.

    Broken off, it is called again for the same batch and goes on: who has an order on its way is left alone. The batch
    is closed to further lines at the end. Where the budget ends within a chunk, its subjects are taken one by one in
    their order, so that what is there is paid. From a budget of another policy, body or year nothing is.
    """
    stood = Counter[str]()
    if batch.state != PaymentBatch.FILLING:
        return stood
    rows = waiting(batch.entitlement, batch.period, batch.body)
    pks = list(rows.order_by("subject").values_list("pk", flat=True))
    if pks and (no := _wrong_budget(batch)):
        stood[no.code] += len(pks)
        pks = []
    for start in range(0, len(pks), CHUNK):
        chunk = pks[start : start + CHUNK]
        try:
            stood += _order(batch, chunk, road, now)
        except GrantRefused:
            for pk in chunk:
                try:
                    stood += _order(batch, [pk], road, now)
                except GrantRefused as no:
                    stood[no.refusal.code] += 1
    _seal(batch)
    return stood


def _wrong_budget(batch: PaymentBatch) -> Refusal | None:
    """Why this batch is not paid from its budget."""
    budget = Budget.objects.filter(key=batch.budget).first()
    if budget is None:
        return Refusal("budget.none", f"没有编号为“{batch.budget}”的预算。", remedy="请先登记预算。")
    year = budget_year(batch.period, timezone.localdate(batch.created_at))
    if (budget.entitlement, budget.body, budget.year) != (batch.entitlement, batch.body, year):
        return Refusal(
            "budget.other", "这笔预算是别的政策、别的部门或者别的年度的。", remedy="请换一笔预算。"
        )
    return None


def _holder(one: BenefitSubject) -> str:
    """Whose the account is."""
    return one.holder or one.name


def _order(batch: PaymentBatch, pks: list[int], road: Road, now: dt.datetime) -> Counter[str]:
    """Hold the money and order it, as one act; what stood in the way, or ``ordered``."""
    rows = GrantRow.objects.filter(pk__in=pks).annotate(asked=Count("orders"))
    # The next key of each grant: orders that came back have had theirs.
    keys = {row.pk: f"{row.pk}-{row.asked + 1}" for row in rows}
    subjects = {(row.subject_kind, row.subject) for row in rows}
    accounts = {
        (one.subject_kind, one.subject): one
        for one in BenefitSubject.objects.filter(subject__in={subject for _, subject in subjects}).exclude(
            account=""
        )
        if (one.subject_kind, one.subject) in subjects
    }

    today = timezone.localdate(now)

    def decide(row: GrantRow, grant: Grant) -> acts.Told:
        if (row.subject_kind, row.subject) not in accounts:
            return Refusal("grant.no_account", "还没有收款账号。")
        held = acts.reserve(grant, batch.budget, road, today, now, MACHINE)
        if isinstance(held, Refusal):
            return held
        sent = acts.send(fold_on(grant, held), keys[row.pk], batch.pk, road, today, now, MACHINE)
        return sent if isinstance(sent, Refusal) else (*held, *sent)

    def order(done: Mapping[int, tuple[GrantRow, Grant]]) -> None:
        made = [
            BankOrder(
                key=keys[pk],
                batch=batch,
                grant=row,
                account=accounts[row.subject_kind, row.subject].account,
                holder=_holder(accounts[row.subject_kind, row.subject]),
                amount=grant.in_flight,
            )
            for pk, (row, grant) in done.items()
            if grant.sent
        ]
        BankOrder.objects.bulk_create(made)
        stood["ordered"] += len(made)

    stood = Counter[str]()
    refused = act_on_many(pks, decide, now, also=order)
    stood.update(one.code for one in refused.values())
    return stood


def _seal(batch: PaymentBatch) -> None:
    with transaction.atomic():
        held = PaymentBatch.objects.select_for_update().get(pk=batch.pk)
        if held.state == PaymentBatch.FILLING:
            sums = held.orders.aggregate(amount=Sum("amount"))
            held.count, held.amount = held.orders.count(), sums["amount"] or 0
            held.digest = hashlib.sha256(file_of(held)).hexdigest()
            held.state = PaymentBatch.CHECK if held.count else PaymentBatch.CLOSED
            held.save()
    batch.refresh_from_db()


def agree(batch: PaymentBatch, by: Hand, now: dt.datetime) -> None:
    """A second person agrees: the batch may go to the bank.

    Raises:
        GrantRefused: it does not wait for anybody, or who asked for it agrees to it.
    """
    _second(batch, by, now, state=PaymentBatch.READY)


def decline(batch: PaymentBatch, why: str, by: Hand, now: dt.datetime) -> None:
    """A second person does not agree: its orders are taken back, the money stays held for the next batch.

    Raises:
        GrantRefused: as `agree`, or without a reason.
    """
    if not why.strip():
        raise GrantRefused(Refusal("batch.reason", "请写明为什么退回。"))
    with transaction.atomic():
        _second(batch, by, now, state=PaymentBatch.CLOSED, declined=why.strip()[:300])
        keys = dict(batch.orders.filter(state=BankOrder.SENT).values_list("grant", "key"))
        refused = act_on_many(
            tuple(keys),
            lambda row, grant: acts.bounce(grant, keys[row.pk], f"复核退回：{why}", now, by),
            now,
            also=lambda _: None,
        )
        if refused:
            raise GrantRefused(*refused.values())
        batch.orders.filter(state=BankOrder.SENT).update(state=BankOrder.BOUNCED, reason="复核退回")


def _second(batch: PaymentBatch, by: Hand, now: dt.datetime, **change: str) -> None:
    if by.machine or by.id == batch.by:
        raise GrantRefused(Refusal("batch.own", "这一批是您提出的，由另一位负责人复核。"))
    mine = PaymentBatch.objects.filter(pk=batch.pk, state=PaymentBatch.CHECK).exclude(by=by.id)
    if not mine.update(second=by.id, second_name=by.name, second_at=now, **change):
        raise GrantRefused(Refusal("batch.state", "这一批不在等复核，可能已经有人处理。"))
    batch.refresh_from_db()


def file_of(batch: PaymentBatch) -> bytes:
    """The file for the bank, the same bytes each time: lines in the order of their grants."""
    purpose = f"{batch.entitlement} {batch.period}"
    lines = (
        PayLine(key=one.key, account=one.account, holder=one.holder, amount=Fen(one.amount), purpose=purpose)
        for one in batch.orders.order_by("grant__subject", "key")
    )
    return payment_file(batch.pk, tuple(lines))


# ------------------------------------------------------------------------------------------------ the bank


def round_trip(now: dt.datetime) -> int:
    """Hand in what is ready, ask about what was handed in; how many lines were settled or came back.

    One bank that is down, or one batch that cannot be read, keeps no other waiting; nothing is ever given up, for money
    may be on its way: what goes wrong again and again is seen at the desk.
    """
    port = bank()
    if port is None:
        return 0
    open_ones = PaymentBatch.objects.filter(state__in=[PaymentBatch.READY, PaymentBatch.SENT])

    def round_of(batch: PaymentBatch) -> int:
        try:
            return hand_in_and_ask(port, batch, now)
        except (BankDown, Fault) as fault:
            PaymentBatch.objects.filter(pk=batch.pk).update(
                looked_at=now, tries=F("tries") + 1, error=str(fault)[:200]
            )
            return 0

    batches = open_ones.order_by(F("looked_at").asc(nulls_first=True), "pk")
    return each("banks.batch", batches, round_of, now, wanted=open_ones, about=lambda batch: str(batch.pk))


def hand_in_and_ask(port: BankPort, batch: PaymentBatch, now: dt.datetime) -> int:
    """One batch, one round.

    Raises:
        BankDown: no answer; the same round comes again.
        Fault: the file is not the one that was sealed, so it is not handed in.
    """
    if batch.state == PaymentBatch.READY:
        file = file_of(batch)
        if hashlib.sha256(file).hexdigest() != batch.digest:
            raise Fault(f"the file of {batch.pk} is not the one that was closed")
        port.hand_in(batch.pk, file)
        PaymentBatch.objects.filter(pk=batch.pk, state=PaymentBatch.READY).update(
            state=PaymentBatch.SENT, sent_at=now, error=""
        )
    moved = book(batch, port.answers(batch.pk), now)
    left = batch.orders.filter(state=BankOrder.SENT).exists()
    PaymentBatch.objects.filter(pk=batch.pk).update(
        looked_at=now, error="", tries=0, state=PaymentBatch.SENT if left else PaymentBatch.CLOSED
    )
    return moved


def book(batch: PaymentBatch, said: Iterable[BankLine], now: dt.datetime) -> int:
    """Book what the bank says, each payment once; what does not agree is kept for a person and changes nothing."""
    orders = {order.key: order for order in batch.orders.all()}
    moved = 0
    for line in said:
        order = orders.get(line.key)
        if order is None:
            _differs(batch, UNKNOWN, line, 0)
        elif line.amount != order.amount:
            _differs(batch, AMOUNT, line, order.amount)
        elif line.state is LineState.OPEN:
            continue
        elif order.state == BankOrder.SENT:
            moved += _settle(order, line, now)
        elif (order.state == BankOrder.PAID) != (line.state is LineState.PAID):
            _differs(batch, CHANGED, line, order.amount)
        elif line.state is LineState.PAID and line.reference != order.reference:
            _differs(batch, DOUBLED, line, order.amount)
    return moved


def _settle(order: BankOrder, line: BankLine, now: dt.datetime) -> int:
    paid = line.state is LineState.PAID

    def booked(_: GrantRow) -> None:
        order.state = BankOrder.PAID if paid else BankOrder.BOUNCED
        order.reference, order.reason = line.reference, line.reason
        order.save(update_fields=["state", "reference", "reason"])

    try:
        if paid:
            act(
                order.grant_id,
                lambda grant: acts.settle(grant, order.key, line.reference, now, MACHINE),
                now,
                also=booked,
            )
        else:
            act(
                order.grant_id,
                lambda grant: acts.bounce(grant, order.key, line.reason, now, MACHINE),
                now,
                also=booked,
            )
    except GrantRefused:
        _differs(order.batch, CHANGED, line, order.amount)
        return 0
    return 1


def _differs(batch: PaymentBatch, kind: str, line: BankLine, ours: int) -> None:
    BankDifference.objects.get_or_create(
        batch=batch,
        kind=kind,
        key=line.key,
        reference=line.reference,
        defaults={"ours": ours, "theirs": line.amount},
    )


def settle_difference(pk: int, note: str, by: str, now: dt.datetime) -> BankDifference:
    """A named person has found out what it was, and says so.

    Raises:
        GrantRefused: without words it is not settled.
    """
    if not note.strip():
        raise GrantRefused(Refusal("bank.note", "请写明查明的情况。"))
    BankDifference.objects.filter(pk=pk, settled_at=None).update(settled_at=now, settled_by=by, note=note)
    return BankDifference.objects.get(pk=pk)
