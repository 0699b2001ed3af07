"""What is kept between two acts: an act reads only what came since, and an edit of log or kept state shows."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings
from tests.usecases import town as specimen

from bancheng.core.casework import commands, fold
from bancheng.core.casework import events as ev
from bancheng.core.kernel import Fault, chain
from bancheng.jobs.sweeps import logs
from bancheng.store.models import AuditEntry, Case, CaseEvent, CaseSnapshot, CaseTask
from bancheng.usecases import casework, kept, play
from bancheng.usecases.casework import CaseFile


@pytest.fixture
def kept_often(town: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every act seals the state, however small the plan."""
    monkeypatch.setattr(kept, "EVERY", 1)
    monkeypatch.setattr(kept, "PER_STEP", 0.0)
    monkeypatch.setattr(kept, "SAMPLE", 0)
    kept.memory.clear()


def _claimed(onething: str = specimen.PARALLEL) -> CaseFile:
    file = specimen.accepted(onething)
    actor, body, claim = specimen.claims(file)[0]
    return casework.act(actor, file.case.number, claim, body=body)


def _release(file: CaseFile) -> CaseFile:
    actor, body, claim = specimen.claims(file)[0]
    return casework.act(actor, file.case.number, commands.Release(step=claim.step), body=body)


@pytest.mark.usefixtures("kept_often")
@pytest.mark.parametrize("where", ["this process", "another process"])
def test_an_act_reads_only_what_came_since(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file = _claimed()
    if where == "another process":
        kept.memory.clear()
    read: list[int] = []
    follow = kept.follow

    def spy(case: Case, rows: list[CaseEvent], *rest: object) -> str:
        read.extend(row.seq for row in rows)
        return follow(case, rows, *rest)  # type: ignore[arg-type]  # reason: passed on as they came

    monkeypatch.setattr(kept, "follow", spy)
    after = _release(file)
    assert read == []
    assert after.state == fold(after.events)


@pytest.mark.usefixtures("kept_often")
def test_a_whole_case_kept_at_every_act_ends_as_its_fold(monkeypatch: pytest.MonkeyPatch) -> None:
    resume = kept.resume

    def forgetful(case: Case) -> kept.Kept:
        kept.memory.clear()
        return resume(case)

    monkeypatch.setattr(kept, "resume", forgetful)
    file = play.whole(specimen.SERIAL)
    assert file.state == fold(file.events)
    assert file.state.phase in kept.ENDED_PHASES
    assert not CaseSnapshot.objects.exists(), "an ended case is folded when somebody asks"


@pytest.mark.usefixtures("kept_often")
@pytest.mark.parametrize("edit", ["state", "seal", "seq", "head", "another"])
def test_an_edited_kept_state_is_noticed(edit: str) -> None:
    file = _claimed()
    other = _claimed(specimen.SERIAL)
    kept.memory.clear()
    row = CaseSnapshot.objects.get(case=file.case)
    row.state = bytes(row.state)
    if edit == "state":
        wrong = commands_state(row)
        row.state = wrong
    elif edit == "seal":
        row.seal = "0" * 64
    elif edit == "seq":
        row.seq -= 1
    elif edit == "head":
        row.head = "0" * 64
    else:
        twin = CaseSnapshot.objects.get(case=other.case)
        row.state, row.seq, row.head, row.seal = bytes(twin.state), twin.seq, twin.head, twin.seal
    row.save()
    with pytest.raises(Fault):
        specimen.fresh(file)
    with pytest.raises(Fault):
        _release(file)
    with pytest.raises(Fault):
        casework.reproject(file.case.pk)
    assert logs.sweep(timezone.now()) == 2
    assert AuditEntry.objects.get(act="case.broken").object == f"case:{file.case.pk}"


def commands_state(row: CaseSnapshot) -> bytes:
    """The kept state with its steps done."""
    state = kept.decode_state(bytes(row.state))
    return kept.encode_state(fold((), type(state)(seq=state.seq, phase=state.phase)))


@pytest.mark.usefixtures("kept_often")
def test_a_log_written_anew_with_sound_hashes_is_noticed() -> None:
    file = _claimed()
    previous = ""
    for row in CaseEvent.objects.filter(case=file.case).order_by("seq"):
        body = row.body.replace("2026", "2025")
        link = chain(previous, [row.seq, row.kind, body])
        at = row.at if body == row.body else row.at - timedelta(days=365)
        CaseEvent.objects.filter(pk=row.pk).update(body=body, previous=previous, hash=link, at=at)
        previous = link
    kept.memory.clear()
    with pytest.raises(Fault):
        _release(file)


@pytest.mark.usefixtures("kept_often")
@pytest.mark.parametrize("change", ["shape", "key"])
def test_a_state_of_another_shape_or_key_is_not_read_and_the_log_is_folded(
    change: str, settings: Settings
) -> None:
    file = _claimed()
    kept.memory.clear()
    if change == "shape":
        CaseSnapshot.objects.update(mark="0" * 64, state=b"of another program")
    else:
        settings.SECRET_KEY = "another key of the deployment"
        kept.mark.cache_clear()
    try:
        after = _release(file)
        assert after.state == fold(after.events)
        assert CaseSnapshot.objects.get(case=file.case).mark == kept.mark()
    finally:
        kept.mark.cache_clear()


@pytest.mark.usefixtures("kept_often")
def test_some_acts_check_the_whole_log(monkeypatch: pytest.MonkeyPatch) -> None:
    file = _claimed()
    first = CaseEvent.objects.get(case=file.case, seq=1)
    CaseEvent.objects.filter(pk=first.pk).update(body=first.body + " ")
    monkeypatch.setattr(kept, "SAMPLE", 256)
    with pytest.raises(Fault):
        _release(file)


@pytest.mark.usefixtures("kept_often")
@pytest.mark.parametrize("where", ["this process", "another process"])
def test_only_what_changed_is_written(where: str) -> None:
    file = _claimed()
    if where == "another process":
        kept.memory.clear()
    CaseTask.objects.filter(case=file.case).update(assignee_name="untouched")
    done: list[Callable[[], object]] = [lambda: _release(file)]
    done[0]()
    touched = CaseTask.objects.filter(case=file.case).exclude(assignee_name="untouched")
    if where == "this process":
        assert [task.state for task in touched] == ["open"]
    else:
        # Nothing is known of the rows: they are compared, and put right.
        assert touched.count() == CaseTask.objects.filter(case=file.case).count()


@pytest.mark.usefixtures("kept_often")
def test_an_act_that_is_given_up_leaves_nothing_behind_in_memory() -> None:
    from django.db import transaction

    file = _claimed()
    with transaction.atomic():
        _release(file)
        transaction.set_rollback(True)
    assert specimen.fresh(file).state == file.state
    after = _release(file)
    assert isinstance(after.events[-1], ev.StepReleased)
    assert after.state == fold(after.events)
