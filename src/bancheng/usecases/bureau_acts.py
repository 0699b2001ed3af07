"""What officials of a bureau do with a file. Each act goes the one road, for the body that has the part in the case."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bancheng.core.casework import (
    AskedAnswer,
    Check,
    CommandRefused,
    Level,
    Mark,
    Opinion,
    Phase,
    Staff,
    StepOutcome,
    commands,
)
from bancheng.core.clock import PauseReason
from bancheng.store.models import CaseTask
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.bureau import MyStep, Work, colleagues
from bancheng.usecases.casework import CaseFile, Stale, act
from bancheng.usecases.results import issue


def claim(actor: Actor, work: Work, step: str, seen: int | None = None) -> CaseFile:
    """I do this.

    Raises:
        CommandRefused: a colleague has it, or it is over.
        Stale: the case has moved.
    """
    return _act(actor, work, commands.Claim(step=step), work.step(step).body, seen)


def give_back(
    actor: Actor, work: Work, step: str, reason: str = "", to: str = "", seen: int | None = None
) -> CaseFile:
    """Give a step back for anyone, or hand it to the colleague `to` of the same body.

    Raises:
        CommandRefused: it is somebody else's and the actor is no senior, or gives no reason.
        NotFound: no such colleague.
    """
    mine = work.step(step)
    colleague = next((one for one in colleagues(mine.body) if one.id == to), None)
    if to and colleague is None:
        raise NotFound("colleague")
    return _act(actor, work, commands.Release(step=step, reason=reason, to=colleague), mine.body, seen)


def give_opinion(
    actor: Actor,
    work: Work,
    step: str,
    answer: Opinion,
    words: str,
    answers: Sequence[AskedAnswer] = (),
    seen: int | None = None,
) -> CaseFile:
    """An asked body answers, with what it says to the step's questions.

    Raises:
        CommandRefused: an objection without words, a question left out, or answered before.
    """
    command = commands.GiveOpinion(step=step, answer=answer, words=words, answers=tuple(answers))
    return _act(actor, work, command, _asked(work, step).body, seen)


def _asked(work: Work, step: str) -> MyStep:
    found = next((one for one in work.steps if one.key == step and one.asked), None)
    if found is None:
        raise NotFound("step")
    return found


def report(
    actor: Actor,
    work: Work,
    step: str,
    outcome: StepOutcome,
    *,
    findings: str = "",
    checks: Sequence[Check] = (),
    staff: Sequence[Staff] = (),
    seen: int | None = None,
) -> CaseFile:
    """A body reports what it found in its step.

    Raises:
        CommandRefused: no findings, too few inspectors, opinions still awaited, or a colleague's step.
    """
    command = commands.CompleteStep(
        step=step, outcome=outcome, findings=findings, checks=tuple(checks), staff=tuple(staff)
    )
    mine = next((one for one in work.steps if one.key == step and not one.asked), None)
    if mine is None:
        raise NotFound("step")
    return _act(actor, work, command, mine.body, seen)


def make_results(actor: Actor, work: Work, step: str, item: str, seen: int | None = None) -> CaseFile:
    """Make the papers of an approved item in its issuing step.

    Raises:
        CommandRefused: not approved, or made before.
    """
    return issue(actor, work.dossier.case.pk, item, body=work.step(step).body, seen=seen)


def mark(
    actor: Actor, work: Work, body: str, marks: Sequence[Mark], reason: str = "", seen: int | None = None
) -> CaseFile:
    """Before acceptance: propose marks for the window's one notice. After it: ask the applicant for more.

    Raises:
        CommandRefused: marks without words, or a supplement still unanswered.
    """
    if work.dossier.state.phase is Phase.RECEIVED:
        return _act(actor, work, commands.ProposeMarks(marks=tuple(marks)), body, seen)
    return _act(actor, work, commands.AskSupplement(marks=tuple(marks), reason=reason), body, seen)


def cancel_notice(actor: Actor, work: Work, number: int, reason: str, seen: int | None = None) -> CaseFile:
    """A senior takes back what their body asked of the applicant, so that the file can go on.

    Raises:
        CommandRefused: not a senior, or no reason.
        NotFound: not a notice of theirs.
    """
    notice = next((one for one in work.notices if one.number == number), None)
    if notice is None or notice.body not in work.dossier.bodies:
        raise NotFound("notice")
    return _act(actor, work, commands.CancelNotice(number=number, reason=reason), notice.body, seen)


def claim_many(actor: Actor, tasks: Collection[CaseTask]) -> tuple[int, tuple[str, ...]]:
    """Claim several tasks at once: how many, and for each that could not be claimed its number and why.

    One that fails keeps none of the others back.
    """
    done, why = 0, []
    for task in tasks:
        number = task.case.number
        try:
            act(actor, task.case_id, commands.Claim(step=task.key), body=task.body)
        except CommandRefused as no:
            why.append(f"{number}：{no}")
        except Stale:
            why.append(f"{number}：这份办件刚有了新进展。")
        else:
            done += 1
    return done, tuple(why)


def pause(
    actor: Actor,
    work: Work,
    item: str,
    reason: PauseReason,
    max_days: int,
    words: str,
    procedure: str = "",
    seen: int | None = None,
) -> CaseFile:
    """Stop an item's clock for a lawful reason (art. 45), or a special procedure registered for it.

    Raises:
        CommandRefused: no lawful reason, no maximum, or stopped already.
    """
    command = commands.Pause(item=item, reason=reason, max_days=max_days, words=words, procedure=procedure)
    return _act(actor, work, command, body_for(work, item), seen)


def resume(actor: Actor, work: Work, number: int, seen: int | None = None) -> CaseFile:
    """The reason of a pause has ended.

    Raises:
        CommandRefused: there is no such running pause of theirs.
    """
    found = next((one for one in work.dossier.state.pauses if one.number == number), None)
    body = body_for(work, found.item) if found else ""
    return _act(actor, work, commands.Resume(number=number), body, seen)


def extend(actor: Actor, work: Work, item: str, days: int, reason: str, seen: int | None = None) -> CaseFile:
    """More time for an item, once, by the head of its body (art. 42).

    Raises:
        CommandRefused: not the head, too many days, or extended before.
    """
    command = commands.Extend(level=Level.ITEM, item=item, days=days, reason=reason)
    return _act(actor, work, command, body_for(work, item), seen)


def acknowledge(actor: Actor, work: Work, number: int, words: str, seen: int | None = None) -> CaseFile:
    """I have seen this warning, and this is what is being done.

    Raises:
        CommandRefused: seen before.
        NotFound: not a warning of theirs.
    """
    alarm = next((one for one in work.alarms if one.number == number), None)
    if alarm is None:
        raise NotFound("warning")
    body = next(one for one in alarm.receivers if one in work.dossier.bodies)
    return _act(actor, work, commands.Acknowledge(number=number, words=words), body, seen)


def body_for(work: Work, item: str) -> str:
    """For which of the actor's bodies an act about an item is done: the item's own, else one with a step in it."""
    state, bodies = work.dossier.state, work.dossier.bodies
    one = state.items.get(item)
    if one is not None and one.item.body in bodies:
        return one.item.body
    steps = [state.steps[key] for key in one.steps] if one else []
    return next(
        (body for step in steps for body in step.plan.bodies if body in bodies), next(iter(sorted(bodies)))
    )


def _act(actor: Actor, work: Work, command: commands.Command, body: str, seen: int | None) -> CaseFile:
    return act(actor, work.dossier.case.pk, command, body=body, seen=seen)
