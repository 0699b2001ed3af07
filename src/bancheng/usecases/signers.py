"""Whose signature the items of a form prescribe, read from the answers; and the window that records who signs there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from bancheng.core.casework import SignerDue, commands
from bancheng.core.catalogue import SignerRule
from bancheng.core.kernel import normalise_code, normalise_id_number
from bancheng.core.rules import RuleLimit, RuleSyntaxError, evaluate, parse
from bancheng.store.models import Party
from bancheng.usecases import signing
from bancheng.usecases.access import Actor
from bancheng.usecases.apply import Preparation
from bancheng.usecases.casework import CaseFile, act
from bancheng.usecases.prechecks import facts_for_rules
from bancheng.usecases.town import packs


@dataclass(frozen=True)
class Prescribed:
    """Somebody who must sign: as what, for which item, and how the form names them (personal data)."""

    key: str
    who: str
    item: str
    basis: str
    name: str
    number: str


def prescribed(preparation: Preparation, today: date | None = None) -> tuple[Prescribed, ...]:
    """Who must sign a draft besides its applicant, as its answers stand; each person once."""
    rules = [
        (item.key, rule)
        for item in preparation.personal.items
        if (source := packs().catalogue.items.get(item.key)) is not None
        for rule in source.signers
    ]
    if not rules:
        return ()
    values = signing.values_of(preparation)
    of, party = preparation.blueprint, preparation.draft.party
    typed = {**preparation.answers, **{one.field.element: one.value for one in preparation.personal.fields}}
    facts = facts_for_rules(of, {key: value for key, value in typed.items() if value is not None} | of.fixed)
    found: dict[str, Prescribed] = {}
    for item, rule in rules:
        if not _holds(rule.when, facts, today or timezone.localdate()):
            continue
        for one in _named(item, rule, values):
            if party is None or one.number != party.number:
                found.setdefault(one.number, one)
    return tuple(found.values())


def _holds(when: str, facts: Mapping[str, object], today: date) -> bool:
    if when.strip() in {"", "true"}:
        return True
    try:
        return evaluate(parse(when), facts, today=today) is True
    except (RuleSyntaxError, RuleLimit):
        # Told where the rule is written; a condition nobody can read asks nobody to sign.
        return False


def _named(item: str, rule: SignerRule, values: Mapping[str, object]) -> Iterator[Prescribed]:
    rows = values.get(rule.rows, []) if rule.rows else [values]
    for at, row in enumerate(rows if isinstance(rows, list) else []):
        number = _plain(row.get(rule.number)) if isinstance(row, Mapping) else ""
        if number:
            key = f"{item}/{rule.key}" + (f"/{at + 1}" if rule.rows else "")
            who = f"{rule.who}（第{at + 1}位）" if rule.rows else rule.who
            name = str(row.get(rule.name) or "") if rule.name else ""
            yield Prescribed(key, who, item, rule.basis, name, number)


def _plain(typed: object) -> str:
    text = str(typed or "").strip()
    return normalise_id_number(text) or normalise_code(text) or text


def due(preparation: Preparation) -> tuple[SignerDue, ...]:
    """The same as the log pins it: nobody's name and number, only the party where there is one."""
    asked = prescribed(preparation)
    known = dict(
        Party.objects.filter(number__in=[one.number for one in asked]).values_list("number", "pk")
        if asked
        else ()
    )
    return tuple(
        SignerDue(
            key=one.key,
            who=one.who,
            item=one.item,
            basis=one.basis,
            ref=f"party:{known[one.number]}" if one.number in known else "",
        )
        for one in asked
    )


def record_signer(actor: Actor, number: str, signer: str, identity: str, seen: int | None = None) -> CaseFile:
    """The window has seen somebody sign on paper.

    Raises:
        NotFound: not theirs to see.
        CommandRefused: not the window that took it in, nobody due, or no document named.
    """
    return act(actor, number, commands.RecordSigner(signer=signer, identity=identity), seen=seen)
