"""Tasks find their people: by rules of the body, back from those who are gone, over to those who stand in.

What is done here by the machine is done by one road, with the reason in the event; nothing is decided by it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, partial, reduce
from operator import or_
from typing import TypeVar
from uuid import UUID

import msgspec
from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.utils import timezone

from bancheng.core.casework import (
    Candidate,
    Choice,
    CommandRefused,
    Staff,
    choose,
    commands,
    desk_task,
)
from bancheng.core.casework import Command as CoreCommand
from bancheng.core.catalogue import DispatchRule, TaskKind
from bancheng.core.kernel import Refusal, chinese_date, digest
from bancheng.core.rules import RuleLimit, RuleSyntaxError, evaluate, parse
from bancheng.store.models import CaseTask, Mandate, Membership, Turn
from bancheng.usecases.access import MACHINE, Actor, NotFound
from bancheng.usecases.casework import CaseFile, Stale, act, load
from bancheng.usecases.each import each
from bancheng.usecases.examining import Dossier
from bancheng.usecases.people import OFFICE, Member, stand_in, team
from bancheng.usecases.prechecks import facts_for_rules
from bancheng.usecases.town import packs

_log = logging.getLogger(__name__)

BATCH = 200
"""Tasks looked at in one turn of the sweep; those that no rule placed a while ago do not count."""
CHUNK = 500
ASK_AGAIN = timedelta(minutes=10)
"""After this a task that no rule could place is looked at again, or sooner when rules or people change."""
KINDS = tuple(kind.value for kind in TaskKind)
"""Kinds of tasks that may be given to a person."""
MAY_DO = {
    "clerk": ("clerk", "senior"),
    "reviewer": ("reviewer", "senior"),
    "inspector": ("inspector", "reviewer", "senior"),
}
"""Who may hold a task, by the role in whose list it lies."""
T = TypeVar("T")


@dataclass
class _Office:
    """A body as a sweep sees it: its people, counted up as tasks are given, and its rules in their order."""

    body: str
    members: tuple[Member, ...]
    rules: tuple[DispatchRule, ...]
    given: dict[str, int]
    turns: dict[int, datetime]

    def count(self, who: str, now: datetime) -> None:
        """Somebody was given one more."""
        self.given[who] = self.given.get(who, 0) + 1
        self.turns[int(who.removeprefix("user:"))] = now

    @cached_property
    def mark(self) -> str:
        """Changes when its rules or people do."""
        people = [(one.user, one.roles, one.skills, one.away) for one in self.members]
        return digest([list(self.rules), people])[:16]


def _office(body: str, on: date, tried: DispatchRule | None = None) -> _Office:
    """With its rules as they hold, or as they would with the one that is tried."""
    held = {**packs().catalogue.dispatch_rules, **({tried.key: tried} if tried else {})}
    rules = [one for one in held.values() if one.body == body]
    turns = dict(Turn.objects.filter(body=body).values_list("user_id", "at"))
    ordered = tuple(sorted(rules, key=lambda one: (one.rank, one.key)))
    return _Office(body, team(body, on, OFFICE), ordered, {}, turns)


def ruled_bodies() -> frozenset[str]:
    """The bodies that have rules of dispatch."""
    return frozenset(one.body for one in packs().catalogue.dispatch_rules.values())


# ------------------------------------------------------------------------------------------------ sweeps


def dispatch(now: datetime) -> int:
    """Give people back what the gone and the absent hold, then give open tasks by rule; how many moved. Idempotent."""
    today = timezone.localdate(now)
    moved = return_of_the_gone(now=now) + hand_on_absent(now)
    bodies = ruled_bodies()
    if not bodies:
        return moved
    waiting = CaseTask.objects.filter(state="open", body__in=bodies, kind__in=KINDS).order_by("due_on", "id")
    pks = list(waiting.values_list("pk", "body"))
    offices = {body: _office(body, today) for body in {of for _, of in pks}}
    looked, open_ = 0, CaseTask.objects.filter(state="open")
    for start in range(0, len(pks), CHUNK):
        marks = {f"dispatch:{pk}:{offices[body].mark}": pk for pk, body in pks[start : start + CHUNK]}
        known = cache.get_many(marks)
        new = {pk: mark for mark, pk in marks.items() if mark not in known}
        rows = CaseTask.objects.filter(pk__in=list(new)[: BATCH - looked], state="open").select_related(
            "case"
        )
        looked += min(len(new), BATCH - looked)
        place = partial(_place, offices=offices, marks=new, now=now)
        moved += each("people.task", rows.order_by("due_on", "id"), place, now, wanted=open_)
        if looked >= BATCH:
            break
    return moved


def _place(task: CaseTask, offices: dict[str, _Office], marks: dict[int, str], now: datetime) -> int:
    if _quietly(partial(give_by_rule, task, offices[task.body], now)):
        return 1
    cache.set(marks[task.pk], 1, int(ASK_AGAIN.total_seconds()))
    return 0


def return_of_the_gone(body: str = "", who: str = "", now: datetime | None = None) -> int:
    """Tasks whose holder no longer works for the body go back to the queue, with an event; how many."""
    held = CaseTask.objects.filter(state="claimed", kind__in=KINDS)
    if body:
        held = held.filter(body=body)
    if who:
        held = held.filter(assignee=who)
    places = set(held.values_list("assignee", "body", "role").distinct())
    if not places:
        return 0
    posts = Membership.objects.filter(role__in=OFFICE, user__is_active=True)
    there = {(f"user:{user}", of, post) for user, of, post in posts.values_list("user_id", "body", "role")}
    gone = [
        Q(assignee=assignee, body=of, role=role)
        for assignee, of, role in sorted(places)
        if not any((assignee, of, post) in there for post in MAY_DO.get(role, (role,)))
    ]
    if not gone:
        return 0

    def returned(task: CaseTask) -> int:
        command = commands.ReturnTask(step=task.key, body=task.body, why="已不在本部门任职")
        return bool(_quietly(partial(_act, task, command)))

    rows = held.filter(reduce(or_, gone)).select_related("case").order_by("id")
    return each("people.gone", rows, returned, now or timezone.now(), wanted=held)


def hand_on_absent(now: datetime) -> int:
    """Tasks of those who are away today go to whoever stands in, else by rule, else back to the queue; how many."""
    today = timezone.localdate(now)
    held = CaseTask.objects.filter(
        state="claimed",
        kind__in=KINDS,
        body__in=Membership.objects.filter(
            user__absences__first__lte=today,
            user__absences__last__gte=today,
            user__absences__called_off_at=None,
        ).values("body"),
    )
    offices: dict[str, _Office] = {}

    def handed(task: CaseTask) -> int:
        if task.body not in offices:
            offices[task.body] = _office(task.body, today)
        office = offices[task.body]
        away = next((one for one in office.members if one.id == task.assignee and one.away), None)
        return away is not None and bool(_quietly(partial(_hand_on, task, office, away, now)))

    rows = held.select_related("case").order_by("due_on", "id")
    return each("people.absent", rows, handed, now, wanted=held)


def _hand_on(task: CaseTask, office: _Office, away: Member, now: datetime) -> CaseFile:
    until = chinese_date(away.absence.last) if away.absence else ""
    file = load(task.case)
    deputy = stand_in(away, office.members)
    if deputy is not None and _may_hold(deputy, task) and deputy.user not in _own_matter(file):
        why = f"{away.name}{until}前不在岗，由代理人{deputy.name}办理"
        return _give(task, office, Choice(to=deputy.staff, why=why), "", away.name, now)
    found = _choice(task, office, file, now)
    if found is not None:
        rule, choice = found
        why = f"{away.name}{until}前不在岗，{choice.why}"
        return _give(task, office, msgspec.structs.replace(choice, why=why), rule.key, away.name, now)
    command = commands.ReturnTask(step=task.key, body=task.body, why=f"{away.name}{until}前不在岗")
    return _act(task, command, now)


# ------------------------------------------------------------------------------------------------ by rule


def give_by_rule(
    task: CaseTask, office: _Office, now: datetime, actor: Actor = MACHINE, instead: str = ""
) -> CaseFile | None:
    """Give a task to whom the first fitting rule picks; None when no rule fits or nobody is free."""
    found = _choice(task, office, load(task.case), now)
    return None if found is None else _give(task, office, found[1], found[0].key, instead, now, actor)


def _choice(
    task: CaseTask, office: _Office, file: CaseFile, now: datetime
) -> tuple[DispatchRule, Choice] | None:
    today = timezone.localdate(now)
    rule = next((one for one in office.rules if fits(one, file, task, today)), None)
    choice = choose(rule, _candidates(task, office, file)) if rule else None
    return (rule, choice) if rule and choice else None


def _may_hold(member: Member, task: CaseTask) -> bool:
    return not set(member.roles).isdisjoint(MAY_DO.get(task.role, (task.role,)))


def _candidates(task: CaseTask, office: _Office, file: CaseFile) -> list[Candidate]:
    own = _own_matter(file)
    role = task.role
    if role == "inspector" and not any(role in one.roles for one in office.members):
        role = "reviewer"
    return [
        Candidate(
            staff=one.staff,
            load=one.held + office.given.get(one.id, 0),
            skills=frozenset(one.skills),
            away=one.away,
            barred=one.user in own,
            last=office.turns.get(one.user),
        )
        for one in office.members
        if role in one.roles and one.id != task.assignee
    ]


def foretell(
    rule: DispatchRule, tasks: Iterable[CaseTask], now: datetime
) -> Iterator[tuple[CaseTask, DispatchRule, Choice | None]]:
    """Which of these tasks a rule speaks about, which rule would give each away if this one held, and to whom: as a
    sweep would, one after the other, so that each given task counts for the next. Nothing is given."""
    today = timezone.localdate(now)
    office = _office(rule.body, today, rule)
    for task in tasks:
        file = load(task.case)
        if not fits(rule, file, task, today):
            continue
        first = next(one for one in office.rules if fits(one, file, task, today))
        choice = choose(first, _candidates(task, office, file))
        if choice is not None:
            office.count(choice.to.id, now)
        yield task, first, choice


def fits(rule: DispatchRule, file: CaseFile, task: CaseTask, today: date) -> bool:
    """Whether a rule speaks about a task of a case: one of its steps, or one of a desk."""
    step = file.state.steps.get(task.key)
    if step is not None:
        kind, items = TaskKind(step.plan.kind.value), step.plan.items
    else:
        at_desk = desk_task(file.state, task.key, task.body)
        if at_desk is None or at_desk.kind not in KINDS:
            return False
        kind, items = TaskKind(at_desk.kind), at_desk.items or tuple(file.state.items)
    if rule.steps and kind not in rule.steps:
        return False
    if rule.items and set(rule.items).isdisjoint(items):
        return False
    submission = file.state.submission
    if rule.divisions and submission is not None:
        places = submission.places
        where = [one for one in (places.applicant, places.receiving, places.deciding) if one]
        if not any(place.startswith(tuple(rule.divisions)) for place in where):
            return False
    return holds(rule.when, file, today)


def holds(when: str, file: CaseFile, today: date) -> bool:
    """Whether a condition is true of the values of a case; what is unknown is not."""
    if when.strip() in {"", "true"}:
        return True
    everything = frozenset(file.state.items)
    dossier = Dossier(file=file, bodies=frozenset(), items=everything, unmasked=frozenset(), strict=True)
    facts = facts_for_rules(dossier.blueprint, dossier.values)
    try:
        return evaluate(parse(when), facts, today=today) is True
    except (RuleSyntaxError, RuleLimit):
        # Told where the rule is written; here it simply fits nothing.
        return False


def _own_matter(file: CaseFile) -> frozenset[int]:
    """Accounts on the applicant's side: nobody works on their own matter (回避)."""
    return frozenset(Mandate.objects.filter(party_id=file.case.party_id).values_list("user_id", flat=True))


def _give(
    task: CaseTask,
    office: _Office,
    choice: Choice,
    rule: str,
    instead: str,
    now: datetime,
    actor: Actor = MACHINE,
) -> CaseFile:
    command = commands.Assign(
        step=task.key, body=task.body, to=choice.to, why=choice.why, rule=rule, instead=instead
    )
    file = _act(task, command, now, actor)
    office.count(choice.to.id, now)
    if rule:
        user = int(choice.to.id.removeprefix("user:"))
        Turn.objects.update_or_create(user_id=user, body=task.body, defaults={"at": now})
    return file


def _act(
    task: CaseTask, command: CoreCommand, now: datetime | None = None, actor: Actor = MACHINE
) -> CaseFile:
    return act(actor, task.case_id, command, body=task.body, now=now)


def _quietly(deed: Callable[[], T]) -> T | None:
    """The deed, or None when somebody was faster: the task is no longer what the list said."""
    try:
        return deed()
    except (CommandRefused, Stale, NotFound):
        return None


# ------------------------------------------------------------------------------------------------ by hand


@dataclass(frozen=True)
class Moved:
    """What became of several tasks: how many moved, and for each that did not its number and why."""

    done: int
    why: tuple[str, ...]
    held: tuple[UUID, ...] = ()
    "Those of the done that can still be taken back."


QUEUE, RULE = "queue", "rule"
"""Besides a person, where tasks may be moved to."""


def tasks_of_team(actor: Actor, body: str, holder: str = "") -> QuerySet[CaseTask]:
    """Open and claimed tasks of a body the actor is senior of, the most urgent first; of one `holder`, or ``none``.

    Raises:
        NotFound: not their body.
    """
    if not actor.has("senior", body):
        raise NotFound("body")
    rows = CaseTask.objects.filter(body=body, state__in=("open", "claimed"), kind__in=KINDS)
    if holder:
        rows = rows.filter(assignee="" if holder == "none" else holder)
    return rows.select_related("case", "case__party").order_by("due_on", "case__number", "key")


def move_tasks(
    actor: Actor, body: str, tasks: Iterable[CaseTask], to: str, reason: str, now: datetime | None = None
) -> Moved:
    """Move tasks of a body to a colleague (``user:…``), by rule, or back to the queue. Each is told of by itself; one
    that cannot move keeps none of the others back.

    Raises:
        NotFound: not their body, or no such colleague there.
    """
    now = now or timezone.now()
    if not actor.has("senior", body):
        raise NotFound("body")
    office = _office(body, timezone.localdate(now))
    colleague = next((one for one in office.members if one.id == to), None)
    if to not in {QUEUE, RULE} and colleague is None:
        raise NotFound("colleague")
    done, why = 0, []
    for task in tasks:
        try:
            _move(actor, task, office, to, colleague, reason, now)
        except CommandRefused as no:
            why.append(f"{task.case.number}：{no}")
        except Stale:
            why.append(f"{task.case.number}：这份办件刚有了新进展。")
        except _NobodyFits:
            why.append(f"{task.case.number}：没有规则能分派这一件，请直接选人。")
        else:
            done += 1
    return Moved(done, tuple(why))


class _NobodyFits(Exception):
    """No rule places this task."""


def _move(
    actor: Actor,
    task: CaseTask,
    office: _Office,
    to: str,
    colleague: Member | None,
    reason: str,
    now: datetime,
) -> None:
    if to == QUEUE:
        _act(task, commands.ReturnTask(step=task.key, body=task.body, why=reason), now, actor)
        return
    if colleague is None:
        if give_by_rule(task, office, now, actor, instead=task.assignee_name) is None:
            raise _NobodyFits
        return
    if not _may_hold(colleague, task):
        words = f"{colleague.name}的岗位不能办“{task.name}”。"
        raise CommandRefused((Refusal("assign.role", words, "", "请改派有这个岗位的同事。"),))
    if colleague.user in _own_matter(load(task.case)):
        raise CommandRefused(
            (Refusal("assign.own", f"{colleague.name}与申请人有关，应当回避。", "", "请改派其他同事。"),)
        )
    staff: Staff = colleague.staff
    choice = Choice(to=staff, why=reason)
    _give(task, office, choice, "", task.assignee_name, now, actor)
