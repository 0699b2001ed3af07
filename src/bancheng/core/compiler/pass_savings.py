"""Pass 8: what the bundle saves. Before: the items one by one, in their frozen versions. After: the bundle."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal

import msgspec

from bancheng.core.catalogue import Measure, Profile
from bancheng.core.clock import LimitUnit
from bancheng.core.compiler._assemble import assemble
from bancheng.core.compiler._draft import Draft
from bancheng.core.compiler._feel import truth
from bancheng.core.compiler._narrow import Person, facts_of, narrow_to
from bancheng.core.compiler._personal import PersonalList
from bancheng.core.compiler._steps import days_of
from bancheng.core.compiler._types import (
    Blueprint,
    ClockSummary,
    ItemBefore,
    PlannedItem,
    Savings,
    SavingsLine,
)
from bancheng.core.compiler.pass_clock import whole_days
from bancheng.core.evidence import Known

OUTER_STEPS = 3
"申请、受理、送达: what a person goes through besides the steps of an item."

FORMULAS = {
    Measure.FIELDS: (
        "前＝各事项表单要填的项之和；后＝合并去重后仍要本人回答的项（含情形问题），"
        "数据源可预填的、联办事项办出后才有的不计；减幅＝1−后÷前"
    ),
    Measure.MATERIALS: (
        "前＝各事项材料条目之和；后＝去重、免提交、内部流转、表单生成之后仍要本人提交的材料；减幅＝1−后÷前"
    ),
    Measure.STEPS: (
        "前＝各事项（申请、受理、各环节、送达）之和；"
        "后＝一次申请、一次受理、合并后的环节、一次送达；减幅＝1−后÷前"
    ),
    Measure.TRIPS: "前＝各事项到现场次数之和；后＝全部可网办为 0，否则取各事项中最多的次数；减幅＝1−后÷前",
    Measure.DAYS: "前＝各事项承诺时限之和（逐个办理，工作日）；后＝本件事的承诺时限；减幅＝1−后÷前",
}


def pass_savings(draft: Draft) -> Draft:
    """Count fields, materials, steps, trips and days before and after, for the first sample person or, without one, for
    everybody who takes all members. A draft that has no clock is left as it is."""
    if draft.plan is None or draft.clock is None:
        return draft
    profile = draft.definition.profiles[0] if draft.definition.profiles else None
    return msgspec.structs.replace(draft, savings=savings_for(assemble(draft, addressed=False), profile))


def savings_for(blueprint: Blueprint, profile: Profile | None, *, frozen: Blueprint | None = None) -> Savings:
    """Before and after for one sample person; None counts all members, optional ones too, and every row not ruled out.

    `frozen` is the blueprint of the day on which the "before" was settled: its items, versions and conditions are
    counted then, whatever has become of them since. Without one the blueprint's own items are.

    Definitions are in each line's `formula`. A condition still open counts on both sides. Evidence counts as far as the
    city's coverage reaches. `rate` of a line is the rate of sums over the items; `mean_of_rates` is the mean over the
    lines, `rate_of_sums` the rate of all lines added up. `excluded` says which promises were converted.
    """
    person, facts = narrowed(blueprint, profile)
    items = (*person.items, *person.open_items)
    before = items_before(frozen, profile) if frozen else _rows(blueprint, items, facts)
    after = counted_after(blueprint, person, facts)
    lines = tuple(
        _line(
            measure, sum((Decimal(getattr(row, measure.value)) for row in before), Decimal(0)), after[measure]
        )
        for measure in Measure
    )
    rates = [line.rate for line in lines if line.rate is not None]
    return Savings(
        lines=lines,
        before=before,
        mean_of_rates=_round(sum(rates, Decimal(0)) / len(rates)) if rates else None,
        excluded=tuple(_remarks(items, person.clock)),
        rate_of_sums=_rate(sum(line.before for line in lines), sum(line.after for line in lines)),
        base=profile.name if profile else "办理全部联办事项（含自选）的申请人",
    )


def items_before(blueprint: Blueprint, profile: Profile | None) -> tuple[ItemBefore, ...]:
    """What the items a sample person needs ask and take one by one, as this blueprint has them."""
    person, facts = narrowed(blueprint, profile)
    return _rows(blueprint, (*person.items, *person.open_items), facts)


def _rows(
    blueprint: Blueprint, items: Iterable[PlannedItem], facts: dict[str, object]
) -> tuple[ItemBefore, ...]:
    demands = _demands(blueprint)
    verdicts: dict[str, bool] = {}
    return tuple(_before(item, demands, facts, verdicts) for item in items)


def before_of(
    blueprint: Blueprint, answers: Mapping[str, object], items: Collection[str]
) -> list[ItemBefore]:
    """The same for somebody who told `answers` and took exactly `items`."""
    facts = facts_of(blueprint, answers, Known(), items)
    return list(_rows(blueprint, (item for item in blueprint.items if item.key in items), facts))


def narrowed(blueprint: Blueprint, profile: Profile | None) -> tuple[PersonalList, dict[str, object]]:
    """The list of a sample person, or of somebody who takes everything, with the facts it was judged by."""
    answers: dict[str, object] = dict(profile.answers) if profile else {}
    wanted = () if profile else tuple(item.key for item in blueprint.items if item.optional)
    facts = facts_of(blueprint, answers, Known(), wanted)
    person = Person(blueprint, facts, set(answers), Known(), None, assume_coverage=True)
    return narrow_to(person, ask=False), facts


_Demands = tuple[dict[str, list[str]], dict[str, list[str]], dict[str, list[str]]]
"Item → the conditions of its fields, of its materials, and of its steps."


def _demands(blueprint: Blueprint) -> _Demands:
    fields: dict[str, list[str]] = {}
    materials: dict[str, list[str]] = {}
    steps: dict[str, list[str]] = {}
    for field in blueprint.fields:
        for asked in field.origins:
            fields.setdefault(asked.item, []).append(asked.visible)
    for paper in blueprint.materials:
        for wanted in paper.origins:
            materials.setdefault(wanted.item, []).append(wanted.when)
    for step in blueprint.plan.steps:
        for part in step.origins:
            steps.setdefault(part.item, []).append(part.when)
    return fields, materials, steps


def _before(
    item: PlannedItem, demands: _Demands, facts: dict[str, object], verdicts: dict[str, bool]
) -> ItemBefore:
    """The item alone: every field and material it demands of this person, nothing known, nothing shared."""
    fields, materials, steps = (found.get(item.key, []) for found in demands)
    return ItemBefore(
        item=item.key,
        name=item.name,
        version=item.version,
        fields=_count(fields, facts, verdicts),
        materials=_count(materials, facts, verdicts),
        steps=OUTER_STEPS + _count(steps, facts, verdicts),
        trips=item.visits,
        days=days_of(item.promised),
    )


def _count(texts: Iterable[str], facts: dict[str, object], verdicts: dict[str, bool]) -> int:
    """How many are not ruled out; each text is judged once for all items."""
    number = 0
    for text in texts:
        if text not in verdicts:
            verdicts[text] = truth(text, facts) is not False
        number += verdicts[text]
    return number


def typed_in(blueprint: Blueprint, person: PersonalList, facts: dict[str, object]) -> set[str]:
    """The elements that somebody with this list still answers or fills in."""
    asked = {
        question.element
        for question in blueprint.questions
        if not question.source and truth(question.when, facts) is not False
    }
    return asked | {
        one.field.element for one in person.fields if not one.field.source or one.field.ask_afresh
    }


def counted_after(
    blueprint: Blueprint, person: PersonalList, facts: dict[str, object]
) -> dict[Measure, Decimal]:
    """What somebody with this list still fills in, brings and goes through."""
    items = (*person.items, *person.open_items)
    return {
        Measure.FIELDS: Decimal(len(typed_in(blueprint, person, facts))),
        Measure.MATERIALS: Decimal(sum(one.asked is not False for one in person.materials)),
        Measure.STEPS: Decimal(OUTER_STEPS + len(person.plan.steps) if items else 0),
        Measure.TRIPS: Decimal(
            0 if all(item.online for item in items) else max((item.visits for item in items), default=0)
        ),
        Measure.DAYS: _days(person.clock),
    }


def _days(clock: ClockSummary) -> Decimal:
    """The promise; where it is the path rounded up to whole days, the path: the items' own days are not rounded."""
    return clock.critical_days if _rounded(clock) else days_of(clock.promised)


def _rounded(clock: ClockSummary) -> bool:
    return clock.critical_days < days_of(clock.promised) == days_of(whole_days(clock.critical_days))


def _line(measure: Measure, before: Decimal, after: Decimal) -> SavingsLine:
    return SavingsLine(
        measure=measure, before=before, after=after, rate=_rate(before, after), formula=FORMULAS[measure]
    )


def _rate(before: Decimal | int, after: Decimal | int) -> Decimal | None:
    return _round(1 - Decimal(after) / Decimal(before)) if before else None


def _round(rate: Decimal) -> Decimal:
    return rate.quantize(Decimal("0.0001"))


def _remarks(items: tuple[PlannedItem, ...], clock: ClockSummary) -> Iterator[str]:
    if _rounded(clock):
        yield f"承诺 {clock.promised.words()} 是取整的，按最长的一串 {clock.critical_days.normalize():f} 个工作日计"
    for item in items:
        if item.promised.unit is LimitUnit.IMMEDIATE:
            yield f"“{item.name}”当场办结，时限按 0 个工作日计"
        elif item.promised.approximate:
            yield f"“{item.name}”的承诺时限 {item.promised.words()} 折算成 {days_of(item.promised)} 个工作日"
