"""One subject against all policies: what they get, what is missing to tell, and how near a miss was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction

from bancheng.core.benefits._entitlements import RuleSet, Status
from bancheng.core.benefits._facts import ColumnKind, FactSpec
from bancheng.core.benefits._judge import Judged, Judgement, judge
from bancheng.core.benefits._policy import Policy
from bancheng.core.benefits._trees import known_on
from bancheng.core.kernel import Fen, Record, chinese_date, format_yuan
from bancheng.core.rules import Condition as Atom
from bancheng.core.rules import Value, evaluate, names_in, nodes

_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Gap(Record):
    """How far a failed condition is from holding. `lacking` in the fact's unit (yuan for money), below zero where there
    is too much; `on`: the day from which it holds by itself, where only time is lacking."""

    fact: str
    text: str
    lacking: Decimal | None = None
    on: dt.date | None = None


class Match(Record):
    """A policy for one subject. ENTITLED where one of its entitlements is; UNKNOWN where one may still be.

    `gaps` are those of the entitlement that failed least; `near`: one condition alone failed, and it can be said by how
    much. `missing`: the facts that would settle it.
    """

    policy: str
    status: Status
    judgements: tuple[Judgement, ...]
    amount: Value = None
    missing: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()
    near: bool = False


def match(
    policies: Sequence[Policy], rules: RuleSet, facts: Mapping[str, Value], as_of: dt.date
) -> tuple[Match, ...]:
    """Every policy in force: first what one is entitled to, then what a few facts would settle, then near misses."""
    specs = {one.id: one for one in rules.facts}
    given = {**known_on(rules.parameters, as_of), **facts}
    found = [
        _match(policy, rules, facts, given, specs, as_of) for policy in policies if policy.valid_on(as_of)
    ]
    return tuple(sorted(found, key=_order))


def _order(one: Match) -> tuple[int, int, str]:
    rank = {Status.ENTITLED: 0, Status.UNKNOWN: 1, Status.NOT: 2 if one.near else 3}[one.status]
    return rank, len(one.missing), one.policy


def _match(
    policy: Policy,
    rules: RuleSet,
    facts: Mapping[str, Value],
    given: Mapping[str, Value],
    specs: Mapping[str, FactSpec],
    as_of: dt.date,
) -> Match:
    judged = tuple(judge(rules, name, facts, as_of) for name in policy.entitlements)
    entitled = [one for one in judged if one.status is Status.ENTITLED]
    if entitled:
        amounts = [one.amount for one in entitled if isinstance(one.amount, Decimal)]
        amount = max(amounts) if amounts else entitled[0].amount
        return Match(policy=policy.id, status=Status.ENTITLED, judgements=judged, amount=amount)
    unknown = [one for one in judged if one.status is Status.UNKNOWN]
    if unknown:
        missing = tuple(dict.fromkeys(name for one in unknown for name in one.missing))
        return Match(policy=policy.id, status=Status.UNKNOWN, judgements=judged, missing=missing)
    least = min(judged, key=lambda one: len(_failed(one)), default=None)
    failed = _failed(least) if least and least.conditions else ()
    gaps = tuple(gap for one in failed for gap in gaps_of(one, given, specs, as_of))
    return Match(
        policy=policy.id,
        status=Status.NOT,
        judgements=judged,
        gaps=gaps,
        near=len(failed) == 1 and bool(gaps),
    )


def _failed(one: Judgement) -> tuple[Judged, ...]:
    return tuple(judged for judged in one.conditions if judged.explanation.value is not True)


def gaps_of(
    judged: Judged, given: Mapping[str, Value], specs: Mapping[str, FactSpec], as_of: dt.date
) -> tuple[Gap, ...]:
    """How far one condition is from holding: a gap for each comparison in it that failed and can be measured."""
    found = (_gap(atom, given, specs, as_of) for atom in judged.explanation.failed)
    return tuple(one for one in found if one is not None)


def _gap(atom: Atom, given: Mapping[str, Value], specs: Mapping[str, FactSpec], as_of: dt.date) -> Gap | None:
    expr = atom.expr
    if not isinstance(expr, nodes.Compare) or expr.op not in _TURNED:
        return None
    left, op, right = expr.left, expr.op, expr.right
    if not _of_subject(left, specs):
        left, op, right = right, _TURNED[op], left
    subject = _of_subject(left, specs)
    if len(subject) != 1 or _of_subject(right, specs):
        return None
    spec = specs[subject[0]]
    is_, wanted = evaluate(left, given, today=as_of), evaluate(right, given, today=as_of)
    if isinstance(is_, Decimal) and isinstance(wanted, Decimal):
        if spec.kind is ColumnKind.DATE:
            return _by_time(spec, expr, op, given, wanted - is_, as_of)
        return _by_amount(spec, op, wanted - is_)
    if isinstance(is_, dt.date) and isinstance(wanted, dt.date):
        return _by_time(spec, expr, op, given, Decimal(abs((wanted - is_).days)) / 365, as_of)
    return None


def _of_subject(expr: nodes.Expr, specs: Mapping[str, FactSpec]) -> tuple[str, ...]:
    return tuple(name for name in names_in(expr) if name in specs)


def _by_amount(spec: FactSpec, op: str, lacking: Decimal) -> Gap:
    """By how much a number or an amount misses; to be above a limit takes one more of the smallest unit."""
    smallest = Decimal(1).scaleb(-spec.scale)
    if op in {">", "<"}:
        lacking += smallest if op == ">" else -smallest
    size = abs(lacking)
    shown = (
        format_yuan(Fen(int(size * 100)))
        if spec.kind is ColumnKind.MONEY
        else f"{size.normalize():f}{spec.unit}"
    )
    said = f"{spec.name}还差{shown}" if lacking > 0 else f"{spec.name}超出{shown}"
    return Gap(fact=spec.id, text=said, lacking=lacking)


def _by_time(
    spec: FactSpec,
    expr: nodes.Expr,
    op: str,
    given: Mapping[str, Value],
    years: Decimal,
    as_of: dt.date,
) -> Gap | None:
    """The first day on which time alone makes it hold; None where time will not."""
    if op in {"<", "<="} and years < 0:
        return Gap(fact=spec.id, text=f"{spec.name}已经超过规定的期限")
    last = int(abs(years).to_integral_value(ROUND_CEILING)) * 366 + 366

    def holds(days: int) -> bool:
        return evaluate(expr, given, today=as_of + dt.timedelta(days=days)) is True

    if not holds(last):
        return None
    first = 0  # what holds at the end and not now begins to hold at one day between
    while first + 1 < last:
        middle = (first + last) // 2
        first, last = (first, middle) if holds(middle) else (middle, last)
    day = as_of + dt.timedelta(days=last)
    return Gap(fact=spec.id, text=f"到{chinese_date(day)}起符合（按{spec.name}计算）", on=day)


def next_question(matches: Sequence[Match], never: frozenset[str] = frozenset()) -> str | None:
    """The fact to ask for next so that least is asked: the one that settles most policies nearest to being settled.

    `never`: facts the subject cannot know or did not want to tell. None when no question helps any more.
    """
    weights = dict[str, Fraction]()
    for one in matches:
        if one.status is Status.UNKNOWN:
            for name in one.missing:
                if name not in never:
                    weights[name] = weights.get(name, Fraction(0)) + Fraction(1, len(one.missing))
    return min(weights, key=lambda name: (-weights[name], name), default=None)
