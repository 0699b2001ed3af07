"""如果……会怎样: a one-thing beside the same one-thing with changes, and what each change does.

Changes are data, applied to what the compiler is given (definition, catalogue, coverage); both sides are compiled.
1. Apply the changes in the order given; those that touch different things may be given in any order.
2. Compile; a change may bring problems, which are told instead of figures.
3. Count for everybody and for each sample person: questions, fields, materials, steps, days, critical path, fee.
4. Do the same for each change alone, so that everyone's part is seen beside the sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TypeAlias

import msgspec

from bancheng.core.catalogue import (
    Catalogue,
    Item,
    Measure,
    Member,
    OneThingDefinition,
    Profile,
    Step,
    Subject,
)
from bancheng.core.clock import Limit, LimitUnit
from bancheng.core.compiler._compile import compile_onething
from bancheng.core.compiler._covering import serving
from bancheng.core.compiler._personal import PersonalList
from bancheng.core.compiler._schema import BlueprintDiff, diff
from bancheng.core.compiler._steps import days_of, listed_steps, steps_path
from bancheng.core.compiler._types import Blueprint, Disposition
from bancheng.core.compiler.pass_savings import counted_after, narrowed, typed_in
from bancheng.core.evidence import Coverage, DataSource, SourceKind
from bancheng.core.kernel import Problem, Record, Severity


class ReplaceItem(Record, tag=True):
    """Another version of an item, under the same key."""

    item: Item


class ConnectSource(Record, tag=True):
    """Another data source is connected; the city's own sources are asked first."""

    source: DataSource


class DisconnectSource(Record, tag=True):
    """A data source falls away."""

    source: str


class CutLimit(Record, tag=True):
    """`days` working days less. With `item` and `step` that step; with `item` that item; with `body` every item and
    step of that body. Where no step is named, steps on the item's longest path give way until the item is so much
    faster, and its promise with it; nothing falls below a decision on the spot."""

    days: int = 1
    body: str = ""
    item: str = ""
    step: str = ""


class AddMember(Record, tag=True):
    """One more item takes part."""

    member: Member


class DropMember(Record, tag=True):
    """An item no longer takes part."""

    item: str


WhatIfChange: TypeAlias = ReplaceItem | ConnectSource | DisconnectSource | CutLimit | AddMember | DropMember


class Facets(Record):
    """What a person meets: how many questions, fields to type, materials to bring, steps, trips; working days on the
    critical path and promised; fees known without more answers, in yuan."""

    questions: int
    fields: int
    materials: int
    steps: int
    trips: Decimal
    days: Decimal
    promised: Decimal
    fee: Decimal

    def minus(self, other: Facets) -> Facets:
        """Difference of every figure."""
        return Facets(
            questions=self.questions - other.questions,
            fields=self.fields - other.fields,
            materials=self.materials - other.materials,
            steps=self.steps - other.steps,
            trips=self.trips - other.trips,
            days=self.days - other.days,
            promised=self.promised - other.promised,
            fee=self.fee - other.fee,
        )

    @property
    def nothing(self) -> bool:
        """All zero."""
        return not any(msgspec.structs.astuple(self))


class PersonEffect(Record):
    """One sample person (or whoever takes everything) before and after; `critical` are the names of the longest path's
    steps."""

    name: str
    before: Facets
    after: Facets
    critical_before: tuple[str, ...]
    critical_after: tuple[str, ...]

    @property
    def change(self) -> Facets:
        """After minus before: less is negative."""
        return self.after.minus(self.before)


class Effect(Record):
    """What changes do together. Without an `alternative` they do not compile, and the new `problems` say why."""

    changes: tuple[WhatIfChange, ...]
    alternative: Blueprint | None
    difference: BlueprintDiff | None
    people: tuple[PersonEffect, ...]
    problems: tuple[Problem, ...]

    @property
    def everybody(self) -> PersonEffect | None:
        """The effect on somebody who takes every item; None where nothing compiles."""
        return self.people[-1] if self.people else None

    @property
    def is_empty(self) -> bool:
        """Nothing changes for anybody, nor in what item managers see."""
        quiet = self.difference is not None and self.difference.is_empty
        return quiet and not self.problems and all(one.change.nothing for one in self.people)


class WhatIf(Record):
    """The base beside the alternative: all changes together, and each alone in the order given."""

    base: Blueprint
    together: Effect
    alone: tuple[Effect, ...]


class Setting(Record):
    """What the compiler is given."""

    definition: OneThingDefinition
    catalogue: Catalogue
    coverage: Coverage

    def compiled(self) -> tuple[Blueprint | None, tuple[Problem, ...]]:
        """The blueprint and its problems."""
        found = compile_onething(self.definition, self.catalogue, self.coverage)
        return found.blueprint, found.problems


class Ranked(Record):
    """A single cut and how much it helps: days on the critical path and papers, per person over the declared shares."""

    change: WhatIfChange
    words: str
    days: Decimal
    materials: Decimal
    fields: Decimal
    questions: Decimal


def apply(setting: Setting, changes: Iterable[WhatIfChange]) -> Setting:
    """The setting with the changes made, one after the other. A change of what is not there changes nothing."""
    for change in changes:
        setting = _applied(setting, change)
    return setting


def _applied(setting: Setting, change: WhatIfChange) -> Setting:
    if isinstance(change, ReplaceItem):
        return _with_items(setting, [change.item])
    if isinstance(change, CutLimit):
        items = (item for item in _members(setting) if change.item in {"", item.key})
        return _with_items(setting, [cut for item in items if (cut := _cut(item, change)) != item])
    if isinstance(change, ConnectSource):
        if any(one.key == change.source.key for one in setting.coverage.sources):
            return setting
        sources = (*setting.coverage.sources, change.source)
        return msgspec.structs.replace(setting, coverage=Coverage(sources=sources))
    if isinstance(change, DisconnectSource):
        kept = tuple(one for one in setting.coverage.sources if one.key != change.source)
        return msgspec.structs.replace(setting, coverage=Coverage(sources=kept))
    members = setting.definition.members
    if isinstance(change, DropMember):
        members = tuple(one for one in members if one.item != change.item)
    elif all(one.item != change.member.item for one in members):
        members = (*members, change.member)
    orders = tuple(
        one
        for one in setting.definition.orders
        if {one.before, one.after} <= {member.item for member in members}
    )
    definition = msgspec.structs.replace(setting.definition, members=members, orders=orders)
    return msgspec.structs.replace(setting, definition=definition)


def _members(setting: Setting) -> Iterator[Item]:
    for member in setting.definition.members:
        item = setting.catalogue.items.get(member.item)
        if item is not None:
            yield item


def _with_items(setting: Setting, items: Sequence[Item]) -> Setting:
    held = {**setting.catalogue.items, **{item.key: item for item in items}}
    return msgspec.structs.replace(setting, catalogue=msgspec.structs.replace(setting.catalogue, items=held))


def _cut(item: Item, change: CutLimit) -> Item:
    """The item with its steps and promise cut, or as it is where the change does not touch it."""
    if not item.steps:
        touched = change.step in {"", "decide"} and change.body in {"", item.body}
        return msgspec.structs.replace(item, promised=less(item.promised, change.days)) if touched else item
    cut = _step_cut(item, change) if change.step else _path_cut(item, change)
    return msgspec.structs.replace(cut, promised=less(item.promised, int(_path(item) - _path(cut))))


def _step_cut(item: Item, change: CutLimit) -> Item:
    return _shortened(item, {change.step}, change.days)


def _path_cut(item: Item, change: CutLimit) -> Item:
    """Day by day the longest step of the body on the item's longest path gives way, until the item is shorter by the
    days asked for or the body has nothing left there: side by side steps are cut both."""
    goal = max(_path(item) - change.days, Decimal(0))
    while _path(item) > goal:
        path = set(steps_path(listed_steps(item)).nodes)
        mine = [
            step
            for step in item.steps
            if step.key in path and change.body in {"", step.body or item.body} and _length(step)
        ]
        if not mine:
            break
        item = _shortened(item, {max(mine, key=_length).key}, 1)
    return item


def _shortened(item: Item, keys: set[str], days: int) -> Item:
    steps = tuple(
        msgspec.structs.replace(step, limit=less(step.limit, days)) if step.key in keys else step
        for step in item.steps
    )
    return msgspec.structs.replace(item, steps=steps)


def _path(item: Item) -> Decimal:
    return steps_path(listed_steps(item)).length


def _length(step: Step) -> Decimal:
    return days_of(step.limit)


def less(limit: Limit, days: int) -> Limit:
    """A limit that is `days` working days shorter, never below 0; one in other units is said in working days then."""
    if days <= 0 or not days_of(limit):
        return limit
    if limit.unit is LimitUnit.HOUR:
        return Limit(max(0, limit.amount - 8 * days), LimitUnit.HOUR)
    return Limit(max(0, limit.as_workdays() - days))


def what_if(setting: Setting, changes: Sequence[WhatIfChange]) -> WhatIf | None:
    """The one-thing beside itself changed; None when it does not compile as it is."""
    base, problems = setting.compiled()
    if base is None:
        return None
    known = {(one.code, one.place.path, one.message) for one in problems}
    together = _effect(setting, base, known, tuple(changes))
    alone = tuple(_effect(setting, base, known, (change,)) for change in changes) if len(changes) > 1 else ()
    return WhatIf(base=base, together=together, alone=alone or ((together,) if changes else ()))


def _effect(
    setting: Setting,
    base: Blueprint,
    known: set[tuple[str, str, str]],
    changes: tuple[WhatIfChange, ...],
) -> Effect:
    other, problems = apply(setting, changes).compiled()
    fresh = tuple(one for one in problems if (one.code, one.place.path, one.message) not in known)
    if other is None:
        errors = tuple(one for one in fresh if one.severity is Severity.ERROR)
        return Effect(changes=changes, alternative=None, difference=None, people=(), problems=errors or fresh)
    profiles: tuple[Profile | None, ...] = (*base.profiles, None)
    people = tuple(_person(base, other, profile) for profile in profiles)
    return Effect(
        changes=changes, alternative=other, difference=diff(base, other), people=people, problems=fresh
    )


def _person(base: Blueprint, other: Blueprint, profile: Profile | None) -> PersonEffect:
    before, critical_before = facets(base, profile)
    after, critical_after = facets(other, profile)
    return PersonEffect(
        name=profile.name if profile else "办齐所有事项的人",
        before=before,
        after=after,
        critical_before=critical_before,
        critical_after=critical_after,
    )


def facets(blueprint: Blueprint, profile: Profile | None) -> tuple[Facets, tuple[str, ...]]:
    """What one person meets, and the names along their critical path."""
    person, facts = narrowed(blueprint, profile)
    names = {step.key: step.name for step in person.plan.steps}
    return _facets(blueprint, profile, person, facts), tuple(names[key] for key in person.clock.critical)


def _questions(blueprint: Blueprint, profile: Profile | None, facts: dict[str, object]) -> list[str]:
    told = set(profile.answers) if profile else set()
    return [
        one.element
        for one in blueprint.questions
        if not one.source and (one.element in told or one.element not in facts)
    ]


def _facets(
    blueprint: Blueprint, profile: Profile | None, person: PersonalList, facts: dict[str, object]
) -> Facets:
    counted = counted_after(blueprint, person, facts)
    return Facets(
        questions=len(_questions(blueprint, profile, facts)),
        fields=int(counted[Measure.FIELDS]),
        materials=int(counted[Measure.MATERIALS]),
        steps=int(counted[Measure.STEPS]),
        trips=counted[Measure.TRIPS],
        days=person.clock.critical_days,
        promised=counted[Measure.DAYS],
        fee=sum((fee.amount for fee in person.fees if fee.amount is not None), Decimal(0)),
    )


def single_cuts(setting: Setting, days: int = 1) -> list[tuple[WhatIfChange, str]]:
    """Every single cut worth trying, in words: each body `days` faster, each uncovered paper or value connected."""
    base, _ = setting.compiled()
    if base is None:
        return []
    bodies = dict.fromkeys(body for step in base.plan.steps for body in step.bodies)
    cuts: list[tuple[WhatIfChange, str]] = [
        (CutLimit(body=body, days=days), f"{base.body_names.get(body, body)}的时限减 {days} 个工作日")
        for body in bodies
    ]
    for paper in base.materials:
        if paper.disposition is Disposition.ASKED:
            source = hypothetical(documents=(paper.document,), name=paper.name)
            cuts.append((ConnectSource(source=source), f"接通“{paper.name}”的证照库"))
    for field in base.fields:
        if not field.source and not field.producers and not field.ask_afresh and len(field.bodies) > 1:
            source = hypothetical(elements=(field.element,), name=field.name)
            cuts.append((ConnectSource(source=source), f"接通能给出“{field.name}”的登记库"))
    return cuts


def hypothetical(*, name: str, documents: tuple[str, ...] = (), elements: tuple[str, ...] = ()) -> DataSource:
    """A source that is not connected yet, holding only this."""
    first = (*documents, *elements)[0]
    return DataSource(
        key=f"if_{first}",
        name=f"{name}（假设接通）",
        body="",
        kind=SourceKind.LICENCES if documents else SourceKind.REGISTER,
        keyed_by="",
        subject=Subject.MATTER,
        elements=elements,
        documents=documents,
    )


class _Asked(Record):
    """What one person meets as things are, with the elements they fill in and those of them that are questions."""

    profile: Profile | None
    facets: Facets
    typed: frozenset[str]
    questions: frozenset[str]

    @classmethod
    def of(cls, base: Blueprint, profile: Profile | None) -> _Asked:
        person, facts = narrowed(base, profile)
        return cls(
            profile=profile,
            facets=_facets(base, profile, person, facts),
            typed=frozenset(typed_in(base, person, facts)),
            questions=frozenset(_questions(base, profile, facts)),
        )

    def told(self, element: str) -> Facets:
        """The same when a source tells this element."""
        return msgspec.structs.replace(
            self.facets,
            fields=self.facets.fields - (element in self.typed),
            questions=self.facets.questions - (element in self.questions),
        )


def _after(
    setting: Setting, base: Blueprint, change: WhatIfChange, people: Sequence[_Asked]
) -> list[Facets] | None:
    """What each person meets after a single cut; None where it does not compile.

    A source that is connected changes who brings or tells what it holds and nothing else: that is seen on the
    blueprint as it is, for compiling a large one-thing anew for each of its fields takes many seconds.
    """
    if isinstance(change, ConnectSource) and change.source.elements:
        (element,) = change.source.elements
        return [one.told(element) for one in people]
    if isinstance(change, ConnectSource):
        other: Blueprint | None = _waived(base, change.source)
    else:
        other, _ = apply(setting, (change,)).compiled()
    return None if other is None else [facets(other, one.profile)[0] for one in people]


def _waived(base: Blueprint, source: DataSource) -> Blueprint:
    """The blueprint with the papers of a source as the pass over materials disposes of them when it is connected."""
    held = set(source.documents)
    materials = tuple(
        msgspec.structs.replace(
            one,
            disposition=Disposition.WAIVED if one.disposition is Disposition.ASKED else one.disposition,
            source=source.key,
            source_name=source.name,
        )
        if not one.source and one.disposition is not Disposition.FORM and held & set(serving(one))
        else one
        for one in base.materials
    )
    return msgspec.structs.replace(base, materials=materials)


def rank(setting: Setting, days: int = 1) -> tuple[Ranked, ...]:
    """Which single cut helps most: first by working days on the critical path, then by papers, fields and questions.

    Figures are per person over the declared shares (everybody's where no share is declared). Cuts that change nothing
    for anyone come last, with zeros, so that one sees what is not worth the money.
    """
    cuts = single_cuts(setting, days)
    base, _ = setting.compiled()
    if base is None:
        return ()
    profiles: list[tuple[Profile | None, Decimal]] = [
        (one, one.share) for one in base.profiles if one.share
    ] or [(None, Decimal(1))]
    total = sum((share for _, share in profiles), Decimal(0))
    people = [_Asked.of(base, profile) for profile, _ in profiles]
    found: list[Ranked] = []
    for change, words in cuts:
        after = _after(setting, base, change, people)
        if after is None:
            continue
        gained = [
            (one.facets.minus(new), share / total)
            for one, (_, share), new in zip(people, profiles, after, strict=True)
        ]
        found.append(
            Ranked(
                change=change,
                words=words,
                days=sum((one.days * share for one, share in gained), Decimal(0)),
                materials=sum((one.materials * share for one, share in gained), Decimal(0)),
                fields=sum((one.fields * share for one, share in gained), Decimal(0)),
                questions=sum((one.questions * share for one, share in gained), Decimal(0)),
            )
        )
    return tuple(
        sorted(found, key=lambda one: (-one.days, -one.materials, -one.fields, -one.questions, one.words))
    )
