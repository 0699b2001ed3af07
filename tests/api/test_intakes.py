"""One application taken in at a window by API: all or nothing, for whoever stands there, only at a window."""

from __future__ import annotations

import json
from typing import Any

from tests.api.test_batches import client
from tests.usecases import town as specimen

from bancheng.store.models import Case, Draft, Mandate, User
from bancheng.usecases import casework, play
from bancheng.usecases.town import receiving_body

AT = "/api/v1/intakes"


def test_one_application_is_taken_in_at_the_window_whole_or_not_at_all(town: None) -> None:
    boss, preparation = play.begin(play.example_of(specimen.SERIAL))
    preparation, _ = play.fill(boss, preparation)
    draft = preparation.draft
    party, answers = draft.party_id, dict(draft.answers)
    papers = [one.material.document for one in preparation.asked_materials()]
    Draft.objects.all().delete()
    clerk = client(specimen.official("clerk", receiving_body()).user_id)
    agent = User.objects.create(username="agent9", display_name="代办员", is_demo=True)
    mandate = Mandate.objects.create(user=agent, party_id=party, kind=Mandate.AGENT, acts=["pay"])

    def send(who: Any, **changed: Any) -> Any:
        whole = {"onething": specimen.SERIAL, "party": str(party), "answers": answers, "papers": papers}
        sent = {**whole, "declared": True, "accept": True, **changed}
        return who.post(AT, json.dumps(sent), content_type="application/json")

    assert send(client(boss.user_id)).status_code == 403
    assert send(clerk, window="elsewhere").status_code == 404
    lacking = send(clerk, papers=[])
    assert (lacking.status_code, len(lacking.json()["problems"]) > 0) == (422, True)
    refused = send(clerk, mandate=mandate.pk)
    assert (refused.status_code, "范围不包括" in refused.json()["detail"]) == (409, True)
    assert (Case.objects.count(), Draft.objects.count()) == (0, 0)
    Mandate.objects.filter(pk=mandate.pk).update(acts=["apply"])
    made = send(clerk, mandate=mandate.pk)
    assert made.status_code == 201, made.content.decode()
    case = Case.objects.get(number=made.json()["number"])
    first = casework.load(case).events[0]
    assert (case.channel, first.by.agent, first.by.capacity) == ("window", f"user:{agent.pk}", "agent")
    assert casework.load(case).state.accepted is not None
