"""再办一项: a late item of a one-thing added after the first result, as a case of its own that follows the first.

The case engine closes the list of items with the submission. So the added item is applied for by a draft that holds
only it, is prefilled with what the case holds, and takes the results of the case for known; both cases name each other.
"""

from __future__ import annotations

import msgspec
from django.db import transaction
from django.utils import timezone

from bancheng.core.casework import CommandRefused, ItemStatus, Phase
from bancheng.core.catalogue import Member, OneThingDefinition
from bancheng.core.compiler import Blueprint, PlannedItem, compile_onething, names_of
from bancheng.core.kernel import Refusal
from bancheng.store.models import Case, Draft
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.mycases import MyCase, my_case
from bancheng.usecases.town import blueprint as blueprint_of
from bancheng.usecases.town import keep, packs

_NEVER = frozenset((Phase.NOT_NEEDED, Phase.NOT_OURS, Phase.WITHDRAWN, Phase.NONE))


def late_items(mine: MyCase) -> tuple[PlannedItem, ...]:
    """The late items that may be added now: after the first result, each once, and not yet in the case."""
    state = mine.state
    if state.phase in _NEVER or not any(one.status is ItemStatus.APPROVED for one in state.items.values()):
        return ()
    added = {item.key for case in mine.case.added.all() for item in _blueprint_items(case)}
    known = packs().catalogue.items
    return tuple(
        item
        for item in mine.blueprint.items
        if item.late and item.key not in state.items and item.key not in added and item.key in known
    )


def add_late_item(actor: Actor, number: str, item: str) -> Draft:
    """A draft for one more item, prefilled from the case; the one begun before, if there is one.

    What was asked afresh, and what made the item unnecessary then, is asked anew.

    Raises:
        NotFound: the case is not theirs, or the item is none that may be added.
        CommandRefused: the item cannot be applied for by itself now.
    """
    mine = my_case(actor, number)
    planned = next((one for one in late_items(mine) if one.key == item), None)
    if planned is None:
        raise NotFound("item")
    blueprint = alone(mine.case.onething, planned, "加办")
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=mine.case.pk)
        begun = Draft.objects.filter(
            follows=mine.case, blueprint_id=blueprint.digest, user_id=actor.user_id
        ).first()
        if begun is not None:
            return begun
        keep(blueprint, timezone.now())
        return Draft.objects.create(
            user_id=actor.user_id,
            party=mine.case.party,
            onething=mine.case.onething,
            blueprint_id=blueprint.digest,
            answers=carried(mine, blueprint, names_of(planned.when)),
            follows=mine.case,
        )


def _blueprint_items(case: Case) -> tuple[PlannedItem, ...]:

    return blueprint_of(case.blueprint_id).items


def alone(key: str, item: PlannedItem, why: str) -> Blueprint:
    """The one-thing with this item only; `why` it is applied for, in a word.

    Raises:
        NotFound: the one-thing is no longer there.
        CommandRefused: the item cannot be applied for by itself now.
    """
    loaded = packs()
    whole = loaded.catalogue.onethings.get(key)
    if whole is None:
        raise NotFound("onething")
    definition: OneThingDefinition = msgspec.structs.replace(
        whole,
        name=f"{whole.name}：{why}“{item.name}”",
        members=(Member(item=item.key),),
        gate=(),
        orders=(),
        profiles=(),
        promised=None,
    )
    compiled = compile_onething(definition, loaded.catalogue, loaded.coverage)
    if compiled.blueprint is None:
        reason = f"“{item.name}”现在不能单独{why}，请到窗口办理。"
        raise CommandRefused((Refusal("late.definition", reason),))
    return compiled.blueprint


def carried(mine: MyCase, blueprint: Blueprint, anew: frozenset[str] = frozenset()) -> dict[str, object]:
    """What was filled in before, as far as `blueprint` asks it too and it may be carried over.

    Not what must be asked afresh, nor what a source of the city said then: it is asked again now.
    """
    stored = (mine.form.values or {}) if mine.form else {}
    known = (mine.form.known or {}) if mine.form else {}
    anew |= {field.element for field in blueprint.fields if field.ask_afresh}
    asked = {*(one.element for one in blueprint.fields), *(one.element for one in blueprint.questions)}
    return {key: value for key, value in stored.items() if key in asked and key not in anew | set(known)}
