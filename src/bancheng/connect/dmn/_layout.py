"""Places for the elements of a model that has no diagram: what is needed lies below what needs it."""

from __future__ import annotations

from typing import Final

import msgspec

from bancheng.connect.dmn._ids import with_table_ids
from bancheng.core.rules.decisions import (
    Decision,
    DecisionService,
    Diagram,
    Edge,
    InputData,
    KnowledgeModel,
    KnowledgeSource,
    Model,
    Requirement,
    Shape,
)

SIZES: Final[dict[type, tuple[float, float]]] = {
    Decision: (180.0, 80.0),
    InputData: (125.0, 45.0),
    KnowledgeModel: (135.0, 46.0),
    KnowledgeSource: (100.0, 63.0),
    DecisionService: (200.0, 200.0),
}
"Width and height of each kind, as modellers draw them."

ACROSS, DOWN, MARGIN = 60.0, 140.0, 40.0


def laid_out(model: Model) -> Model:
    """The model with a diagram and with ids for its arrows, where it has none."""
    model = with_table_ids(_with_ids(model))
    if model.diagrams:
        return model
    levels = _levels(model)
    shapes: dict[str, Shape] = {}
    top = max(levels.values(), default=0)
    columns: dict[int, float] = {}
    for one in model.elements:
        width, height = SIZES[type(one)]
        level = levels[one.id]
        x = columns.get(level, MARGIN)
        columns[level] = x + width + ACROSS
        shapes[one.id] = Shape(
            element=one.id, x=x, y=MARGIN + (top - level) * DOWN, width=width, height=height
        )
    edges = tuple(
        Edge(element=need.id, points=_way(shapes[need.href], shapes[one.id]))
        for one in model.elements
        for need in requirements(one)
        if need.href in shapes
    )
    diagram = Diagram(name=model.name, id="diagram_1", shapes=tuple(shapes.values()), edges=edges)
    return msgspec.structs.replace(model, diagrams=(diagram,))


def requirements(one: object) -> tuple[Requirement, ...]:
    """The arrows that end at an element."""
    return one.requirements if isinstance(one, (Decision, KnowledgeModel, KnowledgeSource)) else ()


def _with_ids(model: Model) -> Model:
    taken = {need.id for one in model.elements for need in requirements(one)}
    numbers = (number for number in range(1, 1_000_000) if f"needs_{number}" not in taken)

    def named(one: Decision | KnowledgeModel | KnowledgeSource) -> tuple[Requirement, ...]:
        return tuple(
            need if need.id else msgspec.structs.replace(need, id=f"needs_{next(numbers)}")
            for need in one.requirements
        )

    return msgspec.structs.replace(
        model,
        decisions=tuple(msgspec.structs.replace(one, requirements=named(one)) for one in model.decisions),
        knowledge=tuple(msgspec.structs.replace(one, requirements=named(one)) for one in model.knowledge),
        sources=tuple(msgspec.structs.replace(one, requirements=named(one)) for one in model.sources),
        diagrams=tuple(
            one if one.id else msgspec.structs.replace(one, id=f"diagram_{number}")
            for number, one in enumerate(model.diagrams, 1)
        ),
    )


def _levels(model: Model) -> dict[str, int]:
    """How far above the ground each element stands; a loop ends at the number of elements."""
    levels = {one.id: 0 for one in model.elements}
    for _ in levels:
        before = dict(levels)
        for one in model.elements:
            below = [levels[need.href] for need in requirements(one) if need.href in levels]
            levels[one.id] = min(max([levels[one.id], *(level + 1 for level in below)]), len(levels))
        if before == levels:
            break
    return levels


def _way(below: Shape, above: Shape) -> tuple[tuple[float, float], ...]:
    return (
        (below.x + below.width / 2, below.y),
        (above.x + above.width / 2, above.y + above.height),
    )
