"""After a decision: grant a part, correct, revoke, take up again, hand over."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Path, Router

from bancheng.api import _schemas as out
from bancheng.api import _show
from bancheng.api._auth import actor_of, allow
from bancheng.api.held import done_or_held
from bancheng.core.casework import Delivery, DeliveryNote, RevokeGround
from bancheng.core.kernel import Place, Problem, ProblemsFound
from bancheng.usecases import outcome
from bancheng.usecases.casework import open_case

router = Router()


class PartIn(out.Act):
    """A partial approval: what is granted and under which conditions, and the grounds for the rest."""

    limits: str
    reasons: str
    basis: str
    remedies: str


class CorrectIn(out.Act):
    """A clerical error. `papers` gives, by document, the corrected value of each line by its label."""

    what: str
    papers: dict[str, dict[str, str]] = {}


class RevokeIn(out.Act):
    """撤销, 撤回 or 注销."""

    ground: RevokeGround
    reason: str
    basis: str = ""
    remedies: str = ""
    heard: bool = False


class ReopenIn(out.Act):
    """Taking a finished item up again; `warned` says that the legal warning was read."""

    reason: str
    basis: str
    warned: bool = False


class DeliveryNoteIn(out.Act):
    """Why a late result is not with the person, and the day of the next try (within ten working days)."""

    how: DeliveryNote
    again: date
    note: str = ""


class HandOutIn(out.Act):
    """Handing results over; `checked` says that the taker's identity was checked. `agent`: number of the registered
    mandate of who takes them; 0: the applicant, or somebody (`taker`) with a mandate on paper (`mandate`)."""

    items: list[str]
    way: Delivery
    checked: bool = False
    tracking: str = ""
    place: str = ""
    taker: str = ""
    mandate: str = ""
    agent: int = 0


@router.post("/{number}/items/{item}/part", response=out.CASE_OR_HELD, summary="Approve a part (部分准予)")
@allow("reviewer", "senior")
def part(request: HttpRequest, number: Path[str], item: Path[str], given: PartIn) -> Any:
    """The rest is stated like a refusal."""
    command = outcome.partly(
        item, limits=given.limits, reasons=given.reasons, basis=given.basis, remedies=given.remedies
    )
    return done_or_held(request, number, given, command, f"部分准予（{item}）")


@router.post("/{number}/items/{item}/correct", response=out.CASE, summary="Correct a clerical error (更正)")
@allow("reviewer", "senior")
def correct(request: HttpRequest, number: Path[str], item: Path[str], given: CorrectIn) -> Any:
    """New papers take the place of those that were wrong."""
    actor = actor_of(request)
    papers = outcome.current_papers(open_case(actor, number), item)
    changed = {
        one.document: tuple((a, given.papers.get(one.document, {}).get(a, b)) for a, b in one.lines)
        for one in papers
    }
    file = outcome.correct(actor, number, item, given.what, changed, seen=given.seen)
    return _show.case(file, actor)


@router.post(
    "/{number}/items/{item}/revoke", response=out.CASE, summary="Revoke a licence (撤销、撤回、注销)"
)
@allow("senior")
def revoke(request: HttpRequest, number: Path[str], item: Path[str], given: RevokeIn) -> Any:
    """By the head of the body that gave it."""
    actor = actor_of(request)
    file = outcome.revoke(
        actor,
        number,
        item,
        given.ground,
        reason=given.reason,
        basis=given.basis,
        remedies=given.remedies,
        heard=given.heard,
        seen=given.seen,
    )
    return _show.case(file, actor)


@router.post(
    "/{number}/items/{item}/reopen", response=out.CASE, summary="Take a finished item up again (重新办理)"
)
@allow("senior")
def reopen(request: HttpRequest, number: Path[str], item: Path[str], given: ReopenIn) -> Any:
    """In one's own name, with basis, after the legal warning."""
    actor = actor_of(request)
    file = outcome.reopen(
        actor,
        number,
        item,
        reason=given.reason,
        basis=given.basis,
        warned=given.warned,
        seen=given.seen,
    )
    return _show.case(file, actor)


@router.post(
    "/{number}/items/{item}/delivery", response=out.CASE, summary="Answer for a late delivery (送达逾期)"
)
@allow("clerk", "senior")
def note_delivery(request: HttpRequest, number: Path[str], item: Path[str], given: DeliveryNoteIn) -> Any:
    """Brought in vain, or put off at the person's wish."""
    actor = actor_of(request)
    file = outcome.note_delivery(
        actor, number, item, given.how, given.again, note=given.note, seen=given.seen
    )
    return _show.case(file, actor)


@router.post("/{number}/hand-out", response=out.CASE, summary="Hand results over (送达)")
@allow("clerk", "reviewer", "senior")
def hand_out(request: HttpRequest, number: Path[str], given: HandOutIn) -> Any:
    """By hand, by post, into a locker or at another place."""
    if given.way in (Delivery.ONLINE, Delivery.TERMINAL):
        problem = Problem("way", "网上送达由申请人打开结果时自动登记。", Place(path="way"))
        raise ProblemsFound((problem,))
    actor = actor_of(request)
    file = outcome.hand_out(
        actor,
        open_case(actor, number),
        given.items,
        given.way,
        checked=given.checked,
        tracking=given.tracking,
        place=given.place,
        taker=outcome.Taker(given.taker, given.mandate, given.agent),
        seen=given.seen,
    )
    return _show.case(file, actor)
