"""What processes share: whose turn a sweep is, who is alive, which number comes next."""

from django.db import models


class SweepClaim(models.Model):
    """When a sweep is next due. A worker owns a run by moving ``next_due`` in one conditional update."""

    name = models.CharField(max_length=100, unique=True)
    next_due = models.DateTimeField()

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
