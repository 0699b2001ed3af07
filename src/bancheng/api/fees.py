"""The bill of a case: what is charged and why, what is due, paying online, what was paid and given back. In fen."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from ninja import Path, Router, Schema, Status

from bancheng.api import _schemas as out
from bancheng.api._auth import actor_of, allow
from bancheng.api._problems import document
from bancheng.connect.payments import PaymentDown
from bancheng.core.casework import dues, owing
from bancheng.usecases import fees
from bancheng.usecases.casework import CaseFile, open_case

router = Router()
_WRONG = dict.fromkeys((401, 403, 404, 409, 422, 429, 503), out.ProblemDocument)


class ChargeOut(Schema):
    """One fee of one item; `amount` is null while it cannot be reckoned."""

    key: str
    item: str
    body: str
    name: str
    basis: str
    timing: str
    amount: int | None
    before_reduction: int | None
    reductions: list[str]
    waived: int
    owing: int
    due_now: int


class PaidOut(Schema):
    """A payment, or a refund; `done` is null while a refund is on its way."""

    key: str
    way: str
    amount: int
    on: date
    receipt: str = ""
    cause: str = ""
    done: date | None = None


class BillOut(Schema):
    """The money of a case."""

    due_now: int
    paid: int
    refunded: int
    charges: list[ChargeOut]
    payments: list[PaidOut]
    refunds: list[PaidOut]


class PayOut(Schema):
    """Where to pay; the same payment comes back until it is settled."""

    payment: str
    amount: int
    url: str


def _bill(file: CaseFile) -> dict[str, Any]:
    state, now = file.state, dues(file.state)
    bill = state.bill
    return {
        "due_now": sum(now.values()),
        "paid": bill.paid,
        "refunded": bill.refunded,
        "charges": [
            {
                "key": one.key,
                "item": one.item,
                "body": one.body,
                "name": one.name,
                "basis": one.basis,
                "timing": one.timing.value,
                "amount": one.amount,
                "before_reduction": one.gross,
                "reductions": list(one.reduced),
                "waived": bill.waived.get(one.key, 0),
                "owing": owing(state, one.key),
                "due_now": now.get(one.key, 0),
            }
            for one in bill.charges.values()
        ],
        "payments": [
            {"key": one.key, "way": one.way.value, "amount": one.total, "on": one.on, "receipt": one.receipt}
            for one in bill.payments.values()
        ],
        "refunds": [
            {
                "key": one.key,
                "way": one.way.value,
                "amount": one.total,
                "on": one.on,
                "cause": one.cause.value,
                "done": one.done,
            }
            for one in bill.refunds.values()
        ],
    }


@router.get("/{number}/bill", response={200: BillOut, **_WRONG}, summary="The bill of a case")
@allow("signed_in")
def bill(request: HttpRequest, number: Path[str]) -> Any:
    """For whoever may see the case."""
    return _bill(open_case(actor_of(request), number))


@router.post("/{number}/payments", response={200: PayOut, **_WRONG}, summary="Pay what is due now")
@allow("signed_in")
def pay(request: HttpRequest, number: Path[str]) -> Any:
    """For the applicant's side with a mandate to pay. Money counts once the provider says that it arrived."""
    try:
        order = fees.start_payment(actor_of(request), number, lambda one: reverse("public:pay", args=[one]))
    except PaymentDown:
        return document(503, "payment-down", "支付平台暂时没有应答，没有扣钱，请稍后再试。")
    return Status(200, {"payment": str(order.pk), "amount": order.amount, "url": order.url})
