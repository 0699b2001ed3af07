"""Whatever people, officials and time do in whatever order, the tables tell what the rules tell."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import Phase as Stage
from hypothesis import strategies as st
from tests.usecases import town as specimen

from bancheng.core.casework import (
    Answer,
    CommandRefused,
    Delivery,
    Mark,
    MarkKind,
    MarkReason,
    Phase,
    Staff,
    StepOutcome,
    StepState,
    Verdict,
    WithdrawReason,
    commands,
    fold,
)
from bancheng.core.casework import events as ev
from bancheng.core.catalogue import StepKind
from bancheng.store.models import Case, CaseBody, CaseTask, Message, Outbox, ResultDocument
from bancheng.usecases import casework, play, results, submission, upkeep
from bancheng.usecases.access import Actor
from bancheng.usecases.casework import CaseFile
from bancheng.usecases.exchange_routes import EXCHANGE
from bancheng.usecases.telling import FOR_OFFICIALS

START = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
MARK = Mark(key="m", kind=MarkKind.FIELD, target="premises_name", reason=MarkReason.WRONG, words="请更正。")
TWO = (Staff(id="a", name="甲"), Staff(id="b", name="乙"))
Move = Callable[[], object]


def _moves(file: CaseFile, now: datetime) -> Iterator[Move]:
    """What somebody could try now; some of it the rules refuse."""
    number, state = file.case.number, file.state
    person, clerk = specimen.applicant_of(file), specimen.clerk_of(file)
    yield lambda: casework.act(clerk, number, commands.Accept(), now=now)
    yield lambda: casework.act(clerk, number, commands.IssueNotice(marks=(MARK,)), now=now)
    yield lambda: casework.act(person, number, commands.Rate(level=5), now=now)
    yield lambda: casework.act(person, number, commands.Deliver(way=Delivery.ONLINE), now=now)
    for notice in state.open_notices:
        answer = commands.AnswerNotice(
            number=notice.number,
            answers=tuple(Answer(mark=mark.key) for mark in notice.unanswered),
            form_digest=state.form_digest,
        )
        yield lambda answer=answer: casework.act(person, number, answer, now=now)
    for step in state.open_steps:
        yield from _work(file, step.plan.key, now)
    if state.phase is not Phase.RECEIVED:
        withdraw = commands.Withdraw(reason=WithdrawReason.LATER)
        yield lambda: casework.act(person, number, withdraw, now=now)


def _work(file: CaseFile, key: str, now: datetime) -> Iterator[Move]:
    step = file.state.steps[key]
    role = "inspector" if step.plan.kind is StepKind.INSPECTION else "reviewer"
    for body in step.plan.bodies:
        yield from _part(file, step, play.official(role, body), body, now)


def _part(file: CaseFile, step: StepState, who: Actor, body: str, now: datetime) -> Iterator[Move]:
    number, key, item = file.case.number, step.plan.key, step.plan.items[0]
    report = commands.CompleteStep(step=key, outcome=StepOutcome.OK, staff=TWO)
    refusal = {"reasons": "不合要求", "basis": "示范规定", "remedies": "可以申请行政复议。"}
    yield lambda: casework.act(who, number, commands.Claim(step=key), body=body, now=now)
    if step.plan.kind is StepKind.DECISION:
        for verdict, words in ((Verdict.APPROVE, {}), (Verdict.APPROVE, {}), (Verdict.REFUSE, refusal)):
            yield partial(results.decide_item, who, number, item, verdict, body=body, now=now, **words)
    elif step.plan.kind is StepKind.ISSUE:
        yield lambda: results.issue(who, number, item, body=body, now=now)
    else:
        for _ in range(2):
            yield lambda: casework.act(who, number, report, body=body, now=now)


TASK = ("key", "body", "kind", "role", "state", "due_on", "done_at")


def _tables(case: Case) -> tuple[object, ...]:
    tasks = CaseTask.objects.filter(case=case).order_by("key", "body")
    return (
        Case.objects.filter(pk=case.pk).values()[0],
        [
            [getattr(task, name) for name in ("key", "body", "kind", "role", "state", "due_on", "done_at")]
            for task in tasks
        ],
        list(CaseBody.objects.filter(case=case).order_by("body").values_list("body", "state")),
    )


@pytest.mark.usefixtures("town")
@settings(
    max_examples=4,
    deadline=None,
    # A failing walk is short enough to read; making it shorter takes minutes.
    phases=(Stage.explicit, Stage.reuse, Stage.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    onething=st.sampled_from([specimen.SERIAL, specimen.PARALLEL]),
    choices=st.lists(st.tuples(st.integers(0, 999), st.integers(0, 60)), min_size=10, max_size=30),
)
def test_tables_tell_what_the_rules_tell(onething: str, choices: list[tuple[int, int]]) -> None:
    with transaction.atomic():
        file = submission.submit(*specimen.draft(onething), declared=True, now=START)
        now = START
        for choice, hours in choices:
            now += timedelta(hours=hours)
            moves = list(_moves(file, now))
            before = file.state.seq
            try:
                moves[choice % len(moves)]()
            except CommandRefused:
                assert specimen.fresh(file).state.seq == before
            upkeep.run_due_cases(now)
            upkeep.deliver_messages(now)
            file = specimen.fresh(file)
            assert file.state == fold(file.events)
            assert file.case.status == file.state.phase.value
        kept = _tables(file.case)
        CaseTask.objects.filter(case=file.case).delete()
        CaseBody.objects.filter(case=file.case).delete()
        casework.reproject(file.case.pk)
        assert _tables(file.case) == kept
        issued = {
            str(pk) for pk in ResultDocument.objects.filter(case=file.case).values_list("pk", flat=True)
        }
        assert issued == {
            paper.file_ref
            for event in file.events
            if isinstance(event, ev.ItemDecided | ev.ResultIssued)
            for paper in event.results
        }
        assert not Outbox.objects.filter(done_at=None).exclude(kind=EXCHANGE).exists()
        told = Message.objects.filter(case=file.case, user=file.case.applicant_id)
        assert told.count() == Outbox.objects.exclude(kind__in=[EXCHANGE, *FOR_OFFICIALS]).count()
        transaction.set_rollback(True)
