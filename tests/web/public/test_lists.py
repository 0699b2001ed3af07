"""List pages cost the same however long the list is."""

import uuid
from datetime import timedelta

from django.utils import timezone
from tests.usecases import town as specimen
from tests.web.bounds import BOUNDS, Asked
from tests.web.public.conftest import SignIn
from tests.web.public.test_cases import client_of

from bancheng.store.models import Case, Message
from bancheng.usecases.casework import CaseFile


def many(file: CaseFile, count: int) -> None:
    """The same case again and again, and a message about each."""
    row = Case.objects.get(pk=file.case.pk)
    rows = []
    for number in range(count):
        row.pk, row.number = uuid.uuid4(), f"999999-many-{number}"
        row.created_at = timezone.now() - timedelta(minutes=number)
        rows.append(
            Case(**{field.attname: getattr(row, field.attname) for field in Case._meta.concrete_fields})
        )
    Case.objects.bulk_create(rows)
    Message.objects.bulk_create(
        Message(user_id=row.applicant_id, case=one, title="进展", text="办好了一步") for one in rows
    )


def test_lists_stay_within_their_bounds(sign_in: SignIn) -> None:
    file = specimen.submitted()
    client = client_of(file, sign_in)
    specimen.draft()
    many(file, 60)
    for name, address in (
        ("public:cases", "/cases/"),
        ("public:messages", "/messages/"),
        ("public:search", "/search?q=登记"),
    ):
        client.get(address)
        with Asked() as asked:
            assert client.get(address).status_code == 200
        assert len(asked) <= BOUNDS[name], (name, [one["sql"][:80] for one in asked])
