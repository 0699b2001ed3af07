"""What a mandate lets its holder do in a case, and how the record says that they did it for somebody else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from bancheng.core.casework import Command, CommandRefused, commands
from bancheng.core.kernel import Refusal
from bancheng.store.models import Case, Mandate
from bancheng.usecases.access import Actor, owns

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


def acts_for(actor: Actor, case: Case) -> ActsFor:
    """How the record names whoever acts on the applicant's side of a case."""
    return capacity(actor, str(case.party_id), case.onething)


def capacity(actor: Actor, party: str, onething: str) -> ActsFor:
    """As `acts_for`, for a matter that is no case yet."""
    held = [one.kind for one in actor.acting if str(one.party) == party and one.covers(onething)]
    if not held or Mandate.SELF in held:
        return ActsFor(agent="", capacity="")
    return ActsFor(agent=actor.id, capacity=held[0])


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
