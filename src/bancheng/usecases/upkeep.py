"""What happens by itself: silence, reminders and warnings when they fall due, and messages for what has happened."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from bancheng.core.casework import CommandRefused, due_acts
from bancheng.core.kernel import Fault
from bancheng.store.models import Case, Message, Outbox
from bancheng.usecases import warned
from bancheng.usecases.access import MACHINE, valid_mandates
from bancheng.usecases.casework import act, load, reproject
from bancheng.usecases.each import each, number_of
from bancheng.usecases.exchange_routes import EXCHANGE
from bancheng.usecases.telling import FOR_OFFICIALS, plan, send_due
from bancheng.usecases.town import packs

BATCH = 200
TITLES = {
    "Submitted": "申请已提交",
    "IntakeClosed": "申请有了结论",
    "NoticeIssued": "请补正材料",
    "Accepted": "申请已受理",
    "ItemDecided": "有一个事项已作出决定",
    "ItemStopped": "有一个事项停止办理",
    "ResultIssued": "结果已制作完成",
    "RenewedBySilence": "证照视为准予延续",
    "ClockPaused": "办理期限暂停计算",
    "ClockExtended": "办理期限延长",
    "OwedReminded": "请补交容缺材料",
    "VisitProposed": "请确认上门时间",
    "VisitConfirmed": "上门时间已约好",
    "VisitMoved": "上门时间有调整",
    "VisitCancelled": "上门已取消",
    "VisitMissed": "这次上门没有进行",
    "VisitConcluded": "现场有了结论",
    "VisitRepairDue": "整改期限已到",
    "HearingOffered": "您有权要求听证",
    "ProcedureDated": "听证或评审的时间、地点",
    "ProcedureHeld": "听证或评审已举行",
    "DatesMoved": "办理日期有变动",
    "Delivered": "结果已送达",
    "DeliveryNoted": "结果还没有送到，另约了日期",
    "CreditDecided": "容缺、承诺有了决定",
    "MeasureProposed": "拟作处理，请您说明情况",
    "MeasureSettled": "处理有了决定",
    "InspectionReturned": "监管部门反馈了检查结果",
    "OutcomeCorrected": "结果已更正",
    "LicenceRevoked": "结果不再有效",
    "ItemReopened": "有一个事项重新办理",
    "MessageWritten": "办件有给您的新留言",
    "AnswerWaived": "留言已阅，不另作答复",
    "NoticeCancelled": "补正告知已撤回",
    "CaseWithdrawn": "申请已撤回",
    "ClockResumed": "办理期限继续计算",
    "ProcedureCalled": "要进行听证或评审",
    "ProcedureEnded": "听证或评审不再进行",
    "PromiseVerified": "承诺已核查",
    "FeeAssessed": "费用已核定",
    "FeeWaived": "费用已减免",
    "FeePaid": "缴费已收到",
    "RefundOrdered": "有费用要退给您",
    "FeeRefunded": "退费已办好",
    "BodiesChanged": "办理部门有调整",
    "ResultExpires": "证照快到期了",
    "Warned": "有环节快到期或已逾期",
    "Escalated": "有提醒没人确认，上报给您",
}


def run_due_cases(now: datetime) -> int:
    """Do for every case what only time does (`core.casework.due_acts`); how many acts. O(cases due), not O(cases).

    Several workers may run it at once: the loser of a race finds nothing left to do.
    """
    today = timezone.localdate(now)
    due = Case.objects.filter(attention_on__lte=today)
    pks = due.order_by("attention_on", "pk").values_list("pk", flat=True)
    return each("cases.case", pks, lambda pk: _run(pk, now), now, wanted=due, about=number_of)


def _run(pk: UUID, now: datetime) -> int:
    """One act at a time, because each may settle what the next was about, or make another one due."""
    done, state = 0, load(Case.objects.get(pk=pk)).state
    while acts := due_acts(state, packs().calendar, now):
        seen = state.seq
        try:
            state = act(MACHINE, pk, acts[0], now=now).state
            done += 1
        except CommandRefused:
            # Another worker, or a person, was first: the case has moved and needs this act no more.
            state = load(Case.objects.get(pk=pk)).state
        if state.seq == seen:
            raise Fault(f"an act that is due does not move the case: {type(acts[0]).__name__}")
    if not done:
        # The column was out of date, for instance because a calendar was announced.
        reproject(pk)
    return done


def deliver_messages(now: datetime) -> int:
    """Turn what the outbox holds into messages, to the applicant or to officials; how many outbox rows this call did.

    Each row is told exactly once, whatever the number of workers.
    """
    waiting = Outbox.objects.filter(done_at=None).exclude(kind=EXCHANGE)
    rows = waiting.select_related("case").order_by("id")
    deliver = transaction.atomic(partial(_deliver, now=now))
    return each("messages.news", rows, deliver, now, most=BATCH, wanted=waiting)


def tell_outside(now: datetime) -> int:
    """Reach people by the channels they chose, and programs; how many were reached."""
    return send_due(now, TITLES)


def _deliver(row: Outbox, now: datetime) -> int:
    # Told words may be about a person; once told they stand in the message, and nowhere else.
    claimed = Outbox.objects.filter(pk=row.pk, done_at=None).update(done_at=now, payload={})
    if claimed and row.case is not None:
        reached = (
            warned.tell(row.case, row.payload, row.pk, now)
            if row.kind in FOR_OFFICIALS
            else _applicants(row.case, timezone.localdate(now))
        )
        Message.objects.bulk_create(
            Message(user_id=user, case=row.case, title=TITLES[row.kind], text=row.payload["words"])
            for user in reached
        )
        plan(row.case, reached, row.kind, row.pk, now)
    return claimed


def _applicants(case: Case, today: date) -> set[int]:
    """The accounts that may see the case for its party today."""
    of_case = valid_mandates(today).filter(party_id=case.party_id, onething__in=["", case.onething])
    return set(of_case.values_list("user_id", flat=True))
