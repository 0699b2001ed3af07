"""Commands of the one thread of messages that a case has: between the applicant's side and the bodies with a part."""

from __future__ import annotations

from bancheng.core.casework._command import Command


class WriteMessage(Command):
    """A message is written. Its words lie in an erasable row, `digest` binds them.

    From the applicant's side it goes to body `to` ("" = the receiving window), which owes an answer within `days`
    working days. From a body it goes to the applicant and answers what that body still owes.
    """

    digest: str
    to: str = ""
    files: int = 0
    days: int = 3


class NeedsNoAnswer(Command):
    """The asked body says that message `number` wants no answer (thanks, or settled otherwise)."""

    number: int
