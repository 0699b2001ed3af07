"""What goes to and comes from bodies' own systems: parcels, codes that people mapped, and daily comparisons."""

from __future__ import annotations

import uuid

from django.db import models

from bancheng.store.models.cases import Case


class Parcel(models.Model):
    """A message to a system or from it, told apart by its key. What was sent is made anew from the case at each try;
    `content` holds what arrived until it is dealt with, and is empty then.

    `lacking` names a code that no table has: table, code, and on which side it is unknown.
    """

    OUT, IN = "out", "in"
    WAITING = "waiting"
    SENT = "sent"
    SETTLED = "settled"
    QUARANTINED = "quarantined"
    REFUSED = "refused"
    DEAD = "dead"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.CharField(max_length=80)
    body = models.CharField(max_length=80, blank=True)
    direction = models.CharField(max_length=3)
    key = models.CharField(max_length=250)
    kind = models.CharField(max_length=20)
    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="parcels")
    step = models.CharField(max_length=160, blank=True)
    about = models.CharField(max_length=250, blank=True)
    state = models.CharField(max_length=12, default=WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    error = models.CharField(max_length=500, blank=True)
    lacking = models.JSONField(null=True)
    content = models.TextField(blank=True)
    files = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("system", "direction", "key"), name="parcel_once"),)
        indexes = (
            models.Index(fields=("state", "next_at")),
            models.Index(fields=("system", "state", "-created_at")),
        )


class SystemCode(models.Model):
    """A code that a person mapped when a table of the packs had none for it."""

    system = models.CharField(max_length=80)
    table = models.CharField(max_length=20)
    ours = models.CharField(max_length=120)
    theirs = models.CharField(max_length=120)
    by = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("system", "table", "theirs"), name="their_code_once"),
            models.UniqueConstraint(fields=("system", "table", "ours"), name="our_code_once"),
        )


class Reconciling(models.Model):
    """A day's comparison with a system: how much agreed, and every difference (key, case, what)."""

    system = models.CharField(max_length=80)
    body = models.CharField(max_length=80)
    day = models.DateField()
    at = models.DateTimeField()
    agreed = models.PositiveIntegerField(default=0)
    differences = models.JSONField(default=list)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("system", "day"), name="reconciled_once"),)
        ordering = ("-day", "system")
