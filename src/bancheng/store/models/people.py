"""Who takes part: parties (the people and companies matters are about), mandates, and officials' memberships."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

ROLES = {
    "clerk": "窗口人员",
    "reviewer": "审批人员",
    "inspector": "勘验人员",
    "senior": "负责人",
    "government": "政府负责人",
    "item_manager": "事项管理员",
    "supervisor": "督查员",
    "administrator": "系统管理员",
}
"""Roles an official may hold, with the word shown. Applicants and agents have mandates instead."""


class Party(models.Model):
    """A person or company that matters are about. A newborn has a name and no number yet."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.CharField(max_length=10)
    name = models.CharField(max_length=200)
    search_key = models.CharField(max_length=200, db_index=True)
    number = models.CharField(max_length=40, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("subject", "number"), condition=~Q(number=""), name="party_number_once"
            ),
        )

    @property
    def unverified(self) -> bool:
        """Whether only the person's own word stands for who they are: an account, and no number. One query at most."""
        return not self.number and self.mandates.filter(kind=Mandate.SELF).exists()


class Mandate(models.Model):
    """A user may act for a party, in a capacity, within a scope, until a day or until it is taken back.

    `onething` empty means every matter, `acts` empty every act (``apply answer pay collect``). `basis` is the paper
    it rests on, a court's for an administrator; `recorded_by` the clerk who saw it. A mandate taken back stays written.
    """

    SELF = "self"
    REPRESENTATIVE = "representative"
    AGENT = "agent"
    EMPLOYER = "employer"
    ADMINISTRATOR = "administrator"
    PARENT = "parent"
    HELPER = "helper"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mandates")
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="mandates")
    kind = models.CharField(max_length=20)
    onething = models.CharField(max_length=80, blank=True)
    acts = models.JSONField(default=list)
    valid_until = models.DateField(null=True, blank=True)
    basis = models.CharField(max_length=200, blank=True)
    granted_by = models.CharField(max_length=64, blank=True)
    recorded_by = models.CharField(max_length=200, blank=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("user", "party", "kind", "onething"),
                condition=Q(revoked_at=None),
                name="mandate_once",
            ),
            models.UniqueConstraint(fields=("user",), condition=Q(kind="self"), name="one_self_per_user"),
        )


class Membership(models.Model):
    """An official's role in a body. `body` is the key of a body of the packs, empty for town-wide roles."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=list(ROLES.items()))
    body = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "role", "body"), name="membership_once"),)
