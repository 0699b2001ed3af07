"""A small real mail server: it speaks SMTP over a socket and keeps what it took, each Message-ID once."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from email.policy import default


class Mailbox:
    """`tries` counts what came, `letters` holds what took effect. While `refuses`, every recipient is unknown."""

    def __init__(self) -> None:
        self.port = 0
        self.tries = 0
        self.refuses = False
        self.letters: dict[str, Message] = {}


@contextmanager
def mail_server(box: Mailbox) -> Iterator[None]:
    """The server for as long as the block lasts; on the port it had before, if it had one."""

    class Session(socketserver.StreamRequestHandler):
        """One connection."""

        def handle(self) -> None:
            """Answer line by line."""
            self._say("220 mail ready")
            while line := self.rfile.readline().decode().strip():
                verb = line.upper().split()[0]
                if verb == "DATA":
                    self._take()
                elif verb == "QUIT":
                    self._say("221 bye")
                    return
                else:
                    unknown = verb == "RCPT" and box.refuses
                    self._say("550 no such mailbox" if unknown else "250 ok")

        def _take(self) -> None:
            self._say("354 go on")
            lines = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line)
            letter = message_from_bytes(b"".join(lines), policy=default)
            box.tries += 1
            box.letters.setdefault(str(letter["Message-ID"]), letter)
            self._say("250 taken")

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    socketserver.ThreadingTCPServer.allow_reuse_address = True
    server = socketserver.ThreadingTCPServer(("127.0.0.1", box.port), Session)
    box.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
