"""What a package holds beside the log, held against the log: promises, opinions, records of visits, the thread."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from bancheng.connect.archives._make import EVENTS
from bancheng.core.kernel import digest

_HEX = re.compile(r"[0-9a-f]{64}")
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile, zlib.error)


def check_parts(package: zipfile.ZipFile, names: list[str]) -> Iterator[str]:
    """Every part that the log binds by a digest, or repeats, says the same as the log; nothing is missing."""
    try:
        log = [json.loads(line) for line in package.read(EVENTS).decode().splitlines()]
        events = {row["seq"]: json.loads(row["body"]) for row in log}
    except _UNREADABLE:
        # The log itself is told of elsewhere.
        return
    bound = set(_HEX.findall(" ".join(row["body"] for row in log)))
    for name in names:
        try:
            yield from _part(package, name, events, bound, names)
        except _UNREADABLE:
            yield f"读不出来 {name}"
    yield from _lacking(names, events)


# Any: what a stranger's JSON holds; whoever calls guards each use.
def _part(
    package: zipfile.ZipFile, name: str, events: dict[int, Any], bound: set[str], names: list[str]
) -> Iterator[str]:
    if name.startswith("promises/"):
        promise = json.loads(package.read(name))
        if promise["digest"] not in bound or not _fits(promise):
            yield f"承诺书和办理过程对不上 {name}"
    elif name.startswith("opinions/"):
        opinion = json.loads(package.read(name))
        if events.get(opinion["seq"]) != opinion["event"]:
            yield f"征求的意见和办理过程对不上 {name}"
    elif name.startswith("visits/") and name.endswith("record.pdf"):
        if hashlib.sha256(package.read(name)).hexdigest() not in bound:
            yield f"勘验记录和办理过程对不上 {name}"
    elif name == "talk/thread.json":
        for one in json.loads(package.read(name)):
            fits = not one["text"] or digest([one["salt"], one["text"]]) == one["digest"]
            if not fits or one["digest"] not in bound:
                yield f"第 {one['number']} 条留言和办理过程对不上"
            for each in one["files"]:
                if not any(path.startswith(f"talk/files/{each['id']}-") for path in names):
                    yield f"缺少第 {one['number']} 条留言的附件 {each['name']}"


def _fits(promise: dict[str, Any]) -> bool:
    """Whether the digest covers every word: title, what was told and what was promised, wherever one ends."""
    title, *lines = promise["text"].split("\n")
    return any(
        digest([promise["version"], title, lines[:cut], lines[cut:]]) == promise["digest"]
        for cut in range(len(lines) + 1)
    )


def _lacking(names: list[str], events: dict[int, Any]) -> Iterator[str]:
    given = {seq for seq, body in events.items() if body.get("type") == "OpinionGiven"}
    there = {f"opinions/{seq:03d}.json" for seq in given}
    for lost in sorted(there - set(names)):
        yield f"缺少文件 {lost}"
