"""Cases: the event log that is the truth, the personal rows it refers to, and projections that can be rebuilt."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import ExpressionWrapper, F, Q, Value
from django.db.models.functions import Coalesce

from bancheng.store.models.catalogue import BlueprintVersion
from bancheng.store.models.people import Party

GOING = ("received", "supplement", "accepted")
"""States of a case in which somebody still has to do something."""
FAR = date(9999, 12, 31)
"""Stands where there is no last day, so that lists by last days have no gaps: an index serves their order."""


def _order_on() -> models.GeneratedField:
    """The last day, or `FAR`: kept by the database itself from `due_on`."""
    expression = Coalesce(F("due_on"), Value(FAR, output_field=models.DateField()))
    return models.GeneratedField(expression=expression, output_field=models.DateField(), db_persist=True)


class Draft(models.Model):
    """An application being prepared. Without a user it belongs to whoever holds its unguessable id in their session.

    `known` is what the city's sources said of the party at `known_at`, with the source of each value. `papers` are the
    document types a window saw and kept on paper. One that `follows` a case adds a late item to it (再办一项), or it
    `renews` a paper of it (延续). `asked` holds the questions in the order this person first answered them: another
    person is asked in another order.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="drafts"
    )
    party = models.ForeignKey(Party, null=True, on_delete=models.CASCADE)
    onething = models.CharField(max_length=80)
    blueprint = models.ForeignKey(BlueprintVersion, on_delete=models.PROTECT)
    answers = models.JSONField(default=dict)
    asked = models.JSONField(default=list)
    wanted = models.JSONField(default=list)
    papers = models.JSONField(default=list)
    known = models.JSONField(null=True)
    known_at = models.DateTimeField(null=True)
    channel = models.CharField(max_length=10, default="online")
    follows = models.ForeignKey("Case", null=True, on_delete=models.SET_NULL, related_name="adding")
    renews = models.ForeignKey("ResultDocument", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = (models.Index(fields=("user", "-updated_at")),)


class Case(models.Model):
    """办件. Columns below `projected` are folded from the events and can be rebuilt.

    One that `follows` another is an item added to it after its first result. `mirror` is the number read backwards:
    people tell its last digits.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=43, unique=True)
    mirror = models.CharField(max_length=43, db_index=True, editable=False, default="")
    onething = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    blueprint = models.ForeignKey(BlueprintVersion, on_delete=models.PROTECT)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="cases")
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="cases"
    )
    created_at = models.DateTimeField()
    follows = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="added")

    # projected
    seq = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=30, db_index=True)
    lead = models.CharField(max_length=80)
    channel = models.CharField(max_length=10)
    accepted_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    provisional = models.BooleanField(default=False)
    paused = models.BooleanField(default=False)
    attention_on = models.DateField(null=True)
    answered = models.BooleanField(default=False)
    """Received again with an answered notice, to be judged once more."""
    finished_at = models.DateTimeField(null=True)
    rating = models.PositiveSmallIntegerField(null=True)
    order_on = _order_on()
    going = models.GeneratedField(
        expression=ExpressionWrapper(Q(status__in=GOING), output_field=models.BooleanField()),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    class Meta:
        indexes = (
            models.Index(fields=("-created_at", "id")),
            models.Index(fields=("status", "order_on", "created_at", "id"), name="case_by_last_day"),
            models.Index(fields=("order_on", "created_at", "id"), condition=Q(going=True), name="case_going"),
            models.Index(
                fields=("onething", "order_on", "created_at", "id"),
                condition=Q(going=True),
                name="case_going_thing",
            ),
            models.Index(fields=("attention_on",), name="case_attention"),
            models.Index(fields=("status", "-created_at"), name="case_by_state"),
            models.Index(fields=("onething", "-created_at"), name="case_by_thing"),
            models.Index(fields=("onething", "status", "-created_at"), name="case_by_thing_state"),
            models.Index(fields=("created_at",), condition=Q(answered=True), name="case_answered"),
            models.Index(fields=("applicant", "-created_at")),
            models.Index(fields=("party", "-created_at")),
            # Nearly no case follows another: statistics of a whole index would tell the planner to pass it by.
            models.Index(
                fields=("follows", "created_at"), condition=Q(follows__isnull=False), name="case_added"
            ),
            models.Index(
                fields=("status", "onething", "due_on", "paused", "provisional"), name="case_open_figures"
            ),
            models.Index(
                fields=("status", "finished_at", "onething", "accepted_on", "due_on", "rating"),
                name="case_done_figures",
            ),
        )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, the mirror with a new number."""
        if self._state.adding:
            self.mirror = self.number[::-1]
        super().save(*args, **kwargs)


class CaseEvent(models.Model):
    """One thing that happened. `hash` covers the previous hash, the sequence and the body: an edit shows."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField(default=1)
    body = models.TextField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=200)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "seq"), name="event_once"),)
        ordering = ("case", "seq")


class CaseForm(models.Model):
    """The values a person submitted, frozen at submission. Erasing `values` and `salt` leaves the chain intact."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="forms")
    number = models.PositiveIntegerField()
    values = models.JSONField(null=True)
    known = models.JSONField(null=True)
    salt = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "number"), name="form_once"),)
        ordering = ("case", "number")


class CaseTask(models.Model):
    """A projected task: something one body has to do in a case. Rebuilt with the case.

    `onething` and `who` (the party's key for searching) are the case's, written by the database itself
    (`store.beside`), so that a body's tasks are found by them without looking into each case.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="tasks")
    key = models.CharField(max_length=160)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=30)
    body = models.CharField(max_length=80)
    role = models.CharField(max_length=20)
    state = models.CharField(max_length=20)
    assignee = models.CharField(max_length=64, blank=True)
    assignee_name = models.CharField(max_length=200, blank=True)
    opened_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    done_at = models.DateTimeField(null=True)
    onething = models.CharField(max_length=80, default="", db_default="", editable=False)
    who = models.CharField(max_length=200, default="", db_default="", editable=False)
    order_on = _order_on()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "key", "body"), name="task_once"),)
        indexes = (
            # The rest of what counting asks comes last, so that it reads indexes alone.
            models.Index(fields=("body", "state", "order_on", "id", "role", "kind"), name="task_of_body"),
            models.Index(
                fields=("body", "state", "onething", "order_on", "id", "role", "kind", "opened_at"),
                name="task_of_thing",
            ),
            models.Index(
                fields=("body", "state", "who", "order_on", "id", "role", "kind"), name="task_of_party"
            ),
            models.Index(fields=("assignee", "state", "body"), name="task_of_person"),
            # Open and claimed together in the order of their days: neither is done.
            models.Index(
                fields=("body", "done_at", "order_on", "id", "role", "kind", "state"), name="task_still_to_do"
            ),
        )


class CaseBody(models.Model):
    """A projected line: that a body takes part in a case. Scopes what the body may see.

    `created_at` is the case's, by which a body's cases are listed.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="bodies")
    body = models.CharField(max_length=80)
    state = models.CharField(max_length=20)
    created_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "body"), name="case_body_once"),)
        indexes = (
            models.Index(fields=("body", "state")),
            models.Index(fields=("body", "-created_at", "case"), name="body_cases"),
        )


class ResultDocument(models.Model):
    """An issued result: its file, the number printed on it and the code by which anyone can verify it.

    A corrected or re-issued paper is another `edition`. `lines` are what it says, as (label, value). `expiry_told`: its
    holder was reminded that it ends. `valid_to` is its last day by law: later than printed where silence renewed it, in
    the case `renewed_in`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="results")
    item = models.CharField(max_length=80)
    result = models.CharField(max_length=80)
    document = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    number = models.CharField(max_length=60, unique=True)
    code = models.CharField(max_length=24, unique=True)
    body = models.CharField(max_length=80)
    holder = models.CharField(max_length=200)
    file = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    issued_on = models.DateField()
    valid_to = models.DateField(null=True)
    delivered_at = models.DateTimeField(null=True)
    edition = models.PositiveSmallIntegerField(default=1)
    lines = models.JSONField(default=list)
    expiry_told = models.BooleanField(default=False)
    renewed_in = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="renewed")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("case", "item", "result", "edition"), name="result_edition_once"),
        )
        indexes = (
            models.Index(fields=("digest",)),
            models.Index(fields=("case",), condition=Q(delivered_at=None), name="result_to_fetch"),
            models.Index(fields=("valid_to",), condition=Q(expiry_told=False), name="result_to_remind"),
        )
