"""Trying an act: done, or what stood in the way, to be told beside what the person typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.http import HttpRequest

from bancheng.core.casework import CommandRefused
from bancheng.core.kernel import Problem, ProblemsFound, Refusal
from bancheng.usecases.casework import Stale

T = TypeVar("T")


@dataclass(frozen=True)
class Tried(Generic[T]):
    """What came of an act: `done`, or refusals of the rules, problems with what was typed, or a file that moved on."""

    done: T | None = None
    refusals: tuple[Refusal, ...] = ()
    problems: tuple[Problem, ...] = ()
    stale: bool = False

    @property
    def status(self) -> int:
        """200 when done, 409 when the file moved on, else 422."""
        if self.stale:
            return 409
        return 422 if self.refusals or self.problems else 200


def attempt(deed: Callable[[], T]) -> Tried[T]:
    """Do it, and take the three kinds of "not now" as answers; anything else is a fault and goes on."""
    try:
        return Tried(done=deed())
    except CommandRefused as no:
        return Tried(refusals=no.refusals)
    except ProblemsFound as found:
        return Tried(problems=found.problems)
    except Stale:
        return Tried(stale=True)


def seen_of(request: HttpRequest) -> int | None:
    """The state of the file that the page showed, sent along as ``seen``."""
    sent = request.POST.get("seen", "")
    return int(sent) if sent.isdecimal() else None
