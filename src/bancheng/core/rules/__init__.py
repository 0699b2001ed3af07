"""Rules: every judgement is one FEEL expression, parsed into a typed tree, evaluated with unknown facts, explained."""

from bancheng.core.rules._evaluate import MAX_STEPS, evaluate
from bancheng.core.rules._operators import RuleLimit
from bancheng.core.rules._parser import RuleSyntaxError, parse, parse_tests
from bancheng.core.rules._partial import partial, settled
from bancheng.core.rules._text import literal, to_text
from bancheng.core.rules._tree import Expr, names_in
from bancheng.core.rules._values import UNKNOWN, Mode, Months, Range, Unknown, Value

__all__ = [
    "MAX_STEPS",
    "UNKNOWN",
    "Expr",
    "Mode",
    "Months",
    "Range",
    "RuleLimit",
    "RuleSyntaxError",
    "Unknown",
    "Value",
    "evaluate",
    "literal",
    "names_in",
    "parse",
    "parse_tests",
    "partial",
    "settled",
    "to_text",
]
