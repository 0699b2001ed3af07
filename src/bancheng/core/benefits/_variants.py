"""地方加发: what one part of a city adds to policies of the whole, written once and generated for each policy."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from bancheng.core.benefits._entitlements import Condition, Entitlement
from bancheng.core.benefits._policy import Policy
from bancheng.core.kernel import Confidence, Place, Problems, Record


class Variant(Record):
    """An addition to several policies: who has one of them and meets `condition` gets `share` of its amount on top.

    `share` is FEEL giving a number (``0.2``); `summary` is the sentence that people read behind the policy's own. The
    generated policy ``<policy>_<id>`` is paid in the same way and at the same times; it asks for no consent where the
    one it adds to asks for none. Where one is written by hand under that id, it counts.
    """

    id: str
    name: str
    summary: str
    of: tuple[str, ...]
    condition: Condition
    share: str
    document: str
    basis: tuple[str, ...]
    source_of: str = ""
    confidence: Confidence = Confidence.RECONSTRUCTED


def vary(
    variants: Sequence[Variant],
    policies: Sequence[Policy],
    entitlements: Sequence[Entitlement],
    found: Problems,
) -> tuple[tuple[Policy, ...], tuple[Entitlement, ...]]:
    """The policies and entitlements that the variants come to; what is wrong with them is added to `found`."""
    by_id, rules = {one.id: one for one in policies}, {one.id: one for one in entitlements}
    made, made_rules = list[Policy](), list[Entitlement]()
    for variant in variants:
        for name in variant.of:
            at = Place(path=f"variants/{variant.id}")
            policy = by_id.get(name)
            if f"{name}_{variant.id}" in by_id:
                continue
            if policy is None:
                found.add("variant-unknown", f"“{variant.name}”所加的政策“{name}”不存在。", at)
                continue
            base = [rules[rule] for rule in policy.entitlements if rule in rules and rules[rule].amount]
            if not base:
                said = f"“{variant.name}”所加的政策“{policy.name}”不发钱，没有可加的。"
                found.add("variant-amount", said, at, "只加在发钱的政策上。")
                continue
            more = [_more(variant, rule) for rule in base]
            made_rules += more
            made.append(
                replace(
                    policy,
                    id=f"{policy.id}_{variant.id}",
                    name=f"{policy.name}（{variant.name}）",
                    summary=f"{policy.summary}{variant.summary}",
                    entitlements=tuple(one.id for one in more),
                    document=variant.document,
                    basis=variant.basis,
                    source_of=variant.source_of,
                    confidence=variant.confidence,
                )
            )
    return tuple(made), tuple(made_rules)


def _more(variant: Variant, rule: Entitlement) -> Entitlement:
    return replace(
        rule,
        id=f"{rule.id}_{variant.id}",
        name=f"{rule.name}（{variant.name}）",
        conditions=(*rule.conditions, variant.condition),
        amount=f"({rule.amount}) * {variant.share}",
        basis=variant.basis,
        source_of=variant.source_of,
        confidence=variant.confidence,
    )
