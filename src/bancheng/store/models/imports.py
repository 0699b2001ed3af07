"""Item lists brought in: what each source's codes mean, every run with its lines, and what a source said last."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class ImportSource(models.Model):
    """Where lists come from, and what its codes and names mean to us (`bancheng.connect.tables.Mapping`)."""

    name = models.CharField(max_length=60, primary_key=True)
    title = models.CharField(max_length=200)
    base = models.CharField(max_length=40)
    confidence = models.CharField(max_length=20)
    codes = models.JSONField(default=dict)
    names = models.JSONField(default=dict)
    changed_at = models.DateTimeField()


class ImportRun(models.Model):
    """One import, from its files to the drafts it became. Files stay, so that a run can be read again when the
    mapping is completed: that is how rows leave quarantine."""

    WAITING = "waiting"
    READING = "reading"
    READY = "ready"
    ORDERED = "ordered"
    TAKING = "taking"
    TAKEN = "taken"
    REFUSED = "refused"
    FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source = models.ForeignKey(ImportSource, on_delete=models.PROTECT, related_name="runs")
    files = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    whole = models.BooleanField(default=True)
    cancel = models.BooleanField(default=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    user_name = models.CharField(max_length=200)
    state = models.CharField(max_length=10, default=WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    notes = models.JSONField(default=list)
    unknown = models.JSONField(default=list)
    proposals = models.JSONField(default=list)
    entries = models.JSONField(default=list)
    message = models.TextField(blank=True)
    created_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("state", "created_at"), name="import_by_state"),)


class ImportLine(models.Model):
    """What a run does, or did, to one item. `digest` is that of the item as previewed, so that what is taken in is what
    was seen."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="lines")
    place = models.PositiveIntegerField()
    outcome = models.CharField(max_length=12)
    key = models.CharField(max_length=160, blank=True)
    name = models.CharField(max_length=1000, blank=True)
    file = models.CharField(max_length=200, blank=True)
    sheet = models.CharField(max_length=100, blank=True)
    row = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    changes = models.JSONField(default=list)
    troubles = models.JSONField(default=list)
    raw = models.JSONField(default=list)
    entry = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("run", "place"), name="import_line_once"),)
        indexes = (models.Index(fields=("run", "outcome", "place"), name="import_line_by_outcome"),)


class ImportedItem(models.Model):
    """What a source said of an item when it was last taken in, and by which codes it called it."""

    source = models.ForeignKey(ImportSource, on_delete=models.CASCADE, related_name="items")
    key = models.CharField(max_length=160)
    name = models.CharField(max_length=1000)
    codes = models.JSONField(default=list)
    said = models.TextField()
    cancelled = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("source", "key"), name="imported_item_once"),)
