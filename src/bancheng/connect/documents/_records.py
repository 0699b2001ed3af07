"""The record of a visit as PDF: one paper for all bodies, with their checklists, photographs and who was there."""

from __future__ import annotations

import base64
from datetime import date

from bancheng.connect.documents._papers import typeset
from bancheng.core.kernel import Record, chinese_date

_SAMPLE = "本件由示例系统生成，人物、单位和编号均为虚构，不具法律效力。"


class RecordLine(Record):
    """One line: what was looked at, what was found, whether that is in order (None: nothing to judge), a remark."""

    text: str
    value: str
    ok: bool | None = None
    note: str = ""
    photos: tuple[bytes, ...] = ()


class RecordPart(Record):
    """A body's part, confirmed by a named official."""

    body: str
    by: str
    outcome: str
    words: str
    lines: tuple[RecordLine, ...]


class VisitRecord(Record):
    """A whole record. `facts` are (label, value); `signature` a PNG, empty where nobody drew one."""

    title: str
    number: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[RecordPart, ...]
    conclusion: str
    words: str
    present: tuple[tuple[str, str], ...]
    signer: str
    signature: bytes
    body: str
    issued_on: date
    sample: bool = False


def render_record(record: VisitRecord) -> bytes:
    """The PDF of a record."""
    return typeset(
        "record.typ",
        {
            "title": record.title,
            "number": record.number,
            "facts": record.facts,
            "parts": [
                {
                    "body": part.body,
                    "by": part.by,
                    "outcome": part.outcome,
                    "words": part.words,
                    "lines": [_line(one) for one in part.lines],
                }
                for part in record.parts
            ],
            "conclusion": record.conclusion,
            "words": record.words,
            "present": record.present,
            "signer": record.signer,
            "signature": _picture(record.signature, "png") if record.signature else "",
            "body": record.body,
            "issued": chinese_date(record.issued_on),
            "sample": record.sample,
            "footer": _SAMPLE if record.sample else "",
        },
    )


def _line(line: RecordLine) -> dict[str, object]:
    mark = {True: "符合", False: "不符合", None: "—"}[line.ok]
    photos = [_picture(one, "jpeg") for one in line.photos]
    return {"text": line.text, "value": line.value, "mark": mark, "note": line.note, "photos": photos}


def _picture(data: bytes, kind: str) -> str:
    # A template takes texts alone; a drawing may hold a picture within it.
    inside = base64.b64encode(data).decode()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        'viewBox="0 0 400 300" width="400" height="300"><image width="400" height="300" '
        f'preserveAspectRatio="xMidYMid meet" xlink:href="data:image/{kind};base64,{inside}"/></svg>'
    )
