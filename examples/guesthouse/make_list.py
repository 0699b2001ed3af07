"""Write `items.xlsx`: an invented list of 12 items of 4 bodies, as an item manager would keep it in Excel.

Run: python examples/guesthouse/make_list.py. Nothing in it is law; bodies, limits and papers are made up.
"""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook

CULTURE, POLICE = "云溪县示范文化和旅游局", "云溪县示范公安局"
FIRE, MARKET = "云溪县示范消防救援大队", "云溪县示范市场监督管理局"

HEADINGS = """
事项名称 实施主体 事项类型 行使层级 服务对象 办件类型 法定办结时限 法定办结时限单位 承诺办结时限 承诺办结时限单位
到办事现场次数 必须现场办理原因 办理形式 设定依据 咨询方式
"""
# 事项名称, 实施主体, 事项类型, 办件类型, 法定工作日, 承诺工作日, 到现场次数, 结果
ITEMS = (
    ("乡村民宿开业登记（虚构）", CULTURE, "其他行政权力", "承诺件", 20, 8, 1, "乡村民宿登记证（虚构）"),
    ("乡村民宿标识牌发放（虚构）", CULTURE, "公共服务", "承诺件", 10, 5, 1, "乡村民宿标识牌（虚构）"),
    ("乡村民宿导览信息登记（虚构）", CULTURE, "公共服务", "承诺件", 10, 3, 0, "导览登记回执（虚构）"),
    ("乡村民宿治安备案（虚构）", POLICE, "其他行政权力", "承诺件", 15, 6, 1, "治安备案回执（虚构）"),
    ("住客信息登记系统开通（虚构）", POLICE, "公共服务", "承诺件", 10, 3, 1, "系统开通通知（虚构）"),
    ("民宿从业人员登记（虚构）", POLICE, "其他行政权力", "承诺件", 10, 4, 1, "从业人员登记回执（虚构）"),
    ("乡村民宿消防安全核查（虚构）", FIRE, "行政确认", "承诺件", 20, 8, 1, "消防核查意见（虚构）"),
    ("民宿用火用气安全核查（虚构）", FIRE, "行政确认", "承诺件", 20, 7, 1, "用气核查意见（虚构）"),
    ("微型消防站登记（虚构）", FIRE, "公共服务", "承诺件", 10, 3, 0, "微型消防站登记回执（虚构）"),
    ("民宿小餐厅备案（虚构）", MARKET, "其他行政权力", "承诺件", 15, 5, 1, "小餐厅备案回执（虚构）"),
    ("民宿明码标价备案（虚构）", MARKET, "公共服务", "承诺件", 10, 3, 0, "明码标价回执（虚构）"),
    ("计量器具登记（虚构）", MARKET, "公共服务", "承诺件", 10, 3, 0, "计量器具登记回执（虚构）"),
)
OWN_FIELDS = {
    0: [("使用面积", ""), ("客房数（虚构）", "整数")],
    1: [("标识牌悬挂位置（虚构）", "文字")],
    2: [("客房数（虚构）", "整数"), ("最近的公交站（虚构）", "文字")],
    3: [("客房数（虚构）", "整数"), ("监控探头数（虚构）", "整数")],
    5: [("从业人数（虚构）", "整数")],
    6: [("使用面积", ""), ("安全出口个数（虚构）", "整数")],
    7: [("客房用不用燃气（虚构）", "是否")],
    8: [("灭火器数量（虚构）", "整数")],
    9: [("供不供早餐晚餐（虚构）", "是否"), ("餐位数（虚构）", "整数")],
    10: [("最低房价（虚构）", "金额")],
    11: [("秤的台数（虚构）", "整数")],
}
EVERYONE = ("企业名称", "统一社会信用代码", "经营场所地址", "法定代表人（负责人）", "法定代表人手机号码")
SITUATIONS = {
    7: ("客房用不用燃气（虚构）", "客房里用燃气吗？"),
    9: ("供不供早餐晚餐（虚构）", "给住客做饭吗？"),
}
PLAN, RULES, FIRE_OPINION = "客房平面图（虚构）", "住客安全须知（虚构）", "消防核查意见（虚构）"
MATERIALS = (
    *((n, "营业执照", "政府部门核发", "") for n in range(len(ITEMS))),
    *((n, PLAN, "申请人自备", "") for n in (0, 3, 6, 8)),
    *((n, RULES, "申请人自备", "") for n in (0, 3)),
    *((n, FIRE_OPINION, "政府部门核发", "") for n in (0, 3)),
    (9, "厨房照片（虚构）", "申请人自备", ""),
    (7, "燃气管线照片（虚构）", "申请人自备", ""),
)
# One visit serves the two bodies that come to the house; the fire office comes before them, for they want its opinion.
VISITED, FIRE_VISIT = (0, 3), 6


def main() -> Path:
    """Write the list beside this file."""
    book = Workbook()
    page = book.active
    page.title = "事项"
    page.append(HEADINGS.split())
    for name, body, kind, handling, law, promise, visits, _ in ITEMS:
        page.append(
            [
                name, body, kind, "县级", "企业法人", handling, law, "工作日", promise, "工作日", visits,
                "递交材料" if visits else "", "窗口办理^网上办理", "乡村民宿管理办法（虚构） 第五条", "000-5550000",
            ]
        )  # fmt: skip
    _sheet(book, "表单字段", ["事项名称", "字段名称", "字段类型"], _fields())
    _sheet(
        book,
        "情形",
        ["事项名称", "情形数据项", "情形问题"],
        ((ITEMS[n][0], *one) for n, one in SITUATIONS.items()),
    )
    _sheet(
        book,
        "申请材料",
        [
            "事项名称",
            "材料名称",
            "材料必要性",
            "材料形式",
            "来源渠道",
            "复印件份数",
            "是否容缺",
            "容缺补交期限",
        ],
        (
            (ITEMS[n][0], name, "必要", "纸质/电子化", source, 1, late or "否", 2 if late else "")
            for n, name, source, late in MATERIALS
        ),
    )
    _sheet(
        book,
        "办理环节",
        [
            "事项名称",
            "环节键",
            "环节名称",
            "环节类型",
            "环节时限",
            "环节时限单位",
            "联合事项标识",
            "所需人数",
        ],
        _steps(),
    )
    _sheet(
        book,
        "办理结果",
        ["事项名称", "结果名称", "结果类型"],
        ((one[0], one[7], "证照" if n == 0 else "批文") for n, one in enumerate(ITEMS)),
    )
    path = Path(__file__).with_name("items.xlsx")
    book.save(path)
    return path


def _sheet(book: Workbook, title: str, headings: list[str], rows: object) -> None:
    page = book.create_sheet(title)
    page.append(headings)
    for row in rows:  # type: ignore[attr-defined]  # reason: any sequence of rows
        page.append(list(row))


def _fields() -> list[tuple[str, str, str]]:
    return [
        (item[0], name, kind)
        for n, item in enumerate(ITEMS)
        for name, kind in (*((one, "") for one in EVERYONE), *OWN_FIELDS.get(n, ()))
    ]


def _steps() -> list[tuple[str, str, str, str, int, str, str, int]]:
    rows = []
    for n, item in enumerate(ITEMS):
        rows.append((item[0], "review", "审查材料", "审查", 1, "工作日", "", 1))
        if n in VISITED:
            rows.append((item[0], "visit", "上门看房", "现场勘验", 2, "工作日", "guesthouse_visit", 2))
        if n == FIRE_VISIT:
            rows.append((item[0], "check", "消防现场核查", "现场勘验", 2, "工作日", "", 2))
        rows.append((item[0], "decide", "作出决定", "决定", 1, "工作日", "", 1))
    return rows


if __name__ == "__main__":
    print(main())
