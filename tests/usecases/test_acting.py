"""The one road by which a case changes: refused commands leave nothing, races lose nothing, edits show."""

import itertools
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone
from tests.usecases import town as specimen

from bancheng.core.casework import (
    CommandRefused,
    Mark,
    MarkKind,
    MarkReason,
    Staff,
    StepOutcome,
    Verdict,
    commands,
    fold,
)
from bancheng.core.casework import events as ev
from bancheng.core.catalogue import StepKind
from bancheng.core.kernel import Fault
from bancheng.store.models import CaseEvent, Membership, Outbox, Paper, ResultDocument, User
from bancheng.usecases import access, casework, play, results
from bancheng.usecases.access import Actor
from bancheng.usecases.casework import CaseFile, Stale

STAFF = (Staff(id="1", name="甲"), Staff(id="2", name="乙"))


def _before_decision(onething: str = specimen.SERIAL) -> tuple[CaseFile, str, str]:
    """A case, an item of it that may be decided now and yields papers, and the deciding body."""
    file = specimen.accepted(onething)
    while True:
        for step in file.state.open_steps:
            item = file.state.items[step.plan.items[0]]
            later = any(file.state.steps[key].plan.kind is StepKind.ISSUE for key in item.steps)
            if step.plan.kind is StepKind.DECISION and item.item.results and not later:
                return file, item.item.key, step.plan.bodies[0]
        file = next(play.work(file)).file


def _traces(file: CaseFile) -> tuple[int, int, int, set[Path]]:
    return (
        CaseEvent.objects.filter(case=file.case).count(),
        Outbox.objects.count(),
        ResultDocument.objects.count(),
        specimen.stored_files(),
    )


@pytest.mark.usefixtures("town")
class TestOneAtATime:
    """Without contention, on both databases."""

    def test_a_refused_command_leaves_no_event_no_file_and_nothing_to_tell(self) -> None:
        file, item, body = _before_decision()
        before = _traces(file)
        wrong = specimen.clerk_of(file)
        with pytest.raises(CommandRefused):
            results.decide_item(wrong, file.case.number, item, Verdict.APPROVE)
        with pytest.raises(CommandRefused):
            results.decide_item(
                specimen.official("reviewer", body), file.case.number, item, Verdict.REFUSE, body=body
            )
        assert _traces(file) == before

    def test_of_several_commands_none_is_done_when_one_is_refused(self) -> None:
        file = specimen.accepted(specimen.PARALLEL)
        actor, body, claim = specimen.claims(file)[0]
        before = _traces(file)
        with pytest.raises(CommandRefused):
            casework.act(actor, file.case.number, [claim, claim], body=body)
        assert _traces(file) == before

    def test_a_page_that_was_overtaken_is_stale(self) -> None:
        file = specimen.accepted(specimen.PARALLEL)
        (actor, body, claim), (other, second, late) = specimen.claims(file)[:2]
        casework.act(actor, file.case.number, claim, body=body, seen=file.state.seq)
        before = _traces(file)
        with pytest.raises(Stale):
            casework.act(other, file.case.number, late, body=second, seen=file.state.seq)
        assert _traces(file) == before
        casework.act(other, file.case.number, late, body=second)

    def test_what_is_written_beside_the_log_comes_with_the_act_or_not_at_all(self) -> None:
        file = specimen.accepted(specimen.PARALLEL)
        (actor, body, claim), (other, second, late) = specimen.claims(file)[:2]

        def breaks(after: CaseFile) -> None:
            Outbox.objects.create(kind="Beside", case=after.case, payload={"seq": after.state.seq})
            raise ValueError("the row beside the log cannot be written")

        before = _traces(file)
        with pytest.raises(ValueError, match="beside"):
            casework.act(actor, file.case.number, claim, body=body, also=breaks)
        assert _traces(file) == before
        seen: list[int] = []
        after = casework.act(
            other, file.case.number, late, body=second, also=lambda case: seen.append(case.state.seq)
        )
        assert seen == [after.state.seq] == [after.case.seq]

    @pytest.mark.parametrize("breaks", ["render", "second paper", "row", "event"])
    def test_a_decision_that_fails_leaves_neither_file_nor_row(
        self, breaks: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file, item, body = _before_decision()
        before = _traces(file)
        actor = specimen.official("reviewer", body)

        def broken(*_: object, **__: object) -> None:
            raise OSError("the disk is full")

        if breaks == "render":
            monkeypatch.setattr(results, "render_result", broken)
        elif breaks == "second paper":
            made = results._paper
            twice = file.state.items[item]
            doubled = type(twice.item)(
                **{
                    name: getattr(twice.item, name)
                    for name in twice.item.__struct_fields__
                    if name != "results"
                },
                results=(*twice.item.results, "x"),
            )
            state = type(twice)(
                **{name: getattr(twice, name) for name in twice.__struct_fields__ if name != "item"},
                item=doubled,
            )
            calls = iter((made, broken))
            monkeypatch.setattr(results, "_paper", lambda *given, **named: next(calls)(*given, **named))
            with pytest.raises(OSError, match="disk"):
                results._papers(file, state, timezone.now(), "")
            assert _traces(file) == before
            return
        elif breaks == "row":
            monkeypatch.setattr(ResultDocument, "save", broken)
        else:
            monkeypatch.setattr(casework, "announce", broken)
        with pytest.raises(OSError, match="disk"):
            results.decide_item(actor, file.case.number, item, Verdict.APPROVE, body=body)
        assert _traces(file) == before
        monkeypatch.undo()
        settings.BANCHENG_DEMO = True
        results.decide_item(actor, file.case.number, item, Verdict.APPROVE, body=body)
        assert ResultDocument.objects.filter(case=file.case, item=item).exists()

    @pytest.mark.parametrize("edit", ["body", "at", "order", "kind", "middle", "end", "version"])
    def test_an_edited_log_is_noticed(self, edit: str) -> None:
        file = specimen.accepted()
        rows = CaseEvent.objects.filter(case=file.case)
        first, second = rows.order_by("seq")[:2]
        edits: dict[str, Callable[[], object]] = {
            "body": lambda: rows.filter(pk=first.pk).update(body=first.body + " "),
            "at": lambda: rows.filter(pk=first.pk).update(at=first.at - timedelta(days=3)),
            "kind": lambda: rows.filter(pk=second.pk).update(kind="Submitted"),
            "middle": lambda: rows.filter(pk=second.pk).delete(),
            "end": lambda: rows.order_by("-seq")[0].delete(),
            "version": lambda: rows.filter(pk=first.pk).update(version=7),
            "order": lambda: [
                rows.filter(pk=first.pk).update(seq=99),
                rows.filter(pk=second.pk).update(seq=1),
                rows.filter(pk=first.pk).update(seq=2),
            ],
        }
        edits[edit]()
        with pytest.raises(Fault):
            specimen.fresh(file)

    def test_rows_at_odds_are_reported_instead_of_tried_for_ever(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = specimen.accepted()
        actor, body, claim = specimen.claims(file)[0]
        tries = itertools.count()

        def odd(*_: object) -> None:
            next(tries)
            raise IntegrityError("two tasks in one place")

        monkeypatch.setattr(casework, "project", odd)
        with pytest.raises(IntegrityError):
            casework.act(actor, file.case.number, claim, body=body)
        assert next(tries) == 1


@pytest.mark.usefixtures("busy_town")
class TestManyAtOnce:
    """Contention, on PostgreSQL."""

    def test_of_many_acts_at_once_none_is_lost_and_the_chain_is_whole(self) -> None:
        file = specimen.submitted(specimen.PARALLEL)
        bodies = [one for one in file.state.bodies if Membership.objects.filter(role="reviewer", body=one)]
        mark = Mark(key="m", kind=MarkKind.FIELD, target="x", reason=MarkReason.WRONG, words="请更正。")
        wishes = [(specimen.official("reviewer", body), body) for body in bodies] * 3
        assert len(wishes) >= 9
        ends = specimen.side_by_side(
            *(
                lambda who=who, body=body: casework.act(
                    who, file.case.number, commands.ProposeMarks(marks=(mark,)), body=body
                )
                for who, body in wishes
            )
        )
        assert [end for end in ends if isinstance(end, Exception)] == []
        after = specimen.fresh(file)
        made = [event for event in after.events if isinstance(event, ev.MarksProposed)]
        assert sorted(event.body for event in made) == sorted(bodies * 3)
        assert after.state == fold(after.events)
        assert after.case.seq == len(after.events) == file.case.seq + len(wishes)

    def test_the_slips_of_many_acts_at_once_have_numbers_without_gap_or_double(self) -> None:
        files = [specimen.submitted() for _ in range(6)]
        clerk = specimen.clerk_of(files[0])
        ends = specimen.side_by_side(
            *(lambda pk=file.case.pk: casework.act(clerk, pk, commands.Accept()) for file in files)
        )
        assert [end for end in ends if isinstance(end, Exception)] == []
        serials = Paper.objects.filter(kind="受").order_by("serial").values_list("serial", flat=True)
        assert list(serials) == [1, 2, 3, 4, 5, 6]

    def test_of_two_who_claim_one_step_one_is_refused(self) -> None:
        file = specimen.accepted()
        actor, body, claim = specimen.claims(file)[0]
        senior = specimen.official("senior", body)
        ends = specimen.side_by_side(
            *(
                lambda who=who: casework.act(who, file.case.number, claim, body=body)
                for who in (actor, senior, actor, senior)
            )
        )
        assert sorted(type(end).__name__ for end in ends) == ["CaseFile", *["CommandRefused"] * 3]
        assert sum(isinstance(event, ev.StepClaimed) for event in specimen.fresh(file).events) == 1

    def test_an_item_decided_twice_at_once_has_one_decision_and_one_set_of_papers(self) -> None:
        file, item, body = _before_decision()
        before = specimen.stored_files()
        actor = specimen.official("reviewer", body)
        ends = specimen.side_by_side(
            *[lambda: results.decide_item(actor, file.case.number, item, Verdict.APPROVE, body=body)] * 3
        )
        assert sorted(type(end).__name__ for end in ends) == ["CaseFile", *["CommandRefused"] * 2]
        papers = ResultDocument.objects.filter(case=file.case, item=item)
        assert papers.count() == len(file.state.items[item].item.results)
        assert len(specimen.stored_files() - before) == papers.count()

    def test_fifty_officials_on_the_same_files_do_each_step_once_and_the_others_are_told_why(self) -> None:
        files = [specimen.accepted(specimen.PARALLEL) for _ in range(3)]
        parts = sorted({body for file in files for _, body, _ in specimen.claims(file)})
        ends = specimen.side_by_side(
            *(
                partial(
                    _everything,
                    _reviewer(number, parts[number % len(parts)]),
                    parts[number % len(parts)],
                    files,
                )
                for number in range(50)
            )
        )
        refusals = [why for end in ends for why in _list(end)]
        assert refusals
        assert all(str(why) for why in refusals), "whoever came second is told why in words"
        for file in files:
            after = specimen.fresh(file)
            done = Counter(
                (type(event).__name__, event.step, event.by.body)
                for event in after.events
                if isinstance(event, ev.StepClaimed | ev.StepReported)
            )
            assert done
            assert set(done.values()) == {1}
            assert after.state == fold(after.events)


def _reviewer(number: int, body: str) -> Actor:
    user = User.objects.create_user(f"reviewer-{number}", display_name=f"示范员{number}")
    Membership.objects.create(user=user, role="reviewer", body=body)
    return access.actor_for(user)


def _everything(actor: Actor, body: str, files: list[CaseFile]) -> list[CommandRefused]:
    """Claim and report whatever there is for the body; what was refused, because somebody else was first."""
    refused = []
    for file in files:
        number = file.case.number
        for key in [one.plan.key for one in file.state.open_steps if body in one.plan.bodies]:
            for command in (
                commands.Claim(step=key),
                commands.CompleteStep(step=key, outcome=StepOutcome.OK, staff=STAFF),
            ):
                try:
                    casework.act(actor, number, command, body=body)
                except CommandRefused as no:
                    refused.append(no)
    return refused


def _list(end: object) -> list[CommandRefused]:
    assert isinstance(end, list), end
    return end
