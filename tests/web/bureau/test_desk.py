"""The task list and the small acts: claiming, handing over, clocks, warnings, hidden values, a file that moved on."""

from datetime import timedelta

from django.utils import timezone
from tests.usecases import town as specimen
from tests.web.bounds import BOUNDS, Asked
from tests.web.bureau.conftest import SignIn
from tests.web.bureau.desk import account, act, report, state_of
from tests.web.counter.window import said
from tests.web.public.test_lists import many

from bancheng.store.models import AuditEntry, Case, CaseTask
from bancheng.usecases import upkeep

REVIEW = "signboard_setup.review"
CITY = "yunxi_urban_management"


def accepted() -> str:
    """A noodle shop on the desks."""
    return specimen.accepted().case.number


def test_a_task_moves_through_the_tabs(sign_in: SignIn, town: None) -> None:
    number, city = accepted(), sign_in(account("reviewer", CITY))
    assert number in said(city.get("/bureau/?tab=open"))
    assert act(city, number, "claim", step=REVIEW).status_code == 302
    assert number in said(city.get("/bureau/"))
    assert number not in said(city.get("/bureau/?tab=open"))
    assert report(city, number, REVIEW).status_code == 302
    assert number in said(city.get("/bureau/?tab=done"))


def test_near_due_and_overdue_tasks_stand_in_their_tabs(sign_in: SignIn, town: None) -> None:
    number, city = accepted(), sign_in(account("reviewer", CITY))
    tasks = CaseTask.objects.filter(case__number=number, key=REVIEW)
    tasks.update(due_on=timezone.localdate())
    assert number in said(city.get("/bureau/?tab=near"))
    tasks.update(due_on=timezone.localdate() - timedelta(days=10))
    page = said(city.get("/bureau/?tab=overdue"))
    assert number in page
    assert "已超" in page
    assert number not in said(city.get("/bureau/?tab=near"))


def test_the_list_is_narrowed_and_sorted(sign_in: SignIn, town: None) -> None:
    number, city = accepted(), sign_in(account("reviewer", CITY))
    for address in (f"q={number[-6:]}", "q=老张", "onething=open_restaurant", f"body={CITY}", "sort=-due"):
        assert number in said(city.get(f"/bureau/?tab=open&{address}")), address
    for address in ("q=没有这个", "onething=newborn", "body=yunxi_tax"):
        assert number not in said(city.get(f"/bureau/?tab=open&{address}")), address


def test_what_a_colleague_holds_cannot_be_done_and_only_a_senior_takes_it_away(
    sign_in: SignIn, town: None
) -> None:
    number = accepted()
    reviewer, senior = sign_in(account("reviewer", CITY)), sign_in("urban_management_senior")
    act(senior, number, "claim", step=REVIEW)
    page = said(reviewer.get(f"/bureau/{number}/"))
    assert "城管负责人正在办" in page
    answer = report(reviewer, number, REVIEW)
    assert answer.status_code == 422
    assert "城管负责人办理" in said(answer)
    address = f"/bureau/{number}/steps/{REVIEW}/hand-over/"
    assert reviewer.post(address, {"to": "", "reason": "急"}).status_code == 422
    act(senior, number, "give_back", step=REVIEW)
    act(reviewer, number, "claim", step=REVIEW)
    assert senior.post(address, {"to": "", "reason": ""}).status_code == 422
    assert senior.post(address, {"to": "", "reason": "人在外地"}).status_code == 302
    assert state_of(number).steps[REVIEW].owners == {}


def test_a_step_is_handed_to_a_named_colleague(sign_in: SignIn, town: None) -> None:
    number = accepted()
    reviewer, senior = sign_in(account("reviewer", CITY)), specimen.person("urban_management_senior")
    act(reviewer, number, "claim", step=REVIEW)
    address = f"/bureau/{number}/steps/{REVIEW}/hand-over/"
    assert "城管负责人" in said(reviewer.get(address))
    assert reviewer.post(address, {"to": "user:999999"}).status_code == 404
    assert reviewer.post(address, {"to": senior.id}).status_code == 302
    assert state_of(number).steps[REVIEW].owners[CITY].id == senior.id


def test_a_file_that_moved_on_is_shown_as_it_is_now_with_what_was_typed(sign_in: SignIn, town: None) -> None:
    number, city = accepted(), sign_in(account("reviewer", CITY))
    seen = state_of(number).seq
    act(city, number, "claim", step=REVIEW)
    answer = report(city, number, REVIEW, "not_ok", seen=seen, findings="效果图看不清")
    assert answer.status_code == 409
    page = said(answer)
    assert "刚有了新进展" in page
    assert "效果图看不清" in page


def test_the_clock_stops_only_for_a_lawful_reason_and_runs_on(sign_in: SignIn, town: None) -> None:
    number, city = accepted(), sign_in(account("reviewer", CITY))
    address = f"/bureau/{number}/clock/signboard_setup/"
    assert "听证" in said(city.get(address))
    assert city.post(address, {"do": "pause", "why": "", "days": "5"}).status_code == 422
    assert city.post(address, {"do": "pause", "why": "appraisal", "days": ""}).status_code == 422
    assert city.post(address, {"do": "pause", "why": "appraisal", "days": "5"}).status_code == 302
    assert state_of(number).pauses[0].pause.end is None
    assert "恢复计时" in said(city.get(f"/bureau/{number}/"))
    assert act(city, number, "resume", number=1).status_code == 302
    assert state_of(number).pauses[0].pause.end is not None
    assert act(city, number, "resume", number=1).status_code == 422


def test_only_the_head_lengthens_a_term_and_only_once(sign_in: SignIn, town: None) -> None:
    number = accepted()
    address = f"/bureau/{number}/clock/signboard_setup/"
    more = {"do": "extend", "days": "5", "reason": "需要专家复核"}
    refused = sign_in(account("reviewer", CITY)).post(address, more)
    assert refused.status_code == 422
    assert "需要专家复核" in said(refused)
    head = sign_in("urban_management_senior")
    assert head.post(address, {**more, "days": "11"}).status_code == 422
    assert head.post(address, more).status_code == 302
    again = head.post(address, more)
    assert again.status_code == 422
    assert "已经延长过一次" in said(again)


def test_a_warning_is_seen_and_answered_with_what_is_done(sign_in: SignIn, town: None) -> None:
    number, city = accepted(), sign_in(account("reviewer", CITY))
    late = timezone.now() + timedelta(days=30)
    upkeep.run_due_cases(late)
    alarm = next(one for one in state_of(number).warnings if CITY in one.receivers)
    assert act(city, number, "acknowledge", number=alarm.number).status_code == 404, "red is for the senior"
    head = sign_in("urban_management_senior")
    assert "我知道了" in said(head.get(f"/bureau/{number}/"))
    assert act(head, number, "acknowledge", number=alarm.number, words="今天办").status_code == 302
    seen = next(one for one in state_of(number).warnings if one.number == alarm.number)
    assert seen.acknowledged
    assert act(head, number, "acknowledge", number=alarm.number).status_code == 404


def test_sensitive_values_are_hidden_until_a_reason_is_given(sign_in: SignIn, town: None) -> None:
    number, market = accepted(), sign_in(account("reviewer", "yunxi_market"))
    address = f"/bureau/{number}/"
    hidden = "999999197203161016"
    assert hidden not in said(market.get(address))
    market.post(f"{address}unmask/", {"element": "legal_representative_id", "reason": ""})
    assert not AuditEntry.objects.filter(act="case.unmask").exists()
    page = market.get(address).content.decode()
    asked = [one.split('"')[0] for one in page.split('name="element" value="')[1:]]
    market.post(f"{address}unmask/", {"element": asked, "reason": "核对法定代表人"})
    assert hidden in said(market.get(address))
    assert AuditEntry.objects.filter(act="case.unmask", object=f"case:{number}").count() == 1


def test_what_is_no_act_is_not_found(sign_in: SignIn, town: None) -> None:
    number, city = accepted(), sign_in(account("reviewer", CITY))
    assert act(city, number, "explode").status_code == 404
    assert act(city, number, "resume", number="x").status_code == 404
    assert act(city, number, "claim", step="no.such").status_code == 404
    assert city.get("/bureau/9999992026000000001/").status_code == 404


def test_the_list_stays_within_its_bound_however_long(sign_in: SignIn, town: None) -> None:
    file = specimen.accepted()
    city = sign_in(account("reviewer", CITY))
    many(file, 60)
    CaseTask.objects.bulk_create(
        CaseTask(
            case=one,
            key=REVIEW,
            name="审查设计",
            kind="review",
            body=CITY,
            role="reviewer",
            state="open",
            opened_at=timezone.now(),
            due_on=timezone.localdate(),
        )
        for one in Case.objects.exclude(pk=file.case.pk)
    )
    for tab in ("open", "mine", "near", "overdue", "intake", "done"):
        address = f"/bureau/?tab={tab}&q=9&sort=-due&onething=open_restaurant"
        city.get(address)
        with Asked() as asked:
            assert city.get(address).status_code == 200
        assert len(asked) <= BOUNDS["bureau:home"], (tab, [one["sql"][:90] for one in asked])


def test_several_tasks_are_claimed_at_once_and_one_that_fails_keeps_none_back(
    sign_in: SignIn, town: None
) -> None:
    numbers = [accepted(), accepted()]
    city = sign_in(account("reviewer", CITY))
    page = city.get("/bureau/?tab=open").content.decode()
    ticked = [one.split('"')[0] for one in page.split('name="task" value="')[1:]]
    assert len(ticked) == 2
    foreign = CaseTask.objects.exclude(body=CITY).exclude(kind="intake").values_list("pk", flat=True)[0]
    answer = city.post("/bureau/claim/", {"task": [*ticked, foreign, "x"]}, follow=True)
    assert "已领取 2 件" in said(answer)
    for number in numbers:
        assert state_of(number).steps[REVIEW].owners[CITY].name == "城管审批员"
    assert CaseTask.objects.get(pk=foreign).assignee == ""
    assert "请先勾选" in said(city.post("/bureau/claim/", {"task": ticked}, follow=True))


def test_a_request_that_blocks_the_file_is_taken_back_by_the_senior(sign_in: SignIn, town: None) -> None:
    number, city = accepted(), sign_in(account("reviewer", CITY))
    asked = city.post(
        f"/bureau/{number}/marks/",
        {
            "mark": ["field:signboard_height"],
            "reason/field:signboard_height": "wrong",
            "words/field:signboard_height": "高度与效果图不一致",
            "reason": "效果图写的是两米",
        },
    )
    assert asked.status_code == 302, said(asked)
    assert act(city, number, "cancel", number=1, words="不用了").status_code == 422
    senior = sign_in("urban_management_senior")
    assert "撤回这份要求" in said(senior.get(f"/bureau/{number}/"))
    assert act(senior, number, "cancel", number=1, words="").status_code == 422
    assert act(senior, number, "cancel", number=1, words="已电话核实").status_code == 302
    assert state_of(number).open_notices == ()
    assert act(senior, number, "cancel", number=1, words="再来").status_code == 404


def test_the_desk_shows_the_bodys_own_code_beside_the_word(town: None, sign_in: SignIn) -> None:
    number = specimen.accepted(specimen.PARALLEL).case.number
    fire = said(sign_in(account("reviewer", "yunxi_fire")).get(f"/bureau/{number}/"))
    assert "传统庙会" in fire
    assert "本部门代码 C1 人员聚集临时场所" in fire
    assert "本部门代码" not in said(sign_in(account("reviewer", "yunxi_culture")).get(f"/bureau/{number}/"))
