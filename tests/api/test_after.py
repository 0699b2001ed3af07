"""Lists between offices, promises and what follows a decision, by API: the same rules as on the pages."""

from __future__ import annotations

from collections.abc import Callable

from tests.api.conftest import Caller
from tests.usecases import town as specimen

from bancheng.core.casework import CrossMode
from bancheng.store.models import Membership, ResultDocument, User
from bancheng.usecases import apply, places, play, submission
from bancheng.usecases.casework import CaseFile


def name_of(role: str, body: str) -> str:
    """Who holds this post."""
    return Membership.objects.filter(role=role, body=body).order_by("id")[0].user.username


def relayed() -> CaseFile:
    actor, begun = specimen.draft()
    places.choose(begun.draft, CrossMode.RELAY.value, "")
    return submission.submit(actor, apply.prepare(actor, begun.draft), declared=True)


def test_a_list_is_sent_signed_for_and_cleared_up(caller: Callable[..., Caller]) -> None:
    file = relayed()
    assert file.state.submission is not None
    lead = file.state.submission.lead_body
    window = caller(User.objects.get(pk=specimen.clerk_of(file).user_id).username)
    decider, path = caller(name_of("reviewer", lead)), f"/handovers/{file.case.number}"
    sent = {"kind": "papers", "names": ["申请表"], "way": "专递"}
    window("POST", f"{path}/check", {"identity": " "}, status=409)
    window("POST", f"{path}/check", {"identity": "身份证原件"})
    window("POST", f"{path}/send", {**sent, "names": []}, status=409)
    window("POST", f"{path}/send", sent)
    assert [one["case"] for one in decider("GET", "/handovers")] == [file.case.number]
    assert decider("GET", f"{path}/lists/1")["received_on"] is None
    decider("POST", f"{path}/lists/1/receive", {"missing": [1], "note": ""}, status=409)
    decider("POST", f"{path}/lists/1/receive", {"missing": [1], "note": "少一页"})
    window("POST", f"{path}/lists/1/clear", {"note": "已补寄"})
    assert decider("GET", f"{path}/lists/1")["missing"] == [1]
    caller("liu")("GET", f"{path}/lists/1", status=403)


def test_what_was_decided_is_corrected_revoked_and_taken_up_again(caller: Callable[..., Caller]) -> None:
    file = play.whole(specimen.SERIAL)
    paper = ResultDocument.objects.filter(case=file.case).order_by("number")[0]
    body, item = file.state.items[paper.item].item.body, paper.item
    path = f"/cases/{file.case.number}"
    head, reviewer = caller(name_of("senior", body)), caller(name_of("reviewer", body))
    label, value = paper.lines[0]
    slip = {"what": "名称写错", "papers": {paper.document: {label: f"{value}店"}}}
    reviewer("POST", f"{path}/items/{item}/correct", slip)
    assert ResultDocument.objects.filter(case=file.case, item=item).count() > 1
    window = caller(User.objects.get(pk=specimen.clerk_of(file).user_id).username)
    put_off = {"how": "later", "again": "2026-12-01"}
    window("POST", f"{path}/items/{item}/delivery", put_off, status=409)
    reviewer("POST", f"{path}/items/{item}/delivery", put_off, status=403)
    ending = {"ground": "revoke", "reason": "以欺骗手段取得", "remedies": "可以复议。"}
    reviewer("POST", f"{path}/items/{item}/revoke", ending, status=403)
    head("POST", f"{path}/items/{item}/revoke", ending, status=409)
    head("POST", f"{path}/items/{item}/revoke", {**ending, "heard": True})
    again = {"reason": "复议决定", "basis": "示例复议决定1号", "warned": True}
    head("POST", f"{path}/items/{item}/reopen", {**again, "warned": False}, status=409)
    assert head("POST", f"{path}/items/{item}/reopen", again)["items"][item] == "open"


def test_nothing_about_promises_is_done_where_none_was_given(caller: Callable[..., Caller]) -> None:
    file = specimen.accepted()
    body = next(iter(file.state.items.values())).item.body
    path, reviewer = f"/cases/{file.case.number}", caller(name_of("reviewer", body))
    settle = {"measures": [], "reason": "不作处理", "body": body}
    verify = {"document": "none", "outcome": "kept", "body": body}
    reviewer("POST", f"{path}/proposals/1/settle", settle, status=409)
    reviewer("POST", f"{path}/promises/verify", verify, status=409)
    caller("liu")("POST", f"{path}/proposals/1/settle", settle, status=403)
