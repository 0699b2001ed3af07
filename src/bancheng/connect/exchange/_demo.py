"""A demo twin of a vertical system: it takes steps, answers, and can be slow, down, doubling or lying."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from bancheng.connect.exchange._port import Arrived, SystemPort
from bancheng.connect.exchange._signing import digest_of, header_names, sign, signature_fits
from bancheng.core.kernel import Fault

Json = dict[str, Any]


class DemoBehaviour(StrEnum):
    """How the twin behaves, so that the bad roads can be walked."""

    GOOD = "good"
    SLOW = "slow"
    DOWN = "down"
    DOUBLING = "doubling"
    WRONG_DIGEST = "wrong_digest"
    FOREIGN = "foreign"
    EARLY = "early"
    UNKNOWN_CODE = "unknown_code"
    SILENT = "silent"


class DemoSystem:
    """What the twin knows and says. `codes` are its tables (table → our code → its own).

    A step is confirmed under a number of its own and then done as asked, approved or found in order. The same key
    makes one file there, however often it comes.
    """

    def __init__(
        self,
        codes: Mapping[str, Mapping[str, str]] | None = None,
        behaviour: DemoBehaviour = DemoBehaviour.GOOD,
        delay: float = 0.0,
        licence: bytes = b"",
    ) -> None:
        self.behaviour = behaviour
        self.delay = delay
        self.files: dict[str, Json] = {}
        self.told: list[Json] = []
        self._licence = licence
        self._codes = codes or {}
        self._left: dict[str, tuple[bytes, dict[str, bytes]]] = {}
        self._lock = threading.Lock()

    def take(self, key: str, body: bytes) -> None:
        """A message of ours; nothing happens the second time."""
        message = json.loads(body)
        with self._lock:
            if key in self.files:
                return
            if message["kind"] == "refusal":
                self.told.append(message)
                return
            if message["kind"] == "cancel":
                held = self.files.get(message["about"])
                if held is not None:
                    held["state"] = "cancelled"
                return
            self.files[key] = {"message": message, "state": "done", "number": f"D{len(self.files) + 1:06d}"}
            if self.behaviour is not DemoBehaviour.SILENT:
                self._answer(key, message, self.files[key]["number"])

    def left(self) -> list[Arrived]:
        """What it left for us."""
        with self._lock:
            return [Arrived(key, body, dict(files)) for key, (body, files) in self._left.items()]

    def forget(self, key: str) -> None:
        """We have it."""
        with self._lock:
            self._left.pop(key, None)

    def holdings(self) -> dict[str, str]:
        """Our key → its state of the file."""
        with self._lock:
            return {key: str(one["state"]) for key, one in self.files.items() if one["state"] != "cancelled"}

    def _answer(self, key: str, message: Json, number: str) -> None:
        about = "999999-not-ours/step/body/1" if self.behaviour is DemoBehaviour.FOREIGN else key
        received: Json = {"kind": "received", "about": about, "reference": number}
        result, files = self._result(about, message, number)
        order = [(received, {}), (result, files)]
        if self.behaviour is DemoBehaviour.EARLY:
            order.reverse()
        for told, papers in order:
            self._leave(f"{number}-{told['kind']}", told, papers)
            if self.behaviour is DemoBehaviour.DOUBLING:
                self._leave(f"{number}-{told['kind']}-again", told, papers)

    def _result(self, about: str, message: Json, number: str) -> tuple[Json, dict[str, bytes]]:
        does = message["does"]
        table, ours = {"decide": ("verdict", "approve"), "opinion": ("opinion", "agree")}.get(
            does, ("outcome", "ok")
        )
        unknown = self.behaviour is DemoBehaviour.UNKNOWN_CODE
        code = "Z9" if unknown else self._codes.get(table, {}).get(ours, ours)
        result: Json = {"kind": "result", "about": about, "code": code, "words": "经审查，符合要求。"}
        if message.get("staff", 1) > 1:
            result["staff"] = [{"id": "1", "name": "业务系统甲"}, {"id": "2", "name": "业务系统乙"}]
        if does not in ("decide", "issue"):
            return result, {}
        result["item"] = message["items"][0]["code"]
        wanted = message["items"][0].get("results", [])
        if not wanted or not self._licence:
            return result, {}
        name = "licence.pdf"
        wrong = self.behaviour is DemoBehaviour.WRONG_DIGEST
        mark = digest_of(b"something else") if wrong else digest_of(self._licence)
        result["licences"] = [
            {"document": code, "number": f"{number}-{index}", "file": name, "digest": mark}
            for index, code in enumerate(wanted, 1)
        ]
        return result, {name: self._licence}

    def _leave(self, key: str, told: Json, files: dict[str, bytes]) -> None:
        self._left[key] = (json.dumps(told, ensure_ascii=False).encode(), files)


def turn_by_files(demo: DemoSystem, port: SystemPort) -> int:
    """One turn of the twin at the other end of a file drop: take what lies there, leave what it says."""
    if demo.behaviour is DemoBehaviour.DOWN:
        return 0
    done = 0
    for one in port.fetch():
        if isinstance(one, Arrived):
            demo.take(one.key, one.body)
            done += 1
        port.taken(one.key)
    for left in demo.left():
        port.send(left.key, left.body, left.files)
        demo.forget(left.key)
    return done


def serve_demo(demo: DemoSystem, secret: str, port: int = 0) -> ThreadingHTTPServer:
    """The twin behind HTTP on this machine only, on a free port unless one is named; the caller runs and closes it."""

    class Handler(BaseHTTPRequestHandler):
        """One request."""

        def do_GET(self) -> None:
            """What it left, and what it has."""
            self._handle(b"")

        def do_POST(self) -> None:
            """A message of ours, or that we have one of its."""
            self._handle(self.rfile.read(int(self.headers.get("Content-Length", 0))))

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

        def _handle(self, body: bytes) -> None:
            if demo.behaviour is DemoBehaviour.DOWN:
                self._say(503, {})
                return
            if demo.behaviour is DemoBehaviour.SLOW:
                time.sleep(demo.delay)
            headers = {name.title(): value for name, value in self.headers.items()}
            if not signature_fits(secret, self.command, self.path, headers, body, datetime.now(UTC)):
                self._say(401, {})
                return
            self._say(200, _handled(demo, self.path, headers[header_names()["key"]], body))

        def _say(self, status: int, told: Json) -> None:
            data = json.dumps(told, ensure_ascii=False).encode()
            self.send_response(status)
            for name, value in sign(secret, "ANSWER", self.path, "", data, datetime.now(UTC)).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            try:
                self.wfile.write(data)
            except OSError:
                # Who asked has gone: they lost patience with a slow system.
                return

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def _handled(demo: DemoSystem, path: str, key: str, body: bytes) -> Json:
    if path.endswith("/taken"):
        demo.forget(key)
        return {}
    if path.endswith("/holdings"):
        return {"holdings": demo.holdings()}
    if not path.endswith("/messages"):
        raise Fault(f"the demo system has no {path}")
    if body:
        demo.take(key, json.loads(body)["message"].encode())
        return {}
    rows = [
        {
            "key": one.key,
            "message": one.body.decode(),
            "digest": digest_of(one.body),
            "files": {name: base64.b64encode(data).decode() for name, data in one.files.items()},
        }
        for one in demo.left()
    ]
    return {"messages": rows}
