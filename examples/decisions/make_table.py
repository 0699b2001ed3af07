"""Writes table.xlsx, the invented decision table of docs/howto/decisions.md."""

from pathlib import Path

from openpyxl import Workbook

ROWS: tuple[tuple[object, ...], ...] = (
    ("命中规则", "唯一"),
    ("说明", "虚构的样例，不是真实政策。"),
    ("栏目", "条件", "条件", "结果", "依据", "备注"),
    ("名称", "年龄", "户籍", "每月补贴", "条款", "备注"),
    ("类型", "数", "文字", "数"),
    ("可选值", None, "本市、外市"),
    (1, "60岁以上，不满80岁", "本市", 100, "样例办法第三条第一项", "按月发放"),
    (2, None, "外市", 50, "样例办法第三条第二项"),
    (3, "80岁以上", "不限", 200, "样例办法第三条第三项"),
    (4, "不满60岁", "不限", 0, "样例办法第二条"),
)


def main() -> None:
    """Write the table beside this file."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "补贴标准"
    for row in ROWS:
        sheet.append(row)
    sheet.merge_cells("B7:B8")
    book.save(Path(__file__).with_name("table.xlsx"))


if __name__ == "__main__":
    main()
