"""How the thread changes the state: questions are owed an answer until one is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from bancheng.core.casework import _events_talks as ev
from bancheng.core.casework._events_intake import Event
from bancheng.core.casework._state import CaseState
from bancheng.core.casework._values import day_of
from bancheng.core.casework._values_talks import TalkQuestion


def written(state: CaseState, event: ev.MessageWritten) -> CaseState:
    talk = replace(state.talk, last=event.number)
    if event.to:
        asked = TalkQuestion(
            number=event.number, body=event.to, on=day_of(event.at), due=event.due, by=event.by.id
        )
        talk = replace(talk, questions=(*talk.questions, asked))
    return _answered(replace(state, talk=talk), event.answers, event)


def waived(state: CaseState, event: ev.AnswerWaived) -> CaseState:
    return _answered(state, (event.number,), event)


def _answered(state: CaseState, numbers: Iterable[int], event: Event) -> CaseState:
    over = set(numbers)
    questions = tuple(
        replace(one, answered=day_of(event.at)) if one.number in over else one for one in state.talk.questions
    )
    return replace(state, talk=replace(state.talk, questions=questions))


# Any: each entry takes exactly its own event, which the key guarantees and the type system cannot say.
EVOLVERS: Mapping[type[Event], Callable[[CaseState, Any], CaseState]] = {
    ev.MessageWritten: written,
    ev.AnswerWaived: waived,
}
