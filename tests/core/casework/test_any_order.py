"""Random commands by random people on random days: the engine answers with events or a refusal, and keeps the law."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec.structs import replace
from tests.core.casework.asking import ASKED
from tests.core.casework.road import (
    APPLICANT,
    CALENDAR,
    CLERK,
    GOVERNMENT,
    MACHINE,
    MONDAY,
    NOODLES,
    SENIOR,
    Case,
    head,
    reviewer,
)

from bancheng.core.casework import (
    Actor,
    CaseState,
    Command,
    CommandRefused,
    Context,
    Event,
    ItemStatus,
    MaterialKind,
    MaterialRef,
    Phase,
    StepOutcome,
    StepStatus,
    clocks,
    commands,
    day_of,
    decide,
    decode_event,
    dependants,
    due_acts,
    encode_event,
    events,
    evolve,
    fold,
    next_attention,
    sweep,
    timeline,
)
from bancheng.core.catalogue import PartialPolicy, StepKind
from bancheng.core.clock import deadline
from bancheng.core.compiler import enabled
from bancheng.core.kernel import Refusal

BODIES = ("shop-body", "food-body", "fire-body", "sign-body", "road-body", "police-body")
PEOPLE = (
    APPLICANT,
    CLERK,
    SENIOR,
    MACHINE,
    GOVERNMENT,
    *(reviewer(body) for body in BODIES),
    *(head(body) for body in BODIES[:4]),
)
STRANGERS = (
    Actor(id="nobody"),
    Actor(id="party:9", roles=("applicant",)),
    Actor(id="user:x", roles=("clerk",), body="other"),
)
OVER = (StepStatus.DONE, StepStatus.GONE)

any_command: st.SearchStrategy[Command] = st.one_of(*ASKED.values())


class AnyOrder(RuleBasedStateMachine):
    """A case under everything that may be asked of it."""

    @initialize(policy=st.sampled_from(PartialPolicy), owed=st.booleans())
    def begin(self, policy: PartialPolicy, owed: bool) -> None:
        lease = MaterialRef(document="lease", kind=MaterialKind.DEFERRED, defer_days=4)
        self.case = Case(replace(NOODLES, partial=policy, materials=(lease,) if owed else ()), MONDAY)
        self.now = MONDAY

    @rule(days=st.integers(0, 4))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(command=any_command, actor=st.sampled_from((*PEOPLE, *STRANGERS)))
    def somebody_asks(self, command: Command, actor: Actor) -> None:
        before = self.case.state
        happened: tuple[Event, ...] = ()
        refusals: tuple[Refusal, ...] = ()
        try:
            happened = self.case.do(actor, command, self.now)
        except CommandRefused as no:
            refusals = no.refusals
        assert bool(happened) != bool(refusals)
        assert all(one.reason and one.code for one in refusals)
        assert all(one.words() for one in happened)
        assert happened or self.case.state is before
        assert not happened or actor not in STRANGERS

    @rule()
    def the_clerk_accepts(self) -> None:
        self._try(lambda: self.case.do(CLERK, commands.Accept(), self.now))

    @rule(which=st.integers(0, 3), well=st.booleans())
    def the_bodies_work(self, which: int, well: bool) -> None:
        self.case.now = self.now
        opened = self.case.state.open_steps
        if not opened:
            return
        step = opened[which % len(opened)].plan
        if step.kind is StepKind.OPINION:
            self._try(lambda: self.case.agree(step.key))
        elif step.kind in (StepKind.DECISION, StepKind.ISSUE):
            self._try(lambda: (self.case.approve if well else self.case.refuse)(step.items[0]))
        else:
            self._try(lambda: self.case.complete(step.key, StepOutcome.OK if well else StepOutcome.NOT_OK))

    @rule()
    def the_machine_sweeps(self) -> None:
        self._sweep()

    def _try(self, act: Callable[[], object]) -> None:
        with contextlib.suppress(CommandRefused):
            act()

    def _sweep(self) -> None:
        context = Context(now=self.now, actor=MACHINE, calendar=CALENDAR)
        happened = sweep(self.case.state, context)
        self.case.log.extend(happened)
        self.case.state = fold(happened, self.case.state)
        assert not due_acts(self.case.state, CALENDAR, self.now)
        assert not any(
            isinstance(one, events.ItemDecided | events.ItemStopped | events.CaseWithdrawn)
            for one in happened
        )

    @invariant()
    def replay_of_the_log_is_the_state(self) -> None:
        assert fold(decode_event(encode_event(one)) for one in self.case.log) == self.case.state
        assert self.case.state.seq == len(self.case.log)

    @invariant()
    def steps_open_as_the_plan_says(self) -> None:
        state = self.case.state
        over = [key for key, one in state.steps.items() if one.status in OVER]
        opened = {key for key, one in state.steps.items() if one.status is StepStatus.OPEN}
        if state.phase is Phase.ACCEPTED:
            assert state.submission is not None
            assert opened == set(enabled(state.submission.plan, over))
        elif state.phase in (Phase.RECEIVED, Phase.SUPPLEMENT):
            assert not opened

    @invariant()
    def nothing_depends_on_a_refusal_and_goes_on(self) -> None:
        state = self.case.state
        for key, one in state.items.items():
            if one.status is ItemStatus.REFUSED:
                for later in dependants(state, key):
                    assert state.items[later].status not in (
                        ItemStatus.OPEN,
                        ItemStatus.WAITING,
                        ItemStatus.APPROVED,
                    )

    @invariant()
    def no_deadline_lies_beyond_the_law(self) -> None:
        state = self.case.state
        for key, clock in clocks(state, CALENDAR, self.now).items.items():
            pauses = [one.pause for one in state.pauses if one.item in ("", key)]
            extensions = [one.extension for one in state.extensions if one.item == key]
            latest = deadline(
                CALENDAR, clock.start, state.items[key].item.statutory, pauses, extensions, day_of(self.now)
            )
            assert clock.due <= latest.date

    @invariant()
    def results_are_issued_once(self) -> None:
        numbers = [
            (one.item, paper.result)
            for one in self.case.log
            if isinstance(one, events.ItemDecided | events.ResultIssued)
            for paper in one.results
        ]
        assert len(numbers) == len(set(numbers))

    @invariant()
    def attention_comes_no_later_than_the_acts(self) -> None:
        day = next_attention(self.case.state, CALENDAR)
        assert bool(due_acts(self.case.state, CALENDAR, self.now)) == (
            day is not None and day <= day_of(self.now)
        )

    @invariant()
    def the_road_can_be_shown(self) -> None:
        road = timeline(self.case.state, CALENDAR, self.now)
        assert (road.expected_end is not None) == (self.case.state.phase is Phase.ACCEPTED)


AnyOrder.TestCase.settings = settings(
    stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAnyOrder = AnyOrder.TestCase


@settings(deadline=None)
@given(command=any_command, actor=st.sampled_from((*PEOPLE, *STRANGERS)))
def test_a_case_that_does_not_exist_takes_only_a_submission(command: Command, actor: Actor) -> None:
    context = Context(now=MONDAY, actor=actor, calendar=CALENDAR)
    try:
        happened = decide(CaseState(), command, context)
    except CommandRefused:
        return
    assert isinstance(happened[0], events.Submitted)


@given(cut=st.integers(0, 40))
def test_a_prefix_of_the_log_is_an_earlier_state(cut: int) -> None:
    case = Case()
    case.do(CLERK, commands.Accept())
    case.finish()
    states = [CaseState()]
    for one in case.log:
        states.append(evolve(states[-1], one))
    cut = min(cut, len(case.log))
    assert fold(case.log[:cut]) == states[cut]
    assert fold(case.log[cut:], states[cut]) == case.state


def test_the_log_names_no_applicant() -> None:
    case = Case()
    text = b"".join(encode_event(one) for one in case.log).decode()
    assert APPLICANT.name not in text
    assert APPLICANT.id in text
