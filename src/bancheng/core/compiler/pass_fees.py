"""Pass 7: fees, per item and kept apart."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from bancheng.core.catalogue import Fee
from bancheng.core.compiler._draft import Draft, problem
from bancheng.core.compiler._feel import NEVER, both
from bancheng.core.compiler._types import FeeLine
from bancheng.core.kernel import Problem


def pass_fees(draft: Draft) -> Draft:
    """List every fee of every item under its item's condition, its whole reckoning as one amount.

    A fee without a legal basis is a Problem: a permit costs nothing unless a law or administrative regulation says
    otherwise (行政许可法 art. 58).
    """
    fees = tuple(
        FeeLine(
            item=joined.item.key,
            body=joined.item.body,
            name=fee.name,
            amount=fee.amount,
            when=both(joined.when, fee.when),
            basis=fee.basis,
            reduction=fee.reduction,
            timing=fee.timing,
            refunds=fee.refunds,
            how=_shown(written, joined.item.fees[index].amount),
        )
        for joined in draft.members()
        for index, (fee, written) in enumerate(zip(joined.item.fees, joined.written.fees, strict=True))
        if both(joined.when, fee.when) != NEVER
    )
    return msgspec.structs.replace(draft, fees=fees).with_problems(_unfounded(draft))


def _shown(fee: Fee, amount: str) -> Fee | None:
    """The fee as written, where its amount comes about in more than one step."""
    return fee if fee.amount != amount else None


def _unfounded(draft: Draft) -> Iterator[Problem]:
    for joined in draft.members():
        for index, fee in enumerate(joined.item.fees):
            if not fee.basis.strip():
                yield problem(
                    "fee-without-basis",
                    f"“{joined.item.name}”的收费“{fee.name}”没有写明依据（行政许可法第五十八条）",
                    f"items/{joined.item.key}/fees/{index}",
                    "请补上收费依据；没有依据的收费应当取消。",
                )
