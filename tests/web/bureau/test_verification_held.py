"""The check of a promise lies with one person: claimed from the list, handed over and taken over on the file."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings
from tests.usecases import town as specimen
from tests.usecases.test_people import colleague
from tests.usecases.test_promises import credit, submitted
from tests.web.public.conftest import own_packs, town

from bancheng.store.models import CaseTask, User
from bancheng.usecases import play
from bancheng.usecases.access import Actor

__all__ = ["credit", "own_packs", "town"]


def client_of(user: int) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user), backend="bancheng.site.signin.SignInBackend")
    return client


@pytest.mark.usefixtures("town", "credit")
def test_a_check_is_claimed_and_taken_over(settings: Settings) -> None:
    file = play.accept(submitted())
    for scene in play.work(file):
        file = scene.file
    task = CaseTask.objects.filter(case=file.case, kind="verification").order_by("pk")[0]
    first: Actor = specimen.official("reviewer", task.body)
    second = colleague(task.body, "另一位")
    mine, other = client_of(first.user_id), client_of(second.pk)
    assert f'name="task" value="{task.pk}"' in mine.get("/bureau/").content.decode()
    mine.post("/bureau/claim/", {"task": [task.pk]})
    assert CaseTask.objects.get(pk=task.pk).assignee == first.id
    at = f"/bureau/{file.case.number}/"
    assert "接手或转交" in other.get(at).content.decode()
    sent = {"do": "release", "task": task.key, "body": task.body, "to": f"user:{second.pk}"}
    assert other.post(f"{at}hold/", sent).status_code == 422
    assert other.post(f"{at}hold/", {**sent, "why": "顺路"}).status_code == 302
    assert CaseTask.objects.get(pk=task.pk).assignee == f"user:{second.pk}"
    assert other.post(f"{at}hold/", {**sent, "body": "yunxi_power"}).status_code == 404
