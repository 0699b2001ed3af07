"""A firm's many cases from one sheet: problems by row and column, drafts for good rows, one list of receipts."""

import io
import re
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from PIL import Image
from tests.usecases import town as specimen
from tests.web.bounds import BOUNDS, Asked
from tests.web.public.conftest import own_packs, town

from bancheng.core.compiler import to_stored
from bancheng.store.models import Batch, Case, Draft, Mandate, Membership, User
from bancheng.usecases import casework, play
from bancheng.usecases.apply import Preparation
from bancheng.usecases.town import receiving_body

__all__ = ["own_packs", "town"]
ROWS = 4


def _sheet(client: Client, address: str, rows: list[dict[str, Any]]) -> io.BytesIO:
    book = load_workbook(io.BytesIO(client.get(address, {"as": "xlsx"}).content))
    sheet = book.worksheets[0]
    keys = [cell.value for cell in sheet[2]]
    for number, row in enumerate(rows, 4):
        for element, text in row.items():
            if element in keys:
                sheet.cell(number, keys.index(element) + 1, text)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    out.name = "一批.xlsx"
    return out


def _filled(preparation: Preparation) -> tuple[dict[str, str], str]:
    """A good row as somebody types it, and a column where only some texts are good."""
    labels = {
        one.element: {o.value: o.label for o in one.options} for one in preparation.blueprint.questions
    } | {one.element: {o.value: o.label for o in one.codes} for one in preparation.blueprint.fields}
    good = {}
    for key, value in preparation.answers.items():
        plain = to_stored(value)
        texts = plain if isinstance(plain, list) else [plain]
        said = [{"True": "是", "False": "否"}.get(str(one), str(one)) for one in texts]
        good[key] = "、".join(labels.get(key, {}).get(one, one) for one in said)
    return good, next(key for key, texts in labels.items() if texts and key in good)


def test_a_sheet_of_many_becomes_cases_with_one_list_of_receipts(town: None) -> None:
    boss, preparation = play.begin(play.example_of(specimen.SERIAL))
    preparation, _ = play.fill(boss, preparation)
    party = preparation.draft.party_id
    good, choice = _filled(preparation)
    rows = [{**good, "_label": f"店{n}"} for n in range(ROWS)] + [{**good, choice: "胡说"}]
    Draft.objects.all().delete()
    client = Client()
    client.force_login(User.objects.get(pk=boss.user_id), backend="bancheng.site.signin.SignInBackend")

    begin = f"/batches/for/{specimen.SERIAL}/"
    assert "请选填好的表" in client.post(begin, {"party": party}).content.decode()
    sheet = _sheet(client, begin, rows)
    to = client.post(begin, {"party": party, "file": sheet})
    assert to.status_code == 302
    batch = Batch.objects.get()
    page = client.get(to.headers["Location"]).content.decode()
    assert "不在可选的范围里" in page
    assert [row.number for row in batch.rows.exclude(problems=[])] == [4 + ROWS]
    assert Draft.objects.count() == ROWS
    sheet.seek(0)
    assert client.post(begin, {"party": party, "file": sheet}).headers["Location"] == to.headers["Location"]
    assert Draft.objects.count() == ROWS

    there = to.headers["Location"]
    for document in {
        one.material.document
        for one in preparation.asked_materials()
        if one.required and not one.material.deferrable
    }:
        picture = io.BytesIO()
        Image.new("RGB", (300, 200), "white").save(picture, "JPEG")
        picture.seek(0)
        picture.name = "图.jpg"
        client.post(there, {"do": "paper", "document": document, "file": picture})
    assert client.post(there, {"do": "submit"}).status_code == 422
    assert client.post(there, {"do": "submit", "declared": "yes"}).status_code == 302
    assert Case.objects.count() == ROWS
    client.post(there, {"do": "submit", "declared": "yes"})
    assert Case.objects.count() == ROWS
    listed = load_workbook(io.BytesIO(client.get(there, {"as": "xlsx"}).content)).worksheets[0]
    numbers = {row[2].value for row in listed.iter_rows(min_row=2) if row[2].value}
    assert numbers == set(Case.objects.values_list("number", flat=True))
    # A process reads each blueprint once.
    client.get("/batches/")
    with Asked() as seen:
        assert "一批.xlsx" in client.get("/batches/").content.decode()
    assert len(seen) <= BOUNDS["public:batches"]
    stranger = Client()
    stranger.force_login(
        User.objects.get(pk=specimen.person("liu").user_id), backend="bancheng.site.signin.SignInBackend"
    )
    assert stranger.get(there).status_code == 404


def _by_its_agent(clerk: Client, there: str, who: int, party: Any) -> None:
    """The sheet is submitted for whoever stands at the window, as far as their mandate reaches."""
    # The firm's agent stands there: a mandate that has ended, that is for something else or another's is no mandate.
    agent = User.objects.create(username="agent9", display_name="代办员", is_demo=True)
    mandate = Mandate.objects.create(
        user=agent, party_id=party, kind=Mandate.AGENT, valid_until=timezone.localdate() - timedelta(days=1)
    )
    sent = {"do": "submit", "declared": "yes", "agent": str(mandate.pk)}
    refused = clerk.post(there, sent)
    assert (refused.status_code, "已经到期" in refused.content.decode()) == (422, True)
    Mandate.objects.filter(pk=mandate.pk).update(valid_until=None, acts=["pay"])
    assert "范围不包括" in clerk.post(there, sent).content.decode()
    assert "代办员" not in clerk.get(there).content.decode()
    Mandate.objects.filter(pk=mandate.pk).update(acts=[])
    assert "代办员" in clerk.get(there).content.decode()
    assert "没有登记这份委托" in clerk.post(there, {**sent, "agent": "999999"}).content.decode()

    # With two windows the clerk says at which it is.
    Membership.objects.create(user_id=who, role="clerk", body="bancheng_town")
    assert "请选在哪个窗口收" in clerk.post(there, sent).content.decode()
    assert clerk.post(there, {**sent, "window": "yunxi_market"}).status_code == 422
    assert not Case.objects.exists()
    assert clerk.post(there, {**sent, "window": receiving_body()}).status_code == 302
    cases = list(Case.objects.filter(channel="window"))
    assert len(cases) == 2
    by = [casework.load(one).events[0].by for one in cases]
    assert {(one.id, one.agent, one.capacity) for one in by} == {(f"user:{who}", f"user:{agent.pk}", "agent")}
    assert {casework.load(one).state.submission.receiving_body for one in cases} == {receiving_body()}
    assert "代办员" in clerk.get(f"/counter/cases/{cases[0].number}/").content.decode()


def test_a_firm_brings_a_sheet_to_the_window_and_gets_its_receipts_at_once(town: None) -> None:
    boss, preparation = play.begin(play.example_of(specimen.SERIAL))
    preparation, _ = play.fill(boss, preparation)
    party = preparation.draft.party_id
    good, choice = _filled(preparation)
    Draft.objects.all().delete()
    clerk = Client()
    window = specimen.official("clerk", receiving_body())
    clerk.force_login(User.objects.get(pk=window.user_id), backend="bancheng.site.signin.SignInBackend")
    chosen = clerk.get(f"/counter/new/{party}/batch/").content.decode()
    begin = f"/counter/new/{party}/batch/{specimen.SERIAL}/"
    assert begin in chosen
    assert "请选填好的表" in clerk.post(begin, {"party": party}).content.decode()
    rows = [{**good, "_label": f"店{n}"} for n in range(2)] + [{**good, choice: "胡说"}]

    to = clerk.post(begin, {"party": party, "file": _sheet(clerk, begin, rows)})
    there = to.headers["Location"]
    page = clerk.get(there).content.decode()
    assert ("不在可选的范围里" in page, Draft.objects.filter(channel="window").count()) == (True, 2)
    for document in re.findall(r'name="document" value="([^"]+)"', page):
        clerk.post(there, {"do": "seen", "document": document})
    assert clerk.get(there, {"as": "pdf"}).status_code == 404
    assert "可以拍照" not in clerk.get(begin).content.decode()

    _by_its_agent(clerk, there, window.user_id, party)
    printed = clerk.get(there, {"as": "pdf"})
    assert printed.content.startswith(b"%PDF")
    with Asked() as seen:
        assert "一批.xlsx" not in clerk.get("/counter/batches/").content.decode()
    assert len(seen) <= BOUNDS["counter:batches"]
    assert Client().get(there).status_code == 302
    owner = Client()
    owner.force_login(User.objects.get(pk=boss.user_id), backend="bancheng.site.signin.SignInBackend")
    assert owner.get(there).status_code in {403, 404}
    assert owner.get(there.replace("/counter", "")).status_code == 404
