"""Fees of a case: reckoned from what was given, paid online, booked once, given back. Outside effects never happen
inside the transaction of an act, and everything may be told twice."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from bancheng.connect.payments import PaymentDown, PaymentPort, PayOrder, ProviderState
from bancheng.core.casework import Charge, CommandRefused, PayWay, commands, dues
from bancheng.core.compiler import Blueprint, GuidedQuestion, MergedField, PersonalFee, narrow, stored_value
from bancheng.core.evidence import Known
from bancheng.core.kernel import Refusal, fen
from bancheng.store.models import Case, CaseBill, CaseForm, MoneyEntry, PaymentOrder, RefundOrder
from bancheng.usecases.access import MACHINE, Actor
from bancheng.usecases.casework import CaseFile, act, load
from bancheng.usecases.each import each
from bancheng.usecases.mandate_scope import need
from bancheng.usecases.money import demo_provider, enter, provider, receipt_number
from bancheng.usecases.mycases import form_of, my_file
from bancheng.usecases.town import blueprint

_log = logging.getLogger(__name__)

LOOK_AFTER = timedelta(seconds=20)
"""A payment nobody told us of is asked for after this time, and again each time it has passed."""
OPEN_FOR = timedelta(minutes=30)
"""After this an unpaid payment is closed; the person can begin another."""
BATCH = 200
_FEN = Decimal("0.01")

# ------------------------------------------------------------------------------------------------ reckoning


def charges_of(fees: tuple[PersonalFee, ...]) -> tuple[Charge, ...]:
    """What the compiler reckoned for a person, as charges of a case; what costs nothing and never did is left out."""
    found: dict[str, Charge] = {}
    for fee in fees:
        amount = _fen(fee.amount)
        if amount == 0 and fee.gross is None:
            continue
        key, again = f"{fee.item}/{fee.name}", 1
        while key in found:
            again += 1
            key = f"{fee.item}/{fee.name}/{again}"
        found[key] = Charge(
            key=key,
            item=fee.item,
            body=fee.body,
            name=fee.name,
            basis=fee.basis,
            amount=amount,
            timing=fee.timing,
            gross=_fen(fee.gross),
            reduced=fee.reduced,
            refunds=fee.refunds,
        )
    return tuple(found.values())


def _fen(yuan: Decimal | None) -> int | None:
    return None if yuan is None else fen(yuan.quantize(_FEN, ROUND_HALF_UP))


def keep_form(form: CaseForm, of: Blueprint) -> None:
    """Save the first form of a case; where the matter knows fees, remember that they were reckoned from it."""
    form.save(force_insert=True)
    if of.fees:
        CaseBill.objects.update_or_create(
            case=form.case, defaults={"form": form.digest, "reckoned": form.digest}
        )


def reckon_again(now: datetime) -> int:
    """Bill anew the cases whose form has changed since; how many bills became another."""
    rows = CaseBill.objects.exclude(form=F("reckoned")).select_related("case")
    return each("fees.bill", rows.order_by("pk"), _bill_anew, now, most=BATCH, wanted=rows)


def _bill_anew(row: CaseBill) -> int:
    file, changed = load(row.case), 1
    try:
        act(MACHINE, row.case.pk, commands.BillFees(charges=_charges_now(file)))
    except CommandRefused:
        changed = 0  # the same as before, or the case was closed meanwhile
    CaseBill.objects.filter(pk=row.pk).update(reckoned=file.state.form_digest)
    return changed


def _charges_now(file: CaseFile) -> tuple[Charge, ...]:
    of, form = blueprint(file.case.blueprint_id), form_of(file)
    stored = (form.values or {}) if form else {}
    asked: tuple[GuidedQuestion | MergedField, ...] = (*of.questions, *of.fields)
    given = {one.element: stored_value(one, stored.get(one.element)) for one in asked}
    answers = {key: value for key, value in given.items() if value is not None}
    wanted = [item.key for item in of.items if item.key in file.state.items]
    on = file.state.received or timezone.localdate()
    return tuple(
        one
        for one in charges_of(narrow(of, answers, Known(), on, wanted).fees)
        if one.item in file.state.items
    )


# ------------------------------------------------------------------------------------------------ paying online


def start_payment(actor: Actor, number: str, back: Callable[[str], str]) -> PaymentOrder:
    """Ask the provider for what is due now. Asked twice, the same payment comes back.

    `back` gives the address of a case's page by its number, to which the provider leads the person.

    Raises:
        NotFound: not their case.
        CommandRefused: nothing is due, or nobody pays online here.
        PaymentDown: the provider gives no answer; trying again later uses the same payment.
    """
    file = my_file(actor, number)
    need(actor, file.case, "pay")
    port = provider()
    if port is None:
        raise CommandRefused((Refusal("pay.offline", "这里还不能网上缴费。", remedy="请到窗口缴费。"),))
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=file.case.pk)
        due = sum(dues(load(file.case).state).values())
        if not due:
            raise CommandRefused((Refusal("pay.nothing", "现在没有需要缴的费用。"),))
        open_ = PaymentOrder.objects.filter(case=file.case, state=PaymentOrder.OPEN, provider=port.name)
        order = open_.filter(amount=due).order_by("created_at").first()
        if order is None:
            order = PaymentOrder.objects.create(
                case=file.case, user_id=actor.user_id, provider=port.name, amount=due
            )
    # What was asked for before the bill changed must not be paid beside the new one.
    for other in open_.exclude(pk=order.pk):
        _close(port, other)
    title = f"{file.case.name}（{file.case.number}）"
    url = port.open(PayOrder(key=str(order.pk), amount=order.amount, title=title, back=back(number)))
    if url != order.url:
        order.url = url
        order.save(update_fields=["url"])
    return order


def hear(name: str, body: bytes, signature: str) -> bool:
    """A notice of the provider `name` has come: book what it tells, once. False when it is about nothing of ours.

    Raises:
        BadNotice: it is not the provider's.
    """
    port = provider()
    if port is None or port.name != name:
        return False
    heard = port.read_notice(body, signature)
    order = _order(heard.key)
    if order is None:
        return False
    book(order, heard.amount, heard.reference)
    return True


def _order(key: str) -> PaymentOrder | None:
    try:
        return PaymentOrder.objects.select_related("case").filter(pk=UUID(key)).first()
    except ValueError:
        return None


def book(order: PaymentOrder, amount: int, reference: str, now: datetime | None = None) -> None:
    """The provider has the money of an order: book it in the case and the register, whoever says so first.

    Another amount than was asked for is not booked: a person looks.
    """
    if amount != order.amount:
        PaymentOrder.objects.filter(pk=order.pk).exclude(state=PaymentOrder.PAID).update(
            state=PaymentOrder.DISPUTED, reference=reference
        )
        return
    if MoneyEntry.objects.filter(key=str(order.pk)).exists():
        return
    try:
        with transaction.atomic():
            # The serial of receipts is held until the end: of two who heard the same, the second finds it booked.
            receipt = receipt_number(order.case, timezone.now())

            def write(file: CaseFile) -> None:
                enter(
                    file,
                    key=str(order.pk),
                    amount=amount,
                    way=PayWay.ONLINE,
                    receipt=receipt,
                    reference=reference,
                )
                PaymentOrder.objects.filter(pk=order.pk).update(state=PaymentOrder.PAID, reference=reference)

            command = commands.RecordPayment(
                payment=str(order.pk), amount=amount, way=PayWay.ONLINE, receipt=receipt
            )
            act(MACHINE, order.case.pk, command, also=write, now=now)
    except CommandRefused as no:
        if any(one.code != "fees.twice" for one in no.refusals):
            raise


def look_after_payments(now: datetime) -> int:
    """Ask for payments nobody told us of, close those nobody pays; how many were settled."""
    port = provider()
    if port is None:
        return 0
    open_ = PaymentOrder.objects.filter(state=PaymentOrder.OPEN)
    waiting = open_.filter(created_at__lte=now - LOOK_AFTER).filter(
        Q(looked_at=None) | Q(looked_at__lte=now - LOOK_AFTER)
    )

    def looked(order: PaymentOrder) -> int:
        PaymentOrder.objects.filter(pk=order.pk).update(looked_at=now)
        return look(port, order, now)

    rows = waiting.select_related("case").order_by("looked_at", "created_at")
    return each("fees.payment", rows, looked, now, most=BATCH, wanted=open_, down=(PaymentDown,))


def look(port: PaymentPort, order: PaymentOrder, now: datetime) -> bool:
    """Ask where one payment stands, and book or close it; whether it is settled now."""
    answer = port.query(str(order.pk))
    if answer.state is ProviderState.DONE:
        book(order, answer.amount, answer.reference)
        return True
    if now - order.created_at > OPEN_FOR:
        _close(port, order)
        return True
    return False


def _close(port: PaymentPort, order: PaymentOrder) -> None:
    answer = port.close(str(order.pk))
    if answer.state is ProviderState.DONE:
        # The money came before the door was shut.
        book(order, answer.amount, answer.reference)
    else:
        PaymentOrder.objects.filter(pk=order.pk, state=PaymentOrder.OPEN).update(state=PaymentOrder.CLOSED)


def check_payment(actor: Actor, number: str) -> bool:
    """The person says they have paid: ask the provider at once. Whether anything was settled.

    Raises:
        NotFound: not their case.
    """
    file, port = my_file(actor, number), provider()
    if port is None:
        return False
    settled = False
    for order in PaymentOrder.objects.filter(case=file.case, state=PaymentOrder.OPEN).select_related("case"):
        try:
            settled |= look(port, order, timezone.now())
        except PaymentDown:
            return settled
    return settled


# ------------------------------------------------------------------------------------------------ giving back


def send_refunds(now: datetime) -> int:
    """Send every ordered refund to the provider and book those that arrived; how many arrived.

    A refund has one key for ever: sent again after a crash, it is not paid twice.
    """
    port = provider()
    if port is None:
        return 0
    waiting = CaseBill.objects.filter(refunding__gt=0).select_related("case").order_by("case__created_at")

    def sent(row: CaseBill) -> int:
        return sum(
            _send(port, row.case, one.key, one.payment, one.total, now)
            for one in load(row.case).state.bill.to_refund
            if one.way is PayWay.ONLINE
        )

    return each("fees.refund", waiting, sent, now, most=BATCH, wanted=waiting, down=(PaymentDown,))


def _send(port: PaymentPort, case: Case, key: str, payment: str, amount: int, now: datetime) -> bool:
    order, fresh = RefundOrder.objects.get_or_create(
        key=key, defaults={"case": case, "payment": payment, "amount": amount}
    )
    if not fresh and order.looked_at is not None and now - order.looked_at < LOOK_AFTER:
        return False
    RefundOrder.objects.filter(pk=order.pk).update(looked_at=now, tries=F("tries") + 1)
    # The same key again: an honest provider only answers where it stands.
    answer = port.refund(key, payment, amount)
    if answer.state is ProviderState.DONE:
        _refunded(case, key, amount, answer.reference)
        RefundOrder.objects.filter(pk=order.pk).update(state=RefundOrder.DONE, error="")
        return True
    if answer.state is ProviderState.FAILED:
        error = "支付机构没有办理退款"
        RefundOrder.objects.filter(pk=order.pk).update(state=RefundOrder.FAILED, error=error)
    return False


def _refunded(case: Case, key: str, amount: int, reference: str) -> None:
    def write(file: CaseFile) -> None:
        enter(file, key=key, amount=-amount, way=PayWay.ONLINE, receipt=reference, reference=reference)

    try:
        act(MACHINE, case.pk, commands.ConfirmRefund(refund=key, receipt=reference), also=write)
    except CommandRefused as no:
        if any(one.code != "fees.refunded" for one in no.refusals):
            raise


def sweep(now: datetime) -> int:
    """What happens to money by itself; how many things changed. A provider that is down only means later."""
    deliver_demo_notices(now)
    return reckon_again(now) + look_after_payments(now) + send_refunds(now)


def deliver_demo_notices(now: datetime) -> None:
    """The demo provider has no line to us of its own: carry its notices."""
    demo = demo_provider()
    if demo is None:
        return
    try:
        notices = demo.notices()
    except PaymentDown:
        _log.info("the demo provider gives no answer")
        return
    each(
        "fees.notice",
        notices,
        lambda one: hear(demo.name, *one),
        now,
        key=lambda one: sha256(one[0]).hexdigest(),
    )
