"""Columns of cases and tasks in tables that leave, the same from every list; persons are masked there."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from bancheng.usecases.lists import Column, shown_name
from bancheng.usecases.town import body_name

STATES = {
    "received": "待受理",
    "supplement": "等补正",
    "accepted": "已受理",
    "finished": "已办结",
    "withdrawn": "已撤回",
    "not_needed": "无需办理",
    "not_ours": "不归本地办",
}
_TASK_STATES = {"open": "待领取", "claimed": "在办", "waiting": "等申请人", "done": "已办"}


def colours() -> list[tuple[str, str]]:
    """The colours of a running clock, as choices."""
    return [("red", _("已超期")), ("yellow", _("即将超期")), ("green", _("期限内"))]


def day_in_table(moment: datetime | date | None) -> str:
    """A day as a table has it; nothing without one."""
    if isinstance(moment, datetime):
        moment = timezone.localdate(moment)
    return moment.isoformat() if moment else ""


CASE_COLUMNS = (
    Column("编号", lambda case: case.number),
    Column("一件事", lambda case: case.name),
    Column("申请人", lambda case: shown_name(case.party)),
    Column("状态", lambda case: STATES.get(case.status, case.status)),
    Column("牵头", lambda case: body_name(case.lead) if case.lead else ""),
    Column("提交", lambda case: day_in_table(case.created_at)),
    Column("受理", lambda case: day_in_table(case.accepted_on)),
    Column("最后一天", lambda case: day_in_table(case.due_on)),
    Column("办结", lambda case: day_in_table(case.finished_at)),
)
TASK_COLUMNS = (
    Column("编号", lambda task: task.case.number),
    Column("一件事", lambda task: task.case.name),
    Column("申请人", lambda task: shown_name(task.case.party)),
    Column("环节", lambda task: task.name),
    Column("部门", lambda task: body_name(task.body)),
    Column("办理人", lambda task: task.assignee_name),
    Column("到岗", lambda task: day_in_table(task.opened_at)),
    Column("最后一天", lambda task: day_in_table(task.due_on)),
    Column("办完", lambda task: day_in_table(task.done_at)),
    Column("状态", lambda task: _TASK_STATES.get(task.state, task.state)),
)
