"""审管协同 through the pages of the supervising body and through its system."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.usecases import town as specimen
from tests.web.casefile.test_promises import client_of

from bancheng.core.casework import ProposalKind
from bancheng.store.models import User
from bancheng.usecases import play, upkeep
from bancheng.usecases.casework import CaseFile
from bancheng.usecases.tokens import make_token

ITEM = "festival_permit"
pytestmark = pytest.mark.usefixtures("town")


def granted() -> tuple[CaseFile, str]:
    """A fair permitted and handed over by the sweep; and the supervising body."""
    file = play.whole(specimen.PARALLEL)
    upkeep.run_due_cases(timezone.now())
    file = specimen.fresh(file)
    return file, file.state.supervision[ITEM].body


def call(username: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    token = make_token(username, "test", "act", 1, timezone.now())
    answer = Client().generic(
        method,
        f"/api/v1{path}",
        json.dumps(body) if body is not None else "",
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    return answer.status_code, answer.json()


def test_the_supervising_body_and_its_system_take_over_inspect_and_report() -> None:
    file, body = granted()
    number = file.case.number
    officer = client_of(specimen.official("inspector", body))
    listed = officer.get(reverse("bureau:supervision")).content.decode()
    page = reverse("bureau:supervised", args=[number, ITEM])
    assert page in listed
    assert file.case.party.name in officer.get(page).content.decode()
    taken = officer.post(reverse("bureau:supervise", args=[number, ITEM]))
    assert taken.status_code == 302
    assert page not in officer.get(reverse("bureau:supervision")).content.decode()
    assert page in officer.get(reverse("bureau:supervision"), {"tab": "done"}).content.decode()

    inspected = reverse("bureau:inspected", args=[number, ITEM])
    today = timezone.localdate().isoformat()
    assert officer.post(inspected, {"inspected_on": today}).status_code == 422
    assert officer.post(inspected, {"inspected_on": "x", "result": "fine"}).status_code == 422
    lacks = officer.post(inspected, {"inspected_on": today, "result": "serious", "revoke": "on"})
    assert lacks.status_code == 422, "a fault needs findings"
    sent = {"inspected_on": today, "result": "serious", "findings": "现场与方案不符", "revoke": "on"}
    assert officer.post(inspected, sent).status_code == 302
    (proposal,) = specimen.fresh(file).state.promises.open
    assert proposal.kind is ProposalKind.SUPERVISION

    decider = client_of(specimen.official("reviewer", file.state.items[ITEM].item.body))
    case = decider.get(reverse("bureau:case", args=[number])).content.decode()
    assert "现场与方案不符" in case
    assert reverse("bureau:settle", args=[number, 1]) in case
    stranger = client_of(specimen.official("reviewer", "yunxi_tobacco"))
    assert stranger.get(page).status_code == 404
    applicant = client_of(specimen.applicant_of(file))
    assert "以后由谁监管" in applicant.get(reverse("public:case", args=[number])).content.decode()

    username = User.objects.get(pk=specimen.official("inspector", body).user_id).username
    _, listed = call(username, "GET", "/supervision?acknowledged=true")
    assert {"case": number, "item": ITEM}.items() <= listed["items"][0].items()
    assert call(username, "POST", f"/supervision/{number}/{ITEM}/acknowledge")[0] == 409
    found = {"result": "rectify", "inspected_on": today, "findings": "通道堵塞"}
    status, after = call(username, "POST", f"/supervision/{number}/{ITEM}/inspections", found)
    assert (status, after["inspections"][-1]["findings"]) == (200, "通道堵塞")
    assert after["papers"]
    assert call(username, "GET", f"/supervision/{number}/festival_power")[0] == 404
