"""The people of a body, changes of bodies and versions by API: the same use cases as the pages."""

from __future__ import annotations

from datetime import date

from django.test import Client
from tests.usecases import town as specimen
from tests.usecases.test_bodies_and_moving import newer

from bancheng.store.models import Absence, CaseTask, Membership, User


def client(user: User) -> Client:
    made = Client()
    made.force_login(user)
    return made


def holder(role: str, body: str = "") -> User:
    return Membership.objects.filter(role=role, body=body).select_related("user").order_by("id")[0].user


def test_a_senior_sees_people_moves_tasks_and_enters_leave(town: None) -> None:
    file = specimen.accepted()
    task = CaseTask.objects.filter(case=file.case, state="open", role="reviewer").order_by("id")[0]
    reviewer = holder("reviewer", task.body)
    senior = client(holder("senior", task.body))
    people = senior.get(f"/api/v1/offices/{task.body}/people").json()
    assert {one["id"] for one in people} >= {f"user:{reviewer.pk}"}
    sent = {"cases": [file.case.number], "to": f"user:{reviewer.pk}", "reason": "调整分工"}
    moved = senior.post(f"/api/v1/offices/{task.body}/moves", sent, content_type="application/json").json()
    assert moved["done"] >= 1
    assert CaseTask.objects.get(pk=task.pk).assignee == f"user:{reviewer.pk}"
    day = date.max.replace(year=2099)
    leave = {"who": reviewer.pk, "first": day.isoformat(), "last": day.isoformat()}
    made = senior.post("/api/v1/offices/absences", leave, content_type="application/json")
    assert made.status_code == 201
    assert Absence.objects.get(pk=made.json()["id"]).user == reviewer
    wrong = senior.post("/api/v1/offices/absences", {**leave, "kind": "x"}, content_type="application/json")
    assert wrong.status_code == 422
    assert client(reviewer).get(f"/api/v1/offices/{task.body}/people").status_code == 403
    assert senior.get("/api/v1/offices/yunxi_bank/people").status_code == 404


def test_versions_and_duties_are_open_to_those_in_charge(town: None) -> None:
    file = specimen.accepted()
    newer(specimen.SERIAL)
    admin = client(holder("administrator"))
    duties = admin.get("/api/v1/offices/duties?body=yunxi_market").json()
    assert duties
    address = f"/api/v1/offices/versions/{specimen.SERIAL}"
    [found] = admin.get(address).json()
    assert "增加环节：新增核对" in found["changes"]
    sent = {"reason": "新版", "cases": [file.case.number]}
    assert admin.post(address, sent, content_type="application/json").json() == {
        "done": 1,
        "stayed": [],
        "held": [],
    }
    assert admin.get("/api/v1/offices/changes/none/preview").status_code == 404
    assert (
        client(holder("reviewer", "yunxi_market"))
        .post(address, sent, content_type="application/json")
        .status_code
        == 403
    )
