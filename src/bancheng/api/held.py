"""Acts that wait for the seconds in which they can be taken back: until then no event and no notice exists."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Router, Status

from bancheng.api import _schemas as out
from bancheng.api import _show
from bancheng.api._auth import actor_of, allow
from bancheng.core.casework import Command, CommandRefused
from bancheng.core.kernel import Refusal
from bancheng.store.models import HeldAct
from bancheng.usecases import undo
from bancheng.usecases.casework import open_case

router = Router()
_OFFICE = ("clerk", "reviewer", "inspector", "senior")


def done_or_held(request: HttpRequest, number: str, given: out.Act, command: Command, words: str) -> Any:
    """Hold an act as the pages do; where the town holds nothing it is done and the case comes back."""
    actor = actor_of(request)
    held = undo.hold(actor, number, command, words, body=given.body, seen=given.seen)
    return _show.case(open_case(actor, number), actor) if held is None else Status(202, shown(held))


def shown(held: HeldAct) -> out.HeldOut:
    """A held act as its owner sees it."""
    return out.HeldOut(
        id=held.pk,
        case=held.case.number,
        words=held.words,
        held_at=held.held_at,
        due_at=held.due_at,
        state=held.state,
        why=held.why,
    )


@router.get("/{held}", response={200: out.HeldOut, **out.PROBLEMS}, summary="What has become of a held act")
@allow(*_OFFICE)
def look(request: HttpRequest, held: Path[UUID]) -> Any:
    """Still held, done, taken back, or failed with the reason."""
    return shown(undo.mine(actor_of(request), held))


@router.delete("/{held}", response={200: out.HeldOut, **out.PROBLEMS}, summary="Take a held act back (撤销)")
@allow(*_OFFICE)
def take_back(request: HttpRequest, held: Path[UUID]) -> Any:
    """Nothing has happened then. Twice is the same as once; too late is refused."""
    actor = actor_of(request)
    undo.undo(actor, held)
    row = undo.mine(actor, held)
    if row.state != HeldAct.UNDONE:
        late = Refusal("undo.late", "来不及撤销了：已经生效，或者没有办成。", remedy="请重新看过这一件。")
        raise CommandRefused((late,))
    return shown(row)
