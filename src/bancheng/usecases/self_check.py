"""自测: what somebody could get, from answers nobody keeps, by as few questions as the rules allow.

Whoever is signed in finds what the city's data say of them under their own name and needs no questions. Nothing that is
answered here is stored, and nothing follows from it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils import timezone

from bancheng.core.benefits import (
    FactAsk,
    FactSpec,
    Match,
    Policy,
    Status,
    SubjectKind,
    match,
    next_question,
    told_fact,
)
from bancheng.core.kernel import Place, Problem, ProblemsFound
from bancheng.core.rules import Value
from bancheng.usecases.benefits import kind_of, library


@dataclass(frozen=True)
class Asked:
    """A question: the fact, and its words."""

    spec: FactSpec
    ask: FactAsk


@dataclass(frozen=True)
class Result:
    """How it stands after these answers. `question`: what comes next; None where no question helps any more."""

    question: Asked | None
    answered: tuple[tuple[Asked, str], ...]
    entitled: tuple[tuple[Policy, Match], ...]
    open: tuple[Policy, ...]
    near: tuple[tuple[Policy, Match], ...]


def asked_of(fact: str) -> Asked | None:
    """How a fact is asked of people; None where it is not."""
    loaded = library()
    ask = next((one for one in loaded.asks if one.fact == fact and one.text), None)
    spec = next((one for one in loaded.rules.facts if one.id == fact), None)
    return Asked(spec, ask) if ask is not None and spec is not None else None


def read(asked: Asked, text: str) -> str:
    """The answer as it is sent along, once it could be read.

    Raises:
        ProblemsFound: it could not.
    """
    value, good = told_fact(asked.spec, text)
    if not good or (value is None and not asked.ask.none):
        raise ProblemsFound([Problem("answer", "请按提示填写；不知道的，可以跳过。", Place(path="answer"))])
    return text.strip()


def stand(answers: Mapping[str, str], skipped: Collection[str], of: SubjectKind) -> Result:
    """What these answers come to for a person or a company; answers that cannot be read are passed over."""
    loaded, today = library(), timezone.localdate()
    specs = {one.id: one for one in loaded.rules.facts}
    facts = dict[str, Value]()
    for one in loaded.asks:
        text = one.known or answers.get(one.fact, "")
        if text and one.fact in specs:
            value, good = told_fact(specs[one.fact], text)
            if good:
                facts[one.fact] = value
    mine = [one for one in loaded.policies if kind_of(one) is of]
    told = match(mine, loaded.rules, facts, today)
    policies = {one.id: one for one in loaded.policies}
    askable = {one.fact for one in loaded.asks if one.text}
    never = frozenset(name for one in told for name in one.missing if name not in askable) | frozenset(
        skipped
    )
    following = next_question(told, never)
    given = ((asked_of(fact), text) for fact, text in answers.items() if fact in facts)
    return Result(
        question=asked_of(following) if following else None,
        answered=tuple((one, text) for one, text in given if one is not None),
        entitled=tuple((policies[one.policy], one) for one in told if one.status is Status.ENTITLED),
        open=tuple(policies[one.policy] for one in told if one.status is Status.UNKNOWN),
        near=tuple((policies[one.policy], one) for one in told if one.status is Status.NOT and one.near),
    )
