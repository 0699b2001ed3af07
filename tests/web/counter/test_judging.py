"""A received case before the clerk: the five outcomes of 行政许可法 art. 32, and what comes after at the window."""

import re
from typing import Any

import pytest
from django.test import Client
from tests.usecases import town as specimen
from tests.web.bounds import BOUNDS, Asked
from tests.web.counter.conftest import SignIn
from tests.web.counter.window import MOTHER, picture, said, taken_in
from tests.web.public.test_lists import many

from bancheng.core.casework import Mark as CoreMark
from bancheng.core.casework import MarkKind, MarkReason, Phase, commands
from bancheng.store.models import AuditEntry, Case, CaseTask, ResultDocument
from bancheng.usecases import access, casework, play, town


def state_of(number: str) -> Any:
    """The fold of a case."""
    return casework.load(Case.objects.get(number=number)).state


def notice(client: Client, number: str, **more: str) -> Any:
    """Mark the baby's name and the photograph."""
    return client.post(
        f"/counter/cases/{number}/notice/",
        {
            "mark": ["field:baby_name", "material:id_photo"],
            "reason/field:baby_name": "wrong",
            "words/field:baby_name": "名字和出生证明不一致",
            "reason/material:id_photo": "missing",
            "words/material:id_photo": "交一张白底照片",
            **more,
        },
    )


def photo_of(number: str) -> str:
    """A material that the case really has."""
    return next(key for key, one in state_of(number).materials.items() if one.kind.value == "paper")


def test_the_file_shows_everything_with_origin_and_the_machines_word(clerk: Client) -> None:
    number = taken_in(clerk)
    page = said(clerk.get(f"/counter/cases/{number}/"))
    for words in (
        "机器先看了一遍",
        "来自户籍库",
        "自己填写",
        "免提交",
        "纸质，窗口已核",
        "收款账户为母亲本人",
    ):
        assert words in page
    assert MOTHER not in page


def test_hidden_values_open_only_for_a_reason_that_is_written_down(clerk: Client) -> None:
    number = taken_in(clerk)
    address = f"/counter/cases/{number}/"
    clerk.post(f"{address}unmask/", {"element": ["mother_id_number"], "reason": " "})
    assert MOTHER not in said(clerk.get(address))
    clerk.post(f"{address}unmask/", {"element": ["mother_id_number"], "reason": "与户口簿核对"})
    assert MOTHER in said(clerk.get(address))
    (entry,) = AuditEntry.objects.filter(act="case.unmask")
    assert entry.object == f"case:{number}"
    assert "与户口簿核对" in entry.reason


def test_one_notice_carries_the_exact_places_and_every_bodys_wish(clerk: Client) -> None:
    number = taken_in(clerk)
    police = specimen.official("reviewer", "yunxi_household_police")
    wish = CoreMark(
        key="field:household_address",
        kind=MarkKind.FIELD,
        target="household_address",
        reason=MarkReason.OUTDATED,
        words="请写现在的户籍地址",
        name="户籍地址",
    )
    casework.act(police, number, commands.ProposeMarks(marks=(wish,)), body="yunxi_household_police")
    assert "请写现在的户籍地址" in said(clerk.get(f"/counter/cases/{number}/"))
    answer = clerk.post(
        f"/counter/cases/{number}/notice/",
        {
            "mark": ["field:baby_name"],
            "reason/field:baby_name": "wrong",
            "words/field:baby_name": "名字和出生证明不一致",
        },
    )
    assert answer.status_code == 302
    state = state_of(number)
    assert state.phase is Phase.SUPPLEMENT
    assert {(one.target, one.bodies) for one in state.notices[0].marks} == {
        ("household_address", ("yunxi_household_police",)),
        ("baby_name", ("yunxi_approval_bureau",)),
    }
    slips = re.findall(
        rf"/counter/cases/{number}/slips/\d+/", clerk.get(f"/counter/cases/{number}/").content.decode()
    )
    assert clerk.get(slips[-1]).content.startswith(b"%PDF-")


def test_a_mark_without_words_is_sent_back_with_what_was_typed(clerk: Client) -> None:
    number = taken_in(clerk)
    answer = clerk.post(
        f"/counter/cases/{number}/notice/",
        {
            "mark": ["field:baby_name", "field:baby_gender"],
            "reason/field:baby_name": "wrong",
            "words/field:baby_name": "名字不一致",
            "reason/field:baby_gender": "wrong",
            "words/field:baby_gender": "",
        },
    )
    assert answer.status_code == 422
    assert 'value="名字不一致"' in answer.content.decode()
    assert state_of(number).phase is Phase.RECEIVED


def test_an_empty_notice_is_refused_with_the_law_and_a_way_out(clerk: Client) -> None:
    number = taken_in(clerk)
    page = said(clerk.post(f"/counter/cases/{number}/notice/", {}))
    assert "没有需要补正的内容" in page
    assert "行政许可法" in page
    assert "请予受理" in page


def test_what_the_notice_asked_for_is_brought_to_the_window(clerk: Client) -> None:
    number = taken_in(clerk)
    paper = photo_of(number)
    clerk.post(
        f"/counter/cases/{number}/notice/",
        {
            "mark": ["field:baby_name", f"material:{paper}"],
            "reason/field:baby_name": "wrong",
            "words/field:baby_name": "名字不一致",
            f"reason/material:{paper}": "wrong",
            f"words/material:{paper}": "看不清",
        },
    )
    address = f"/counter/cases/{number}/notices/1/"
    answer = clerk.post(address, {"baby_name": "买买提·阿里木"})
    assert answer.status_code == 422
    assert 'value="买买提·阿里木"' in answer.content.decode()
    answer = clerk.post(address, {"baby_name": "买买提·阿里木", f"file/{paper}": picture()})
    assert answer.status_code == 302, said(answer)
    page = clerk.get(f"/counter/cases/{number}/")
    assert state_of(number).phase is Phase.RECEIVED
    assert "买买提·阿里木" in said(page)
    files = re.findall(rf"/counter/cases/{number}/files/[^/]+/", page.content.decode())
    assert clerk.get(files[0]).status_code == 200
    assert number in said(clerk.get("/counter/queue/?tab=answered"))


def test_a_second_notice_needs_the_senior_and_a_reason(clerk: Client, sign_in: SignIn) -> None:
    number = taken_in(clerk)
    notice(clerk, number)
    left = {"baby_name": "买买提·阿里木", "paper": ["id_photo"]}
    clerk.post(f"/counter/cases/{number}/notices/1/", left)
    assert state_of(number).phase is Phase.RECEIVED
    answer = notice(clerk, number)
    assert answer.status_code == 422
    assert "负责人签批" in said(answer)
    assert "名字和出生证明不一致" in answer.content.decode()
    senior = sign_in("approval_bureau_senior")
    assert notice(senior, number, reason="").status_code == 422
    assert notice(senior, number, reason="漏看了照片").status_code == 302
    assert len(state_of(number).notices) == 2


def test_small_errors_are_put_right_on_the_spot_and_stay_to_be_judged(clerk: Client) -> None:
    number = taken_in(clerk)
    address = f"/counter/cases/{number}/correct/"
    assert clerk.post(address, {"baby_weight": "很重"}).status_code == 422
    answer = clerk.post(address, {"baby_name": "小满", "note": "同音字"})
    assert answer.status_code == 302, said(answer)
    page = said(clerk.get(f"/counter/cases/{number}/"))
    assert "小满" in page
    assert "当场更正1处" in page
    assert state_of(number).phase is Phase.RECEIVED
    assert Case.objects.get(number=number).forms.count() == 2


def test_nothing_changed_is_no_correction(clerk: Client) -> None:
    number = taken_in(clerk)
    assert clerk.post(f"/counter/cases/{number}/correct/", {"note": "没改"}).status_code == 422
    assert Case.objects.get(number=number).forms.count() == 1


@pytest.mark.parametrize(
    ("sent", "phase"),
    [
        ({"outcome": "not_needed", "reason": "已经办过了"}, Phase.NOT_NEEDED),
        (
            {"outcome": "not_ours", "reason": "户口在外地", "right_body": "外地派出所"},
            Phase.NOT_OURS,
        ),
    ],
)
def test_the_person_is_told_that_it_is_not_needed_or_whose_it_is(
    clerk: Client, sent: dict[str, str], phase: Phase
) -> None:
    number = taken_in(clerk)
    assert clerk.post(f"/counter/cases/{number}/turn-away/", sent).status_code == 302
    assert state_of(number).phase is phase


@pytest.mark.parametrize(
    "sent", [{}, {"outcome": "not_ours", "reason": "户口在外地"}, {"outcome": "not_needed", "reason": ""}]
)
def test_nobody_is_sent_away_without_a_reason_and_the_right_body(clerk: Client, sent: dict[str, str]) -> None:
    number = taken_in(clerk)
    answer = clerk.post(f"/counter/cases/{number}/turn-away/", sent)
    assert answer.status_code == 422
    assert state_of(number).phase is Phase.RECEIVED


def test_a_page_from_before_a_colleagues_act_decides_nothing(clerk: Client) -> None:
    number = taken_in(clerk)
    seen = state_of(number).seq
    clerk.post(f"/counter/cases/{number}/correct/", {"baby_name": "小满"})
    answer = clerk.post(f"/counter/cases/{number}/accept/", {"seen": seen})
    assert answer.status_code == 409
    assert "刚有了新进展" in said(answer)
    assert state_of(number).phase is Phase.RECEIVED


def test_who_comes_second_at_the_window_loses_no_word(clerk: Client) -> None:
    number = taken_in(clerk)
    seen = str(state_of(number).seq)
    assert clerk.post(f"/counter/cases/{number}/accept/", {"seen": seen}).status_code == 302

    marked = notice(clerk, number, seen=seen)
    reason = "这件事不需要许可，直接开业即可"
    away = clerk.post(
        f"/counter/cases/{number}/turn-away/", {"outcome": "not_needed", "reason": reason, "seen": seen}
    )

    assert (marked.status_code, away.status_code) == (409, 409)
    assert ("名字和出生证明不一致" in marked.content.decode(), reason in said(away)) == (True, True)
    for page in (said(marked), said(away)):
        assert ("刚有了新进展" in page, "起计算办理期限 钱窗口" in page) == (True, True), "what, and by whom"


def test_a_case_at_another_window_is_not_found(clerk: Client, sign_in: SignIn) -> None:
    number = taken_in(clerk)
    for username in ("clerk2", "market_senior"):
        other = sign_in(username)
        for address in ("", "notice/", "correct/", "turn-away/", "slips/1/"):
            assert other.get(f"/counter/cases/{number}/{address}").status_code == 404
        assert other.post(f"/counter/cases/{number}/accept/").status_code == 404
        assert number not in said(other.get("/counter/queue/"))
    assert state_of(number).phase is Phase.RECEIVED


def test_a_colleague_who_has_the_file_open_is_named(clerk: Client, sign_in: SignIn) -> None:
    number = taken_in(clerk)
    clerk.get(f"/counter/cases/{number}/")
    assert "钱窗口刚刚也打开了这一件" in said(
        sign_in("approval_bureau_senior").get(f"/counter/cases/{number}/")
    )


def test_results_are_handed_over_once_after_the_papers_were_checked(clerk: Client) -> None:
    number = taken_in(clerk, "accept")
    for _ in play.work(casework.load(Case.objects.get(number=number))):
        pass
    assert number in said(clerk.get("/counter/hand-over/"))
    items = list(state_of(number).items)
    address = f"/counter/cases/{number}/hand-over/"
    assert clerk.post(address, {"item": items}).status_code == 422
    assert clerk.post(address, {"item": items, "checked": "yes"}).status_code == 302
    assert all(one.delivered for one in state_of(number).items.values())
    assert not ResultDocument.objects.filter(case__number=number, delivered_at=None).exists()
    assert clerk.post(address, {"item": items, "checked": "yes"}).status_code == 422
    assert number not in said(clerk.get("/counter/hand-over/"))


def test_lists_of_the_window_stay_within_their_bounds(clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    # As on a machine so slow that every second falls into a page.
    monkeypatch.setattr(town, "LOOK_EVERY", -1.0)
    file = specimen.submitted()
    task = CaseTask.objects.get(case=file.case, kind="intake")
    many(file, 40)
    CaseTask.objects.bulk_create(
        CaseTask(
            case=one,
            key="intake",
            name=task.name,
            kind="intake",
            body=task.body,
            role="clerk",
            state="open",
            opened_at=task.opened_at,
            due_on=task.due_on,
        )
        for one in Case.objects.exclude(pk=file.case.pk)
    )
    for name, address in (
        ("counter:queue", "/counter/queue/?q=99&sort=-due"),
        ("counter:hand_over_list", "/counter/hand-over/"),
    ):
        clerk.get(address)
        with Asked() as asked:
            assert clerk.get(address).status_code == 200
        assert len(asked) <= BOUNDS[name], (name, [one["sql"][:90] for one in asked])


def test_what_was_sent_online_comes_to_the_integrated_window(clerk: Client) -> None:
    file = specimen.submitted()
    assert file.case.number in said(clerk.get("/counter/queue/"))
    assert clerk.post(f"/counter/cases/{file.case.number}/accept/").status_code == 302
    assert state_of(file.case.number).phase is Phase.ACCEPTED
    assert access.visible_cases(specimen.person("clerk")).filter(pk=file.case.pk).exists()


def test_only_a_senior_takes_a_notice_back_and_says_why(clerk: Client, sign_in: SignIn) -> None:
    number = taken_in(clerk)
    notice(clerk, number)
    address = f"/counter/cases/{number}/notices/1/cancel/"
    assert clerk.post(address, {"reason": "发错了"}).status_code == 403
    senior = sign_in("approval_bureau_senior")
    assert "撤回这份告知" in said(senior.get(f"/counter/cases/{number}/"))
    assert senior.post(address, {"reason": ""}).status_code == 422
    assert senior.post(address, {"reason": "发错了"}).status_code == 302
    assert state_of(number).phase is Phase.RECEIVED
