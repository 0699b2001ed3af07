"""What officials do with a case: the same commands as the pages, one operation each."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from ninja import Path, Router

from bancheng.api import _schemas as out
from bancheng.api import _show
from bancheng.api._auth import actor_of, allow
from bancheng.core.casework import Command, Staff, commands
from bancheng.core.kernel import Place, Problem, ProblemsFound
from bancheng.usecases import results
from bancheng.usecases.bureau import open_file
from bancheng.usecases.casework import act
from bancheng.usecases.counter import issue_notice, open_received

router = Router()
_ANSWERS = {200: out.CaseOut, **dict.fromkeys((401, 403, 404, 409, 422, 429), out.ProblemDocument)}


def _act(request: HttpRequest, number: str, given: out.Act, command: Command) -> out.CaseOut:
    actor = actor_of(request)
    return _show.case(act(actor, number, command, body=given.body, seen=given.seen), actor)


@router.get(
    "/{number}/facts",
    response={200: list[out.FactOut], **dict.fromkeys((401, 403, 404, 429), out.ProblemDocument)},
    summary="The values a body's items need, with the body's own codes",
)
@allow("reviewer", "inspector", "senior")
def facts(request: HttpRequest, number: Path[str]) -> Any:
    """In words, as on the desk: sensitive ones stay masked, and a choice also carries the body's own code."""
    return [asdict(one) for one in open_file(actor_of(request), number).dossier.facts]


@router.post("/{number}/accept", response=_ANSWERS, summary="Accept (受理)")
@allow("clerk")
def accept(request: HttpRequest, number: Path[str], given: out.Act) -> Any:
    """The application is complete and in form."""
    return _act(request, number, given, commands.Accept())


@router.post("/{number}/notice", response=_ANSWERS, summary="Notice of everything to put right (一次性告知)")
@allow("clerk")
def notice(request: HttpRequest, number: Path[str], given: out.NoticeIn) -> Any:
    """One notice for all bodies; a second one needs a senior and a reason."""
    actor = actor_of(request)
    dossier = open_received(actor, number)
    known = {(one.kind, one.target): one for one in dossier.targets}
    unknown = [
        Problem("mark.unknown", "这件事里没有这一项。", Place(path=f"marks/{at}/target"))
        for at, one in enumerate(given.marks)
        if (one.kind, one.target) not in known
    ]
    if unknown:
        raise ProblemsFound(unknown)
    marks = [known[one.kind, one.target].marked(one.reason, one.words, one.name) for one in given.marks]
    return _show.case(issue_notice(actor, dossier, marks, given.reason, given.seen), actor)


@router.post("/{number}/claim", response=_ANSWERS, summary="Claim a step (领办)")
@allow("reviewer", "inspector", "senior")
def claim(request: HttpRequest, number: Path[str], given: out.StepIn) -> Any:
    """I do this step for my body."""
    return _act(request, number, given, commands.Claim(step=given.step))


@router.post("/{number}/report", response=_ANSWERS, summary="Report on a step")
@allow("reviewer", "inspector", "senior")
def report(request: HttpRequest, number: Path[str], given: out.ReportIn) -> Any:
    """What the body found; a shared step is done when all its bodies have reported."""
    staff = tuple(Staff(id=one.id, name=one.name) for one in given.staff)
    command = commands.CompleteStep(
        step=given.step, outcome=given.outcome, findings=given.findings, staff=staff
    )
    return _act(request, number, given, command)


@router.post("/{number}/opinion", response=_ANSWERS, summary="Answer as an asked body (征求意见)")
@allow("reviewer", "senior")
def opinion(request: HttpRequest, number: Path[str], given: out.OpinionIn) -> Any:
    """Agree or object, with words."""
    command = commands.GiveOpinion(step=given.step, answer=given.answer, words=given.words)
    return _act(request, number, given, command)


@router.post("/{number}/decide", response=_ANSWERS, summary="Decide an item (决定)")
@allow("reviewer", "senior")
def decide(request: HttpRequest, number: Path[str], given: out.DecideIn) -> Any:
    """Approve, or refuse with reasons, basis and remedies. An approval makes its papers unless a later step does."""
    actor = actor_of(request)
    file = results.decide_item(
        actor,
        number,
        given.item,
        given.verdict,
        reasons=given.reasons,
        basis=given.basis,
        remedies=given.remedies,
        body=given.body,
        seen=given.seen,
    )
    return _show.case(file, actor)


@router.post("/{number}/issue", response=_ANSWERS, summary="Issue the papers of an item (制证)")
@allow("reviewer", "senior")
def issue(request: HttpRequest, number: Path[str], given: out.IssueIn) -> Any:
    """In the item's issuing step."""
    actor = actor_of(request)
    file = results.issue(actor, number, given.item, body=given.body, seen=given.seen)
    return _show.case(file, actor)
