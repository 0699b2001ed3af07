"""The same plans on the field's engines, for comparison only: OpenFisca-core (arrays), GoRules zen (row by row)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from bancheng.connect.engines._algebra import said
from bancheng.core.benefits import ColumnKind, Plan, PlanColumn


class _Two(NamedTuple):
    """Where true and where false, as arrays; unknown in neither."""

    true: Any
    false: Any


class _Arrays:
    """Three-valued logic as an author of OpenFisca formulas must write it: each fact with a companion `…_known`."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        self.read = read

    def _leaf(self, column: PlanColumn, holds: Any) -> _Two:
        known = self.read(f"{column.column}_known")
        return _Two(holds & known, ~holds & known)

    def fixed(self, value: bool | None) -> _Two:
        return _Two(np.bool_(value is True), np.bool_(value is False))

    def at_most(self, column: PlanColumn, bound: int) -> _Two:
        return self._leaf(column, self.read(column.column) <= bound)

    def among(self, column: PlanColumn, codes: tuple[int, ...]) -> _Two:
        values = self.read(column.column)
        holds = values == codes[0]
        for code in codes[1:]:
            holds = holds | (values == code)
        return self._leaf(column, holds)

    def flag(self, column: PlanColumn) -> _Two:
        return self._leaf(column, self.read(column.column) == 1)

    def present(self, column: PlanColumn) -> _Two:
        absent = self.read(f"{column.column}_absent") if column.may_be_absent else np.bool_(0)
        return _Two(self.read(f"{column.column}_known"), absent)

    def weighted(self, terms: tuple[tuple[int, PlanColumn], ...], bound: int) -> _Two:
        raise NotImplementedError

    def every(self, parts: Sequence[_Two]) -> _Two:
        true, false = parts[0]
        for one in parts[1:]:
            true, false = true & one.true, false | one.false
        return _Two(true, false)

    def some(self, parts: Sequence[_Two]) -> _Two:
        true, false = parts[0]
        for one in parts[1:]:
            true, false = true | one.true, false & one.false
        return _Two(true, false)

    def opposite(self, part: _Two) -> _Two:
        return _Two(part.false, part.true)

    def filled(self, part: _Two, value: bool) -> _Two:
        return _Two(part.true | (~part.false if value else False), part.false if value else ~part.true)

    def choose(self, where: _Two, then: _Two, otherwise: _Two) -> _Two:
        return _Two(
            (where.true & then.true) | (where.false & otherwise.true),
            (where.true & then.false) | (where.false & otherwise.false),
        )


class OpenFisca:
    """Each rule two variables, where true and where not; inputs set once."""

    def __init__(self, plans: Sequence[Plan], columns: Sequence[PlanColumn], facts: pl.DataFrame) -> None:
        from openfisca_core.entities import build_entity
        from openfisca_core.periods import DateUnit
        from openfisca_core.taxbenefitsystems import TaxBenefitSystem
        from openfisca_core.variables import Variable

        person = build_entity(key="person", plural="persons", label="Person", is_person=True)
        self.system = TaxBenefitSystem([person])
        common = {"entity": person, "definition_period": DateUnit.MONTH}
        self.inputs: dict[str, Any] = {}
        for one in columns:
            values = facts.get_column(one.column).to_physical()
            self.inputs[one.column] = (
                values.fill_null(0 if values.dtype != pl.Boolean else False).cast(pl.Int64).to_numpy()
            )
            self.inputs[f"{one.column}_known"] = values.is_not_null().to_numpy()
            if one.may_be_absent:
                self.inputs[f"{one.column}_absent"] = facts.get_column(one.absent).to_numpy()
        for name, array in self.inputs.items():
            kind = bool if array.dtype == np.bool_ else int
            self.system.add_variable(type(name, (Variable,), {**common, "value_type": kind}))
        for plan in plans:
            for side in ("true", "false"):
                body = {**common, "value_type": bool, "formula": _formula(plan, side)}
                self.system.add_variable(type(f"{plan.rules[0]}_{side}", (Variable,), body))
        self.rules = [plan.rules[0] for plan in plans]
        self.rows = facts.height

    def run(self, sides: tuple[str, ...] = ("true", "false")) -> dict[str, Any]:
        """Calculate everything in a new simulation."""
        from openfisca_core.simulations import SimulationBuilder

        simulation = SimulationBuilder().build_default_simulation(self.system, count=self.rows)
        for name, array in self.inputs.items():
            simulation.set_input(name, "2026-11", array)
        return {
            f"{rule}_{side}": simulation.calculate(f"{rule}_{side}", "2026-11")
            for rule in self.rules
            for side in sides
        }


def _formula(plan: Plan, side: str) -> Callable[..., Any]:
    def formula(person: Any, period: Any) -> Any:
        (found,) = said(plan, _Arrays(lambda name: person(name, period)))
        return getattr(found, side) if side == "true" else found.false

    return formula


class _ZenText:
    """A rule as a guarded expression of zen, true where entitled; unknown and false are one (it has no third)."""

    def _guarded(self, column: PlanColumn, text: str) -> str:
        return f"({column.column} != null and {text})"

    def fixed(self, value: bool | None) -> tuple[str, str]:
        return ("true" if value else "false"), ("true" if value is False else "false")

    def _leaf(self, column: PlanColumn, text: str) -> tuple[str, str]:
        return self._guarded(column, text), self._guarded(column, f"not ({text})")

    def at_most(self, column: PlanColumn, bound: int) -> tuple[str, str]:
        return self._leaf(column, f"{column.column} <= {bound}")

    def among(self, column: PlanColumn, codes: tuple[int, ...]) -> tuple[str, str]:
        return self._leaf(column, f"{column.column} in [{', '.join(map(str, codes))}]")

    def flag(self, column: PlanColumn) -> tuple[str, str]:
        return self._leaf(column, f"{column.column} == 1")

    def present(self, column: PlanColumn) -> tuple[str, str]:
        return f"({column.column} != null)", f"({column.absent} == 1)" if column.may_be_absent else "false"

    def weighted(self, terms: tuple[tuple[int, PlanColumn], ...], bound: int) -> tuple[str, str]:
        raise NotImplementedError

    def every(self, parts: Sequence[tuple[str, str]]) -> tuple[str, str]:
        return f"({' and '.join(one for one, _ in parts)})", f"({' or '.join(one for _, one in parts)})"

    def some(self, parts: Sequence[tuple[str, str]]) -> tuple[str, str]:
        return f"({' or '.join(one for one, _ in parts)})", f"({' and '.join(one for _, one in parts)})"

    def opposite(self, part: tuple[str, str]) -> tuple[str, str]:
        return part[1], part[0]

    def filled(self, part: tuple[str, str], value: bool) -> tuple[str, str]:
        return (f"(not {part[1]})", part[1]) if value else (part[0], f"(not {part[0]})")

    def choose(
        self, where: tuple[str, str], then: tuple[str, str], otherwise: tuple[str, str]
    ) -> tuple[str, str]:
        return tuple(f"(({where[0]} and {then[at]}) or ({where[1]} and {otherwise[at]}))" for at in (0, 1))  # type: ignore[return-value]  # two texts


class Zen:
    """All rules as one decision of expressions."""

    def __init__(self, plan: Plan) -> None:
        import zen

        texts = said(plan, _ZenText())
        expressions = [
            {"id": rule, "key": rule, "value": text}
            for rule, (text, _) in zip(plan.rules, texts, strict=True)
        ]
        graph = {
            "nodes": [
                {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
                {
                    "id": "all",
                    "type": "expressionNode",
                    "name": "all",
                    "position": {"x": 0, "y": 0},
                    "content": {"expressions": expressions},
                },
                {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 0, "y": 0}},
            ],
            "edges": [
                {"id": "a", "sourceId": "in", "targetId": "all", "type": "edge"},
                {"id": "b", "sourceId": "all", "targetId": "out", "type": "edge"},
            ],
        }
        self.decision = zen.ZenEngine().create_decision(json.dumps(graph))

    def run(self, row: dict[str, Any], *, trace: bool = False) -> dict[str, bool]:
        """Which rules hold for one row."""
        return dict(self.decision.evaluate(row, {"trace": trace})["result"])


def zen_rows(columns: Sequence[PlanColumn], facts: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows as zen takes them: whole numbers and nulls."""
    exprs = []
    for one in columns:
        column = pl.col(one.column)
        exprs.append(
            column.to_physical().cast(pl.Int64)
            if one.kind is not ColumnKind.BOOLEAN
            else column.cast(pl.Int64)
        )
        if one.may_be_absent:
            exprs.append(pl.col(one.absent).cast(pl.Int64))
    return facts.select(exprs).to_dicts()
