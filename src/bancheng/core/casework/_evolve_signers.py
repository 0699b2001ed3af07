"""How a signature at the window changes the state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from bancheng.core.casework._events_intake import Event
from bancheng.core.casework._events_signers import SignerRecorded
from bancheng.core.casework._state import CaseState


def recorded(state: CaseState, event: SignerRecorded) -> CaseState:
    return replace(state, signers=(*state.signers, event.signer))


# Any: each entry takes exactly its own event, which the key guarantees and the type system cannot say.
EVOLVERS: Mapping[type[Event], Callable[[CaseState, Any], CaseState]] = {SignerRecorded: recorded}
