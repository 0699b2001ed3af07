"""Papers of the procedure, how results were handed over, and the packages that finished cases are kept in."""

from __future__ import annotations

import uuid

from django.db import models

from bancheng.store.models.cases import Case


class Paper(models.Model):
    """A slip as it was made: numbered in its body's series of the year, sealed, with the digest of its file.

    `seq` is the event it tells of; row and number come with that event, in one transaction. `file` is empty until it is
    made.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="papers")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=80)
    body = models.CharField(max_length=80)
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=100)
    on = models.DateField()
    code = models.CharField(max_length=24, unique=True)
    file = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("case", "seq"), name="paper_once"),
            models.UniqueConstraint(fields=("body", "kind", "year", "serial"), name="paper_number_once"),
        )
        indexes = (
            models.Index(fields=("digest",)),
            models.Index(fields=("on", "id"), condition=models.Q(file=""), name="paper_unmade"),
        )


class HandOut(models.Model):
    """How results left the house: by post, in a locker, at another place, or into the hands of somebody.

    Erasable: who took it, and the code for a locker. The case's log holds the way and a reference.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="hand_outs")
    seq = models.PositiveIntegerField()
    way = models.CharField(max_length=12)
    items = models.JSONField(default=list)
    tracking = models.CharField(max_length=60, blank=True)
    place = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=12, blank=True)
    taker = models.CharField(max_length=200, blank=True)
    mandate = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "seq"), name="hand_out_once"),)


class ArchivePackage(models.Model):
    """The package a finished case is kept in. `keep_until` None: for ever."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="archived")
    seq = models.PositiveIntegerField()
    file = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    made_at = models.DateTimeField()
    keep_until = models.DateField(null=True)
    rule = models.CharField(max_length=200)

    class Meta:
        indexes = (models.Index(fields=("keep_until",)),)
