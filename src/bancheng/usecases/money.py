"""The register of money and the provider that serves: what online payment, counter cash and reconciliation share."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bancheng.connect.payments import DemoBehaviour, DemoProvider, PaymentPort
from bancheng.core.casework import PayWay
from bancheng.core.kernel import Fault, chain
from bancheng.store.models import Case, MoneyEntry
from bancheng.usecases.access import MACHINE, Actor, next_serial
from bancheng.usecases.casework import CaseFile

REGISTER = "money"


def provider() -> PaymentPort | None:
    """The provider this deployment pays through, or None where nobody pays online.

    Raises:
        Fault: the settings name one that does not exist.
    """
    name = settings.BANCHENG_PAYMENTS
    if not name or name == DemoProvider.name:
        return demo_provider()
    raise Fault(f"no payment provider {name!r} serves here")


def demo_provider() -> DemoProvider | None:
    """The demo provider, for the page on which a demo payment is made; None where it does not serve."""
    if not (settings.BANCHENG_DEMO and DemoProvider.name == settings.BANCHENG_PAYMENTS):
        return None
    behaviour = DemoBehaviour(settings.BANCHENG_DEMO_PAYMENTS)
    return _demo(Path(settings.BANCHENG_HOME), behaviour)


@lru_cache(maxsize=8)
def _demo(home: Path, behaviour: DemoBehaviour) -> DemoProvider:
    secret = settings.SECRET_KEY.encode()
    return DemoProvider(home / "demo-payments.db", secret, timezone.now, behaviour=behaviour)


def receipt_number(case: Case, now: datetime) -> str:
    """The next number of a receipt of this town and year; inside the caller's transaction, so that none is left out."""
    year = timezone.localtime(now).year
    division = case.number[:6]
    return f"PJ{division}{year}{next_serial(f'receipt:{division}:{year}'):07d}"


def enter(
    file: CaseFile,
    *,
    key: str,
    amount: int,
    way: PayWay,
    receipt: str,
    actor: Actor = MACHINE,
    reference: str = "",
    now: datetime | None = None,
) -> MoneyEntry:
    """Add a line to the register, in the transaction of the act it belongs to. `amount` is below zero when money went.

    Raises:
        IntegrityError: a line with this key stands there already; nothing of the act happens then.
    """
    with transaction.atomic():
        # Holds the end of the register until this line is committed.
        number = next_serial(REGISTER)
        at = now or timezone.now()
        last = MoneyEntry.objects.order_by("-number").first()
        previous = last.hash if last else ""
        submission = file.state.submission
        entry = MoneyEntry(
            number=number,
            key=key,
            at=at,
            case=file.case,
            body=submission.receiving_body if submission else "",
            way=way.value,
            amount=amount,
            provider=settings.BANCHENG_PAYMENTS if way is PayWay.ONLINE else "",
            reference=reference,
            receipt=receipt,
            clerk=actor.id if actor.posts else "",
            clerk_name=actor.name if actor.posts else "",
            previous=previous,
        )
        entry.hash = chain(previous, _facts(entry))
        entry.save(force_insert=True)
    return entry


def register_is_whole() -> bool:
    """Whether every line still fits the one before it and none is missing. Linear in their number."""
    previous = ""
    for count, entry in enumerate(MoneyEntry.objects.order_by("number").iterator(), 1):
        if (entry.number, entry.previous) != (count, previous) or entry.hash != chain(
            previous, _facts(entry)
        ):
            return False
        previous = entry.hash
    return True


def _facts(entry: MoneyEntry) -> dict[str, object]:
    return {
        "number": entry.number,
        "key": entry.key,
        "at": entry.at.isoformat(),
        "case": str(entry.case_id),
        "body": entry.body,
        "way": entry.way,
        "amount": entry.amount,
        "provider": entry.provider,
        "reference": entry.reference,
        "receipt": entry.receipt,
        "clerk": entry.clerk,
    }
