"""What many said on paper: ticked or in a sheet, all or nothing, each wrong cell told; words and writer kept."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook
from tests.web.benefits.test_rolls import listed, pk_of
from tests.web.bounds import BOUNDS, Asked
from tests.web.public.conftest import SignIn

from bancheng.core.benefits.grants import Road, acts
from bancheng.store.models import AuditEntry, BankOrder, Budget, ConsentText, GrantRow, PaymentBatch
from bancheng.usecases.benefits import policy_of
from bancheng.usecases.granting import consent_digest
from bancheng.usecases.grants import MACHINE, act, events_of

HOW = "纸质回执，村委会代收"


def sheet(page: str, client: Any, filled: dict[int, tuple[str, ...]]) -> SimpleUploadedFile:
    """The template with rows overwritten: row → texts from the column of the number on."""
    book = load_workbook(io.BytesIO(client.get(f"{page}answers/sheet/").content))
    for row, texts in filled.items():
        for column, text in enumerate(texts, 2):
            book.active.cell(row, column, text)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("意愿.xlsx", out.getvalue())


def test_ticked_answers_are_written_with_the_words_and_who_wrote_them(sign_in: SignIn) -> None:
    page = listed("skill_up", "once", 5)
    reviewer = sign_in("social_security_reviewer")
    at = f"{page}answers/"
    assert f'href="{at}"' in reviewer.get(page).content.decode()
    with Asked() as asked:
        shown = reviewer.get(at).content.decode()
    assert len(asked) <= BOUNDS["benefits:answers"]
    assert shown.count('name="row"') == 5
    text = consent_digest(policy_of("skill_up"))
    rows = [pk_of(0), pk_of(1)]
    bare = reviewer.post(at, {"do": "tick", "row": rows, "wish": "yes", "how": " ", "text": "x"})
    told = bare.content.decode()
    assert (bare.status_code, "请写明怎么问到的" in told, "哪一版告知书" in told) == (422, True, True)
    assert told.count("checked") >= 3, "what was ticked stays ticked"
    sent = {"do": "tick", "row": rows, "wish": "yes", "how": HOW, "text": text}
    assert "勾选" in reviewer.post(at, {**sent, "row": []}).content.decode()
    assert reviewer.post(at, {**sent, "wish": ""}).status_code == 422
    assert reviewer.post(at, sent).status_code == 302
    reviewer.post(at, {**sent, "row": [pk_of(2)], "wish": "no"})
    assert dict(GrantRow.objects.values_list("subject", "intent")) == {
        0: "given", 1: "given", 2: "refused", 3: "open", 4: "open",
    }  # fmt: skip
    said = events_of(GrantRow.objects.get(subject=0))[-1]
    assert said.text == text  # type: ignore[union-attr]  # reason: an answer has its words
    assert said.by.name.endswith(f"（代记，{HOW}）")
    assert AuditEntry.objects.filter(act="benefits.answers").count() == 2
    assert ConsentText.objects.get().digest == text
    assert reviewer.get(at, {"as": "xlsx"}).getvalue().startswith(b"PK")


def test_a_sheet_is_read_whole_or_not_at_all_and_every_wrong_cell_is_told(sign_in: SignIn) -> None:
    page = listed("skill_up", "once", 6)
    reviewer = sign_in("social_security_reviewer")
    at = f"{page}answers/"
    reviewer.get(at)
    text = consent_digest(policy_of("skill_up"))
    wrong = {
        4: ("000000", "陈样例0", "要"),
        5: ("000000", "陈样例0", "放弃"),
        6: ("000002", "王五", "要"),
        7: ("999999", "谁", "同意"),
        8: ("000004", "陈**4", "放弃", "够用了"),
    }
    sent = {"do": "sheet", "sheet.how": HOW, "sheet.text": text}
    back = reviewer.post(at, {**sent, "file": sheet(page, reviewer, wrong)})
    told = back.content.decode()
    assert back.status_code == 422
    for words in (
        "第5行“编号”：第4行已经有这个人。",
        "第6行“姓名或名称”：“王五”与编号不符",
        "第7行“编号”：“999999”不在这份名单上。",
        "第7行“意愿”：“同意”看不懂",
    ):
        assert words in told, words
    assert set(GrantRow.objects.values_list("intent", flat=True)) == {"open"}
    good = {
        4: ("000000", "陈样例0", "要"),
        6: ("000002", "陈样例2", "要"),
        8: ("000004", "陈**4", "放弃", "够用了"),
    }
    assert reviewer.post(at, {**sent, "file": sheet(page, reviewer, good)}).status_code == 302
    assert dict(GrantRow.objects.values_list("subject", "intent")) == {
        0: "given", 1: "open", 2: "given", 3: "open", 4: "refused", 5: "open",
    }  # fmt: skip
    assert "够用了" in events_of(GrantRow.objects.get(subject=4))[-1].reason  # type: ignore[union-attr]  # reason: as above
    assert reviewer.post(at, {**sent, "file": SimpleUploadedFile("x.xlsx", b"no")}).status_code == 422
    assert reviewer.post(at, sent).status_code == 422


def test_one_that_cannot_be_written_leaves_all_unwritten(sign_in: SignIn) -> None:
    page = listed("skill_up", "once", 3)
    reviewer = sign_in("social_security_reviewer")
    at = f"{page}answers/"
    reviewer.get(at)
    text = consent_digest(policy_of("skill_up"))
    GrantRow.objects.filter(subject=1).update(intent="asked")
    held = sheet(page, reviewer, {4: ("000000", "陈样例0", "放弃"), 5: ("000001", "陈样例1", "放弃")})
    batch = PaymentBatch.objects.create(
        key="b", entitlement="skill_up", period="once", body="b", budget="b", by="u", by_name="甲",
        created_at=GrantRow.objects.get(subject=1).updated_at,
    )  # fmt: skip
    row = GrantRow.objects.get(subject=1)
    BankOrder.objects.create(key="k", batch=batch, grant=row, account="6", holder="x", amount=1)
    road, day, now = Road(intent=False), row.updated_at.date(), row.updated_at
    Budget.objects.create(key="b", entitlement="skill_up", year=2026, body="b", allotted=10**9)
    act(row.pk, lambda grant: acts.reserve(grant, "b", road, day, now, MACHINE), now)
    act(row.pk, lambda grant: acts.send(grant, "k", "b", road, day, now, MACHINE), now)
    back = reviewer.post(at, {"do": "sheet", "sheet.how": HOW, "sheet.text": text, "file": held})
    assert (back.status_code, "第5行“意愿”：款项已经拨付或者正在途中" in back.content.decode()) == (422, True)
    assert GrantRow.objects.get(subject=0).intent == "open"


def test_only_those_of_the_body_note_answers(sign_in: SignIn) -> None:
    page = listed("skill_up", "once", 2)
    for address in (f"{page}answers/", f"{page}answers/sheet/"):
        assert sign_in("fire_senior").get(address).status_code == 404
        assert sign_in("watch").get(address).status_code == 403
        assert sign_in("zhang").get(address).status_code == 403
