"""Figures of the reform: what "before" was frozen as, and what each closed case really took."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from bancheng.store.models.cases import Case


class SavingsBaseline(models.Model):
    """A frozen "before" of one one-thing: its blueprint of that day, whole, so that nothing later moves it.

    One of a key is current. `items` names the versions it was made of (key, name, version, digest) for people.
    """

    key = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    content = models.TextField()
    items = models.JSONField(default=list)
    frozen_on = models.DateField()
    by = models.CharField(max_length=64)
    by_name = models.CharField(max_length=200)
    note = models.CharField(max_length=300, blank=True)
    current = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("key",), condition=Q(current=True), name="one_current_baseline"),
        )


class CaseFigure(models.Model):
    """What one closed case really took, and what the items it took would have asked one by one.

    Counted once the case has closed and kept, so that the figures outlive the erasing of personal values. `reason` says
    why a case is left out; its numbers are then empty. Days are working days, `days_before` of the frozen promises.
    """

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="figure")
    baseline = models.ForeignKey(SavingsBaseline, null=True, on_delete=models.PROTECT)
    onething = models.CharField(max_length=80)
    closed_on = models.DateField()
    reason = models.CharField(max_length=20, blank=True)
    fields = models.PositiveIntegerField(null=True)
    fields_before = models.PositiveIntegerField(null=True)
    materials = models.PositiveIntegerField(null=True)
    materials_before = models.PositiveIntegerField(null=True)
    steps = models.PositiveIntegerField(null=True)
    steps_before = models.PositiveIntegerField(null=True)
    trips = models.PositiveIntegerField(null=True)
    trips_before = models.PositiveIntegerField(null=True)
    days = models.PositiveIntegerField(null=True)
    days_before = models.DecimalField(max_digits=9, decimal_places=3, null=True)

    class Meta:
        indexes = (models.Index(fields=("closed_on", "onething"), name="case_figure_period"),)
