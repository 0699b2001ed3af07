"""No command of any area throws the engine: contents are made up by type, and a new command is in it by itself.

On a branch of a case it brings events about or says no; the log folds to the state.
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
from tests.core.casework.road import (
    APPLICANT,
    CALENDAR,
    CLERK,
    MACHINE,
    NOODLES,
    SENIOR,
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


def test_every_command_can_be_made_up() -> None:
    assert [kind for kind in COMMANDS if of_type(kind).is_empty] == []


FOUND = (Phase.explicit, Phase.reuse, Phase.generate)
"A failing walk is short enough to read; making it shorter takes minutes."


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
