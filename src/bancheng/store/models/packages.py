"""What packages of other instances left here: common ground for the next import, and one that waits to be seen."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class PackageBase(models.Model):
    """The digest of a record as the last package brought it. Against it both sides are compared at the next import."""

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=160)
    digest = models.CharField(max_length=64)
    origin = models.CharField(max_length=300, blank=True)
    imported_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("kind", "key"), name="one_base_of_a_record"),)


class PackageUpload(models.Model):
    """A package between being sent and being taken in; the next one of the same person takes its place."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    uploaded_at = models.DateTimeField()
