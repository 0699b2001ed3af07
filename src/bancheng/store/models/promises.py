"""Promises signed in place of papers, credit checks to be made, and the city's own credit register."""

from __future__ import annotations

import uuid

from django.db import models

from bancheng.store.models.cases import Case, Draft
from bancheng.store.models.people import Party


class SignedPromise(models.Model):
    """A promise as it was shown and signed: the whole text, who confirmed it, when, and how they were known.

    The log of the case holds version and digest; this row holds the names and can be erased.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(Draft, null=True, on_delete=models.CASCADE, related_name="promises")
    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="promises")
    document = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    version = models.CharField(max_length=20)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    signer = models.CharField(max_length=200)
    account = models.CharField(max_length=64)
    identified = models.CharField(max_length=100)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("draft", "document"), name="promise_once"),)


class CreditCheck(models.Model):
    """A credit check that a case waits for: written with the submission, asked after it, asked again while down."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="credit_check")
    next_at = models.DateTimeField(null=True, db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)


class Statement(models.Model):
    """What the applicant said to a proposed measure (陈述申辩); the log holds its digest only."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="statements")
    number = models.PositiveIntegerField()
    words = models.TextField()
    said_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "number"), name="statement_once"),)


class CreditRecord(models.Model):
    """A broken word of a party, recorded by a named person after they were heard; until it is repaired (修复)."""

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="credit_records")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="credit_records")
    proposal = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    reason = models.TextField()
    body = models.CharField(max_length=80)
    recorded_by = models.CharField(max_length=64)
    recorded_name = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    objection = models.TextField(blank=True)
    objected_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    answered_name = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)
    repaired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "proposal"), name="credit_record_once"),)
        indexes = (models.Index(fields=("body", "repaired_at", "-recorded_at")),)
