"""Papers as PDF: results and the slips of the procedure, set by typst from templates a designer can edit."""

from __future__ import annotations

import io
import json
import os
import threading
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import pikepdf
import segno
import typst

from bancheng.core.kernel import Record, chinese_date

_HERE = Path(__file__).parent
_FONT_FOLDERS = (Path("/usr/share/fonts/opentype/noto"), Path("/usr/share/fonts/truetype/noto"))
_SAMPLE = "本件由示例系统生成，人物、单位和编号均为虚构，不具法律效力。"

_ONE_AT_A_TIME = threading.Lock()


class ResultPaper(Record):
    """A result to be printed. `lines` are (label, value); `verify_url` is what the code leads to; `seal` is SVG.

    `template` is a body's own, else the house's; `notes` stand below the lines: what it replaces, how far it goes.
    """

    title: str
    number: str
    body: str
    lines: tuple[tuple[str, str], ...]
    issued_on: date
    code: str
    verify_url: str
    sample: bool = False
    seal: str = ""
    template: Path | None = None
    notes: tuple[str, ...] = ()


class Letter(Record):
    """A numbered slip to a person. `head` and `rows` make an optional table; `closing` follows it."""

    title: str
    number: str
    to: str
    paragraphs: tuple[str, ...]
    body: str
    issued_on: date
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    closing: tuple[str, ...] = ()
    code: str = ""
    verify_url: str = ""
    sample: bool = False
    seal: str = ""


class Label(Record):
    """A label for a file or an envelope: 70 × 40 mm. `lines` are short."""

    title: str
    number: str
    lines: tuple[str, ...]
    url: str


def render_labels(labels: tuple[Label, ...]) -> bytes:
    """Labels as PDF, one on each page, as a label printer takes them."""
    sheets = [
        {"title": one.title, "number": one.number, "lines": one.lines, "qr": qr_svg(one.url)}
        for one in labels
    ]
    return typeset("label.typ", {"labels": sheets})


def render_result(paper: ResultPaper) -> bytes:
    """The PDF of a result, with a QR code that leads to its verification page."""
    return typeset(
        paper.template or "licence.typ",
        {
            "title": paper.title,
            "number": paper.number,
            "body": paper.body,
            "lines": paper.lines,
            "issued": chinese_date(paper.issued_on),
            "code": group_verification_code(paper.code),
            "qr": qr_svg(paper.verify_url),
            "sample": paper.sample,
            "footer": _SAMPLE if paper.sample else paper.verify_url,
            "seal": paper.seal,
            "notes": paper.notes,
        },
    )


def render_letter(letter: Letter) -> bytes:
    """The PDF of a slip: receipt, one-time notice, acceptance, refusal."""
    return typeset(
        "letter.typ",
        {
            "title": letter.title,
            "number": letter.number,
            "to": letter.to,
            "paragraphs": letter.paragraphs,
            "head": letter.head,
            "rows": letter.rows,
            "closing": letter.closing,
            "body": letter.body,
            "issued": chinese_date(letter.issued_on),
            "code": group_verification_code(letter.code),
            "qr": qr_svg(letter.verify_url) if letter.verify_url else "",
            "sample": letter.sample,
            "footer": _SAMPLE if letter.sample else "",
            "seal": letter.seal,
        },
    )


def group_verification_code(code: str) -> str:
    """A verification code in groups of four, as people read it out."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def typeset(
    template: str | Path,
    data: dict[str, object] | str,
    *,
    form: Literal["pdf", "png"] = "pdf",
    ppi: int = 144,
) -> bytes:
    """One document from a template of ours, or of a body's own by its path.

    `data` reaches it as JSON, or as it is when it is a text.
    """
    inputs = {"data": data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)}
    # A compiler cannot be used by two threads at once; it refuses the second one.
    with _ONE_AT_A_TIME:
        made = _compiler(template).compile(format=form, ppi=ppi, sys_inputs=inputs)
    if not isinstance(made, bytes):
        raise TypeError("typst gave no single document")
    return made


@cache
def _compiler(template: str | Path) -> typst.Compiler:
    # Reading the fonts costs most of a page, so each template keeps its compiler for the life of the process.
    folders = [str(folder) for folder in (*_FONT_FOLDERS, _HERE / "fonts") if folder.is_dir()]
    extra = os.environ.get("BANCHENG_FONTS", "")
    own = isinstance(template, Path)
    return typst.Compiler(
        input=str(template if own else _HERE / "templates" / template),
        root=str(Path(template).parent if own else _HERE / "templates"),
        font_paths=[*folders, *([extra] if extra else [])],
        ignore_system_fonts=True,
    )


def qr_svg(text: str) -> str:
    """A QR code that leads to an address, as SVG."""
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", border=1, xmldecl=False)
    return out.getvalue().decode()


def join_papers(papers: Iterable[bytes]) -> bytes:
    """Several PDF papers as one, in their order, to be printed at once."""
    out = io.BytesIO()
    with pikepdf.new() as whole:
        for data in papers:
            with pikepdf.open(io.BytesIO(data)) as one:
                whole.pages.extend(one.pages)
        whole.save(out)
    return out.getvalue()
