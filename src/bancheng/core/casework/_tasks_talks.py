"""Questions of the thread as tasks of the window or the asked body, until they are answered or the case ends."""

from __future__ import annotations

from collections.abc import Iterator

from bancheng.core.casework._state import CaseState
from bancheng.core.casework._task import Task
from bancheng.core.casework._values import Role
from bancheng.core.casework._values_talks import MESSAGE


def talk_tasks(state: CaseState) -> Iterator[Task]:
    """One for each question."""
    window = state.submission.receiving_body if state.submission else ""
    for one in state.talk.questions:
        yield Task(
            key=f"{MESSAGE}/{one.number}",
            name="答复申请人留言",
            kind=MESSAGE,
            body=one.body,
            role=Role.CLERK if one.body == window else Role.REVIEWER,
            opened=one.on,
            due=one.due,
            done=one.answered or state.closed,
        )
