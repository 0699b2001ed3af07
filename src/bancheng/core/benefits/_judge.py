"""One subject, one rule: the status and why, from the trees themselves. The reference for every engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from bancheng.core.benefits._entitlements import Condition, Entitlement, RuleSet, Status
from bancheng.core.benefits._facts import ColumnKind
from bancheng.core.benefits._pieces import meaning
from bancheng.core.benefits._plan import PlanColumn
from bancheng.core.benefits._trees import known_on, tree_of
from bancheng.core.kernel import Record
from bancheng.core.rules import UNKNOWN, Explanation, Value, evaluate, explain, parse


class Judged(Record):
    """One condition with how it came out and why."""

    condition: Condition
    explanation: Explanation


class Judgement(Record):
    """What a rule says of one subject. `missing`: the facts that would settle it; `amount` in yuan where entitled."""

    entitlement: str
    version: int
    as_of: dt.date
    status: Status
    conditions: tuple[Judged, ...]
    missing: tuple[str, ...] = ()
    amount: Value = None


def status_of(value: Value) -> Status:
    """The status that a rule's value means: anything known but true is a no."""
    return Status.ENTITLED if value is True else Status.UNKNOWN if value is UNKNOWN else Status.NOT


def judge(rules: RuleSet, entitlement: str, facts: Mapping[str, Value], as_of: dt.date) -> Judgement:
    """Judge one subject by one rule with a full explanation.

    `facts` by id: a fact left out is Unknown, None is known to be absent; money in yuan (Decimal). Parameters are those
    in force on `as_of`. A rule that is not in force gives NOT and no conditions.

    Raises:
        KeyError: no entitlement has that id.
    """
    one = rules.entitlement(entitlement)
    if not one.valid_on(as_of):
        return Judgement(
            entitlement=one.id, version=one.version, as_of=as_of, status=Status.NOT, conditions=()
        )
    given = {**known_on(rules.parameters, as_of), **facts}
    conditions = tuple(
        Judged(condition=condition, explanation=explain(parse(condition.when), given, today=as_of))
        for condition in one.conditions
    )
    whole = explain(tree_of(one), given, today=as_of)
    status = status_of(whole.value)
    return Judgement(
        entitlement=one.id,
        version=one.version,
        as_of=as_of,
        status=status,
        conditions=conditions,
        missing=whole.missing if status is Status.UNKNOWN else (),
        amount=_amount(one, given, as_of) if status is Status.ENTITLED else None,
    )


def _amount(one: Entitlement, facts: Mapping[str, Value], as_of: dt.date) -> Value:
    return evaluate(parse(one.amount), facts, today=as_of) if one.amount else None


def facts_of_row(columns: tuple[PlanColumn, ...], row: Mapping[str, object]) -> dict[str, Value]:
    """A row of a table of facts as the interpreter reads it: null is left out (Unknown) or, where the second column
    says so, None (known to be absent); stored numbers become decimals, codes their text, days dates."""
    found: dict[str, Value] = {}
    for column in columns:
        stored = row[column.column]
        if stored is None:
            if column.may_be_absent and row[column.absent]:
                found[column.name] = None
        elif column.kind is ColumnKind.DATE and isinstance(stored, dt.date):
            found[column.name] = stored
        else:
            found[column.name] = meaning(column, int(stored))  # type: ignore[call-overload]  # a cell of that kind
    return found
