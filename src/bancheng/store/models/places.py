"""Where an applicant wants to hand in and fetch, while the application is being prepared."""

from __future__ import annotations

from django.db import models

from bancheng.store.models.cases import Draft


class DraftPlaces(models.Model):
    """The way across places chosen for a draft: the `mode` of 跨域通办, "" for one place; the office of pick-up."""

    draft = models.OneToOneField(Draft, on_delete=models.CASCADE, related_name="places")
    mode = models.CharField(max_length=12, blank=True)
    collecting_body = models.CharField(max_length=80, blank=True)
