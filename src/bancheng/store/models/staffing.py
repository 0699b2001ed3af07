"""How the people of a body share its work: who is away, who stands in, what they can do, whose turn it is."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Absence(models.Model):
    """An official is away from one day to another, both included. `deputy` stands in this time, before a standing one.

    One that was called off keeps its row.
    """

    LEAVE = "leave"
    SICK = "sick"
    DUTY = "duty"
    OTHER = "other"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absences")
    first = models.DateField()
    last = models.DateField()
    kind = models.CharField(max_length=10, default=LEAVE)
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    entered_by = models.CharField(max_length=200)
    entered_at = models.DateTimeField()
    called_off_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(last__gte=F("first")), name="absence_forward"),)
        indexes = (models.Index(fields=("last", "first"), name="absence_days"),)


class Deputy(models.Model):
    """The standing deputy of an official in a body (常设代理人): takes over while the official is away."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="deputies")
    body = models.CharField(max_length=80)
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "body"), name="deputy_once"),)


class Skill(models.Model):
    """A word by which rules of dispatch know what an official can do."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="skills")
    body = models.CharField(max_length=80)
    tag = models.CharField(max_length=40)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "body", "tag"), name="skill_once"),)


class Turn(models.Model):
    """When a rule last gave an official a task of a body."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="turns")
    body = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "body"), name="turn_once"),)
