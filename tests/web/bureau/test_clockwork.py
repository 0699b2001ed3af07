"""Hearings, more time, warnings and taking back, as people do them at their desks."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from pytest_django import Settings
from tests.usecases import town as specimen
from tests.web.bounds import BOUNDS, Asked
from tests.web.bureau.conftest import SignIn
from tests.web.bureau.desk import account, act, report, state_of
from tests.web.counter.window import said

from bancheng.core.casework import Phase, ProcedureStage, WithdrawReason, commands
from bancheng.store.models import CaseAlarm, HeldAct, Message, Minutes
from bancheng.usecases import casework, undo, upkeep
from bancheng.usecases.town import packs

REVIEW = "signboard_setup.review"
CITY = "yunxi_urban_management"
CHINA = ZoneInfo("Asia/Shanghai")


def test_a_hearing_is_offered_asked_for_dated_and_recorded(sign_in: SignIn, town: None) -> None:
    file = specimen.accepted()
    number = file.case.number
    city, owner = sign_in(account("reviewer", CITY)), sign_in("zhang")
    page = f"/bureau/{number}/procedures/"
    begun = {"do": "begin", "items": "signboard_setup", "kind": "offer", "words": "会遮住邻居的窗"}
    assert city.post(page, {**begun, "words": ""}).status_code == 422
    assert city.post(page, begun).status_code == 302
    case = said(owner.get(f"/cases/{number}/"))
    assert "请您选择" in case
    assert "处理中" not in case
    hearing = f"/cases/{number}/hearings/1/"
    assert "会遮住邻居的窗" in said(owner.get(hearing))
    assert owner.post(hearing, {"do": "ask"}).status_code == 302
    upkeep.deliver_messages(timezone.now())
    assert Message.objects.filter(case=file.case, title="您有权要求听证").exists()
    calendar, today = packs().calendar, timezone.localdate()
    day = calendar.add_workdays(today, 9).date
    senior = account("senior", CITY)
    chair = f"user:{specimen.official('senior', CITY).user_id}"
    dating = {"do": "date", "number": "1", "hour": "9:00", "place": "三楼", "chair": chair}
    early = calendar.add_workdays(today, 3).date
    assert city.post(page, {**dating, "day": early.isoformat()}).status_code == 422
    assert city.post(page, {**dating, "day": day.isoformat()}).status_code == 302
    assert "三楼" in said(owner.get(f"/cases/{number}/"))
    assert state_of(number).procedures.held[0].stage is ProcedureStage.DATED
    too_early = {"do": "record", "number": "1", "result": "可以", "minutes": "到场三人"}
    assert city.post(page, too_early).status_code == 422
    assert not Minutes.objects.exists()
    assert said(sign_in(senior).get(page))


def test_an_expert_review_is_recorded_with_its_minutes_and_the_clock_runs_on(
    sign_in: SignIn, town: None
) -> None:
    number = specimen.accepted().case.number
    city = sign_in(account("reviewer", CITY))
    page = f"/bureau/{number}/procedures/"
    begun = {"do": "begin", "items": "signboard_setup", "kind": "expert_review", "words": "结构", "days": "5"}
    assert city.post(page, begun).status_code == 302
    assert state_of(number).pauses[0].pause.end is None
    record = {"do": "record", "number": "1", "result": "结构安全", "minutes": "三位专家一致同意"}
    assert city.post(page, record).status_code == 302
    assert state_of(number).pauses[0].pause.end is not None
    held = Minutes.objects.get()
    assert state_of(number).procedures.held[0].minutes == held.digest
    assert "三位专家一致同意" in said(city.get(page))


def test_more_time_goes_to_the_government_and_comes_back(sign_in: SignIn, town: None) -> None:
    file = specimen.accepted()
    number = file.case.number
    assert file.state.submission is not None
    lead = sign_in(account("reviewer", file.state.submission.lead_body))
    mayor = sign_in("mayor")
    assert mayor.get("/bureau/").url == "/bureau/more-time/"
    asking = {"item": "", "to": "yunxi_government", "days": "16", "reason": "多部门会商"}
    assert lead.post(f"/bureau/{number}/more-time/", asking).status_code == 422
    assert lead.post(f"/bureau/{number}/more-time/", {**asking, "days": "9"}).status_code == 302
    with Asked() as cost:
        assert f"/bureau/{number}/more-time/1/" in mayor.get("/bureau/more-time/").content.decode()
    assert len(cost) <= BOUNDS["bureau:more_times"]
    page = f"/bureau/{number}/more-time/1/"
    assert "多部门会商" in said(mayor.get(page))
    assert lead.get(page).status_code in {403, 404}
    assert sign_in(account("senior", CITY)).get(page).status_code == 404
    assert mayor.post(page, {"do": "grant", "days": "9", "reason": "同意"}).status_code == 302
    assert state_of(number).extensions[0].extension.days == 9
    assert "没有等您答复" in said(mayor.get("/bureau/more-time/"))


def test_supervision_sees_who_was_warned_and_says_that_it_is_seen(sign_in: SignIn, town: None) -> None:
    file = specimen.accepted()
    late = datetime.combine(timezone.localdate() + timedelta(days=60), datetime.min.time(), CHINA)
    for days in (0, 5, 10):
        upkeep.run_due_cases(late + timedelta(days=days))
    alarm = CaseAlarm.objects.filter(rank="supervision", over=False, seen_on=None).first()
    assert alarm is not None
    watcher = sign_in(account("supervisor", ""))
    with Asked() as cost:
        assert alarm.title in said(watcher.get("/watch/warnings/"))
    assert len(cost) <= BOUNDS["watch:alarms"]
    sent = {"alarm": str(alarm.pk), "words": "已约谈"}
    assert watcher.post("/watch/warnings/seen/", sent).status_code == 302
    assert "已约谈" in said(watcher.get("/watch/warnings/?state=seen"))
    again = CaseAlarm.objects.get(pk=alarm.pk)
    assert again.seen_by
    senior = sign_in(account("senior", alarm.body))
    assert "提醒记录" in said(senior.get(f"/bureau/{file.case.number}/"))
    other = next(one.body for one in CaseAlarm.objects.exclude(body=alarm.body))
    stranger = sign_in(account("senior", other))
    assert stranger.post("/watch/warnings/seen/", sent).status_code == 404


def test_what_was_just_decided_can_be_taken_back_from_the_bar_or_its_page(
    sign_in: SignIn, town: None, settings: Settings
) -> None:
    settings.BANCHENG_UNDO_SECONDS = 10
    file = specimen.submitted()
    number = file.case.number
    clerk = sign_in(account("clerk", file.state.submission.receiving_body))  # type: ignore[union-attr]  # reason: it was submitted
    assert clerk.post(f"/counter/cases/{number}/accept/").status_code == 302
    assert state_of(number).phase is Phase.RECEIVED
    page = said(clerk.get(f"/counter/cases/{number}/"))
    assert "即将生效" in page
    held = HeldAct.objects.get()
    assert "可以撤销" in said(clerk.get(f"/bureau/undo/{held.pk}/"))
    assert clerk.post(f"/bureau/undo/{held.pk}/").status_code == 302
    assert "即将生效" not in said(clerk.get(f"/counter/cases/{number}/"))
    assert clerk.post(f"/counter/cases/{number}/accept/").status_code == 302
    assert undo.carry_out_due(timezone.now() + timedelta(seconds=11)) == 1
    assert state_of(number).phase is Phase.ACCEPTED
    assert "来不及了" in said(
        clerk.post(f"/bureau/undo/{HeldAct.objects.get(state='done').pk}/", follow=True)
    )


def test_an_approval_and_a_refusal_wait_too_and_a_failure_is_told(
    sign_in: SignIn, town: None, settings: Settings
) -> None:
    number = specimen.accepted().case.number
    city = sign_in(account("reviewer", CITY))
    report(city, number, REVIEW)
    settings.BANCHENG_UNDO_SECONDS = 10
    step = next(one.plan.key for one in state_of(number).open_steps if "signboard_setup" in one.plan.items)
    assert act(city, number, "approve", step=step, item="signboard_setup").status_code == 302
    assert state_of(number).items["signboard_setup"].decided_by is None
    casework.act(specimen.person("zhang"), number, commands.Withdraw(reason=WithdrawReason.OTHER))
    assert undo.carry_out_due(timezone.now() + timedelta(seconds=11)) == 0
    assert "没有办成" in said(city.get("/bureau/"))
    assert "没有办成" not in said(city.get("/bureau/")), "told once"
