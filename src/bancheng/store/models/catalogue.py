"""What packs defined and the compiler derived, kept by digest so that a running case can always be read."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class ItemVersion(models.Model):
    """One version of an item as it was loaded; the "before" of savings is computed from these."""

    key = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=300)
    body = models.CharField(max_length=80)
    content = models.TextField()
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("key", "digest"), name="item_version_once"),)


class BlueprintVersion(models.Model):
    """A compiled one-thing by its digest. One of a key is current; old ones stay for cases that pin them."""

    digest = models.CharField(max_length=64, primary_key=True)
    key = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    content = models.TextField()
    current = models.BooleanField(default=False)
    published_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("key",), condition=Q(current=True), name="one_current_blueprint"),
        )


class PlannedVersion(models.Model):
    """What becomes current by itself on a later day: a blueprint by its digest, or nothing any more (empty)."""

    key = models.CharField(max_length=80)
    on_day = models.DateField(db_index=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("key", "on_day"), name="one_plan_a_day"),)
