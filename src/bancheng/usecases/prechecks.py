"""机器预审: review points and conditions of the items, looked at by the rules before a person decides.

The machine never decides: it says ok, not in order, or cannot tell, and why.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bancheng.core.casework import CaseState
from bancheng.core.compiler import Blueprint, GuidedQuestion, MergedField
from bancheng.core.evidence import Value
from bancheng.core.rules import Explanation, RuleLimit, RuleSyntaxError, explain, parse
from bancheng.usecases.town import packs

OK, BAD, UNKNOWN, PERSON = "ok", "bad", "unknown", "person"


@dataclass(frozen=True)
class Remark:
    """What the machine says of one review point or condition.

    `verdict` is ok, bad (not in order), unknown (a fact is missing) or person (no rule: people look themselves); `why`
    the conditions with the values they saw, in words; `elements` and `material` what the point is about.
    """

    key: str
    item: str
    item_name: str
    text: str
    verdict: str
    why: str = ""
    basis: str = ""
    elements: tuple[str, ...] = ()
    material: str = ""
    remedy: str = ""


def facts_for_rules(of: Blueprint, values: Mapping[str, Value]) -> dict[str, object]:
    """Values as the rules take them. Whole numbers are decimals there; a field of the form that this person was not
    asked is known to be absent (null), which is not the same as a fact nobody has looked up (unknown).
    """
    asked: dict[str, object] = {field.element: None for field in of.fields if not field.produced_by}
    return asked | {
        key: Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value
        for key, value in values.items()
    }


def labels_of(of: Blueprint) -> dict[str, str]:
    """Names of elements, and of their codes under ``element=code``."""
    labels: dict[str, str] = {}
    for element in packs().catalogue.elements.values():
        labels[element.key] = element.name
    asked: tuple[GuidedQuestion | MergedField, ...] = (*of.questions, *of.fields)
    for one in asked:
        if isinstance(one, MergedField):
            labels[one.element] = one.name
        for option in one.options if isinstance(one, GuidedQuestion) else one.codes:
            labels[f"{one.element}={option.value}"] = option.label
    return labels


def remarks(
    state: CaseState,
    of: Blueprint,
    values: Mapping[str, Value],
    items: Collection[str],
    today: date,
    shown: Mapping[str, str] | None = None,
) -> tuple[Remark, ...]:
    """Every review point and condition of these `items` of the case, those not in order first.

    `shown`: by element what to say instead of a value the reader may not see, or that is a whole list.
    """
    facts, labels = facts_for_rules(of, values), labels_of(of)
    found: list[Remark] = []
    for key in state.items:
        source = packs().catalogue.items.get(key)
        if key not in items or source is None:
            continue
        name = state.items[key].item.name
        for at, condition in enumerate(source.conditions):
            verdict, why = _look(condition.rule, facts, labels, today, shown)
            found.append(
                Remark(
                    key=f"{key}.condition.{at}",
                    item=key,
                    item_name=name,
                    text=condition.text,
                    verdict=verdict,
                    why=why,
                    basis=condition.basis,
                    remedy=condition.reason,
                )
            )
        for point in source.review_points:
            verdict, why = _look(point.rule, facts, labels, today, shown)
            found.append(
                Remark(
                    key=f"{key}.{point.key}",
                    item=key,
                    item_name=name,
                    text=point.text,
                    verdict=verdict,
                    why=why,
                    basis=point.basis,
                    elements=point.elements,
                    material=point.material,
                )
            )
    order = {BAD: 0, UNKNOWN: 1, PERSON: 2, OK: 3}
    return tuple(sorted(found, key=lambda one: order[one.verdict]))


def _look(
    rule: str,
    facts: Mapping[str, object],
    labels: Mapping[str, str],
    today: date,
    shown: Mapping[str, str] | None,
) -> tuple[str, str]:
    if not rule.strip():
        return PERSON, ""
    try:
        told = explain(parse(rule), facts, today=today)
    except (RuleSyntaxError, RuleLimit) as error:
        # The pack checks report a bad rule where it is written; here a person simply looks instead.
        return UNKNOWN, str(error)
    return _verdict(told), told.in_words(labels, shown)


def _verdict(told: Explanation) -> str:
    if told.value is True:
        return OK
    return BAD if told.value is False else UNKNOWN
