"""Before a batch is asked for, the page says what changes; each change is a list that leaves as a workbook."""

from __future__ import annotations

import io

from openpyxl import load_workbook
from tests.web.benefits.test_rolls import listed
from tests.web.bounds import BOUNDS, Asked
from tests.web.public.conftest import SignIn

from bancheng.core.kernel import Fen
from bancheng.store.models import BankOrder, BenefitRun, GrantRow, PaymentBatch
from bancheng.usecases import granting_money, grants, paying_out
from bancheng.usecases.benefits import body_of, policy_of
from bancheng.usecases.grants import Entitled

POLICY = "old_age_allowance"


def test_the_page_before_paying_says_who_is_new_gone_more_and_less(sign_in: SignIn) -> None:
    first = listed(POLICY, "2026-10", 4)
    reviewer, senior = sign_in("civil_affairs_reviewer"), sign_in("civil_affairs_senior")
    senior.post(first, {"do": "allot", "amount": "2,000", "document": "预算〔2026〕3号"})
    reviewer.post(first, {"do": "draw"})
    one = f"{first}{GrantRow.objects.get(in_sample=True).pk}/"
    reviewer.post(one, {"do": "check", "check.passed": "yes", "check.note": "见证件"})
    assert "以前没有付过" in reviewer.get(first).content.decode()
    reviewer.post(first, {"do": "propose"})
    now = GrantRow.objects.first().updated_at  # type: ignore[union-attr]  # reason: just made
    granting_money.fill_waiting(now)
    senior.post(f"{first}batches/{PaymentBatch.objects.get().pk}/", {"do": "agree"})
    paying_out.round_trip(now)
    assert set(BankOrder.objects.values_list("state", flat=True)) == {"paid"}
    run = BenefitRun.objects.get()
    run.pk, run.period = "r-next", "2026-11"
    run.save(force_insert=True)
    lines = [
        Entitled(subject=n, amount=Fen(money))
        for n, money in ((1, 10_000), (2, 12_000), (3, 8_000), (4, 10_000))
    ]
    grants.take_in(run, "person", body_of(policy_of(POLICY)), lines, now)
    page = first.replace("2026-10", "2026-11")
    reviewer.post(page, {"do": "draw"})
    drawn = GrantRow.objects.get(in_sample=True, period="2026-11")
    reviewer.post(f"{page}{drawn.pk}/", {"do": "check", "check.passed": "yes", "check.note": "见证件"})
    with Asked() as asked:
        shown = reviewer.get(page).content.decode()
    assert len(asked) <= BOUNDS["benefits:roll"]
    assert "与2026-10期比" in shown
    with Asked() as asked:
        told = reviewer.get(f"{page}next/")
    assert len(asked) <= BOUNDS["benefits:next_batch"]
    lines_told = {str(look[0]): (many, money) for look, many, money, _ in told.context["change"]["lines"]}
    # Subject 4 has no account in the register: the dry run leaves them out.
    assert lines_told == {
        "新增": (0, 0), "不再有": (1, -10_000), "增加": (1, 2_000), "减少": (1, -2_000), "一样": (1, 0),
    }  # fmt: skip
    gone = reviewer.get(f"{page}next/", {"state": "gone"}).content.decode()
    assert ("000000" in gone, "000001" in gone, "不在这一期名单上" in gone) == (True, False, True)
    sheet = load_workbook(
        io.BytesIO(reviewer.get(f"{page}next/", {"state": "more", "as": "xlsx"}).getvalue())
    ).active
    assert [cell.value for cell in list(sheet.rows)[-1]][3:7] == ["增加", "100.00", "120.00", "20.00"]
    assert sign_in("fire_senior").get(f"{page}next/").status_code == 404
    assert sign_in("zhang").get(f"{page}next/").status_code == 403
