"""Checks of what an item demands of an element beyond plain bounds: its body's own codes, columns of records."""

from __future__ import annotations

from bancheng.core.catalogue._check_rules import Rules
from bancheng.core.catalogue._check_situations import check_value
from bancheng.core.catalogue._dictionary import ElementKind
from bancheng.core.catalogue._findings import Findings
from bancheng.core.catalogue._item import ColumnField, FormField


def check_local_codes(findings: Findings, field: FormField | ColumnField, at: str) -> None:
    """A body's own list is known, maps to the element's list in the end, and holds what is `allowed`."""
    if not field.codes or not findings.known("codes", field.codes, f"{at}/codes"):
        return
    element = findings.catalogue.elements[field.element]
    codes = findings.catalogue.codes[field.codes]
    reached, seen = codes, {codes.key}
    while reached.key != element.codes:
        following = findings.catalogue.codes.get(reached.maps_to)
        if following is None or following.key in seen:
            said = f"代码表“{codes.name}”没有对应到“{element.name}”所用的代码表“{element.codes}”。"
            hint = f"请在代码表“{codes.key}”里写 maps_to: {element.codes}，并在每个代码里写 means。"
            findings.error("codes_unmapped", f"{at}/codes", said, hint)
            break
        reached = following
        seen.add(reached.key)
    values = tuple(code.value for code in codes.codes)
    for index, value in enumerate(field.allowed):
        if value not in values:
            said = f"“{value}”不在代码表“{codes.name}”里。"
            findings.error("unknown_code", f"{at}/allowed/{index}", said, f"可用：{'、'.join(values)}。")


def check_columns(findings: Findings, rules: Rules, field: FormField, at: str) -> None:
    """Columns an item names belong to the element, and its bounds of rows leave room."""
    element = findings.catalogue.elements[field.element]
    if element.kind is not ElementKind.RECORDS:
        if field.columns or field.min_rows is not None or field.max_rows is not None:
            said = f"“{element.name}”不是多行信息，不能写 columns、min_rows、max_rows。"
            findings.error("columns_unused", at, said, "请删去这几项，或换成多行的数据元。")
        return
    findings.unique((one.element for one in field.columns), f"{at}/columns", "element", "列")
    for index, column in enumerate(field.columns):
        there = f"{at}/columns/{index}"
        rules.truth(column.required, f"{there}/required")
        rules.truth(column.visible, f"{there}/visible")
        if column.element not in element.columns:
            said = f"“{element.name}”里没有“{column.element}”这一列。"
            hint = findings.suggest(column.element, element.columns)
            findings.error("unknown_column", f"{there}/element", said, hint)
        if column.element in findings.catalogue.elements:
            check_local_codes(findings, column, there)
        for number, value in enumerate(column.allowed if not column.codes else ()):
            check_value(findings, column.element, value, f"{there}/allowed/{number}")
    low, high = field.min_rows, field.max_rows
    if low is not None and high is not None and low > high:
        said = f"最少 {low} 行，最多却只有 {high} 行。"
        findings.error("bounds_reversed", f"{at}/min_rows", said, "请对调，或改正其中一个。")
