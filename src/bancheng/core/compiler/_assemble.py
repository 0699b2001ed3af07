"""The finished draft as a blueprint addressed by the digest of its content."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from bancheng.core.catalogue import ElementKind
from bancheng.core.compiler._draft import Draft, wishes
from bancheng.core.compiler._feel import names
from bancheng.core.compiler._types import Blueprint, ItemCondition, Savings
from bancheng.core.kernel import digest

NO_SAVINGS = Savings(lines=(), before=(), mean_of_rates=None)


def assemble(draft: Draft, *, addressed: bool = True) -> Blueprint:
    """The blueprint of a draft that has a plan and a clock; one not `addressed` is for looking at on the way.

    Raises:
        ValueError: the draft has none, because a pass found an error.
    """
    if draft.plan is None or draft.clock is None:
        raise ValueError(f"one-thing {draft.definition.key!r} has no plan to assemble")
    definition = draft.definition
    kinds = dict(sorted(_kinds(draft)))
    blueprint = Blueprint(
        key=definition.key,
        name=definition.name,
        name_en=definition.name_en,
        aliases=definition.aliases,
        summary=definition.summary,
        subject=definition.subject,
        stage=definition.stage,
        lead=definition.lead,
        lead_name=draft.body_name(definition.lead),
        version=definition.version,
        items=draft.items,
        questions=draft.questions,
        asking=draft.asking,
        gate=draft.gate,
        groups=draft.groups,
        fields=draft.fields,
        materials=draft.materials,
        plan=draft.plan,
        clock=draft.clock,
        fees=draft.fees,
        savings=draft.savings or NO_SAVINGS,
        partial=definition.partial,
        profiles=definition.profiles,
        provenance=definition.provenance,
        body_names=dict(sorted(_bodies(draft))),
        conditions=tuple(_item_conditions(draft)),
        kinds=kinds,
        columns={key: columns for key in kinds if (columns := _columns_of(draft, key))},
        family=definition.family,
        scene=definition.scene,
        fixed=definition.fixed,
    )
    return msgspec.structs.replace(blueprint, digest=digest(blueprint)) if addressed else blueprint


def conditions_of(draft: Draft) -> Iterator[str]:
    """Every FEEL text of the merged parts."""
    yield from (rule.rule for rule in draft.gate)
    yield from (joined.when for joined in draft.members())
    for field in draft.fields:
        yield from (text for origin in field.origins for text in (origin.visible, origin.required))
    for material in draft.materials:
        yield from (origin.when for origin in material.origins)
    if draft.plan:
        yield from (step.when for step in draft.plan.steps)
    for fee in draft.fees:
        yield from (fee.when, fee.amount)
    yield from (condition.rule for joined in draft.members() for condition in joined.item.conditions)


def _item_conditions(draft: Draft) -> Iterator[ItemCondition]:
    for joined in draft.members():
        for condition in joined.item.conditions:
            yield ItemCondition(
                item=joined.item.key,
                text=condition.text,
                rule=condition.rule,
                reason=condition.reason or condition.text,
                basis=condition.basis,
                when=joined.when,
            )


def _bodies(draft: Draft) -> Iterator[tuple[str, str]]:
    keys = {draft.definition.lead, *(item.body for item in draft.items)}
    for step in draft.plan.steps if draft.plan else ():
        keys.update(step.bodies, step.asks)
    yield from ((key, draft.body_name(key)) for key in keys if key)


def _kinds(draft: Draft) -> Iterator[tuple[str, ElementKind]]:
    keys = {field.element for field in draft.fields} | {question.element for question in draft.questions}
    for text in dict.fromkeys(conditions_of(draft)):
        keys |= names(text)
    for item in draft.items:
        keys.update(wishes(item.key, item.when) if item.optional else ())
    keys.discard("")
    keys.update(column for key in tuple(keys) for column in _columns_of(draft, key))
    yield from ((key, draft.kind_of(key)) for key in keys)


def _columns_of(draft: Draft, key: str) -> tuple[str, ...]:
    """The columns of a list of records; none for anything else."""
    element = draft.catalogue.elements.get(key)
    return element.columns if element else ()
