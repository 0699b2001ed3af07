"""What the tables themselves refuse, whatever a program tries."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError

from bancheng.store.models import (
    AuditEntry,
    BlueprintVersion,
    Case,
    CaseBody,
    CaseEvent,
    CaseTask,
    Mandate,
    Membership,
    Party,
    ResultDocument,
    Serial,
    User,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def _party(**fields: Any) -> Party:
    return Party.objects.create(
        **{
            "subject": "person",
            "name": "张示范",
            "search_key": "张示范",
            "number": "999999200001011010",
            **fields,
        }
    )


def _blueprint(digest: str, **fields: Any) -> BlueprintVersion:
    return BlueprintVersion.objects.create(
        digest=digest, key="shop", version=1, name="开店", content="{}", published_at=NOW, **fields
    )


def _case(number: str = "1") -> Case:
    blueprint = BlueprintVersion.objects.first() or _blueprint("a")
    party = Party.objects.first() or _party()
    return Case.objects.create(
        number=number, onething="shop", name="开店", blueprint=blueprint, party=party, created_at=NOW
    )


def _event(case: Case, seq: int = 1) -> CaseEvent:
    return CaseEvent.objects.create(
        case=case,
        seq=seq,
        kind="Submitted",
        body="{}",
        at=NOW,
        actor="",
        actor_name="",
        previous="",
        hash="x",
    )


def _task(case: Case) -> CaseTask:
    return CaseTask.objects.create(
        case=case,
        key="intake",
        name="收件",
        kind="intake",
        body="b",
        role="clerk",
        state="open",
        opened_at=NOW,
    )


def _result(case: Case, number: str, code: str) -> ResultDocument:
    return ResultDocument.objects.create(
        case=case,
        item="i",
        result=number,
        document="d",
        name="证",
        number=number,
        code=code,
        body="b",
        holder="x",
        file="f",
        digest="d",
        issued_on=NOW.date(),
    )


def _audit(previous: str, mark: str) -> AuditEntry:
    return AuditEntry.objects.create(
        at=NOW, actor="a", actor_name="", act="x", object="o", previous=previous, hash=mark
    )


TWICE: dict[str, Callable[[], object]] = {
    "a case number": lambda: (_case(), _case()),
    "a place in a log": lambda: (_event(_case()), _event(Case.objects.get())),
    "a task of a body": lambda: (_task(_case()), _task(Case.objects.get())),
    "a body of a case": lambda: (
        CaseBody.objects.create(case=_case(), body="b", state="open"),
        CaseBody.objects.create(case=Case.objects.get(), body="b", state="done"),
    ),
    "a person's number": lambda: (_party(), _party()),
    "a result's number": lambda: (_result(_case(), "1", "A"), _result(Case.objects.get(), "1", "B")),
    "a verification code": lambda: (_result(_case(), "1", "A"), _result(Case.objects.get(), "2", "A")),
    "a current blueprint": lambda: (_blueprint("a", current=True), _blueprint("b", current=True)),
    "an entry before in the audit chain": lambda: (_audit("", "a"), _audit("", "b")),
    "a series": lambda: (Serial.objects.create(name="x", last=0), Serial.objects.create(name="x", last=0)),
}


@pytest.mark.parametrize("what", TWICE)
def test_there_is_never_twice(what: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        TWICE[what]()


def test_an_account_is_one_person_and_holds_a_post_once() -> None:
    user = User.objects.create_user("x")
    Mandate.objects.create(user=user, party=_party(), kind=Mandate.SELF)
    with pytest.raises(IntegrityError), transaction.atomic():
        Mandate.objects.create(user=user, party=_party(number="2"), kind=Mandate.SELF)
    Membership.objects.create(user=user, role="clerk", body="b")
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(user=user, role="clerk", body="b")


def test_many_newborns_have_no_number_yet() -> None:
    assert len({_party(number="", name=name).pk for name in ("甲", "乙", "乙")}) == 3


def test_what_a_case_stands_on_cannot_be_deleted_from_under_it() -> None:
    case = _case()
    _event(case)
    for row in (case.party, case.blueprint, case):
        with pytest.raises(ProtectedError):
            row.delete()


def test_a_case_outlives_the_account_that_sent_it() -> None:
    user = User.objects.create_user("x")
    case = _case()
    Case.objects.filter(pk=case.pk).update(applicant=user)
    user.delete()
    case.refresh_from_db()
    assert case.applicant_id is None


def test_every_list_that_grows_with_cases_has_an_index_for_its_order() -> None:
    def indexed(model: type[models.Model]) -> set[tuple[str, ...]]:
        """What an index begins with serves an order, whatever it goes on with."""
        fields = [tuple(index.fields) for index in model._meta.indexes]
        return {one[:most] for one in fields for most in range(1, len(one) + 1)}

    assert ("-created_at", "id") in indexed(Case)
    assert ("attention_on",) in indexed(Case)
    assert ("body", "state", "order_on") in indexed(CaseTask)
    assert ("body", "state") in indexed(CaseBody)
