"""What the thread of a case keeps in the state: which questions are owed an answer, and by when."""

from __future__ import annotations

from datetime import date

from bancheng.core.kernel import Record

MESSAGE = "message"
"The kind of the task to answer a message."


class TalkQuestion(Record):
    """A message of the applicant's side. `body` answers by `due`; None of `answered` while it has not."""

    number: int
    body: str
    on: date
    due: date | None = None
    by: str = ""
    answered: date | None = None


class Talk(Record):
    """The thread: the number of its last message, and the questions asked in it."""

    last: int = 0
    questions: tuple[TalkQuestion, ...] = ()

    def owed_by(self, body: str) -> tuple[TalkQuestion, ...]:
        """What `body` has still to answer, oldest first."""
        return tuple(one for one in self.questions if one.answered is None and one.body == body)
