"""Checks of how a fee is reckoned."""

from __future__ import annotations

from bancheng.core.catalogue._check_rules import Rules
from bancheng.core.catalogue._findings import Findings
from bancheng.core.catalogue._item import Fee, FeeReduction


def check_fee(findings: Findings, rules: Rules, fee: Fee, at: str) -> None:
    """One way to reckon it, bands that rise, bounds that leave room, reductions that take something off."""
    ways = [bool(fee.amount.strip()), fee.price is not None, bool(fee.tiers)]
    if sum(ways) != 1:
        said = f"收费“{fee.name}”{'没有写' if not any(ways) else '写了不止一种'}算法。"
        findings.error(
            "fee_formula", at, said, "请在 amount、quantity 加 price、quantity 加 tiers 里选一种。"
        )
    if fee.amount.strip():
        rules.number(fee.amount, f"{at}/amount")
    if fee.quantity.strip():
        rules.number(fee.quantity, f"{at}/quantity")
    elif fee.price is not None or fee.tiers:
        said = f"收费“{fee.name}”按单价计算，却没有写数量。"
        findings.error("fee_formula", at, said, "请补上 quantity，写明按哪个数据元计算。")
    _tiers(findings, fee, at)
    if fee.minimum is not None and fee.maximum is not None and fee.minimum > fee.maximum:
        said = f"收费“{fee.name}”最低 {fee.minimum:f} 元，高于最高 {fee.maximum:f} 元。"
        findings.error("bounds_reversed", f"{at}/minimum", said, "请对调，或改正其中一个。")
    for index, refund in enumerate(fee.refunds):
        if not 0 <= refund.share <= 1:
            said = f"退费的 share 是 {refund.share:f}，应在 0 和 1 之间。"
            findings.error(
                "fee_refund", f"{at}/refunds/{index}/share", said, "全退写 1，退一半写 0.5，不退写 0。"
            )
        if not refund.basis.strip():
            findings.warn("basis_missing", f"{at}/refunds/{index}", "退费规则没有写依据。", "请补上 basis。")
    for index, one in enumerate(fee.reductions):
        rules.truth(one.when, f"{at}/reductions/{index}/when")
        _reduction(findings, one, f"{at}/reductions/{index}")


def _tiers(findings: Findings, fee: Fee, at: str) -> None:
    starts = [tier.over for tier in fee.tiers]
    if starts and starts[0] != 0:
        said = f"收费“{fee.name}”的第一档从 {starts[0]:f} 起，前面的数量没有价格。"
        findings.error("fee_tiers", f"{at}/tiers/0", said, "第一档请写 over: 0，或不写 over。")
    if sorted(set(starts)) != starts:
        findings.error(
            "fee_tiers", f"{at}/tiers", f"收费“{fee.name}”的各档没有从低到高排。", "请按 over 从小到大写。"
        )


def _reduction(findings: Findings, one: FeeReduction, at: str) -> None:
    if (one.off is None) == (one.less is None):
        said = f"减免“{one.name}”要写清减去几成，或减去多少元。"
        findings.error("fee_reduction", at, said, "请写 off: 0.5（减半）或 less: 100（减100元），二选一。")
    if one.off is not None and not 0 < one.off <= 1:
        said = f"减免“{one.name}”的 off 是 {one.off:f}，应大于 0、不超过 1。"
        findings.error("fee_reduction", f"{at}/off", said, "减半写 0.5，全免写 1。")
    if one.less is not None and one.less <= 0:
        findings.error(
            "fee_reduction", f"{at}/less", f"减免“{one.name}”没有减去任何金额。", "请写大于 0 的金额。"
        )
    if not one.basis.strip():
        findings.warn("basis_missing", at, f"减免“{one.name}”没有写依据。", "请补上 basis。")
