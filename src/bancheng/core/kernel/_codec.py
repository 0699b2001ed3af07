"""Canonical bytes of values, their digests and chains of digests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TypeVar

import msgspec

from bancheng.core.kernel._trouble import Place, Problem, ProblemsFound

T = TypeVar("T")


def canonical(obj: object) -> bytes:
    """The one JSON text of a value: keys sorted, dates in ISO 8601, decimals as strings, no spaces, UTF-8.

    Equal values give equal bytes in any process. ``Decimal("1.0")`` and ``Decimal("1.00")`` differ, and so do
    two zones of one instant: normalise before, where they should not.

    Raises:
        TypeError: the value holds something that has no JSON form.
    """
    return msgspec.json.encode(obj, order="sorted")


def digest(obj: object) -> str:
    """SHA-256 of `canonical(obj)`, 64 lower-case hexadecimal digits."""
    return hashlib.sha256(canonical(obj)).hexdigest()


def decode(data: bytes | str, kind: type[T]) -> T:
    """Read JSON into a typed value.

    Raises:
        ProblemsFound: with one Problem (code ``decode``) that says where the text departs from the type.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.DecodeError as error:
        text, _, path = str(error).partition(" - at `")
        problem = Problem(
            code="decode",
            message=f"内容与要求的结构不符：{text}",
            place=Place(path=path.rstrip("`")),
            suggestion="请按接口说明核对这一项的名称和类型。",
        )
        raise ProblemsFound((problem,)) from error


def chain(previous: str, payload: object) -> str:
    """The link that binds `payload` to everything before it; the first link has ``previous == ""``."""
    return hashlib.sha256(previous.encode("ascii") + b"\n" + canonical(payload)).hexdigest()


def verify_chain(links: Iterable[tuple[object, str]], start: str = "") -> int | None:
    """Check (payload, link) pairs in order; the index of the first broken one, or None when the chain holds.

    A chain cut off at its end still holds: compare the last link with one kept elsewhere to notice that.
    """
    previous = start
    for index, (payload, link) in enumerate(links):
        if chain(previous, payload) != link:
            return index
        previous = link
    return None
