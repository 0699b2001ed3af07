"""Counters from which supervision reads its figures, instead of counting a million rows at each look."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Tally(models.Model):
    """So many more or fewer (`n`) of one sort; the figure of a sort is the sum of its rows.

    Rows are only ever added, so that nobody waits for anybody; upkeep folds them. They are written by the database
    itself with every row of a list that changes (`store.tallies`), whatever wrote that.

    ``what`` is a case, a case done, a task still to do, or a task done. ``body`` is empty for the whole town. ``day``
    and ``since`` are days by number (`date.toordinal`): the last day of what is open, for what is done the day it ended
    and the day it began; what is late or near is a range of them, and right without anything having run.
    """

    CASE, CASE_DONE, TASK, TASK_DONE = "case", "case_done", "task", "task_done"

    what = models.CharField(max_length=10)
    body = models.CharField(max_length=80)
    onething = models.CharField(max_length=80)
    status = models.CharField(max_length=30)
    day = models.IntegerField(null=True)
    since = models.IntegerField(null=True)
    paused = models.BooleanField(default=False)
    provisional = models.BooleanField(default=False)
    in_time = models.SmallIntegerField(null=True)
    n = models.IntegerField()
    stars = models.IntegerField(default=0)
    rated = models.IntegerField(default=0)
    loose = models.BooleanField(default=True)

    class Meta:
        indexes = (
            models.Index(fields=("what", "body", "day"), name="tally_sort"),
            models.Index(fields=("loose",), condition=Q(loose=True), name="tally_loose"),
        )
