"""The built-in functions in one table: DMN's own, `age` and `is defined`. A new one is an entry of its family."""

from __future__ import annotations

from typing import Final

from bancheng.core.rules._functions import Builtin
from bancheng.core.rules._functions_context import CONTEXTS
from bancheng.core.rules._functions_list import LISTS
from bancheng.core.rules._functions_number import NUMERIC
from bancheng.core.rules._functions_range import RELATIONS
from bancheng.core.rules._functions_text import TEXTS
from bancheng.core.rules._functions_time import TIMES
from bancheng.core.rules._operators import compare
from bancheng.core.rules._parser import RuleSyntaxError, parse
from bancheng.core.rules._tree import Call, Expr, Literal, RangeExpr, dotted
from bancheng.core.rules._values import Range, Value, literal_value

_ENDS: Final = frozenset({"date", "time", "date and time", "duration"})


def _range(text: Value) -> Value:
    """The range a text writes out with constant ends of one kind, the lower first; null for anything else."""
    if not isinstance(text, str):
        return None
    try:
        tree = parse(text)
    except RuleSyntaxError:
        return None
    if not isinstance(tree, RangeExpr):
        return None
    low, high = _end(tree.low), _end(tree.high)
    if low is None and high is None:
        return None
    if low is not None and high is not None and compare("<=", low, high) is not True:
        return None
    return Range(low, high, tree.low_closed, tree.high_closed)


def _end(expr: Expr) -> Value:
    if isinstance(expr, Literal):
        return literal_value(expr)
    if isinstance(expr, Call) and dotted(expr.function) in _ENDS and not expr.parameters:
        texts = [one.text for one in expr.arguments if isinstance(one, Literal)]
        if len(texts) == len(expr.arguments):
            return TIMES[dotted(expr.function)].run(*texts)
    raise ValueError("an end of a range that is no constant")


BUILTINS: Final[dict[str, Builtin]] = {
    **LISTS,
    **TEXTS,
    **NUMERIC,
    **TIMES,
    **CONTEXTS,
    **RELATIONS,
    "range": Builtin(_range, ("from",), "range", ("string",)),
}

CLOCK: Final = {"today": "date", "now": "date and time"}
"Functions answered by the moment the caller passes, never by a clock of ours; Unknown when none was passed."
