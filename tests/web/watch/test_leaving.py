"""Lists of every desk: each leaves as a workbook within its scope, and each is answered from indexes."""

import io
import re
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook
from tests.usecases import town as specimen
from tests.web.public.conftest import SignIn

from bancheng.store.models import AuditEntry, Case, CaseAlarm, CaseTask, Party

BIG = ("store_case", "store_casetask", "store_casebody", "store_caseevent")
"""Tables that grow with the cases."""
LISTS = (
    ("market_reviewer", "/bureau/?tab=open"),
    ("market_reviewer", "/bureau/?tab=mine"),
    ("market_reviewer", "/bureau/?tab=overdue&page=2"),
    ("market_reviewer", "/bureau/?tab=done&sort=-due"),
    ("market_reviewer", "/bureau/?tab=intake&q=示例"),
    ("market_reviewer", "/bureau/?tab=open&onething=open_restaurant&since=2026-01-01"),
    ("clerk", "/counter/queue/?tab=open"),
    ("clerk", "/counter/queue/?tab=answered"),
    ("clerk", "/counter/hand-over/"),
    ("watch", "/watch/cases/"),
    ("watch", "/watch/cases/?clock=overdue"),
    ("watch", "/watch/cases/?state=finished&onething=open_restaurant"),
    ("watch", "/watch/cases/?body=yunxi_market"),
    ("watch", "/watch/cases/?q=0001"),
    ("watch", "/watch/cases/?since=2026-01-01&until=2026-01-02"),
    ("watch", "/watch/bodies/yunxi_market/"),
    ("watch", "/watch/bodies/yunxi_market/?clock=done"),
    ("watch", "/watch/cases/?state=open"),
    ("watch", "/watch/cases/?state=open&onething=open_restaurant"),
    ("watch", "/watch/"),
)


def _table(client: Client, address: str) -> list[tuple[Any, ...]]:
    answer = client.get(address, {"as": "xlsx"})
    assert answer.status_code == 200, address
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]  # type: ignore[attr-defined]  # reason: a file is sent
    return [tuple(row) for row in sheet.iter_rows(values_only=True)]


def test_lists_leave_as_workbooks_within_their_scope(town: None, sign_in: SignIn) -> None:
    file = specimen.accepted()
    Party.objects.filter(pk=file.case.party_id).update(name="=HYPERLINK(1)", subject="company")
    today = timezone.localdate()
    row = {"level": "step", "colour": "red", "rank": "senior", "due_on": today, "raised_on": today}
    for number, body in enumerate(("yunxi_market", "yunxi_tax")):
        CaseAlarm.objects.create(
            case_id=file.case.pk, number=number, body=body, title="=1+1", risen_on=today, **row
        )
    watcher, market, tax = sign_in("watch"), sign_in("market_senior"), sign_in("tax_senior")
    number = file.case.number
    for client, address, count in (
        (watcher, "/watch/cases/", 1),
        (market, "/watch/cases/", 1),
        (tax, "/watch/cases/", 0),
        (watcher, "/watch/warnings/", 2),
        (market, "/watch/warnings/", 1),
        (tax, "/watch/warnings/", 1),
    ):
        head, *rows = _table(client, address)
        assert head[0] == "编号"
        assert [row[0] for row in rows] == [number] * count, address
        cells = [cell for row in rows for cell in row if isinstance(cell, str)]
        assert not any(cell.startswith("=") for cell in cells)
    assert AuditEntry.objects.filter(act="list.left").count() == 6


def test_the_other_lists_of_the_desks_leave_too(town: None, sign_in: SignIn) -> None:
    clerk, market, watcher = sign_in("clerk"), sign_in("market_senior"), sign_in("watch")
    for client, address, first in (
        (clerk, "/counter/questions/", "编号"),
        (clerk, "/counter/handovers/", "编号"),
        (market, "/bureau/supervision/", "编号"),
        (market, "/bureau/credit/", "当事人"),
        (watcher, "/watch/exchange/", "编号"),
        (watcher, "/watch/stuck/", "后台工作"),
        (watcher, "/watch/reform/", "一件事"),
    ):
        assert _table(client, address)[0][0] == first


def test_lists_of_the_studio_leave_by_the_same_road(town: None, sign_in: SignIn) -> None:
    client = sign_in("items")
    for address in ("/studio/items/", "/studio/problems/", "/studio/standards/", "/studio/quality/items/"):
        head, *_rows = _table(client, address)
        assert all(isinstance(one, str) for one in head)
        assert "as=xlsx" in client.get(address).content.decode() or not _rows, address


def test_every_list_is_answered_from_an_index(town: None, sign_in: SignIn) -> None:
    specimen.submitted()
    specimen.accepted()
    people = {who: sign_in(who) for who, _ in LISTS}
    for who, address in LISTS:
        people[who].get(address)
        with CaptureQueriesContext(connection) as asked:
            assert people[who].get(address).status_code == 200
        reads = [one["sql"] for one in asked if one["sql"].startswith("SELECT")]
        found = [(sql, line) for sql in reads for line in _whole(sql)]
        assert not found, (address, found)
    assert Case.objects.count() == 2
    assert CaseTask.objects.exists()


def _whole(sql: str) -> list[str]:
    """Lines of the plan that read a table of cases from end to end, though an index might have served."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            lines = [row[3] for row in cursor.fetchall()]
            names = "|".join(sorted(set(re.findall(r'"(store_\w+)"', sql)) & set(BIG)))
            aliases = re.findall(rf'"(?:{"|".join(BIG)})" (U\d+)', sql)
            tables = "|".join(filter(None, [names, *aliases]))
            return [line for line in lines if tables and re.fullmatch(rf"SCAN ({tables})", line)]
        # Reading small tables whole is cheapest; forbidden, it stays where nothing else serves.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}")
        lines = [row[0] for row in cursor.fetchall()]
        return [line for line in lines if re.search(rf"Seq Scan on ({'|'.join(BIG)})\b", line)]
