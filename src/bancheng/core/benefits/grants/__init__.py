"""免申即享: one grant from found to paid, corrected, recovered or objected to; its money adds up to the fen."""

from bancheng.core.benefits.grants import _acts as acts
from bancheng.core.benefits.grants import _events as events
from bancheng.core.benefits.grants._acts import Road, hindrances
from bancheng.core.benefits.grants._events import AnyGrantEvent, Basis, GrantEvent, Hand, read_grant_event
from bancheng.core.benefits.grants._state import Grant, Intent, Stage, evolve, fold

__all__ = [
    "AnyGrantEvent",
    "Basis",
    "Grant",
    "GrantEvent",
    "Hand",
    "Intent",
    "Road",
    "Stage",
    "acts",
    "events",
    "evolve",
    "fold",
    "hindrances",
    "read_grant_event",
]
