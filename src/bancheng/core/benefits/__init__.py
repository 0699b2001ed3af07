"""惠企惠民: who is entitled to what — facts as specifications, rules as conditions, and their plan over columns."""

from bancheng.core.benefits import _plan as nodes
from bancheng.core.benefits._amount_table import (
    ANY,
    AmountRow,
    AmountTable,
    check_amount_table,
    decision_table,
    formula_of,
)
from bancheng.core.benefits._as_model import DUE, HOLDS, model_of
from bancheng.core.benefits._asks import ABSENT, FactAsk, check_asks, told_fact
from bancheng.core.benefits._assess import Assessed, Assessor
from bancheng.core.benefits._check import check_added, check_rule_set
from bancheng.core.benefits._draft import PolicyDraft, Proposed, draft
from bancheng.core.benefits._entitlements import Condition, Dated, Entitlement, Parameter, RuleSet, Status
from bancheng.core.benefits._facts import (
    Aggregate,
    AsOf,
    ColumnKind,
    Coverage,
    FactSpec,
    Missing,
    Source,
    SubjectKind,
    TableColumn,
    Window,
)
from bancheng.core.benefits._judge import Judged, Judgement, facts_of_row, judge, status_of
from bancheng.core.benefits._match import Gap, Match, match, next_question
from bancheng.core.benefits._pieces import bounds as stored_bounds
from bancheng.core.benefits._plan import Plan, PlanColumn
from bancheng.core.benefits._policy import Every, Policy, PolicyKind, PolicyMode, check_policies, subject_of
from bancheng.core.benefits._refused import NotForColumns
from bancheng.core.benefits._residents import Resident, cell, check_residents
from bancheng.core.benefits._tags import Tag
from bancheng.core.benefits._trees import (
    fact_column,
    facts_of,
    known_on,
    plan_rules,
    plan_tests,
    source_columns,
    tree_of,
)
from bancheng.core.benefits._variants import Variant, vary
from bancheng.core.benefits._writing import (
    CaseResult,
    PolicyCase,
    PolicyWriting,
    fact_text,
    facts_read,
    names_read,
    run_cases,
    write_over,
)

__all__ = [
    "ABSENT",
    "ANY",
    "DUE",
    "HOLDS",
    "Aggregate",
    "AmountRow",
    "AmountTable",
    "AsOf",
    "Assessed",
    "Assessor",
    "CaseResult",
    "ColumnKind",
    "Condition",
    "Coverage",
    "Dated",
    "Entitlement",
    "Every",
    "FactAsk",
    "FactSpec",
    "Gap",
    "Judged",
    "Judgement",
    "Match",
    "Missing",
    "NotForColumns",
    "Parameter",
    "Plan",
    "PlanColumn",
    "Policy",
    "PolicyCase",
    "PolicyDraft",
    "PolicyKind",
    "PolicyMode",
    "PolicyWriting",
    "Proposed",
    "Resident",
    "RuleSet",
    "Source",
    "Status",
    "SubjectKind",
    "TableColumn",
    "Tag",
    "Variant",
    "Window",
    "cell",
    "check_added",
    "check_amount_table",
    "check_asks",
    "check_policies",
    "check_residents",
    "check_rule_set",
    "decision_table",
    "draft",
    "fact_column",
    "fact_text",
    "facts_of",
    "facts_of_row",
    "facts_read",
    "formula_of",
    "judge",
    "known_on",
    "match",
    "model_of",
    "names_read",
    "next_question",
    "nodes",
    "plan_rules",
    "plan_tests",
    "run_cases",
    "source_columns",
    "status_of",
    "stored_bounds",
    "subject_of",
    "told_fact",
    "tree_of",
    "vary",
    "write_over",
]
