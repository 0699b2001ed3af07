"""Checks of guided questions and of the values that answers may take."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal

from bancheng.core.catalogue._check_dictionary import CHOICES
from bancheng.core.catalogue._dictionary import ElementKind
from bancheng.core.catalogue._findings import Findings, nearest
from bancheng.core.catalogue._item import Situation


def values_of(findings: Findings, element: str) -> Collection[str] | None:
    """The closed list of values of an element, None when it is open or not known."""
    found = findings.catalogue.elements.get(element)
    if found is None:
        return None
    if found.kind is ElementKind.BOOLEAN:
        return ("true", "false")
    codes = findings.catalogue.codes.get(found.codes) if found.codes else None
    return None if codes is None else tuple(code.value for code in codes.codes)


def check_value(findings: Findings, element: str, value: str, path: str) -> None:
    """`value` belongs to the closed list of `element`, if it has one."""
    allowed = values_of(findings, element)
    if allowed is None or value in allowed:
        return
    near = nearest(value, allowed)
    hint = f"是不是想写 {near}？" if near else ""
    findings.error(
        "unknown_code", path, f"“{value}”不在“{element}”的代码表里。", f"{hint}可用：{'、'.join(allowed)}。"
    )


def check_situations(
    findings: Findings, situations: Iterable[Situation], owner: str, section: str = "situations"
) -> None:
    """Each asks for a choice or a yes or no, with options of that element, and shares that make no more than one."""
    listed = tuple(situations)
    findings.unique((one.element for one in listed), f"{owner}/{section}", "element", "情形")
    for index, situation in enumerate(listed):
        path = f"{owner}/{section}/{index}"
        if not findings.known("elements", situation.element, f"{path}/element"):
            continue
        element = findings.catalogue.elements[situation.element]
        if element.kind not in (*CHOICES, ElementKind.BOOLEAN):
            said = f"情形只能问选择题或是否题，“{element.name}”不是。"
            findings.error("situation_kind", f"{path}/element", said, "请换一个数据元，或先设一个选择题。")
        findings.unique((option.value for option in situation.options), f"{path}/options", "value", "选项")
        for number, option in enumerate(situation.options):
            check_value(findings, situation.element, option.value, f"{path}/options/{number}/value")
        check_shares(findings, (option.share for option in situation.options), f"{path}/options")


def check_shares(findings: Findings, shares: Iterable[Decimal | None], path: str) -> None:
    """Shares lie in 0–1 and together make no more than 1."""
    total = Decimal(0)
    for index, share in enumerate(shares):
        if share is not None and not 0 <= share <= 1:
            findings.error(
                "bad_share", f"{path}/{index}/share", f"占比{share}不在0到1之间。", "百分之三十写成 0.3。"
            )
        total += share or 0
    if total > 1:
        findings.error("shares_over_one", path, f"占比合计{total}，超过1。", "请改小，使合计不超过1。")
