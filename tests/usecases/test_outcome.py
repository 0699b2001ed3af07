"""Corrected, revoked, taken up again, handed over: what outsiders learn of each, and which papers there are."""

from __future__ import annotations

import io

import pikepdf
import pytest
from django.utils import timezone
from pytest_django import Settings
from tests.usecases import town as specimen

from bancheng.core.casework import CommandRefused, Delivery, Phase, RevokeGround, commands
from bancheng.core.kernel import Fault, ProblemsFound
from bancheng.store.models import AuditEntry, HandOut, Paper, ResultDocument
from bancheng.usecases import letters, outcome, play, results
from bancheng.usecases.access import Actor
from bancheng.usecases.casework import CaseFile, act, examine, load
from bancheng.usecases.slips import number_slips
from bancheng.usecases.verifying import Standing, verify, verify_file

pytestmark = pytest.mark.usefixtures("town")


@pytest.fixture(autouse=True)
def signing(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.BANCHENG_SIGNING = "demo"
    settings.BANCHENG_HOME = tmp_path_factory.mktemp("home")


def whole() -> tuple[CaseFile, ResultDocument, Actor]:
    """A finished case, a result of it, and the head of the body that gave it."""
    file = play.whole(specimen.SERIAL)
    paper = ResultDocument.objects.filter(case=file.case).order_by("number").first()
    assert paper is not None
    return load(file.case), paper, specimen.official("senior", paper.body)


def bytes_of(file: CaseFile, paper: ResultDocument) -> bytes:
    return results.open_result(specimen.applicant_of(file), paper.pk)[1]


def test_a_result_is_signed_and_its_file_alone_is_enough_to_check_it() -> None:
    file, paper, _ = whole()
    data = bytes_of(file, paper)
    found, signature = verify_file(data)
    assert found is not None
    assert (found.number, found.standing, found.matches) == (paper.number, Standing.VALID, True)
    assert (signature.intact, signature.trusted) == (True, True)
    stranger, broken = verify_file(data + b"\n%x\n")
    assert (stranger, broken.signed, broken.intact) == (None, True, False)
    assert verify_file(b"no pdf")[0] is None


def test_a_corrected_paper_says_what_stands_in_its_place_and_is_delivered_anew() -> None:
    file, old, _ = whole()
    bytes_of(file, old)
    reviewer = specimen.official("reviewer", old.body)
    lines = tuple((label, "周小敏" if label == results.HOLDER else value) for label, value in old.lines)
    same = {old.document: tuple((a, b) for a, b in old.lines)}
    with pytest.raises(ProblemsFound):
        outcome.correct(reviewer, file.case.number, old.item, "名称有误", same)
    after = outcome.correct(
        reviewer, file.case.number, old.item, "持有人“周敏”更正为“周小敏”", {old.document: lines}
    )
    new = outcome.current_papers(after, old.item)[0]
    assert (new.edition, new.number, new.holder) == (2, f"{old.number}-2", "周小敏")
    before, now = verify(old.code), verify(new.code)
    assert before is not None
    assert now is not None
    assert (before.standing, now.standing) == (Standing.REPLACED, Standing.VALID)
    assert new.number in before.standing_words
    assert after.state.items[old.item].delivered is None
    assert "更正通知书" in [one.title for one in letters.slips(after)]
    bytes_of(after, new)
    assert load(file.case).state.items[old.item].delivered is not None
    assert examine(file.case).state == load(file.case).state


def test_a_revoked_licence_shows_at_once_and_may_be_decided_anew_by_name() -> None:
    file, paper, head = whole()
    with pytest.raises(CommandRefused):
        outcome.reopen(head, file.case.number, paper.item, reason="x", basis="y", warned=True)
    outcome.revoke(
        head,
        file.case.number,
        paper.item,
        RevokeGround.REVOKE,
        reason="材料不实",
        remedies="可以申请行政复议。",
        heard=True,
    )
    found = verify(paper.code)
    assert found is not None
    assert (found.standing, found.standing_words[:3]) == (Standing.REVOKED, "已撤销")
    after = outcome.reopen(
        head, file.case.number, paper.item, reason="自行纠错", basis="示例〔2026〕1号", warned=True
    )
    assert after.state.phase is Phase.ACCEPTED
    found = verify(paper.code)
    assert found is not None
    assert found.standing is Standing.REOPENED
    for scene in play.work(after):
        after = scene.file
    assert load(file.case).state.phase is Phase.FINISHED
    again = ResultDocument.objects.get(case=file.case, document=paper.document, item=paper.item, edition=2)
    assert again.number.endswith("-2")
    assert {entry.act for entry in AuditEntry.objects.all()} >= {"outcome.revoke", "outcome.reopen"}
    slip = next(one for one in letters.slips(load(file.case)) if one.title == "准予许可决定书")
    kept = letters.made(load(file.case), slip)
    told = verify(kept.code)
    assert told is not None
    assert told.standing is not Standing.VALID, "the first decision was undone"


def test_slips_are_numbered_without_gaps_in_their_bodys_series_and_never_change() -> None:
    first, second = specimen.accepted(), specimen.accepted()
    who = specimen.applicant_of(first)
    numbers = []
    for file in (first, second):
        rows = Paper.objects.filter(case=file.case).order_by("seq")
        assert {row.file for row in rows} == {""}, "numbered with the act, drawn later"
        numbers.append([(one.kind, one.serial) for one in rows])
    assert numbers == [[("收", 1), ("受", 1)], [("收", 2), ("受", 2)]]
    given = list(Paper.objects.order_by("pk").values_list("number", "code"))
    assert letters.make_waiting(timezone.now()) == 4
    assert letters.make_waiting(timezone.now()) == 0
    assert letters.make_all(first) == 0
    assert given == list(Paper.objects.order_by("pk").values_list("number", "code"))
    slip = letters.slip(who, first.case.number, 1)[1]
    assert slip == letters.slip(who, first.case.number, 1)[1]
    found, signature = verify_file(slip)
    assert found is not None
    assert (found.title, found.slip, signature.trusted) == ("收件回执", True, True)
    paper = Paper.objects.get(case=first.case, seq=1)
    assert "〔" in paper.number
    assert verify(paper.code) is not None


def test_an_act_that_fails_takes_the_number_of_its_slip_back(monkeypatch: pytest.MonkeyPatch) -> None:
    file = specimen.submitted()
    clerk = specimen.clerk_of(file)

    def fail(after: CaseFile) -> None:
        number_slips(after.case, after.state, after.events[-1:], after.state.seq)
        raise Fault("the disk is full")

    with pytest.raises(Fault):
        act(clerk, file.case.pk, commands.Accept(), also=fail)
    assert [one.kind for one in Paper.objects.filter(case=file.case)] == ["收"]
    act(clerk, file.case.pk, commands.Accept())
    assert Paper.objects.get(case=file.case, kind="受").serial == 1


def test_a_slip_from_before_acts_numbered_them_gets_its_number_when_it_is_asked_for() -> None:
    file = specimen.submitted()
    Paper.objects.filter(case=file.case).delete()
    [slip] = letters.slips(file)
    assert letters.made(file, slip).serial == 2
    assert letters.made(file, slip).serial == 2


def test_results_go_by_hand_after_a_check_by_a_proxy_with_mandate_or_into_a_locker() -> None:
    file, paper, _ = whole()
    clerk = specimen.clerk_of(file)
    items = [paper.item]
    with pytest.raises(ProblemsFound):
        outcome.hand_out(clerk, file, items, Delivery.WINDOW)
    with pytest.raises(ProblemsFound):
        outcome.hand_out(clerk, file, items, Delivery.WINDOW, checked=True, taker=outcome.Taker("李代"))
    with pytest.raises(CommandRefused):
        outcome.hand_out(clerk, file, items, Delivery.POST)
    after = outcome.hand_out(
        clerk,
        file,
        items,
        Delivery.LOCKER,
        place="东门取件柜",
        taker=outcome.Taker("李代", "委托书 3 月 1 日"),
    )
    out = HandOut.objects.get(case=file.case)
    assert (out.seq, len(out.code), out.taker) == (after.state.seq, 6, "李代")
    event = after.events[-1]
    assert "李代" not in event.words(), "personal values stay out of the log"
    assert "代理人" in event.words()


def test_labels_hide_the_name_and_carry_the_number() -> None:
    file = specimen.accepted()
    with pikepdf.open(io.BytesIO(outcome.labels(specimen.clerk_of(file), file.case.number))) as sheets:
        assert len(sheets.pages) == 1 + (len(file.state.items) if len(file.state.items) > 1 else 0)
