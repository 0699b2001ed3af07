"""The window's tasks find their people by rule, as the offices' do; who is away gets none and keeps none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.usecases import town as specimen
from tests.usecases.test_people import TODAY, colleague, fresh, rule, told, with_records

from bancheng.core.casework import CommandRefused, MarkKind, MarkReason, commands, delivery_due
from bancheng.core.catalogue import DispatchRule, TaskKind
from bancheng.store.models import CaseTask, Membership, User
from bancheng.usecases import access, casework, counter, counter_desk, dispatching, office_rules, people, play
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.casework import CaseFile, load
from bancheng.usecases.examining import MarkTarget
from bancheng.usecases.town import packs
from bancheng.usecases.upkeep import run_due_cases

pytestmark = pytest.mark.usefixtures("town")
NOW = timezone.now


@pytest.fixture
def case() -> CaseFile:
    return specimen.submitted()


def intake(file: CaseFile) -> CaseTask:
    return CaseTask.objects.get(case=file.case, kind="intake")


def clerks(body: str) -> tuple[Actor, Actor]:
    """Two people of this window and nobody else."""
    Membership.objects.filter(role="clerk", body=body).exclude(user__username="clerk").delete()
    first = Membership.objects.filter(role="clerk", body=body).select_related("user").get().user
    return access.actor_for(first), access.actor_for(colleague(body, "李窗", "clerk"))


def test_what_was_received_goes_to_a_clerk_with_the_skill_and_least_in_hand(
    case: CaseFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = intake(case)
    first, second = clerks(task.body)
    with_records(monkeypatch, dispatch_rules=rule(task.body, steps=(TaskKind.REVIEW,)))
    assert dispatching.dispatch(NOW()) == 0, "a rule of reviewers says nothing about the window"
    with_records(monkeypatch, dispatch_rules=rule(task.body, steps=(TaskKind.INTAKE,), when="false"))
    assert dispatching.dispatch(NOW()) == 0
    able = specimen.official("senior", task.body)
    people.set_skills(able, task.body, second.user_id, ["餐饮"])
    ruled = rule(task.body, steps=(TaskKind.INTAKE,), skills=("餐饮",))
    with_records(monkeypatch, dispatch_rules=ruled)
    assert dispatching.dispatch(NOW()) == 1
    assert (fresh(task).state, fresh(task).assignee) == ("claimed", second.id)
    assert any("“收件审查”交李窗办理：按规则“谁闲谁办”" in words for words in told(case))
    with pytest.raises(CommandRefused, match="由李窗办理"):
        casework.act(first, case.case.number, commands.Accept(), body=task.body)

    # Load: the next one, without a skill asked for, goes to the other.
    with_records(monkeypatch, dispatch_rules=rule(task.body, steps=(TaskKind.INTAKE,)))
    other = specimen.submitted()
    assert dispatching.dispatch(NOW()) == 1
    assert intake(other).assignee == first.id


def test_answers_to_a_notice_come_back_to_who_gave_it_and_go_on_when_they_are_away(
    case: CaseFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = intake(case)
    first, second = clerks(task.body)
    with_records(monkeypatch, dispatch_rules=rule(task.body))
    counter_desk.claim(first, case.case.number, task.body, "intake")
    paper = next(iter(case.state.materials))
    mark = MarkTarget(MarkKind.MATERIAL, paper, "某项").marked(MarkReason.MISSING, "请补")
    casework.act(first, case.case.number, commands.IssueNotice(marks=(mark,)), body=task.body)
    assert (fresh(task).state, fresh(task).assignee) == ("waiting", first.id)
    people.enter_absence(first, first.user_id, TODAY(), TODAY() + timedelta(days=2), "leave")
    assert dispatching.dispatch(NOW()) == 0, "while the applicant has it, nobody has to do anything"
    senior = specimen.official("senior", task.body)
    cancel = commands.CancelNotice(number=1, reason="已补齐")
    casework.act(senior, case.case.number, cancel, body=task.body)
    assert (fresh(task).state, fresh(task).assignee) == ("claimed", first.id)
    assert dispatching.dispatch(NOW()) == 1
    assert fresh(task).assignee == second.id
    later = specimen.submitted()
    dispatching.dispatch(NOW())
    assert intake(later).assignee == second.id, "whoever is away gets none"


def test_the_deputy_stands_in_only_for_what_their_role_may_do(case: CaseFile) -> None:
    task = intake(case)
    first, second = clerks(task.body)
    counter_desk.claim(first, case.case.number, task.body, "intake")
    reviewer = colleague(task.body, "审查员", "reviewer")
    people.set_deputy(first, task.body, first.user_id, reviewer.pk)
    people.enter_absence(first, first.user_id, TODAY(), TODAY(), "sick")
    assert dispatching.dispatch(NOW()) == 1
    assert (fresh(task).state, fresh(task).assignee) == ("open", "")
    counter_desk.claim(second, case.case.number, task.body, "intake")
    people.set_deputy(second, task.body, second.user_id, specimen.person("clerk").user_id)
    senior = specimen.official("senior", task.body)
    moved = dispatching.move_tasks(senior, task.body, [fresh(task)], f"user:{reviewer.pk}", "调整")
    assert (moved.done, "岗位不能办" in moved.why[0]) == (0, True)
    Membership.objects.filter(user=second.user_id, role="clerk").delete()
    assert dispatching.return_of_the_gone(task.body, second.id) == 1
    assert fresh(task).state == "open"


def test_the_queue_tells_mine_from_the_windows_and_a_colleague_takes_over_with_a_reason(
    case: CaseFile,
) -> None:
    task = intake(case)
    first, second = clerks(task.body)
    assert counter_desk.claim_many(first, [task.pk, 10**9]) == (1, ())

    def listed(who: Actor, whose: str) -> bool:
        return counter.queue(who, whose=whose).filter(pk=task.pk).exists()

    assert [listed(first, one) for one in counter.WHOSE] == [True, False, True]
    assert [listed(second, one) for one in counter.WHOSE] == [False, False, True]
    assert counter.today(first).mine == 1
    assert counter.today(second).to_judge == counter.today(first).to_judge
    with pytest.raises(CommandRefused, match="接手"):
        counter_desk.release(second, case.case.number, task.body, "intake", to=second.id)
    taken = "申请人在我的窗口"
    counter_desk.release(second, case.case.number, task.body, "intake", reason=taken, to=second.id)
    assert fresh(task).assignee == second.id
    with pytest.raises(NotFound):
        counter_desk.release(second, case.case.number, task.body, "intake", to="user:0")
    counter_desk.release(second, case.case.number, "", "intake")
    assert fresh(task).state == "open"
    assert counter_desk.claim_many(specimen.person("market_reviewer"), [task.pk]) == (0, ())


def test_a_late_delivery_is_given_to_a_person_too(monkeypatch: pytest.MonkeyPatch) -> None:
    file = load(play.whole(specimen.SERIAL).case)
    waiting = next(one for one in file.state.items.values() if one.delivered is None)
    due = delivery_due(file.state, waiting, packs().calendar)
    assert due is not None
    then = NOW() + timedelta(days=(due.date - TODAY()).days + 1)
    run_due_cases(then)
    task = CaseTask.objects.get(case=file.case, key="delivery/1")
    clerks(task.body)
    of_another = rule(task.body, steps=(TaskKind.DELIVERY,), items=("no_such_item",))
    with_records(monkeypatch, dispatch_rules=of_another)
    assert dispatching.dispatch(then) == 0, "another item's result is late"
    with_records(monkeypatch, dispatch_rules=rule(task.body, steps=(TaskKind.DELIVERY,)))
    assert dispatching.dispatch(then) >= 1
    holder = access.actor_for(User.objects.get(pk=fresh(task).assignee.removeprefix("user:")))
    assert counter.queue(holder, "delivery", whose="mine").filter(pk=task.pk).exists()
    assert counter.today(holder, then).late_deliveries >= 1


def test_a_rule_tells_beforehand_who_would_get_each_task(
    case: CaseFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, second = intake(case), specimen.submitted()
    first, other = clerks(task.body)
    tried = DispatchRule(key="new", name="新规则", body=task.body, steps=(TaskKind.INTAKE,), rank=50)
    seen = office_rules.foresee(tried, NOW())
    assert seen is not None
    names = dict(seen.lines)
    told_of = [names[one.case.number] for one in (case, second)]
    assert all("会交给" in words and "按规则“新规则”" in words for words in told_of)
    assert {first.name, other.name} == {name for name in (first.name, other.name) if name in str(told_of)}
    earlier = DispatchRule(key="old", name="老规则", body=task.body, rank=1, pick=tried.pick)
    with_records(monkeypatch, dispatch_rules={"old": earlier})
    seen = office_rules.foresee(tried, NOW())
    assert seen is not None
    assert "先合另一条规则" in dict(seen.lines)[case.case.number]
    with_records(monkeypatch, dispatch_rules={})
    nobody = office_rules.foresee(DispatchRule(key="n", name="没人", body=task.body, skills=("无",)), NOW())
    assert nobody is not None
    assert "没有人可办" in dict(nobody.lines)[case.case.number]
    assert not CaseTask.objects.filter(kind="intake", state="claimed").exists(), "nothing was given"
