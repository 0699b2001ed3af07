"""The specimen's people are settled once, and what they lack is given again."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.usecases import town as specimen

from bancheng.store.models import Mandate, Membership, User
from bancheng.usecases import demo

pytestmark = pytest.mark.usefixtures("town")


def test_a_second_start_changes_nothing_and_asks_little() -> None:
    with CaptureQueriesContext(connection) as asked:
        demo.settle()
    read = [one["sql"] for one in asked if one["sql"].startswith("SELECT")]
    # Whoever asks for the catalogue may be the one whose turn it is to look whether the library has changed: its mark,
    # and in a process that holds nothing yet its entries.
    library = [sql for sql in read if "store_library" in sql]
    assert len(library) <= 2
    assert len(read) - len(library) == 3
    assert not [one for one in asked if one["sql"].startswith(("INSERT", "UPDATE"))]


def test_who_lost_an_account_a_post_or_a_mandate_gets_it_back() -> None:
    User.objects.filter(username="wang").delete()
    Membership.objects.filter(user__username="clerk").delete()
    Mandate.objects.filter(user__username="zhang", kind=Mandate.REPRESENTATIVE).delete()
    demo.settle()
    assert User.objects.filter(username="wang", mandates__kind=Mandate.SELF).exists()
    assert Membership.objects.filter(user__username="clerk", role="clerk").exists()
    assert Mandate.objects.filter(user__username="zhang", kind=Mandate.REPRESENTATIVE).exists()


def test_a_made_up_day_is_one_that_the_conditions_take() -> None:
    file = specimen.submitted(specimen.PARALLEL)
    values = file.case.forms.get().values
    ahead = timezone.localdate() + timedelta(days=10)
    assert date.fromisoformat(values["festival_from"]) >= ahead
    assert values["festival_to"] >= values["festival_from"]
