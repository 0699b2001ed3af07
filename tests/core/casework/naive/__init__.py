"""A second opinion on a case: slow and plain, over every command, from the law and the design.

It does not call the engine's rules. It keeps what was done in lists and dictionaries and works the rest out anew
each time it is asked: who may, where every item and step stands, every last day, what is paused, owed and locked.
`takes` says whether the rules take a command of somebody on a day; `do` brings about what follows. Each area is a class
of its own with a `may_X` and a `do_X` for every command X; there is no table to forget one in.
"""

from __future__ import annotations

from tests.core.casework.naive.after import After
from tests.core.casework.naive.money import Money
from tests.core.casework.naive.stops import Stops
from tests.core.casework.naive.trust import Trust
from tests.core.casework.naive.visits import Visiting

__all__ = ["Oracle"]


class Oracle(Trust, Visiting, Stops, Money, After):
    """One case, as it should be."""
