"""静默认证的比对: what traces of shared data say of everybody who receives a benefit; who left none, a person asks.

A run only finds. It is asked for by a person, done by a worker, and may be broken off and repeated.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from bancheng.core.benefits import Policy, Source
from bancheng.core.benefits.standing import Freshness, Phase, Trace, Watch, acts, assess
from bancheng.core.kernel import Fault, Refusal
from bancheng.store.models import BenefitRun, GrantRow, StandingRow, StandingRun
from bancheng.usecases.access import Actor, NotFound, record
from bancheng.usecases.benefit_runs import held
from bancheng.usecases.benefits import body_of, library, policies_at, policy_at
from bancheng.usecases.each import each
from bancheng.usecases.granting import doer
from bancheng.usecases.grants import CHUNK, MACHINE, GrantRefused
from bancheng.usecases.rolls import NO_LONGER
from bancheng.usecases.standings import Told, allowed, fold_on, standings_of, write


def watch_of(policy: Policy) -> Watch:
    """How a benefit is certified.

    Raises:
        NotFound: it is not.
    """
    found = next((one for one in library().watches if one.benefit == policy.id), None)
    if found is None:
        raise NotFound("watch")
    return found


def watched(actor: Actor) -> tuple[tuple[Policy, Watch], ...]:
    """The benefits of this desk that are certified silently."""
    watches = {one.benefit: one for one in library().watches}
    return tuple((one, watches[one.id]) for one in policies_at(actor) if one.id in watches)


def watched_at(actor: Actor, policy: str) -> tuple[Policy, Watch]:
    """One of them.

    Raises:
        NotFound: not on this desk, or not certified.
    """
    found = policy_at(actor, policy)
    return found, watch_of(found)


def last_runs(policies: Iterable[Policy]) -> dict[str, dt.datetime]:
    """When each benefit was looked at last. One query."""
    runs = StandingRun.objects.filter(benefit__in=[one.id for one in policies])
    return dict(runs.values_list("benefit").annotate(Max("asked_at")))


def sources_of(watch: Watch) -> tuple[tuple[Source, dt.datetime | None, tuple[str, ...]], ...]:
    """The sources of a watch before a run: when each was delivered last, and the districts it does not reach."""
    tables, rules = held(), library().rules
    everywhere = sorted({part.district for one in rules.sources for part in one.coverage})
    wanted = {*watch.positive, *watch.negative}
    found = []
    for one in rules.sources:
        if one.id in wanted:
            reached = {part.district for part in one.coverage}
            gaps = tuple(place for place in everywhere if place not in reached)
            found.append((one, tables.delivered(one.id), gaps))
    return tuple(found)


# ------------------------------------------------------------------------------------------------ the run


def ask_run(actor: Actor, policy: str, now: dt.datetime) -> StandingRun:
    """Ask for a look at the traces; where one waits, that one.

    Raises:
        NotAllowed: not of the body that answers for the benefit.
        GrantRefused: no basis in law or no assessment of its impact is registered.
    """
    wanted, watch = watched_at(actor, policy)
    doer(actor, body_of(wanted))
    if not watch.basis or not watch.impact:
        said = Refusal(
            "standing.no_basis",
            "这项待遇还没有登记法律依据和影响评估，不能比对。",
            "《个人信息保护法》第五十五条",
        )
        raise GrantRefused(said)
    with transaction.atomic():
        waiting = StandingRun.objects.filter(benefit=policy, state=StandingRun.WAITING).first()
        if waiting is not None:
            return waiting
        sources = [
            {"name": source.name, "at": at.isoformat() if at else "", "gaps": list(gaps)}
            for source, at, gaps in sources_of(watch)
        ]
        made = StandingRun.objects.create(
            benefit=policy,
            by=actor.id,
            by_name=actor.name,
            asked_at=now,
            as_of=timezone.localdate(now),
            sources=sources,
        )
        record(actor, "benefits.certify", str(made.pk))
    return made


def work(now: dt.datetime) -> int:
    """Do the runs that were asked for; how many. For a worker."""
    asked = StandingRun.objects.filter(state=StandingRun.WAITING)
    return each(
        "benefits.standing", asked.order_by("asked_at"), partial(_run, now=now), now, wanted=asked,
        given_up=_failed, about=lambda one: str(one.pk),
    )  # fmt: skip


def _failed(one: StandingRun, why: str) -> None:
    StandingRun.objects.filter(pk=one.pk).update(
        state=StandingRun.FAILED, ended_at=timezone.now(), error=why[:200]
    )


def _run(run: StandingRun, now: dt.datetime) -> int:
    policy = next((one for one in library().policies if one.id == run.benefit), None)
    if policy is None:
        raise Fault(f"no benefit {run.benefit!r} any more")
    watch = watch_of(policy)
    _enrol(policy, now)
    rows = StandingRow.objects.filter(benefit=policy.id).order_by("pk")
    pks = list(rows.values_list("pk", flat=True))
    look = _Looker(watch, run.as_of)
    figures = Counter[str]()
    for start in range(0, len(pks), CHUNK):
        figures += _look_at(pks[start : start + CHUNK], watch, run, look, now)
    StandingRun.objects.filter(pk=run.pk).update(
        state=StandingRun.DONE, ended_at=timezone.now(), figures=dict(figures)
    )
    return 1


def _enrol(policy: Policy, now: dt.datetime) -> None:
    """Whoever stands on the last list of the benefit and is due something receives it."""
    last = BenefitRun.objects.filter(entitlement=policy.id, dry=False).order_by("-started_at").first()
    if last is None:
        return
    listed = GrantRow.objects.filter(entitlement=policy.id, period=last.period, due__gt=0)
    listed = listed.exclude(stage__in=NO_LONGER)
    known = set(StandingRow.objects.filter(benefit=policy.id).values_list("subject_kind", "subject"))
    new = [
        StandingRow(
            benefit=policy.id, subject_kind=kind, subject=subject, body=body_of(policy), division=division,
            phase=Phase.NEW.value, updated_at=now,
        )
        for kind, subject, division in listed.values_list("subject_kind", "subject", "division")
        if (kind, subject) not in known
    ]  # fmt: skip
    StandingRow.objects.bulk_create(new, batch_size=CHUNK, ignore_conflicts=True)


class _Looker:
    """The traces of everybody for one watch, read once a run."""

    def __init__(self, watch: Watch, as_of: dt.date) -> None:
        tables, sources = held(), {one.id: one for one in library().rules.sources}
        self._sources = [sources[name] for name in (*watch.positive, *watch.negative)]
        self._latest = {one.id: tables.latest(one, as_of) for one in self._sources}
        self._until = {one.id: _day_of(tables.delivered(one.id)) for one in self._sources}

    def traces(self, subject: int) -> Iterator[Trace]:
        """The last trace of each kind."""
        for kind, latest in self._latest.items():
            if subject in latest:
                yield Trace(kind=kind, source=kind, on=latest[subject])

    def freshness(self, division: str) -> Iterator[Freshness]:
        """How far each source reaches where the person lives."""
        for one in self._sources:
            there = any(part.district == division for part in one.coverage)
            yield Freshness(source=one.id, until=self._until[one.id], connected=there)


def _day_of(at: dt.datetime | None) -> dt.date | None:
    return timezone.localdate(at) if at else None


def _look_at(
    pks: Sequence[int], watch: Watch, run: StandingRun, look: _Looker, now: dt.datetime
) -> Counter[str]:
    figures = Counter[str]()
    with transaction.atomic():
        rows = list(StandingRow.objects.select_for_update().filter(pk__in=pks).order_by("pk"))
        told = dict[int, Told]()
        for row, standing in zip(rows, standings_of(rows).values(), strict=True):
            new = allowed(acts.enrol(standing, run.as_of, now, MACHINE))
            now_is = fold_on(standing, new)
            said = assess(
                watch, look.traces(row.subject), run.as_of, since=now_is.looked_into,
                freshness=look.freshness(row.division),
            )  # fmt: skip
            new = (*new, *allowed(acts.record(now_is, watch, str(run.pk), said, now, MACHINE)))
            figures[said.finding.value] += 1
            if new:
                told[row.pk] = (row, standing, new)
        write(told, now)
    return figures
