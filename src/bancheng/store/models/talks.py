"""The words of a case's thread. The log holds who wrote when, and a digest: erasing words leaves the chain whole."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from bancheng.store.models.cases import Case


class TalkMessage(models.Model):
    """A message of the thread. `body` is the writing body, empty for the applicant's side; `to` the body asked.

    `read_at`: when somebody of the other side first opened it. Files are uploads with document ``talk/<number>``.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="talk")
    number = models.PositiveIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    author = models.CharField(max_length=200, blank=True)
    body = models.CharField(max_length=80, blank=True)
    to = models.CharField(max_length=80, blank=True)
    text = models.TextField()
    salt = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "number"), name="talk_message_once"),)
        ordering = ("case", "number")
