"""Demo twins of an SMS gateway: one lays messages down as files, one answers over HTTP and can be down or forgetful."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from bancheng.connect.channels._port import ChannelDown, Outgoing
from bancheng.connect.exchange import signature_fits


class SmsFiles:
    """A file for each message, named by its key: the same message again is the same file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: Outgoing) -> None:
        """As the port says."""
        told = {"to": message.to, "text": message.text}
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            place = self._folder / f"{message.key}.json"
            place.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        except OSError as error:
            raise ChannelDown(f"短信文件夹写不进去（{error.strerror}）") from error


class DemoGateway:
    """What came (each try) and what took effect (each key once). Modes: good, down, forgetful, refusing.

    A forgetful gateway takes a message and loses its answer, so that it is sent again.
    """

    def __init__(self, mode: str = "good") -> None:
        self.mode = mode
        self.tries = 0
        self.effects: dict[str, Any] = {}

    def take(self, told: Any) -> int:
        """The status of the answer."""
        self.tries += 1
        if self.mode == "down":
            return 503
        if self.mode == "refusing":
            return 422
        self.effects.setdefault(str(told["key"]) if "key" in told else str(told["id"]), told)
        return 500 if self.mode == "forgetful" else 200


def serve_gateway(gateway: DemoGateway, secret: str) -> ThreadingHTTPServer:
    """The twin behind HTTP on a free port of this machine; the caller runs and closes it."""

    class Handler(BaseHTTPRequestHandler):
        """One request."""

        def do_POST(self) -> None:
            """A message."""
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.title(): value for name, value in self.headers.items()}
            known = signature_fits(secret, "POST", self.path, headers, body, datetime.now(UTC))
            self.send_response(gateway.take(json.loads(body)) if known else 401)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)
