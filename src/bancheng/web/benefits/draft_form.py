"""The form in which a policy is written: what was typed as a writing, a writing as what is shown, and where each error
stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, TypeVar

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from msgspec.structs import replace

from bancheng.core.benefits import (
    ABSENT,
    ANY,
    AmountRow,
    AmountTable,
    CaseResult,
    ColumnKind,
    Condition,
    Entitlement,
    Every,
    FactSpec,
    Policy,
    PolicyCase,
    PolicyKind,
    PolicyMode,
    PolicyWriting,
    Status,
    SubjectKind,
    facts_read,
)
from bancheng.core.kernel import Fen, Problem
from bancheng.core.rules import Value
from bancheng.usecases import benefits, policy_drafting
from bancheng.usecases.policy_drafting import MOST, Wrong
from bancheng.web.benefits.words import EVERY, KINDS, MODES, STATUS, SUBJECTS

E = TypeVar("E", bound=StrEnum)


COLUMNS, STEPS = 4, 30
"""The widest and longest table of amounts."""


@dataclass
class Typed:
    """What a form came to. `errors`: field → what could not be read, `raw`: what stood there; `rows`: the field of a
    condition → the field in which it was typed, where empty rows stand before it."""

    writing: PolicyWriting
    errors: dict[str, str] = field(default_factory=dict)
    raw: dict[str, str] = field(default_factory=dict)
    rows: dict[str, str] = field(default_factory=dict)


def read(post: QueryDict, before: PolicyWriting) -> Typed:
    """What was typed; what the form does not show stays as it was before."""
    found = Typed(before)
    policy = _policy(post, before.policy, found)
    subject = _choice(post, "subject", SubjectKind, before.subject)
    rules = tuple(_rule(post, f"r{at}", subject, before, found) for at in range(MOST) if f"r{at}-id" in post)
    rules = tuple(
        replace(
            one,
            valid_from=policy.valid_from if one.valid_from == before.policy.valid_from else one.valid_from,
            valid_to=policy.valid_to if one.valid_to == before.policy.valid_to else one.valid_to,
        )
        for one in rules
    )
    cases = tuple(_case(post, at, before, found) for at in range(MOST) if f"k{at}-name" in post)
    tables = {one.id: _table(post, f"r{at}-t") for at, one in enumerate(rules)}
    rules = tuple(
        replace(one, amount="") if tables[one.id] is None and one.id in before.tables else one
        for one in rules
    )
    writing = PolicyWriting(
        policy=policy,
        entitlements=rules or before.entitlements,
        tables={key: table for key, table in tables.items() if table is not None},
        cases=cases,
        text=post.get("source", before.text)[: policy_drafting.LONGEST],
    )
    found.writing = policy_drafting.with_parameters(writing)
    return found


def _policy(post: QueryDict, before: Policy, found: Typed) -> Policy:
    said = {name: _line(post, name, most) for name, most in _TEXTS.items() if name in post}
    obstacles = {one.id for one in benefits.library().rules.entitlements}
    return replace(
        before,
        **said,
        kind=_choice(post, "kind", PolicyKind, before.kind),
        mode=_choice(post, "mode", PolicyMode, before.mode),
        every=_choice(post, "every", Every, before.every),
        basis=_lines(post, "basis"),
        materials=_lines(post, "materials"),
        intent="intent" in post,
        notice_days=_number(post, "notice_days", before.notice_days, 60, found),
        sample_permille=_number(post, "sample_permille", before.sample_permille, 1000, found),
        excludes=_excluded(post, before, found),
        obstacles=tuple(one for one in post.getlist("obstacles") if one in obstacles),
        valid_from=_day(post, "valid_from", before.valid_from, found),
        valid_to=_day(post, "valid_to", before.valid_to, found),
    )


_TEXTS = {"name": 100, "summary": 300, "document": 200, "payment": 200}


def _rule(post: QueryDict, at: str, subject: SubjectKind, before: PolicyWriting, found: Typed) -> Entitlement:
    known = {one.id: one for one in before.entitlements}
    name = post.get(f"{at}-id", "")
    blank = Entitlement(id=name[:60] or f"{before.key}_1", name="", subject=subject, conditions=())
    rule = known.get(name, blank)
    conditions = {one.id: one for one in rule.conditions}
    rows, taken = list[Condition](), set[str]()
    for row in range(MOST + 1):
        field_of = f"{at}-c{row}"
        text, when = _line(post, f"{field_of}-text", 200), _line(post, f"{field_of}-when", 500)
        if not (text or when):
            continue
        key = post.get(f"{field_of}-id", "")
        if not key or key in taken:
            key = next(new for n in range(1, 2 * MOST + 2) if (new := f"c{n}") not in taken | set(conditions))
        taken.add(key)
        found.rows[f"{at}-c{len(rows)}"] = field_of
        old = conditions.get(key, Condition(id=key, text="", when=""))
        rows.append(replace(old, text=text, when=when, basis=_line(post, f"{field_of}-basis", 200)))
    return replace(
        rule,
        subject=subject,
        name=_line(post, f"{at}-name", 100),
        conditions=tuple(rows[:MOST]),
        amount=_line(post, f"{at}-amount", 400),
    )


def _table(post: QueryDict, at: str) -> AmountTable | None:
    """The table of amounts that was typed; None where nothing was. Columns without a head and empty rows fall out."""
    heads = [(column, _line(post, f"{at}-h{column}", 200)) for column in range(COLUMNS)]
    kept = [(column, head) for column, head in heads if head]
    rows = []
    for row in range(STEPS):
        cells = tuple(_line(post, f"{at}-{row}-{column}", 100) or ANY for column, _head in kept)
        amount = _line(post, f"{at}-{row}-a", 100)
        if amount or any(cell != ANY for cell in cells):
            rows.append(AmountRow(cells=cells, amount=amount))
    if not kept and not rows:
        return None
    return AmountTable(columns=tuple(head for _column, head in kept), rows=tuple(rows))


def _case(post: QueryDict, at: int, before: PolicyWriting, found: Typed) -> PolicyCase:
    old = before.cases[at] if at < len(before.cases) else PolicyCase(name="", as_of=timezone.localdate())
    start = f"k{at}-f-"
    told = {key.removeprefix(start): _line(post, key, 60) for key in post if key.startswith(start)}
    facts = {key: value for key, value in old.facts.items() if key not in told}
    amount = _line(post, f"k{at}-amount", 20).replace(",", "").replace("，", "")
    try:
        worth = Decimal(amount) if amount else None
    except InvalidOperation:
        worth = Decimal("NaN")
    if worth is not None and not worth.is_finite():
        worth = old.amount
        found.errors[f"k{at}-amount"] = _("金额写成数字，如 1200.50。")
        found.raw[f"k{at}-amount"] = amount
    return PolicyCase(
        name=_line(post, f"k{at}-name", 60),
        as_of=_day(post, f"k{at}-day", old.as_of, found) or old.as_of,
        facts=facts | {key: value for key, value in told.items() if value},
        expect=_choice(post, f"k{at}-expect", Status, old.expect),
        amount=worth,
    )


def _line(post: QueryDict, name: str, most: int) -> str:
    return " ".join(post.get(name, "").split())[:most]


def _lines(post: QueryDict, name: str) -> tuple[str, ...]:
    rows = (line.strip()[:200] for line in post.get(name, "").splitlines()[:40])
    return tuple(line for line in rows if line)


def _choice(post: QueryDict, name: str, kind: type[E], before: E) -> E:
    return next((one for one in kind if one.value == post.get(name)), before)


def _number(post: QueryDict, name: str, before: int, most: int, found: Typed) -> int:
    text = post.get(name, "").strip()
    if not text:
        return 0
    if text.isdecimal() and len(text) < 5 and int(text) <= most:
        return int(text)
    found.errors[name] = _("写 0 到 %(n)s 的整数。") % {"n": most}
    found.raw[name] = text[:20]
    return before


def _day(post: QueryDict, name: str, before: dt.date | None, found: Typed) -> dt.date | None:
    text = post.get(name, "").strip()
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        found.errors[name] = _("日期写成 2026-07-01 这样。")
        found.raw[name] = text[:20]
        return before


def _excluded(post: QueryDict, before: Policy, found: Typed) -> tuple[str, ...]:
    by_name = {one.name: one.id for one in benefits.library().policies}
    ids, unknown = [], []
    for line in _lines(post, "excludes"):
        if line in by_name:
            ids.append(by_name[line])
        else:
            unknown.append(line)
    if unknown:
        found.errors["excludes"] = _("没有这样的政策：%(names)s。") % {"names": "、".join(unknown)}
        found.raw["excludes"] = post.get("excludes", "")[:2000]
        return before.excludes
    return tuple(dict.fromkeys(ids))


# -------------------------------------------------------------------------------------------------------- shown


def shown(
    typed: Typed, wrong: Iterable[Wrong], results: Iterable[CaseResult] = (), *, live: bool = False
) -> dict[str, Any]:
    """What the page shows of a writing: every field with its value, and with what is wrong in it. `live`: for a form
    that stands there as it was typed, empty rows among it."""
    writing, policy = typed.writing, typed.writing.policy
    at = _gathered(typed, wrong)
    names = {one.id: one.name for one in benefits.library().policies}
    values = {
        "name": policy.name,
        "summary": policy.summary,
        "document": policy.document,
        "payment": policy.payment,
        "basis": "\n".join(policy.basis),
        "materials": "\n".join(policy.materials),
        "excludes": "\n".join(names.get(one, one) for one in policy.excludes),
        "notice_days": str(policy.notice_days or ""),
        "sample_permille": str(policy.sample_permille or ""),
        "valid_from": policy.valid_from.isoformat() if policy.valid_from else "",
        "valid_to": policy.valid_to.isoformat() if policy.valid_to else "",
    }
    facts = facts_read(writing, benefits.library().rules)
    came = dict(enumerate(results))
    return {
        "writing": writing,
        "value": values | typed.raw,
        "slots": {name: _slot(name, at) for name in _SLOTS},
        "whole": [one for name in _WHOLE for one in at.get(name, ())],
        "kinds": _choices(KINDS, policy.kind),
        "modes": [(key, words[0], key is policy.mode) for key, words in MODES.items()],
        "everies": _choices(EVERY, policy.every),
        "subjects": [(one.value, SUBJECTS[one], one is writing.subject) for one in policy_drafting.kinds()],
        "obstacles": _obstacles(writing),
        "rules": [
            _rule_shown(number, rule, writing, at, typed.rows if live else {})
            for number, rule in enumerate(writing.entitlements)
        ],
        "cases": [
            _case_shown(number, one, facts, came.get(number), typed, at)
            for number, one in enumerate(writing.cases)
        ],
    }


_SLOTS = (
    *("name", "summary", "basis", "excludes", "notice_days", "sample_permille", "valid_from", "valid_to"),
    *("obstacles", "cases"),
)
_WHOLE = ("", "subject")
"""Where something is wrong that stands at no field."""


def _slot(name: str, at: Mapping[str, list[dict[str, str]]], words: str = "") -> dict[str, Any]:
    """What stands under a field: what is wrong in it, and how it reads."""
    return {"field": name, "said": at.get(name, ()), "words": words}


def _gathered(typed: Typed, wrong: Iterable[Wrong]) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for name, said in typed.errors.items():
        found.setdefault(name, []).append({"message": said, "advice": ""})
    for one in wrong:
        found.setdefault(one.field, []).append(_told(one.problem))
    return found


def _told(problem: Problem) -> dict[str, str]:
    if problem.code == "condition-text":
        return {"message": _("还没有写给人看的话。"), "advice": ""}
    column = problem.place.column
    where = _("（第 %(n)s 个字）") % {"n": column} if column else ""
    return {"message": f"{problem.message}{where}", "advice": problem.suggestion}


def _choices(words: Mapping[Any, Any], chosen: StrEnum) -> list[tuple[str, str, bool]]:
    return [(key.value, str(word), key is chosen) for key, word in words.items()]


def _obstacles(writing: PolicyWriting) -> list[tuple[str, str, bool]]:
    """The situations that a person looks at before money moves, of those that any policy for such subjects names."""
    loaded = benefits.library()
    named = {rule for policy in loaded.policies for rule in policy.obstacles} | set(writing.policy.obstacles)
    return [
        (one.id, one.name, one.id in writing.policy.obstacles)
        for one in loaded.rules.entitlements
        if one.id in named and one.subject is writing.subject
    ]


def _rule_shown(
    number: int,
    rule: Entitlement,
    writing: PolicyWriting,
    at: Mapping[str, list[dict[str, str]]],
    stands: Mapping[str, str],
) -> dict[str, Any]:
    start = f"r{number}"
    blank = Condition(id="", text="", when="")
    rows = []
    for row, one in enumerate([*rule.conditions, blank]):
        name = f"{start}-c{row}"
        own = stands.get(name, name)
        words = "" if at.get(f"{name}-when") else policy_drafting.in_words(one.when, writing.subject)
        slots = {
            part: _slot(f"{name}-{part}", at, words if part == "when" else "") for part in ("text", "when")
        }
        slots = {part: slot | {"field": f"{own}-{part}"} for part, slot in slots.items()}
        rows.append({"field": own, "number": row + 1, "one": one, **slots})
    return {
        "field": start,
        "number": number + 1,
        "rule": rule,
        "rows": rows,
        "slot": _slot(start, at),
        "amount": _slot(f"{start}-amount", at, "" if at.get(f"{start}-amount") else _amount_words(rule)),
        "table": _table_shown(f"{start}-t", writing.tables.get(rule.id)),
        "by_table": rule.id in writing.tables,
        "own_name": rule.name if rule.name != writing.policy.name else "",
    }


def _table_shown(at: str, table: AmountTable | None) -> dict[str, Any]:
    """The fields of a table of amounts: its columns and one more, its rows and two more."""
    columns = list(table.columns) if table else []
    heads = [*columns, ""][:COLUMNS]
    rows = [*(table.rows if table else ()), *[AmountRow(cells=(), amount="")] * 2][:STEPS]
    return {
        "heads": [(f"{at}-h{number}", number + 1, head) for number, head in enumerate(heads)],
        "rows": [
            {
                "number": row + 1,
                "cells": [
                    (f"{at}-{row}-{number}", number + 1, "" if cell == ANY else cell)
                    for number, cell in enumerate([*one.cells, *[""] * (len(heads) - len(one.cells))])
                ],
                "amount": (f"{at}-{row}-a", one.amount),
            }
            for row, one in enumerate(rows)
        ],
    }


def _amount_words(rule: Entitlement) -> str:
    words = policy_drafting.in_words(rule.amount, rule.subject)
    return "" if words == rule.amount else words


def _case_shown(
    number: int,
    one: PolicyCase,
    facts: Iterable[FactSpec],
    result: CaseResult | None,
    typed: Typed,
    at: Mapping[str, list[dict[str, str]]],
) -> dict[str, Any]:
    start = f"k{number}"
    day, amount = f"{start}-day", f"{start}-amount"
    return {
        "field": start,
        "number": number + 1,
        "one": one,
        "day": typed.raw.get(day, one.as_of.isoformat()),
        "amount": typed.raw.get(amount, "" if one.amount is None else f"{one.amount:f}"),
        "slot": {
            "field": start,
            "said": [each for name in (start, day, amount) for each in at.get(name, ())],
        },
        "facts": [_fact_shown(f"{start}-f-{spec.id}", spec, one.facts.get(spec.id, "")) for spec in facts],
        "expects": [(key.value, words[0], key is one.expect) for key, words in STATUS.items()],
        "result": _came(result),
    }


def fen_of(yuan: Value) -> Fen | None:
    """An amount as pages show money; None where it is none."""
    return Fen(int((yuan * 100).to_integral_value(ROUND_HALF_UP))) if isinstance(yuan, Decimal) else None


def _came(result: CaseResult | None) -> dict[str, Any] | None:
    if result is None or result.status is None:
        return None
    return {"words": STATUS[result.status][0], "money": fen_of(result.amount), "good": result.good}


def _fact_shown(name: str, spec: FactSpec, value: str) -> dict[str, Any]:
    words = next((one.options for one in benefits.library().asks if one.fact == spec.id), {})
    options: list[tuple[str, str]] = []
    if spec.kind is ColumnKind.BOOLEAN:
        options = [("是", _("是")), ("否", _("否"))]
    elif spec.kind is ColumnKind.CODE:
        options = [(code, words.get(code, code)) for code in spec.values]
    if options and spec.may_be_absent:
        options.append((ABSENT, _("没有")))
    hint = _("如 1950-05-06") if spec.kind is ColumnKind.DATE else spec.unit
    if spec.may_be_absent and not options:
        hint = _("%(hint)s；没有就填“无”") % {"hint": hint} if hint else _("没有就填“无”")
    return {
        "name": name,
        "label": spec.name,
        "value": value,
        "hint": hint,
        "options": [(key, word, key == value) for key, word in options],
    }
