"""Comparisons: everybody against all rules. Asked for at the desk, done by a worker, read before anything is paid.

What a comparison rests on is kept beside it — rules, facts, day — so that why is told from exactly that, later too.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from bancheng.connect import engines
from bancheng.core.benefits import (
    Entitlement,
    Judgement,
    Policy,
    RuleSet,
    Source,
    Status,
    SubjectKind,
    plan_rules,
    subject_of,
)
from bancheng.core.benefits.grants import Basis, Hand
from bancheng.core.kernel import Fault, Fen, Record, digest
from bancheng.core.rules import Value, names_in, parse
from bancheng.store.models import BenefitComparison, BenefitRun
from bancheng.usecases import deliveries, grants
from bancheng.usecases.access import Actor, NotAllowed, NotFound, record
from bancheng.usecases.benefit_facts import facts_file, folder_of, make_facts
from bancheng.usecases.benefit_subjects import settle_town
from bancheng.usecases.benefits import body_of, library, policies_at, policy_at
from bancheng.usecases.each import each
from bancheng.usecases.grants import Difference, Entitled, Obstacle
from bancheng.usecases.standings import stopped_in

if TYPE_CHECKING:
    from bancheng.connect.engines import Line, RunFolder

LOST = dt.timedelta(minutes=10)
"""A worker that has said nothing for so long is taken to be gone; another begins anew."""
TOWN = (600, 240, 20261123)
"""Demo mode: people and companies of the fictitious town, and their seed."""


class Stopped(Exception):
    """Somebody called the comparison off."""


# ------------------------------------------------------------------------------------------------- sources


class Freshness(Record):
    """A source before a comparison: when it came last, whether that is too long ago, where it does not reach.

    `gaps`: districts without it; `since`: complete only from that day on, somewhere.
    """

    source: Source
    at: dt.datetime | None
    stale: bool
    gaps: tuple[str, ...]
    since: dt.date | None


def held() -> engines.HeldTables:
    """The tables that bodies delivered; in demo mode a fictitious town, made at the first look."""
    tables = deliveries.tables()
    if settings.BANCHENG_DEMO:
        loaded = library()
        tables.make_town(*TOWN, loaded.residents, loaded.rules.sources)
    return tables


def sources(now: dt.datetime) -> tuple[Freshness, ...]:
    """The sources of the rules, those that need a look first."""
    tables, rules = held(), library().rules
    everywhere = sorted({part.district for one in rules.sources for part in one.coverage})
    found = []
    for one in rules.sources:
        at = tables.delivered(one.id)
        old = at is None or (one.stale_after_days > 0 and now - at > dt.timedelta(days=one.stale_after_days))
        reached = {part.district for part in one.coverage}
        days = [part.complete_from for part in one.coverage if part.complete_from]
        gaps = tuple(district for district in everywhere if district not in reached)
        found.append(Freshness(source=one, at=at, stale=old, gaps=gaps, since=max(days, default=None)))
    return tuple(sorted(found, key=lambda one: (not one.stale, not one.gaps, one.source.id)))


# --------------------------------------------------------------------------------------------- asked and done


def ask(actor: Actor, now: dt.datetime) -> BenefitComparison:
    """Ask for a comparison; where one waits or runs, that one.

    Raises:
        NotAllowed: no policy is on this person's desk.
    """
    if not policies_at(actor):
        raise NotAllowed("compare")
    going = (BenefitComparison.WAITING, BenefitComparison.RUNNING)
    with transaction.atomic():
        found = BenefitComparison.objects.filter(state__in=going).order_by("asked_at").first()
        if found is not None:
            return found
        made = BenefitComparison.objects.create(
            by=actor.id, by_name=actor.name, asked_at=now, as_of=timezone.localdate(now)
        )
        record(actor, "benefits.compare", str(made.pk))
        return made


def stop(actor: Actor, key: UUID) -> None:
    """Call it off: what waits ends at once, what runs at its next block."""
    one = comparison(actor, key)
    waiting = BenefitComparison.objects.filter(pk=one.pk, state=BenefitComparison.WAITING)
    if not waiting.update(state=BenefitComparison.STOPPED, ended_at=timezone.now()):
        running = BenefitComparison.objects.filter(pk=one.pk, state=BenefitComparison.RUNNING)
        if not running.update(stopping=True):
            return
    record(actor, "benefits.stop", str(one.pk))


def work(now: dt.datetime) -> int:
    """Do the comparison that waits longest, if any; how many were done. For a worker."""
    lost = BenefitComparison.objects.filter(state=BenefitComparison.RUNNING, seen_at__lt=now - LOST)
    lost.update(state=BenefitComparison.WAITING, done=0)
    open_ones = BenefitComparison.objects.filter(
        state__in=(BenefitComparison.WAITING, BenefitComparison.RUNNING)
    )
    waiting = open_ones.filter(state=BenefitComparison.WAITING).order_by("asked_at")
    work_on = partial(_work, now=now)
    return each("benefits.comparison", waiting, work_on, now, most=1, wanted=open_ones, given_up=_failed)


def _failed(one: BenefitComparison, why: str) -> None:
    BenefitComparison.objects.filter(pk=one.pk).update(
        ended_at=timezone.now(), state=BenefitComparison.FAILED, error=why[:200]
    )


def _work(waiting: BenefitComparison, now: dt.datetime) -> int:
    mine = BenefitComparison.objects.filter(pk=waiting.pk, state=BenefitComparison.WAITING)
    if not mine.update(state=BenefitComparison.RUNNING, seen_at=now):
        return 0
    waiting.refresh_from_db()
    ended: dict[str, Any]
    try:
        ended = {"state": BenefitComparison.DONE, **_compare(waiting)}
    except Stopped:
        ended = {"state": BenefitComparison.STOPPED}
    except Fault as fault:
        ended = {"state": BenefitComparison.FAILED, "error": str(fault)[:200]}
    BenefitComparison.objects.filter(pk=waiting.pk).update(ended_at=timezone.now(), **ended)
    return 1


def _compare(one: BenefitComparison) -> dict[str, Any]:
    loaded, tables, folder = library(), held(), folder_of(one)
    settle_town(tables, TOWN)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rules.json").write_bytes(msgspec.json.encode(loaded.rules))
    (folder / "policies.json").write_bytes(msgspec.json.encode(loaded.policies))
    with deliveries.standing_still():
        everybody = [tables.subjects(kind) for kind in tables.kinds if loaded.rules.of(kind)]
        make_facts(one, loaded.rules, tables, everybody)
    rows, before = sum(each.frame.height for each in everybody), 0
    snapshots = {}

    def said(done: int, _rows: int) -> None:
        row = BenefitComparison.objects.filter(pk=one.pk)
        row.update(done=before + done, rows=rows, seen_at=timezone.now())
        if row.filter(stopping=True).exists():
            raise Stopped

    for subjects in everybody:
        said(0, rows)
        facts = facts_file(one, subjects.kind)
        snapshots[subjects.kind.value] = engines.snapshot_of(facts)
        engines.run_rules(
            plan_rules(loaded.rules, subjects.kind, one.as_of),
            facts,
            facts.with_name("run"),
            subject=subjects.kind,
            rule_set=loaded.rules.digest,
            snapshot=snapshots[subjects.kind.value],
            as_of=one.as_of,
            progress=said,
        )
        before += subjects.frame.height
    kinds = {each.kind for each in everybody}
    figures = {
        policy.id: _figures(policy, _run(one, policy), _kept(policy, one))
        for policy in loaded.policies
        if subject_of(policy, loaded.rules) in kinds
    }
    return {"rules": loaded.rules.digest, "snapshot": digest(snapshots), "figures": figures}


def _kept(policy: Policy, one: BenefitComparison) -> tuple[Line, ...]:
    """Everybody entitled, kept beside the comparison: who lives where is as it was, and a page reads a page."""
    found = tuple(_found_in(policy, one))
    engines.write_lines(found, _lines_file(policy, one))
    return found


def _figures(policy: Policy, run: RunFolder, found: tuple[Line, ...]) -> dict[str, Any]:
    places, money = Counter[str](), Counter[str]()
    for line in found:
        places[line.division] += 1
        money[line.division] += line.amount or 0
    return {
        "people": len(found),
        "money": sum(money.values()),
        "unpriced": sum(line.amount is None for line in found),
        "unknown": max((run.totals(name).unknown for name in policy.entitlements), default=0),
        "places": sorted([place, many, money[place]] for place, many in places.items()),
    }


# ------------------------------------------------------------------------------------------------- reading


def comparison(actor: Actor, key: UUID) -> BenefitComparison:
    """One comparison.

    Raises:
        NotFound: there is none, or no policy is on this person's desk.
    """
    found = BenefitComparison.objects.filter(pk=key).first() if policies_at(actor) else None
    if found is None:
        raise NotFound("comparison")
    return found


def comparisons(actor: Actor) -> QuerySet[BenefitComparison]:
    """Those that were asked for, the newest first; none for who has no policy on their desk."""
    rows = BenefitComparison.objects.order_by("-asked_at")
    return rows if policies_at(actor) else rows.none()


def found(actor: Actor, key: UUID, policy: str) -> Sequence[Line]:
    """Everybody entitled under a policy of this desk, by number; what is not asked for is not read.

    Raises:
        NotFound: no such comparison or policy on this desk, or it has not ended.
    """
    one = comparison(actor, key)
    return lines_then(as_compared(actor, one, policy), one)


def as_compared(actor: Actor, one: BenefitComparison, policy: str) -> Policy:
    """A policy of this desk as a comparison that has ended knew it: it may have been written anew since."""
    wanted = policy_at(actor, policy)
    then = policy_then(one, wanted)
    if one.state != BenefitComparison.DONE or then is None:
        raise NotFound("comparison")
    return then


def policy_then(one: BenefitComparison, policy: Policy) -> Policy | None:
    """A policy as a comparison knew it; None where it did not."""
    kept = folder_of(one) / "policies.json"
    if kept.exists():
        then = msgspec.json.decode(kept.read_bytes(), type=tuple[Policy, ...])
        return next((each for each in then if each.id == policy.id), None)
    known = {rule.id for rule in _rules(one).entitlements}  # made before policies were kept beside it
    return policy if set(policy.entitlements) <= known else None


def lines_then(policy: Policy, one: BenefitComparison) -> Sequence[Line]:
    """Everybody a comparison found entitled under a policy as it knew it (`policy_then`)."""
    kept = _lines_file(policy, one)
    return engines.KeptLines(kept) if kept.exists() else tuple(_found_in(policy, one))


def _lines_file(policy: Policy, one: BenefitComparison) -> Path:
    return folder_of(one) / "lines" / f"{policy.id}.parquet"


def _found_in(policy: Policy, one: BenefitComparison) -> Iterator[Line]:
    rules = _rules(one)
    return lines_of(policy, rules, _run(one, policy), facts_file(one, subject_of(policy, rules)), one.as_of)


def lines_of(policy: Policy, rules: RuleSet, run: RunFolder, facts: Path, as_of: dt.date) -> Iterator[Line]:
    """Everybody entitled in a run, each once, by number: where two entitlements hold, the greater amount counts."""
    kind, best = subject_of(policy, rules), dict[int, tuple[int, str, Fen | None]]()
    for name in policy.entitlements:
        numbers = run.numbers(name, Status.ENTITLED).tolist()
        for number, amount in zip(
            numbers, engines.amounts(rules, facts, rules.entitlement(name), numbers, as_of), strict=True
        ):
            rank = -1 if amount is None else int(amount)
            if number not in best or rank > best[number][0]:
                best[number] = (rank, name, amount)
    numbers = sorted(best)
    for number, place in zip(numbers, held().districts(kind, numbers), strict=True):
        _, name, amount = best[number]
        yield engines.Line(subject=number, entitlement=name, amount=amount, division=place)


def _rules(one: BenefitComparison) -> RuleSet:
    return msgspec.json.decode((folder_of(one) / "rules.json").read_bytes(), type=RuleSet)


def _run(one: BenefitComparison, policy: Policy) -> RunFolder:
    return engines.RunFolder(facts_file(one, subject_of(policy, _rules(one))).with_name("run"))


def totals_of(one: BenefitComparison, kind: SubjectKind, rule: str) -> engines.Totals | None:
    """How many have a status of a rule; None where the comparison did not know the rule or the kind."""
    folder = facts_file(one, kind).with_name("run")
    if not folder.exists() or all(rule != each.id for each in _rules(one).of(kind)):
        return None
    return engines.RunFolder(folder).totals(rule)


def numbers_of(one: BenefitComparison, kind: SubjectKind, rule: str) -> list[int]:
    """Of whom a rule of the comparison holds, ascending."""
    run = engines.RunFolder(facts_file(one, kind).with_name("run"))
    return list(run.numbers(rule, Status.ENTITLED).tolist())


def would_change(actor: Actor, key: UUID, policy: str) -> Difference:
    """What taking this result in would change: people and money, before anything happens."""
    wanted = policy_at(actor, policy)
    period = wanted.every.period(comparison(actor, key).as_of)
    return grants.difference(policy, period, _payable(found(actor, key, policy)))


def _payable(lines: Iterable[Line]) -> Iterator[Entitled]:
    for line in lines:
        if line.amount:
            yield Entitled(subject=line.subject, amount=line.amount, division=line.division)


def why(
    actor: Actor, key: UUID, policy: str, number: int, reason: str = ""
) -> tuple[tuple[Judgement, RuleSet], ...]:
    """Every entitlement of a policy judged again for one subject, from the rules and facts of that comparison.

    With a `reason` it is written into the audit chain that this person's facts were looked at.

    Raises:
        NotFound: not on this desk, or no such subject.
    """
    one = comparison(actor, key)
    wanted = as_compared(actor, one, policy)
    rules = _rules(one)
    facts = facts_file(one, subject_of(wanted, rules))
    try:
        told = tuple(engines.why(rules, facts, number, name, one.as_of) for name in wanted.entitlements)
    except KeyError:
        raise NotFound("subject") from None
    if reason:
        record(actor, "benefits.look", f"{one.pk}/{policy}/{number}", reason)
    return tuple((judgement, rules) for judgement in told)


def comparison_of(basis: Basis | None) -> BenefitComparison | None:
    """The comparison a finding rests on; None where it is not kept."""
    if basis is None:
        return None
    same = BenefitComparison.objects.filter(
        snapshot=basis.snapshot, rules=basis.rules, as_of=basis.as_of, state=BenefitComparison.DONE
    )
    return same.order_by("asked_at").first()


def facts_of_one(
    one: BenefitComparison, kind: SubjectKind, number: int
) -> tuple[RuleSet, Mapping[str, Value] | None]:
    """The rules of a comparison and what it knows of one subject; None where it knows nobody of that number."""
    rules, facts = _rules(one), facts_file(one, kind)
    if not facts.exists():
        return rules, None
    try:
        return rules, engines.facts_about(rules, facts, number, kind)
    except KeyError:
        return rules, None


def take_in(
    one: BenefitComparison, policy: Policy, by: Hand, now: dt.datetime, progress: Callable[[int], object]
) -> Difference:
    """Make the list of a policy, as the comparison knew it, of those it found. Again, it changes nothing."""
    rules = _rules(one)
    version = max((rules.entitlement(name).version for name in policy.entitlements), default=1)
    run, _ = BenefitRun.objects.get_or_create(
        id=f"{one.pk.hex[:16]}-{policy.id}"[:40],
        defaults={
            "entitlement": policy.id,
            "period": policy.every.period(one.as_of),
            "version": version,
            "rules": one.rules,
            "snapshot": one.snapshot,
            "as_of": one.as_of,
            "by": by.id,
            "by_name": by.name,
            "started_at": now,
        },
    )
    made = grants.take_in(
        run,
        subject_of(policy, rules).value,
        body_of(policy),
        _payable(lines_then(policy, one)),
        now,
        _obstacles(policy, one),
        progress,
    )
    figures = json.loads(msgspec.json.encode(made))
    BenefitRun.objects.filter(pk=run.pk, ended_at=None).update(ended_at=now, figures=figures)
    return made


def _obstacles(policy: Policy, one: BenefitComparison) -> dict[int, list[Obstacle]]:
    """Whom something stands against that a person looks at, by subject: the same comparison says so."""
    rules, run = _rules(one), _run(one, policy)
    found = defaultdict[int, list[Obstacle]](list)
    for name in policy.obstacles:
        rule = rules.entitlement(name)
        seen = Obstacle(rule=name, source=sources_of(rules, rule), reason=rule.name)
        for number in run.numbers(name, Status.ENTITLED).tolist():
            found[number].append(seen)
    for number, stopped in stopped_in(policy.id).items():
        found[number].append(stopped)
    return found


def sources_of(rules: RuleSet, rule: Entitlement) -> str:
    """The kinds of data a rule rests on, in words."""
    facts = {fact.id: fact for fact in rules.facts}
    names = {one.id: one.name for one in rules.sources}
    read = (name for condition in rule.conditions for name in names_in(parse(condition.when)))
    specs = (facts[name] for name in read if name in facts)
    bottom = (facts[spec.over] if spec.over else spec for spec in specs)
    return "、".join(dict.fromkeys(names[spec.source] for spec in bottom))
