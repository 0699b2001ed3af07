"""A small bundle and the people who work on it, for the tests of the case engine."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from msgspec.structs import replace

from bancheng.core.casework import (
    Actor,
    Answer,
    CaseItem,
    CaseState,
    Command,
    CommandRefused,
    Context,
    Event,
    Issued,
    Opinion,
    Staff,
    StepOutcome,
    Verdict,
    commands,
    decide,
    evolve,
    fold,
)
from bancheng.core.catalogue import PartialPolicy, StepKind
from bancheng.core.clock import CalendarYear, Limit, WorkCalendar
from bancheng.core.compiler import EdgeKind, Plan, PlanEdge, PlanStep


def days(year: int, *pairs: tuple[int, int]) -> tuple[date, ...]:
    return tuple(date(year, month, day) for month, day in pairs)


CALENDAR = WorkCalendar(
    (
        CalendarYear(
            year=2026,
            holidays=(
                *days(2026, (1, 1), (1, 2), (1, 3)),
                *(date(2026, 2, day) for day in range(15, 24)),
                *days(2026, (4, 4), (4, 5), (4, 6), (5, 1), (5, 2), (5, 3), (5, 4), (5, 5)),
                *days(2026, (6, 19), (6, 20), (6, 21), (9, 25), (9, 26), (9, 27)),
                *(date(2026, 10, day) for day in range(1, 8)),
            ),
            swapped=days(2026, (1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)),
        ),
    )
)
"The announced year of 2026; 2027 is not announced."


def at(month: int, day: int, hour: int = 10, year: int = 2026) -> datetime:
    """A moment in China, said in UTC."""
    return datetime.combine(date(year, month, day), time(hour - 8), UTC)


MONDAY = at(3, 2)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(4), UTC)


APPLICANT = Actor(id="party:1", name="张三", roles=("applicant",))
CLERK = Actor(id="user:2", name="李窗", roles=("clerk",), body="hall")
SENIOR = Actor(id="user:3", name="王主任", roles=("senior", "clerk"), body="hall")
MACHINE = Actor(id="machine", name="系统", roles=("machine",))
GOVERNMENT = Actor(id="user:9", name="赵县长", roles=("government",), body="gov")


def reviewer(body: str, number: int = 1) -> Actor:
    return Actor(
        id=f"user:{body}:{number}", name=f"{body}员{number}", roles=("reviewer", "inspector"), body=body
    )


def head(body: str) -> Actor:
    return Actor(id=f"head:{body}", name=f"{body}长", roles=("head",), body=body)


STAFF = (Staff(id="s1", name="甲"), Staff(id="s2", name="乙"))


def step(
    key: str,
    kind: StepKind,
    items: Iterable[str],
    bodies: Iterable[str],
    limit: int = 3,
    asks: tuple[str, ...] = (),
    silent: bool = False,
) -> PlanStep:
    return PlanStep(
        key=key,
        name=f"{key}环节",
        kind=kind,
        items=tuple(items),
        bodies=tuple(bodies),
        limit=Limit(limit),
        days=Decimal(limit),
        asks=asks,
        silent_consent=silent,
        staff=2 if kind is StepKind.INSPECTION else 1,
    )


def edge(before: str, after: str, kind: EdgeKind = EdgeKind.WITHIN) -> PlanEdge:
    return PlanEdge(before=before, after=after, kind=kind, why="因为")


def item(
    key: str, requires: tuple[str, ...] = (), results: tuple[str, ...] | None = None, promised: int = 10
) -> CaseItem:
    return CaseItem(
        key=key,
        name=f"{key}事项",
        body=f"{key}-body",
        promised=Limit(promised),
        statutory=Limit(20),
        requires=requires,
        results=(f"{key}-licence",) if results is None else results,
    )


NOODLES = commands.Submit(
    onething="restaurant",
    onething_name="开办餐饮店",
    blueprint="b" * 64,
    items=(item("shop"), item("food", ("shop",)), item("sign"), item("fire", results=())),
    plan=Plan(
        steps=(
            step("shop.review", StepKind.REVIEW, ["shop"], ["shop-body"]),
            step("shop.decide", StepKind.DECISION, ["shop"], ["shop-body"], 1),
            step("visit", StepKind.INSPECTION, ["food", "fire"], ["food-body", "fire-body"], 5),
            step("food.decide", StepKind.DECISION, ["food"], ["food-body"], 2),
            step("food.issue", StepKind.ISSUE, ["food"], ["food-body"], 1),
            step("fire.decide", StepKind.DECISION, ["fire"], ["fire-body"], 2),
            step(
                "sign.ask", StepKind.OPINION, ["sign"], ["sign-body"], 4, ("road-body", "police-body"), True
            ),
            step("sign.decide", StepKind.DECISION, ["sign"], ["sign-body"], 2),
        ),
        edges=(
            edge("shop.review", "shop.decide"),
            edge("shop.decide", "visit", EdgeKind.RESULT),
            edge("visit", "food.decide"),
            edge("food.decide", "food.issue"),
            edge("visit", "fire.decide"),
            edge("sign.ask", "sign.decide"),
        ),
    ),
    promised=Limit(15),
    statutory=Limit(45),
    form_digest="f" * 64,
    applicant_ref="party:1",
    receiving_body="hall",
    lead_body="shop-body",
    body_names={"hall": "政务服务大厅", "food-body": "市场监管局"},
)
"""Four items: food needs the shop's licence, fire shares the visit with food, sign asks two bodies and stands alone."""


def with_policy(policy: PartialPolicy) -> commands.Submit:
    return replace(NOODLES, partial=policy)


class Case:
    """Plays commands and keeps the log; a refused command raises and changes nothing."""

    def __init__(
        self, submit: commands.Submit = NOODLES, now: datetime = MONDAY, calendar: WorkCalendar = CALENDAR
    ):
        self.calendar = calendar
        self.log: list[Event] = []
        self.state = CaseState()
        self.now = now
        self.do(APPLICANT, submit)

    def do(self, actor: Actor, command: Command, now: datetime | None = None) -> tuple[Event, ...]:
        self.now = now or self.now
        events = decide(self.state, command, Context(now=self.now, actor=actor, calendar=self.calendar))
        self.log.extend(events)
        self.state = fold(events, self.state)
        return events

    def refused(self, actor: Actor, command: Command, now: datetime | None = None) -> str:
        """The code of the refusal."""
        with pytest.raises(CommandRefused) as no:
            self.do(actor, command, now)
        assert all(one.reason for one in no.value.refusals)
        return no.value.refusals[0].code

    def complete(self, key: str, outcome: StepOutcome = StepOutcome.OK) -> None:
        for body in self.state.steps[key].plan.bodies:
            self.do(
                reviewer(body),
                commands.CompleteStep(step=key, outcome=outcome, findings="看过", staff=STAFF),
            )

    def approve(self, key: str) -> None:
        of = self.state.items[key]
        issuing = any(self.state.steps[one].plan.kind is StepKind.ISSUE for one in of.steps)
        papers = tuple(Issued(result=one, number=f"号-{one}", digest="d" * 64) for one in of.item.results)
        self.do(
            reviewer(of.item.body),
            commands.DecideItem(item=key, verdict=Verdict.APPROVE, results=() if issuing else papers),
        )
        if issuing:
            self.do(reviewer(of.item.body), commands.IssueResult(item=key, results=papers))

    def refuse(self, key: str) -> None:
        self.do(
            reviewer(f"{key}-body"),
            commands.DecideItem(
                item=key,
                verdict=Verdict.REFUSE,
                reasons="面积不符合要求",
                basis="示例条例第一条",
                remedies="可以在六十日内申请行政复议，或在六个月内提起行政诉讼。",
            ),
        )

    def agree(self, key: str) -> None:
        for body in self.state.steps[key].plan.asks:
            self.do(reviewer(body), commands.GiveOpinion(step=key, answer=Opinion.AGREE))

    def answer(self, number: int = 1) -> None:
        marks = self.state.notices[number - 1].unanswered
        self.do(
            APPLICANT,
            commands.AnswerNotice(
                number=number,
                answers=tuple(Answer(mark=mark.key) for mark in marks),
                form_digest="e" * 64,
            ),
        )

    def finish(self) -> None:
        """From acceptance to the last decision, all approved."""
        self.complete("shop.review")
        self.approve("shop")
        self.complete("visit")
        self.approve("food")
        self.approve("fire")
        self.agree("sign.ask")
        self.approve("sign")


def accepted(submit: commands.Submit = NOODLES, now: datetime = MONDAY) -> Case:
    case = Case(submit, now)
    case.do(CLERK, commands.Accept())
    return case


def replayed(log: Iterable[Event]) -> CaseState:
    state = CaseState()
    for event in log:
        state = evolve(state, event)
    return state
