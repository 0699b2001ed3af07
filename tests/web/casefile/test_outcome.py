"""Correcting, revoking, taking up again, granting a part and handing over, on the pages that do it."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.usecases import town as specimen

from bancheng.core.catalogue import StepKind
from bancheng.store.models import HandOut, Mandate, ResultDocument, User
from bancheng.usecases import letters, play, results
from bancheng.usecases.access import Actor
from bancheng.usecases.casework import load

pytestmark = pytest.mark.usefixtures("town")


def client_of(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id), backend="bancheng.site.signin.SignInBackend")
    return client


def said(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]  # a response of the test client


def test_from_correction_to_revocation_to_a_new_decision() -> None:
    file = play.whole(specimen.SERIAL)
    paper = ResultDocument.objects.filter(case=file.case).order_by("number").first()
    assert paper is not None
    number, item = file.case.number, paper.item
    head = client_of(specimen.official("senior", paper.body))
    window = client_of(specimen.clerk_of(file))
    applicant = client_of(specimen.applicant_of(file))

    page = said(window.get(reverse("counter:case", args=[number])))
    assert reverse("counter:hand_out", args=[number]) in page
    assert window.get(reverse("counter:labels", args=[number]))["Content-Type"] == "application/pdf"
    hand = reverse("counter:hand_out", args=[number])
    answer = window.post(hand, {"items": [item], "way": "window"})
    assert (answer.status_code, "请先核对领取人的证件" in said(answer)) == (422, True)
    assert window.post(hand, {"items": [item], "way": "locker", "place": "东门取件柜"}).status_code == 302
    code = HandOut.objects.get().code
    assert code in said(applicant.get(reverse("public:case", args=[number])))
    assert code not in said(window.get(reverse("counter:case", args=[number])))

    wrong = reverse("bureau:correct_outcome", args=[number, item])
    assert applicant.get(wrong).status_code in (302, 403, 404)
    form = {f"{paper.document}-{place}": value for place, (_, value) in enumerate(paper.lines)}
    answer = head.post(wrong, {**form, "what": "写错了"})
    assert (answer.status_code, "没有改动任何内容" in said(answer)) == (422, True)
    answer = head.post(wrong, {**form, f"{paper.document}-0": "周小敏", "what": "姓名写错了"})
    assert answer.status_code == 302
    old = said(Client().get(reverse("public:verified", args=[paper.code])))
    assert "已作废" in old
    assert f"{paper.number}-2" in old

    ends = reverse("bureau:revoke_outcome", args=[number, item])
    answer = head.post(ends, {"ground": "revoke", "reason": "材料不实", "remedies": "可以复议。"})
    assert (answer.status_code, "陈述和申辩" in said(answer), "材料不实" in said(answer)) == (422, True, True)
    sent = {"ground": "revoke", "reason": "材料不实", "remedies": "可以复议。", "heard": "yes"}
    assert head.post(ends, sent).status_code == 302
    assert "材料不实" in said(applicant.get(reverse("public:case", args=[number])))

    again = reverse("bureau:reopen_outcome", args=[number, item])
    assert "决定一经作出即具有法律效力" in said(head.get(again))
    assert head.post(again, {"reason": "纠错", "basis": "示例1号"}).status_code == 422
    assert head.post(again, {"reason": "纠错", "basis": "示例1号", "warned": "yes"}).status_code == 302
    assert load(file.case).state.items[item].decided_by is None


def test_a_part_is_granted_on_its_page_and_the_paper_says_how_far_it_goes() -> None:
    file = specimen.accepted(specimen.SERIAL)
    scenes = play.work(file)
    while not (steps := [one for one in file.state.open_steps if one.plan.kind is StepKind.DECISION]):
        file = next(scenes).file
    step = steps[0].plan
    item = step.items[0]
    reviewer = client_of(specimen.official("reviewer", step.bodies[0]))
    page = reverse("bureau:part", args=[file.case.number, step.key, item])
    assert page in said(reviewer.get(reverse("bureau:case", args=[file.case.number])))
    grounds = {"reasons": "二层没有安全出口", "basis": "示例条例第二条", "remedies": "可以申请行政复议。"}
    assert reviewer.post(page, {"limits": "", **grounds}).status_code == 422
    assert reviewer.post(page, {"limits": "准予一层，二层不予", **grounds}).status_code == 302
    after = load(file.case)
    assert after.state.items[item].limits == "准予一层，二层不予"
    assert "部分准予许可决定书" in [one.title for one in letters.slips(after)]


def test_an_outsider_shows_a_file() -> None:
    file = play.whole(specimen.SERIAL)
    paper = ResultDocument.objects.filter(case=file.case).order_by("number").first()
    assert paper is not None
    data = results.open_result(specimen.applicant_of(file), paper.pk)[1]
    page = reverse("public:verify")
    shown = Client().post(page, {"file": SimpleUploadedFile("a.pdf", data)})
    assert (shown.status_code, paper.number in said(shown)) == (200, True)
    other = Client().post(page, {"file": SimpleUploadedFile("a.pdf", b"not a pdf")})
    assert "没有查到这个文件" in said(other)
    assert Client().post(page, {}).status_code == 422


def test_an_agent_collects_under_a_registered_mandate_or_with_one_on_paper() -> None:
    file = play.whole(specimen.SERIAL)
    paper = ResultDocument.objects.filter(case=file.case).order_by("number").first()
    assert paper is not None
    helper = specimen.person("liu")
    collecting, answering = (
        Mandate.objects.create(
            user_id=helper.user_id,
            party_id=file.case.party_id,
            kind=kind,
            acts=[act],
            valid_until=timezone.localdate(),
        )
        for kind, act in (("agent", "collect"), ("helper", "answer"))
    )
    window, hand = client_of(specimen.clerk_of(file)), reverse("counter:hand_out", args=[file.case.number])
    page = said(window.get(hand))
    assert (f'value="{collecting.pk}"' in page, f'value="{answering.pk}"' in page) == (True, False)
    sent = {"items": [paper.item], "way": "window", "checked": "yes"}
    refused = window.post(hand, {**sent, "agent": answering.pk})
    assert (refused.status_code, "范围不包括" in said(refused)) == (422, True)
    bare = window.post(hand, {**sent, "taker": "示代领"})
    assert (bare.status_code, "登记委托书" in said(bare)) == (422, True)
    assert window.post(hand, {**sent, "agent": collecting.pk}).status_code == 302
    assert helper.name in said(window.get(reverse("counter:case", args=[file.case.number])))
