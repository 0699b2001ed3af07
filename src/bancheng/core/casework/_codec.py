"""Events as bytes and back. What was once written is read for ever: older shapes are lifted before they are decoded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from bancheng.core.casework._commands import AnyCommand, Command
from bancheng.core.casework._events import AnyEvent, Event
from bancheng.core.kernel import Fault, canonical

EVENT_VERSION = 1
"Shape of the events written today. Raise it with every change that an old reader or an old event would trip over."

Raw = dict[str, Any]
Lift = Callable[[Raw], Raw]

LIFTS: Mapping[int, Lift] = {}
"From version n to n + 1. Empty until the shape changes for the first time."

_DECODER: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)
_COMMANDS: msgspec.json.Decoder[AnyCommand] = msgspec.json.Decoder(AnyCommand)


def encode_event(event: Event) -> bytes:
    """The canonical bytes of an event, to be stored and chained."""
    return canonical(event)


def decode_event(data: bytes | str, version: int = EVENT_VERSION) -> AnyEvent:
    """Read an event written in shape `version`.

    Raises:
        Fault: the log is damaged, or was written by a newer program.
    """
    try:
        if version != EVENT_VERSION:
            data = msgspec.json.encode(upcast(version, msgspec.json.decode(data)))
        return _DECODER.decode(data)
    except msgspec.MsgspecError as error:
        raise Fault(f"an event cannot be read: {error}") from error


def upcast(version: int, raw: Raw, lifts: Mapping[int, Lift] = LIFTS, to: int = EVENT_VERSION) -> Raw:
    """Lift a raw event of shape `version` to shape `to`, one version at a time.

    Raises:
        Fault: there is no way from that version.
    """
    for step in range(version, to):
        if step not in lifts:
            raise Fault(f"no way to read events of version {step}")
        raw = lifts[step](raw)
    if version > to:
        raise Fault(f"events of version {version} were written by a newer program")
    return raw


def encode_command(command: Command) -> bytes:
    """The canonical bytes of a command that is held back."""
    return canonical(command)


def decode_command(data: bytes | str) -> AnyCommand:
    """Read a held command.

    Raises:
        Fault: it cannot be read.
    """
    try:
        return _COMMANDS.decode(data)
    except msgspec.MsgspecError as error:
        raise Fault(f"a command cannot be read: {error}") from error
