"""Marks on a form page: tick the field or paper, say what is wrong with it and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from bancheng.core.casework import Mark, MarkKind, MarkReason
from bancheng.core.kernel import Place, Problem
from bancheng.usecases.examining import MarkTarget


def reasons() -> tuple[tuple[str, str], ...]:
    """Why something may be marked."""
    return (
        (MarkReason.MISSING.value, _("缺少")),
        (MarkReason.WRONG.value, _("有误")),
        (MarkReason.OUTDATED.value, _("已过期")),
    )


def marked(targets: Iterable[MarkTarget], post: QueryDict) -> tuple[tuple[Mark, ...], tuple[Problem, ...]]:
    """The marks that were ticked, and what is still lacking at each."""
    chosen, kinds = set(post.getlist("mark")), {reason.value for reason in MarkReason}
    marks: list[Mark] = []
    problems: list[Problem] = []
    for target in targets:
        words = post.get(f"words/{target.key}", "").strip()
        if target.key not in chosen:
            continue
        reason = post.get(f"reason/{target.key}", "")
        if not words or reason not in kinds:
            text = _("请写清“%(name)s”哪里不对、怎么改。") % {"name": target.name}
            problems.append(Problem("mark.words", text, Place(path=f"words/{target.key}")))
            continue
        marks.append(target.marked(MarkReason(reason), words))
    return tuple(marks), tuple(problems)


def mark_rows(
    targets: Iterable[MarkTarget], before: Sequence[Mark] = (), post: QueryDict | None = None
) -> dict[str, list[dict[str, Any]]]:
    """Rows of the marks table, fields and materials apart, holding what was typed or marked before."""
    held = {mark.key: mark for mark in before}
    rows: dict[str, list[dict[str, Any]]] = {"fields": [], "materials": []}
    for target in targets:
        mark = held.get(target.key)
        row = {
            "target": target,
            "ticked": target.key in post.getlist("mark") if post is not None else mark is not None,
            "reason": _reason(target, mark, post),
            "words": post.get(f"words/{target.key}", "") if post is not None else mark.words if mark else "",
        }
        rows["fields" if target.kind is MarkKind.FIELD else "materials"].append(row)
    return rows


def _reason(target: MarkTarget, mark: Mark | None, post: QueryDict | None) -> str:
    """What was chosen or marked; at first something given is wrong and something not given is missing."""
    if post is not None and f"reason/{target.key}" in post:
        return post.get(f"reason/{target.key}", "")
    if mark is not None:
        return mark.reason.value
    return (MarkReason.WRONG if target.now else MarkReason.MISSING).value


def marks_in(marks: Iterable[Mark], name: Any) -> list[dict[str, Any]]:
    """Marks for reading: what, why, words, who asked. `name` says a body's name."""
    said = dict(reasons())
    return [
        {
            "name": mark.name or mark.target,
            "reason": said[mark.reason.value],
            "words": mark.words,
            "bodies": _("、").join(name(body) for body in mark.bodies),
            "material": mark.kind is MarkKind.MATERIAL,
        }
        for mark in marks
    ]
