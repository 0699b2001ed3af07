"""A system reached by HTTP: JSON in signed requests and signed answers (docs/howto/exchange.md)."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

from bancheng.connect.exchange._port import Arrived, Damaged, SystemDown, SystemRefused
from bancheng.connect.exchange._signing import digest_of, sign, signature_fits

PATIENCE = 10.0
"""Seconds for an answer."""
MOST = 64 * 1024 * 1024
"""Bytes of an answer that are read."""


class HttpSystem:
    """`address` without a slash at its end; `secret` is shared with the system."""

    def __init__(
        self,
        address: str,
        secret: str,
        *,
        patience: float = PATIENCE,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._address, self._secret, self._patience, self._now = address, secret, patience, now
        self._root = urlsplit(address).path

    def send(self, key: str, body: bytes, files: Mapping[str, bytes]) -> None:
        """POST ``/messages``: the message as text, so that its digest is that of exact bytes, and its files."""
        sent = {
            "message": body.decode(),
            "files": {name: base64.b64encode(data).decode() for name, data in files.items()},
        }
        self._ask("POST", "/messages", key, json.dumps(sent, ensure_ascii=False).encode())

    def fetch(self) -> list[Arrived | Damaged]:
        """GET ``/messages``."""
        found = self._ask("GET", "/messages")
        rows = found.get("messages") if isinstance(found, dict) else None
        if not isinstance(rows, list):
            raise SystemDown("对方的应答读不懂")
        return [read_package(row) for row in rows]

    def taken(self, key: str) -> None:
        """POST ``/messages/{key}/taken``."""
        self._ask("POST", f"/messages/{quote(key, safe='')}/taken", key, b"{}")

    def holdings(self) -> dict[str, str] | None:
        """GET ``/holdings``."""
        found = self._ask("GET", "/holdings")
        rows = found.get("holdings") if isinstance(found, dict) else None
        if not isinstance(rows, dict):
            raise SystemDown("对方的应答读不懂")
        return {str(key): str(state) for key, state in rows.items()}

    def _ask(self, method: str, path: str, key: str = "", body: bytes = b"") -> Any:
        import requests  # noqa: PLC0415 - reason: heavy, and wanted by workers only

        headers = sign(self._secret, method, self._root + path, key, body, self._now())
        headers["Content-Type"] = "application/json"
        try:
            answer = requests.request(
                method,
                self._address + path,
                data=body,
                headers=headers,
                timeout=self._patience,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise SystemDown(f"连不上对方系统（{type(error).__name__}）") from error
        if answer.status_code in (409, 422):
            raise SystemRefused(_reason(answer.content))
        if answer.status_code >= 300 or len(answer.content) > MOST:
            raise SystemDown(f"对方系统应答 {answer.status_code}")
        shown = {name: str(value) for name, value in answer.headers.items()}
        known = signature_fits(
            self._secret, "ANSWER", self._root + path, _titled(shown), answer.content, self._now()
        )
        if not known:
            raise SystemDown("对方应答的签名不对")
        try:
            return json.loads(answer.content)
        except ValueError as error:
            raise SystemDown("对方的应答读不懂") from error


def read_package(row: Any) -> Arrived | Damaged:
    """A message as it travels in JSON: ``key``, ``message`` (text), ``digest`` of it, ``files`` in base64."""
    if not isinstance(row, dict) or not isinstance(row.get("message"), str):
        return Damaged("", digest_of(json.dumps(row, sort_keys=True).encode()), "消息的结构读不懂")
    key, body = str(row.get("key", ""))[:120], row["message"].encode()
    try:
        given = row.get("files") or {}
        files = {str(name): base64.b64decode(data, validate=True) for name, data in given.items()}
    except (AttributeError, TypeError, ValueError, binascii.Error):
        return Damaged(key, digest_of(body), "附件读不出来")
    if not key or row.get("digest") != digest_of(body):
        return Damaged(key, digest_of(body), "内容与摘要不一致")
    return Arrived(key, body, files)


def _titled(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.title(): value for name, value in headers.items()}


def _reason(content: bytes) -> str:
    try:
        told = json.loads(content)
    except ValueError:
        return "对方不接收，没有说明原因"
    reason = (told.get("reason") or told.get("detail")) if isinstance(told, dict) else None
    return str(reason)[:200] if reason else "对方不接收，没有说明原因"
