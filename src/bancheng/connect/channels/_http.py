"""Channels over HTTP: an SMS gateway, and programs that want to be told of events. Requests are signed."""

from __future__ import annotations

import json
import socket
from datetime import UTC, datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from bancheng.connect.channels._port import ChannelDown, ChannelRefused, Outgoing
from bancheng.connect.exchange import sign

PATIENCE = 10.0
"""Seconds for an answer."""


class SmsGateway:
    """POST to the gateway's address: ``key``, ``to``, ``text``. It sends a key once, however often it is asked."""

    def __init__(self, address: str, secret: str, *, patience: float = PATIENCE) -> None:
        self._address, self._secret, self._patience = address, secret, patience

    def send(self, message: Outgoing) -> None:
        """As the port says."""
        told = {"key": message.key, "to": message.to, "text": message.text}
        _post(self._address, self._secret, message.key, told, self._patience)


class HookChannel:
    """POST to a program's address; the text of the message is the event as JSON. `public`: only outside addresses."""

    def __init__(self, secret: str, *, public: bool = True, patience: float = PATIENCE) -> None:
        self._secret, self._public, self._patience = secret, public, patience

    def send(self, message: Outgoing) -> None:
        """As the port says; an address inside the house is refused, so that nobody reaches it through us."""
        if self._public and not _outside(message.to):
            raise ChannelRefused("这个地址不能接收通知")
        _post(message.to, self._secret, message.key, json.loads(message.text), self._patience)


def _outside(address: str) -> bool:
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname:
        return False
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except OSError as error:
        raise ChannelDown("找不到对方的地址") from error
    return all(ip_address(one[4][0]).is_global for one in found)


def _post(address: str, secret: str, key: str, told: object, patience: float) -> None:
    import requests  # noqa: PLC0415 - reason: heavy, and wanted by workers only

    body = json.dumps(told, ensure_ascii=False).encode()
    headers = sign(secret, "POST", urlsplit(address).path, key, body, datetime.now(UTC))
    headers["Content-Type"] = "application/json"
    try:
        answer = requests.post(address, data=body, headers=headers, timeout=patience, allow_redirects=False)
    except requests.RequestException as error:
        raise ChannelDown(f"对方没有应答（{type(error).__name__}）") from error
    if answer.status_code in (400, 404, 410, 422):
        raise ChannelRefused(f"对方不接收（{answer.status_code}）")
    if answer.status_code >= 300:
        raise ChannelDown(f"对方应答 {answer.status_code}")
