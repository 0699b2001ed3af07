"""精准推送: whom a comparison found to fit a policy that one has to apply for, and who was told of it."""

from __future__ import annotations

from django.db import models

from bancheng.store.models.benefits import BenefitComparison


class OfferList(models.Model):
    """Those whom a policy is there for by one comparison and who have not been told in its period. `sent_at`: when
    somebody had it sent; until then nobody hears of it, and a later list takes its place."""

    policy = models.CharField(max_length=80)
    period = models.CharField(max_length=20)
    body = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=10)
    comparison = models.ForeignKey(BenefitComparison, on_delete=models.PROTECT, related_name="offers")
    by = models.CharField(max_length=64)
    by_name = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    sent_by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = (models.Index(fields=("policy", "-made_at"), name="offer_list_of"),)


class PolicyOffer(models.Model):
    """One subject told that a policy is there for them, once in a period: the database says so, whoever sends.

    `entitlement`: the rule that holds for them; `amount` in fen, where it is known. `reach`: by what they can be told,
    as it was when the list was made. `answer`: whether they said that they want it.
    """

    ACCOUNT = "account"
    PHONE = "phone"
    NOBODY = "none"
    DECLINED = "declined"
    WANT = "want"
    UNWANTED = "unwanted"

    list = models.ForeignKey(OfferList, on_delete=models.CASCADE, related_name="offers")
    policy = models.CharField(max_length=80)
    period = models.CharField(max_length=20)
    subject_kind = models.CharField(max_length=10)
    subject = models.PositiveBigIntegerField()
    division = models.CharField(max_length=12, blank=True)
    entitlement = models.CharField(max_length=80)
    amount = models.PositiveBigIntegerField(null=True)
    reach = models.CharField(max_length=8)
    sent_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=8, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("policy", "period", "subject_kind", "subject"), name="offered_once"
            ),
        )
        indexes = (
            models.Index(fields=("list", "subject"), name="offers_of_list"),
            models.Index(fields=("subject_kind", "subject"), name="offers_of_subject"),
        )
