"""The thread of a case: both sides write, files come along, an answer is owed, it ends with the case and is kept."""

import io
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.usecases import town as specimen

from bancheng.core.casework import CommandRefused, WithdrawReason, commands
from bancheng.core.kernel import digest
from bancheng.store.models import CaseTask, Message, Outbox, TalkMessage, Upload
from bancheng.usecases import archiving, casework, letters, talks, upkeep
from bancheng.usecases.access import NotFound
from bancheng.usecases.casework import CaseFile

NOW = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
town = pytest.mark.usefixtures("town")


def picture() -> io.BytesIO:
    data = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(data, "JPEG")
    data.seek(0)
    return data


def asked(file: CaseFile, to: str = "") -> None:
    assert talks.write(specimen.applicant_of(file), file.case.number, "材料什么时候能看完？", to=to) == ()


@town
def test_a_question_with_a_file_is_answered_and_both_sides_see_when_it_was_read() -> None:
    file = specimen.accepted()
    mine, clerk, number = specimen.applicant_of(file), specimen.clerk_of(file), file.case.number
    assert talks.write(mine, number, "请看这张照片。", paper=("门头.jpg", picture()), now=NOW) == ()
    task = CaseTask.objects.get(case=file.case, kind="message")
    assert (task.state, task.role, task.name) == ("open", "clerk", "答复申请人留言")
    there = talks.thread(clerk, number)
    assert talks.read(clerk, there) == 1
    (line,) = there.lines
    assert line.owed_until == task.due_on
    upload, data = talks.open_file(clerk, number, line.files[0].pk)
    assert (upload.document, data[:3]) == ("talk/1", b"\xff\xd8\xff")
    assert talks.write(clerk, number, "看到了，可以用。") == ()
    assert CaseTask.objects.get(case=file.case, kind="message").state == "done"
    here = talks.thread(mine, number)
    assert [one.mine for one in here.lines] == [True, False]
    assert here.lines[0].read_at is not None
    assert here.owed == ()
    assert talks.read(mine, here) == 1


@town
def test_only_the_other_side_is_told_and_told_no_words() -> None:
    file = specimen.accepted()
    upkeep.deliver_messages(NOW)
    Message.objects.all().delete()
    asked(file)
    assert not Outbox.objects.filter(kind="MessageWritten").exists()
    talks.write(specimen.clerk_of(file), file.case.number, "明天上午就能看完。")
    upkeep.deliver_messages(NOW)
    assert [one.title for one in Message.objects.all()] == ["办件有给您的新留言"]
    assert "明天" not in Message.objects.get().text


@town
def test_words_stand_in_a_row_that_can_be_erased_and_the_log_has_their_digest() -> None:
    file = specimen.accepted()
    asked(file)
    row = TalkMessage.objects.get()
    event = specimen.fresh(file).events[-1]
    assert event.digest == row.digest == digest([row.salt, row.text])
    assert row.text not in str(file.case.events.last().body)
    row.delete()
    assert specimen.fresh(file).state.talk.last == 1


@town
def test_every_body_with_a_part_sees_the_one_thread_and_nobody_else() -> None:
    file = specimen.accepted(specimen.PARALLEL)
    body = next(one for one in file.state.bodies if one == "yunxi_fire")
    asked(file, to=body)
    fire = specimen.official("reviewer", body)
    assert [one.may_waive for one in talks.thread(fire, file.case.number).lines] == [True]
    clerk = specimen.clerk_of(file)
    assert [one.may_waive for one in talks.thread(clerk, file.case.number).lines] == [False]
    with pytest.raises(NotFound):
        talks.thread(specimen.official("reviewer", "yunxi_heating"), file.case.number)
    talks.waive(fire, file.case.number, 1)
    assert talks.thread(clerk, file.case.number).owed == ()


@town
def test_after_the_case_the_thread_is_closed_kept_and_a_refused_message_leaves_no_file() -> None:
    file = specimen.accepted()
    mine, number = specimen.applicant_of(file), file.case.number
    asked(file)
    casework.act(mine, number, commands.Withdraw(reason=WithdrawReason.LATER))
    with pytest.raises(CommandRefused):
        talks.write(mine, number, "还有一句。", paper=("a.jpg", picture()))
    assert not Upload.objects.filter(case=file.case, document__startswith="talk").exists()
    found = talks.thread(mine, number)
    assert (found.open, len(found.lines), found.owed) == (False, 1, ())
    (kept,) = talks.export(specimen.fresh(file))
    assert digest([kept["salt"], kept["text"]]) == kept["digest"]
    letters.make_all(specimen.fresh(file))
    packed = [one for one in archiving._files(specimen.fresh(file)) if one.kind == "talk"]
    assert "材料什么时候能看完" in packed[0].data.decode()


@pytest.mark.parametrize(
    "text",
    [
        "我的号码是999999197203161016",
        "身份证 999999 19720316 1016",
        "９９９９９９１９７２０３１６１０１６",
        "x999999197203161016y",
        "卡号6222 0212 3456 7894",
    ],
)
def test_numbers_that_belong_in_the_form_are_not_written_in_a_message(text: str) -> None:
    (problem,) = talks.wording(text)
    assert problem.code == "text.number"


@pytest.mark.parametrize("text", ["电话19900000101，上午在", "面积120.5平方米，2026-03-02前", "一共三份"])
def test_other_numbers_are_fine(text: str) -> None:
    assert talks.wording(text) == ()


def test_the_number_of_the_case_is_fine_and_nothing_is_nothing() -> None:
    number = "6222021234567894"
    assert talks.wording(f"办件{number}怎么样了", number) == ()
    assert [one.code for one in talks.wording("  ")] == ["text.empty"]
    assert [one.code for one in talks.wording("长" * 2001)] == ["text.long"]


@given(before=st.text("甲乙12 ", max_size=6), after=st.text("甲乙X ", max_size=6))
def test_an_id_number_is_found_whatever_stands_around_it(before: str, after: str) -> None:
    assert talks.wording(f"{before}999999197203161016{after}")
