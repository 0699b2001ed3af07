"""Checks of the dictionaries: elements, code lists, documents and bodies."""

from __future__ import annotations

import re

from bancheng.core.catalogue._dictionary import Body, CodeList, Element, ElementKind
from bancheng.core.catalogue._findings import Findings
from bancheng.core.catalogue._standards import division
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
    _records(findings, element, path)
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


def _records(findings: Findings, element: Element, path: str) -> None:
    """A list of records has columns, none of which is a list again, and bounds that leave room."""
    if element.kind is not ElementKind.RECORDS:
        if element.columns or element.min_rows is not None or element.max_rows is not None:
            said = f"“{element.name}”不是多行信息，columns、min_rows、max_rows 不起作用。"
            findings.warn("columns_unused", f"{path}/kind", said, "请把 kind 改为 records，或删去这几项。")
        return
    if not element.columns:
        said = f"“{element.name}”是多行信息，却没有写每一行填什么。"
        findings.error("columns_missing", f"{path}/kind", said, "请补上一行“columns: [数据元的键, …]”。")
    findings.unique(element.columns, f"{path}/columns", "", "列")
    for index, key in enumerate(element.columns):
        if findings.known("elements", key, f"{path}/columns/{index}"):
            column = findings.catalogue.elements[key]
            if column.kind is ElementKind.RECORDS:
                said = f"“{column.name}”自己就是多行信息，不能再作一列。"
                findings.error("nested_records", f"{path}/columns/{index}", said, "请拆成两个数据元。")
    low, high = element.min_rows, element.max_rows
    if (low is not None and low < 0) or (high is not None and high < 1):
        said = f"“{element.name}”的行数写得不对。"
        findings.error("bad_rows", f"{path}/min_rows", said, "min_rows 从 0 起，max_rows 从 1 起。")
    elif low is not None and high is not None and low > high:
        said = f"“{element.name}”最少 {low} 行，最多却只有 {high} 行。"
        findings.error("bounds_reversed", f"{path}/min_rows", said, "请对调，或改正其中一个。")


def _codes(findings: Findings, codes: CodeList) -> None:
    path = f"codes/{codes.key}/codes"
    if not codes.codes:
        findings.error("empty_list", path, f"代码表“{codes.name}”里没有代码。", "请至少写一个代码。")
    findings.unique((code.value for code in codes.codes), path, "value", "代码")
    _mapping(findings, codes, path)


def _mapping(findings: Findings, codes: CodeList, path: str) -> None:
    """Every code of a list that maps to another one says what it means there, and no two mean the same."""
    if not codes.maps_to:
        if any(code.means for code in codes.codes):
            said = f"代码表“{codes.name}”写了 means，却没有写对应哪一张代码表。"
            findings.error("maps_to_missing", path, said, "请补上一行“maps_to: 代码表的键”。")
        return
    if not findings.known("codes", codes.maps_to, f"codes/{codes.key}/maps_to"):
        return
    if codes.key in _chain(findings, codes):
        said = f"代码表“{codes.name}”的对应关系绕回了自己。"
        findings.error("maps_loop", f"codes/{codes.key}/maps_to", said, "请改正其中一张代码表的 maps_to。")
        return
    target = findings.catalogue.codes[codes.maps_to]
    values = tuple(code.value for code in target.codes)
    taken: dict[str, str] = {}
    for index, code in enumerate(codes.codes):
        at = f"{path}/{index}/means"
        for value in code.means:
            if value not in values:
                said = f"“{code.name}”对应的“{value}”不在代码表“{target.name}”里。"
                hint = findings.suggest(value, values)
                findings.error("unknown_code", at, said, hint)
            elif value in taken:
                said = f"“{target.name}”的“{target.name_of(value)}”同时对应“{taken[value]}”和“{code.name}”。"
                findings.error("ambiguous_code", at, said, "请只留一个，或把上一级代码表分得更细。")
            taken.setdefault(value, code.name)


def _chain(findings: Findings, codes: CodeList) -> tuple[str, ...]:
    """The lists that `codes` maps to, one after the other; stops where it would repeat."""
    chain: list[str] = []
    key = codes.maps_to
    while key and key not in chain and key in findings.catalogue.codes:
        chain.append(key)
        key = findings.catalogue.codes[key].maps_to
    return tuple(chain)


def _places(findings: Findings) -> None:
    """Nobody is stood for by two, and one body at most receives for all."""
    bodies = findings.catalogue.bodies.values()
    taken: dict[tuple[str, str], str] = {}
    for body in bodies:
        if not body.stands_for:
            continue
        path = f"bodies/{body.key}/stands_for"
        findings.known("bodies", body.stands_for, path)
        role = (division(body.within), body.stands_for)
        if role in taken:
            said = f"“{body.name}”和“{taken[role]}”都代表“{body.stands_for}”。"
            findings.error("body_twice", path, said, "请只留一个；个别事项的部门用 overlays 调整。")
        taken[role] = body.name
    receivers = [body for body in bodies if body.receives and not body.within]
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
