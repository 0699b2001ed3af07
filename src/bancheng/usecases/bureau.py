"""The bureau: tasks by body and role, the file as a body may see it, and what its officials do with it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from bancheng.core.casework import (
    Alarm,
    AnyEvent,
    CaseClocks,
    Clock,
    ItemState,
    ItemStatus,
    Notice,
    Opinion,
    Phase,
    Rank,
    Staff,
    StepOutcome,
    StepState,
    StepStatus,
    Timeline,
    clocks,
    dependants,
    timeline,
)
from bancheng.core.casework import events as ev
from bancheng.core.catalogue import ON_SITE, PartialPolicy, SpecialProcedure, StepKind
from bancheng.core.clock import Colour
from bancheng.store.models import Case, CaseBody, CaseTask, Membership
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.casework import CaseFile, open_case
from bancheng.usecases.examining import Dossier, items_of
from bancheng.usecases.lists import FEW, count, matching, matching_tasks
from bancheng.usecases.prechecks import BAD
from bancheng.usecases.town import packs

OFFICE_ROLES = ("reviewer", "inspector", "senior")
SEES = {
    "reviewer": ("reviewer", "inspector"),
    "inspector": ("inspector",),
    "senior": ("reviewer", "inspector"),
}
"""Whose tasks a role may do: a reviewer and a senior may go to the site too."""
NEAR = 2
"""Working days before its last day from which a task counts as near due."""

REMEDIES = (
    "如不服本决定，可以自收到本决定之日起60日内依法申请行政复议，"
    "也可以自收到本决定之日起6个月内依法向人民法院提起行政诉讼。"
)
"""The usual remedies (行政复议法 art. 20, 行政诉讼法 art. 46), for the official to edit where a law says otherwise."""


def offices(actor: Actor) -> tuple[str, ...]:
    """The bodies the actor reviews, inspects or signs for."""
    return tuple(dict.fromkeys(body for role, body in actor.posts if role in OFFICE_ROLES and body))


# ------------------------------------------------------------------------------------------------ tasks


@dataclass(frozen=True)
class Desk:
    """How many tasks lie in each tab, and cases in intake that the actor's bodies may still speak about."""

    open: int
    mine: int
    near: int
    overdue: int
    intake: int
    done: None = None


GOING = ("open", "claimed")
COUNTED = ("open", "mine", "near", "overdue")
TABS = ("mine", "open", "near", "overdue", "intake", "done")
TASK_ORDERS = {
    "due": ("order_on", "pk"),
    "-due": ("-order_on", "-pk"),
    "number": ("case__number", "key"),
    "-number": ("-case__number", "key"),
    "opened": ("opened_at", "pk"),
    "-opened": ("-opened_at", "-pk"),
}


def _tasks(actor: Actor) -> QuerySet[CaseTask]:
    """Every step task of the actor's bodies and roles; a task carries its body, so this filter is the scope."""
    scope = Q(pk__in=[])
    for role, body in actor.posts:
        if role in SEES and body:
            scope |= Q(body=body, role__in=SEES[role])
    return CaseTask.objects.exclude(kind="intake").filter(scope)


def _tab(actor: Actor, tab: str, on: date) -> Q:
    going = Q(state__in=GOING, done_at=None)
    tabs = {
        "open": Q(state="open"),
        "mine": Q(state="claimed", assignee=actor.id),
        "near": going & Q(order_on__gte=on, order_on__lte=packs().calendar.add_workdays(on, NEAR).date),
        "overdue": going & Q(order_on__lt=on),
        "done": Q(state="done"),
    }
    return tabs.get(tab, tabs["open"])


def desk(actor: Actor, now: datetime | None = None) -> Desk:
    """The figures of the tabs, each counted as far as lists are; what is done grows for ever and is not counted."""
    on = timezone.localdate(now or timezone.now())
    found = {tab: count(_tasks(actor).filter(_tab(actor, tab, on))) for tab in COUNTED}
    return Desk(
        found["open"],
        found["mine"],
        found["near"],
        found["overdue"],
        count(in_intake(actor)),
    )


def tasks(
    actor: Actor,
    tab: str = "open",
    *,
    body: str = "",
    onething: str = "",
    text: str = "",
    order: str = "due",
    now: datetime | None = None,
) -> QuerySet[CaseTask]:
    """The tasks of one tab, narrowed to a body, a one-thing, or words of the case."""
    rows = _tasks(actor).filter(_tab(actor, tab, timezone.localdate(now or timezone.now())))
    if body:
        rows = rows.filter(body=body)
    if onething:
        rows = rows.filter(onething=onething)
    if text:
        rows = rows.filter(matching_tasks(text))
    return rows.select_related("case", "case__party").order_by(*TASK_ORDERS.get(order, TASK_ORDERS["due"]))


def in_intake(actor: Actor, text: str = "") -> QuerySet[Case]:
    """Cases not accepted yet in which the actor's bodies have a part: they may say what must be put right."""
    # A part for one of their offices is what makes a case theirs to see. Of bodies with little to do all of it is
    # looked up; of others the cases in intake are asked one by one, for the first are soon found.
    parts = CaseBody.objects.filter(body__in=offices(actor), state__in=("waiting", "open"))
    few = list(parts.values_list("case", flat=True)[: FEW + 1])
    mine = Case.objects.filter(status=Phase.RECEIVED.value)
    if len(few) <= FEW:
        mine = mine.filter(pk__in=few)
    else:
        mine = mine.filter(Exists(parts.filter(case=OuterRef("pk"))))
    if text:
        mine = mine.filter(matching(text))
    return mine.select_related("party").order_by("created_at", "id")


def colour_of(task: CaseTask, on: date) -> tuple[Colour, int | None]:
    """The colour of a task and the working days it has left, as of a day."""
    if task.state == "done" or task.due_on is None:
        return Colour.DONE, None
    left = packs().calendar.workdays_between(on, task.due_on)
    return Colour.RED if left < 0 else Colour.YELLOW if left <= 1 else Colour.GREEN, left


# ------------------------------------------------------------------------------------------------ the file


@dataclass(frozen=True)
class MyStep:
    """An open step that one of the actor's bodies has to do something about."""

    step: StepState
    body: str
    clock: Clock | None
    asked: bool
    "The body was asked for its opinion, and has not answered."
    held: bool
    "The actor has claimed it."

    @property
    def key(self) -> str:
        """The step."""
        return self.step.plan.key

    @property
    def owner(self) -> str:
        """Who has claimed it for the body, or nobody."""
        by = self.step.owners.get(self.body)
        return by.name if by else ""

    @property
    def does(self) -> str:
        """What is to be done: opinion, wait (for the bodies asked), decide, issue, inspect or report."""
        if self.asked:
            return "opinion"
        if any(ask.answer is None for ask in self.step.asks) and self.clock and self.clock.days_left >= 0:
            return "wait"
        kinds = {
            StepKind.DECISION: "decide",
            StepKind.ISSUE: "issue",
            StepKind.INSPECTION: "inspect",
            StepKind.ACCEPTANCE: "inspect",
        }
        return kinds.get(self.step.plan.kind, "report")


@dataclass(frozen=True)
class Work:
    """A file on an official's desk: what they may see of it and what they may do."""

    dossier: Dossier
    steps: tuple[MyStep, ...]
    road: Timeline
    clocks: CaseClocks
    alarms: tuple[Alarm, ...]

    @property
    def items(self) -> tuple[ItemState, ...]:
        """The items the official may see."""
        return tuple(one for key, one in self.dossier.state.items.items() if key in self.dossier.items)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Notices the applicant has still to answer."""
        return self.dossier.state.open_notices

    def step(self, key: str) -> MyStep:
        """One of the steps.

        Raises:
            NotFound: not theirs, or over.
        """
        found = next((one for one in self.steps if one.key == key), None)
        if found is None:
            raise NotFound("step")
        return found

    def history(self) -> list[tuple[datetime, str, str]]:
        """What happened, newest first, without other bodies' findings: (when, words, who)."""
        told = [
            (event.at, event.words(), event.by.name)
            for event in self.dossier.file.events
            if self._may_read(event)
        ]
        return told[::-1]

    def _may_read(self, event: AnyEvent) -> bool:
        if isinstance(event, ev.StepReported | ev.OpinionGiven):
            step = self.dossier.state.steps.get(event.step)
            asks = set(step.plan.items) if step else set()
            return event.body in self.dossier.bodies or (
                bool(asks) and asks <= self.dossier.items and isinstance(event, ev.OpinionGiven)
            )
        if isinstance(event, ev.ItemDecided | ev.ResultIssued | ev.ItemStopped):
            return event.item in self.dossier.items
        if isinstance(event, ev.Warned | ev.Escalated):
            return not self.dossier.bodies.isdisjoint(event.receivers)
        return not isinstance(event, ev.MarksProposed) or event.by.body in self.dossier.bodies


def open_file(actor: Actor, number: str, unmasked: Collection[str] = (), now: datetime | None = None) -> Work:
    """A case as the actor's bodies may see it.

    Raises:
        NotFound: none of their bodies has a part in it.
    """
    file = open_case(actor, number)
    bodies = frozenset(offices(actor)) & frozenset(file.state.bodies)
    items = items_of(file.state, bodies)
    if not items:
        raise NotFound("case")
    dossier = Dossier(file=file, bodies=bodies, items=items, unmasked=frozenset(unmasked), strict=False)
    at, calendar = now or timezone.now(), packs().calendar
    dials = clocks(file.state, calendar, at)
    return Work(
        dossier=dossier,
        steps=tuple(_my_steps(actor, file, bodies, dials)),
        road=timeline(file.state, calendar, at),
        clocks=dials,
        alarms=tuple(
            one
            for one in file.state.warnings
            if not one.acknowledged and any(_hears(actor, one, body) for body in bodies)
        ),
    )


def _hears(actor: Actor, alarm: Alarm, body: str) -> bool:
    """Is it for this person to say that a warning is seen?"""
    return body in alarm.receivers and (alarm.rank is Rank.HANDLER or actor.has("senior", body))


def _my_steps(actor: Actor, file: CaseFile, bodies: Collection[str], dials: CaseClocks) -> list[MyStep]:
    found: list[MyStep] = []
    for key, step in file.state.steps.items():
        if step.status is not StepStatus.OPEN:
            continue
        for ask in step.asks:
            answers = actor.has("reviewer", ask.body) or actor.has("senior", ask.body)
            if ask.body in bodies and ask.answer is None and answers:
                clock = dials.opinions.get(f"{key}/{ask.body}")
                found.append(MyStep(step, ask.body, clock, asked=True, held=False))
        reported = {one.body for one in step.reports}
        for body in step.plan.bodies:
            if body in bodies and body not in reported and _may_do(actor, step, body):
                owner = step.owners.get(body)
                held = owner is not None and owner.id == actor.id
                found.append(MyStep(step, body, dials.steps.get(key), asked=False, held=held))
    return found


def _may_do(actor: Actor, step: StepState, body: str) -> bool:
    roles = OFFICE_ROLES if step.plan.kind in ON_SITE else ("reviewer", "senior")
    return any(actor.has(role, body) for role in roles)


def items_to_decide(work: Work, mine: MyStep) -> tuple[ItemState, ...]:
    """The items a decision step of the actor's body is about, without those that have ended."""
    items = work.dossier.state.items
    shared = len(mine.step.plan.items) > 1
    return tuple(
        items[key]
        for key in mine.step.plan.items
        if items[key].status in {ItemStatus.OPEN, ItemStatus.WAITING}
        and (not shared or items[key].item.body == mine.body)
    )


def items_to_issue(work: Work, mine: MyStep) -> tuple[ItemState, ...]:
    """The approved items whose papers an issuing step makes."""
    items = work.dossier.state.items
    found = [items[key] for key in mine.step.plan.items]
    return tuple(one for one in found if one.status is ItemStatus.APPROVED and not one.issued)


def colleagues(body: str, roles: Collection[str] = OFFICE_ROLES) -> tuple[Staff, ...]:
    """The officials of a body, by name."""
    rows = Membership.objects.filter(body=body, role__in=roles, user__is_active=True).select_related("user")
    found = {row.user_id: row.user.get_full_name() for row in rows.order_by("user__display_name", "id")}
    return tuple(Staff(id=f"user:{pk}", name=name) for pk, name in found.items())


# ------------------------------------------------------------------------------------------------ words


def grounds(work: Work, item: str) -> tuple[str, ...]:
    """Reasons a refusal might state, from what was found: to choose from and edit, never to send unread."""
    state = work.dossier.state
    found = [
        f"经审查，{one.text.rstrip('。')}这一条不符合：{one.why.rstrip('。')}。"
        for one in work.dossier.remarks
        if one.verdict == BAD and one.item == item
    ]
    for step in state.steps.values():
        if item not in step.plan.items:
            continue
        found += [
            f"{step.plan.name}：{report.findings.rstrip('。')}。"
            for report in step.reports
            if report.outcome is StepOutcome.NOT_OK and report.body in work.dossier.bodies
        ]
        found += [
            f"征求意见时，{state.body_name(ask.body)}不同意：{ask.words.rstrip('。')}。"
            for ask in step.asks
            if ask.answer is Opinion.OBJECT
        ]
    source = packs().catalogue.items.get(item)
    general = (
        [f"不符合受理和许可条件：{one.text.rstrip('。')}。" for one in source.conditions] if source else []
    )
    return tuple(dict.fromkeys((*found, *general, "申请材料不能证明符合法定条件。")))


def basis_of(item: str) -> str:
    """The law an item stands on, as a decision cites it."""
    source = packs().catalogue.items.get(item)
    cited = [f"《{one.title.strip('《》')}》{one.article}" for one in source.basis] if source else []
    return "；".join(cited)


def stops_with(work: Work, item: str) -> tuple[str, ...]:
    """The items that end without decision when `item` is refused."""
    state = work.dossier.state
    everything = state.submission is not None and state.submission.partial is PartialPolicy.ALL_WITHDRAWN
    found = tuple(state.items) if everything else dependants(state, item)
    going = {ItemStatus.OPEN, ItemStatus.WAITING}
    return tuple(key for key in found if key != item and state.items[key].status in going)


def procedures_of(work: Work) -> tuple[tuple[str, SpecialProcedure], ...]:
    """Special procedures registered for the items, as (item, procedure)."""
    return tuple((one.item.key, procedure) for one in work.items for procedure in one.item.procedures)
