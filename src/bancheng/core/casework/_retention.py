"""保管期满: what stands in the way of destroying what is kept of a closed case, and of keeping it longer.

That a time is over is reckoned; that something is destroyed is decided by one person and confirmed by a second.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bancheng.core.kernel import Refusal


def against_destroying(
    closed: date | None,
    keep_until: date | None,
    valid_to: Iterable[date | None],
    on_record: bool,
    today: date,
) -> tuple[Refusal, ...]:
    """Why a package may not be destroyed today; nothing stands in the way when there is nothing.

    Args:
        closed: the day on which the case ended, None while it runs.
        keep_until: its last day of keeping, None for ever.
        valid_to: the last days of the papers that were issued on it, None of one without.
        on_record: a broken word in this case still stands in the credit register.
    """
    found = []
    if closed is None:
        found.append(Refusal("archive.running", "办件还没有办结。"))
    if keep_until is None:
        found.append(Refusal("archive.for_ever", "这份档案永久保管，不能销毁。"))
    elif today <= keep_until:
        found.append(Refusal("archive.early", "保管期限还没有满。"))
    if any(day is not None and day >= today for day in valid_to):
        found.append(Refusal("archive.valid", "发出的证照还在有效期内。", remedy="请延长保管。"))
    if on_record:
        found.append(Refusal("archive.on_record", "信用记录还没有修复。", remedy="请延长保管。"))
    return tuple(found)


def against_keeping_longer(keep_until: date | None, until: date, today: date) -> tuple[Refusal, ...]:
    """Why a package cannot be kept until another day: keeping is made longer and never shorter."""
    if keep_until is None:
        return (Refusal("archive.for_ever", "这份档案永久保管，不用延长。"),)
    if until <= max(keep_until, today):
        return (Refusal("archive.shorter", "新的期限要晚于今天和原来的期限。"),)
    return ()


def against_second(first: str, second: str) -> tuple[Refusal, ...]:
    """Four eyes (四眼): whoever proposed a list does not confirm it."""
    if first == second:
        return (Refusal("archive.own", "提出的人不能自己复核，请由另一位负责人复核。"),)
    return ()
