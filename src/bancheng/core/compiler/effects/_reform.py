"""压减: what a one-thing saves, by a frozen "before", per sample person and over the declared shares, and for a city.

Formulas are decided in docs/decisions (what the reform counts). A rate is 1 − after/before and has no value where
before is 0: such a row is listed as excluded, never counted as 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from bancheng.core.catalogue import Item, Measure, Profile
from bancheng.core.clock import Limit
from bancheng.core.compiler._steps import days_of
from bancheng.core.compiler._types import Blueprint, Savings
from bancheng.core.compiler.pass_savings import narrowed, savings_for
from bancheng.core.kernel import Record

LEGAL = "legal"
"The sixth figure: the promise against the statutory limits."
_LEGAL_FORMULA = (
    "前＝各事项法定时限按先后连起来最长的一串（没有法定时限的按承诺时限）；"
    "后＝本件事的承诺时限；减幅＝1−后÷前"
)
_EVERYBODY = "办理全部联办事项（含自选）的申请人"
MEAN_FORMULA = "减幅的平均＝各行减幅相加÷行数（没有减幅的行不计，另列）"
SUMS_FORMULA = "合计的减幅＝1−各行“后”之和÷各行“前”之和（没有减幅的行不计，另列）"


class Baseline(Record):
    """A frozen "before": the blueprint as it stood on a day. Later versions of its items do not move it."""

    blueprint: Blueprint
    on: date
    by: str = ""
    note: str = ""

    @property
    def words(self) -> str:
        """How a figure names it."""
        who = f"，{self.by}定" if self.by else ""
        return f"{self.on.isoformat()} 定稿的“以前”（{self.blueprint.digest[:12]}{who}）"


class Excluded(Record):
    """A row left out of a rate: which, of which figure, why."""

    subject: str
    measure: str
    reason: str


class FigureLine(Record):
    """One figure before and after; `rate` is None where there is none (then a row in `excluded` says why)."""

    measure: str
    before: Decimal
    after: Decimal
    formula: str = ""

    @property
    def exact(self) -> Decimal | None:
        """1 − after/before, unrounded."""
        return 1 - self.after / self.before if self.before else None

    @property
    def rate(self) -> Decimal | None:
        """The same to four places, as it is shown."""
        return rounded(self.exact)


class PersonFigure(Record):
    """The figures of one sample person, or of somebody who takes everything; `share` is their normalised weight, None
    when they carry none."""

    name: str
    share: Decimal | None
    savings: Savings
    lines: tuple[FigureLine, ...]


class Reform(Record):
    """What one one-thing saves: per person, and expected over the declared shares (`lines`).

    `weights` says in words how the persons were weighed and what share of people no sample person stands for.
    """

    onething: str
    name: str
    baseline: str
    people: tuple[PersonFigure, ...]
    lines: tuple[FigureLine, ...]
    weights: str
    excluded: tuple[Excluded, ...]
    remarks: tuple[str, ...] = ()

    @property
    def mean_of_rates(self) -> Decimal | None:
        """Over the five measures of the bundle."""
        return mean_of_rates(self.measures)

    @property
    def rate_of_sums(self) -> Decimal | None:
        """Over the five measures of the bundle."""
        return rate_of_sums(self.measures)

    @property
    def measures(self) -> tuple[FigureLine, ...]:
        """The five measures, without the line against the law."""
        return tuple(line for line in self.lines if line.measure != LEGAL)


class OverallLine(Record):
    """One figure over many rows (one-things, cases or items), both ways of putting rates together."""

    measure: str
    before: Decimal
    after: Decimal
    mean_of_rates: Decimal | None
    rate_of_sums: Decimal | None
    counted: int
    rows: int


class Overall(Record):
    """A city's table: `lines` per figure, the rows they were made of, and what was left out."""

    lines: tuple[OverallLine, ...]
    excluded: tuple[Excluded, ...]


def rounded(rate: Decimal | None) -> Decimal | None:
    """To four places, so that percentages have two."""
    return None if rate is None else rate.quantize(Decimal("0.0001"))


def mean_of_rates(lines: Iterable[FigureLine]) -> Decimal | None:
    """The mean over the rows that have a rate; None without any."""
    rates = [rate for line in lines if (rate := line.exact) is not None]
    return rounded(sum(rates, Decimal(0)) / len(rates)) if rates else None


def rate_of_sums(lines: Iterable[FigureLine]) -> Decimal | None:
    """The rate of the sums over the same rows; None without any."""
    counted = [line for line in lines if line.before]
    before = sum((line.before for line in counted), Decimal(0))
    return rounded(1 - sum((line.after for line in counted), Decimal(0)) / before) if before else None


def reform(blueprint: Blueprint, baseline: Baseline | None = None) -> Reform:
    """Every figure of one one-thing. Without a baseline the blueprint's own items are the "before", and it says so."""
    frozen = baseline.blueprint if baseline else None
    weights, words = _weights(blueprint.profiles)
    total = sum(weights, Decimal(0))
    wanted: tuple[Profile | None, ...] = (*blueprint.profiles, None)
    people = tuple(
        _person(blueprint, frozen, profile, weight / total if weight else None)
        for profile, weight in zip(wanted, (*weights, Decimal(0)), strict=True)
    )
    counted = list(zip(people, weights, strict=False)) if total else [(people[-1], Decimal(1))]
    expected = tuple(
        _expected([(one.lines[at], weight) for one, weight in counted]) for at in range(len(people[-1].lines))
    )
    return Reform(
        onething=blueprint.key,
        name=blueprint.name,
        baseline=baseline.words if baseline else "没有定稿：以本版各事项为“以前”，事项一改数字就会变",
        people=people,
        lines=expected,
        weights=words,
        excluded=tuple(_left_out(blueprint, expected)),
        remarks=tuple(dict.fromkeys((*_drift(blueprint, frozen), *_remarks(people)))),
    )


def _person(
    blueprint: Blueprint, frozen: Blueprint | None, profile: Profile | None, share: Decimal | None
) -> PersonFigure:
    savings = savings_for(blueprint, profile, frozen=frozen)
    five = tuple(
        FigureLine(measure=line.measure.value, before=line.before, after=line.after, formula=line.formula)
        for line in savings.lines
    )
    statutory = narrowed(frozen or blueprint, profile)[0].clock.statutory
    days = next(line.after for line in savings.lines if line.measure is Measure.DAYS)
    # Without a statutory limit there is nothing to compare with: before 0 leaves the row out.
    law = FigureLine(measure=LEGAL, before=statutory or Decimal(0), after=days, formula=_LEGAL_FORMULA)
    return PersonFigure(name=savings.base, share=share, savings=savings, lines=(*five, law))


def _weights(profiles: Sequence[Profile]) -> tuple[list[Decimal], str]:
    """A weight for each sample person, and in words how they were weighed."""
    if not profiles:
        return [], f"没有典型申请人，按“{_EVERYBODY}”计"
    shares = [one.share or Decimal(0) for one in profiles]
    total = sum(shares, Decimal(0))
    if not total:
        return [Decimal(1)] * len(profiles), f"没有申报占比，{len(profiles)} 位典型申请人各算一份"
    told = "、".join(f"{one.name} {percent(one.share)}" for one in profiles if one.share)
    words = [f"按申报占比加权（{told}）"]
    if total != 1:
        words.append(f"占比合计 {percent(total)}，按比例折成 100%")
    if total < 1:
        words.append(f"其余 {percent(1 - total)} 的人没有示例，没有计入")
    without = "、".join(one.name for one in profiles if not one.share)
    if without:
        words.append(f"{without}没有占比，不计入平均")
    return shares, "；".join(words)


def percent(share: Decimal | None) -> str:
    """``45%``, ``12.5%``: of a share or a rate, without trailing zeros; a dash for none."""
    if share is None:
        return "—"
    text = f"{share * 100:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"


def _expected(column: Sequence[tuple[FigureLine, Decimal]]) -> FigureLine:
    # A person without a value before (no statutory limit) is left out of this line, not counted as 0.
    held = [(line, weight) for line, weight in column if line.before or line.measure != LEGAL]
    total = sum((weight for _, weight in held), Decimal(0))
    first = column[0][0]
    if not total:
        return FigureLine(measure=first.measure, before=Decimal(0), after=Decimal(0), formula=first.formula)
    return FigureLine(
        measure=first.measure,
        before=sum((line.before * weight for line, weight in held), Decimal(0)) / total,
        after=sum((line.after * weight for line, weight in held), Decimal(0)) / total,
        formula=first.formula,
    )


def _left_out(blueprint: Blueprint, lines: Iterable[FigureLine]) -> Iterator[Excluded]:
    for line in lines:
        if not line.before:
            reason = "各事项都没有法定时限" if line.measure == LEGAL else "以前就是 0，没有可减的"
            yield Excluded(subject=blueprint.name, measure=line.measure, reason=reason)


def _drift(blueprint: Blueprint, frozen: Blueprint | None) -> Iterator[str]:
    """What has changed since the "before" was frozen: the figures do not move, but a reader should know."""
    if frozen is None:
        return
    then = {item.key: item for item in frozen.items}
    now = {item.key: item for item in blueprint.items}
    for key, item in now.items():
        if key not in then:
            yield f"“{item.name}”是定稿后加入的，“以前”里没有它"
        elif then[key].digest != item.digest:
            yield f"“{item.name}”定稿后改过，“以前”仍按定稿时的第 {then[key].version} 版"
    for key, item in then.items():
        if key not in now:
            yield f"“{item.name}”定稿后移出，“以前”里仍有它"


def _remarks(people: Iterable[PersonFigure]) -> Iterator[str]:
    for one in people:
        yield from one.savings.excluded
    yield from (one for one in _no_statutory(people))


def _no_statutory(people: Iterable[PersonFigure]) -> Iterator[str]:
    for one in people:
        if one.share and not one.lines[-1].before:
            yield f"{one.name}要办的事项都没有法定时限，不计入与法定时限的比较"


def overall(rows: Iterable[tuple[str, Sequence[FigureLine]]]) -> Overall:
    """Rows (a name, its lines) put together per figure: the mean of their rates and the rate of their sums."""
    named = list(rows)
    order = dict.fromkeys(line.measure for _, lines in named for line in lines)
    lines: list[OverallLine] = []
    excluded: list[Excluded] = []
    for measure in order:
        column = [(name, line) for name, held in named for line in held if line.measure == measure]
        counted = [line for _, line in column if line.before]
        lines.append(
            OverallLine(
                measure=measure,
                before=sum((line.before for line in counted), Decimal(0)),
                after=sum((line.after for line in counted), Decimal(0)),
                mean_of_rates=mean_of_rates(counted),
                rate_of_sums=rate_of_sums(counted),
                counted=len(counted),
                rows=len(column),
            )
        )
        excluded += [
            Excluded(
                subject=name,
                measure=measure,
                reason="没有法定时限" if measure == LEGAL else "以前就是 0",
            )
            for name, line in column
            if not line.before
        ]
    return Overall(lines=tuple(lines), excluded=tuple(excluded))


def cohort(measure: str, counted: Iterable[tuple[Decimal, Decimal, int]]) -> OverallLine:
    """Many equal rows put together: (before, after, how many) of one figure, as `overall` would of each by itself."""
    rows = [row for row in counted if row[2]]
    held = [(before, after, n) for before, after, n in rows if before]
    many = sum(n for _, _, n in held)
    before = sum((before * n for before, _, n in held), Decimal(0))
    after = sum((after * n for _, after, n in held), Decimal(0))
    rates = sum(((1 - after / before) * n for before, after, n in held), Decimal(0))
    return OverallLine(
        measure=measure,
        before=before,
        after=after,
        mean_of_rates=rounded(rates / many) if many else None,
        rate_of_sums=rounded(1 - after / before) if before else None,
        counted=many,
        rows=sum(n for _, _, n in rows),
    )


def promises_against_law(items: Iterable[Item]) -> Overall:
    """整体承诺时限比法定时限压缩: over items, promise against statutory limit, both in working days.

    An item without a statutory limit, or with one of 0 days, is excluded and listed.
    """
    rows = [
        (
            item.name,
            (FigureLine(measure=LEGAL, before=_workdays(item.statutory), after=days_of(item.promised)),),
        )
        for item in items
    ]
    return overall(rows)


def _workdays(limit: Limit | None) -> Decimal:
    return days_of(limit) if limit else Decimal(0)
