"""The archive's pages and API: due, listed, decided by a second person, taken away as a table."""

from __future__ import annotations

import json
from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone
from tests.usecases import town as specimen
from tests.usecases.test_disposal import second_senior
from tests.web.bounds import BOUNDS, Asked
from tests.web.casefile.test_promises import client_of
from tests.web.casefile.test_supervision import call

from bancheng.store.models import ArchiveList, ArchivePackage, ResultDocument, User
from bancheng.usecases import archiving, disposal, play

DUE = date(2020, 12, 31)


def test_the_archive_is_worked_from_its_pages_and_by_api(town: None) -> None:
    file = play.whole(specimen.SERIAL)
    number, home = file.case.number, reverse("bureau:archives")
    senior, other = specimen.official("senior", file.case.lead), second_senior(file.case.lead)
    page = client_of(senior)
    assert page.get(home, {"tab": "pack"}).status_code == 200
    archiving.archive_due(timezone.now() + timedelta(days=31))
    ArchivePackage.objects.update(keep_until=DUE)
    ResultDocument.objects.update(valid_to=DUE)

    assert number in page.get(home, {"tab": "hand", "q": number[-4:]}).content.decode()
    bare = page.post(f"{home}?tab=hand", {"case": [number], "place": ""})
    assert (bare.status_code, "请写明移交给" in bare.content.decode()) == (422, True)
    assert page.post(f"{home}?tab=hand", {"case": [number], "place": "市档案馆"}).status_code == 302

    with Asked() as asked:
        shown = page.get(home).content.decode()
    assert number in shown
    assert len(asked) <= BOUNDS["bureau:archives"]
    sent = {"case": [number], "kind": "destroy", "reason": "没有保存价值"}
    typed = page.post(home, {**sent, "kind": ""}).content.decode()
    assert ("没有保存价值" in typed, "checked" in typed) == (True, True), "nothing typed is lost"
    assert page.post(home, sent).status_code == 302
    one = ArchiveList.objects.get(kind="destroy")
    at = reverse("bureau:archive_list", args=[one.pk])
    assert at in page.get(home, {"tab": "second"}).content.decode()
    assert "由另一位负责人复核" in page.get(at).content.decode()
    assert page.post(at, {"do": "agree"}).status_code == 422
    table = page.get(home, {"tab": "second", "as": "xlsx"})
    assert table.getvalue().startswith(b"PK")

    name = User.objects.get(pk=other.user_id).username
    status, told = call(name, "GET", f"/archives/lists/{one.pk}")
    assert (status, told["lines"][0]["case"], told["state"]) == (200, number, "proposed")
    assert call(name, "POST", f"/archives/lists/{one.pk}/answer", {"agree": False})[0] == 422
    second = client_of(other)
    with Asked() as asked:
        assert "销毁以后不能恢复" in second.get(at).content.decode()
    assert len(asked) <= BOUNDS["bureau:archive_list"]
    assert second.post(at, {"do": "agree"}).status_code == 302
    disposal.destroy_agreed(timezone.now())
    gone = second.get(home, {"tab": "gone"}).content.decode()
    assert one.number in gone
    case = second.get(reverse("bureau:case", args=[number]))
    assert (case.status_code, one.number in case.content.decode()) == (200, True)
    assert file.case.party.name not in case.content.decode()
    assert "destroy" in json.dumps(call(name, "GET", f"/archives/lists/{one.pk}")[1])
    assert call(name, "GET", "/archives")[1]["count"] == 0
    assert client_of(specimen.applicant_of(file)).get(home).status_code in {403, 404}
