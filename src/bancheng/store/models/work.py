"""What processes share: whose turn a sweep is, who is alive, which number comes next."""

from django.db import models


class SweepClaim(models.Model):
    """When a sweep is next due. A worker owns a run by moving ``next_due`` in one conditional update."""

    name = models.CharField(max_length=100, unique=True)
    next_due = models.DateTimeField()
    fault = models.CharField(max_length=300, blank=True, db_default="")
    """Why its last run ended before its end: the kind of error and the place; empty when it came through."""

    class Meta:
        verbose_name = "定时任务"
        verbose_name_plural = "定时任务"

    def __str__(self) -> str:
        return self.name


class WorkerBeat(models.Model):
    """When a worker was last seen at work."""

    worker = models.CharField(max_length=100, unique=True)
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "后台进程"
        verbose_name_plural = "后台进程"

    def __str__(self) -> str:
        return self.worker


class Serial(models.Model):
    """The last number given in a series. Moving it locks the series until the transaction ends."""

    name = models.CharField(max_length=100, unique=True)
    last = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = "流水号"
        verbose_name_plural = "流水号"

    def __str__(self) -> str:
        return self.name


class StuckRow(models.Model):
    """A row that a sweep could not do: how often it was tried, when it is tried again, whether a person has to look.

    `what` names the sweep and the kind of row (``fees.bill``), `key` the row, `about` what people know it by. `error`
    tells the kind of error and the place in the program, never what stood in the row.
    """

    WAITING = "waiting"
    PERSON = "person"
    ASIDE = "aside"

    what = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    about = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=8, default=WAITING)
    tries = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=300, blank=True)
    by_name = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("what", "key"), name="stuck_once"),)
        indexes = (models.Index(fields=("state", "-last_at")),)

    def __str__(self) -> str:
        return f"{self.what} {self.key}"
