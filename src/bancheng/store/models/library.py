"""The city's own library: what its people write on screen or import, version by version, beside what packs bring."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class LibraryEntry(models.Model):
    """One version of one record. At most one of a key is a draft, at most one is published.

    `content` is the canonical JSON of the record; empty means "as the packs say", which takes the city's own version
    out of force. `revision` counts the savings of a draft, so that two people cannot overwrite one another unseen.
    `editors` are the accounts that wrote in it: none of them may approve it. `saved_by` is the last of them.
    `body`: the body on whose desk it is, where it is a policy.
    """

    DRAFT = "draft"
    PROPOSED = "proposed"
    PUBLISHED = "published"
    REPLACED = "replaced"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=160)
    version = models.PositiveIntegerField()
    revision = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=300, blank=True)
    body = models.CharField(max_length=80, blank=True)
    content = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, default=DRAFT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    author_name = models.CharField(max_length=200)
    editors = models.JSONField(default=list)
    saved_by = models.PositiveBigIntegerField(null=True)
    note = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_name = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField()
    proposed_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("kind", "key", "version"), name="library_version_once"),
            models.UniqueConstraint(
                fields=("kind", "key"), condition=Q(state="draft"), name="one_library_draft"
            ),
            models.UniqueConstraint(
                fields=("kind", "key"), condition=Q(state="published"), name="one_library_published"
            ),
        )
        indexes = (
            models.Index(fields=("state", "kind", "key"), name="library_by_state"),
            models.Index(fields=("kind", "body", "-saved_at"), name="library_of_body"),
        )


class LibraryMark(models.Model):
    """One row that changes with every publication. Processes compare `mark` to know that they must read anew."""

    name = models.CharField(max_length=20, primary_key=True)
    serial = models.PositiveBigIntegerField()
    mark = models.CharField(max_length=32)
