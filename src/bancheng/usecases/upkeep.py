"""What happens by itself: silence, reminders and warnings when they fall due, and messages for what has happened."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from bancheng.core.casework import CommandRefused, due_acts
from bancheng.store.models import Case, Mandate, Message, Outbox
from bancheng.usecases.access import MACHINE
from bancheng.usecases.casework import act, load
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
    "ClockPaused": "办理期限暂停计算",
    "ClockExtended": "办理期限延长",
    "OwedReminded": "请补交容缺材料",
    "Delivered": "结果已送达",
}


def run_due_cases(now: datetime) -> int:
    """Do for every case what only time does (`core.casework.due_acts`); how many acts. O(cases due), not O(cases).

    Several workers may run it at once: the loser of a race finds nothing left to do.
    """
    today = timezone.localdate(now)
    due = Case.objects.filter(attention_on__lte=today).order_by("attention_on").values_list("pk", flat=True)
    return sum(_run(pk, now) for pk in list(due[:BATCH]))


def _run(pk: UUID, now: datetime) -> int:
    done = 0
    file = load(Case.objects.get(pk=pk))
    for command in due_acts(file.state, packs().calendar, now):
        try:
            act(MACHINE, pk, command, now=now)
        except CommandRefused:
            # Another worker, or a person, was first: the case has moved and needs this act no more.
            continue
        done += 1
    return done


def deliver_messages(now: datetime) -> int:
    """Turn what the outbox holds into messages for the applicant's side; how many outbox rows were done."""
    rows = list(Outbox.objects.filter(done_at=None).select_related("case").order_by("id")[:BATCH])
    for row in rows:
        with transaction.atomic():
            claimed = Outbox.objects.filter(pk=row.pk, done_at=None).update(done_at=now)
            if claimed and row.case is not None:
                Message.objects.bulk_create(
                    Message(user_id=user, case=row.case, title=TITLES[row.kind], text=row.payload["words"])
                    for user in _applicants(row.case)
                )
    return len(rows)


def _applicants(case: Case) -> set[int]:
    users = set(Mandate.objects.filter(party_id=case.party_id).values_list("user_id", flat=True))
    return users | ({case.applicant_id} if case.applicant_id else set())
