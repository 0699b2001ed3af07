"""The receipt of a payment as PDF: what was paid, for which item, by which law, and the sum in capitals."""

from __future__ import annotations

from django.conf import settings

from bancheng.connect.documents import Letter, render_letter
from bancheng.core.casework import PayWay
from bancheng.core.kernel import capital_yuan, chinese_date, format_yuan
from bancheng.usecases.access import Actor, NotFound
from bancheng.usecases.casework import open_case

WAYS = {PayWay.ONLINE: "网上缴费", PayWay.CASH: "窗口现金"}


def receipt(actor: Actor, number: str, payment: str) -> tuple[str, bytes]:
    """The receipt number and the PDF of one payment of a case the actor may see.

    Raises:
        NotFound: no such case of theirs, or no such payment.
    """
    file = open_case(actor, number)
    state = file.state
    paid = state.bill.payments.get(payment)
    if paid is None or state.submission is None:
        raise NotFound("payment")
    rows = []
    for key, amount in paid.parts.items():
        charge = state.bill.charges.get(key)
        if charge is None:
            rows.append(("多缴（原路退回）", "", "", format_yuan(amount)))
        else:
            rows.append((charge.name, state.body_name(charge.body), charge.basis, format_yuan(amount)))
    back = sum(one.total for one in state.bill.refunds.values() if one.payment == payment)
    closing = [f"金额合计（大写）：{capital_yuan(paid.total)}　（小写）{format_yuan(paid.total)}"]
    if back:
        closing.append(f"其中已退或应退：{format_yuan(back)}。")
    letter = Letter(
        title="非税收入电子缴款凭证",
        number=f"票据号 {paid.receipt}",
        to=file.case.party.name,
        paragraphs=(
            (
                f"{chinese_date(paid.on)}收到办件 {file.case.number}（{file.case.name}）的缴费，"
                f"方式：{WAYS[paid.way]}。"
            ),
        ),
        body=state.body_name(state.submission.receiving_body),
        issued_on=paid.on,
        head=("收费项目", "执收单位", "依据", "金额"),
        rows=tuple(rows),
        closing=tuple(closing),
        sample=settings.BANCHENG_DEMO,
    )
    return paid.receipt, render_letter(letter)
