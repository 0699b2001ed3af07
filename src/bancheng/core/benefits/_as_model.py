"""A written policy as a decision model of the standard: its conditions, parameters, amounts and legal bases as a graph.

`Model` → DMN is a matter of files (`connect`). The model asks for facts as contexts, so that ``person.birth`` is
a path for every engine; each parameter of law is a decision of its own, with its value on the day. Only literal
expressions and decision tables are used: what every modeller shows.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping

from bancheng.core.benefits._amount_table import decision_table
from bancheng.core.benefits._entitlements import Entitlement, Parameter, RuleSet
from bancheng.core.benefits._facts import ColumnKind, FactSpec
from bancheng.core.benefits._trees import known_on
from bancheng.core.benefits._writing import PolicyWriting, facts_read, names_read
from bancheng.core.rules import Value
from bancheng.core.rules.decisions import (
    Boxed,
    Decision,
    InputData,
    ItemDefinition,
    KnowledgeSource,
    LiteralExpression,
    Model,
    Requirement,
    RequirementKind,
    Text,
    Variable,
)

HOLDS = "符合"
"""The decision that says whether somebody is entitled."""
DUE = "应发"
"""The decision that says how much it is, in yuan; there where money is paid."""
_TYPES = {
    ColumnKind.NUMBER: "number",
    ColumnKind.MONEY: "number",
    ColumnKind.BOOLEAN: "boolean",
    ColumnKind.DATE: "date",
    ColumnKind.CODE: "string",
}


def model_of(writing: PolicyWriting, rules: RuleSet, day: dt.date) -> Model:
    """The policy as a model on a day. `rules`: the facts and parameters it reads; the writing must be sound.

    Its decision `HOLDS` is true, false, or, where a fact that decides is missing, null (Unknown where the engine knows
    it); `DUE` is not known either while another rule may hold. Every fact of a context has to be given, as null where
    it is missing.
    """
    facts, read = facts_read(writing, rules), set(names_read(writing))
    parameters = tuple(one for one in rules.parameters if one.id in read)
    sources = {basis: f"law_{at}" for at, basis in enumerate(_bases(writing, parameters, day), 1)}
    maker = _Maker(writing, facts, parameters, sources, known_on(rules.parameters, day))
    return Model(
        name=writing.name or writing.key,
        namespace=f"urn:bancheng:policy:{writing.key}",
        id=f"policy_{writing.key}",
        description=writing.policy.summary,
        items=tuple(_items(facts)),
        inputs=tuple(_inputs(facts)),
        decisions=(*maker.result(), *maker.rules(), *maker.law(day)),
        sources=tuple(KnowledgeSource(id=id_, name=basis) for basis, id_ in sources.items()),
    )


def _bases(writing: PolicyWriting, parameters: Iterable[Parameter], day: dt.date) -> Iterator[str]:
    """Every legal basis, once."""
    told = [*writing.policy.basis]
    for rule in writing.entitlements:
        told += [*rule.basis, *(one.basis for one in rule.conditions if one.basis)]
    told += [dated.basis for one in parameters if (dated := one.on(day)) is not None and dated.basis]
    yield from dict.fromkeys(told)


def _groups(facts: Iterable[FactSpec]) -> dict[str, list[FactSpec]]:
    found: dict[str, list[FactSpec]] = {}
    for one in facts:
        found.setdefault(one.id.partition(".")[0], []).append(one)
    return found


def _items(facts: Iterable[FactSpec]) -> Iterator[ItemDefinition]:
    for group, members in _groups(facts).items():
        yield ItemDefinition(
            name=f"t_{group}",
            components=tuple(
                ItemDefinition(
                    name=one.id.partition(".")[2],
                    type=_TYPES[one.kind],
                    label=one.name,
                    allowed=_allowed(one),
                )
                for one in members
            ),
        )


def _allowed(one: FactSpec) -> Text | None:
    if one.kind is not ColumnKind.CODE or not one.values:
        return None
    values = [f'"{value}"' for value in one.values]
    return Text(text=", ".join([*values, "null"] if one.may_be_absent else values))


def _inputs(facts: Iterable[FactSpec]) -> Iterator[InputData]:
    for group, members in _groups(facts).items():
        yield InputData(
            id=f"in_{group}",
            name=group,
            variable=Variable(name=group, type=f"t_{group}"),
            label="、".join(one.name for one in members),
        )


class _Maker:
    """The decisions of one policy."""

    def __init__(
        self,
        writing: PolicyWriting,
        facts: tuple[FactSpec, ...],
        parameters: tuple[Parameter, ...],
        sources: Mapping[str, str],
        known: Mapping[str, Value],
    ) -> None:
        self._writing, self._facts, self._parameters = writing, facts, parameters
        self._sources, self._known = sources, known
        self._many = len(writing.entitlements) > 1

    def law(self, day: dt.date) -> Iterator[Decision]:
        """The parameters, each with its value and basis."""
        for one in self._parameters:
            dated = one.on(day)
            yield self._decision(
                _law_id(one.id),
                _law_name(one),
                LiteralExpression(text=Text(text=dated.value if dated else "null")),
                "" if one.listed else _TYPES[one.kind],
                self._because([dated.basis] if dated else []),
            )

    def rules(self) -> Iterator[Decision]:
        """Whether the conditions of each rule hold, and how much it is."""
        for at, rule in enumerate(self._writing.entitlements, 1):
            number = str(at) if self._many else ""
            whens = [self._said(one.when) for one in rule.conditions]
            yield self._decision(
                f"holds{number}",
                f"条件{number}" if self._many else HOLDS,
                LiteralExpression(text=Text(text="\nand ".join(f"({when})" for when in whens))),
                "boolean",
                (
                    *self._needs(*whens),
                    *self._because([*rule.basis, *(one.basis for one in rule.conditions)]),
                ),
                "；".join(one.text for one in rule.conditions),
            )
            if rule.amount:
                yield self._amount(rule, number)

    def _amount(self, rule: Entitlement, number: str) -> Decision:
        table, text = self._writing.tables.get(rule.id), self._said(rule.amount)
        logic: Boxed = LiteralExpression(text=Text(text=text))
        if table is not None:
            logic = decision_table(table, rule, self._known)
        return self._decision(f"amount{number}", f"金额{number}", logic, "number", self._needs(text))

    def result(self) -> Iterator[Decision]:
        """What several rules come to: true where one holds, with the greatest of the amounts of those that do."""
        numbers = [str(at) if self._many else "" for at in range(1, len(self._writing.entitlements) + 1)]
        holds = [Requirement(kind=RequirementKind.DECISION, href=f"holds{number}") for number in numbers]
        names = {number: f"条件{number}" if self._many else HOLDS for number in numbers}
        paid = [
            number for number, rule in zip(numbers, self._writing.entitlements, strict=True) if rule.amount
        ]
        if paid:
            told = [f"if {names[number]} = true then 金额{number} else null" for number in paid]
            greatest = told[0] if len(told) == 1 else f"max([{', '.join(told)}][item != null])"
            needs = [Requirement(kind=RequirementKind.DECISION, href=f"amount{number}") for number in paid]
            asked = [one for number, one in zip(numbers, holds, strict=True) if number in paid]
            logic = LiteralExpression(text=Text(text=greatest))
            yield self._decision("due", DUE, logic, "number", (*asked, *needs))
        if self._many:
            logic = LiteralExpression(text=Text(text=" or ".join(names.values())))
            yield self._decision("holds", HOLDS, logic, "boolean", tuple(holds), self._writing.name)

    def _decision(
        self, id_: str, name: str, logic: Boxed, kind: str, needs: tuple[Requirement, ...], words: str = ""
    ) -> Decision:
        variable = Variable(name=name, type=kind)
        return Decision(
            id=id_, name=name, variable=variable, expression=logic, requirements=needs, description=words
        )

    def _said(self, text: str) -> str:
        """FEEL with the parameters under the names of their decisions."""
        for one in self._parameters:
            text = re.sub(rf"(?<![\w.\"]){re.escape(one.id)}(?![\w.\"])", _law_name(one), text)
        return text

    def _needs(self, *texts: str) -> tuple[Requirement, ...]:
        text = " ".join(texts)
        read = (one.id for one in self._facts if re.search(rf"\b{re.escape(one.id)}\b", text))
        groups = dict.fromkeys(name.partition(".")[0] for name in read)
        law = (one for one in self._parameters if _law_name(one) in text)
        return (
            *(Requirement(kind=RequirementKind.INPUT, href=f"in_{group}") for group in groups),
            *(Requirement(kind=RequirementKind.DECISION, href=_law_id(one.id)) for one in law),
        )

    def _because(self, bases: Iterable[str]) -> tuple[Requirement, ...]:
        return tuple(
            Requirement(kind=RequirementKind.AUTHORITY, href=self._sources[one], authority=True)
            for one in dict.fromkeys(bases)
            if one
        )


def _law_id(parameter: str) -> str:
    return f"law_{parameter.replace('.', '_')}"


def _law_name(one: Parameter) -> str:
    """Its name where FEEL reads it as one; else its id as one word."""
    return one.name if re.fullmatch(r"[^\W\d]\w*", one.name) else one.id.replace(".", "_")
