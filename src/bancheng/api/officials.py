"""What officials do with a case: the same commands as the pages, one operation each."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from ninja import Path, Router

from bancheng.api import _schemas as out
from bancheng.api import _show
from bancheng.api._auth import actor_of, allow
from bancheng.api.held import done_or_held
from bancheng.core.casework import Command, Staff, Verdict, commands
from bancheng.core.kernel import Place, Problem, ProblemsFound
from bancheng.usecases import counter_desk, results
from bancheng.usecases.bureau import open_file
from bancheng.usecases.casework import act
from bancheng.usecases.counter import open_received, receiving_of

router = Router()


class SignerIn(out.Act):
    """Who signed (the key under which they are due) and which document was looked at."""

    signer: str
    identity: str


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


@router.post("/{number}/accept", response=out.CASE_OR_HELD, summary="Accept (受理)")
@allow("clerk")
def accept(request: HttpRequest, number: Path[str], given: out.Act) -> Any:
    """The application is complete and in form."""
    return done_or_held(request, number, given, commands.Accept(), "受理")


@router.post("/{number}/signers", response=out.CASE, summary="Somebody signed at the window (当面签署)")
@allow("clerk")
def sign_here(request: HttpRequest, number: Path[str], given: SignerIn) -> Any:
    """One of those whose signature an item prescribes; see `signers` of the refusal to accept."""
    return _act(request, number, given, commands.RecordSigner(signer=given.signer, identity=given.identity))


@router.post(
    "/{number}/notice", response=out.CASE_OR_HELD, summary="Notice of everything to put right (一次性告知)"
)
@allow("clerk")
def notice(request: HttpRequest, number: Path[str], given: out.NoticeIn) -> Any:
    """One notice for all bodies; a second one needs a senior and a reason."""
    dossier = open_received(actor_of(request), number)
    known = {(one.kind, one.target): one for one in dossier.targets}
    unknown = [
        Problem("mark.unknown", "这件事里没有这一项。", Place(path=f"marks/{at}/target"))
        for at, one in enumerate(given.marks)
        if (one.kind, one.target) not in known
    ]
    if unknown:
        raise ProblemsFound(unknown)
    marks = [known[one.kind, one.target].marked(one.reason, one.words, one.name) for one in given.marks]
    command = commands.IssueNotice(marks=tuple(marks), reason=given.reason)
    said = out.Act(body=receiving_of(dossier), seen=given.seen)
    return done_or_held(request, number, said, command, "发出一次性补正告知")


@router.post("/{number}/claim", response=out.CASE, summary="Claim a step or a task of the window (领办)")
@allow("clerk", "reviewer", "inspector", "senior")
def claim(request: HttpRequest, number: Path[str], given: out.StepIn) -> Any:
    """I do this for my body; `step` is a step's key or that of a task (``intake``, ``delivery/1``, ``verify:…``)."""
    return _act(request, number, given, commands.Claim(step=given.step))


class ReleaseIn(out.StepIn):
    """To whom (``user:7``), nobody for back to the queue; the caller themself takes over, with a reason."""

    to: str = ""
    reason: str = ""


@router.post(
    "/{number}/release", response=out.CASE, summary="Give back, hand over, take over (退回、转交、接手)"
)
@allow("clerk", "reviewer", "inspector", "senior")
def release(request: HttpRequest, number: Path[str], given: ReleaseIn) -> Any:
    """What a colleague holds is handed on with a reason: a step by a senior, a task of the window by anyone there."""
    actor = actor_of(request)
    file = counter_desk.release(
        actor, number, given.body, given.step, reason=given.reason, to=given.to, seen=given.seen
    )
    return _show.case(file, actor)


@router.post("/{number}/report", response=out.CASE, summary="Report on a step")
@allow("reviewer", "inspector", "senior")
def report(request: HttpRequest, number: Path[str], given: out.ReportIn) -> Any:
    """What the body found; a shared step is done when all its bodies have reported."""
    staff = tuple(Staff(id=one.id, name=one.name) for one in given.staff)
    command = commands.CompleteStep(
        step=given.step, outcome=given.outcome, findings=given.findings, staff=staff
    )
    return _act(request, number, given, command)


@router.post("/{number}/opinion", response=out.CASE, summary="Answer as an asked body (征求意见)")
@allow("reviewer", "senior")
def opinion(request: HttpRequest, number: Path[str], given: out.OpinionIn) -> Any:
    """Agree or object, with words."""
    command = commands.GiveOpinion(step=given.step, answer=given.answer, words=given.words)
    return _act(request, number, given, command)


@router.post("/{number}/decide", response=out.CASE_OR_HELD, summary="Decide an item (决定)")
@allow("reviewer", "senior")
def decide(request: HttpRequest, number: Path[str], given: out.DecideIn) -> Any:
    """Approve, or refuse with reasons, basis and remedies. An approval makes its papers unless a later step does."""
    command = commands.DecideItem(
        item=given.item,
        verdict=given.verdict,
        reasons=given.reasons,
        basis=given.basis,
        remedies=given.remedies,
    )
    words = "准予" if given.verdict is Verdict.APPROVE else "不予"
    return done_or_held(request, number, given, command, f"{words}（{given.item}）")


@router.post("/{number}/issue", response=out.CASE, summary="Issue the papers of an item (制证)")
@allow("reviewer", "senior")
def issue(request: HttpRequest, number: Path[str], given: out.IssueIn) -> Any:
    """In the item's issuing step."""
    actor = actor_of(request)
    file = results.issue(actor, number, given.item, body=given.body, seen=given.seen)
    return _show.case(file, actor)
