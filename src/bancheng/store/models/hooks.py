"""Programs that are told of events: where, and with which key the message is signed."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class EventHook(models.Model):
    """Where a program of a user is told of events of the cases the user may see; `secret` signs what is sent."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="hooks")
    address = models.URLField(max_length=400)
    secret = models.CharField(max_length=64)
    kinds = models.JSONField(default=list)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
