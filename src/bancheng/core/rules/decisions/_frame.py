"""What logic sees while it runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import TypeAlias

from bancheng.core.rules._values import Mode, Value
from bancheng.core.rules.decisions._trace import TableTrace


class Setting:
    """What is the same for a whole run: the day and moment, what a missing fact is, and whether tables are traced."""

    __slots__ = ("mode", "now", "today", "traces")

    def __init__(
        self,
        today: dt.date | None = None,
        now: dt.datetime | None = None,
        mode: Mode = Mode.STANDARD,
        traces: list[TableTrace] | None = None,
    ) -> None:
        self.today, self.now, self.mode, self.traces = today, now, mode, traces


class Frame:
    """The names in sight and their values."""

    __slots__ = ("setting", "values")

    def __init__(self, values: Mapping[str, Value], setting: Setting) -> None:
        self.values, self.setting = values, setting

    def within(self, more: Mapping[str, Value]) -> Frame:
        """The same with more names; the inner ones win."""
        return Frame({**self.values, **more}, self.setting)


Run: TypeAlias = Callable[[Frame], Value]
"A boxed expression made ready."
