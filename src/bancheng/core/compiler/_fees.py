"""How a fee is reckoned: as one FEEL text for the rules, and step by step for the person who pays it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from bancheng.core.catalogue import Fee, FeeReduction, FeeTier
from bancheng.core.compiler._feel import ALWAYS, truth, value_of
from bancheng.core.kernel import Record

_FEN = Decimal("0.01")


class FeeWorking(Record):
    """One step of a sum: what was done, and the yuan it came to."""

    text: str
    amount: Decimal


def amount_of(fee: Fee) -> str:
    """The whole reckoning as FEEL in yuan, rounded half up to the fen; ``"0"`` where no way to reckon it is written."""
    plain = not (fee.price is not None or fee.tiers or fee.minimum is not None or fee.maximum is not None)
    if plain and not fee.reductions:
        return fee.amount or "0"
    text = _base(fee)
    if fee.minimum is not None:
        text = f"max({text}, {fee.minimum:f})"
    if fee.maximum is not None:
        text = f"min({text}, {fee.maximum:f})"
    for one in fee.reductions:
        text = _reduced(text, one)
    return f"round half up({text}, 2)"


def _base(fee: Fee) -> str:
    quantity = f"({fee.quantity or '0'})"
    if fee.tiers:
        return _whole_tier(fee.tiers, quantity) if fee.whole else _bands(fee.tiers, quantity)
    return f"{quantity} * {fee.price:f}" if fee.price is not None else f"({fee.amount or '0'})"


def _bands(tiers: tuple[FeeTier, ...], quantity: str) -> str:
    """Each band adds what its price differs from the band below, for what lies over its start."""
    parts = []
    before = Decimal(0)
    for tier in tiers:
        parts.append(f"max({quantity} - {tier.over:f}, 0) * ({tier.price - before:f})")
        before = tier.price
    return f"({' + '.join(parts)})"


def _whole_tier(tiers: tuple[FeeTier, ...], quantity: str) -> str:
    text = f"{tiers[0].price:f}"
    for tier in tiers[1:]:
        text = f"if {quantity} > {tier.over:f} then {tier.price:f} else ({text})"
    return f"{quantity} * ({text})"


def _reduced(text: str, one: FeeReduction) -> str:
    if one.off is not None:
        kept = Decimal(1) - one.off
        return f"{text} * (if {one.when} then {kept:f} else 1)"
    return f"max({text} - (if {one.when} then {one.less or Decimal(0):f} else 0), 0)"


def reckoned(fee: Fee, facts: Mapping[str, object], today: date | None) -> tuple[FeeWorking, ...]:
    """The steps that lead to the amount, the last one being it; none while an answer is missing.

    A fee that is one plain amount has nothing to show.
    """
    if (
        fee.price is None
        and not fee.tiers
        and not fee.reductions
        and fee.minimum is None
        and fee.maximum is None
    ):
        return ()
    steps = list(_steps(fee, facts, today))
    return tuple(one for one in steps if one is not None) if None not in steps else ()


def _steps(fee: Fee, facts: Mapping[str, object], today: date | None) -> Iterator[FeeWorking | None]:
    quantity = value_of(fee.quantity or ALWAYS, facts, today)
    if fee.price is None and not fee.tiers:
        base = value_of(fee.amount, facts, today)
        if not isinstance(base, Decimal):
            yield None
            return
        left = base
        yield FeeWorking(text="应收", amount=left)
    elif not isinstance(quantity, Decimal):
        yield None
        return
    else:
        left = Decimal(0)
        for working in _counted(fee, quantity):
            left = working.amount
            yield working
    if fee.minimum is not None and left < fee.minimum:
        left = fee.minimum
        yield FeeWorking(text="不足最低收费的，按最低收费", amount=left)
    if fee.maximum is not None and left > fee.maximum:
        left = fee.maximum
        yield FeeWorking(text="超过最高收费的，按最高收费", amount=left)
    for one in fee.reductions:
        holds = truth(one.when, facts, today)
        if holds is None:
            yield None
        elif holds:
            left = _after(left, one)
            yield FeeWorking(text=_words(one), amount=left)
    exact = left.quantize(_FEN, ROUND_HALF_UP)
    if exact != left:
        yield FeeWorking(text="四舍五入到分", amount=exact)


def _counted(fee: Fee, quantity: Decimal) -> Iterator[FeeWorking]:
    if not fee.tiers:
        price = fee.price or Decimal(0)
        yield FeeWorking(text=f"{_number(quantity)}{fee.unit} × {_number(price)} 元", amount=quantity * price)
        return
    if fee.whole:
        price = next((one.price for one in reversed(fee.tiers) if quantity > one.over), fee.tiers[0].price)
        yield FeeWorking(text=f"{_number(quantity)}{fee.unit} × {_number(price)} 元", amount=quantity * price)
        return
    total = Decimal(0)
    ends = (*(tier.over for tier in fee.tiers[1:]), None)
    for tier, end in zip(fee.tiers, ends, strict=True):
        inside = (quantity if end is None else min(quantity, end)) - tier.over
        if inside <= 0 and tier.over > 0:
            break
        total += max(inside, Decimal(0)) * tier.price
        over = f"超过 {_number(tier.over)}{fee.unit}的 " if tier.over else ""
        yield FeeWorking(
            text=f"{over}{_number(max(inside, Decimal(0)))}{fee.unit} × {_number(tier.price)} 元",
            amount=total,
        )


def _after(left: Decimal, one: FeeReduction) -> Decimal:
    if one.off is not None:
        return left * (Decimal(1) - one.off)
    return max(left - (one.less or Decimal(0)), Decimal(0))


def taken_off(fee: Fee | None, workings: tuple[FeeWorking, ...]) -> tuple[Decimal | None, tuple[str, ...]]:
    """The yuan before the first reduction that held, and the words of all that did; None and nothing where none did."""
    words = {_words(one) for one in fee.reductions} if fee else set()
    held = [place for place, one in enumerate(workings) if one.text in words]
    if not held:
        return None, ()
    # The first line of a reduced fee says what was due, so there is always one before.
    return workings[held[0] - 1].amount, tuple(workings[place].text for place in held)


def _words(one: FeeReduction) -> str:
    off = (
        f"减免 {_number(one.off * 100)}%"
        if one.off is not None
        else f"减 {_number(one.less or Decimal(0))} 元"
    )
    return f"{one.name}：{off}" if not one.basis else f"{one.name}：{off}（{one.basis}）"


def _number(value: Decimal) -> str:
    """``120`` for 120.00, ``0.5`` for 0.50."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
