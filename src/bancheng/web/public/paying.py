"""Paying online: what is due, the way to the provider and back, notices of the provider, receipts."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bancheng.connect.payments import BadNotice, PaymentDown
from bancheng.core.casework import CommandRefused, dues
from bancheng.core.kernel import Problem, format_yuan
from bancheng.store.models import PaymentOrder
from bancheng.usecases import fees, money
from bancheng.usecases.access import NotFound
from bancheng.usecases.casework import CaseFile
from bancheng.usecases.fee_receipts import receipt
from bancheng.usecases.mycases import my_file
from bancheng.web.frame import error_lines, public, render, signed_in
from bancheng.web.public.cases import pdf, refusals
from bancheng.web.public.holding import actor_of


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest, number: str) -> HttpResponse:
    """What is due now and why; then the way to the provider. Whoever comes back from there is told how it stands."""
    actor = actor_of(request)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST" and request.POST.get("do") == "check":
        if not fees.check_payment(actor, number):
            messages.info(request, _("支付平台还没有收到。刚付完的，请稍等一会儿再看。"))
        return redirect("public:pay", number)
    if request.method == "POST":
        try:
            order = fees.start_payment(actor, number, _case_address)
            if order.url.startswith("/"):
                return redirect(order.url)
        except CommandRefused as refused:
            problems = refusals(refused)
        except PaymentDown:
            words = _("支付平台暂时没有应答，没有扣钱。请过一会儿再试，也可以到窗口缴。")
            problems = (Problem("pay.down", words),)
    file = my_file(actor, number)
    due = dues(file.state)
    if not due and not problems:
        messages.success(request, _nothing_due(file))
        return redirect("public:case", number)
    waiting = PaymentOrder.objects.filter(case=file.case, state=PaymentOrder.OPEN).exclude(url="").first()
    context = {
        "case": file.case,
        "rows": [(file.state.bill.charges[key], amount) for key, amount in due.items()],
        "due": sum(due.values()),
        "waiting": waiting,
        "online": money.provider() is not None,
        "errors": error_lines(problems),
    }
    return render(request, "public/pay.html", context, status=422 if problems else 200)


def _nothing_due(file: CaseFile) -> str:
    """What was paid last, under which receipt, and that nothing is left to do; or only that nothing is due."""
    last = next(reversed(file.state.bill.payments.values()), None)
    if last is None:
        return _("现在没有要缴的费用。")
    return _(
        "已收到缴费 %(money)s，票据号 %(receipt)s，票据可以在这里下载。办件会接着办，您不用再做什么。"
    ) % {
        "money": format_yuan(last.total),
        "receipt": last.receipt,
    }


def _case_address(number: str) -> str:
    return reverse("public:pay", args=[number])


@public
@require_http_methods(["GET", "HEAD", "POST"])
def demo(request: HttpRequest, key: UUID) -> HttpResponse:
    """The demo provider's own page: it says that no real money moves. Only in demo mode."""
    provider = money.demo_provider()
    order = provider.order(str(key)) if provider else None
    if provider is None or order is None:
        raise NotFound("demo payment")
    if request.method == "POST":
        provider.pay(str(key))
        # Its notice, if it is one that tells at once; else a sweep brings it, or asks.
        fees.deliver_demo_notices(timezone.now())
        return redirect(order.back)
    return render(request, "public/demo_pay.html", {"order": order})


@csrf_exempt
@public
@require_POST
def notice(request: HttpRequest, provider: str) -> HttpResponse:
    """A provider tells us that money arrived. Signed by the provider, not by a session."""
    try:
        known = fees.hear(provider, request.body, request.headers.get("X-Signature", ""))
    except BadNotice:
        return HttpResponse("bad signature", status=400, content_type="text/plain")
    return HttpResponse("ok" if known else "unknown", status=200 if known else 404, content_type="text/plain")


@signed_in
@require_safe
def fee_receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt of one payment as PDF, for whoever may see the case."""
    name, data = receipt(actor_of(request), number, request.GET.get("payment", ""))
    return pdf(data, f"{name}.pdf")
