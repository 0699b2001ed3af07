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
    depths = _depths(model)
    needed_by: dict[str, list[str]] = {one.id: [] for one in model.elements}
    for one in model.elements:
        for need in requirements(one):
            needed_by.get(need.href, []).append(one.id)
    rows = [
        [one for one in model.elements if depths[one.id] == depth] for depth in sorted({*depths.values()})
    ]
    breadths = [sum(SIZES[type(one)][0] + ACROSS for one in row) - ACROSS for row in rows]
    shapes: dict[str, Shape] = {}
    for depth, row in enumerate(rows):
        x = MARGIN + (max(breadths) - breadths[depth]) / 2
        # Under what needs it, so that few arrows cross.
        for one in sorted(
            row, key=lambda one: _middle([shapes[by] for by in needed_by[one.id] if by in shapes])
        ):
            width, height = SIZES[type(one)]
            shapes[one.id] = Shape(element=one.id, x=x, y=MARGIN + depth * DOWN, width=width, height=height)
            x += width + ACROSS
    shapes = {one.id: shapes[one.id] for one in model.elements}
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


def _depths(model: Model) -> dict[str, int]:
    """How far below the top each element stands, one below the lowest that needs it; a loop ends at the number of
    elements."""
    depths = {one.id: 0 for one in model.elements}
    for _ in depths:
        before = dict(depths)
        for one in model.elements:
            for need in requirements(one):
                if need.href in depths:
                    depths[need.href] = min(max(depths[need.href], depths[one.id] + 1), len(depths))
        if before == depths:
            break
    return depths


def _middle(above: list[Shape]) -> float:
    return sum(one.x + one.width / 2 for one in above) / len(above) if above else 0.0


def _way(below: Shape, above: Shape) -> tuple[tuple[float, float], ...]:
    return (
        (below.x + below.width / 2, below.y),
        (above.x + above.width / 2, above.y + above.height),
    )
