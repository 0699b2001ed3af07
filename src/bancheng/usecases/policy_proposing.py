"""A language model proposes conditions of a policy: each is checked and read back in words, and a person takes it over.

No model is part of the house: a city that wants one names its address (`docs/settings.md`).
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from django.conf import settings

from bancheng.connect.proposers import Fact, ModelProposer, Proposed
from bancheng.core.benefits import ColumnKind, Condition, PolicyWriting
from bancheng.core.kernel import Problem
from bancheng.usecases.access import Actor, NotFound, record
from bancheng.usecases.policy_drafting import MOST, check, facts, in_words, with_parameters

_KINDS = {
    ColumnKind.NUMBER: "数",
    ColumnKind.MONEY: "金额（元）",
    ColumnKind.BOOLEAN: "是或否（true、false）",
    ColumnKind.DATE: "日期",
    ColumnKind.CODE: "代码",
}


@dataclass(frozen=True)
class Suggested:
    """One condition as proposed, in plain Chinese as we read it (not as the model says), and what is wrong with it."""

    text: str
    when: str
    words: str
    problems: tuple[Problem, ...]


def may_ask() -> bool:
    """Whether this deployment has a language model that proposes."""
    return bool(settings.BANCHENG_MODEL)


def ask(actor: Actor, writing: PolicyWriting) -> tuple[Suggested, ...]:
    """Conditions as a language model proposes them, each checked as if a person had typed it. Nothing is taken over by
    itself, and the audit chain says that somebody asked.

    Raises:
        NotFound: this deployment has none.
        ProposerDown: it gave no answer that could be read.
    """
    if not may_ask():
        raise NotFound("model")
    told = [
        Fact(name=one.id, title=one.name, kind=_KINDS[one.kind], values=one.values)
        for one in facts(writing.subject)
    ]
    model = ModelProposer(settings.BANCHENG_MODEL, settings.BANCHENG_MODEL_NAME, settings.BANCHENG_MODEL_KEY)
    record(actor, "benefits.ask-model", writing.key)
    found = model.propose(writing.text, told)
    known = {one.when for rule in writing.entitlements for one in rule.conditions}
    return tuple(_suggested(one, writing) for one in found if one.when not in known)


def take_over(writing: PolicyWriting, text: str, when: str) -> PolicyWriting:
    """The writing with one more condition in its first rule, which a person chose."""
    first, *rest = writing.entitlements
    taken = {one.id for one in first.conditions}
    fresh = next(new for n in range(1, 2 * MOST + 2) if (new := f"c{n}") not in taken)
    more = (*first.conditions, Condition(id=fresh, text=text[:200], when=when[:500]))[:MOST]
    first = msgspec.structs.replace(first, conditions=more)
    return with_parameters(msgspec.structs.replace(writing, entitlements=(first, *rest)))


def _suggested(one: Proposed, writing: PolicyWriting) -> Suggested:
    bare = msgspec.structs.replace(
        writing.entitlements[0],
        conditions=(Condition(id="c1", text=one.text or "-", when=one.when),),
        amount="",
    )
    alone = with_parameters(msgspec.structs.replace(writing, entitlements=(bare,), tables={}))
    wrong = tuple(each.problem for each in check(alone) if each.field.startswith("r0-c0"))
    return Suggested(one.text, one.when, "" if wrong else in_words(one.when, writing.subject), wrong)
