"""What the clock leaves beside the log: warnings as rows, minutes, calendars told, and acts held for ten seconds."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from bancheng.store.models.cases import Case


class CaseAlarm(models.Model):
    """A projected warning, a row for each body that received it. `over`: its clock has stopped."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="alarms")
    number = models.PositiveIntegerField()
    body = models.CharField(max_length=80)
    level = models.CharField(max_length=12)
    title = models.CharField(max_length=200)
    colour = models.CharField(max_length=10)
    due_on = models.DateField()
    rank = models.CharField(max_length=12)
    people = models.CharField(max_length=200, blank=True)
    raised_on = models.DateField()
    risen_on = models.DateField()
    seen_on = models.DateField(null=True)
    seen_by = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300, blank=True)
    over = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "number", "body"), name="alarm_once"),)
        indexes = (
            models.Index(fields=("body", "seen_on", "over", "-raised_on"), name="alarm_of_body"),
            models.Index(fields=("rank", "seen_on", "over", "-raised_on"), name="alarm_of_rank"),
        )


class AlarmTold(models.Model):
    """An official was told of a warning when it came to `rank`; `about` is the row of the outbox that told them."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="alarms_told")
    number = models.PositiveIntegerField()
    rank = models.CharField(max_length=12)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    about = models.PositiveBigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("case", "number", "rank", "user"), name="alarm_told_once"),
        )


class CalendarTold(models.Model):
    """A calendar by which dates were told. `years` is its content, `after` how far the cases have been told of it."""

    mark = models.CharField(max_length=64, unique=True)
    years = models.TextField()
    told_at = models.DateTimeField(auto_now_add=True)
    after = models.UUIDField(null=True)
    done = models.BooleanField(default=False)


class Minutes(models.Model):
    """The minutes of a hearing or review. Erasing `text` and `salt` leaves the log intact, which holds the digest."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="minutes")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    salt = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "number"), name="minutes_once"),)


class HeldAct(models.Model):
    """An act that somebody may still take back: nothing of it has happened before `due_at`."""

    HELD, DONE, UNDONE, FAILED = "held", "done", "undone", "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="held_acts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="held_acts")
    command = models.TextField()
    body = models.CharField(max_length=80, blank=True)
    seen = models.PositiveIntegerField()
    words = models.CharField(max_length=200)
    held_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, default=HELD)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("case",), condition=Q(state="held"), name="one_held_act"),
        )
        indexes = (models.Index(fields=("state", "due_at"), name="held_due"),)
