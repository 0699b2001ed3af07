"""惠企惠民: runs over everybody, the grants they found, budgets, and what was ordered of the bank.

A grant is its events; the columns beside them are for lists and are written with each event. One subject has one grant
for an entitlement and a period, and a grant has one order at the bank at a time: the database says so, whoever asks.
"""

from __future__ import annotations

from typing import Any, NoReturn
from uuid import uuid4

from django.db import models


class BenefitComparison(models.Model):
    """All rules compared with everybody, asked for by a person and done by a worker. Nothing is paid because of it.

    Who has which status lies beside the database, with the rules and the facts it was made of; `figures` are totals
    by policy. `seen_at`: when the worker last said that it is at it.
    """

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid4)
    state = models.CharField(max_length=8, default=WAITING)
    stopping = models.BooleanField(default=False)
    by = models.CharField(max_length=64)
    by_name = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    as_of = models.DateField()
    rules = models.CharField(max_length=64, blank=True)
    snapshot = models.CharField(max_length=64, blank=True)
    rows = models.PositiveBigIntegerField(default=0)
    done = models.PositiveBigIntegerField(default=0)
    figures = models.JSONField(default=dict)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = (models.Index(fields=("state", "asked_at"), name="comparison_next"),)


class DataDelivery(models.Model):
    """A table that came from a body: which (a source, ``people`` or ``companies``), from which file, how much of it.

    `unknown`: rows of somebody whom the register lacks; `unread`: cells kept as not known; `changed`: subjects of whom
    something is otherwise than before, whose numbers lie beside the database under the number of the delivery.
    """

    source = models.CharField(max_length=80)
    by = models.CharField(max_length=64)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    file = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    whole = models.BooleanField(default=True)
    rows = models.PositiveBigIntegerField(default=0)
    unknown = models.PositiveBigIntegerField(default=0)
    unread = models.PositiveBigIntegerField(default=0)
    changed = models.PositiveBigIntegerField(default=0)

    class Meta:
        indexes = (models.Index(fields=("source", "-at"), name="delivery_of_source"),)


class BenefitRun(models.Model):
    """One comparison of rules with facts. `dry`: nothing came of it but its figures."""

    id = models.CharField(primary_key=True, max_length=40)
    entitlement = models.CharField(max_length=80)
    period = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    rules = models.CharField(max_length=64)
    snapshot = models.CharField(max_length=64)
    as_of = models.DateField()
    dry = models.BooleanField(default=False)
    by = models.CharField(max_length=64)
    by_name = models.CharField(max_length=200)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    figures = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=("entitlement", "period", "started_at"), name="benefit_run_latest"),)


class Budget(models.Model):
    """Money set aside for an entitlement and a year, in fen. `held` is reserved and not yet paid."""

    key = models.CharField(max_length=80, unique=True)
    entitlement = models.CharField(max_length=80)
    year = models.PositiveIntegerField()
    body = models.CharField(max_length=80)
    allotted = models.PositiveBigIntegerField()
    held = models.PositiveBigIntegerField(default=0)
    spent = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(allotted__gte=models.F("held") + models.F("spent")),
                name="budget_never_overdrawn",
            ),
        )


class BenefitSubject(models.Model):
    """The register of those whom facts are about: whose a number is, and the account benefits are paid to.

    The number of a subject is all that rules, statuses and grants know; name, identity number and account stand here
    alone. `holder` is whose the account is, where it is somebody else's (a parent's, a guardian's). `no_offers_at`:
    since when they want no policies offered; what touches their rights they hear of all the same.
    """

    subject_kind = models.CharField(max_length=10)
    subject = models.PositiveBigIntegerField()
    name = models.CharField(max_length=200)
    identity = models.CharField(max_length=40, blank=True)
    account = models.CharField(max_length=40, blank=True)
    holder = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    no_offers_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("subject_kind", "subject"), name="one_account_a_subject"),
            models.UniqueConstraint(
                fields=("subject_kind", "identity"),
                condition=~models.Q(identity=""),
                name="one_subject_an_identity",
            ),
        )
        indexes = (models.Index(fields=("subject_kind", "name"), name="benefit_subject_name"),)


class GrantRow(models.Model):
    """One subject, one entitlement, one period. `in_sample`: drawn to be compared with the papers by a person;
    `sampled`: whether it held; `obstacle`: a source names something that a person has not looked at yet."""

    entitlement = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=10)
    subject = models.PositiveBigIntegerField()
    period = models.CharField(max_length=20)
    body = models.CharField(max_length=80)
    division = models.CharField(max_length=12, blank=True)
    run = models.ForeignKey(BenefitRun, on_delete=models.PROTECT, related_name="grants")
    sequence = models.PositiveIntegerField(default=0)
    stage = models.CharField(max_length=12)
    due = models.PositiveBigIntegerField(default=0)
    paid = models.PositiveBigIntegerField(default=0)
    recovered = models.PositiveBigIntegerField(default=0)
    in_sample = models.BooleanField(default=False)
    sampled = models.BooleanField(null=True)
    obstacle = models.BooleanField(default=False)
    objection = models.BooleanField(default=False)
    intent = models.CharField(max_length=8, default="open")
    notice_until = models.DateField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("entitlement", "subject_kind", "subject", "period"), name="grant_once"
            ),
        )
        indexes = (
            models.Index(fields=("entitlement", "period", "stage", "id"), name="grant_list"),
            models.Index(fields=("subject_kind", "subject"), name="grant_of_subject"),
        )


class RollDeed(models.Model):
    """One act on a whole list: what is too much for the one who asked to wait for is gone on with by a worker.

    A list has one at a time. `what` it is, of `many` subjects as far as is known beforehand, `done` so far up to the
    grant `last`; `seen_at`: when somebody was at it last; `figures`: what taking a comparison in changed; `error`: why
    it came to no end.
    """

    TAKE, PUBLISH, ASK = "take", "publish", "ask"

    policy = models.CharField(max_length=80)
    period = models.CharField(max_length=20)
    what = models.CharField(max_length=8)
    comparison = models.ForeignKey(BenefitComparison, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=64)
    by_name = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    many = models.PositiveBigIntegerField(default=0)
    done = models.PositiveBigIntegerField(default=0)
    last = models.PositiveBigIntegerField(default=0)
    figures = models.JSONField(default=dict)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("policy", "period"), condition=models.Q(ended_at=None), name="roll_deed_one"
            ),
        )


class GrantEventRow(models.Model):
    """What happened to a grant, in order; each covers the hash of the one before. Never changed, never deleted."""

    grant = models.ForeignKey(GrantRow, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField()
    body = models.TextField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("grant", "sequence"), name="grant_event_once"),)

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
        raise TypeError("the events of a grant are only added to")


class ConsentText(models.Model):
    """The words that subjects are asked whether they want a benefit with; grants keep their digest. Never changed."""

    digest = models.CharField(primary_key=True, max_length=64)
    policy = models.CharField(max_length=80)
    text = models.TextField()
    since = models.DateTimeField()


class GrantObjection(models.Model):
    """An objection to a grant, for those who answer it and the one who made it; the grant's events say it too."""

    code = models.CharField(max_length=20, unique=True)
    grant = models.ForeignKey(GrantRow, on_delete=models.PROTECT, related_name="objections")
    by = models.CharField(max_length=64)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    text = models.TextField()
    answered_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        indexes = (models.Index(fields=("by", "-at"), name="objections_made"),)


class PaymentBatch(models.Model):
    """A file for the bank. `digest` is of its bytes; sent again it is the same file under the same key.

    Filled it waits for a second person, who is not the one that asked for it (四眼): agreed to it is ready for the
    bank, `declined` with a reason its orders are taken back. `budget` is the key of the budget it is paid from.
    """

    FILLING = "filling"
    CHECK = "check"
    READY = "ready"
    SENT = "sent"
    CLOSED = "closed"

    key = models.CharField(primary_key=True, max_length=60)
    entitlement = models.CharField(max_length=80)
    period = models.CharField(max_length=20)
    body = models.CharField(max_length=80)
    budget = models.CharField(max_length=80)
    state = models.CharField(max_length=8, default=FILLING)
    digest = models.CharField(max_length=64, blank=True)
    count = models.PositiveIntegerField(default=0)
    amount = models.PositiveBigIntegerField(default=0)
    by = models.CharField(max_length=64)
    by_name = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    second = models.CharField(max_length=64, blank=True)
    second_name = models.CharField(max_length=200, blank=True)
    second_at = models.DateTimeField(null=True)
    declined = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=("state", "looked_at"), name="payment_batch_look"),
            models.Index(fields=("entitlement", "period", "-created_at"), name="payment_batch_of"),
        )


class BankOrder(models.Model):
    """One line of a batch, with the account as it was when it was ordered. `key` is ours at the bank."""

    SENT = "sent"
    PAID = "paid"
    BOUNCED = "bounced"

    key = models.CharField(primary_key=True, max_length=60)
    batch = models.ForeignKey(PaymentBatch, on_delete=models.PROTECT, related_name="orders")
    grant = models.ForeignKey(GrantRow, on_delete=models.PROTECT, related_name="orders")
    account = models.CharField(max_length=40)
    holder = models.CharField(max_length=200)
    amount = models.PositiveBigIntegerField()
    state = models.CharField(max_length=8, default=SENT)
    reference = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("grant",), condition=models.Q(state="sent"), name="one_order_on_its_way"
            ),
        )


class BankDifference(models.Model):
    """What the bank says and our books do not, until a person has settled it."""

    batch = models.ForeignKey(PaymentBatch, on_delete=models.PROTECT, related_name="differences")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=60)
    ours = models.BigIntegerField(default=0)
    theirs = models.BigIntegerField(default=0)
    reference = models.CharField(max_length=80, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("batch", "kind", "key", "reference"), name="bank_difference_once"
            ),
        )


class StandingRun(models.Model):
    """静默认证: one look at the traces of everybody who receives a benefit, asked for by a person, done by a worker.

    `sources`: how fresh each was and where it does not reach, as it was before the look. `figures`: findings → people.
    """

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid4)
    benefit = models.CharField(max_length=80)
    state = models.CharField(max_length=8, default=WAITING)
    by = models.CharField(max_length=64)
    by_name = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    as_of = models.DateField()
    sources = models.JSONField(default=list)
    figures = models.JSONField(default=dict)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=("state", "asked_at"), name="standing_run_next"),
            models.Index(fields=("benefit", "-asked_at"), name="standing_run_of"),
        )


class StandingRow(models.Model):
    """Where one person stands in one benefit; the columns are for lists and are written with each event.

    `finding`: what the last look said; `assigned`: the account of whoever of a township is to ask, until `ask_until`;
    `ended`: somebody found that it has ended, and a head has to decide; `owed`: kept back by a wrong stop, in fen.
    """

    benefit = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=10)
    subject = models.PositiveBigIntegerField()
    body = models.CharField(max_length=80)
    division = models.CharField(max_length=12, blank=True)
    sequence = models.PositiveIntegerField(default=0)
    phase = models.CharField(max_length=10)
    finding = models.CharField(max_length=10, blank=True)
    good_until = models.DateField(null=True)
    assigned = models.CharField(max_length=64, blank=True)
    assigned_name = models.CharField(max_length=200, blank=True)
    ask_until = models.DateField(null=True)
    ended = models.BooleanField(default=False)
    owed = models.PositiveBigIntegerField(default=0)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("benefit", "subject_kind", "subject"), name="standing_once"),
        )
        indexes = (
            models.Index(fields=("benefit", "phase", "subject"), name="standing_list"),
            models.Index(fields=("assigned", "ask_until"), name="standing_to_ask"),
            models.Index(fields=("subject_kind", "subject"), name="standing_of_subject"),
        )


class StandingEventRow(models.Model):
    """What happened to a standing, in order; each covers the hash of the one before. Never changed, never deleted."""

    standing = models.ForeignKey(StandingRow, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField()
    body = models.TextField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("standing", "sequence"), name="standing_event_once"),)

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
        raise TypeError("the events of a standing are only added to")


class BenefitNews(models.Model):
    """An event of a grant or a standing, or an offer of a policy, that somebody is to hear of; told once.

    It is written with the event or offer, refers to it and says nothing of its own; the words are made when it is told.
    """

    grant = models.ForeignKey(GrantRow, null=True, on_delete=models.CASCADE, related_name="news")
    standing = models.ForeignKey(StandingRow, null=True, on_delete=models.CASCADE, related_name="news")
    offer = models.OneToOneField("PolicyOffer", null=True, on_delete=models.CASCADE, related_name="news")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("grant", "sequence"), condition=models.Q(standing=None), name="news_of_grant_once"
            ),
            models.UniqueConstraint(
                fields=("standing", "sequence"), condition=models.Q(grant=None), name="news_of_standing_once"
            ),
            models.CheckConstraint(
                condition=models.Q(grant=None, standing__isnull=False, offer=None)
                | models.Q(standing=None, grant__isnull=False, offer=None)
                | models.Q(grant=None, standing=None, offer__isnull=False),
                name="news_of_one",
            ),
        )
        indexes = (models.Index(fields=("done_at", "id"), name="benefit_news_next"),)
