"""A result that is late to be handed over, at the window and for the person who waits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.usecases import town as specimen

from bancheng.core.casework import delivery_due, open_chase
from bancheng.store.models import CaseTask, User
from bancheng.usecases import play
from bancheng.usecases.access import Actor
from bancheng.usecases.casework import load
from bancheng.usecases.town import packs
from bancheng.usecases.upkeep import run_due_cases

pytestmark = pytest.mark.usefixtures("town")


def client_of(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id), backend="bancheng.site.signin.SignInBackend")
    return client


def test_a_late_delivery_stands_in_the_windows_queue_until_it_is_answered_and_the_applicant_reads_why() -> (
    None
):
    file = load(play.whole(specimen.SERIAL).case)
    waiting = next(one for one in file.state.items.values() if one.delivered is None)
    due = delivery_due(file.state, waiting, packs().calendar)
    assert due is not None
    run_due_cases(timezone.now() + timedelta(days=(due.date - timezone.localdate()).days + 1))
    item, number = waiting.item.key, file.case.number
    row = CaseTask.objects.get(case=file.case, key="delivery/1")
    assert (row.state, row.role, row.due_on) == ("open", "clerk", due.date)

    window = client_of(specimen.clerk_of(file))
    assert number in window.get(reverse("counter:queue"), {"tab": "delivery"}).content.decode()
    page = reverse("counter:note_delivery", args=[number, item])
    assert page in window.get(reverse("counter:case", args=[number])).content.decode()
    assert window.get(page).status_code == 200
    again = packs().calendar.add_workdays(timezone.localdate(), 3).date
    sent = {"how": "tried", "again": again.isoformat()}
    assert window.post(page, sent).status_code == 422, "it says why"
    assert window.post(page, {**sent, "again": "", "note": "家中无人"}).status_code == 422
    assert window.post(page, {**sent, "note": "家中无人"}).status_code == 302
    assert open_chase(load(file.case).state, item) is None
    row.refresh_from_db()
    assert row.state == "done"
    told = client_of(specimen.applicant_of(file)).get(reverse("public:case", args=[number])).content.decode()
    assert "家中无人" in told
    assert window.get(page).status_code == 404
