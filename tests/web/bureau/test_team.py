"""班组: load, leave, moving many tasks, approving several; and who else is at a file."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from tests.usecases import town as specimen
from tests.web.bounds import BOUNDS, Asked
from tests.web.bureau.desk import account
from tests.web.public.conftest import SignIn

from bancheng.store.models import Absence, CaseTask, Deputy, Membership, Skill, User


def first_task() -> CaseTask:
    file = specimen.accepted()
    return CaseTask.objects.filter(case=file.case, state="open", role="reviewer").order_by("id")[0]


def colleague(body: str) -> User:
    user = User.objects.create(username="tongshi", display_name="新同事", is_demo=True)
    Membership.objects.create(user=user, role="reviewer", body=body)
    return user


def test_a_senior_sees_the_load_and_moves_ticked_tasks(town: None, sign_in: SignIn) -> None:
    task = first_task()
    other = colleague(task.body)
    senior = sign_in(account("senior", task.body))
    with Asked() as asked:
        page = senior.get("/bureau/team/").content.decode()
    assert len(asked) <= BOUNDS["bureau:team"]
    assert "新同事" in page
    assert task.case.number in page
    sent = {"body": task.body, "task": [task.pk], "to": f"user:{other.pk}", "reason": "调整分工"}
    said = senior.post("/bureau/team/move/", sent, follow=True).content.decode()
    assert "已转 1 件" in said
    assert CaseTask.objects.get(pk=task.pk).assignee == f"user:{other.pk}"
    again = {"body": task.body, "holder": f"user:{other.pk}", "all": "1", "to": "queue", "reason": "退回"}
    assert "已转 1 件" in senior.post("/bureau/team/move/", again, follow=True).content.decode()
    for nothing in ({"to": ""}, {"reason": " "}, {"task": []}):
        said = senior.post("/bureau/team/move/", {**sent, **nothing}, follow=True).content.decode()
        assert "请" in said
    sheet = senior.get("/bureau/team/?as=xlsx")
    assert sheet.headers["Content-Type"].endswith("sheet")
    assert senior.get("/bureau/team/?body=yunxi_bank").status_code == 404
    assert sign_in(account("reviewer", task.body)).get("/bureau/team/").status_code == 403


def test_leave_deputies_and_skills_are_entered_on_a_page(town: None, sign_in: SignIn) -> None:
    body = "yunxi_market"
    other = colleague(body)
    reviewer = User.objects.get(username=account("reviewer", body))
    senior = sign_in(account("senior", body))
    today = timezone.localdate()
    page = senior.get("/bureau/team/leave/").content.decode()
    assert "新同事" in page
    sent = {
        "do": "enter",
        "who": reviewer.pk,
        "first": today,
        "last": today + timedelta(days=2),
        "kind": "leave",
    }
    wrong = senior.post("/bureau/team/leave/", {**sent, "last": ""})
    assert wrong.status_code == 422
    assert "请填写最后一天" in wrong.content.decode()
    said = senior.post("/bureau/team/leave/", sent, follow=True).content.decode()
    assert "已登记" in said
    absence = Absence.objects.get(user=reviewer)
    senior.post("/bureau/team/leave/", {"do": "deputy", "who": reviewer.pk, "body": body, "deputy": other.pk})
    senior.post(
        "/bureau/team/leave/", {"do": "skills", "who": reviewer.pk, "body": body, "skills": "食品、消防"}
    )
    assert Deputy.objects.get(user=reviewer).deputy == other
    assert set(Skill.objects.values_list("tag", flat=True)) == {"食品", "消防"}
    own = sign_in(reviewer.username)
    mine = own.get("/bureau/team/leave/").content.decode()
    assert "销假" in mine
    own.post("/bureau/team/leave/", {"do": "call_off", "absence": absence.pk})
    assert Absence.objects.get(pk=absence.pk).called_off_at is not None
    foreign = {**sent, "who": User.objects.get(username=account("reviewer", "yunxi_tax")).pk}
    assert own.post("/bureau/team/leave/", foreign).status_code == 403


def test_the_batch_page_says_when_there_is_nothing_to_approve_together(town: None, sign_in: SignIn) -> None:
    client = sign_in(account("reviewer", "yunxi_urban_management"))
    assert "现在没有可以批量准予的办件" in client.get("/bureau/team/batch/").content.decode()
    ticked = client.post("/bureau/team/batch/", {"rule": "stalls_together"}, follow=True)
    assert "请先勾选" in ticked.content.decode()
    assert client.post("/bureau/team/batch/", {"rule": "no", "line": ["1:x"]}).status_code == 404


def test_two_officials_at_one_file_see_each_other_with_script_and_without(
    town: None, sign_in: SignIn
) -> None:
    task = first_task()
    number = task.case.number
    window = sign_in(account("clerk", specimen.fresh(specimen.accepted()).state.submission.receiving_body))  # type: ignore[union-attr]  # reason: submitted
    office = sign_in(account("reviewer", task.body))
    assert window.get(f"/counter/cases/{number}/").status_code == 200
    page = office.get(f"/bureau/{number}/").content.decode()
    assert f'hx-get="/bureau/{number}/here/"' in page
    assert f'<iframe class="here-frame" src="/bureau/{number}/here/?frame=1"' in page
    line = window.get(f"/counter/cases/{number}/here/").content.decode()
    assert "刚刚也打开了这一件" in line
    framed = office.get(f"/bureau/{number}/here/?frame=1")
    assert "刚刚也打开了这一件" in framed.content.decode()
    assert framed.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in framed.headers["Content-Security-Policy"]
    assert sign_in(account("reviewer", "yunxi_bank")).get(f"/bureau/{number}/here/").status_code == 404
