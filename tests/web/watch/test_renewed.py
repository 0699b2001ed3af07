"""延续 on screen: the holder applies from the case, everybody sees what silence will do, supervision what it did."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from tests.usecases import town as specimen
from tests.usecases.test_tacit import licence
from tests.web.bounds import BOUNDS, Asked
from tests.web.casefile.test_promises import client_of
from tests.web.public.conftest import SignIn

from bancheng.store.models import Draft
from bancheng.usecases import play, upkeep
from bancheng.usecases.apply import prepare


def test_a_renewal_is_applied_for_on_the_case_and_what_silence_does_is_said_to_everybody(
    town: None, sign_in: SignIn
) -> None:
    file, paper = licence()
    owner = specimen.applicant_of(file)
    client = client_of(owner)
    at = reverse("public:renew", args=[file.case.number, paper.pk])
    assert at in client.get(reverse("public:case", args=[file.case.number])).content.decode()
    assert sign_in("wang").post(at).status_code == 404
    assert client.post(at).status_code == 302
    begun, _ = play.fill(owner, prepare(owner, Draft.objects.get(renews=paper)))
    new = play.accept(play.hand_in(owner, play.give_papers(owner, begun)))
    mine = reverse("public:case", args=[new.case.number])
    assert "您不用再申请" in client.get(mine).content.decode()
    body = new.state.items[paper.item].item.body
    senior = client_of(specimen.official("senior", body))
    assert "逾期没有决定的" in senior.get(reverse("bureau:case", args=[new.case.number])).content.decode()

    watcher = sign_in("watch")
    there = reverse("watch:renewed")
    assert paper.number not in watcher.get(there).content.decode()
    upkeep.run_due_cases(timezone.now() + timedelta(days=41))
    with Asked() as asked:
        page = watcher.get(there).content.decode()
    assert len(asked) <= BOUNDS["watch:renewed"]
    assert paper.number in page
    assert paper.number in senior.get(there).content.decode()
    table = watcher.get(there, {"as": "xlsx"})
    assert table.getvalue().startswith(b"PK")
    assert "视为准予延续，有效到" in client.get(mine).content.decode()
    found = client.get(reverse("public:verified", args=[paper.code])).content.decode()
    assert ("真实有效" in found, "第五十条" in found) == (True, True)
