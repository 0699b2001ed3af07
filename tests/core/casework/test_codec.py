"""The log is read for ever: every event ever written decodes, older shapes are lifted, newer ones are refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest
from tests.core.casework.road import NOODLES, accepted

from bancheng.core.casework import (
    EVENT_VERSION,
    AnyCommand,
    AnyEvent,
    commands,
    decode_command,
    decode_event,
    encode_command,
    encode_event,
    fold,
    upcast,
)
from bancheng.core.casework._decide import _ROADS
from bancheng.core.casework._evolve import _EVOLVERS
from bancheng.core.kernel import Fault

LOG_OF_VERSION_1 = Path(__file__).parent / "events_v1.jsonl"


def test_every_event_of_version_1_still_reads_and_says_its_words() -> None:
    lines = LOG_OF_VERSION_1.read_text(encoding="utf-8").splitlines()
    read = [decode_event(line, 1) for line in lines]
    assert {type(one) for one in read} == set(get_args(AnyEvent))
    assert all(one.words() for one in read)


def test_a_whole_case_survives_the_way_through_bytes() -> None:
    case = accepted()
    case.finish()
    assert fold(decode_event(encode_event(one)) for one in case.log) == case.state


def test_an_older_shape_is_lifted_step_by_step() -> None:
    lifts = {1: lambda raw: {**raw, "renamed": raw["old"]}, 2: lambda raw: {**raw, "added": 0}}
    assert upcast(1, {"old": "x"}, lifts, to=3) == {"old": "x", "renamed": "x", "added": 0}
    assert upcast(EVENT_VERSION, {"type": "Rated"}) == {"type": "Rated"}


@pytest.mark.parametrize("version", [0, EVENT_VERSION + 1])
def test_a_shape_nobody_knows_is_a_fault(version: int) -> None:
    with pytest.raises(Fault):
        decode_event(b'{"type":"Rated"}', version)


@pytest.mark.parametrize("data", [b"", b"{}", b'{"type":"NoSuch"}', b'{"type":"Rated","level":"five"}'])
def test_a_damaged_event_is_a_fault(data: bytes) -> None:
    with pytest.raises(Fault):
        decode_event(data)


def test_a_field_of_a_newer_writer_is_passed_over() -> None:
    case = accepted()
    raw = json.loads(encode_event(case.log[1]))
    assert decode_event(json.dumps({**raw, "later": 1})) == case.log[1]


def test_a_held_command_is_read_back() -> None:
    assert decode_command(encode_command(NOODLES)) == NOODLES
    assert decode_command(encode_command(commands.Accept())) == commands.Accept()
    with pytest.raises(Fault):
        decode_command(b"{}")


def test_every_command_has_a_road_and_every_event_a_change() -> None:
    assert set(_ROADS) == set(get_args(AnyCommand))
    assert set(_EVOLVERS) == set(get_args(AnyEvent))
