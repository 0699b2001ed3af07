"""Tasks find their people: rules, leave, deputies, changed posts, many at once; what stands against approving many."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest
from django.utils import timezone
from pytest_django import Settings
from tests.usecases import town as specimen

from bancheng.core.casework import ItemStatus, commands
from bancheng.core.catalogue import BatchRule, DispatchRule, StepKind
from bancheng.core.kernel import ProblemsFound
from bancheng.store.models import CaseEvent, CaseTask, Membership, User
from bancheng.usecases import access, apply, batch, dispatching, people, play, posts, undo
from bancheng.usecases import town as town_module
from bancheng.usecases.access import Actor, NotAllowed, NotFound
from bancheng.usecases.casework import CaseFile, act

TODAY = timezone.localdate


@pytest.fixture
def case(town: None) -> CaseFile:
    return specimen.accepted()


def a_task(file: CaseFile) -> CaseTask:
    return CaseTask.objects.filter(case=file.case, state="open", role="reviewer").order_by("id")[0]


def colleague(body: str, name: str, role: str = "reviewer") -> User:
    user = User.objects.create(username=name, display_name=name, is_demo=True)
    Membership.objects.create(user=user, role=role, body=body)
    return user


def with_records(monkeypatch: pytest.MonkeyPatch, **records: dict[str, object]) -> None:
    """The town as if its packs held these records too."""
    loaded = town_module.packs()
    catalogue = msgspec.structs.replace(loaded.catalogue, **records)
    other = msgspec.structs.replace(loaded, catalogue=catalogue)
    for module in (dispatching, batch, posts):
        if hasattr(module, "packs"):
            monkeypatch.setattr(module, "packs", lambda: other)


def rule(body: str, **more: object) -> dict[str, object]:
    return {"r": DispatchRule(key="r", name="谁闲谁办", body=body, **more)}  # type: ignore[arg-type]  # reason: handed through


def fresh(task: CaseTask) -> CaseTask:
    return CaseTask.objects.get(pk=task.pk)


def told(file: CaseFile) -> list[str]:
    return [one.words() for one in specimen.fresh(file).events]


def test_a_rule_gives_an_open_task_to_whoever_has_least_and_says_why(
    case: CaseFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = a_task(case)
    with_records(monkeypatch, dispatch_rules=rule(task.body, steps=(StepKind(task.kind),)))
    assert dispatching.dispatch(timezone.now()) == 1
    given = fresh(task)
    assert (given.state, bool(given.assignee_name)) == ("claimed", True)
    assert any("按规则“谁闲谁办”" in words for words in told(case))
    assert dispatching.dispatch(timezone.now()) == 0


def test_a_condition_on_the_case_and_a_skill_decide_who(
    case: CaseFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = a_task(case)
    able = colleague(task.body, "能手")
    senior = specimen.official("senior", task.body)
    never = rule(task.body, when="false")
    with_records(monkeypatch, dispatch_rules=never)
    assert dispatching.dispatch(timezone.now()) == 0
    people.set_skills(senior, task.body, able.pk, ["食品"])
    with_records(monkeypatch, dispatch_rules=rule(task.body, skills=("食品",)))
    dispatching.dispatch(timezone.now())
    assert fresh(task).assignee == f"user:{able.pk}"


def test_nobody_is_given_their_own_matter(case: CaseFile, monkeypatch: pytest.MonkeyPatch) -> None:
    task = a_task(case)
    applicant = specimen.applicant_of(case)
    Membership.objects.filter(body=task.body, role="reviewer").delete()
    Membership.objects.create(user_id=applicant.user_id, role="reviewer", body=task.body)
    with_records(monkeypatch, dispatch_rules=rule(task.body))
    assert dispatching.dispatch(timezone.now()) == 0
    assert fresh(task).state == "open"


@pytest.fixture
def held(case: CaseFile) -> tuple[CaseTask, Actor]:
    """A task somebody has claimed, and who."""
    task = a_task(case)
    holder = specimen.official("reviewer", task.body)
    act(holder, task.case_id, commands.Claim(step=task.key), body=task.body)
    return fresh(task), holder


def test_tasks_of_the_absent_go_to_the_deputy_and_without_one_to_the_queue(
    held: tuple[CaseTask, Actor], case: CaseFile
) -> None:
    task, holder = held
    other = colleague(task.body, "代理人")
    people.set_deputy(holder, task.body, holder.user_id, other.pk)
    people.enter_absence(holder, holder.user_id, TODAY(), TODAY() + timedelta(days=3), "leave")
    assert dispatching.dispatch(timezone.now()) == 1
    assert fresh(task).assignee == f"user:{other.pk}"
    assert any("由代理人代理人办理" in words for words in told(case))
    people.set_deputy(holder, task.body, holder.user_id, 0)
    people.enter_absence(access.actor_for(other), other.pk, TODAY(), TODAY(), "sick")
    dispatching.dispatch(timezone.now())
    assert (fresh(task).state, fresh(task).assignee) == ("open", "")


def test_an_absence_is_entered_by_the_right_people_for_days_to_come_once(town: None) -> None:
    body = specimen.accepted().state.open_steps[0].plan.bodies[0]
    reviewer, senior = specimen.official("reviewer", body), specimen.official("senior", body)
    clerk = specimen.person("liu")
    day = TODAY()
    with pytest.raises(NotAllowed):
        people.enter_absence(clerk, reviewer.user_id, day, day, "leave")
    for first, last, kind in (
        (None, day, "leave"),
        (day, day - timedelta(days=1), "leave"),
        (date(2020, 1, 1), date(2020, 1, 2), "leave"),
        (day, day, "party"),
    ):
        with pytest.raises(ProblemsFound):
            people.enter_absence(senior, reviewer.user_id, first, last, kind)
    made = people.enter_absence(senior, reviewer.user_id, day, day, "leave")
    with pytest.raises(ProblemsFound):
        people.enter_absence(reviewer, reviewer.user_id, day, day, "leave")
    people.call_off(reviewer, made.pk)
    with pytest.raises(NotFound):
        people.call_off(reviewer, made.pk)
    member = next(one for one in people.team(body, day) if one.user == reviewer.user_id)
    assert not member.away


def test_whoever_loses_a_post_loses_the_task_at_once_and_a_new_colleague_sees_it(
    held: tuple[CaseTask, Actor], case: CaseFile
) -> None:
    task, holder = held
    admin = Actor(id="user:0", name="何管理", user_id=1, roles=frozenset({"administrator"}))
    with pytest.raises(NotAllowed):
        posts.take_post(holder, holder.user_id, "reviewer", task.body)
    posts.take_post(admin, holder.user_id, "reviewer", task.body)
    assert fresh(task).state == "open"
    assert any("已不在本部门任职" in words for words in told(case))
    newcomer = User.objects.create(username="新人", display_name="新人", is_demo=True)
    posts.give_post(admin, newcomer.pk, "reviewer", task.body)
    assert access.visible_cases(access.actor_for(newcomer)).filter(pk=task.case_id).exists()


def test_a_senior_moves_many_tasks_and_each_is_told_of(
    held: tuple[CaseTask, Actor], case: CaseFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    task, holder = held
    second = specimen.accepted()
    other_task = CaseTask.objects.get(case=second.case, key=task.key, body=task.body)
    senior, other = specimen.official("senior", task.body), colleague(task.body, "同事")
    both = [task, other_task]
    with pytest.raises(NotFound):
        dispatching.move_tasks(holder, task.body, both, f"user:{other.pk}", "调整分工")
    moved = dispatching.move_tasks(senior, task.body, both, f"user:{other.pk}", "调整分工")
    assert (moved.done, moved.why) == (2, ())
    again = dispatching.move_tasks(senior, task.body, both, f"user:{other.pk}", "调整分工")
    assert (again.done, len(again.why)) == (0, 2)
    back = dispatching.move_tasks(senior, task.body, [fresh(task)], dispatching.QUEUE, "重新领取")
    assert back.done == 1
    unruled = dispatching.move_tasks(senior, task.body, [fresh(task)], dispatching.RULE, "按规则")
    assert unruled.done == 0
    assert "没有规则" in unruled.why[0]
    with_records(monkeypatch, dispatch_rules=rule(task.body))
    assert dispatching.move_tasks(senior, task.body, [fresh(task)], dispatching.RULE, "按规则").done == 1


# ------------------------------------------------------------------------------------------------ many


def to_decide(monkeypatch: pytest.MonkeyPatch) -> tuple[CaseFile, Actor, BatchRule]:
    """A case whose next task is a decision, who decides, and a rule that covers it."""
    file = specimen.accepted()
    for _scene in play.work(file):
        file = specimen.fresh(file)
        task = CaseTask.objects.filter(case=file.case, kind="decision", state__in=("open", "claimed")).first()
        if task is not None:
            break
    assert task is not None
    item = file.state.steps[task.key].plan.items[0]
    made = BatchRule(key="b", name="简单事项批量准予", body=task.body, items=(item,))
    with_records(monkeypatch, batch_rules={"b": made})
    return file, specimen.official("reviewer", task.body), made


def test_many_are_approved_only_where_nothing_speaks_against_and_each_by_its_own_event(
    town: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, actor, _made = to_decide(monkeypatch)
    found = [one for one in batch.lines(actor, "b") if one.task.case_id == file.case.pk]
    assert len(found) == 1
    line = found[0]
    if line.against:
        assert batch.approve_many(actor, "b", {line.key}).done == 0
        monkeypatch.setattr(batch, "speaks_against", lambda *_: iter(()))
    moved = batch.approve_many(actor, "b", {line.key})
    assert (moved.done, moved.why) == (1, ())
    decided = CaseEvent.objects.filter(case=file.case, kind="ItemDecided").last()
    assert decided is not None
    assert "批量准予" in decided.body
    with pytest.raises(NotFound):
        batch.lines(specimen.person("liu"), "b")


def test_many_approved_wait_their_seconds_and_can_be_taken_back(
    town: None, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.BANCHENG_UNDO_SECONDS = 10
    file, actor, _made = to_decide(monkeypatch)
    monkeypatch.setattr(batch, "speaks_against", lambda *_: iter(()))
    [line] = [one for one in batch.lines(actor, "b") if one.task.case_id == file.case.pk]
    now = timezone.now()
    moved = batch.approve_many(actor, "b", {line.key}, now)
    assert (moved.done, len(moved.held)) == (1, 1)
    assert undo.undo_many(specimen.person("liu"), moved.held) == 0, "not a stranger"
    assert undo.undo_many(actor, moved.held) == 1
    assert undo.carry_out_due(now + timedelta(seconds=11)) == 0
    assert batch.approve_many(actor, "b", {line.key}, now).done == 1, "and anew"
    assert undo.carry_out_due(now + timedelta(seconds=11)) == 1
    assert specimen.fresh(file).state.items[line.item].status is ItemStatus.APPROVED


def test_a_condition_that_is_not_true_keeps_a_case_out_of_the_batch(
    town: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, _actor, made = to_decide(monkeypatch)
    never = msgspec.structs.replace(made, when="false")
    reasons = list(batch.speaks_against(specimen.fresh(file), made.items[0], never, TODAY()))
    assert "不符合本规则的条件" in reasons


def test_the_towns_own_batch_rule_fits_a_small_fair_and_no_large_one(town: None) -> None:
    actor, preparation = play.begin(play.example_of("specimen_festival"))
    assert apply.answer(preparation, {"festival_stalls": ["12"], "festival_area": ["600"]}) == ()
    preparation, _ = play.fill(actor, apply.prepare(actor, preparation.draft))
    file = play.accept(play.hand_in(actor, play.give_papers(actor, preparation)))
    who = specimen.official("reviewer", "yunxi_urban_management")
    for _scene in play.work(file):
        found = batch.lines(who, "stalls_together")
        if found:
            break
    [line] = found
    assert (line.item, line.against) == ("festival_stall_permit", ())
    large = msgspec.structs.replace(line.rule, when="festival_stalls > 20")
    assert batch.covered(large, None)[0].against == ("不符合本规则的条件",)
    moved = batch.approve_many(who, "stalls_together", {line.key})
    assert (moved.done, moved.why) == (1, ())
    assert undo.carry_out_due(timezone.now() + timedelta(minutes=1)) == len(moved.held)
    assert specimen.fresh(file).state.items[line.item].status is ItemStatus.APPROVED
