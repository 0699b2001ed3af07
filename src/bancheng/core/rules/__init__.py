"""Rules: every judgement is one FEEL expression, parsed into a typed tree, evaluated with unknown facts, explained."""

from bancheng.core.rules import _tree as nodes
from bancheng.core.rules._conditions import Condition, Outcome
from bancheng.core.rules._evaluate import evaluate
from bancheng.core.rules._explain import Explanation, Rulebook, explain
from bancheng.core.rules._infer import infer
from bancheng.core.rules._moments import Months
from bancheng.core.rules._operators import RuleLimit
from bancheng.core.rules._parser import RuleSyntaxError, parse, parse_tests
from bancheng.core.rules._partial import FALSE, TRUE, partial
from bancheng.core.rules._rows import Join, Row, Rows, read_rows, rows_text
from bancheng.core.rules._text import literal, to_text
from bancheng.core.rules._tree import Expr, Literal, names_in
from bancheng.core.rules._types import FactKind, FactType
from bancheng.core.rules._values import UNKNOWN, Function, Mode, Range, Unknown, Value
from bancheng.core.rules._words import Term, to_words

__all__ = [
    "FALSE",
    "TRUE",
    "UNKNOWN",
    "Condition",
    "Explanation",
    "Expr",
    "FactKind",
    "FactType",
    "Function",
    "Join",
    "Literal",
    "Mode",
    "Months",
    "Outcome",
    "Range",
    "Row",
    "Rows",
    "RuleLimit",
    "RuleSyntaxError",
    "Rulebook",
    "Term",
    "Unknown",
    "Value",
    "evaluate",
    "explain",
    "infer",
    "literal",
    "names_in",
    "nodes",
    "parse",
    "parse_tests",
    "partial",
    "read_rows",
    "rows_text",
    "to_text",
    "to_words",
]
