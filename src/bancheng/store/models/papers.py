"""Papers of the procedure, how results were handed over, and the packages that finished cases are kept in."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from bancheng.store.models.cases import Case

DESTROYED = "destroyed"
"""Stands for a file whose time of keeping was over and that was destroyed; its digest stays."""


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
    """The package a finished case is kept in. `keep_until` None: for ever.

    `handed_seq`: up to which event of its case the archive took it over, None before.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="archived")
    seq = models.PositiveIntegerField()
    file = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    made_at = models.DateTimeField()
    keep_until = models.DateField(null=True)
    rule = models.CharField(max_length=200)
    handed_seq = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = (models.Index(fields=("keep_until",)),)


class ArchiveList(models.Model):
    """清单: packages handed to the archive, or proposed to be destroyed or kept longer. It stays when they are gone.

    What is proposed by one person a second decides: `second_*`. `place` is the archive that took over, `until` the new
    last day of keeping.
    """

    HAND, DESTROY, EXTEND = "hand", "destroy", "extend"
    PROPOSED, AGREED, REFUSED = "proposed", "agreed", "refused"

    kind = models.CharField(max_length=8)
    body = models.CharField(max_length=80)
    number = models.CharField(max_length=100)
    state = models.CharField(max_length=8)
    place = models.CharField(max_length=200, blank=True)
    until = models.DateField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    by = models.CharField(max_length=64)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    second = models.CharField(max_length=64, blank=True)
    second_name = models.CharField(max_length=200, blank=True)
    second_words = models.CharField(max_length=500, blank=True)
    second_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("body", "number"), name="archive_list_number_once"),)
        indexes = (models.Index(fields=("state", "-at"), name="archive_lists"),)


class ArchiveLine(models.Model):
    """A package on a list as it was then: digest and size of the file, and the head of the case's log.

    `open` while its list is undecided or its package waits to be destroyed; `done_at` when the list took effect on it.
    """

    list = models.ForeignKey(ArchiveList, on_delete=models.PROTECT, related_name="lines")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="archive_lines")
    seq = models.PositiveIntegerField()
    head = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    keep_until = models.DateField(null=True)
    rule = models.CharField(max_length=200)
    open = models.BooleanField(default=True)
    files = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("list", "case"), name="archive_line_once"),
            models.UniqueConstraint(fields=("case",), condition=Q(open=True), name="archive_line_open_once"),
        )
        indexes = (models.Index(fields=("done_at",), name="archive_lines_done"),)
