"""The compiler: items in, one 一件事 out (blueprint), narrowed to one person (personal list)."""

from bancheng.core.compiler._bpmn import task_ids, to_bpmn
from bancheng.core.compiler._compile import PASSES, compile_onething
from bancheng.core.compiler._graph import enabled
from bancheng.core.compiler._input import from_stored, read_form, show_value, to_stored
from bancheng.core.compiler._mends import Mend, mends_for
from bancheng.core.compiler._narrow import narrow
from bancheng.core.compiler._personal import (
    Eligibility,
    PersonalFee,
    PersonalField,
    PersonalList,
    PersonalMaterial,
)
from bancheng.core.compiler._schema import BlueprintDiff, Changes, diff, to_json_schema
from bancheng.core.compiler._svg import PlanTexts, PlanView, plan_svg
from bancheng.core.compiler._types import (
    Blueprint,
    ClockSummary,
    Compiled,
    Disposition,
    EdgeKind,
    FeeLine,
    FieldOrigin,
    GuidedQuestion,
    ItemBefore,
    ItemCondition,
    MaterialOrigin,
    Measure,
    MergedField,
    MergedGroup,
    MergedMaterial,
    Plan,
    PlanEdge,
    PlannedItem,
    PlanStep,
    Savings,
    SavingsLine,
    StepOrigin,
    StepTimes,
)
from bancheng.core.compiler.pass_savings import savings_for

__all__ = [
    "PASSES",
    "Blueprint",
    "BlueprintDiff",
    "Changes",
    "ClockSummary",
    "Compiled",
    "Disposition",
    "EdgeKind",
    "Eligibility",
    "FeeLine",
    "FieldOrigin",
    "GuidedQuestion",
    "ItemBefore",
    "ItemCondition",
    "MaterialOrigin",
    "Measure",
    "Mend",
    "MergedField",
    "MergedGroup",
    "MergedMaterial",
    "PersonalFee",
    "PersonalField",
    "PersonalList",
    "PersonalMaterial",
    "Plan",
    "PlanEdge",
    "PlanStep",
    "PlanTexts",
    "PlanView",
    "PlannedItem",
    "Savings",
    "SavingsLine",
    "StepOrigin",
    "StepTimes",
    "compile_onething",
    "diff",
    "enabled",
    "from_stored",
    "mends_for",
    "narrow",
    "plan_svg",
    "read_form",
    "savings_for",
    "show_value",
    "task_ids",
    "to_bpmn",
    "to_json_schema",
    "to_stored",
]
