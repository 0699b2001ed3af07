"""Events of the thread of a case: who wrote to whom and when; never what."""

from __future__ import annotations

from datetime import date

from bancheng.core.casework._events_intake import Event


class MessageWritten(Event):
    """A message of the thread. `to` is a body that owes an answer by `due`, or "" for the applicant.

    `body` is the writing body, "" for the applicant's side; `answers` are the numbers it answers.
    """

    number: int
    digest: str
    body: str = ""
    body_name: str = ""
    to: str = ""
    to_name: str = ""
    due: date | None = None
    files: int = 0
    answers: tuple[int, ...] = ()

    def words(self) -> str:
        if not self.body:
            return f"申请人给{self.to_name}留言"
        return f"{self.body_name}{'答复申请人的留言' if self.answers else '给申请人留言'}"


class AnswerWaived(Event):
    """A message wants no answer."""

    number: int
    body: str
    body_name: str

    def words(self) -> str:
        return f"{self.body_name}已阅，无需答复"
