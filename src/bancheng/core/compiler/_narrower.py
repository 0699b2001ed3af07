"""Narrowing again after one more answer: only what hangs on that answer is judged anew.

A blueprint is read once: which fields, papers, fees, items, steps and conditions name which element. After that an
answer costs what hangs on it, not what the form is long.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

import msgspec

from bancheng.core.compiler._covering import covered
from bancheng.core.compiler._draft import WISH
from bancheng.core.compiler._feel import names
from bancheng.core.compiler._narrow import Person, fact_of, facts_of, groups_of, member_when, narrow_to
from bancheng.core.compiler._narrow_plan import narrow_plan
from bancheng.core.compiler._personal import PersonalFee, PersonalField, PersonalList, PersonalMaterial
from bancheng.core.compiler._types import Blueprint, FeeLine, MergedField, MergedMaterial
from bancheng.core.compiler.pass_clock import summarise
from bancheng.core.evidence import Known
from bancheng.core.kernel import Record

Places = dict[str, tuple[int, ...]]
"Element → the places in a list whose conditions name it."
_NOWHERE: tuple[int, ...] = ()


class _Index(Record):
    """Which parts of a blueprint hang on which element, and on which item."""

    texts: dict[str, tuple[str, ...]]
    fields: Places
    materials: Places
    fees: Places
    items: Places
    plan: frozenset[str]
    gate: frozenset[str]
    conditions: frozenset[str]
    fields_made: Places
    materials_made: Places
    afresh: frozenset[str]


class Narrower:
    """One person's list, kept up to date answer by answer; always what `narrow` would make of all answers."""

    def __init__(
        self,
        blueprint: Blueprint,
        answers: Mapping[str, object],
        known: Known,
        today: date | None,
        wanted: Collection[str] = (),
        *,
        assume_coverage: bool = False,
    ) -> None:
        self.blueprint, self.known, self.today = blueprint, known, today
        self.wanted = tuple(wanted)
        self.answers = dict(answers)
        self.assume_coverage = assume_coverage
        self._index = _indexed(blueprint)
        self._begin()

    @property
    def personal(self) -> PersonalList:
        """The list as it stands."""
        return self._personal

    def answer(self, element: str, raw: object) -> PersonalList:
        """One answer more, changed, or (None) taken back.

        The wish for an optional item (`wants_…`) begins afresh, at the cost of a whole narrowing: with the item come or
        go its fields, papers, steps and questions.
        """
        if raw is None:
            self.answers.pop(element, None)
        else:
            self.answers[element] = raw
        if element.startswith(WISH):
            self._begin()
        elif self._tell(element, raw):
            self._follow(element)
        return self._personal

    def _begin(self) -> None:
        facts = facts_of(self.blueprint, self.answers, self.known, self.wanted)
        answered = {key for key, raw in self.answers.items() if raw not in (None, "") and key in facts}
        self._person = Person(self.blueprint, facts, answered, self.known, self.today, self.assume_coverage)
        self._personal = narrow_to(self._person, ask=True)
        person, of = self._person, self.blueprint
        self._fields: list[PersonalField | None] = [person.field(one) for one in of.fields]
        self._materials: list[PersonalMaterial | None] = [person.material(one) for one in of.materials]
        self._fees: list[PersonalFee | None] = [person.fee(one) for one in of.fees]

    def _tell(self, element: str, raw: object) -> bool:
        """Take the answer into the facts; whether that changes anything."""
        person, of = self._person, self.blueprint
        value = fact_of(of, element, of.fixed[element]) if element in of.fixed else None
        if value is None and raw is not None:
            value = fact_of(of, element, raw)
        if value is None and element in self.known.values and element not in self._index.afresh:
            value = fact_of(of, element, self.known.values[element].value)
        before = person.facts.get(element), element in person.answered
        person.answered.discard(element)
        if value is None:
            person.facts.pop(element, None)
        else:
            person.facts[element] = value
            if raw not in (None, ""):
                person.answered.add(element)
        return before != (value, element in person.answered) or type(before[0]) is not type(value)

    def _follow(self, element: str) -> None:
        """Judge anew what hangs on the element, and put the list together."""
        person, index, of = self._person, self._index, self.blueprint
        for text in index.texts.get(element, ()):
            person.verdicts.pop(text, None)
        moved = self._moved(index.items.get(element, _NOWHERE))
        fields = _places(index.fields, element, index.fields_made, moved)
        shown = [self._fields[at] is not None for at in fields]
        for at in fields:
            self._fields[at] = person.field(of.fields[at])
        for at in _places(index.materials, element, index.materials_made, moved):
            self._materials[at] = person.material(of.materials[at])
        for at in index.fees.get(element, _NOWHERE):
            self._fees[at] = person.fee(of.fees[at])
        changed: dict[str, object] = {
            "fields": tuple(one for one in self._fields if one is not None),
            "materials": covered(tuple(one for one in self._materials if one is not None)),
            "fees": tuple(one for one in self._fees if one is not None),
        }
        if shown != [self._fields[at] is not None for at in fields]:
            changed["groups"] = groups_of(of, {one.field.element for one in self._fields if one is not None})
        self._decide(element, changed, moved)
        self._personal = msgspec.structs.replace(self._personal, **changed)

    def _moved(self, places: tuple[int, ...]) -> tuple[str, ...]:
        """The items whose taking part has changed."""
        person = self._person
        found = []
        for at in places:
            item = self.blueprint.items[at]
            verdict = person.holds(member_when(item))
            if verdict is not person.taking[item.key]:
                person.taking[item.key] = verdict
                found.append(item.key)
        return tuple(found)

    def _decide(self, element: str, changed: dict[str, object], moved: tuple[str, ...]) -> None:
        """The parts that are few: gate, items, plan, clock, conditions, questions."""
        person, index, now = self._person, self._index, self._personal
        if element in index.gate:
            refusals, fallback, eligibility = person.gate()
            changed |= {"refusals": refusals, "fallback": fallback, "eligibility": eligibility}
            changed["gate_open"] = () if refusals else person.gate_open()
        if moved:
            changed["items"], changed["open_items"] = person.items()
        if element in index.items:
            changed["offered"] = person.offered()
        if moved or element in index.plan:
            plan = narrow_plan(self.blueprint.plan, person.facts, self.today)
            items, still_open = person.items()
            changed["plan"] = plan
            changed["clock"] = summarise(plan, (*items, *still_open), self.blueprint.clock)
        if moved or element in index.conditions:
            changed["unmet"] = person.unmet()
        asked = any(one.element == element for one in self.blueprint.questions)
        if asked or element in index.texts:
            refused = changed.get("refusals", now.refusals)
            changed["questions"] = () if refused else person.questions(_as_materials(changed["materials"]))


def _as_materials(found: object) -> tuple[PersonalMaterial, ...]:
    return (
        tuple(one for one in found if isinstance(one, PersonalMaterial)) if isinstance(found, tuple) else ()
    )


def _places(named: Places, element: str, made: Places, moved: Iterable[str]) -> tuple[int, ...]:
    found = dict.fromkeys(named.get(element, _NOWHERE))
    for item in moved:
        found.update(dict.fromkeys(made.get(item, _NOWHERE)))
    return tuple(found)


# ---------------------------------------------------------------- the index


_KEPT: dict[str, _Index] = {}
_MOST_KEPT = 128


def _indexed(blueprint: Blueprint) -> _Index:
    """The index of a blueprint, made once for each digest."""
    if not blueprint.digest:
        return _index(blueprint)
    found = _KEPT.get(blueprint.digest)
    if found is None:
        while len(_KEPT) >= _MOST_KEPT:
            _KEPT.pop(next(iter(_KEPT)), None)
        found = _KEPT[blueprint.digest] = _index(blueprint)
    return found


def _index(of: Blueprint) -> _Index:
    steps = [origin.when for step in of.plan.steps for origin in step.origins]
    plan = [*steps, *(edge.when for edge in of.plan.edges)]
    fields = [_field_texts(one) for one in of.fields]
    materials = [_material_texts(one) for one in of.materials]
    fees = [_fee_texts(one) for one in of.fees]
    items = [[member_when(one)] for one in of.items]
    gate = [rule.rule for rule in of.gate]
    rules = [one.rule for one in of.conditions if one.rule]
    every = dict.fromkeys(
        text for group in (plan, gate, rules, *fields, *materials, *fees, *items) for text in group
    )
    texts: dict[str, list[str]] = {}
    for text in every:
        for name in names(text):
            texts.setdefault(name, []).append(text)
    places = _by_name(fields)
    for at, field in enumerate(of.fields):
        places[field.element] = tuple(dict.fromkeys((*places.get(field.element, ()), at)))
    return _Index(
        texts={name: tuple(found) for name, found in texts.items()},
        fields=places,
        materials=_by_name(materials),
        fees=_by_name(fees),
        items=_by_name(items),
        plan=_all_names(plan),
        gate=_all_names(gate),
        conditions=_all_names(rules),
        fields_made=_by_producer([one.producers for one in of.fields]),
        materials_made=_by_producer([one.producers for one in of.materials]),
        afresh=frozenset(one.element for one in of.fields if one.ask_afresh),
    )


def _field_texts(field: MergedField) -> list[str]:
    texts = [field.visible, field.required]
    if field.columns:
        texts += [one.visible for one in field.origins] + [one.visible for one in field.columns]
    return texts


def _material_texts(material: MergedMaterial) -> list[str]:
    return [material.when, material.required, *(one.when for one in material.origins)]


def _fee_texts(fee: FeeLine) -> list[str]:
    how = [fee.how.quantity, *(one.when for one in fee.how.reductions)] if fee.how else []
    return [fee.when, fee.amount, *how]


def _by_name(groups: list[list[str]]) -> Places:
    found: dict[str, dict[int, None]] = {}
    for at, texts in enumerate(groups):
        for name in _all_names(texts):
            found.setdefault(name, {})[at] = None
    return {name: tuple(places) for name, places in found.items()}


def _by_producer(groups: list[tuple[str, ...]]) -> Places:
    found: dict[str, tuple[int, ...]] = {}
    for at, producers in enumerate(groups):
        for item in producers:
            found[item] = (*found.get(item, ()), at)
    return found


def _all_names(texts: Iterable[str]) -> frozenset[str]:
    return frozenset().union(*(names(text) for text in dict.fromkeys(texts)))
