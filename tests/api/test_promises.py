"""容缺 and 告知承诺 by API, from the signature to the repaired record: the rules and the scope of the pages."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from pytest_django import Settings
from tests.api.conftest import Caller
from tests.usecases import town as specimen

from bancheng.store.models import AuditEntry, Membership, User
from bancheng.usecases import casework, play
from bancheng.usecases.casework import CaseFile

PROMISED, DEFERRED = "festival_credit_report", "festival_place_consent"


@pytest.fixture(autouse=True)
def credit(settings: Settings) -> None:
    settings.BANCHENG_CREDIT = "demo"
    settings.BANCHENG_DEMO_CREDIT = "bad"


def picture() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(out, "JPEG")
    out.seek(0)
    out.name = "同意书.jpg"
    return out


def name_of(role: str, body: str) -> str:
    return Membership.objects.filter(role=role, body=body).order_by("id")[0].user.username


def paths(problem: Any) -> list[str]:
    return [one["path"] for one in problem["problems"]]


def test_a_word_is_given_weighed_kept_broken_and_repaired(caller: Callable[..., Caller]) -> None:
    actor, begun = specimen.draft(specimen.PARALLEL)
    for document in (PROMISED, DEFERRED):
        for upload in begun.uploads_of(document):
            upload.delete()
    me, stranger = caller(User.objects.get(pk=actor.user_id).username), caller("liu")
    text = signed(me, stranger, f"/applications/{begun.draft.pk}/promises/{PROMISED}")
    submission = f"/applications/{begun.draft.pk}/submission"
    number = me("POST", submission, {"declared": True}, status=201)["number"]
    file = casework.open_case(actor, number)
    clerk = caller(User.objects.get(pk=specimen.clerk_of(file).user_id).username)
    weighed(me, clerk, stranger, f"/cases/{number}", text)
    file = play.accept(specimen.fresh(file))
    for scene in play.work(file):
        file = scene.file
    handed_in(me, clerk, stranger, file)
    item = next(key for key in file.state.materials[PROMISED].items if key in file.state.items)
    body = file.state.items[item].item.body
    reviewer, senior = caller(name_of("reviewer", body)), caller(name_of("senior", body))
    broken(me, reviewer, stranger, f"/cases/{number}", body)
    repaired(me, reviewer, senior, stranger, number)


def signed(me: Caller, stranger: Caller, at: str) -> str:
    """The text is read in full, then signed; nothing else counts as read."""
    text = me("GET", at)
    assert "撤销决定" in text["text"]
    signature = {"shown": text["digest"], "name": "周敏"}
    assert paths(me("POST", at, {**signature, "shown": "0" * 64}, status=422)) == ["name"]
    assert me("POST", at, signature)["signer"] == "周敏"
    me("DELETE", at, status=204)
    assert me("POST", at, signature)["text"] == text["text"]
    stranger("GET", at, status=404)
    me("GET", at.replace(PROMISED, "festival_plan"), status=404)
    return str(text["text"])


def weighed(me: Caller, clerk: Caller, stranger: Caller, case: str, text: str) -> None:
    """Credit was bad: whoever has a part sees that it waits, the note is the window's; a clerk decides."""
    mine = me("GET", f"{case}/promises")
    credit = mine["credit"]
    assert (credit["standing"], credit["waits"], credit["note"]) == ("bad", True, "")
    assert clerk("GET", f"{case}/promises")["credit"]["note"]
    stranger("GET", f"{case}/promises", status=404)
    clerk("POST", f"{case}/accept", {}, status=409)
    clerk("POST", f"{case}/credit", {"allow": True, "reason": ""}, status=409)
    clerk("POST", f"{case}/credit", {"allow": True, "reason": "记录已在修复中"})
    assert me("GET", f"{case}/promises")["credit"]["allowed"] is True
    (promise,) = mine["promises"]
    assert me("GET", f"{case}/promises/signed/{promise['id']}")["text"] == text
    clerk("GET", f"{case}/promises/signed/{promise['id']}")
    read = AuditEntry.objects.filter(act="promise.open", object=f"promise:{promise['id']}")
    assert read.count() == 1, "an official's reading is recorded, the promiser's own is not"


def handed_in(me: Caller, clerk: Caller, stranger: Caller, file: CaseFile) -> None:
    """Decided, and locked for what is owed; handed in, what waited for it goes out."""
    case = f"/cases/{file.case.number}"
    mine = me("GET", f"{case}/promises")
    assert [(one["document"], one["handed_in"]) for one in mine["owed"]] == [(DEFERRED, None)]
    assert mine["owed"][0]["due"]
    locked = [one["item"] for one in mine["locked"]]
    assert locked
    assert all(one["reasons"] for one in mine["locked"])
    me("GET", f"{case}/results/{file.case.results.filter(item=locked[0])[0].pk}", status=404)
    way = {"items": [locked[0]], "way": "window", "checked": True}
    clerk("POST", f"{case}/hand-out", way, status=409)
    owed = f"{case}/owed/{DEFERRED}"
    assert paths(me("POST", f"{owed}/hand-in", status=422)) == [f"material/{DEFERRED}"]
    for other in (stranger, clerk):
        other("POST", f"{owed}/hand-in", status=404)
    me.give(f"{owed}/files", DEFERRED, picture())
    me("POST", f"{owed}/hand-in")
    me("POST", f"{owed}/hand-in", status=404)
    mine = me("GET", f"{case}/promises")
    assert mine["owed"][0]["handed_in"]
    assert mine["locked"] == []
    clerk("POST", f"{case}/hand-out", way)


def broken(me: Caller, reviewer: Caller, stranger: Caller, case: str, body: str) -> None:
    """Found to be broken: proposed, heard, and only then recorded."""
    checks = reviewer("GET", f"{case}/promises")["checks"]
    assert [(one["document"], one["outcome"]) for one in checks] == [(PROMISED, None)]
    assert me("GET", f"{case}/promises")["checks"] == [], "checks to come are between officials"
    breach = {"document": PROMISED, "outcome": "breached", "findings": "有失信记录", "body": body}
    reviewer("POST", f"{case}/promises/verify", breach)
    settle = {"measures": ["record"], "reason": "承诺不实", "body": body}
    reviewer("POST", f"{case}/proposals/1/settle", settle, status=409)
    stranger("POST", f"{case}/proposals/1/objection", {"words": "不是我的"}, status=404)
    me("POST", f"{case}/proposals/1/objection", {"words": "当时不知情"})
    me("POST", f"{case}/proposals/1/objection", {"words": "再说一次"}, status=409)
    (proposal,) = reviewer("GET", f"{case}/promises")["proposals"]
    assert (proposal["statement"], proposal["settled_on"]) == ("当时不知情", None)
    reviewer("POST", f"{case}/proposals/1/settle", settle)


def repaired(me: Caller, reviewer: Caller, senior: Caller, stranger: Caller, number: str) -> None:
    """The record is objected to once, and repaired by the senior of the body that made it."""
    (record,) = me("GET", "/credit-records")["records"]
    assert (record["case"], record["repaired_at"]) == (number, None)
    assert stranger("GET", "/credit-records")["count"] == 0
    which = f"/credit-records/{record['id']}"
    stranger("POST", f"{which}/objection", {"words": "不是我的"}, status=404)
    me("POST", f"{which}/objection", {"words": "已经整改，申请修复"})
    assert paths(me("POST", f"{which}/objection", {"words": "再说一次"}, status=422)) == ["words"]
    assert senior("GET", "/credit-records/register?tab=objected")["count"] == 1
    answer = {"repair": True, "words": "整改到位"}
    reviewer("POST", f"{which}/answer", answer, status=403)
    senior("POST", f"{which}/answer", {**answer, "words": " "}, status=422)
    assert senior("POST", f"{which}/answer", answer)["repaired_at"]
    assert senior("GET", "/credit-records/register")["count"] == 0
