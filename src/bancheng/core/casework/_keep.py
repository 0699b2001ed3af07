"""A state as bytes and back, for keeping it between two acts. A cache of the fold: the log alone is true."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from bancheng.core.casework._state import CaseState
from bancheng.core.kernel import Fault, digest

FOLD = 2
"To be raised when an old log folds to another state than before, though states consist of the same."
_ENCODER = msgspec.msgpack.Encoder()
_DECODER: msgspec.msgpack.Decoder[CaseState] = msgspec.msgpack.Decoder(CaseState)


def encode_state(state: CaseState) -> bytes:
    """A state as bytes; `decode_state` gives an equal one under the same `state_shape`."""
    return _ENCODER.encode(state)


def decode_state(data: bytes) -> CaseState:
    """Read a kept state.

    Raises:
        Fault: the bytes are no state of this shape.
    """
    try:
        return _DECODER.decode(data)
    except msgspec.MsgspecError as error:
        raise Fault(f"a kept state cannot be read: {error}") from error


@lru_cache(maxsize=1)
def state_shape() -> str:
    """Digest of what a state consists of, down to the last value, and of how logs are folded into it.

    Bytes kept under another one are not read.
    """
    return digest({"fold": FOLD, "state": msgspec.json.schema(CaseState)})
