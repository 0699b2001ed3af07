"""The same figures again, from what really happened: what closed cases took, against the frozen "before".

A case is counted once, when it has closed, and its counts are kept; a new "before" makes it be counted again while its
values are still there. Everything shown is then added up by the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from bancheng.core.casework import AnyEvent, Phase, Used, day_of, decode_event, used
from bancheng.core.catalogue import Measure
from bancheng.core.compiler import Blueprint
from bancheng.core.compiler.effects import OUTER_STEPS, Baseline, OverallLine, before_of, cohort
from bancheng.core.kernel import chinese_date
from bancheng.store.models import Case, CaseEvent, CaseFigure, CaseForm, SavingsBaseline
from bancheng.usecases import town
from bancheng.usecases.access import Actor
from bancheng.usecases.each import each, ready
from bancheng.usecases.figures import Frozen, baseline, baselines
from bancheng.usecases.kept import ENDED_PHASES
from bancheng.usecases.town import packs
from bancheng.usecases.watch import scope

CHUNK = 200
"""Cases counted together: five queries each time."""
AT_ONCE = 400
"""How many a page counts before it shows itself; the command counts all."""
EXCLUDED = {
    "withdrawn": "申请人撤回",
    "not_needed": "不需要办理",
    "not_ours": "不归本地办",
    "undecided": "没有一个事项作出决定",
    "erased": "填写内容已按规定删除，来不及计数",
    "new_items": "办了定稿时还没有的事项",
}
"""Why a case is left out, in words."""
_TURNED_AWAY = {
    Phase.WITHDRAWN.value: "withdrawn",
    Phase.NOT_NEEDED.value: "not_needed",
    Phase.NOT_OURS.value: "not_ours",
}


def uncounted() -> QuerySet[Case]:
    """Closed cases that were not counted yet, or by another "before" than the current one."""
    closed = Case.objects.filter(
        status__in=[phase.value for phase in ENDED_PHASES], finished_at__isnull=False
    )
    current = SavingsBaseline.objects.filter(key=OuterRef("onething"), current=True)
    values = CaseForm.objects.filter(case=OuterRef("pk"), values__isnull=False)
    stale = Q(figure__reason__in=["", "new_items"]) & Exists(current) & Exists(values)
    # A row whose values are gone cannot be counted anew: it keeps its numbers and the "before" they came from.
    kept = Exists(current.filter(pk=OuterRef("figure__baseline_id")))
    return closed.filter(Q(figure=None) | (stale & ~kept))


def count(most: int | None = None) -> int:
    """Count closed cases until none is left or `most` are done; how many."""
    done, now = 0, timezone.now()
    while most is None or done < most:
        size = CHUNK if most is None else min(CHUNK, most - done)
        left = uncounted()
        cases = ready("figures.case", left.order_by("finished_at", "id"), now, size, wanted=left)
        if not cases:
            break
        _count(cases, now)
        done += len(cases)
    return done


def _count(cases: Sequence[Case], now: datetime) -> None:
    ids = [case.pk for case in cases]
    forms: dict[object, CaseForm] = {}
    for form in CaseForm.objects.filter(case__in=ids).order_by("case_id", "number"):
        forms[form.case_id] = form
    events: dict[object, list[CaseEvent]] = {}
    for row in CaseEvent.objects.filter(case__in=ids).order_by("case_id", "seq"):
        events.setdefault(row.case_id, []).append(row)
    current = baselines()
    rows: list[CaseFigure] = []

    def figured(case: Case) -> int:
        told = [decode_event(row.body, row.version) for row in events.get(case.pk, [])]
        rows.append(_figure(case, forms.get(case.pk), told, current.get(case.onething)))
        return 1

    each("figures.case", cases, figured, now)
    CaseFigure.objects.bulk_create(rows, update_conflicts=True, unique_fields=["case"], update_fields=COLUMNS)


COLUMNS = [
    *("baseline", "onething", "closed_on", "reason"),
    *(name for measure in Measure for name in (measure.value, f"{measure.value}_before")),
]
"""Every column that counting writes."""


def _figure(case: Case, form: CaseForm | None, events: Sequence[AnyEvent], base: Frozen | None) -> CaseFigure:
    closed = day_of(case.finished_at) if case.finished_at else date.min
    row = CaseFigure(
        case=case, baseline_id=base[0] if base else None, onething=case.onething, closed_on=closed
    )
    took = used(events, packs().calendar) if case.status == Phase.FINISHED.value else None
    frozen = baseline(base)
    if took is None:
        row.reason = _TURNED_AWAY.get(case.status, "undecided")
    elif form is None or form.values is None:
        row.reason = "erased"
    elif frozen and set(took.items) - {item.key for item in frozen.blueprint.items}:
        row.reason = "new_items"
    else:
        _fill(row, took, form, _before_by(case, frozen))
    return row


def _before_by(case: Case, frozen: Baseline | None) -> Blueprint:
    # Nothing frozen: the blueprint the case pinned is what its items asked for on that day.
    return frozen.blueprint if frozen else town.blueprint(case.blueprint_id)


def _fill(row: CaseFigure, took: Used, form: CaseForm, frozen: Blueprint) -> None:
    values = form.values or {}
    before = before_of(frozen, values, took.items)
    row.fields = len(set(values) - set(form.known or {}))
    row.materials, row.steps = took.materials, took.steps + OUTER_STEPS
    row.trips, row.days = took.trips, took.days
    row.fields_before = sum(one.fields for one in before)
    row.materials_before = sum(one.materials for one in before)
    row.steps_before = sum(one.steps for one in before)
    row.trips_before = sum(one.trips for one in before)
    row.days_before = sum((one.days for one in before), Decimal(0))


# ---------------------------------------------------------------- added up


@dataclass(frozen=True)
class Left:
    """Cases left out for one reason: how many, and the numbers of the newest."""

    reason: str
    words: str
    cases: int
    numbers: tuple[str, ...]


@dataclass(frozen=True)
class Actual:
    """What the cases of one one-thing (or of all, key "") took: per measure, sums over `cases`."""

    key: str
    name: str
    cases: int
    lines: tuple[OverallLine, ...]


@dataclass(frozen=True)
class Actuals:
    """The figures of a period, per one-thing and over all; what was left out; how many are still to be counted."""

    start: date
    end: date
    whole: Actual
    rows: tuple[Actual, ...]
    left: tuple[Left, ...]
    waiting: int


SHOWN = 20
"""Numbers of cases shown for each reason."""


def actuals(actor: Actor, start: date, end: date, onething: str = "") -> Actuals:
    """What cases that closed within the period really took: nine queries, however many cases there are.

    Raises:
        NotAllowed: supervision is not theirs.
    """
    mine = CaseFigure.objects.filter(
        case__in=scope(actor).order_by().values("pk"), closed_on__gte=start, closed_on__lte=end
    )
    if onething:
        mine = mine.filter(onething=onething)
    counted = mine.filter(reason="")
    cohorts: dict[tuple[str, str], list[tuple[Decimal, Decimal, int]]] = {}
    cases: dict[str, int] = {}
    for measure in Measure:
        pairs = counted.order_by().values_list("onething", f"{measure.value}_before", measure.value)
        for key, before, after, n in pairs.annotate(n=Count("pk")):
            found = (Decimal(before), Decimal(after), n)
            cohorts.setdefault((key, measure.value), []).append(found)
            cohorts.setdefault(("", measure.value), []).append(found)
            if measure is Measure.FIELDS:
                cases[key] = cases.get(key, 0) + n
    rows = tuple(
        Actual(key, _name(key), n, _lines(cohorts, key))
        for key, n in sorted(cases.items(), key=lambda pair: -pair[1])
    )
    whole = Actual("", "全部一件事", sum(cases.values()), _lines(cohorts, ""))
    return Actuals(start, end, whole, rows, tuple(_left(mine)), uncounted().count())


def _lines(
    cohorts: dict[tuple[str, str], list[tuple[Decimal, Decimal, int]]], key: str
) -> tuple[OverallLine, ...]:
    return tuple(cohort(measure.value, cohorts.get((key, measure.value), ())) for measure in Measure)


def _left(mine: QuerySet[CaseFigure]) -> Iterable[Left]:
    counts = dict(mine.exclude(reason="").order_by().values_list("reason").annotate(n=Count("pk")))
    newest: dict[str, list[str]] = {}
    rows = mine.exclude(reason="").order_by("-closed_on", "-pk").values_list("reason", F("case__number"))
    for reason, number in rows[: SHOWN * len(EXCLUDED)]:
        newest.setdefault(reason, []).append(number)
    for reason, n in sorted(counts.items(), key=lambda pair: -pair[1]):
        yield Left(reason, EXCLUDED.get(reason, reason), n, tuple(newest.get(reason, ())[:SHOWN]))


def _name(key: str) -> str:
    found = packs().catalogue.onethings.get(key)
    return found.name if found else key


def table(found: Actuals) -> Iterable[tuple[object, ...]]:
    """The figures as rows to take away."""
    yield (
        "一件事",
        "办件",
        "量",
        "以前（合计）",
        "实际（合计）",
        "减幅（合计）",
        "减幅（平均）",
        "计入",
        "期间",
    )
    span = f"{chinese_date(found.start)}至{chinese_date(found.end)}办结"
    for row in (*found.rows, found.whole):
        for line in row.lines:
            yield (
                row.name, row.cases, line.measure, line.before, line.after, line.rate_of_sums, line.mean_of_rates,
                line.counted, span,
            )  # fmt: skip
    for one in found.left:
        yield ("没有计入", one.cases, "", "", "", "", "", 0, one.words)
