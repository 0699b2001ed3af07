"""The three kinds of "no" (Problem, Refusal, Fault) and where a fact comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

import msgspec

from bancheng.core.kernel._base import Record


class Severity(StrEnum):
    """An error stops the use of a definition or submission; a warning is only told."""

    ERROR = "error"
    WARNING = "warning"


class Place(Record, kw_only=False):
    """Where something stands: file and 1-based line and column (0 = unknown), and the path inside the data."""

    file: str = ""
    line: int = 0
    column: int = 0
    path: str = ""

    def __str__(self) -> str:
        """``file:line:column path``, leaving out what is unknown."""
        spot = ":".join([self.file, *(str(number) for number in (self.line, self.column) if number)]).strip(
            ":"
        )
        return " ".join(part for part in (spot, self.path) if part)


NOWHERE = Place()


class Problem(Record, kw_only=False):
    """A definition or a submission is wrong: found, positioned, and said so that its author can put it right.

    `code` is stable and in English; `message` and `suggestion` are shown to people.
    """

    code: str
    message: str
    place: Place = NOWHERE
    suggestion: str = ""
    severity: Severity = Severity.ERROR

    def render(self) -> str:
        """One line: ``file:line:column path — message（suggestion）``."""
        where = str(self.place)
        text = f"{where} — {self.message}" if where else self.message
        return f"{text}（{self.suggestion}）" if self.suggestion else text

    def at(self, place: Place) -> Problem:
        """The same problem at another place; checks know what is wrong, their callers know where."""
        return msgspec.structs.replace(self, place=place)


class Problems:
    """Collects problems so that all are told at once."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def add(
        self,
        code: str,
        message: str,
        place: Place = NOWHERE,
        suggestion: str = "",
        severity: Severity = Severity.ERROR,
    ) -> None:
        self._found.append(Problem(code, message, place, suggestion, severity))

    def take(self, problem: Problem | None, place: Place | None = None) -> None:
        """Keep the result of a check, if it found anything; `place` says where when the check could not know."""
        if problem is not None:
            self._found.append(problem if place is None else problem.at(place))

    def extend(self, problems: Iterable[Problem]) -> None:
        self._found.extend(problems)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def found(self) -> tuple[Problem, ...]:
        """Every problem, in the order of places (file, line, column) and, at one place, of finding."""
        return tuple(sorted(self._found, key=lambda one: (one.place.file, one.place.line, one.place.column)))

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(one for one in self.found() if one.severity is Severity.ERROR)

    def raise_if_errors(self) -> None:
        """Raise `ProblemsFound` with everything collected, warnings too, when at least one is an error."""
        if self.errors:
            raise ProblemsFound(self.found())


class ProblemsFound(Exception):
    """Carries collected problems out of a place that cannot go on."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.render() for problem in self.problems))


class Refusal(Record, kw_only=False):
    """The rules say no. A value, not an error.

    `reason` is for the person, `basis` is in law, `remedy` says what they may do now.
    """

    code: str
    reason: str
    basis: str = ""
    remedy: str = ""


class Fault(Exception):
    """Our own defect or a broken outside party: raised, recorded, perhaps retried; never the person's doing."""


class Confidence(StrEnum):
    """How far a fact of a pack may be relied on; the last two are labelled where they show, never shown as law."""

    OFFICIAL = "official"
    PRACTICE = "practice"
    RECONSTRUCTED = "reconstructed"
    FICTITIOUS = "fictitious"


class Provenance(Record, kw_only=False):
    """Where a fact was taken from: the public title of the source, and how sure it is."""

    source: str
    confidence: Confidence
