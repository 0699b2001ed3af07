"""Writing a package. The same case at the same moment gives the same bytes, but for the seal."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable
from datetime import datetime
from html import escape

from msgspec.structs import asdict

from bancheng.connect.signing import BytesSeal
from bancheng.core.kernel import Record

FORMAT = "bancheng.archive/1"
INDEX, SEAL, EVENTS, PAGE = "index.json", "seal.json", "events.jsonl", "index.html"


class ArchiveFile(Record):
    """A file of the package. `kind`: result, slip, material, form, promise, opinion, visit, photo, talk."""

    path: str
    title: str
    kind: str
    data: bytes


class ArchiveEvent(Record):
    """An event as the log holds it, with the words a person reads."""

    seq: int
    kind: str
    version: int
    body: str
    previous: str
    hash: str
    at: str
    words: str


class CaseFacts(Record):
    """What the index says about the case itself; `keep_until` "" = for ever."""

    number: str
    name: str
    bodies: tuple[str, ...]
    submitted: str
    closed: str
    keep_until: str
    rule: str


def make_package(
    facts: CaseFacts,
    events: Iterable[ArchiveEvent],
    files: Iterable[ArchiveFile],
    made_at: datetime,
    seal: Callable[[bytes], BytesSeal] | None,
) -> bytes:
    """The package as bytes; `seal` signs the index, which names the digest of everything else."""
    log = list(events)
    entries = [*files, ArchiveFile(path=EVENTS, title="办理过程", kind="events", data=_lines(log))]
    page = _page(facts, log, entries, made_at)
    entries.append(ArchiveFile(path=PAGE, title="目录", kind="page", data=page.encode()))
    index = {
        "format": FORMAT,
        "case": {
            "number": facts.number,
            "name": facts.name,
            "bodies": list(facts.bodies),
            "submitted": facts.submitted,
            "closed": facts.closed,
        },
        "retention": {"keep_until": facts.keep_until, "rule": facts.rule},
        "made_at": made_at.isoformat(),
        "events": len(log),
        "head": log[-1].hash if log else "",
        "files": [
            {
                "path": one.path,
                "title": one.title,
                "kind": one.kind,
                "size": len(one.data),
                "sha256": hashlib.sha256(one.data).hexdigest(),
            }
            for one in entries
        ],
    }
    top = json.dumps(index, ensure_ascii=False, indent=1).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        _put(package, INDEX, top, made_at)
        if seal is not None:
            _put(package, SEAL, json.dumps(asdict(seal(top)), indent=1).encode(), made_at)
        for one in entries:
            _put(package, one.path, one.data, made_at)
    return out.getvalue()


def _lines(log: list[ArchiveEvent]) -> bytes:
    """The log, one event a line, as its hashes cover it."""
    kept = ("seq", "kind", "version", "body", "previous", "hash")
    rows = ({name: getattr(one, name) for name in kept} for one in log)
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _put(package: zipfile.ZipFile, path: str, data: bytes, at: datetime) -> None:
    info = zipfile.ZipInfo(path, date_time=at.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    package.writestr(info, data)


def _page(facts: CaseFacts, log: list[ArchiveEvent], files: list[ArchiveFile], made_at: datetime) -> str:
    """The index for people: opens in any browser, without network."""
    rows = "".join(
        f'<tr><td><a href="{escape(one.path, quote=True)}">{escape(one.title)}</a></td>'
        f"<td>{escape(_KINDS.get(one.kind, one.kind))}</td><td>{len(one.data)}</td>"
        f"<td><code>{hashlib.sha256(one.data).hexdigest()}</code></td></tr>"
        for one in files
    )
    happened = "".join(
        f"<tr><td>{one.seq}</td><td>{escape(one.at)}</td><td>{escape(one.words)}</td></tr>" for one in log
    )
    keep = f"保管到 {facts.keep_until}" if facts.keep_until else "永久保管"
    return (
        '<!doctype html><html lang="zh-Hans"><meta charset="utf-8">'
        f"<title>{escape(facts.number)} 归档目录</title>"
        "<style>body{font-family:sans-serif;margin:2rem;max-width:70rem}table{border-collapse:collapse;"
        "width:100%}td,th{border:1px solid #ccc;padding:.3rem .5rem;text-align:left;overflow-wrap:anywhere}"
        "</style>"
        f"<h1>{escape(facts.name)}</h1><p>办件编号 {escape(facts.number)}，{escape(facts.submitted)} 收件，"
        f"{escape(facts.closed)} 办结。办理部门：{escape('、'.join(facts.bodies))}。</p>"
        f"<p>{escape(keep)}（{escape(facts.rule)}）。归档于 {escape(made_at.isoformat(timespec='minutes'))}。</p>"
        f"<h2>文件</h2><table><tr><th>名称</th><th>种类</th><th>字节</th><th>SHA-256</th></tr>{rows}</table>"
        f"<h2>办理过程</h2><table><tr><th>序号</th><th>时间</th><th>事项</th></tr>{happened}</table></html>"
    )


_KINDS = {
    "result": "结果",
    "slip": "文书",
    "material": "材料",
    "form": "申请表",
    "promise": "承诺书",
    "opinion": "征求的意见",
    "visit": "现场勘验",
    "photo": "现场照片",
    "talk": "留言",
    "events": "日志",
}
