"""The search for a person: among those already met, then by trying all answers, then by the solver.

Whoever is found is tried on the real interpreter before anybody hears of him; one who does not pass is discarded, and
the search says that it is not complete.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import product
from math import prod

from bancheng.core.compiler._draft import Draft
from bancheng.core.compiler._feel import names, tree, value_of
from bancheng.core.compiler.proofs._domains import Domain, Example, domain_of, in_words
from bancheng.core.kernel import Record

ENUMERATED = 256
"Up to so many combinations of answers all are tried; beyond, the solver searches."

REMEMBERED = 60
"So many persons already met are tried first."

OTHER = "'"
"Marks the second of two persons who differ in one answer only."


class Wanted(Record):
    """Whom to look for: `hold` are true of him, `fail` are not, and some text of `differ` comes out otherwise when he
    answers `element` otherwise (from ``swap[0]`` to ``swap[1]`` when these are given)."""

    hold: tuple[str, ...] = ()
    fail: tuple[str, ...] = ()
    differ: tuple[str, ...] = ()
    element: str = ""
    swap: tuple[object, ...] = ()

    def keys(self) -> list[str]:
        """Every element that is read."""
        found = {name for text in (*self.hold, *self.fail, *self.differ) for name in names(text)}
        return sorted(found | ({self.element} if self.element else set()))


class Found(Record):
    """What a search came to: a person, nobody (`person` is None and `because` empty), or no answer and why."""

    person: Example | None = None
    because: str = ""

    @property
    def nobody(self) -> bool:
        """Is it proven that there is no such person?"""
        return self.person is None and not self.because


NOBODY = Found()


class Search:
    """Searches over the people of one draft. `solver` off: only trying out, at once, for a page that waits."""

    def __init__(self, draft: Draft, today: date, *, solver: bool = True) -> None:
        self.today = today
        self.asked = self.solved = 0
        self._draft, self._solver = draft, solver
        self._domains: dict[str, Domain] = {}
        self._met: list[dict[str, object]] = []
        self._done: dict[Wanted, Found] = {}

    def domains(self, keys: Iterable[str]) -> dict[str, Domain]:
        """The domains of these elements."""
        for key in keys:
            if key not in self._domains:
                self._domains[key] = domain_of(self._draft, key)
        return {key: self._domains[key] for key in keys}

    def meet(self, people: Iterable[dict[str, object]]) -> None:
        """Sample persons are tried before anybody is searched for."""
        self._met.extend(people)

    def find(self, wanted: Wanted) -> Found:
        """A person as wanted; the same question is never searched twice."""
        if wanted not in self._done:
            self.asked += 1
            self._done[wanted] = self._find(wanted)
        return self._done[wanted]

    def is_shown_by(self, wanted: Wanted, answers: Mapping[str, object], other: object = None) -> bool:
        """Does the interpreter say so too? `other` is the second answer where two are compared."""
        facts = dict(answers)
        if not all(self._value(text, facts) is True for text in wanted.hold):
            return False
        if any(self._value(text, facts) is True for text in wanted.fail):
            return False
        if not wanted.differ:
            return True
        second = {**facts, wanted.element: other}
        return any(
            _outcome(self._value(text, facts)) != _outcome(self._value(text, second))
            for text in wanted.differ
        )

    def _value(self, text: str, facts: Mapping[str, object]) -> object:
        return value_of(text, facts, self.today)

    def _find(self, wanted: Wanted) -> Found:
        if "false" in wanted.hold or "true" in wanted.fail:
            return NOBODY
        keys = wanted.keys()
        domains = self.domains(keys)
        empty = next((one for one in domains.values() if _nothing_to_choose(one)), None)
        if empty is not None:
            return Found(because=f"“{empty.name}”没有可选的值")
        for met in self._met:
            if all(key in met for key in keys):
                found = self._shown(wanted, domains, {key: met[key] for key in keys})
                if found is not None:
                    return found
        if all(domain.closed for domain in domains.values()) and _combinations(wanted, domains) <= ENUMERATED:
            return self._tried(wanted, domains)
        if not self._solver:
            return Found(because="组合太多，留给完整校核")
        self.solved += 1
        return self._searched(wanted, domains)

    def _tried(self, wanted: Wanted, domains: Mapping[str, Domain]) -> Found:
        for picked in product(*(_values(wanted, one) for one in domains.values())):
            found = self._shown(wanted, domains, dict(zip(domains, picked, strict=True)))
            if found is not None:
                return found
        return NOBODY

    def _shown(
        self, wanted: Wanted, domains: Mapping[str, Domain], answers: dict[str, object]
    ) -> Found | None:
        if wanted.swap and answers.get(wanted.element) != wanted.swap[0]:
            return None
        for other in _others(wanted, domains, answers):
            if self.is_shown_by(wanted, answers, other):
                return self._person(wanted, answers, other)
        return None

    def _person(self, wanted: Wanted, answers: dict[str, object], other: object) -> Found:
        if len(self._met) < REMEMBERED:
            self._met.append(answers)
        domains = self.domains(answers)
        words = in_words(domains, answers)
        if wanted.differ:
            changed = in_words(domains, {wanted.element: other})
            words = f"{words}（改答“{changed}”就不同）"
        return Found(person=Example(answers=answers, words=words))

    def _searched(self, wanted: Wanted, domains: Mapping[str, Domain]) -> Found:
        from bancheng.core.compiler.proofs._solver import solve  # noqa: PLC0415 - z3 takes a second to load

        solution = solve(wanted, domains, self.today)
        if isinstance(solution, str):
            return Found(because=solution)
        if solution is None:
            return NOBODY
        answers, other = solution
        if not self.is_shown_by(wanted, answers, other):
            return Found(because="找到的人没有通过复算，不作数")
        return self._person(wanted, answers, other)


def _outcome(value: object) -> object:
    return False if value is None else value


def _nothing_to_choose(domain: Domain) -> bool:
    return domain.kind in {"choice", "multi_choice"} and not domain.values


def _combinations(wanted: Wanted, domains: Mapping[str, Domain]) -> int:
    twice = len(domains[wanted.element].values) if wanted.element else 1
    return twice * prod(len(_values(wanted, domain)) for domain in domains.values())


def _values(wanted: Wanted, domain: Domain) -> tuple[object, ...]:
    return wanted.swap[:1] if wanted.swap and domain.key == wanted.element else domain.values


def _others(wanted: Wanted, domains: Mapping[str, Domain], answers: Mapping[str, object]) -> Iterator[object]:
    if not wanted.differ:
        yield None
    elif wanted.swap:
        yield wanted.swap[1]
    else:
        yield from (one for one in domains[wanted.element].values if one != answers[wanted.element])


def readable(texts: Iterable[str]) -> tuple[str, ...]:
    """Those that are FEEL; the others have their own problem."""
    return tuple(text for text in texts if tree(text) is not None)
