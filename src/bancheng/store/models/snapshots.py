"""States kept between two acts, so that an act need not read a case's whole log. Caches: dropping every row is safe."""

from __future__ import annotations

from django.db import models

from bancheng.store.models.cases import Case


class CaseSnapshot(models.Model):
    """The state of an open case after event `seq`, whose hash is `head`.

    `mark` names shape, program and key under which it was written: under any other it is not read. `seal` is a keyed
    hash over all of it, which nobody can make with the database alone. `checked_at` is when the log was last folded
    whole and found to say the same.
    """

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="snapshot")
    seq = models.PositiveIntegerField()
    head = models.CharField(max_length=64)
    mark = models.CharField(max_length=64)
    state = models.BinaryField()
    seal = models.CharField(max_length=64)
    checked_at = models.DateTimeField(db_index=True)
