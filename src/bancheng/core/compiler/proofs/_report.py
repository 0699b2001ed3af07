"""What a check comes to: faults, each with a person who shows it, and whether everything was looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from bancheng.core.compiler._draft import Draft, Joined, problem
from bancheng.core.compiler._feel import names, readable
from bancheng.core.compiler.proofs._domains import Example
from bancheng.core.compiler.proofs._search import Found, Search, Wanted
from bancheng.core.kernel import Problem, Record, Severity


class Finding(Record):
    """A fault with the person who shows it. For what nobody can do, `person` is somebody whom it concerns."""

    check: str
    problem: Problem
    person: Example | None = None


class Completeness(Record):
    """How far one check went: `because` holds, for whatever it could not decide, where and why."""

    check: str
    name: str
    questions: int
    because: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Was everything decided?"""
        return not self.because


class Proof(Record):
    """All checks of one one-thing, as of a day."""

    onething: str
    today: date
    findings: tuple[Finding, ...]
    checks: tuple[Completeness, ...]
    solved: int = 0
    "Questions that trying out could not answer and the solver was asked."

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The faults as problems, the person in the words."""
        return tuple(one.problem for one in self.findings)

    @property
    def complete(self) -> bool:
        """Was everything decided?"""
        return all(one.complete for one in self.checks)


class Court:
    """A draft before its judges: searches that remember what could not be decided, and the words of findings."""

    def __init__(self, draft: Draft, search: Search) -> None:
        self.draft, self.search = draft, search
        self.gate = tuple(rule.rule for rule in draft.definition.gate if readable(rule.rule))
        self.open_gate = True
        self._undecided: list[str] = []

    def members(self) -> Iterator[Joined]:
        """The members whose condition can be read and holds for somebody who passes the gate."""
        for joined in self.draft.members():
            if readable(joined.when) and not self.nobody(joined.when):
                yield joined

    def admitted(self, *hold: str, fail: tuple[str, ...] = ()) -> Wanted:
        """Somebody who passes the gate (unless nobody does), with these texts true and those not."""
        return Wanted(hold=(*(self.gate if self.open_gate else ()), *_real(hold)), fail=fail)

    def find(self, wanted: Wanted, place: str) -> Found:
        """Search; what stays undecided is put down under `place`."""
        found = self.search.find(wanted)
        if found.because:
            self._undecided.append(f"{place}：{found.because}")
        return found

    def nobody(self, *hold: str) -> bool:
        """Is it proven that nobody admitted has these?"""
        return self.search.find(self.admitted(*hold)).nobody

    def fixed(self, text: str) -> bool:
        """Does the text read an answer that is fixed in this scene? What it shuts out belongs to another scene."""
        return bool(names(text) & self.draft.definition.fixed.keys())

    def undecided(self) -> tuple[str, ...]:
        """What the searches since the last call left open."""
        found, self._undecided = tuple(dict.fromkeys(self._undecided)), []
        return found

    def anybody(self, *hold: str, fail: tuple[str, ...] = ()) -> Example | None:
        """A person to picture a fault by: one with these texts true, or else whoever comes first."""
        for wanted in (self.admitted(*hold, fail=fail), Wanted(hold=_real(hold), fail=fail), self.admitted()):
            found = self.search.find(wanted).person
            if found is not None:
                return found
        return None


def _real(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text != "true"))


Check = Callable[[Court], Iterator[Finding]]


def finding(
    check: str,
    code: str,
    message: str,
    path: str,
    suggestion: str,
    person: Example | None,
    severity: Severity = Severity.WARNING,
) -> Finding:
    """A finding whose message ends with the person."""
    shown = f"。例如：{person.words}" if person and person.words else ""
    return Finding(
        check=check, problem=problem(code, message + shown, path, suggestion, severity), person=person
    )
