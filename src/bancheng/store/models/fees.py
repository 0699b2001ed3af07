"""Money: what was asked of the provider, the register of all that moved, drawers counted, statements compared.

Amounts are whole fen. The register is only ever added to; each entry covers the hash of the one before.
"""

from __future__ import annotations

import uuid
from typing import Any, NoReturn

from django.conf import settings
from django.db import models

from bancheng.store.models.cases import Case


class PaymentOrder(models.Model):
    """Money asked of a person through a provider. Its id is our key there: asked again, it is not taken again."""

    OPEN = "open"
    PAID = "paid"
    CLOSED = "closed"
    DISPUTED = "disputed"
    "Another amount came than was asked for; a person must look."

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="payment_orders")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    provider = models.CharField(max_length=40)
    amount = models.PositiveBigIntegerField()
    state = models.CharField(max_length=10, default=OPEN)
    url = models.CharField(max_length=500, blank=True)
    reference = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    looked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("state", "looked_at"), name="payment_order_look"),)


class RefundOrder(models.Model):
    """A refund on its way through a provider; `key` is the one the case's events have."""

    SENT = "sent"
    DONE = "done"
    FAILED = "failed"

    key = models.CharField(max_length=80, unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="refund_orders")
    payment = models.CharField(max_length=60)
    amount = models.PositiveBigIntegerField()
    state = models.CharField(max_length=10, default=SENT)
    tries = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    looked_at = models.DateTimeField(null=True)


class MoneyEntry(models.Model):
    """A line of the register: money came (`amount` above zero) or went. Never changed, never deleted."""

    number = models.PositiveBigIntegerField(unique=True)
    key = models.CharField(max_length=90, unique=True)
    at = models.DateTimeField()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="money")
    body = models.CharField(max_length=80)
    way = models.CharField(max_length=10)
    amount = models.BigIntegerField()
    provider = models.CharField(max_length=40, blank=True)
    reference = models.CharField(max_length=80, blank=True)
    receipt = models.CharField(max_length=60)
    clerk = models.CharField(max_length=64, blank=True)
    clerk_name = models.CharField(max_length=200, blank=True)
    previous = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        indexes = (
            models.Index(fields=("body", "at"), name="money_body"),
            models.Index(fields=("clerk", "at"), name="money_clerk"),
        )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Only as a new line."""
        if not self._state.adding:
            self.delete()
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Never.

        Raises:
            TypeError: always.
        """
        raise TypeError("the register is only added to")


class DrawerCount(models.Model):
    """A clerk counted the cash of a day: what the register says, what lay there, and why they differ."""

    body = models.CharField(max_length=80)
    clerk = models.CharField(max_length=64)
    clerk_name = models.CharField(max_length=200)
    day = models.DateField()
    expected = models.BigIntegerField()
    counted = models.BigIntegerField()
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("body", "clerk", "day"), name="drawer_once"),)


class StatementCheck(models.Model):
    """The register of a day was compared with a provider's statement."""

    provider = models.CharField(max_length=40)
    day = models.DateField()
    at = models.DateTimeField()
    ours = models.BigIntegerField()
    theirs = models.BigIntegerField()
    lines = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("provider", "day"), name="statement_day_once"),)


class StatementFinding(models.Model):
    """One line on which register and statement differ, and what a person did about it."""

    check_of = models.ForeignKey(StatementCheck, on_delete=models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=90)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT)
    ours = models.BigIntegerField(null=True)
    theirs = models.BigIntegerField(null=True)
    reference = models.CharField(max_length=80, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("check_of", "kind", "key"), name="finding_once"),)


class CaseBill(models.Model):
    """Projected: money of a case. `form` is what it stands on now, `reckoned` what its fees were reckoned from."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="bill")
    due = models.BigIntegerField(default=0)
    paid = models.BigIntegerField(default=0)
    refunding = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)
    form = models.CharField(max_length=64, blank=True)
    reckoned = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = (models.Index(fields=("refunding",), name="bill_refunding"),)
