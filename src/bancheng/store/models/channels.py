"""How people are told outside the pages: their choice of channels, and every attempt to reach them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from bancheng.store.models.benefits import BenefitNews
from bancheng.store.models.cases import Case
from bancheng.store.models.hooks import EventHook


class ChannelChoice(models.Model):
    """What a person wants to be told by, and when not to be disturbed. Without a row: what they gave us is used.

    `no_offers_at`: since when they want no policies offered; what touches their rights they hear of all the same.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="channel_choice"
    )
    email = models.BooleanField(default=True)
    sms = models.BooleanField(default=True)
    quiet_from = models.TimeField(null=True)
    quiet_to = models.TimeField(null=True)
    no_offers_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(auto_now=True)


class ChannelDelivery(models.Model):
    """One message by one channel to one person. The receiver gets `key`, so that repeating it has no effect twice.

    Without a `user` it goes to the telephone that the register of subjects has for whom the `news` are about.
    """

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="told"
    )
    news = models.ForeignKey(BenefitNews, null=True, on_delete=models.CASCADE, related_name="told")
    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="told")
    hook = models.ForeignKey(EventHook, null=True, on_delete=models.CASCADE, related_name="told")
    kind = models.CharField(max_length=40)
    channel = models.CharField(max_length=10)
    key = models.CharField(max_length=64, unique=True)
    state = models.CharField(max_length=8, default=WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=("state", "next_at")),
            models.Index(fields=("case", "created_at")),
        )
