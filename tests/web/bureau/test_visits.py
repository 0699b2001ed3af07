"""The visit on screen: arranging it, the applicant's answer, the checklist, the conclusion; deciding on a phone."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from tests.usecases import test_visits as fairs
from tests.usecases import town as specimen
from tests.web.bureau.conftest import SignIn
from tests.web.bureau.desk import account, state_of
from tests.web.counter.window import said

from bancheng.core.casework import Visit, VisitStatus
from bancheng.store.models import AuditEntry, Case, User, VisitAnswer, VisitPhoto
from bancheng.usecases import play, undo, visits
from bancheng.usecases.visit_sheets import checklist

STEP = fairs.VISIT
FIRE, LEAD = "yunxi_fire", "yunxi_culture"


def last(number: str) -> Visit:
    return state_of(number).visits.all[-1]


def name_of(reference: str) -> str:
    return User.objects.get(pk=int(reference.partition(":")[2])).username


def applicant(number: str) -> str:
    case = Case.objects.get(number=number)
    assert case.applicant is not None
    return case.applicant.username


def send(client: Client, address: str, **sent: Any) -> Any:
    """As the script sends a line."""
    return client.post(address, sent, headers={"accept": "application/json"})


@pytest.fixture
def hours(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """What the pages take for now, once something stands in the list."""
    told: list[datetime] = []
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: told[-1] if told else real())
    return told


def test_a_visit_from_the_first_proposal_to_the_record(
    sign_in: SignIn, town: None, hours: list[datetime]
) -> None:
    number = fairs.other_fair().case.number
    lead = sign_in(account("inspector", LEAD))
    assert "约时间" in said(lead.get(f"/bureau/{number}/"))
    arrange = f"/bureau/{number}/steps/{STEP}/visit/"
    page = said(lead.get(arrange))
    assert "各部门都有人的时间" in page
    begins = visits.arranging(specimen.fresh(_file(number)), STEP, timezone.now()).offers[0].slot.begins
    assert lead.post(arrange, {"begins": begins.isoformat()}).status_code == 302
    # The applicant sees when, who and what, takes another time, and has it.
    person = sign_in(applicant(number))
    page = said(person.get(f"/cases/{number}/"))
    assert "疏散通道最窄处的宽度" in page
    change = f"/cases/{number}/visits/1/change/"
    assert "换个时间" in said(person.get(change))
    other = visits.arranging(_file(number), STEP, timezone.now(), last(number)).offers[1].slot.begins
    assert person.post(change, {"begins": "2001-01-01T09:00:00+08:00"}).status_code == 200
    assert person.post(change, {"begins": other.isoformat()}).status_code == 302
    assert last(number).status is VisitStatus.CONFIRMED
    # Those who go find it by day, with the address and a number to call.
    going = last(number).people
    fire = sign_in(name_of(next(one.id for one in going if one.body == FIRE)))
    assert number in said(fire.get("/bureau/visits/"))
    assert "tel:" in fire.post(f"/bureau/{number}/visits/1/call/").content.decode()
    assert AuditEntry.objects.filter(act="visit.call").count() == 1
    hours.append(other + timedelta(minutes=3))
    # Days may lie between: everybody signs in anew.
    fire = sign_in(name_of(next(one.id for one in going if one.body == FIRE)))
    act = f"/bureau/{number}/visits/1/act/"
    assert fire.post(act, {"do": "hold", "present": [one.id for one in going]}).status_code == 302
    assert last(number).status is VisitStatus.HELD
    for body in state_of(number).steps[STEP].plan.bodies:
        who = sign_in(name_of(next(one.id for one in going if one.body == body)))
        _fill(who, number, body)
    lead = sign_in(name_of(next(one.id for one in going if one.body == LEAD)))
    assert "写结论" in said(lead.get(f"/bureau/{number}/visits/1/"))
    assert lead.post(act, {"do": "conclude", "conclusion": "passed"}).status_code == 302
    assert lead.get(f"/bureau/{number}/visits/1/record/").content.startswith(b"%PDF")
    person = sign_in(applicant(number))
    assert "结论：通过" in said(person.get(f"/cases/{number}/"))
    assert person.get(f"/cases/{number}/visits/1/record/").content.startswith(b"%PDF")


def _file(number: str) -> Any:
    return specimen.casework.load(Case.objects.get(number=number))


def _fill(client: Client, number: str, body: str) -> None:
    sheet = f"/bureau/{number}/visits/1/sheets/{body}/"
    assert client.get(sheet).status_code == 200
    file = _file(number)
    for look in _looks(file, body):
        value = {"yes_no": "yes", "number": "3.5"}.get(look.kind.value, "")
        told = send(client, f"{sheet}line/", line=look.key, value=value, revision=last(number).revision)
        assert told.status_code == 200, told.content.decode()
        assert json.loads(told.content)["version"] == 1
        if look.wants_photo:
            photo = {"line": look.key, "photo": _jpeg(), "revision": last(number).revision}
            told = client.post(f"{sheet}photo/", photo, headers={"accept": "application/json"})
            assert client.get(json.loads(told.content)["thumb"])["Content-Type"] == "image/jpeg"
    assert client.post(f"{sheet}confirm/", {"outcome": "ok"}).status_code == 302


def _looks(file: Any, body: str) -> Any:
    return checklist(file.state, file.state.steps[STEP], body)


def _jpeg() -> io.BytesIO:
    data = fairs.picture(place=True)
    data.name = "site.jpg"
    return data


def test_what_a_phone_sends_late_is_refused_with_the_reason_and_stays_on_the_page(
    sign_in: SignIn, town: None, hours: list[datetime]
) -> None:
    file, now = fairs.there(fairs.other_fair())
    hours.append(now)
    number, line = file.case.number, "festival_fire_check.aisle"
    fire = sign_in(name_of(fairs.of(file, FIRE).id))
    save = f"/bureau/{number}/visits/1/sheets/{FIRE}/line/"
    wrong = send(fire, save, line=line, value="宽")
    assert (wrong.status_code, json.loads(wrong.content)["final"]) == (422, False)
    visits.cancel(fairs.of(file, LEAD), number, 1, "下暴雨", now=now)
    late = send(fire, save, line=line, value="3.5", revision=0)
    told = json.loads(late.content)
    assert late.status_code == 422
    assert told["final"]
    assert "取消" in told["why"]
    shot = {"line": line, "photo": _jpeg(), "revision": 0}
    photo = fire.post(save.replace("/line/", "/photo/"), shot, headers={"accept": "application/json"})
    assert (photo.status_code, json.loads(photo.content)["final"]) == (422, True)
    assert "取消" in json.loads(photo.content)["why"]
    assert not VisitPhoto.objects.exists()
    # Without script the page itself comes back, and says so.
    plain = fire.post(save, {"line": line, "value": "3.5", "revision": 0})
    assert plain.status_code == 422
    assert "现在还不能这样办" in said(plain)


def test_of_two_inspectors_on_one_sheet_the_second_reads_the_colleagues_answer_and_loses_no_word(
    sign_in: SignIn, town: None, hours: list[datetime]
) -> None:
    file, now = fairs.there(fairs.other_fair())
    hours.append(now)
    number, line = file.case.number, "festival_fire_check.aisle"
    fast, slow = (sign_in(name_of(fairs.of(file, FIRE, place).id)) for place in (0, 1))
    save = f"/bureau/{number}/visits/1/sheets/{FIRE}/line/"
    assert send(fast, save, line=line, value="4.25", revision=0, version=0).status_code == 200
    typed = {"line": line, "value": "3.75", "note": "西门被货架挡住一半", "revision": 0, "version": 0}

    told = send(slow, save, **typed)
    assert (told.status_code, json.loads(told.content)["final"]) == (422, True)
    assert "4.25" in json.loads(told.content)["why"]
    plain = slow.post(save, typed)
    page = plain.content.decode()
    assert plain.status_code == 422
    assert all(words in page for words in ("4.25", "3.75", "西门被货架挡住一半"))
    answer = VisitAnswer.objects.get(case=file.case, line=line)
    assert (answer.value, answer.note) == ("4.25", "")
    bare = slow.post(save.replace("/line/", "/photo/"), {"line": line, "revision": 0})
    assert (bare.status_code, 'value="4.25"' in bare.content.decode()) == (422, True)


def test_a_visit_is_closed_to_other_bodies_and_strangers(sign_in: SignIn, town: None) -> None:
    file, _now = fairs.there(fairs.other_fair())
    number = file.case.number
    for path in ("", "record/", f"sheets/{FIRE}/", f"photos/{VisitPhoto().pk}/"):
        address = f"/bureau/{number}/visits/1/{path}"
        assert sign_in(account("inspector", "yunxi_tobacco")).get(address).status_code == 404
    stranger = sign_in("wang")
    assert stranger.get(f"/cases/{number}/visits/1/change/").status_code == 404
    assert stranger.post(f"/cases/{number}/visits/1/act/", {"do": "confirm"}).status_code == 404


def test_a_decider_reads_in_one_look_decides_with_the_thumb_and_may_take_it_back(
    sign_in: SignIn, town: None, settings: Settings
) -> None:
    file = specimen.accepted()
    key = next(step.plan.key for step in _worked(file).state.open_steps if step.plan.kind.value == "decision")
    number = file.case.number
    step = state_of(number).steps[key]
    body = step.plan.bodies[0]
    decider = sign_in(account("reviewer", body))
    assert number in said(decider.get("/bureau/pocket/"))
    address = f"/bureau/{number}/steps/{key}/decide/"
    page = said(decider.get(address))
    assert "查过什么" in page
    item = step.plan.items[0]
    refusal = {"do": "refuse", "item": item, "ground": ""}
    assert decider.post(address, refusal).status_code == 422
    settings.BANCHENG_UNDO_SECONDS = 10
    approval = {"do": "approve", "item": item}
    assert decider.post(address, approval).status_code == 302
    assert "即将生效" in said(decider.get("/bureau/pocket/"))
    assert decider.post("/bureau/undo/", follow=True).status_code == 200
    assert undo.carry_out_due(timezone.now() + timedelta(seconds=11)) == 0, "taken back"
    assert decider.post(address, approval).status_code == 302
    assert undo.carry_out_due(timezone.now() + timedelta(seconds=11)) == 1
    assert state_of(number).items[item].status.value == "approved"
    assert decider.get(address).status_code == 404


def _worked(file: Any) -> Any:
    for scene in play.work(file):
        if any(step.plan.kind.value == "decision" for step in scene.file.state.open_steps):
            return scene.file
    raise AssertionError("no decision")
