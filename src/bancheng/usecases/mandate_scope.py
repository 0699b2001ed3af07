"""What a mandate lets its holder do in a case, and how the record says that they did it for somebody else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NoReturn, TypedDict
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone

from bancheng.core.casework import Command, CommandRefused, commands
from bancheng.core.kernel import Refusal, chinese_date
from bancheng.store.models import Case, Mandate
from bancheng.usecases.access import Actor, NotFound, owns, valid_mandates

ACTS = {
    "apply": "提出、撤回申请",
    "answer": "补正、补交材料，答复部门",
    "pay": "缴费",
    "collect": "领取结果",
}
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
    commands.AddLate: "apply",
    commands.AnswerNotice: "answer",
    commands.HandIn: "answer",
    commands.AskHearing: "answer",
    commands.WaiveHearing: "answer",
    commands.ObjectTo: "answer",
    commands.ConfirmVisit: "answer",
    commands.MoveVisit: "answer",
    commands.DeclineVisit: "answer",
    commands.ReportRepaired: "answer",
    commands.Deliver: "collect",
}
"""What of a mandate each command of the applicant's side needs. A message and a rating bind the applicant to nothing:
they need no more than that a mandate holds."""


class ActsFor(TypedDict):
    """Who really acts and as what; both empty for somebody acting for themself."""

    agent: str
    capacity: str


NOBODY = ActsFor(agent="", capacity="")
"""Nobody acts for another."""


class MandateEnded(NotFound):
    """Somebody asks for a case they once could act in: their mandate has run out or was taken back. `words` say which
    and when, and name nothing that they did not know."""

    def __init__(self, words: str) -> None:
        super().__init__("mandate.ended")
        self.words = words


def acts_for(actor: Actor, case: Case, wanted: Iterable[Command] = ()) -> ActsFor:
    """How the record names whoever acts on the applicant's side of a case: under a mandate that reaches what is
    `wanted`."""
    acts = [_OF_COMMAND[type(one)] for one in wanted if type(one) in _OF_COMMAND]
    return capacity(actor, str(case.party_id), case.onething, acts)


def capacity(actor: Actor, party: str, onething: str, acts: Iterable[str] = ()) -> ActsFor:
    """As `acts_for`, for a matter that is no case yet."""
    needed = tuple(acts) or ("",)
    held = [
        one.kind
        for one in actor.acting
        if str(one.party) == party and all(one.covers(onething, act) for act in needed)
    ]
    if not held or Mandate.SELF in held:
        return NOBODY
    return ActsFor(agent=actor.id, capacity=held[0])


def standing_in(party: UUID, onething: str, today: date, act: str = "apply") -> list[Mandate]:
    """The mandates under which somebody may do this act for a party today, each with its holder."""
    rows = valid_mandates(today).filter(party_id=party).exclude(kind=Mandate.SELF).select_related("user")
    return [one for one in rows.order_by("user__display_name", "id") if _reaches(one, onething, act)]


def _reaches(mandate: Mandate, onething: str, act: str) -> bool:
    return mandate.onething in {"", onething} and (not mandate.acts or act in mandate.acts)


def represented(
    clerk: Actor, mandate: int, party: UUID, onething: str, today: date, act: str = "apply"
) -> ActsFor:
    """How the record names the agent who stands at the window; empty with no mandate: the applicant themself does.

    Raises:
        CommandRefused: there is no such mandate for this party, it has ended, it does not reach this act in this
            matter, or it is the clerk's own.
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
    if not _reaches(held, onething, act):
        _no(f"这份委托的范围不包括这件事的“{ACTS[act]}”。", "请委托人扩大委托范围，或本人来办。")
    if held.user_id == clerk.user_id:
        _no("不能办理自己代办的件。", "请由其他窗口人员办理。")
    return ActsFor(agent=f"user:{held.user_id}", capacity=held.kind)


def stands_for(clerk: Actor, mandate: int, case: Case, act: str) -> ActsFor:
    """`represented`, today and for a case.

    Raises:
        CommandRefused: as `represented`.
    """
    return represented(clerk, mandate, case.party_id, case.onething, timezone.localdate(), act)


def ended(actor: Actor, number: str) -> MandateEnded | None:
    """Why somebody who asks for the case `number` sees it no longer; None when no mandate of theirs ever reached it."""
    held = (
        Mandate.objects.filter(
            Q(onething="") | Q(onething=F("party__cases__onething")),
            user_id=actor.user_id,
            party__cases__number=number,
        )
        .exclude(kind=Mandate.SELF)
        .select_related("party")
        .order_by("-pk")
        .first()
    )
    if held is None:
        return None
    whom = f"您以{KINDS[held.kind]}的身份替{held.party.name}办事的授权"
    if held.revoked_at is not None:
        return MandateEnded(f"{whom}在{chinese_date(timezone.localdate(held.revoked_at))}已经收回。")
    if held.valid_until is None:
        return None
    return MandateEnded(f"{whom}到{chinese_date(held.valid_until)}为止，已经到期。")


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
