"""A kept state is the state."""

import pytest
from tests.core.casework.road import accepted

from bancheng.core.casework import decode_state, encode_state, state_shape
from bancheng.core.kernel import Fault


def test_a_state_survives_being_kept_and_goes_on_as_before() -> None:
    case = accepted()
    assert decode_state(encode_state(case.state)) == case.state
    case.finish()
    assert decode_state(encode_state(case.state)) == case.state


def test_bytes_that_are_no_state_are_a_fault() -> None:
    with pytest.raises(Fault):
        decode_state(b"\x01nothing of ours")


def test_a_shape_has_a_name() -> None:
    assert len(state_shape()) == 64
