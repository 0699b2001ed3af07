"""A sheet of many applications by API, online and at a window, for the agent who stands there."""

from __future__ import annotations

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.usecases import town as specimen
from tests.usecases.test_many_at_once import cells_of, sheet

from bancheng.store.models import Case, Draft, Mandate, User
from bancheng.usecases import casework, play
from bancheng.usecases.town import receiving_body

AT = "/api/v1/batches"


def client(user: int) -> Client:
    made = Client()
    made.force_login(User.objects.get(pk=user))
    return made


def test_a_firms_sheet_at_the_window_by_api(town: None) -> None:
    boss, preparation = play.begin(play.example_of(specimen.SERIAL))
    preparation, _ = play.fill(boss, preparation)
    party, good = preparation.draft.party_id, cells_of(preparation)
    Draft.objects.all().delete()
    clerk_ = specimen.official("clerk", receiving_body())
    clerk, stranger = client(clerk_.user_id), client(boss.user_id)
    assert clerk.get(f"{AT}/template/{specimen.SERIAL}").content.startswith(b"PK")
    rows = [{**good, "_label": f"店{n}"} for n in range(2)] + [{}]
    filled = sheet(clerk_, rows).read()

    def hand_in(who: Client, channel: str) -> Any:
        data = {"onething": specimen.SERIAL, "party": str(party), "channel": channel}
        return who.post(AT, {**data, "file": SimpleUploadedFile("一批.xlsx", filled)})

    assert hand_in(stranger, "window").status_code == 404
    made = hand_in(clerk, "window")
    assert made.status_code == 201, made.content.decode()
    said = made.json()
    at = f"{AT}/{said['id']}"
    assert [bool(row["draft"]) for row in said["rows"]][:2] == [True, True]
    assert stranger.get(at).status_code == 404
    for document in said["papers"]:
        said = clerk.post(f"{at}/originals/{document}").json()
    assert said["papers"] == {}

    agent = User.objects.create(username="agent9", display_name="代办员", is_demo=True)
    mandate = Mandate.objects.create(user=agent, party_id=party, kind=Mandate.AGENT, acts=["pay"])

    def submit(**given: Any) -> Any:
        return clerk.post(f"{at}/submit", json.dumps(given), content_type="application/json")

    assert submit(declared=False).status_code == 422
    refused = submit(declared=True, mandate=mandate.pk)
    assert (refused.status_code, "范围不包括" in refused.content.decode()) == (422, True)
    Mandate.objects.filter(pk=mandate.pk).update(acts=["apply"])
    assert submit(declared=True, mandate=mandate.pk).json() == {"went": 2, "waits": 0}
    by = {casework.load(one).events[0].by.agent for one in Case.objects.all()}
    assert by == {f"user:{agent.pk}"}
    assert clerk.get(f"{at}/receipts?pdf=true").content.startswith(b"%PDF")
    assert clerk.get(f"{at}/receipts").content.startswith(b"PK")
