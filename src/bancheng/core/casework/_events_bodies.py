"""Events by which a running case follows what happens around it."""

from __future__ import annotations

from datetime import date

from bancheng.core.casework._events_intake import Event
from bancheng.core.casework._values import CaseItem
from bancheng.core.catalogue import BodyMove, PartialPolicy
from bancheng.core.clock import Limit
from bancheng.core.compiler import Plan
from bancheng.core.kernel import chinese_date


class BodiesChanged(Event):
    """Bodies, duties, names or divisions of the case follow a change that holds from `on`."""

    change: str
    name: str
    on: date
    basis: str
    moves: tuple[BodyMove, ...]
    divisions: dict[str, str] = {}
    body_names: dict[str, str] = {}

    def words(self) -> str:
        return f"机构调整“{self.name}”（{chinese_date(self.on)}起，{self.basis}），未办完的部分转到现在的承办机关"


class CaseMigrated(Event):
    """The case goes on by version `blueprint`; `before` is the one it had."""

    before: str
    blueprint: str
    onething_name: str
    items: tuple[CaseItem, ...]
    plan: Plan
    promised: Limit
    reason: str
    statutory: Limit | None = None
    partial: PartialPolicy = PartialPolicy.DEPENDANTS_STOP
    body_names: dict[str, str] = {}
    changes: tuple[str, ...] = ()

    def words(self) -> str:
        told = "；".join(self.changes) or "办理环节不变"
        return f"改按新版“{self.onething_name}”办理：{self.reason}。{told}"
