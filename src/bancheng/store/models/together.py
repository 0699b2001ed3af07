"""Several at once: a firm's many applications from one sheet, and a form that several parties sign."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from bancheng.store.models.cases import Case, Draft
from bancheng.store.models.people import Party


class Batch(models.Model):
    """One uploaded sheet of applications for one party, and what became of its rows; by what `channel` it came."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="batches")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="batches")
    onething = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    channel = models.CharField(max_length=10, default="online")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("user", "party", "onething", "digest", "channel"), name="batch_sheet_once"
            ),
        )


class BatchRow(models.Model):
    """A row of the sheet: its draft, later its case, or what is wrong with it by column.

    `digest` (keyed) is by what the same row is known in a sheet that comes again, put right elsewhere.
    """

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=200, blank=True)
    draft = models.ForeignKey(Draft, null=True, on_delete=models.SET_NULL, related_name="batch_rows")
    case = models.ForeignKey(Case, null=True, on_delete=models.SET_NULL, related_name="batch_rows")
    problems = models.JSONField(default=list)
    digest = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("batch", "number"), name="batch_row_once"),)
        ordering = ("batch", "number")


class SignRound(models.Model):
    """A form as frozen for signing: everybody sees these values and signs their digest. Changed answers end it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(Draft, null=True, on_delete=models.SET_NULL, related_name="sign_rounds")
    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="sign_rounds")
    onething = models.CharField(max_length=80)
    blueprint = models.CharField(max_length=64)
    values = models.JSONField(null=True)
    salt = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)
    open = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)


class SignRequest(models.Model):
    """One party asked to sign a frozen form: who answered for it, and how."""

    ASKED = "asked"
    SIGNED = "signed"
    DECLINED = "declined"

    round = models.ForeignKey(SignRound, on_delete=models.CASCADE, related_name="requests")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="sign_requests")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    state = models.CharField(max_length=10, default=ASKED)
    capacity = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("round", "party"), name="sign_once"),)
