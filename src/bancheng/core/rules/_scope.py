"""What the names of an expression mean during one evaluation, and how much work it may do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from bancheng.core.rules._kinds import Named
from bancheng.core.rules._operators import RuleLimit
from bancheng.core.rules._tree import Expr, children
from bancheng.core.rules._values import UNKNOWN, Mode, Value

MAX_STEPS: Final = 200_000
"Nodes one evaluation may visit; a loop over a long list counts each turn."

SCAN: Final = 8
"Items of a list that a built-in looks at in the time of one step."


_STANDARD: Final = Mode.STANDARD
_NO_LOCALS: Final[dict[str, Value]] = {}
"Of the outermost scope; an inner one has its own, and only there a name is ever added."


class Scope:
    """The facts, the local variables over them, and what is the same for the whole evaluation."""

    __slots__ = ("budget", "facts", "local", "missing", "now", "standard", "today", "types")

    def __init__(
        self,
        facts: Mapping[str, object],
        today: dt.date | None = None,
        mode: Mode = Mode.ENTITLEMENT,
        now: dt.datetime | None = None,
        types: Named | None = None,
    ) -> None:
        self.facts = facts
        self.local = _NO_LOCALS
        self.standard = mode is _STANDARD
        self.missing: Value = None if self.standard else UNKNOWN
        self.today, self.now, self.types = today, now, types
        self.budget = [MAX_STEPS]

    def within(self, local: Mapping[str, Value]) -> Scope:
        """The same, with more local variables."""
        scope = Scope.__new__(Scope)
        scope.facts, scope.missing, scope.today, scope.now = self.facts, self.missing, self.today, self.now
        scope.standard, scope.types, scope.budget = self.standard, self.types, self.budget
        scope.local = {**self.local, **local}
        return scope

    def spend(self, steps: int) -> None:
        """Count work done.

        Raises:
            RuleLimit: more than `MAX_STEPS` in all.
        """
        self.budget[0] -= steps
        if self.budget[0] < 0:
            raise RuleLimit(f"a rule took more than {MAX_STEPS} steps")


Run: TypeAlias = Callable[[Scope], Value]
"An expression made ready to be evaluated."
Make: TypeAlias = Callable[[Expr], Run]


def size(expr: Expr) -> int:
    """The nodes of a tree: what one turn of a loop over it costs."""
    return 1 + sum(map(size, children(expr)))
