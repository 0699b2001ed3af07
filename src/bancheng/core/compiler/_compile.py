"""The nine passes in order, and the one call that runs them."""

from __future__ import annotations

from collections.abc import Callable

from bancheng.core.catalogue import Catalogue, OneThingDefinition
from bancheng.core.compiler._assemble import assemble
from bancheng.core.compiler._draft import Draft, begin
from bancheng.core.compiler._types import Compiled
from bancheng.core.compiler.pass_checks import pass_checks
from bancheng.core.compiler.pass_clock import pass_clock
from bancheng.core.compiler.pass_fees import pass_fees
from bancheng.core.compiler.pass_form import pass_form
from bancheng.core.compiler.pass_gate import pass_gate
from bancheng.core.compiler.pass_materials import pass_materials
from bancheng.core.compiler.pass_plan import pass_plan
from bancheng.core.compiler.pass_savings import pass_savings
from bancheng.core.compiler.pass_situations import pass_situations
from bancheng.core.evidence import Coverage
from bancheng.core.kernel import Severity

PASSES: tuple[Callable[[Draft], Draft], ...] = (
    pass_situations,
    pass_gate,
    pass_form,
    pass_materials,
    pass_plan,
    pass_clock,
    pass_fees,
    pass_savings,
    pass_checks,
)
"Draft → draft, in the order of design §2. Each reads what the ones before it made."


def compile_onething(definition: OneThingDefinition, catalogue: Catalogue, coverage: Coverage) -> Compiled:
    """Derive the blueprint of a one-thing from its items, the dictionary and the evidence the city has.

    The same input gives the same blueprint, digest included, in any process. All problems are collected; one of
    severity error leaves no blueprint. Nothing is raised for what authors can get wrong.
    """
    draft = begin(definition, catalogue, coverage)
    if draft.items:
        for run in PASSES:
            draft = run(draft)
    problems = tuple(dict.fromkeys(draft.problems))
    stopped = not draft.items or any(one.severity is Severity.ERROR for one in problems)
    return Compiled(blueprint=None if stopped else assemble(draft), problems=problems)
