"""What the clock leaves beside the log: warnings as rows, a calendar told late, and acts that can be taken back."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from msgspec.structs import replace
from pytest_django import Settings
from tests.usecases import town as specimen

from bancheng.core.casework import CommandRefused, Level, Phase, Rank, WithdrawReason, commands
from bancheng.core.casework import events as ev
from bancheng.core.clock import CalendarYear, Thresholds, WorkCalendar
from bancheng.store.models import (
    AlarmTold,
    CalendarTold,
    Case,
    CaseAlarm,
    CaseEvent,
    ChannelDelivery,
    HeldAct,
    Membership,
    Message,
    Outbox,
    User,
)
from bancheng.usecases import (
    calendars,
    casework,
    outcome,
    play,
    submission,
    telling,
    town,
    undo,
    upkeep,
    warned,
)
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.casework import CaseFile, Stale

pytestmark = pytest.mark.usefixtures("town")
CHINA = ZoneInfo("Asia/Shanghai")


def at(month: int, day: int, hour: int = 9, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=CHINA)


def _to_decide() -> tuple[CaseFile, Actor, str, str]:
    """A case with an item that waits for its decision, who decides it, and for which body."""
    for scene in play.work(specimen.accepted()):
        state = scene.file.state
        step = next((one for one in state.open_steps if one.plan.kind.value == "decision"), None)
        if step is not None:
            body = step.plan.bodies[0]
            return scene.file, specimen.official("reviewer", body), body, step.plan.items[0]
    raise AssertionError("no decision")


def _accepted(moment: datetime) -> CaseFile:
    actor, preparation = specimen.draft()
    file = submission.submit(actor, preparation, declared=True, now=moment)
    return play.accept(file, lambda: moment)


class TestWarnings:
    def test_who_was_warned_when_and_what_came_of_it_stands_in_rows(self) -> None:
        file = _accepted(at(3, 2))
        for day in range(3, 28):
            upkeep.run_due_cases(at(3, day))
        rows = CaseAlarm.objects.filter(case=file.case)
        assert {one.rank for one in rows} >= {"handler", "supervision"}
        open_one = rows.filter(over=False, seen_on=None, rank="supervision").first()
        assert open_one is not None
        watcher = specimen.official("supervisor", "")
        casework.act(
            watcher, file.case.pk, commands.Acknowledge(number=open_one.number, words="已约谈"), now=at(3, 30)
        )
        seen = CaseAlarm.objects.get(pk=open_one.pk)
        assert (seen.seen_on, seen.note, seen.seen_by) == (date(2026, 3, 30), "已约谈", watcher.name)

    def test_whoever_a_warning_names_is_told_once_for_each_rank_and_it_stands_on_the_case(self) -> None:
        file = _accepted(at(3, 2))
        User.objects.update(email="official@example.cn")
        for day in range(3, 28):
            upkeep.run_due_cases(at(3, day))
            upkeep.deliver_messages(at(3, day))
            upkeep.deliver_messages(at(3, day))
        told = list(AlarmTold.objects.values_list("number", "rank", "user"))
        assert len(told) == len(set(told)), "once"
        state = specimen.fresh(file).state
        expected = set()
        for alarm in state.warnings:
            seniors = set(
                Membership.objects.filter(role="senior", body__in=alarm.receivers).values_list(
                    "user", flat=True
                )
            )
            mine = {user for number, rank, user in told if (number, rank) == (alarm.number, alarm.rank.value)}
            if alarm.rank is Rank.SENIOR:
                assert seniors <= mine
            if alarm.rank is Rank.SUPERVISION:
                watchers = set(Membership.objects.filter(role="supervisor").values_list("user", flat=True))
                assert watchers <= mine
            expected |= mine
        assert expected
        assert not expected & {file.case.applicant_id}
        assert Message.objects.filter(title="有环节快到期或已逾期", user__in=expected).exists()
        letters = ChannelDelivery.objects.filter(kind__in=telling.FOR_OFFICIALS, channel="email")
        assert letters.count() == len(told), "each told in the pages and by a letter"
        first = warned.told_of(file.case.pk)[state.warnings[0].number][0]
        assert (first.email, bool(first.name)) == ("waiting", True)

    def test_an_empty_post_is_no_reason_to_tell_nobody(self) -> None:
        file = _accepted(at(3, 2))
        Membership.objects.filter(role__in=("reviewer", "inspector", "senior")).delete()
        for day in range(3, 8):
            upkeep.run_due_cases(at(3, day))
        upkeep.deliver_messages(at(3, 8))
        watchers = set(Membership.objects.filter(role="supervisor").values_list("user", flat=True))
        told = set(AlarmTold.objects.filter(case=file.case).values_list("user", flat=True))
        assert told == watchers

    def test_the_town_configures_when_warnings_come_and_rise(self, monkeypatch: pytest.MonkeyPatch) -> None:
        loaded = town.packs()
        onething = loaded.catalogue.onethings[specimen.SERIAL]
        slow = replace(onething, thresholds=Thresholds(yellow_days=3, escalate_days=4))
        monkeypatch.setitem(loaded.catalogue.onethings, specimen.SERIAL, slow)
        file = _accepted(at(3, 2))
        assert file.state.submission is not None
        assert file.state.submission.thresholds == Thresholds(yellow_days=3, escalate_days=4)

    def test_the_head_of_the_government_sees_the_case_once_asked_and_lengthens_it(self) -> None:
        file = _accepted(at(3, 2))
        mayor = specimen.official("government", "yunxi_government")
        with pytest.raises(NotFound):
            casework.open_case(mayor, file.case.pk)
        assert file.state.submission is not None
        lead = file.state.submission.lead_body
        asking = commands.AskMoreTime(
            level=Level.BUNDLE, days=5, reason="需要会商", to="yunxi_government", to_name="云溪县人民政府"
        )
        casework.act(specimen.official("reviewer", lead), file.case.pk, asking, body=lead, now=at(3, 3))
        granted = commands.Extend(level=Level.BUNDLE, days=5, reason="同意会商")
        with pytest.raises(CommandRefused):
            casework.act(specimen.official("senior", lead), file.case.pk, granted, body=lead, now=at(3, 3))
        before = Case.objects.get(pk=file.case.pk).due_on
        casework.act(mayor, file.case.pk, granted, body="yunxi_government", now=at(3, 3))
        after = Case.objects.get(pk=file.case.pk).due_on
        assert before is not None
        assert after is not None
        assert town.packs().calendar.workdays_between(before, after) == 5


class TestCalendar:
    def test_a_calendar_announced_late_is_told_once_to_cases_and_people_it_concerns(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert calendars.tell_calendar(at(12, 20)) == 0, "the first is only remembered"
        late, early = _accepted(at(12, 28)), _accepted(at(3, 2))
        Outbox.objects.all().delete()
        loaded = town.packs()
        off = tuple(date(2027, 1, day) for day in range(1, 12))
        announced = WorkCalendar((*loaded.calendar.years, CalendarYear(year=2027, holidays=off)))
        changed = replace(loaded, calendar=announced)
        for module in (casework, calendars, upkeep):
            monkeypatch.setattr(module, "packs", lambda: changed)
        monkeypatch.setattr("bancheng.usecases.projection.packs", lambda: changed)
        before = Case.objects.get(pk=late.case.pk).due_on
        assert calendars.tell_calendar(at(12, 29), most=1) + calendars.tell_calendar(at(12, 29)) == 1
        assert calendars.tell_calendar(at(12, 29)) == 0
        assert CalendarTold.objects.filter(done=True).count() == 2
        assert (
            CaseEvent.objects.filter(kind="CalendarAnnounced").values_list("case", flat=True).get()
            == late.case.pk
        )
        after = Case.objects.get(pk=late.case.pk)
        assert after.due_on != before
        assert not after.provisional
        assert upkeep.deliver_messages(at(12, 29)) >= 1
        told = Message.objects.filter(case=late.case, title="办理日期有变动").get()
        assert str(after.due_on) in told.text
        assert not Message.objects.filter(case=early.case, title="办理日期有变动").exists()


class TestTakingBack:
    @pytest.fixture
    def ten(self, settings: Settings) -> None:
        settings.BANCHENG_UNDO_SECONDS = 10

    def _held(self, file: CaseFile, now: datetime) -> HeldAct:
        clerk = specimen.clerk_of(file)
        body = file.state.submission.receiving_body  # type: ignore[union-attr]  # reason: it was submitted
        held = undo.hold(
            clerk, file.case.pk, commands.Accept(), "受理", body=body, seen=file.state.seq, now=now
        )
        assert held is not None
        return held

    @pytest.mark.usefixtures("ten")
    def test_for_ten_seconds_there_is_no_event_and_no_notice_and_then_both(self) -> None:
        file = specimen.submitted()
        Outbox.objects.all().delete()
        now = at(11, 23)
        self._held(file, now)
        events = CaseEvent.objects.filter(case=file.case).count()
        assert undo.carry_out_due(now + timedelta(seconds=9)) == 0
        assert (CaseEvent.objects.filter(case=file.case).count(), Outbox.objects.count()) == (events, 0)
        assert undo.carry_out_due(now + timedelta(seconds=10)) == 1
        assert undo.carry_out_due(now + timedelta(seconds=11)) == 0
        assert specimen.fresh(file).state.phase is Phase.ACCEPTED
        assert CaseEvent.objects.filter(case=file.case, kind="Accepted").count() == 1
        assert Outbox.objects.filter(kind="Accepted").count() == 1

    @pytest.mark.usefixtures("ten")
    def test_what_is_taken_back_never_happens_and_only_its_owner_may(self) -> None:
        file = specimen.submitted()
        held = self._held(file, at(11, 23))
        with pytest.raises(NotFound):
            undo.undo(specimen.person("zhou"), held.pk)
        clerk = specimen.clerk_of(file)
        assert undo.undo(clerk, held.pk)
        assert not undo.undo(clerk, held.pk), "once"
        assert undo.carry_out_due(at(11, 24)) == 0
        assert specimen.fresh(file).state.phase is Phase.RECEIVED
        assert self._held(file, at(11, 24)).state == HeldAct.HELD, "and it may be done anew"

    @pytest.mark.usefixtures("ten")
    def test_while_one_act_waits_no_other_is_held_and_one_the_rules_refuse_is_told_at_once(self) -> None:
        file = specimen.submitted()
        self._held(file, at(11, 23))
        with pytest.raises(CommandRefused, match="几秒后生效"):
            self._held(file, at(11, 23))
        with pytest.raises(CommandRefused):
            undo.hold(specimen.person("zhang"), file.case.pk, commands.Accept(), "受理")
        with pytest.raises(Stale):
            undo.hold(specimen.clerk_of(file), file.case.pk, commands.Accept(), "受理", seen=99)

    @pytest.mark.usefixtures("ten")
    def test_what_is_no_longer_true_or_allowed_then_is_told_and_not_done(self) -> None:
        file, other = specimen.submitted(), specimen.submitted()
        self._held(file, at(11, 23))
        casework.act(
            specimen.applicant_of(file), file.case.pk, commands.Withdraw(reason=WithdrawReason.OTHER)
        )
        gone = self._held(other, at(11, 23))
        Membership.objects.filter(user=gone.user, role="clerk").delete()
        assert undo.carry_out_due(at(11, 24)) == 0
        assert set(HeldAct.objects.values_list("state", "why")) == {
            ("failed", undo.MOVED),
        }
        assert specimen.fresh(other).state.phase is Phase.RECEIVED

    @pytest.mark.usefixtures("ten")
    def test_a_worker_that_dies_in_between_has_done_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        file = specimen.submitted()
        self._held(file, at(11, 23))

        def dies(*_args: object, **_named: object) -> None:
            casework.act(specimen.clerk_of(file), file.case.pk, commands.Accept())
            raise SystemExit

        with monkeypatch.context() as broken:
            broken.setattr(undo, "_carry_out", dies)
            with pytest.raises(SystemExit):
                undo.carry_out_due(at(11, 24))
        assert specimen.fresh(file).state.phase is Phase.RECEIVED
        assert undo.carry_out_due(at(11, 24)) == 1
        assert specimen.fresh(file).state.phase is Phase.ACCEPTED

    @pytest.mark.usefixtures("ten")
    def test_a_part_granted_is_still_a_part_when_its_seconds_are_over(self) -> None:
        file, who, body, item = _to_decide()
        command = outcome.partly(
            item,
            limits="只限一层，不含二层。",
            reasons="二层没有疏散通道。",
            basis="第三十八条",
            remedies="可以复议。",
        )
        now = timezone.now()
        held = undo.hold(who, file.case.pk, command, "部分准予", body=body, seen=file.state.seq, now=now)
        assert held is not None
        assert undo.carry_out_due(now + timedelta(seconds=10)) == 1
        assert specimen.fresh(file).state.items[item].limits == "只限一层，不含二层。"

    def test_a_town_without_the_ten_seconds_does_it_at_once(self) -> None:
        file = specimen.submitted()
        body = file.state.submission.receiving_body  # type: ignore[union-attr]  # reason: it was submitted
        assert undo.hold(specimen.clerk_of(file), file.case.pk, commands.Accept(), "受理", body=body) is None
        assert specimen.fresh(file).state.phase is Phase.ACCEPTED
        assert isinstance(specimen.fresh(file).events[-1], ev.Dispatched)
