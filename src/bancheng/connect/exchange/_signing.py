"""Signing of requests and packages with a shared key: who sent it, that nothing was changed, and that it is fresh."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

FRESH = timedelta(minutes=5)
"How far the clocks of the two sides may be apart."


def header_names() -> dict[str, str]:
    """The headers of a signed request or answer."""
    return {name: f"X-Bancheng-{name.title()}" for name in ("time", "key", "digest", "signature")}


def digest_of(data: bytes) -> str:
    """SHA-256 as hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def sign(secret: str, method: str, path: str, key: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers by which the other side knows the sender. The key tells a repeated message."""
    moment, digest = str(int(now.timestamp())), digest_of(body)
    names = header_names()
    return {
        names["time"]: moment,
        names["key"]: key,
        names["digest"]: digest,
        names["signature"]: mac(secret, method, path, moment, key, digest),
    }


def mac(secret: str, *parts: str) -> str:
    """The keyed digest over the parts, a line each."""
    return hmac.new(secret.encode(), "\n".join(parts).encode(), hashlib.sha256).hexdigest()


def signature_fits(
    secret: str, method: str, path: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> bool:
    """Whether the headers were made with the key, for exactly this, within the last minutes."""
    names = header_names()
    moment, key, digest, given = (
        headers.get(names[one], "") for one in ("time", "key", "digest", "signature")
    )
    if not secret or not moment.isdecimal() or digest != digest_of(body):
        return False
    apart = abs(now.timestamp() - int(moment))
    expected = mac(secret, method, path, moment, key, digest)
    return apart <= FRESH.total_seconds() and hmac.compare_digest(expected, given)
