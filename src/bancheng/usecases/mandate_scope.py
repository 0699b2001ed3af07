"""What a mandate lets its holder do in a case, and how the record says that they did it for somebody else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NoReturn, TypedDict
from uuid import UUID

from bancheng.core.casework import Command, CommandRefused, commands
from bancheng.core.kernel import Refusal, chinese_date
from bancheng.store.models import Case, Mandate
from bancheng.usecases.access import Actor, owns, valid_mandates

ACTS = {"apply": "提出、撤回申请", "answer": "补正、补交材料", "pay": "缴费", "collect": "领取结果"}
"""What a mandate may be limited to, with the words shown."""
KINDS = {
    Mandate.SELF: "本人",
    Mandate.REPRESENTATIVE: "法定代表人或负责人",
    Mandate.AGENT: "受委托人",
    Mandate.EMPLOYER: "用人单位经办人",
    Mandate.ADMINISTRATOR: "破产管理人",
    Mandate.PARENT: "父母或监护人",
    Mandate.HELPER: "帮办员",
}
_OF_COMMAND: dict[type[Command], str] = {
    commands.Withdraw: "apply",
    commands.AnswerNotice: "answer",
    commands.HandIn: "answer",
    commands.Deliver: "collect",
}


class ActsFor(TypedDict):
    """Who really acts and as what; both empty for somebody acting for themself."""

    agent: str
    capacity: str


NOBODY = ActsFor(agent="", capacity="")
"""Nobody acts for another."""


def acts_for(actor: Actor, case: Case) -> ActsFor:
    """How the record names whoever acts on the applicant's side of a case."""
    return capacity(actor, str(case.party_id), case.onething)


def capacity(actor: Actor, party: str, onething: str) -> ActsFor:
    """As `acts_for`, for a matter that is no case yet."""
    held = [one.kind for one in actor.acting if str(one.party) == party and one.covers(onething)]
    if not held or Mandate.SELF in held:
        return NOBODY
    return ActsFor(agent=actor.id, capacity=held[0])


def standing_in(party: UUID, onething: str, today: date) -> list[Mandate]:
    """The mandates under which somebody may apply for a party today, each with its holder."""
    rows = valid_mandates(today).filter(party_id=party).exclude(kind=Mandate.SELF).select_related("user")
    return [one for one in rows.order_by("user__display_name", "id") if _reaches(one, onething, "apply")]


def _reaches(mandate: Mandate, onething: str, act: str) -> bool:
    return mandate.onething in {"", onething} and (not mandate.acts or act in mandate.acts)


def represented(clerk: Actor, mandate: int, party: UUID, onething: str, today: date) -> ActsFor:
    """How the record names the agent who stands at the window; empty with no mandate: the applicant themself does.

    Raises:
        CommandRefused: there is no such mandate for this party, it has ended, it does not reach applying for this, or
            it is the clerk's own.
    """
    if not mandate:
        return NOBODY
    held = Mandate.objects.filter(pk=mandate, party_id=party).exclude(kind=Mandate.SELF).first()
    if held is None:
        _no("没有登记这份委托。", "请先在“委托和授权”里登记。")
    if held.revoked_at is not None:
        _no("这份委托已经撤回。", "请委托人重新委托，再登记。")
    if held.valid_until is not None and held.valid_until < today:
        _no(f"这份委托到{chinese_date(held.valid_until)}为止，已经到期。", "请委托人重新委托，再登记。")
    if not _reaches(held, onething, "apply"):
        _no("这份委托的范围不包括申请办这件事。", "请委托人扩大委托范围，或本人来办。")
    if held.user_id == clerk.user_id:
        _no("不能收自己代办的件。", "请由其他窗口人员收件。")
    return ActsFor(agent=f"user:{held.user_id}", capacity=held.kind)


def _no(words: str, remedy: str) -> NoReturn:
    raise CommandRefused((Refusal("mandate.agent", words, remedy=remedy),))


def may(actor: Actor, case: Case, act: str) -> bool:
    """Whether a mandate of the actor reaches this act in this case."""
    return any(one.party == case.party_id and one.covers(case.onething, act) for one in actor.acting)


def need(actor: Actor, case: Case, act: str) -> None:
    """Whoever stands on the applicant's side must hold a mandate for this act.

    Raises:
        CommandRefused: it does not reach so far.
    """
    if owns(actor, case) and not may(actor, case, act):
        words = f"您受委托的范围不包括“{ACTS[act]}”。"
        raise CommandRefused(
            (Refusal("mandate.scope", words, remedy="请由委托人自己办理，或请其扩大委托范围。"),)
        )


def need_mandate(actor: Actor, case: Case, wanted: Iterable[Command]) -> None:
    """The same for commands.

    Raises:
        CommandRefused: the mandate does not reach so far.
    """
    for command in wanted:
        act = _OF_COMMAND.get(type(command))
        if act is not None:
            need(actor, case, act)
