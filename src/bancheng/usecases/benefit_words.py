"""What people are told of their benefits, in plain words: what happened, what they can do now, and why they are told.

What leaves the house names the policy and its rule, and no name, number, account or amount.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from bancheng.core.benefits import Policy, SubjectKind
from bancheng.core.benefits.grants import GrantEvent, events, read_grant_event
from bancheng.core.benefits.standing import StandingEvent, read_standing_event
from bancheng.core.benefits.standing import events as standing_events
from bancheng.core.kernel import Fault, chinese_date, format_yuan
from bancheng.store.models import BenefitNews, GrantRow, PolicyOffer
from bancheng.usecases.benefits import library

MINE = "/benefits/mine/"
"""Where people read and answer what they are told of."""
TITLES = {
    "IntentAsked": "有一项待遇请您确认",
    "Offered": "有一项政策您可以申请",
    "Published": "您在的名单开始公示",
    "PaymentSettled": "有一笔待遇已发给您",
    "PaymentBounced": "有一笔待遇没有付成，请更正账号",
    "ObjectionAnswered": "您的异议有了答复",
    "Excluded": "您没有列入一项待遇的名单",
    "Readmitted": "您重新列入了一项待遇的名单",
    "RecoveryOrdered": "有一笔多发的待遇要退回",
    "Assigned": "有工作人员会来问一声",
    "Stopped": "有一项待遇已停发",
    "Resumed": "有一项待遇恢复发放",
}
"""Kind of event → its title. Of anything else nobody is told."""
OFFERS = frozenset({"IntentAsked", "Offered"})
"""What is offered. The rest touches people's rights, and nobody can have it kept from them."""
OUTCOMES = {"upheld": "异议成立", "partly": "异议部分成立", "denied": "异议不成立"}
_CARE = "工作人员不会向您要钱、要密码、要验证码。"


@dataclass(frozen=True)
class Said:
    """A message: `text` stays in the house, `short` leaves it. Both say why they are sent."""

    title: str
    text: str
    short: str


def hears(event: GrantEvent | StandingEvent) -> bool:
    """Whether somebody is told of this event. A payment that a second person sent back never reached the bank."""
    if isinstance(event, events.PaymentBounced):
        return event.by.machine
    return type(event).__name__ in TITLES


def about(news: BenefitNews) -> tuple[str, str]:
    """The policy and the period (empty for a standing) that the news are about."""
    if news.offer is not None:
        return news.offer.policy, news.offer.period
    if news.grant is not None:
        return news.grant.entitlement, news.grant.period
    return (news.standing.benefit if news.standing is not None else ""), ""


def event_of(news: BenefitNews) -> GrantEvent | StandingEvent:
    """The event that the news are about.

    Raises:
        Fault: there is none.
    """
    line: Any = None
    if news.grant is not None:
        line = news.grant.events.filter(sequence=news.sequence).first()
        if line is not None:
            return read_grant_event(line.body)
    elif news.standing is not None:
        line = news.standing.events.filter(sequence=news.sequence).first()
        if line is not None:
            return read_standing_event(line.body)
    raise Fault(f"no event for news {news.pk}")


def said(news: BenefitNews) -> Said:
    """The words of a piece of news.

    Raises:
        Fault: its event is not there.
    """
    name, period = about(news)
    policy = next((one for one in library().policies if one.id == name), None)
    called = policy.name if policy else name
    if period and period != "once":
        called = f"{called}（{period}期）"
    if news.offer is not None:
        full, why = _offered(news.offer, policy, called), why_offered(policy, called)
    else:
        full = _TEXTS[news.kind](event_of(news), called, news.grant)
        why = why_told(policy, called)
    title = TITLES[news.kind]
    address = f"{settings.BANCHENG_ADDRESS}{MINE}"
    door = f"登录{address}查看；没有账号的，问{policy.body if policy else '发放部门'}或者村居、街道窗口。"
    return Said(title=title, text=f"{full}{why}", short=f"【办成】{title}：{called}。{why}{door}")


def why_told(policy: Policy | None, called: str) -> str:
    """Why somebody is told: which policy, by which rule, on which basis."""
    if policy is None:
        return f"告诉您，是因为您在“{called}”的名单上。"
    known = {one.id: one.name for one in library().rules.entitlements}
    rules = "、".join(known[one] for one in policy.entitlements if one in known) or policy.name
    basis = "、".join(policy.basis or ((policy.document,) if policy.document else ())) or "发文部门的规定"
    return f"告诉您，是因为{policy.body}按“{rules}”比对，您在名单上（依据：{basis}）。"


def why_offered(policy: Policy | None, called: str) -> str:
    """Why somebody is offered a policy, and how to be offered no more."""
    stop = "不想再收到推送的，在消息设置里关掉，或者告诉发文部门。"
    if policy is None:
        return f"告诉您，是因为按数据比对，您符合“{called}”的条件。{stop}"
    basis = "、".join(policy.basis or ((policy.document,) if policy.document else ())) or "发文部门的规定"
    return f"告诉您，是因为{policy.body}按数据比对，您符合条件（依据：{basis}）。{stop}"


def _offered(offer: PolicyOffer, policy: Policy | None, called: str) -> str:
    much = f"，{format_yuan(offer.amount)}" if offer.amount else ""
    papers = f"要带：{'、'.join(policy.materials)}。" if policy is not None and policy.materials else ""
    return f"您符合“{called}”的条件{much}，申请了才有。{papers}要不要申请由您定。"


def over(news: BenefitNews) -> bool:
    """Whether what is offered was answered meanwhile, so that nobody need be asked any more."""
    if news.offer is not None:
        return bool(news.offer.answer)
    return news.kind == "IntentAsked" and news.grant is not None and news.grant.intent != "asked"


def _asked(_event: Any, called: str, row: GrantRow | None) -> str:
    much = f"，{format_yuan(row.due)}" if row is not None and row.due else ""
    return f"您可以享受“{called}”{much}，不用申请。要不要，请您确认一下；不想要可以放弃，发放前随时能改。"


def _published(event: events.Published, called: str, row: GrantRow | None) -> str:
    person = row is not None and row.subject_kind == SubjectKind.PERSON
    masked = "，姓名遮住了中间的字" if person else ""
    return f"“{called}”的名单公示到{chinese_date(event.until)}，上面有您{masked}。有不对的，公示期内可以提出异议。"


def _paid(_event: Any, called: str, row: GrantRow | None) -> str:
    much = format_yuan(row.paid - row.recovered) if row is not None else ""
    return f"银行已把“{called}”付到您登记的账户，一共{much}。没有收到或者金额不对，可以提出异议。"


def _bounced(event: events.PaymentBounced, called: str, _row: GrantRow | None) -> str:
    why = f"（{event.reason}）" if event.reason else ""
    return f"“{called}”这一笔银行没有付成{why}，钱给您留着。请把能收款的账号告诉发放部门，更正以后再付。"


def _answered(event: events.ObjectionAnswered, called: str, _row: GrantRow | None) -> str:
    return f"您对“{called}”提出的异议（{event.objection}）：{OUTCOMES[event.outcome]}。理由：{event.reason}。"


def _excluded(event: events.Excluded, called: str, _row: GrantRow | None) -> str:
    basis = f"依据：{event.basis}。" if event.basis else ""
    return f"“{called}”没有把您列入：{event.reason}。{basis}不认可的，可以提出异议，由另一个人答复。"


def _readmitted(event: events.Readmitted, called: str, _row: GrantRow | None) -> str:
    return f"“{called}”重新把您列入：{event.reason}。不用您做什么，钱会接着发。"


def _ordered(event: events.RecoveryOrdered, called: str, _row: GrantRow | None) -> str:
    return (
        f"“{called}”多发了{format_yuan(event.amount)}，决定退回：{event.reason}。依据：{event.basis}。"
        f"怎么退，部门会同您商量；不认可的，可以提出异议。{_CARE}"
    )


def _assigned(event: standing_events.Assigned, called: str, _row: GrantRow | None) -> str:
    return (
        f"“{called}”要核实一下情况，{event.to.name}会在{chinese_date(event.until)}以前打电话或者上门问一声。"
        f"问到以前照发，您不用跑。{_CARE}"
    )


def _stopped(event: standing_events.Stopped, called: str, _row: GrantRow | None) -> str:
    return (
        f"“{called}”从{chinese_date(event.since)}起停发：{event.reason}。依据：{event.basis}。"
        "停错了会恢复并补发；不认可的，请告诉发放部门，或者提出异议。"
    )


def _resumed(event: standing_events.Resumed, called: str, _row: GrantRow | None) -> str:
    owed = f"停发期间的{format_yuan(event.owed)}随下一批补发给您。" if event.owed else ""
    return f"“{called}”从{chinese_date(event.since)}起恢复发放：{event.reason}。{owed}"


_TEXTS: Mapping[str, Callable[[Any, str, GrantRow | None], str]] = {
    "IntentAsked": _asked,
    "Published": _published,
    "PaymentSettled": _paid,
    "PaymentBounced": _bounced,
    "ObjectionAnswered": _answered,
    "Excluded": _excluded,
    "Readmitted": _readmitted,
    "RecoveryOrdered": _ordered,
    "Assigned": _assigned,
    "Stopped": _stopped,
    "Resumed": _resumed,
}
