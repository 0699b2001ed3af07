"""Money at the window: cash taken and given back, the register, the drawer counted at the end of the day, figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from bancheng.core.casework import CommandRefused, PayWay, commands, dues
from bancheng.core.kernel import Place, Problem, ProblemsFound, Refusal
from bancheng.store.models import CaseBill, DrawerCount, MoneyEntry, PaymentOrder, RefundOrder
from bancheng.usecases.access import Actor, NotAllowed
from bancheng.usecases.casework import CaseFile, act, load
from bancheng.usecases.counter_people import windows
from bancheng.usecases.examining import Dossier
from bancheng.usecases.mandate_scope import stands_for
from bancheng.usecases.money import enter, receipt_number

# ------------------------------------------------------------------------------------------------ cash


def take_cash(actor: Actor, dossier: Dossier, *, seen: int | None = None, mandate: int = 0) -> MoneyEntry:
    """The person hands over exactly what is due now; receipt, register and case in one transaction.

    `mandate` is that of the agent who pays for the applicant; 0: they themself.

    Raises:
        CommandRefused: nothing is due, the mandate does not hold for paying, an online payment is under way, or not
            their window.
        Stale: the case has moved since the page showed the amount.
    """
    file, now = dossier.file, timezone.now()
    body = file.state.submission.receiving_body if file.state.submission else ""
    stands = stands_for(actor, mandate, file.case, "pay")
    amount = sum(dues(file.state).values())
    if not amount:
        raise CommandRefused((Refusal("pay.nothing", "现在没有需要缴的费用。"),))
    if PaymentOrder.objects.filter(case=file.case, state=PaymentOrder.DISPUTED).exists():
        raise CommandRefused(
            (
                Refusal(
                    "pay.disputed", "有一笔网上缴费的金额对不上，先不要再收。", remedy="请先在对账里核实。"
                ),
            )
        )
    entries: list[MoneyEntry] = []
    with transaction.atomic():
        receipt = receipt_number(file.case, now)
        payment = f"cash:{uuid4()}"

        def write(after: CaseFile) -> None:
            entries[:] = [
                enter(
                    after, key=payment, amount=amount, way=PayWay.CASH, receipt=receipt, actor=actor, now=now
                )
            ]

        command = commands.RecordPayment(payment=payment, amount=amount, way=PayWay.CASH, receipt=receipt)
        act(actor, file.case.pk, command, body=body, seen=seen, now=now, also=write, stands=stands)
    return entries[0]


def give_cash_back(actor: Actor, dossier: Dossier, refund: str, *, seen: int | None = None) -> MoneyEntry:
    """A refund of cash goes into the hands of the payer.

    Raises:
        CommandRefused: there is no such refund any more, or not their window.
        Stale: the case has moved.
    """
    file, now = dossier.file, timezone.now()
    body = file.state.submission.receiving_body if file.state.submission else ""
    found = file.state.bill.refunds.get(refund)
    amount = found.total if found else 0
    entries: list[MoneyEntry] = []
    with transaction.atomic():
        receipt = receipt_number(file.case, now)

        def write(after: CaseFile) -> None:
            entries[:] = [
                enter(
                    after, key=refund, amount=-amount, way=PayWay.CASH, receipt=receipt, actor=actor, now=now
                )
            ]

        command = commands.ConfirmRefund(refund=refund, receipt=receipt)
        act(actor, file.case.pk, command, body=body, seen=seen, now=now, also=write)
    return entries[0]


# ------------------------------------------------------------------------------------------------ register


def register(actor: Actor, day: date | None = None, text: str = "", way: str = "") -> QuerySet[MoneyEntry]:
    """The lines of the actor's windows, newest first; of a day, of a way, of a case or receipt, as asked."""
    rows = MoneyEntry.objects.filter(body__in=windows(actor)).select_related("case", "case__party")
    if day is not None:
        rows = rows.filter(at__gte=_midnight(day), at__lt=_midnight(day + timedelta(days=1)))
    if way in set(PayWay):
        rows = rows.filter(way=way)
    if text:
        plain = "".join(text.split())
        rows = rows.filter(
            Q(receipt__icontains=plain) | Q(case__number__contains=plain) | Q(reference__icontains=plain)
        )
    return rows.order_by("-number")


@dataclass(frozen=True)
class Sums:
    """What moved, in fen: taken and given back by way, and how many lines."""

    online: int
    online_back: int
    cash: int
    cash_back: int
    lines: int

    @property
    def net(self) -> int:
        """What stayed."""
        return self.online + self.online_back + self.cash + self.cash_back


def sums(rows: QuerySet[MoneyEntry]) -> Sums:
    """Figures of a part of the register: one query."""
    found = rows.order_by().aggregate(
        online=Sum("amount", filter=Q(way="online", amount__gt=0), default=0),
        online_back=Sum("amount", filter=Q(way="online", amount__lt=0), default=0),
        cash=Sum("amount", filter=Q(way="cash", amount__gt=0), default=0),
        cash_back=Sum("amount", filter=Q(way="cash", amount__lt=0), default=0),
        lines=Count("pk"),
    )
    return Sums(**found)


def open_bills(actor: Actor) -> QuerySet[CaseBill]:
    """Cases of the actor's windows in which something is due or a refund is under way."""
    return (
        CaseBill.objects.filter(
            Q(due__gt=0) | Q(refunding__gt=0),
            case__tasks__kind="intake",
            case__tasks__body__in=windows(actor),
        )
        .select_related("case", "case__party")
        .order_by("-refunding", "-due", "case__number")
    )


def troubled(actor: Actor) -> tuple[list[PaymentOrder], list[RefundOrder]]:
    """Payments whose amount does not fit, and refunds the provider does not do: a person must look."""
    mine = {"case__tasks__kind": "intake", "case__tasks__body__in": windows(actor)}
    disputed = PaymentOrder.objects.filter(state=PaymentOrder.DISPUTED, **mine).select_related("case")
    failed = RefundOrder.objects.filter(state=RefundOrder.FAILED, **mine).select_related("case")
    return list(disputed.order_by("created_at")), list(failed.order_by("created_at"))


# ------------------------------------------------------------------------------------------------ drawer


@dataclass(frozen=True)
class Drawer:
    """A clerk's cash of a day at one window: what the register says, and what was counted."""

    body: str
    expected: int
    count: DrawerCount | None


def drawers(actor: Actor, day: date) -> list[Drawer]:
    """The actor's own cash of a day, window by window."""
    counted = {one.body: one for one in DrawerCount.objects.filter(clerk=actor.id, day=day)}
    held = windows(actor, ("clerk",))
    return [Drawer(body, expected(actor, body, day), counted.get(body)) for body in held]


def expected(actor: Actor, body: str, day: date) -> int:
    """What must lie in the drawer, in fen: cash taken less cash given back."""
    rows = MoneyEntry.objects.filter(clerk=actor.id, body=body, way=PayWay.CASH.value)
    of_day = rows.filter(at__gte=_midnight(day), at__lt=_midnight(day + timedelta(days=1)))
    total: int = of_day.aggregate(total=Sum("amount", default=0))["total"]
    return total


def count_drawer(actor: Actor, body: str, day: date, counted: int, note: str) -> DrawerCount:
    """Write down what was counted, once a day; a difference needs its explanation.

    Raises:
        NotAllowed: not the actor's window.
        ProblemsFound: counted already, a day to come, or a difference without a word.
    """
    if body not in windows(actor, ("clerk",)):
        raise NotAllowed("drawer")
    should = expected(actor, body, day)
    problems = []
    if day > timezone.localdate():
        problems.append(Problem("drawer.day", "这一天还没有到。", Place(path="day")))
    if counted < 0:
        problems.append(Problem("drawer.amount", "清点的金额不能小于零。", Place(path="counted")))
    if counted != should and not note.strip():
        problems.append(Problem("drawer.note", "清点的金额与账上不符，请写明原因。", Place(path="note")))
    if DrawerCount.objects.filter(body=body, clerk=actor.id, day=day).exists():
        problems.append(Problem("drawer.twice", "这一天已经清点过了。", Place(path="counted")))
    if problems:
        raise ProblemsFound(tuple(problems))
    count, _ = DrawerCount.objects.get_or_create(
        body=body,
        clerk=actor.id,
        day=day,
        defaults={
            "clerk_name": actor.name,
            "expected": should,
            "counted": counted,
            "note": note.strip()[:300],
        },
    )
    return count


def waiting_cash(file: CaseFile) -> list[tuple[str, int]]:
    """Refunds the window has to hand out in cash: key and fen."""
    state = load(file.case).state
    return [(one.key, one.total) for one in state.bill.to_refund if one.way is PayWay.CASH]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
