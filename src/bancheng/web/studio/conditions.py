"""Help while a condition is written: what fits at the cursor, and simple conditions as rows."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from bancheng.core.catalogue import Element, ElementKind
from bancheng.core.rules import Join, Row, Rows, read_rows, rows_text
from bancheng.usecases import conditions
from bancheng.usecases.town import packs
from bancheng.web.frame import render, role

MANAGER = "item_manager"
_WORD = re.compile(r"[\w\"]*$")
OPERATORS = {
    "number": (
        (">=", _("不少于")), ("<=", _("不超过")), (">", _("多于")), ("<", _("少于")),
        ("=", _("等于")), ("!=", _("不等于"))),
    "date": ((">=", _("不早于")), ("<=", _("不晚于")), ("<", _("早于")), (">", _("晚于")), ("=", _("是"))),
    "choice": (("=", _("是")), ("!=", _("不是")), ("in", _("是其中之一"))),
    "truth": (("is", _("是")), ("not", _("否"))),
}  # fmt: skip
_KINDS = {
    ElementKind.BOOLEAN: "truth",
    ElementKind.DATE: "date",
    ElementKind.INTEGER: "number",
    ElementKind.DECIMAL: "number",
    ElementKind.MONEY: "number",
}


@role(MANAGER, "senior")
@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """What could be written at the cursor: `text` is the condition, `at` the cursor. `from` is where it would go."""
    text = request.GET.get("text", "")
    typed = request.GET.get("at", "")
    at = min(int(typed), len(text)) if typed.isdecimal() else len(text)
    found = _WORD.search(text[:at])
    start = found.start() if found else at
    offered = conditions.suggestions(text[:start], text[start:at])
    rows = [{"text": one.text, "name": one.name, "note": one.note} for one in offered]
    return JsonResponse({"from": start, "to": at, "rows": rows})


@role(MANAGER, "senior")
@require_http_methods(["GET", "HEAD", "POST"])
def rows(request: HttpRequest) -> HttpResponse:
    """A condition as rows (GET), or rows as a condition (POST); `data-feel` of the answer is the text they come to."""
    read = _posted(request.POST) if request.method == "POST" else read_rows(request.GET.get("text", ""))
    context: dict[str, Any] = {"simple": read is not None}
    if read is not None:
        context |= {
            "feel": rows_text(read),
            "words": conditions.in_words(rows_text(read)),
            "join": read.join.value,
            "groups": [[_shown(row) for row in group] for group in read.groups]
            or [[_shown(Row(fact="", op="="))]],
            "facts": _facts(),
        }
    return render(request, "studio/condition_rows.html", context)


def _posted(post: QueryDict) -> Rows:
    groups: list[tuple[Row, ...]] = []
    act, _colon, where = post.get("act", "").partition(":")
    for group in range(int(post.get("groups", "0") or 0)):
        found = []
        for number in range(int(post.get(f"rows.{group}", "0") or 0)):
            if act == "del" and where == f"{group}.{number}":
                continue
            found.append(_row(post, f"{group}.{number}"))
        if act == "row" and where == str(group):
            found.append(Row(fact="", op="="))
        if found:
            groups.append(tuple(found))
    if act == "group":
        groups.append((Row(fact="", op="="),))
    return Rows(groups=tuple(groups), join=Join(post.get("join", "and")))


def _row(post: QueryDict, place: str) -> Row:
    fact = post.get(f"fact.{place}", "")
    kind = _kind(packs().catalogue.elements.get(fact))
    known = [op for op, _words in OPERATORS[kind]]
    op = post.get(f"op.{place}", "")
    values = tuple(one for one in post.getlist(f"value.{place}") if one)
    return Row(fact=fact, op=op if op in known else known[0], values=values, texts=kind == "choice")


def _kind(element: Element | None) -> str:
    return _KINDS.get(element.kind, "choice") if element is not None else "choice"


def _shown(row: Row) -> dict[str, Any]:
    catalogue = packs().catalogue
    element = catalogue.elements.get(row.fact)
    codes = catalogue.codes.get(element.codes) if element else None
    kind = _kind(element)
    return {
        "fact": row.fact,
        "op": row.op,
        "operators": OPERATORS[kind],
        "kind": kind,
        "unit": element.unit if element else "",
        "values": row.values,
        "value": row.values[0] if row.values else "",
        "choices": [(code.value, code.name) for code in codes.codes] if codes else [],
    }


def _facts() -> list[tuple[str, str]]:
    found = packs().catalogue.elements.values()
    return sorted(((one.key, one.name) for one in found if one.kind in _WRITABLE), key=lambda pair: pair[1])


_WRITABLE = frozenset((*_KINDS, ElementKind.CHOICE, ElementKind.TEXT))
