"""The living pattern page: every component with made-up content, in demo mode only. Tests and designers look here."""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse

from bancheng.web.frame import errors as error_pages
from bancheng.web.frame.access import public
from bancheng.web.frame.forms import ErrorLine, Field, Option
from bancheng.web.frame.pages import render

_SCALES = (
    Option(value="s", text="50 平方米以下", note="小吃店、面馆大多在这一档"),
    Option(value="m", text="50 到 300 平方米"),
    Option(value="l", text="300 平方米以上"),
)
_FIELDS = (
    Field(name="shop.name", label="店名", value="老周面馆", hint="招牌上写的名字，可以和执照上的不一样。"),
    Field(
        name="owner.phone",
        label="手机号",
        kind="phone",
        value="1380013",
        error="手机号是 11 位数字，请再看一下。",
    ),
    Field(name="owner.id", label="身份证号", kind="id_number", hint="18 位，最后一位可能是 X。"),
    Field(name="shop.area", label="经营面积", kind="number", unit="平方米", value="48"),
    Field(name="shop.capital", label="投资金额", kind="money", required=False),
    Field(name="shop.open_on", label="打算哪天开业", kind="date", value="2026-12-18"),
    Field(name="shop.scale", label="店有多大", kind="radios", options=_SCALES, value="s"),
    Field(
        name="shop.town",
        label="在哪个街道",
        kind="select",
        options=(Option(value="1", text="南桥街道"),),
        width=12,
    ),
    Field(
        name="shop.sells",
        label="卖什么",
        kind="checks",
        options=(
            Option(value="hot", text="热食"),
            Option(value="cold", text="凉菜", note="需要单独的凉菜间"),
        ),
        value=("hot",),
    ),
    Field(name="shop.note", label="还有什么要说明", kind="textarea", required=False),
    Field(
        name="shop.plan",
        label="店面平面图",
        kind="file",
        accept="image/*,.pdf",
        limit_mb=10,
        hint="手画的也可以，标出门、灶台和水池。",
    ),
    Field(name="promise", label="我填写的内容是真实的", kind="agree"),
)
_STEPS = (
    {
        "name": "市场监督管理局 · 营业执照",
        "state": "done",
        "when": "11月20日 周五 已办好",
        "note": "用时 1 个工作日",
    },
    {
        "name": "市场监督管理局 · 食品经营许可",
        "state": "now",
        "when": "预计 12月3日 周四前",
        "note": "今天下午有两位工作人员到店里看场地",
    },
    {
        "name": "城市管理局 · 门头招牌",
        "state": "wait",
        "when": "等您补一张照片",
        "note": "补上后 2 个工作日内办好",
    },
    {"name": "消防救援大队 · 开业前检查", "state": "next", "when": "预计 12月7日 周一前"},
)
_SAVINGS = (
    {"name": "填写的内容", "before": 186, "after": 52, "unit": "项"},
    {"name": "提交的材料", "before": 24, "after": 7, "unit": "份"},
    {"name": "办理时间", "before": 45, "after": 12, "unit": "个工作日"},
    {"name": "跑的次数", "before": 8, "after": 0, "unit": "次"},
)
_TASKS = (
    {"text": "您和您的店", "url": "#", "state": "done", "note": ""},
    {"text": "经营场所", "url": "#", "state": "todo", "note": "还差 3 项"},
    {"text": "凉菜间", "url": "", "state": "skipped", "note": "您不卖凉菜，所以不用填"},
    {"text": "上传材料", "url": "", "state": "later", "note": "先填好经营场所，就知道要哪些材料"},
)
_SUMMARY = (
    {"name": "店名", "value": "老周面馆", "change": "#"},
    {"name": "经营面积", "value": "48 平方米", "change": "#"},
    {"name": "统一社会信用代码", "value": "91999999MA00000154", "change": "", "note": "来自企业登记库"},
)
_CASES = (
    {
        "code": "999999202611200001",
        "what": "开办餐饮店",
        "who": "周*",
        "due": date(2026, 12, 3),
        "colour": "green",
        "left": 8,
    },
    {
        "code": "999999202611180007",
        "what": "校车使用许可",
        "who": "示例幼儿园",
        "due": date(2026, 11, 24),
        "colour": "yellow",
        "left": 1,
    },
    {
        "code": "999999202611110003",
        "what": "企业注销登记",
        "who": "样例商贸行",
        "due": date(2026, 11, 19),
        "colour": "red",
        "left": -1,
    },
    {
        "code": "999999202611160012",
        "what": "水电气网联合报装",
        "who": "样例食品厂",
        "due": date(2026, 12, 9),
        "colour": "grey",
        "left": 12,
    },
)


@public
def public_patterns(request: HttpRequest) -> HttpResponse:
    """Components of the public side."""
    _demo_only()
    context: dict[str, Any] = {
        "fields": _FIELDS,
        "errors": (ErrorLine(text="手机号是 11 位数字，请再看一下。", field="f-owner-phone"),),
        "steps": _STEPS,
        "savings_rows": _SAVINGS,
        "tasks": _TASKS,
        "rows": _SUMMARY,
        "seen": date(2026, 11, 20),
        "sent": request.FILES.get("shop.plan"),
    }
    return render(request, "frame/patterns.html", context)


@public
def officer(request: HttpRequest) -> HttpResponse:
    """Components of the officers' side."""
    _demo_only()
    page = Paginator(range(1, 241), 20).get_page(request.GET.get("page", "3"))
    context = {"cases": _CASES, "steps": _STEPS, "page": page, "rows": _SUMMARY, "tabs_shown": _TABS}
    return render(request, "frame/patterns_officer.html", context)


_TABS = (
    {"text": "待我办理", "url": "?", "current": True, "count": 12},
    {"text": "等待申请人", "url": "?tab=wait", "current": False, "count": 3},
    {"text": "已办结", "url": "?tab=done", "current": False, "count": None},
)


@public
def errors(request: HttpRequest, status: int) -> HttpResponse:
    """One error page, as people would meet it."""
    _demo_only()
    if status == 429:
        return error_pages.too_many(request, 150)
    made = {
        400: error_pages.bad_request,
        403: error_pages.forbidden,
        404: error_pages.not_found,
        500: error_pages.broken,
    }.get(status)
    if made is None:
        raise Http404
    return made(request)


def _demo_only() -> None:
    if not getattr(settings, "BANCHENG_DEMO", False):
        raise Http404
