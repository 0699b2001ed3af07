"""静默认证: whether somebody still qualifies, from traces that shared data leave; nobody is asked without need."""

from bancheng.core.benefits.standing import _acts as acts
from bancheng.core.benefits.standing import _events as events
from bancheng.core.benefits.standing._assess import Assessment, Finding, Freshness, Trace, Watch, assess
from bancheng.core.benefits.standing._events import (
    AnyStandingEvent,
    CheckResult,
    CheckWay,
    StandingEvent,
    read_standing_event,
)
from bancheng.core.benefits.standing._state import Phase, Standing, evolve, fold

__all__ = [
    "AnyStandingEvent",
    "Assessment",
    "CheckResult",
    "CheckWay",
    "Finding",
    "Freshness",
    "Phase",
    "Standing",
    "StandingEvent",
    "Trace",
    "Watch",
    "acts",
    "assess",
    "events",
    "evolve",
    "fold",
    "read_standing_event",
]
