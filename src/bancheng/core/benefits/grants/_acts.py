"""What may be done to a grant: each act gives the events it makes, none where it was done already, or says no.

A machine finds, corrects, names obstacles, asks, holds money, sends and books what the bank says. To exclude, to order
money back, to let it be and to answer an objection are acts of a named person, who is never the machine. Every act may
be repeated: a run started twice, a bank that answers twice, a worker that dies between two lines change nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Literal

from bancheng.core.benefits.grants import _events as ev
from bancheng.core.benefits.grants._state import Grant, Intent
from bancheng.core.kernel import Fen, Record, Refusal, chinese_date, format_yuan

Told = tuple[ev.GrantEvent, ...] | Refusal
NOTHING: tuple[ev.GrantEvent, ...] = ()
_PIPL_24 = "《个人信息保护法》第二十四条"


class Road(Record):
    """What a policy asks before money moves: days of public notice, consent of the subject, a sample that held."""

    intent: bool = True
    notice_days: int = 0


# ------------------------------------------------------------------------------------------------ finding


def find(grant: Grant, amount: Fen, basis: ev.Basis, at: dt.datetime, by: ev.Hand, reason: str = "") -> Told:
    """What a run says of this subject: due for the first time, another amount, or, with 0, no longer entitled.

    Run again with the same result it says nothing. An older as-of day never overrules a newer one.
    """
    if amount < 0:
        return Refusal("grant.amount", "金额不能小于零。")
    if grant.basis is not None and basis.as_of < grant.basis.as_of:
        return NOTHING
    if not grant.found:
        if not amount:
            return NOTHING
        return (ev.Found(at=at, by=by, amount=amount, basis=basis),)
    if amount == grant.due:
        return NOTHING
    said = reason or ("数据更正后不再符合条件" if not amount else "数据更正后金额有变化")
    return (ev.Corrected(at=at, by=by, amount=amount, reason=said, basis=basis),)


def propose_recovery(grant: Grant, at: dt.datetime, by: ev.Hand) -> Told:
    """Say that more was paid than is due, where that is so and not yet said or ordered."""
    over = Fen(grant.overpaid - grant.ordered)
    if over <= 0 or grant.sent:
        return NOTHING
    return (ev.RecoveryProposed(at=at, by=by, amount=over, reason=f"多付{format_yuan(over)}，请核实"),)


# ------------------------------------------------------------------------------------ standing in the way


def see_obstacle(grant: Grant, obstacle: str, source: str, reason: str, at: dt.datetime, by: ev.Hand) -> Told:
    """A source names the subject. Nothing is decided by it; what was decided about this obstacle stands."""
    if (
        grant.excluded
        or obstacle in grant.cleared
        or any(one.obstacle == obstacle for one in grant.obstacles)
    ):
        return NOTHING
    return (ev.ObstacleSeen(at=at, by=by, obstacle=obstacle, source=source, reason=reason),)


def clear_obstacle(grant: Grant, obstacle: str, reason: str, at: dt.datetime, by: ev.Hand) -> Told:
    """A person finds that it does not exclude."""
    if no := _person(by, reason):
        return no
    if not any(one.obstacle == obstacle for one in grant.obstacles):
        return Refusal("grant.obstacle", "没有这一项待核实的情形，可能已经有人处理。")
    return (ev.ObstacleCleared(at=at, by=by, obstacle=obstacle, reason=reason),)


def exclude(grant: Grant, obstacle: str, reason: str, basis: str, at: dt.datetime, by: ev.Hand) -> Told:
    """A person decides against the subject, with a reason and a basis. Not while money is on its way."""
    if no := _person(by, reason, basis):
        return no
    if grant.excluded:
        return Refusal("grant.excluded", "已经排除。")
    if grant.sent:
        return Refusal("grant.sent", "款项正在拨付途中。", remedy="等银行回执后再处理；多付的按追回办理。")
    return (ev.Excluded(at=at, by=by, obstacle=obstacle, reason=reason, basis=basis),)


def readmit(grant: Grant, reason: str, at: dt.datetime, by: ev.Hand) -> Told:
    """Take an exclusion back."""
    if no := _person(by, reason):
        return no
    if not grant.excluded:
        return NOTHING
    return (ev.Readmitted(at=at, by=by, reason=reason),)


def sample(grant: Grant, passed: bool, note: str, at: dt.datetime, by: ev.Hand) -> Told:
    """A person compared this one with the papers; what failed needs a note and stands in the way."""
    if by.machine:
        return _MACHINE
    if not passed and not note.strip():
        return Refusal("grant.note", "请写明抽查发现了什么。")
    if grant.sampled == passed:
        return NOTHING
    return (ev.Sampled(at=at, by=by, passed=passed, note=note),)


def publish(grant: Grant, until: dt.date, at: dt.datetime, by: ev.Hand) -> Told:
    """The list is open to the public until the end of a day; it is never shortened."""
    if grant.notice_until is not None and until <= grant.notice_until:
        return NOTHING
    return (ev.Published(at=at, by=by, until=until),)


# --------------------------------------------------------------------------------------------------- intent


def ask(grant: Grant, text: str, at: dt.datetime, by: ev.Hand) -> Told:
    """Ask the subject once. Who has answered is not asked again."""
    if grant.intent is not Intent.OPEN or not grant.wanted:
        return NOTHING
    return (ev.IntentAsked(at=at, by=by, text=text),)


def answer(grant: Grant, wanted: bool, text: str, at: dt.datetime, by: ev.Hand, reason: str = "") -> Told:
    """The subject, or who may act for them, wants it or not. A refusal may be taken back until the period is closed."""
    if by.machine:
        return Refusal("grant.machine", "意愿只能由本人或其代办人确认。", _PIPL_24)
    now = Intent.GIVEN if wanted else Intent.REFUSED
    if grant.intent is now:
        return NOTHING
    if not wanted and (grant.paid or grant.sent):
        return Refusal("grant.paid", "款项已经拨付或者正在途中。", remedy="不想要的，可以申请退回。")
    if not wanted:
        return (ev.IntentRefused(at=at, by=by, text=text, reason=reason),)
    return (ev.IntentGiven(at=at, by=by, text=text),)


# ---------------------------------------------------------------------------------------------------- money


def hindrances(grant: Grant, road: Road, today: dt.date) -> Iterator[Refusal]:
    """Everything that stands between this grant and its money, all at once, in the words the desk shows."""
    if not grant.wanted:
        why = "已排除" if grant.excluded else "本人放弃" if grant.intent is Intent.REFUSED else "不符合条件"
        yield Refusal("grant.nothing_due", f"没有应付的款项：{why}。")
    for one in grant.obstacles:
        yield Refusal("grant.obstacle", f"有待核实的情形：{one.reason}（{one.source}）。")
    if grant.sampled is False:
        yield Refusal("grant.sample", "抽查发现不符，等待处理。")
    if road.intent and grant.intent in {Intent.OPEN, Intent.ASKED}:
        yield Refusal("grant.intent", "还没有确认意愿。")
    if road.notice_days and (grant.notice_until is None or today <= grant.notice_until):
        until = f"，公示到{chinese_date(grant.notice_until)}" if grant.notice_until else ""
        yield Refusal("grant.notice", f"公示期没有结束{until}。")
    if grant.objections:
        yield Refusal("grant.objection", "有异议等待答复。")


def reserve(grant: Grant, budget: str, road: Road, today: dt.date, at: dt.datetime, by: ev.Hand) -> Told:
    """Hold what is still to be paid, and no more, in a budget. `today`: the day of the place, not of the clock."""
    if no := next(hindrances(grant, road, today), None):
        return no
    lacking = Fen(grant.to_pay + grant.in_flight - grant.reserved)
    if lacking <= 0:
        return NOTHING
    if grant.reserved and grant.budget != budget:
        return Refusal("grant.budget", "已经在另一笔预算里留了款。")
    return (ev.Reserved(at=at, by=by, budget=budget, amount=lacking),)


def release(grant: Grant, reason: str, at: dt.datetime, by: ev.Hand) -> Told:
    """Give back what is held beyond what is still to be paid."""
    surplus = Fen(grant.reserved - grant.in_flight - grant.to_pay)
    if surplus <= 0:
        return NOTHING
    return (ev.Released(at=at, by=by, budget=grant.budget, amount=surplus, reason=reason),)


def send(
    grant: Grant, payment: str, batch: str, road: Road, today: dt.date, at: dt.datetime, by: ev.Hand
) -> Told:
    """Order the bank to pay what is held and due. One order at a time, under a key never used before."""
    if grant.sent:
        return NOTHING if grant.sent[0] == payment else Refusal("grant.sent", "已有一笔在途，不能再付。")
    if payment in grant.settled or payment in grant.bounced:
        return NOTHING
    if no := next(hindrances(grant, road, today), None):
        return no
    if not grant.to_pay:
        return NOTHING
    if grant.reserved < grant.to_pay:
        return Refusal("grant.unreserved", "预算里还没有留足这笔款。")
    return (ev.PaymentSent(at=at, by=by, payment=payment, batch=batch, amount=grant.to_pay),)


def settle(grant: Grant, payment: str, reference: str, at: dt.datetime, by: ev.Hand) -> Told:
    """The bank says that it paid. Told twice, it is booked once."""
    if payment in grant.settled:
        return NOTHING
    if grant.sent is None or grant.sent[0] != payment:
        return Refusal(
            "grant.unknown_payment",
            "银行说付了一笔我们没有在途的款。",
            remedy="列入对账差异，由财务人员核实。",
        )
    return (ev.PaymentSettled(at=at, by=by, payment=payment, reference=reference),)


def bounce(grant: Grant, payment: str, reason: str, at: dt.datetime, by: ev.Hand) -> Told:
    """The bank says that it could not pay. What it said was paid stays paid until a person finds otherwise."""
    if payment in grant.bounced:
        return NOTHING
    if payment in grant.settled:
        return Refusal("grant.settled", "银行先说已付、后说退回。", remedy="列入对账差异，由财务人员核实。")
    if grant.sent is None or grant.sent[0] != payment:
        return Refusal("grant.unknown_payment", "银行退回了一笔我们没有在途的款。", remedy="列入对账差异。")
    return (ev.PaymentBounced(at=at, by=by, payment=payment, reason=reason),)


# ------------------------------------------------------------------------------------- recovery, objection


def order_recovery(grant: Grant, reason: str, basis: str, at: dt.datetime, by: ev.Hand) -> Told:
    """A person orders back what was paid beyond what is due."""
    if no := _person(by, reason, basis):
        return no
    over = Fen(grant.overpaid - grant.ordered)
    if over <= 0:
        return Refusal("grant.not_overpaid", "没有多付的款，或者已经决定追回。")
    return (ev.RecoveryOrdered(at=at, by=by, amount=over, reason=reason, basis=basis),)


def recover(grant: Grant, amount: Fen, reference: str, at: dt.datetime, by: ev.Hand) -> Told:
    """Money came back: ordered, or handed back by the subject of their own will."""
    if amount <= 0:
        return Refusal("grant.amount", "金额必须大于零。")
    if amount > grant.held:
        return Refusal("grant.amount", f"退回的比付出的还多：付出{format_yuan(grant.held)}。")
    return (ev.Recovered(at=at, by=by, amount=amount, reference=reference),)


def waive(grant: Grant, reason: str, basis: str, at: dt.datetime, by: ev.Hand) -> Told:
    """A person lets what was paid too much be."""
    if no := _person(by, reason, basis):
        return no
    if not grant.overpaid:
        return Refusal("grant.not_overpaid", "没有多付的款。")
    return (ev.RecoveryWaived(at=at, by=by, amount=grant.overpaid, reason=reason, basis=basis),)


def object_to(grant: Grant, objection: str, text: str, at: dt.datetime, by: ev.Hand) -> Told:
    """Somebody objects; until it is answered no more money moves."""
    if not text.strip():
        return Refusal("grant.text", "请写明异议的内容。")
    if objection in grant.objections:
        return NOTHING
    return (ev.Objected(at=at, by=by, objection=objection, text=text),)


def answer_objection(
    grant: Grant,
    objection: str,
    outcome: Literal["upheld", "partly", "denied"],
    reason: str,
    at: dt.datetime,
    by: ev.Hand,
) -> Told:
    """Answered by a person who did not take the decision that is objected to."""
    if no := _person(by, reason):
        return no
    if objection not in grant.objections:
        return Refusal("grant.objection", "没有这一件待答复的异议。")
    if by.id in grant.decided_by:
        return Refusal("grant.own_decision", "您作过这件事的决定，异议由另一人复核。")
    told: tuple[ev.GrantEvent, ...] = (
        ev.ObjectionAnswered(at=at, by=by, objection=objection, outcome=outcome, reason=reason),
    )
    if outcome == "upheld" and grant.excluded:
        told += (ev.Readmitted(at=at, by=by, reason=reason),)
    return told


_MACHINE = Refusal(
    "grant.machine",
    "这一步必须由具名的工作人员决定，系统只能提出。",
    _PIPL_24,
    "请有权限的工作人员办理。",
)


def _person(by: ev.Hand, *words: str) -> Refusal | None:
    if by.machine:
        return _MACHINE
    if not all(word.strip() for word in words):
        return Refusal("grant.reason", "请写明理由和依据。")
    return None
