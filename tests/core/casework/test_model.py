"""The engine and a second, naive one say the same of every command; and no command of any area throws it.

What the oracle knows is compared command by command. Every other command there is gets made-up contents by its type, on
a branch of the case: it brings events about or says no, and the log folds to the state. A new command is in it by
itself.
"""

from __future__ import annotations

import types
import typing
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, get_args

import msgspec
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec.structs import replace
from tests.core.casework.oracle import Oracle
from tests.core.casework.road import (
    APPLICANT,
    CALENDAR,
    CLERK,
    MACHINE,
    MONDAY,
    NOODLES,
    SENIOR,
    STAFF,
    Case,
    head,
    reviewer,
)

from bancheng.core.casework import (
    Actor,
    AnyCommand,
    CaseState,
    Command,
    CommandRefused,
    Context,
    Issued,
    Mark,
    MarkKind,
    MarkReason,
    Opinion,
    StepOutcome,
    TurnedAway,
    Verdict,
    WithdrawReason,
    clocks,
    commands,
    decide,
    decode_event,
    decode_state,
    encode_event,
    encode_state,
    fold,
    next_attention,
    tasks,
)
from bancheng.core.catalogue import PartialPolicy
from bancheng.core.clock import Limit

BODIES = ("shop-body", "food-body", "fire-body", "sign-body", "road-body", "police-body")
PEOPLE = (
    APPLICANT,
    CLERK,
    SENIOR,
    *(reviewer(body, one) for body in BODIES for one in (1, 2)),
    Actor(id="nobody"),
)
ITEMS = tuple(one.key for one in NOODLES.items)
STEPS = tuple(one.key for one in NOODLES.plan.steps)
COMMANDS: tuple[type[Command], ...] = get_args(AnyCommand)
text = st.sampled_from(("", "理由充分"))
papers = st.lists(
    st.builds(
        Issued,
        result=st.sampled_from(("shop-licence", "food-licence", "sign-licence")),
        number=st.sampled_from(("1", "")),
        digest=st.just("d" * 64),
    ),
    max_size=2,
).map(tuple)
MARK = Mark(key="m1", kind=MarkKind.FIELD, target="name", reason=MarkReason.WRONG, words="请更正")

modelled: st.SearchStrategy[Command] = st.one_of(
    st.just(commands.Accept()),
    st.builds(commands.TurnAway, outcome=st.sampled_from(TurnedAway), reason=text, right_body=text),
    st.builds(commands.IssueNotice, marks=st.sampled_from(((MARK,), ())), reason=text),
    st.builds(commands.Claim, step=st.sampled_from(STEPS)),
    st.builds(
        commands.CompleteStep,
        step=st.sampled_from(STEPS),
        outcome=st.sampled_from(StepOutcome),
        findings=text,
        staff=st.sampled_from((STAFF, ())),
    ),
    st.builds(
        commands.GiveOpinion,
        step=st.sampled_from(("sign.ask", "visit")),
        answer=st.sampled_from(Opinion),
        words=text,
    ),
    st.builds(
        commands.DecideItem,
        item=st.sampled_from((*ITEMS, "no-such")),
        verdict=st.sampled_from(Verdict),
        reasons=text,
        basis=st.just("示例条例"),
        remedies=st.just("可以申请行政复议"),
        results=papers,
    ),
    st.builds(commands.IssueResult, item=st.sampled_from(ITEMS), results=papers),
    st.builds(commands.Rate, level=st.integers(0, 6)),
    st.builds(commands.Withdraw, reason=st.sampled_from(WithdrawReason)),
)
KNOWN = {commands.Accept, commands.TurnAway, commands.IssueNotice, commands.Claim, commands.CompleteStep,
         commands.GiveOpinion, commands.DecideItem, commands.IssueResult, commands.Rate, commands.Withdraw}  # fmt: skip


def made_up(kind: Any) -> st.SearchStrategy[Any]:
    """Contents of any type that commands are made of.

    Raises:
        TypeError: a command holds something new; say here how it is made up.
    """
    if kind in PLAIN:
        return PLAIN[kind]
    origin, parts = typing.get_origin(kind), get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return st.one_of(*(made_up(one) for one in parts))
    if origin is tuple:
        inner = made_up(parts[0])
        return (
            st.lists(inner, max_size=2).map(tuple)
            if len(parts) == 2 and parts[1] is ...
            else st.tuples(*map(made_up, parts))
        )
    if origin in (dict, typing.Mapping):
        return st.dictionaries(made_up(parts[0]), made_up(parts[1]), max_size=2)
    if origin is typing.Annotated:
        return made_up(parts[0])
    if origin is typing.Literal:
        return st.sampled_from(parts)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        hints = typing.get_type_hints(kind, include_extras=True)
        told = {one.name: made_up(hints[one.name]) for one in msgspec.structs.fields(kind)}
        return st.builds(kind, **told)
    raise TypeError(f"no made-up {kind}")


PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    Limit: st.integers(0, 30).map(Limit),
    str: st.sampled_from(("", "理由充分", *ITEMS, *STEPS[:4], *BODIES[:3], "lease", "a" * 64)),
    int: st.integers(-1, 20),
    bool: st.booleans(),
    float: st.floats(0, 10),
    date: st.dates(date(2026, 2, 25), date(2026, 4, 1)),
    datetime: st.dates(date(2026, 2, 25), date(2026, 4, 1)).map(
        lambda day: datetime.combine(day, time(4), UTC)
    ),
    Decimal: st.integers(0, 100).map(Decimal),
    type(None): st.none(),
}


def of_type(kind: type[Command]) -> st.SearchStrategy[Command]:
    """Commands of a type with contents made up by the types of its parts."""
    found: st.SearchStrategy[Command] = st.just(NOODLES) if kind is commands.Submit else made_up(kind)
    return found


def test_every_command_can_be_made_up_and_the_oracle_knows_what_it_says_it_knows() -> None:
    assert [kind for kind in COMMANDS if of_type(kind).is_empty] == []
    assert {f"_takes_{kind.__name__}" for kind in KNOWN} == {
        name for name in vars(Oracle) if name[:7] == "_takes_"
    }


FOUND = (Phase.explicit, Phase.reuse, Phase.generate)
"A failing walk is short enough to read; making it shorter takes minutes."


class Model(RuleBasedStateMachine):
    """A case beside its oracle."""

    @initialize(policy=st.sampled_from(PartialPolicy))
    def begin(self, policy: PartialPolicy) -> None:
        submit = replace(NOODLES, partial=policy)
        self.case, self.oracle, self.now = Case(submit, MONDAY), Oracle(submit), MONDAY

    @rule(hours=st.integers(0, 30))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(command=modelled, actor=st.sampled_from(PEOPLE))
    def somebody_asks(self, command: Command, actor: Actor) -> None:
        self._both(actor, command)

    @rule()
    def the_window_accepts(self) -> None:
        self._both(CLERK, commands.Accept())

    @rule(which=st.integers(0, 9), well=st.booleans(), who=st.integers(1, 2))
    def the_bodies_work(self, which: int, well: bool, who: int) -> None:
        """What is open is done as it should be, so that a case comes to its end."""
        for step in self.case.state.open_steps[which % 3 :]:
            plan, item = step.plan, self.case.state.items[step.plan.items[0]].item
            full = tuple(Issued(result=one, number="1", digest="d" * 64) for one in item.results)
            later = any(
                self.case.state.steps[key].plan.kind == "issue"
                for key in self.case.state.items[item.key].steps
            )
            verdict = Verdict.APPROVE if well else Verdict.REFUSE
            grounds = dict.fromkeys(("reasons", "basis", "remedies"), "写明")
            results = full if well and not later else ()
            for body in (*plan.bodies, *plan.asks):
                for command in (
                    commands.GiveOpinion(step=plan.key, answer=Opinion.AGREE),
                    commands.CompleteStep(step=plan.key, outcome=StepOutcome.OK, staff=STAFF),
                    commands.DecideItem(item=item.key, verdict=verdict, results=results, **grounds),
                    commands.IssueResult(item=item.key, results=full),
                ):
                    self._both(reviewer(body, who), command)
            return

    def _both(self, actor: Actor, command: Command) -> None:
        should = self.oracle.takes(actor, command)
        try:
            self.case.do(actor, command, self.now)
        except CommandRefused as no:
            assert not should, (command, actor, str(no))  # noqa: PT017  # reason: both ends are compared
            return
        assert should, (command, actor)
        self.oracle.do(actor, command)

    @invariant()
    def both_stand_at_the_same_place(self) -> None:
        state = self.case.state
        assert state.phase.value == self.oracle.phase()
        assert {key: one.status.value for key, one in state.steps.items()} == {
            key: self.oracle.step(key) for key in state.steps
        }
        if self.oracle.phase() != "received":
            assert {key: one.status.value for key, one in state.items.items()} == {
                key: self.oracle.item(key) for key in state.items
            }

    @invariant()
    def what_is_kept_is_the_state(self) -> None:
        assert decode_state(encode_state(self.case.state)) == self.case.state


Model.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=30,
    deadline=None,
    phases=FOUND,
    suppress_health_check=list(HealthCheck),
)
TestModel = Model.TestCase


def _roads() -> tuple[Case, ...]:
    """A case in intake, one at work, one finished."""
    fresh, working, over = Case(), Case(), Case()
    working.do(CLERK, commands.Accept())
    working.complete("shop.review")
    over.do(CLERK, commands.Accept())
    over.finish()
    return fresh, working, over


ROADS = _roads()
EVERYBODY = (
    *PEOPLE,
    MACHINE,
    *(head(body) for body in BODIES[:4]),
    Actor(id="gov", name="市长", roles=("government",), body="gov"),
)


@settings(
    max_examples=150, deadline=None, derandomize=True, phases=FOUND, suppress_health_check=list(HealthCheck)
)
@given(data=st.data())
def test_no_command_throws_the_engine(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(ROADS))
    command = data.draw(st.sampled_from(COMMANDS).flatmap(of_type))
    actor, now = (
        data.draw(st.sampled_from(EVERYBODY)),
        case.now + timedelta(days=data.draw(st.integers(0, 60))),
    )
    try:
        happened = decide(case.state, command, Context(now=now, actor=actor, calendar=CALENDAR))
    except CommandRefused as no:
        assert all(one.reason and one.code for one in no.refusals)  # noqa: PT017  # reason: either end is sound
        return
    assert all(one.words() for one in happened)
    read = [decode_event(encode_event(one)) for one in happened]
    state = fold(read, case.state)
    assert state == fold(happened, case.state)
    assert decode_state(encode_state(state)) == state
    places = [(one.key, one.body) for one in tasks(state, clocks(state, CALENDAR, now))]
    assert len(set(places)) == len(places)
    next_attention(state, CALENDAR)
    if actor.id == "nobody":
        assert not happened, "a stranger did something"
    assert isinstance(state, CaseState)
