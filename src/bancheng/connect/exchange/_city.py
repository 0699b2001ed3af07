"""Another town's Bancheng, reached by its public API: what it takes it answers for with a signed receipt."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass

from bancheng.connect.exchange._http import HttpSystem
from bancheng.connect.exchange._port import Arrived, Damaged, SystemDown
from bancheng.connect.exchange._signing import digest_of


@dataclass(frozen=True)
class Receipt:
    """What the other town answered, signed by it: its own number of the case, the digest of what it took, and what its
    window says to ours about it."""

    reference: str
    digest: str
    note: str = ""


class HttpCity(HttpSystem):
    """Handing over only: the other town tells what becomes of it by the same way in the other direction."""

    def hand(self, key: str, body: bytes, files: Mapping[str, bytes]) -> Receipt:
        """POST ``/messages``; the same key again gets the same receipt.

        Raises:
            SystemDown: no answer, none that is signed, or not yet dealt with there; again later under the same key.
            SystemRefused: they do not take it.
        """
        sent = {
            "key": key,
            "message": body.decode(),
            "digest": digest_of(body),
            "files": {name: base64.b64encode(data).decode() for name, data in files.items()},
        }
        told = self._ask("POST", "/messages", key, json.dumps(sent, ensure_ascii=False).encode())
        if not isinstance(told, dict) or told.get("state") != "settled":
            raise SystemDown("对方还没有办理这条消息")
        return Receipt(
            str(told.get("reference", ""))[:60], digest_of(body), str(told.get("reason", ""))[:300]
        )

    def send(self, key: str, body: bytes, files: Mapping[str, bytes]) -> None:
        """As `hand`."""
        self.hand(key, body, files)

    def fetch(self) -> list[Arrived | Damaged]:
        """Nothing: it sends by itself."""
        return []

    def holdings(self) -> dict[str, str] | None:
        """It does not say."""
        return None
