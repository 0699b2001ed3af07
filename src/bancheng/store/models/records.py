"""Uploads, messages, jobs to announce, and the logs of who read or asked what."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from bancheng.store.models.cases import Case, Draft


class Upload(models.Model):
    """A file a person gave. It stays in quarantine, shown to nobody else, until its checks are done."""

    QUARANTINED = "quarantined"
    CLEAN = "clean"
    REFUSED = "refused"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(Draft, null=True, on_delete=models.SET_NULL, related_name="uploads")
    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="uploads")
    document = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    pages = models.PositiveIntegerField(default=1)
    digest = models.CharField(max_length=64)
    file = models.CharField(max_length=200)
    state = models.CharField(max_length=12, default=QUARANTINED)
    reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = (models.Index(fields=("state", "created_at")),)


class Outbox(models.Model):
    """Something to announce after a commit, written in the same transaction and drained by the worker.

    `tries` and `error` belong to the version before, whose processes may still run beside this one.
    """

    kind = models.CharField(max_length=40)
    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        indexes = (models.Index(fields=("done_at", "id")),)


class Message(models.Model):
    """An in-app message to one user about a case."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="messages")
    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE)
    title = models.CharField(max_length=200)
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("user", "read_at", "-created_at")),)


class EvidenceCall(models.Model):
    """Each question put to a data source: purpose, fields, whose (as a keyed hash), and what came back."""

    source = models.CharField(max_length=80)
    onething = models.CharField(max_length=80)
    case = models.CharField(max_length=64, blank=True)
    user = models.CharField(max_length=64, blank=True)
    asked = models.JSONField(default=list)
    subject = models.CharField(max_length=64)
    outcome = models.CharField(max_length=20)
    at = models.DateTimeField(auto_now_add=True)


class AuditEntry(models.Model):
    """Who saw or changed what and why, chained by hash so that an edit shows."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=200)
    act = models.CharField(max_length=60)
    object = models.CharField(max_length=120)
    reason = models.CharField(max_length=300, blank=True)
    previous = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        indexes = (models.Index(fields=("object", "at")),)
