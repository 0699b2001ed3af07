"""Money decided on by name: an amount that could not be reckoned, and a fee that is let off."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bancheng.core.casework import Charge, Command, commands
from bancheng.core.kernel import Place, Problem, ProblemsFound, fen, format_yuan
from bancheng.usecases.access import NotFound
from bancheng.usecases.casework import CaseFile, act, open_case
from bancheng.web.casefile import actor_of, attempt, seen_of
from bancheng.web.casefile.deeds import Deed, deed_page
from bancheng.web.frame import Field, role

MOST = Decimal(10**9)


def amount_in(text: str, path: str) -> int:
    """Yuan as typed, in fen.

    Raises:
        ProblemsFound: no amount, or parts of a fen.
    """
    try:
        value = Decimal(text.replace(",", "").replace("，", "").strip())
        amount = fen(value) if value.is_finite() and 0 <= value <= MOST else None
    except (InvalidOperation, ValueError):
        amount = None
    if amount is None:
        raise ProblemsFound((Problem("fees.amount", _("请填写金额，最多到分。"), Place(path=path)),))
    return amount


def _charge(request: HttpRequest, number: str) -> tuple[CaseFile, Charge]:
    file = open_case(actor_of(request), number)
    key = request.POST.get("charge") or request.GET.get("charge", "")
    charge = file.state.bill.charges.get(key)
    if charge is None or charge.body not in actor_of(request).bodies:
        raise NotFound("charge")
    return file, charge


def _page(request: HttpRequest, deed: Deed, file: CaseFile, charge: Charge, waive: bool) -> HttpResponse:
    if request.method != "POST":
        return deed_page(request, deed)

    def do() -> CaseFile:
        amount = amount_in(request.POST.get("amount", ""), "amount")
        reason = request.POST.get("reason", "")
        command: Command = commands.AssessFee(charge=charge.key, amount=amount, reason=reason)
        if waive:
            basis = request.POST.get("basis", "")
            command = commands.WaiveFee(charge=charge.key, amount=amount, reason=reason, basis=basis)
        return act(actor_of(request), file.case.pk, command, body=charge.body, seen=seen_of(request))

    tried = attempt(do)
    if tried.done is None:
        return deed_page(request, deed, tried)
    messages.success(request, _("已记下，申请人能看到。"))
    return redirect(reverse("bureau:case", args=[file.case.number]))


@role("senior")
@require_http_methods(["GET", "HEAD", "POST"])
def waive_fee(request: HttpRequest, number: str) -> HttpResponse:
    """减免: by the head of the body that charges, with reason and basis; what was paid too much goes back by itself."""
    file, charge = _charge(request, number)
    price = file.state.bill.price(charge.key)
    deed = Deed(
        title=_("减免费用"),
        caption=file.case.name,
        button=_("批准减免"),
        back=reverse("bureau:case", args=[number]),
        facts=(
            (_("收费项目"), charge.name),
            (_("应缴"), format_yuan(price)),
            (_("收费依据"), charge.basis),
        ),
        note=_("已经缴过的，减免的部分会自动退回。"),
        seen=file.state.seq,
        fields=(
            Field(name="charge", label="", kind="hidden", value=charge.key, required=False),
            Field(name="amount", label=_("减免多少"), kind="money", unit=_("元"), width=12),
            Field(name="basis", label=_("减免依据"), required=False),
            Field(name="reason", label=_("理由"), kind="textarea", hint=_("申请人会看到这段话。")),
        ),
    )
    return _page(request, deed, file, charge, waive=True)


@role("senior", "reviewer")
@require_http_methods(["GET", "HEAD", "POST"])
def assess_fee(request: HttpRequest, number: str) -> HttpResponse:
    """核定: an amount that no rule could reckon."""
    file, charge = _charge(request, number)
    deed = Deed(
        title=_("核定费用"),
        caption=file.case.name,
        button=_("核定"),
        back=reverse("bureau:case", args=[number]),
        facts=((_("收费项目"), charge.name), (_("收费依据"), charge.basis)),
        seen=file.state.seq,
        fields=(
            Field(name="charge", label="", kind="hidden", value=charge.key, required=False),
            Field(name="amount", label=_("金额"), kind="money", unit=_("元"), width=12),
            Field(name="reason", label=_("怎么算出来的"), kind="textarea", hint=_("申请人会看到这段话。")),
        ),
    )
    return _page(request, deed, file, charge, waive=False)
