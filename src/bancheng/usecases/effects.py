"""What an item manager may try on a one-thing before it goes live: what if, a rehearsal with the town's own staff and
arrivals, and the fake one-thing test with what its records tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import msgspec
from django.db.models import Count, Q
from django.utils import timezone

from bancheng.connect.packs import Loaded
from bancheng.core.casework import MarkKind, MarkReason, decode_event
from bancheng.core.casework import events as ev
from bancheng.core.catalogue import Item, ServiceExpectation
from bancheng.core.compiler import Blueprint
from bancheng.core.compiler.effects import (
    ExpectationCheck,
    FakeRecords,
    FakeTest,
    Observed,
    Ranked,
    Rehearsal,
    Scenario,
    ServiceTime,
    Setting,
    StaffAdvice,
    advise,
    default_expectation,
    fake_test,
    percent,
    rank,
    rehearse,
    staff_of,
)
from bancheng.core.kernel import Place, Problem, Severity, decode, digest
from bancheng.store.models import Case, CaseEvent, CaseForm, CaseTask, Draft, ItemVersion, Membership
from bancheng.usecases import town
from bancheng.usecases.access import NotFound
from bancheng.usecases.town import packs

WORKERS = ("reviewer", "inspector", "senior")
"""Posts whose holders do steps."""
LOOK_BACK = timedelta(days=180)
"""How far back arrivals and lengths of steps are looked for."""
ENOUGH = 20
"""Fewer ends of a step than this say less about it than its limit."""
LEFT_LYING = timedelta(days=14)
"""An application nobody has touched for so long is taken as given up."""
LOOKED_AT = 2000
"""The newest cases that the fake one-thing test reads."""


def setting(key: str) -> Setting:
    """What the compiler is given for this one-thing.

    Raises:
        NotFound: the town has no such one-thing.
    """
    loaded = packs()
    definition = loaded.catalogue.onethings.get(key)
    if definition is None:
        raise NotFound(key)
    return Setting(definition=definition, catalogue=loaded.catalogue, coverage=loaded.coverage)


_ranked: dict[str, tuple[Loaded, tuple[Ranked, ...]]] = {}


def ranking(key: str) -> tuple[Ranked, ...]:
    """Which single cut helps this one-thing most; once for each loading of the packs, as it compiles dozens of times.

    Raises:
        NotFound: the town has no such one-thing.
    """
    loaded = packs()
    if key not in _ranked or _ranked[key][0] is not loaded:
        _ranked[key] = (loaded, rank(setting(key)))
    return _ranked[key][1]


def other_versions(blueprint: Blueprint) -> list[tuple[str, list[tuple[str, int, date]]]]:
    """Members that were published in other versions than the one compiled here: name, then digest, version and day of
    each. One query."""
    names = {one.key: one.name for one in blueprint.items}
    here = {one.digest for one in blueprint.items}
    rows = ItemVersion.objects.filter(key__in=names).exclude(digest__in=here).order_by("key", "-loaded_at")
    found: dict[str, list[tuple[str, int, date]]] = {}
    for key, mark, version, at in rows.values_list("key", "digest", "version", "loaded_at"):
        found.setdefault(key, []).append((mark, version, timezone.localdate(at)))
    return [(names[key], versions) for key, versions in found.items()]


def item_version(mark: str) -> Item | None:
    """A published version of an item by its digest, or None."""
    row = ItemVersion.objects.filter(digest=mark).values_list("content", flat=True).first()
    return decode(row, Item) if row else None


# ---------------------------------------------------------------- rehearsal


@dataclass(frozen=True)
class Measured:
    """What the town knows of itself: people by body, applications a working day, and the steps whose lengths were seen
    often enough, with how often."""

    staff: dict[str, int]
    arrivals: float | None
    service: dict[str, ServiceTime]
    seen: dict[str, int]


def measured(blueprint: Blueprint, today: date) -> Measured:
    """Three queries: who holds the posts, how many applied, how long steps took."""
    posts = (
        Membership.objects.filter(role__in=WORKERS)
        .order_by()
        .values_list("body")
        .annotate(n=Count("user", distinct=True))
    )
    since = datetime.combine(today - LOOK_BACK, time(), timezone.get_current_timezone())
    mine = Case.objects.filter(onething=blueprint.key, created_at__gte=since)
    applied, first = mine.count(), mine.order_by("created_at").values_list("created_at", flat=True).first()
    calendar = packs().calendar
    span = calendar.workdays_between(timezone.localdate(first), today) if first else 0
    lengths: dict[str, list[float]] = {}
    done = CaseTask.objects.filter(case__onething=blueprint.key, done_at__gte=since).exclude(kind="intake")
    for key, opened, ended in done.values_list("key", "opened_at", "done_at"):
        if ended is not None:
            days = calendar.workdays_between(timezone.localdate(opened), timezone.localdate(ended))
            lengths.setdefault(key, []).append(float(days))
    return Measured(
        staff=staff_of(blueprint, known=dict(posts)),
        arrivals=applied / span if applied >= ENOUGH and span else None,
        service={
            key: Observed(days=tuple(sorted(days))) for key, days in lengths.items() if len(days) >= ENOUGH
        },
        seen={key: len(days) for key, days in lengths.items()},
    )


@dataclass(frozen=True)
class Rehearsed:
    """A rehearsal with what one more person in each pressed body would do."""

    found: Rehearsal
    advice: tuple[StaffAdvice, ...]


_played: dict[tuple[str, str], Rehearsed] = {}
REMEMBERED = 64


def rehearsed(
    blueprint: Blueprint, scenario: Scenario, expectations: tuple[ServiceExpectation, ...] = ()
) -> Rehearsed:
    """Play a scenario on this blueprint, against these expectations or (none given) those of the town; asked again, the
    same answer comes from memory.

    Raises:
        ValueError: the scenario cannot be played.
    """
    expectations = expectations or expectations_of(blueprint)
    asked = (blueprint.digest, digest([scenario, expectations]))
    if asked not in _played:
        found = rehearse(blueprint, scenario, expectations)
        if len(_played) >= REMEMBERED:
            _played.clear()
        _played[asked] = Rehearsed(found, advise(blueprint, found, most=2))
    return _played[asked]


def expectations_of(blueprint: Blueprint) -> tuple[ServiceExpectation, ...]:
    """What the city expects of this one-thing; the tacit one where it says nothing."""
    found = packs().catalogue.onethings.get(blueprint.key)
    return (found.expectations if found else ()) or (default_expectation(blueprint),)


def town_scenario(blueprint: Blueprint, today: date) -> tuple[Scenario, Measured]:
    """The town as it is: its people, its arrivals and lengths where they are known, else the assumptions of
    `Scenario`."""
    known = measured(blueprint, today)
    scenario = Scenario(staff=known.staff, service=known.service)
    if known.arrivals:
        scenario = msgspec.structs.replace(scenario, arrivals=round(known.arrivals, 2))
    return scenario, known


def expectation_problems(
    blueprints: Iterable[Blueprint], today: date, loaded: Loaded | None = None
) -> tuple[Problem, ...]:
    """A warning for each declared expectation that a rehearsal with the town's own people does not reach.

    The expectations are those of `loaded`, the catalogue as it would be; without it, those in force.
    """
    loaded = loaded or packs()
    found: list[Problem] = []
    for blueprint in blueprints:
        definition = loaded.catalogue.onethings.get(blueprint.key)
        if definition is None or not definition.expectations:
            continue
        scenario, _known = town_scenario(blueprint, today)
        for at, check in enumerate(rehearsed(blueprint, scenario, definition.expectations).found.checks):
            if not check.holds:
                place = loaded.positions.place(f"onethings/{blueprint.key}/expectations/{at}")
                found.append(_missed(blueprint, check, scenario, place))
    return tuple(found)


def _missed(blueprint: Blueprint, check: ExpectationCheck, scenario: Scenario, place: Place) -> Problem:
    wanted = check.expectation
    return Problem(
        "expectation-missed",
        f"“{blueprint.name}”期望 {percent(wanted.share)} 在 {wanted.within.words()} 内办结，演练只有 "
        f"{check.reached.mean:.1%}（每个工作日 {scenario.arrivals:g} 件，各部门现有人手）",
        place,
        "请在演练里看是哪个部门排队，增加人手、缩短环节，或调整期望。",
        Severity.WARNING,
    )


# ---------------------------------------------------------------- 假一件事


def fake_tests(today: date, *, numbers: bool = False) -> list[FakeTest]:
    """Every one-thing people can apply for, the least of one piece first; with `numbers` of cases as examples."""
    blueprints = town.current_blueprints()
    records = fake_records(blueprints.values(), today, numbers=numbers)
    found = [judge(one, records[key]) for key, one in blueprints.items()]
    return sorted(found, key=lambda one: (one.score, one.name))


def judge(blueprint: Blueprint, records: FakeRecords) -> FakeTest:
    """The fake one-thing test of one blueprint."""
    return fake_test(blueprint, packs().catalogue, records)


def fake_records(
    blueprints: Iterable[Blueprint], today: date, *, numbers: bool = False
) -> dict[str, FakeRecords]:
    """What the newest cases tell of each one-thing: seven queries, however many there are.

    Examples are named by `numbers` of cases only to those who may open them.
    """
    wanted = {one.key: one for one in blueprints}
    cases = list(
        Case.objects.filter(onething__in=wanted)
        .order_by("-created_at", "id")
        .values_list("pk", "number", "onething", "blueprint_id")[:LOOKED_AT]
    )
    tallies = {key: _Tally() for key in wanted}
    for _pk, _number, key, _digest in cases:
        tallies[key].counts["seen"] += 1
    of = {pk: _Seen(number, tallies[key], _sources(digest_)) for pk, number, key, digest_ in cases}
    for pk, values, known in CaseForm.objects.filter(case__in=of, number=1).values_list(
        "case", "values", "known"
    ):
        _typed(of[pk], values or {}, known or {})
    kinds = ("StepReported", "ClockPaused", "NoticeIssued")
    rows = CaseEvent.objects.filter(case__in=of, kind__in=kinds).order_by("case_id", "seq")
    for pk, body, version in rows.values_list("case", "body", "version"):
        _event(of[pk], decode_event(body, version))
    counted = dict(Case.objects.order_by().values_list("onething").annotate(n=Count("pk")))
    drafts = _drafts(wanted, today)
    return {
        key: tallies[key].records(
            counted.get(key, 0), _single(one, counted), drafts.get(key, (0, 0)), numbers=numbers
        )
        for key, one in wanted.items()
    }


@dataclass
class _Tally:
    counts: Counter[str] = field(default_factory=Counter)
    again: Counter[str] = field(default_factory=Counter)
    examples: dict[str, dict[str, None]] = field(default_factory=dict)

    def records(
        self, cases: int, single: int | None, drafts: tuple[int, int], *, numbers: bool
    ) -> FakeRecords:
        counts = self.counts
        return FakeRecords(
            cases=cases,
            single=single,
            typed=counts["typed"],
            again=counts["again"],
            reports=counts["reports"],
            foreign=counts["foreign"],
            pauses=counts["pauses"],
            groundless=counts["groundless"],
            marks=counts["marks"],
            known_marks=counts["known_marks"],
            drafts=drafts[0],
            abandoned=drafts[1],
            again_fields=tuple(name for name, _ in self.again.most_common(3)),
            examples={key: tuple(found)[:3] for key, found in self.examples.items()} if numbers else {},
        )


@dataclass(frozen=True)
class _Sources:
    """What the connected sources of a blueprint can give: fields with their names, documents."""

    fields: Mapping[str, str]
    documents: frozenset[str]


@dataclass(frozen=True)
class _Seen:
    """A case that is looked at: its number, where it is counted, and what its blueprint's sources can give."""

    number: str
    tally: _Tally
    sources: _Sources

    def tell(self, criterion: str) -> None:
        self.tally.examples.setdefault(criterion, {})[self.number] = None


def _sources(mark: str) -> _Sources:
    blueprint = town.blueprint(mark)
    fields = {one.element: one.name for one in blueprint.fields if one.source and not one.ask_afresh}
    return _Sources(fields, frozenset(one.document for one in blueprint.materials if one.source))


def _typed(seen: _Seen, values: Mapping[str, object], known: Mapping[str, object]) -> None:
    typed = set(values) - set(known)
    again = typed & set(seen.sources.fields)
    seen.tally.counts.update(typed=len(typed), again=len(again))
    seen.tally.again.update(seen.sources.fields[element] for element in again)
    if again:
        seen.tell("again")


def _event(seen: _Seen, event: ev.AnyEvent) -> None:
    counts = seen.tally.counts
    if isinstance(event, ev.StepReported):
        foreign = bool(event.by.body) and event.by.body != event.body
        counts.update(reports=1, foreign=int(foreign))
        if foreign:
            seen.tell("same")
    elif isinstance(event, ev.ClockPaused):
        counts.update(pauses=1, groundless=int(not event.basis))
        if not event.basis:
            seen.tell("clock")
    elif isinstance(event, ev.NoticeIssued):
        known = [
            mark
            for mark in event.marks
            if mark.reason is MarkReason.MISSING
            and mark.target
            in (seen.sources.fields if mark.kind is MarkKind.FIELD else seen.sources.documents)
        ]
        counts.update(marks=len(event.marks), known_marks=len(known))
        if known:
            seen.tell("rejected")


def _single(blueprint: Blueprint, counted: Mapping[str, int]) -> int | None:
    """Applications for the members one by one, where the town offers them so; None where it does not."""
    members = {item.key for item in blueprint.items}
    alone = [
        one.key
        for one in packs().catalogue.onethings.values()
        if one.key != blueprint.key and len(one.members) == 1 and one.members[0].item in members
    ]
    return sum(counted.get(key, 0) for key in alone) if alone else None


def _drafts(wanted: Iterable[str], today: date) -> dict[str, tuple[int, int]]:
    still = datetime.combine(today, time(), timezone.get_current_timezone()) - LEFT_LYING
    rows = (
        Draft.objects.filter(onething__in=list(wanted))
        .order_by()
        .values_list("onething")
        .annotate(n=Count("pk"), left=Count("pk", filter=Q(updated_at__lt=still)))
    )
    return {key: (n, left) for key, n, left in rows}
