"""Visits: whose time is taken (a projection), and what was answered, photographed and signed on the site."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from bancheng.store.models.cases import Case
from bancheng.store.models.records import Upload


class SiteVisit(models.Model):
    """A projected visit, for lists by day. Rebuilt with the case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="visits")
    number = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=160)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=30)
    status = models.CharField(max_length=12)
    lead = models.CharField(max_length=80)
    begins = models.DateTimeField()
    ends = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "number"), name="visit_once"),)
        indexes = (models.Index(fields=("status", "begins"), name="visit_days"),)


class VisitSeat(models.Model):
    """A projected half hour of one official. Two proposals may want it; once it is firm, it is nobody else's."""

    visit = models.ForeignKey(SiteVisit, on_delete=models.CASCADE, related_name="seats")
    person = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    body = models.CharField(max_length=80)
    cell = models.DateTimeField()
    firm = models.BooleanField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("visit", "person", "cell"), name="seat_once"),
            models.UniqueConstraint(fields=("person", "cell"), condition=Q(firm=True), name="seat_firm_once"),
        )
        indexes = (models.Index(fields=("person", "cell"), name="seat_diary"),)


class VisitAnswer(models.Model):
    """One line of a body's checklist as answered on the site. `version` rises with each change."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="visit_answers")
    number = models.PositiveSmallIntegerField()
    body = models.CharField(max_length=80)
    line = models.CharField(max_length=160)
    value = models.CharField(max_length=500, blank=True)
    note = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)
    by = models.CharField(max_length=64)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("case", "number", "body", "line"), name="visit_answer_once"),
        )


class VisitPhoto(models.Model):
    """A photograph taken on the site. `place` stays empty unless the deployment keeps it; `thumb` is a small copy."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="visit_photos")
    number = models.PositiveSmallIntegerField()
    body = models.CharField(max_length=80)
    line = models.CharField(max_length=160)
    upload = models.OneToOneField(Upload, on_delete=models.CASCADE, related_name="photo")
    thumb = models.CharField(max_length=200)
    place = models.CharField(max_length=60, blank=True)
    by = models.CharField(max_length=64)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("case", "number"), name="visit_photos"),)


class VisitSignature(models.Model):
    """Who of the applicant's side was there, by name, with what they drew on the phone. Erasable."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="visit_signatures")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    file = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "number"), name="visit_signature_once"),)


class VisitWish(models.Model):
    """What an applicant wrote about times that would suit, or about what was put right. Erasable; events bind it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="visit_wishes")
    number = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=500)
    salt = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()


class VisitPaper(models.Model):
    """The one record of a visit for all bodies, as it was when it was concluded."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="visit_papers")
    number = models.PositiveSmallIntegerField()
    file = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "number"), name="visit_paper_once"),)
