"""Checks of the dictionaries: elements, code lists, documents and bodies."""

from __future__ import annotations

import re

from bancheng.core.catalogue._dictionary import Body, CodeList, Element, ElementKind
from bancheng.core.catalogue._findings import Findings
from bancheng.core.kernel import Confidence, check_credit_code, parse_credit_code

CHOICES = frozenset((ElementKind.CHOICE, ElementKind.MULTI_CHOICE))
_LICENCE_CODE = re.compile(r"[0-9A-Z]{21}")


def check_dictionaries(findings: Findings) -> None:
    """Every dictionary record by itself and what it refers to."""
    catalogue = findings.catalogue
    situations = [one for item in catalogue.items.values() for one in item.situations]
    situations += [one for onething in catalogue.onethings.values() for one in onething.situations]
    with_options = {one.element for one in situations if one.options}
    for element in catalogue.elements.values():
        _element(findings, element, has_options=element.key in with_options)
    for codes in catalogue.codes.values():
        _codes(findings, codes)
    for body in catalogue.bodies.values():
        _body(findings, body)
    _places(findings)
    for document in catalogue.documents.values():
        if document.licence_code and not _LICENCE_CODE.fullmatch(document.licence_code):
            path = f"documents/{document.key}/licence_code"
            said = f"证照类型代码应为21位数字或大写字母，现在是{len(document.licence_code)}位。"
            findings.error("licence_code", path, said, "请对照证照目录核对；没有电子证照的留空。")


def _element(findings: Findings, element: Element, *, has_options: bool) -> None:
    path = f"elements/{element.key}"
    if element.group:
        findings.known("groups", element.group, f"{path}/group")
    if element.codes:
        findings.known("codes", element.codes, f"{path}/codes")
        if element.kind not in CHOICES:
            said = f"“{element.name}”不是选择题，代码表不起作用。"
            findings.warn("codes_unused", f"{path}/codes", said, "请把 kind 改为 choice，或删去 codes。")
    elif element.kind in CHOICES and not has_options:
        said = f"“{element.name}”是选择题，却没有代码表。"
        findings.error("codes_missing", f"{path}/kind", said, "请补上一行“codes: 代码表的键”。")
    if element.minimum is not None and element.maximum is not None and element.minimum > element.maximum:
        said = f"最小值{element.minimum}大于最大值{element.maximum}。"
        findings.error("bounds_reversed", f"{path}/minimum", said, "请对调，或改正其中一个。")
    if element.pattern:
        try:
            re.compile(element.pattern)
        except re.error:
            said = f"“{element.pattern}”不是有效的正则表达式。"
            findings.error(
                "bad_pattern", f"{path}/pattern", said, "请检查括号和反斜杠，必要时用单引号括起来。"
            )


def _codes(findings: Findings, codes: CodeList) -> None:
    path = f"codes/{codes.key}/codes"
    if not codes.codes:
        findings.error("empty_list", path, f"代码表“{codes.name}”里没有代码。", "请至少写一个代码。")
    findings.unique((code.value for code in codes.codes), path, "value", "代码")


def _places(findings: Findings) -> None:
    """Nobody is stood for by two, and one body at most receives for all."""
    bodies = findings.catalogue.bodies.values()
    taken: dict[str, str] = {}
    for body in bodies:
        if not body.stands_for:
            continue
        path = f"bodies/{body.key}/stands_for"
        findings.known("bodies", body.stands_for, path)
        if body.stands_for in taken:
            said = f"“{body.name}”和“{taken[body.stands_for]}”都代表“{body.stands_for}”。"
            findings.error("body_twice", path, said, "请只留一个；个别事项的部门用 overlays 调整。")
        taken[body.stands_for] = body.name
    receivers = [body for body in bodies if body.receives]
    for body in receivers[1:]:
        said = f"“{receivers[0].name}”和“{body.name}”都写了统一收件。"
        findings.error("receives_twice", f"bodies/{body.key}/receives", said, "统一收件的部门只能有一个。")


def _body(findings: Findings, body: Body) -> None:
    if not body.code:
        return
    path = f"bodies/{body.key}/code"
    problem = check_credit_code(body.code)
    findings.take(problem, path)
    if (
        problem is None
        and body.provenance is not None
        and body.provenance.confidence is Confidence.FICTITIOUS
    ):
        parts = parse_credit_code(body.code)
        if parts is None or not parts.sample:
            said = f"“{body.name}”是虚构的，代码却不在虚构区划 999999 里。"
            findings.error("real_looking", path, said, "请换用区划为 999999 的样例代码。")
