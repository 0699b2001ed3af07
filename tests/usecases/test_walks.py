"""Whole cases through the use cases: what lists show is what the events say, after each of them."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.usecases import town as specimen

from bancheng.core.casework import (
    Mark,
    MarkKind,
    MarkReason,
    Phase,
    Verdict,
    WithdrawReason,
    commands,
)
from bancheng.core.casework import events as ev
from bancheng.core.catalogue import StepKind
from bancheng.store.models import Case, CaseBody, CaseTask
from bancheng.usecases import casework, play, results
from bancheng.usecases.casework import CaseFile
from bancheng.usecases.projection import project

pytestmark = pytest.mark.usefixtures("town")


def _rows(case: Case) -> list[Any]:
    columns = Case.objects.filter(pk=case.pk).values()[0]
    tasks = CaseTask.objects.filter(case=case).order_by("key", "body").values()
    bodies = CaseBody.objects.filter(case=case).order_by("body").values("body", "state")
    return [columns, [{key: one[key] for key in one if key != "id"} for one in tasks], list(bodies)]


def _as_rebuilt(file: CaseFile) -> None:
    """Lists as they were kept up event by event are those folded at once from nothing."""
    kept = _rows(file.case)
    CaseTask.objects.filter(case=file.case).delete()
    CaseBody.objects.filter(case=file.case).delete()
    Case.objects.filter(pk=file.case.pk).update(status="", due_on=None, attention_on=None, lead="", seq=0)
    casework.reproject(file.case.pk)
    assert _rows(file.case) == kept


@pytest.mark.parametrize("onething", [specimen.SERIAL, specimen.PARALLEL, specimen.LONG])
def test_lists_follow_every_event_of_a_whole_case(onething: str) -> None:
    file = specimen.submitted(onething)
    _as_rebuilt(file)
    file = play.accept(file)
    _as_rebuilt(file)
    for scene in play.work(file):
        file = scene.file
        _as_rebuilt(file)
    assert Case.objects.get(pk=file.case.pk).status == Phase.FINISHED.value
    assert not CaseTask.objects.filter(case=file.case).exclude(state="done").exists()


def test_a_body_finds_each_of_its_open_steps_in_its_list() -> None:
    file = specimen.accepted(specimen.PARALLEL)
    expected = {
        (step.plan.key, body)
        for step in file.state.open_steps
        for body in (*step.plan.bodies, *step.plan.asks)
    }
    listed = CaseTask.objects.filter(case=file.case, state="open").values_list("key", "body")
    assert set(listed) == expected != set()


def test_lists_follow_a_supplement_and_its_answer() -> None:
    file = specimen.submitted()
    field = next(one for one in file.case.forms.get().values)
    mark = Mark(
        key="m1",
        kind=MarkKind.FIELD,
        target=field,
        reason=MarkReason.WRONG,
        words="请按门牌填写。",
        name="地址",
    )
    file = casework.act(specimen.clerk_of(file), file.case.number, commands.IssueNotice(marks=(mark,)))
    assert CaseTask.objects.get(case=file.case, key="intake").state == "waiting"
    _as_rebuilt(file)
    from bancheng.core.casework import Answer

    answer = commands.AnswerNotice(number=1, answers=(Answer(mark="m1"),), form_digest=file.state.form_digest)
    file = casework.act(specimen.applicant_of(file), file.case.number, answer)
    assert CaseTask.objects.get(case=file.case, key="intake").state == "open"
    _as_rebuilt(file)


def test_lists_follow_a_refusal_by_one_body_of_several() -> None:
    file = specimen.accepted(specimen.SERIAL)
    needed = {key for one in file.state.items.values() for key in one.item.requires}
    refused = ""
    while not refused:
        deciding = (one for one in file.state.open_steps if one.plan.kind is StepKind.DECISION)
        step = next((one for one in deciding if not needed & set(one.plan.items)), None)
        if step is None:
            file = next(play.work(file)).file
            continue
        refused, body = step.plan.items[0], step.plan.bodies[0]
        file = results.decide_item(
            specimen.official("reviewer", body),
            file.case.number,
            refused,
            Verdict.REFUSE,
            reasons="选址不符合要求",
            basis="示范规定第一条",
            remedies="可以在六十日内申请行政复议。",
            body=body,
        )
        _as_rebuilt(file)
    for scene in play.work(file):
        file = scene.file
        _as_rebuilt(file)
    assert file.state.phase is Phase.FINISHED
    assert {one.status.value for one in file.state.items.values()} >= {"approved", "refused"}
    assert not file.case.results.filter(item=refused).exists()


def test_lists_follow_a_withdrawal() -> None:
    file = specimen.accepted(specimen.PARALLEL)
    file = casework.act(
        specimen.applicant_of(file), file.case.number, commands.Withdraw(reason=WithdrawReason.LATER)
    )
    _as_rebuilt(file)
    assert not CaseTask.objects.filter(case=file.case).exclude(state="done").exists()
    assert Case.objects.get(pk=file.case.pk).finished_at is not None


def test_rebuilding_twice_changes_nothing_and_drops_what_no_event_tells() -> None:
    file = specimen.accepted()
    kept = _rows(file.case)
    CaseBody.objects.create(case=file.case, body="traffic_police", state="open")
    assert casework.rebuild() == 1
    assert _rows(file.case) == kept
    assert casework.rebuild() == 1
    assert _rows(file.case) == kept


def test_projecting_costs_the_same_number_of_queries_for_many_parts_as_for_few() -> None:
    counts = []
    for onething in (specimen.SERIAL, specimen.PARALLEL):
        file = specimen.accepted(onething)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            project(file.case, file.state)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8


def test_acting_costs_a_bounded_number_of_queries() -> None:
    file = specimen.accepted(specimen.PARALLEL)
    actor, body, claim = specimen.claims(file)[0]
    with CaptureQueriesContext(connection) as seen:
        casework.act(actor, file.case.number, claim, body=body)
    assert len(seen) <= 16


def test_no_event_message_or_task_holds_what_the_applicant_typed_or_is_called() -> None:
    file = play.whole(specimen.SERIAL)
    party = file.case.party
    stored = file.case.forms.get().values
    secrets = {
        str(value) for key, value in stored.items() if key.endswith(("_id", "phone", "name", "manager"))
    }
    secrets |= {party.name, party.number, specimen.applicant_of(file).name}
    secrets = {one for one in secrets if len(one) > 1}
    assert len(secrets) > 3
    told = [str(row) for row in file.case.events.values_list("body", "actor", "actor_name")]
    told += [str(row) for row in CaseTask.objects.filter(case=file.case).values_list("name", "assignee_name")]
    from bancheng.store.models import Outbox

    told += [str(row.payload) for row in Outbox.objects.all()]
    assert [(secret, text) for secret in secrets for text in told if secret in text] == []
    assert isinstance(file.events[0], ev.Submitted)
