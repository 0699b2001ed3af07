"""Money at the window: cash for a case, the register and the drawer, the comparison with the provider."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bancheng.connect.payments import PaymentDown
from bancheng.core.casework import dues
from bancheng.core.kernel import format_yuan, yuan
from bancheng.store.models import StatementCheck
from bancheng.usecases import cashier, counter, reconciling
from bancheng.usecases.access import NotFound
from bancheng.usecases.lists import Column, wanted
from bancheng.usecases.spreadsheets import as_workbook
from bancheng.usecases.town import body_name
from bancheng.web.bureau.fees import amount_in
from bancheng.web.casefile import actor_of, attempt, seen_of
from bancheng.web.casefile.agents import agents, chosen_agent
from bancheng.web.casefile.columns import day_in_table
from bancheng.web.casefile.deeds import Deed, deed_page
from bancheng.web.frame import Field, Option, leave, leaving, list_page, render, role

PER_PAGE = 50
AT_MOST = 10_000
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@role("clerk")
@require_http_methods(["GET", "HEAD", "POST"])
def cash(request: HttpRequest, number: str) -> HttpResponse:
    """收现金: exactly what is due, with a receipt."""
    actor = actor_of(request)
    dossier = counter.open_received(actor, number)
    due = dues(dossier.state)
    lines = [(dossier.state.bill.charges[key].name, format_yuan(one)) for key, one in due.items()]
    deed = Deed(
        title=_("收 %(sum)s 现金") % {"sum": format_yuan(sum(due.values()))},
        caption=dossier.case.name,
        button=_("钱已收到，出票据"),
        back=reverse("counter:case", args=[number]),
        facts=(*lines, (_("缴费人"), dossier.case.party.name)),
        note=_("收妥后打印缴款凭证交给申请人。"),
        seen=dossier.state.seq,
        icon="hand-coins",
        fields=(
            Field(
                name="agent",
                label=_("谁来缴的"),
                kind="select",
                required=False,
                options=(
                    Option(value="", text=_("本人（单位：法定代表人或负责人）")),
                    *(
                        Option(value=str(one["pk"]), text=f"{one['name']} · {one['kind']}")
                        for one in agents(dossier.case.party_id, dossier.case.onething, "pay")
                    ),
                ),
            ),
        ),
    )
    if request.method != "POST":
        return deed_page(request, deed)
    tried = attempt(
        lambda: cashier.take_cash(actor, dossier, seen=seen_of(request), mandate=chosen_agent(request))
    )
    if tried.done is None:
        return deed_page(request, deed, tried)
    messages.success(request, _("已入账，票据号 %(number)s。") % {"number": tried.done.receipt})
    return redirect("counter:case", number)


@role("clerk")
@require_http_methods(["GET", "HEAD", "POST"])
def cash_back(request: HttpRequest, number: str) -> HttpResponse:
    """退现金: into the hands of the payer."""
    actor = actor_of(request)
    dossier = counter.open_received(actor, number)
    key = request.POST.get("refund") or request.GET.get("refund", "")
    amount = dict(cashier.waiting_cash(dossier.file)).get(key)
    if amount is None:
        raise NotFound("refund")
    deed = Deed(
        title=_("退 %(sum)s 现金") % {"sum": format_yuan(amount)},
        caption=dossier.case.name,
        button=_("钱已交给本人"),
        back=reverse("counter:case", args=[number]),
        facts=((_("领款人"), dossier.case.party.name),),
        note=_("请核对身份证件，收回原缴款凭证。"),
        seen=dossier.state.seq,
        icon="hand-coins",
        fields=(Field(name="refund", label="", kind="hidden", value=key, required=False),),
    )
    if request.method != "POST":
        return deed_page(request, deed)
    tried = attempt(lambda: cashier.give_cash_back(actor, dossier, key, seen=seen_of(request)))
    if tried.done is None:
        return deed_page(request, deed, tried)
    messages.success(request, _("已退还并入账。"))
    return redirect("counter:case", number)


def _day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return timezone.localdate()


@role("clerk", "senior")
@list_page
@require_safe
def till(request: HttpRequest) -> HttpResponse:
    """收费台账: a day's register with its sums, my drawer, who has to pay, what needs a person."""
    actor, day = actor_of(request), _day(request)
    text, way = request.GET.get("q", "").strip(), request.GET.get("way", "")
    rows = cashier.register(actor, None if text else day, text, way)
    if request.GET.get("as") == "xlsx":
        return _workbook(rows[:AT_MOST], day)
    disputed, failed = cashier.troubled(actor)
    context = {
        "day": day,
        "q": text,
        "way": way,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "sums": cashier.sums(rows),
        "drawers": [(one, body_name(one.body)) for one in cashier.drawers(actor, day)],
        "bills": list(cashier.open_bills(actor)[:20]),
        "disputed": disputed,
        "failed": failed,
        "today": day == timezone.localdate(),
    }
    return render(request, "counter/till.html", context)


def _workbook(rows: Any, day: date) -> HttpResponse:
    head = ("序号", "时间", "办件编号", "缴费人", "方式", "金额（元）", "票据号", "流水号", "经手人")
    table = [head] + [
        (
            row.number,
            timezone.localtime(row.at).strftime("%Y-%m-%d %H:%M:%S"),
            row.case.number,
            row.case.party.name,
            "现金" if row.way == "cash" else "网上",
            float(yuan(row.amount)),
            row.receipt,
            row.reference,
            row.clerk_name,
        )
        for row in rows
    ]
    answer = HttpResponse(as_workbook(table), content_type=_XLSX)
    answer["Content-Disposition"] = f'attachment; filename="money-{day.isoformat()}.xlsx"'
    return answer


@role("clerk")
@require_http_methods(["GET", "HEAD", "POST"])
def count(request: HttpRequest, body: str) -> HttpResponse:
    """日终清点: what lies in the drawer, and why it differs if it does."""
    actor, day = actor_of(request), _day(request)
    should = cashier.expected(actor, body, day)
    deed = Deed(
        title=_("清点现金"),
        caption=f"{body_name(body)} · {day.isoformat()}",
        button=_("清点完毕"),
        back=reverse("counter:till"),
        facts=((_("账上应有"), format_yuan(should)),),
        fields=(
            Field(name="counted", label=_("实际清点"), kind="money", unit=_("元"), width=12),
            Field(name="note", label=_("不符的原因"), kind="textarea", required=False),
        ),
    )
    if request.method != "POST":
        return deed_page(request, deed)
    tried = attempt(
        lambda: cashier.count_drawer(
            actor,
            body,
            day,
            amount_in(request.POST.get("counted", ""), "counted"),
            request.POST.get("note", ""),
        )
    )
    if tried.done is None:
        return deed_page(request, deed, tried)
    messages.success(request, _("已清点。"))
    return redirect("counter:till")


# ------------------------------------------------------------- the comparison

_STATEMENT_COLUMNS = (
    Column("日期", lambda one: day_in_table(one.day)),
    Column("我方（元）", lambda one: one.ours / 100),
    Column("对方（元）", lambda one: one.theirs / 100),
    Column("对方笔数", lambda one: one.lines),
    Column("要处理", lambda one: one.left),
)


@role("clerk", "senior")
@list_page
@require_http_methods(["GET", "HEAD", "POST"])
def statements(request: HttpRequest) -> HttpResponseBase:
    """对账: each day beside the provider's statement; a day can be compared again."""
    actor = actor_of(request)
    if request.method == "POST":
        try:
            day = date.fromisoformat(request.POST.get("day", ""))
            reconciling.reconcile(day, timezone.now())
            messages.success(request, _("已按支付机构的账单重新核对。"))
        except ValueError:
            messages.warning(request, _("请选择日期。"))
        except PaymentDown:
            messages.warning(request, _("支付平台暂时没有应答，请过一会儿再对。"))
        return redirect("counter:statements")
    if leaving(request):
        return leave(request, "对账", reconciling.checks(actor), _STATEMENT_COLUMNS, wanted({}))
    page = Paginator(reconciling.checks(actor), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "today": timezone.localdate()}
    return render(request, "counter/statements.html", context)


@role("clerk", "senior")
@list_page
@require_safe
def statement(request: HttpRequest, check: int) -> HttpResponse:
    """One day: every line that does not fit, and what to do about it."""
    actor = actor_of(request)
    one = get_object_or_404(StatementCheck, pk=check)
    words = {
        reconciling.MISSING_HERE: (
            _("对方有，我方没有"),
            _(
                "支付机构说收到了钱，账上没有。请与支付机构核实：是本单位的，由系统补查入账；不是的，请对方更正账单。"
            ),
        ),
        reconciling.MISSING_THERE: (
            _("我方有，对方没有"),
            _("账上已收，对方账单没有。请支付机构查实；确未到账的，联系缴费人。"),
        ),
        reconciling.DOUBLED: (
            _("对方重复"),
            _("同一笔在对方账单出现不止一次。请核实是否重复扣款；多扣的由支付机构原路退回缴费人。"),
        ),
        reconciling.AMOUNT: (
            _("金额不符"),
            _("两边金额不一样。以银行实际到账为准，请支付机构书面更正。"),
        ),
    }
    rows = [
        {"one": row, "kind": words[row.kind][0], "todo": words[row.kind][1]}
        for row in reconciling.findings(actor, one)
    ]
    return render(request, "counter/statement.html", {"check": one, "rows": rows})


@role("clerk", "senior")
@require_POST
def settle(request: HttpRequest, finding: int) -> HttpResponse:
    """A person says what was done about a difference."""
    note = request.POST.get("note", "").strip()
    if not note:
        messages.warning(request, _("请写明是怎么处理的。"))
        return redirect("counter:statements")
    done = reconciling.settle(actor_of(request), finding, note, timezone.now())
    messages.success(request, _("已记下处理情况。"))
    return redirect("counter:statement", done.check_of_id)
