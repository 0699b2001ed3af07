"""Answering requests on a socket that several processes may share, and ending without dropping one."""

import socket
import time
from collections.abc import Callable
from typing import Any

import waitress

_TURN = 0.5  # seconds the loop waits for something to happen before it looks whether to end
_DRAIN = 20.0  # seconds that requests already begun have to finish
_YOUNG = 5.0  # seconds in which a new connection may still bring its first request


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; children may inherit it.

    Raises:
        OSError: the port is in use or the address is not of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=1024)


class Answering:
    """One web process on a listening socket.

    When it is asked to end it takes no more connections — those that wait belong to the other processes on the
    socket — and finishes the requests it has begun.
    """

    def __init__(
        self, application: Callable[..., Any], listening: socket.socket, threads: int, **more: Any
    ) -> None:
        self._server: Any = waitress.create_server(
            application, sockets=[listening], threads=threads, ident=None, **more
        )
        self._ending = False

    def end(self) -> None:
        """Ask it to end; safe in a signal handler."""
        self._ending = True

    def run(self) -> None:
        """Answer until asked to end, then finish what was begun."""
        while not self._ending:
            self._turn()
        self._server.del_channel()
        until = time.monotonic() + _DRAIN
        while self._server.active_channels and time.monotonic() < until:
            for channel in list(self._server.active_channels.values()):
                channel.will_close = channel.will_close or _idle(channel)
            self._turn()
        self._server.task_dispatcher.shutdown()

    def _turn(self) -> None:
        adjustments = self._server.adj
        self._server.asyncore.loop(
            timeout=_TURN,
            map=self._server._map,  # noqa: SLF001  # reason: the loop's own map has no other name
            count=1,
            use_poll=adjustments.asyncore_use_poll,
        )


def _idle(channel: Any) -> bool:
    """Whether a connection is only kept alive by its client, with nothing in hand and nothing on its way."""
    if channel.requests or channel.request or channel.total_outbufs_len:
        return False
    fresh = channel.last_activity == channel.creation_time
    return not fresh or time.time() - channel.creation_time > _YOUNG
