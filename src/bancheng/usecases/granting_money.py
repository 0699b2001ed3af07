"""预算到对账: the money of a list: its budget, batches that two people sign, accounts, what the bank says otherwise."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet, Sum
from django.utils import timezone

from bancheng.core.benefits import Policy
from bancheng.core.benefits.grants import Stage
from bancheng.core.kernel import Fault, Fen, Place, Problem, ProblemsFound, Refusal, fen, format_yuan
from bancheng.store.models import (
    BankDifference,
    BankOrder,
    BenefitSubject,
    Budget,
    GrantRow,
    PaymentBatch,
)
from bancheng.usecases import paying_out
from bancheng.usecases.access import Actor, NotFound, record
from bancheng.usecases.benefits import library
from bancheng.usecases.casework import Stale
from bancheng.usecases.each import each
from bancheng.usecases.granting import doer
from bancheng.usecases.grants import GrantRefused
from bancheng.usecases.rolls import Figures, Roll, figures, road_of

OPEN = (PaymentBatch.FILLING, PaymentBatch.CHECK)
_LONGEST_ACCOUNT = 40


def yuan_of(text: str, field: str) -> Fen:
    """An amount as people type it, in yuan; never below one fen.

    Raises:
        ProblemsFound: it is no amount.
    """
    try:
        amount = fen(text.replace(",", "").replace("，", "").strip())
    except (ArithmeticError, ValueError):
        amount = Fen(0)
    if amount <= 0:
        raise ProblemsFound([Problem("amount", "请填金额，如 1200.50。", Place(path=field))])
    return amount


# ---------------------------------------------------------------------------------------------- the budget


def budget_key(one: Roll) -> str:
    """The key of the budget a list is paid from: one for each policy and year."""
    year = paying_out.budget_year(one.period, timezone.localdate(one.last.started_at))
    return f"{one.policy.id}-{year}"[:80]


def budget_of(one: Roll) -> Budget | None:
    """The budget a list is paid from; None while none was set aside."""
    return Budget.objects.filter(key=budget_key(one)).first()


def left_of(budget: Budget | None) -> Fen:
    """What is neither held nor spent."""
    return Fen(budget.allotted - budget.held - budget.spent) if budget else Fen(0)


def allot(actor: Actor, one: Roll, amount: Fen, document: str) -> Budget:
    """The head of the body enters how much was set aside altogether, and by which document; again, it is changed.

    Raises:
        GrantRefused: less than is held and spent already.
        ProblemsFound: no document is named.
    """
    doer(actor, one.body, "senior")
    if not document.strip():
        raise ProblemsFound([Problem("required", "请写明预算文件的名称和文号。", Place(path="document"))])
    key = budget_key(one)
    with transaction.atomic():
        budget, _ = Budget.objects.get_or_create(
            key=key,
            defaults={
                "entitlement": one.policy.id,
                "year": paying_out.budget_year(one.period, timezone.localdate(one.last.started_at)),
                "body": one.body,
                "allotted": 0,
            },
        )
        budget = Budget.objects.select_for_update().get(pk=budget.pk)
        taken = Fen(budget.held + budget.spent)
        if amount < taken:
            said = f"已经留用和付出{format_yuan(taken)}，预算不能比这少。"
            raise GrantRefused(Refusal("budget.below", said))
        budget.allotted = amount
        budget.save(update_fields=["allotted"])
        record(actor, "benefits.budget", key, f"{document.strip()}：{format_yuan(amount)}"[:200])
    return budget


# ---------------------------------------------------------------------------------------------- the batches


def batches(one: Roll) -> QuerySet[PaymentBatch]:
    """The batches of a list, the newest first."""
    rows = PaymentBatch.objects.filter(entitlement=one.policy.id, period=one.period, body=one.body)
    return rows.order_by("-created_at", "-key")


def batch_of(one: Roll, key: str) -> PaymentBatch:
    """One of them.

    Raises:
        NotFound: none of this list.
    """
    found = batches(one).filter(pk=key).first()
    if found is None:
        raise NotFound("batch")
    return found


def bank_file(actor: Actor, one: Roll, key: str) -> bytes:
    """The file of a batch as the bank gets it, for those of the body; that it was taken is kept.

    Raises:
        NotFound: none of this list.
        NotAllowed: not of the body.
    """
    doer(actor, one.body)
    found = batch_of(one, key)
    record(actor, "benefits.file", key)
    return paying_out.file_of(found)


def stops(one: Roll, told: Figures) -> tuple[Refusal, ...]:
    """Everything that stops a whole batch, whoever is in it."""
    found = []
    if told.checked < told.to_draw:
        lacking = told.to_draw - told.checked
        found.append(Refusal("batch.sample", f"抽查还差 {lacking} 人。", remedy="先完成抽查，再提出付款。"))
    if told.failed:
        said = f"抽查有 {told.failed} 人不符，还没有处理。"
        found.append(Refusal("batch.failed", said, remedy="请负责人排除，或者复查后改为相符。"))
    budget = budget_of(one)
    if budget is None:
        found.append(Refusal("budget.none", "还没有登记预算。", remedy="请负责人先登记预算。"))
    elif told.free_money > left_of(budget) + _held_for(one):
        said = f"预算还剩{format_yuan(left_of(budget))}，应付{format_yuan(told.free_money)}。"
        found.append(Refusal("budget.short", said, remedy="追加预算；不追加的，按顺序付到用完为止。"))
    return tuple(found)


def _held_for(one: Roll) -> Fen:
    """What is held for people of this list whose order came back: it needs no room of its own."""
    back = one.rows.filter(stage=Stage.RESERVED)
    return Fen(back.aggregate(held=Sum(F("due") - F("paid") + F("recovered")))["held"] or 0)


def propose(actor: Actor, one: Roll, now: dt.datetime, seen: int | None = None) -> PaymentBatch:
    """Ask for a batch of everybody who can be paid now; a worker fills it, a second person agrees.

    `seen`: how many batches the list had when the caller looked. The same wish sent again gets the batch it made.

    Raises:
        GrantRefused: something stops it, or one waits already. A budget that is too short does not: it is paid out in
            the order of subjects.
        Stale: somebody else asked for one meanwhile.
    """
    hand = doer(actor, one.body)
    if seen is not None and (made_since := batches(one).count() - seen):
        last = batches(one).first()
        if made_since == 1 and last is not None and last.by == hand.id:
            return last
        raise Stale
    told = figures(one, timezone.localdate(now))
    against = [no for no in stops(one, told) if no.code != "budget.short"]
    if not told.free:
        against.append(Refusal("batch.empty", "现在没有可以付款的人。"))
    if batches(one).filter(state__in=OPEN).exists():
        against.append(Refusal("batch.open", "已有一批在等复核。", remedy="先复核那一批。"))
    if against:
        raise GrantRefused(*against)
    number = batches(one).count() + 1
    try:
        with transaction.atomic():
            made = PaymentBatch.objects.create(
                key=f"{one.policy.id[:36]}-{one.period}-{number}",
                entitlement=one.policy.id,
                period=one.period,
                body=one.body,
                budget=budget_key(one),
                by=hand.id,
                by_name=hand.name,
                created_at=now,
            )
            record(actor, "benefits.pay", made.pk)
    except IntegrityError:
        raise GrantRefused(Refusal("batch.open", "刚有人提出了一批。", remedy="请刷新页面。")) from None
    return made


def fill_waiting(now: dt.datetime) -> int:
    """Fill the batches that were asked for; how many. For a worker."""
    asked = PaymentBatch.objects.filter(state=PaymentBatch.FILLING)
    waiting = asked.order_by("created_at")
    return each("banks.fill", waiting, partial(_fill, now=now), now, wanted=asked, about=lambda one: one.pk)


def _fill(one: PaymentBatch, now: dt.datetime) -> int:
    policies = {policy.id: policy for policy in library().policies}
    policy: Policy | None = policies.get(one.entitlement)
    if policy is None:
        raise Fault(f"no policy {one.entitlement!r} any more")
    paying_out.fill(one, road_of(policy), now)
    return 1


def second(actor: Actor, one: Roll, key: str, agreed: bool, words: str, now: dt.datetime) -> PaymentBatch:
    """The head of the body, who did not ask for it, agrees to a batch or sends it back with a reason; said again it is
    said once.

    Raises:
        GrantRefused: their own, or not waiting; or what stops a batch has come up since.
    """
    hand, found = doer(actor, one.body, "senior"), batch_of(one, key)
    if found.second == hand.id and bool(found.declined) != agreed:
        return found
    if agreed:
        against = [no for no in stops(one, figures(one, timezone.localdate(now))) if no.code in _AT_THE_END]
        if against:
            raise GrantRefused(*against)
        paying_out.agree(found, hand, now)
    else:
        paying_out.decline(found, words, hand, now)
    record(actor, "benefits.agree" if agreed else "benefits.decline", found.pk, words.strip()[:200])
    return found


_AT_THE_END = {"batch.sample", "batch.failed"}
"""What stops a batch that is filled, too."""


# ------------------------------------------------------------------------------- accounts and differences


def returned(one: Roll) -> QuerySet[BankOrder]:
    """Payments that came back and were not ordered again since."""
    rows = BankOrder.objects.filter(
        batch__entitlement=one.policy.id,
        batch__period=one.period,
        state=BankOrder.BOUNCED,
        grant__stage="reserved",
    )
    return rows.select_related("grant").order_by("grant__subject", "-key")


def correct_account(
    actor: Actor, one: Roll, row: GrantRow, account: str, holder: str, reason: str
) -> BenefitSubject:
    """Write down another account of a subject, with whose it is and how one knows.

    Raises:
        ProblemsFound: the account is no number, or no reason is given.
    """
    doer(actor, one.body)
    plain = "".join(account.split())
    lacking = []
    if not (plain.isascii() and plain.isdigit() and 8 <= len(plain) <= _LONGEST_ACCOUNT):
        lacking.append(Problem("account", "请填账号，8 到 40 位数字。", Place(path="account")))
    if not reason.strip():
        lacking.append(Problem("required", "请写明怎么核对的。", Place(path="account_reason")))
    if lacking:
        raise ProblemsFound(lacking)
    with transaction.atomic():
        subject, _ = BenefitSubject.objects.select_for_update().get_or_create(
            subject_kind=row.subject_kind, subject=row.subject, defaults={"name": holder.strip()}
        )
        subject.account, subject.holder = plain, holder.strip()[:200]
        subject.save(update_fields=["account", "holder"])
        record(actor, "benefits.account", f"{one.policy.id}/{one.period}/{row.pk}", reason.strip()[:200])
    return subject


def differences(one: Roll) -> QuerySet[BankDifference]:
    """What the bank says and the books do not, those not settled first."""
    rows = BankDifference.objects.filter(batch__entitlement=one.policy.id, batch__period=one.period)
    return rows.select_related("batch").order_by("settled_at", "pk")


def settle_difference(actor: Actor, one: Roll, pk: int, note: str, now: dt.datetime) -> BankDifference:
    """Somebody of the body has found out what it was, and says so.

    Raises:
        NotFound: no such difference in this list.
        GrantRefused: without words it is not settled.
    """
    hand = doer(actor, one.body)
    if not differences(one).filter(pk=pk).exists():
        raise NotFound("difference")
    settled = paying_out.settle_difference(pk, note, hand.name, now)
    record(actor, "benefits.difference", f"{one.policy.id}/{one.period}/{pk}", note[:200])
    return settled
