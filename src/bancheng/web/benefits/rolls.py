"""Lists of a policy for a period: how far each has come, who stands on it, the batches for the bank."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from bancheng.core.kernel import chinese_date, format_yuan
from bancheng.store.models import BankDifference, GrantRow, RollDeed
from bancheng.usecases import benefit_subjects, granting, granting_money, roll_deeds
from bancheng.usecases import rolls as roll_desk
from bancheng.usecases.access import Actor
from bancheng.usecases.batch_difference import beside
from bancheng.usecases.benefit_subjects import shown_name
from bancheng.usecases.lists import Column, Wanted, wanted
from bancheng.usecases.rolls import Roll
from bancheng.web.benefits.desk import OFFICERS, place_of
from bancheng.web.benefits.nextbatch import summary
from bancheng.web.benefits.steps import Standing, deeds, steps
from bancheng.web.benefits.words import (
    BATCHES,
    DIFFERENCES,
    HINDRANCES,
    ORDERS,
    ROLL_DEEDS,
    STAGES,
    UNITS,
    counted,
)
from bancheng.web.casefile import Tried, actor_of, attempt
from bancheng.web.frame import (
    Listing,
    error_lines,
    leave,
    leaving,
    list_page,
    page_of,
    render,
    role,
    with_problems,
)

PER_PAGE = 50
_PARTS = {
    "sample": gettext_lazy("抽查，还没有查"),
    "failed": gettext_lazy("抽查不符"),
    "silent": gettext_lazy("还没有答复"),
    "objection": gettext_lazy("有异议"),
}
"""Parts of a list → their words."""
_FOUND_BY = {
    "grant.obstacle": "obstacle",
    "grant.sample": "failed",
    "grant.intent": "silent",
    "grant.objection": "objection",
}
"""What stands in the way → the state by which the list shows whom it concerns."""


@role(*OFFICERS)
@list_page
@require_safe
def rolls(request: HttpRequest) -> HttpResponseBase:
    """The lists of this desk, the newest first."""
    found = roll_desk.rolls(actor_of(request))
    if leaving(request):
        return leave(request, "发放名单", found, _ROLL_COLUMNS, Wanted())
    return render(request, "benefits/rolls.html", {"page": page_of(request, found, PER_PAGE)})


_ROLL_COLUMNS = (
    Column("政策", lambda one: one.policy.name),
    Column("期间", lambda one: one.period),
    Column("部门", lambda one: one.policy.body),
    Column("最近更新", lambda one: chinese_date(timezone.localdate(one.last.started_at))),
    Column("更新人", lambda one: one.last.by_name),
)


def _columns(names: dict[int, str]) -> tuple[Column, ...]:
    return (
        Column("编号", lambda row: f"{row.subject:06d}"),
        Column("姓名", lambda row: names.get(row.subject, "")),
        Column("地方", lambda row: place_of(row.division)),
        Column("应发（元）", lambda row: f"{row.due / 100:.2f}"),
        Column("已发（元）", lambda row: f"{(row.paid - row.recovered) / 100:.2f}"),
        Column("状态", lambda row: str(STAGES[row.stage][0])),
    )


@role(*OFFICERS)
@list_page
@require_http_methods(["GET", "HEAD", "POST"])
def roll(request: HttpRequest, policy: str, period: str) -> HttpResponseBase:
    """One list: what is done, what is next, who stands on it. Acts on the whole list are sent here."""
    actor, asked = actor_of(request), wanted(request.GET)
    one = roll_desk.roll(actor, policy, period)
    tried: Tried[str] = Tried()
    if request.method == "POST":
        tried = attempt(lambda: _done(request, actor, one))
        if tried.done is not None:
            messages.success(request, tried.done)
            return redirect("benefits:roll", policy=policy, period=period)
    rows = roll_desk.narrowed(one, asked.text, asked.state)
    if leaving(request):
        names = benefit_subjects.shown_names(one.kind, rows.values_list("subject", flat=True))
        return leave(request, f"{one.policy.name}{period}名单", rows, _columns(names), asked)
    page = page_of(request, rows, PER_PAGE)
    names = benefit_subjects.shown_names(one.kind, [row.subject for row in page])
    standing = _standing(one)
    going = roll_deeds.going(policy, period)
    may = deeds(standing, actor) if going is None else []
    sent = request.POST.get("do", "")
    context = {
        "roll": one,
        "unit": UNITS[one.kind],
        "told": standing.told,
        "steps": steps(standing),
        "going": going,
        "going_word": ROLL_DEEDS[going.what] if going is not None else "",
        "broken": roll_deeds.broken(policy, period),
        "deeds": [
            (
                deed,
                with_problems(deed.fields, tried.problems if deed.do == sent else (), request.POST or None),
            )
            for deed in may
        ],
        "change": summary(one, beside(one, standing.today)) if any(d.do == "propose" for d in may) else None,
        "open_batch": standing.open_batch,
        "batches": [(batch, BATCHES[batch.state]) for batch in standing.batches[:10]],
        "hindered": [
            (HINDRANCES[code], many, _FOUND_BY.get(code, "")) for code, many in standing.told.hindered.items()
        ],
        "differences": [(each, DIFFERENCES[each.kind]) for each in _open_differences(one)],
        "returned": [(order, order.grant) for order in granting_money.returned(one)[:PER_PAGE]],
        "objections": granting.objections(one, True)[:PER_PAGE],
        "works": granting.may(actor, one.body),
        "page": page,
        "rows": [_shown(row, names) for row in page],
        "listing": Listing(asked=asked, what=_("编号、名称或证件号"), states=_choices()),
        "errors": error_lines(tried.problems),
        "refusals": tried.refusals,
    }
    answer = render(request, "benefits/roll.html", context, status=tried.status)
    if request.method != "POST" and (going is not None or _moves(standing)):
        answer["Refresh"] = "5"  # a worker or the bank is at it
    return answer


def _moves(of: Standing) -> bool:
    return of.open_batch is not None and of.open_batch.state == "filling"


def _choices() -> tuple[tuple[str, str], ...]:
    stages = ((key, str(word)) for key, (word, _tone, _icon) in STAGES.items())
    return (*((key, str(word)) for key, word in _PARTS.items()), *stages)


def _shown(row: GrantRow, names: dict[int, str]) -> dict[str, Any]:
    return {
        "row": row,
        "number": f"{row.subject:06d}",
        "name": names.get(row.subject, ""),
        "place": place_of(row.division),
        "stage": STAGES[row.stage],
        "has": row.paid - row.recovered,
        "unchecked": row.in_sample and row.sampled is None,
    }


def _open_differences(one: Roll) -> QuerySet[BankDifference]:
    return granting_money.differences(one).filter(settled_at=None)[:PER_PAGE]


def _standing(one: Roll) -> Standing:
    today = timezone.localdate()
    return Standing(
        roll=one,
        told=roll_desk.figures(one, today),
        budget=granting_money.budget_of(one),
        batches=tuple(granting_money.batches(one)[:20]),
        differences=granting_money.differences(one).filter(settled_at=None).count(),
        returned=granting_money.returned(one).count(),
        objections=granting.objections(one, True).count(),
        today=today,
    )


def _done(request: HttpRequest, actor: Actor, one: Roll) -> str:
    """Do what was sent, and say what came of it."""
    post, now = request.POST, timezone.now()
    match post.get("do", ""):
        case "draw":
            made = granting.draw(actor, one, now)
            return _("抽了 %(many)s，等着逐个核对。") % {"many": counted(one.kind, made)}
        case "publish":
            until = timezone.localdate(now) + timedelta(days=one.policy.notice_days)
            return _so_far(
                roll_deeds.publish(actor, one, now),
                one,
                _("公示了 %(many)s，到%(day)s为止。") % {"many": "%(many)s", "day": chinese_date(until)},
            )
        case "ask":
            return _so_far(roll_deeds.ask(actor, one, now), one, _("问了 %(many)s。"))
        case "allot":
            amount = granting_money.yuan_of(post.get("amount", ""), "amount")
            budget = granting_money.allot(actor, one, amount, post.get("document", ""))
            return _("预算已登记：%(money)s。") % {"money": format_yuan(budget.allotted)}
        case "propose":
            granting_money.propose(actor, one, now)
            return _("已提出，付款文件生成以后由另一位负责人复核。")
        case "settle":
            sent = post.get("difference", "")
            pk = int(sent) if sent.isdecimal() else 0
            granting_money.settle_difference(actor, one, pk, post.get("note", ""), now)
            return _("这笔差异已查明。")
    return _("没有要做的。")


def _so_far(deed: RollDeed, one: Roll, said: str) -> str:
    """What came of an act on the whole list, or that a worker goes on with it."""
    if deed.ended_at is None:
        return _("人多，正在接着办。这一页会自己更新，您可以先做别的。")
    return said % {"many": counted(one.kind, deed.done)}


# ------------------------------------------------------------------------------------------------ a batch


@role(*OFFICERS)
@list_page
@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: HttpRequest, policy: str, period: str, key: str) -> HttpResponseBase:
    """One batch for the bank, line by line; the second person agrees or sends it back here."""
    actor, asked = actor_of(request), wanted(request.GET)
    one = roll_desk.roll(actor, policy, period)
    found = granting_money.batch_of(one, key)
    tried: Tried[Any] = Tried()
    words = request.POST.get("words", "")
    if request.method == "POST":
        agreed = request.POST.get("do") == "agree"
        tried = attempt(lambda: granting_money.second(actor, one, key, agreed, words, timezone.now()))
        if tried.done is not None:
            said = _("已同意，马上送银行。") if agreed else _("已退回，钱留在预算里，等下一批。")
            messages.success(request, said)
            return redirect("benefits:batch", policy=policy, period=period, key=key)
    rows = found.orders.select_related("grant").order_by("grant__subject", "key")
    if asked.state:
        rows = rows.filter(state=asked.state)
    if leaving(request):
        return leave(request, f"付款批次{key}", rows, _ORDER_COLUMNS, asked)
    page = page_of(request, rows, PER_PAGE)
    heads = granting.may(actor, one.body, "senior")
    context = {
        "roll": one,
        "unit": UNITS[one.kind],
        "batch": found,
        "state": BATCHES[found.state],
        "page": page,
        "rows": [
            {"order": order, "number": f"{order.grant.subject:06d}", "holder": shown_name(one.kind, order.holder),
             "state": ORDERS[order.state]}
            for order in page
        ],
        "listing": Listing(asked=asked, states=tuple((k, str(v[0])) for k, v in ORDERS.items())),
        "waits": found.state == "check",
        "may": heads and found.state == "check" and found.by != actor.id,
        "own": found.state == "check" and found.by == actor.id,
        "file": granting.may(actor, one.body) and bool(found.digest),
        "words": words,
        "refusals": tried.refusals,
    }  # fmt: skip
    answer = render(request, "benefits/batch.html", context, status=tried.status)
    if request.method != "POST" and found.state in {"filling", "ready", "sent"}:
        answer["Refresh"] = "5"
    return answer


_ORDER_COLUMNS = (
    Column("付款编号", lambda one: one.key),
    Column("编号", lambda one: f"{one.grant.subject:06d}"),
    Column("收款人", lambda one: shown_name(one.grant.subject_kind, one.holder)),
    Column("账号尾号", lambda one: one.account[-4:]),
    Column("金额（元）", lambda one: f"{one.amount / 100:.2f}"),
    Column("状态", lambda one: str(ORDERS[one.state][0])),
    Column("银行流水", lambda one: one.reference),
    Column("退回原因", lambda one: one.reason),
)


@role("reviewer", "senior")
@require_safe
def bank_file(request: HttpRequest, policy: str, period: str, key: str) -> HttpResponse:
    """The file as the bank gets it, for those of the body; that it was taken is kept."""
    actor = actor_of(request)
    one = roll_desk.roll(actor, policy, period)
    file = granting_money.bank_file(actor, one, key)
    answer = HttpResponse(file, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{key}.csv"'
    return answer


def roll_url(one: Roll) -> str:
    """The address of a list."""
    return reverse("benefits:roll", args=[one.policy.id, one.period])
