"""Visits through the API: offers, a proposal, the applicant's answer, a line."""

from __future__ import annotations

from tests.api.conftest import Caller
from tests.usecases import test_visits as fairs
from tests.usecases import town as specimen

from bancheng.store.models import User


def test_a_visit_is_proposed_confirmed_and_moved_by_those_who_may(town: None) -> None:
    file = fairs.other_fair()
    number, step = file.case.number, fairs.VISIT
    lead = Caller(User.objects.get(pk=fairs.lead(file).user_id).username)
    person = Caller(User.objects.get(pk=specimen.applicant_of(file).user_id).username)
    times = lead("GET", f"/cases/{number}/steps/{step}/times")
    person("GET", f"/cases/{number}/steps/{step}/times", status=403)
    lead("POST", f"/cases/{number}/visits", {"step": step, "begins": times[0]["begins"]})
    again = lead("POST", f"/cases/{number}/visits", {"step": step, "begins": times[0]["begins"]}, status=409)
    assert again["problems"][0]["code"] == "visit.running"
    person("POST", f"/cases/{number}/visits/1/move", {"begins": times[1]["begins"]})
    shown = person("GET", f"/cases/{number}/visits")
    assert [(one["number"], one["status"]) for one in shown] == [(1, "confirmed")]
    line = {"body": "yunxi_culture", "line": "festival_permit.ground", "value": "yes"}
    early = lead("POST", f"/cases/{number}/visits/1/lines", line, status=409)
    assert early["problems"][0]["code"] == "visit.status"
