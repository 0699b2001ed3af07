"""批量准予: several cases of one kind approved in one go, where a rule of the body allows it and nothing is against it.

It saves clicks and no judgement: each case is looked at by every check again, has its own decision event and papers,
and one that does not pass stays behind with its reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from bancheng.core.casework import (
    CommandRefused,
    Hindered,
    ItemStatus,
    Opinion,
    StepOutcome,
    StepStatus,
    Verdict,
    commands,
    hindrances,
)
from bancheng.core.catalogue import BatchRule, StepKind
from bancheng.store.models import CaseTask
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.casework import CaseFile, Stale, load
from bancheng.usecases.dispatching import Moved, holds
from bancheng.usecases.examining import Dossier
from bancheng.usecases.prechecks import OK, PERSON
from bancheng.usecases.town import packs
from bancheng.usecases.undo import hold

DECISION = StepKind.DECISION.value


@dataclass(frozen=True)
class Line:
    """A case that a rule covers: its task and item, and what speaks against approving it unseen."""

    task: CaseTask
    item: str
    item_name: str
    rule: BatchRule
    against: tuple[str, ...]
    seen: int
    "The sequence of the log at which nothing spoke against it."

    @property
    def key(self) -> str:
        """How a page names it."""
        return f"{self.task.pk}:{self.item}"


def rules_of(actor: Actor) -> list[BatchRule]:
    """The rules of bodies for which the actor may decide."""
    mine = {body for role, body in actor.posts if role in {"reviewer", "senior"}}
    rules = packs().catalogue.batch_rules.values()
    return sorted((one for one in rules if one.body in mine), key=lambda one: one.key)


def lines(actor: Actor, rule_key: str, now: datetime | None = None) -> list[Line]:
    """The cases a rule covers now that nobody else has claimed, the most urgent first, at most as many as it allows.

    Raises:
        NotFound: no such rule of theirs.
    """
    return covered(_rule(actor, rule_key), {"", actor.id}, now)


def covered(rule: BatchRule, holders: Collection[str] | None, now: datetime | None = None) -> list[Line]:
    """What a rule, which may still be a draft, covers now of the tasks of these holders (``""``: nobody's), or of
    all."""
    today = timezone.localdate(now or timezone.now())
    tasks = CaseTask.objects.filter(kind=DECISION, body=rule.body, state__in=("open", "claimed"))
    found: list[Line] = []
    for task in tasks.select_related("case", "case__party").order_by("order_on", "id")[: rule.most * 2]:
        if holders is not None and task.assignee not in holders:
            continue
        file = load(task.case)
        found += list(_lines(task, file, rule, today))
        if len(found) >= rule.most:
            break
    return found[: rule.most]


def _rule(actor: Actor, key: str) -> BatchRule:
    found = next((one for one in rules_of(actor) if one.key == key), None)
    if found is None:
        raise NotFound("rule")
    return found


def _lines(task: CaseTask, file: CaseFile, rule: BatchRule, today: date) -> Iterator[Line]:
    step = file.state.steps.get(task.key)
    if step is None or step.status is not StepStatus.OPEN:
        return
    for key in step.plan.items:
        item = file.state.items[key]
        if key in rule.items and item.item.body == rule.body and item.status is ItemStatus.OPEN:
            against = tuple(dict.fromkeys(speaks_against(file, key, rule, today)))
            yield Line(task, key, item.item.name, rule, against, file.state.seq)


def speaks_against(file: CaseFile, item: str, rule: BatchRule, today: date) -> Iterator[str]:
    """Every reason why this item must be decided by looking at it alone."""
    state = file.state
    if not holds(rule.when, file, today):
        yield "不符合本规则的条件"
    dossier = Dossier(
        file=file, bodies=frozenset({rule.body}), items=frozenset({item}), unmasked=frozenset(), strict=True
    )
    steps = [state.steps[key] for key in state.items[item].steps]
    looked = any(report.outcome is StepOutcome.OK for step in steps for report in step.reports)
    for remark in dossier.remarks:
        # What no rule can judge counts as good only after a colleague looked at it in an earlier step.
        if remark.verdict != OK and not (remark.verdict == PERSON and looked):
            yield f"审查要点没有全部通过：{remark.text}"
    if any(step.outcome is StepOutcome.NOT_OK for step in steps):
        yield "前面的环节有不通过的意见"
    if any(ask.answer is Opinion.OBJECT for step in steps for ask in step.asks):
        yield "征求意见时有部门不同意"
    if any(item in one.material.items or not one.material.items for one in state.still_owed.values()):
        yield "还有容缺材料没有补交"
    if state.open_notices:
        yield "正在等申请人补正"
    if any(one.touches(item) and one.pause.end is None for one in state.pauses):
        yield "时限正在暂停"
    for no in hindrances(state, Hindered.DECIDE, item):
        yield no.reason


def approve_many(actor: Actor, rule_key: str, chosen: Collection[str], now: datetime | None = None) -> Moved:
    """Approve the chosen lines, each checked again and decided by itself; those that do not pass are told of.

    Each waits for the seconds in which it can be taken back; if its case moves meanwhile it is not done, and told of.

    Raises:
        NotFound: no such rule of theirs.
    """
    now = now or timezone.now()
    wanted = set(chosen)
    done, why, held = 0, [], list[UUID]()
    for line in lines(actor, rule_key, now):
        if line.key not in wanted:
            continue
        wanted.remove(line.key)
        number = line.task.case.number
        if line.against:
            why.append(f"{number}：{line.against[0]}")
            continue
        words = f"按批量准予规则“{line.rule.name}”准予，各项检查全部通过。"
        command = commands.DecideItem(item=line.item, verdict=Verdict.APPROVE, reasons=words)
        said = f"准予“{line.item_name}”（{number}）"
        try:
            waits = hold(
                actor, line.task.case_id, command, said, body=line.rule.body, seen=line.seen, now=now
            )
        except (CommandRefused, Stale) as no:
            why.append(f"{number}：{no}")
        else:
            done += 1
            held += [waits.pk] if waits is not None else []
    why += _gone(_rule(actor, rule_key), wanted)
    return Moved(done, tuple(why), tuple(held))


def _gone(rule: BatchRule, keys: Collection[str]) -> Iterator[str]:
    """What was ticked and is no longer among the lines: told of too, so that nobody believes it was decided."""
    tasks = [int(task) for key in keys if (task := key.partition(":")[0]).isdecimal()]
    rows = CaseTask.objects.filter(pk__in=tasks, body=rule.body).order_by("case__number")
    for number in rows.values_list("case__number", flat=True):
        yield f"{number}：没有准予。已经办过、正由别人办理，或者这一批已满，请重新看过。"
