"""The names a model brings: what FEEL must know before it reads a text in which names hold spaces."""

from __future__ import annotations

from collections.abc import Iterator as Many

from bancheng.core.rules.decisions._model import (
    Boxed,
    BoxedContext,
    BoxedFilter,
    BoxedList,
    Conditional,
    DecisionTable,
    FunctionDefinition,
    Invocation,
    ItemDefinition,
    Iterator,
    KnowledgeSource,
    Model,
    Relation,
)


def item_names(model: Model) -> Many[ItemDefinition]:
    """Every type of a model, components too."""

    def within(item: ItemDefinition) -> Many[ItemDefinition]:
        yield item
        for one in item.components:
            yield from within(one)

    for item in model.items:
        yield from within(item)


def member_names(model: Model) -> Many[str]:
    """Names that may stand after a dot: of components, of entries of contexts, of columns and of outputs."""
    for item in item_names(model):
        yield item.name
    for element in model.elements:
        if not isinstance(element, KnowledgeSource):  # nothing refers to an authority in a text
            yield element.name
    for decision in model.decisions:
        if decision.expression is not None:
            yield from _within(decision.expression)
    for knowledge in model.knowledge:
        if knowledge.function is not None:
            yield from _within(knowledge.function)


def _within(box: Boxed) -> Many[str]:
    if isinstance(box, BoxedContext):
        yield from (one.variable.name for one in box.entries if one.variable is not None)
    elif isinstance(box, Relation):
        yield from (one.name for one in box.columns)
    elif isinstance(box, DecisionTable):
        yield from (one.name for one in box.outputs if one.name)
    for part in parts(box):
        yield from _within(part)


def parts(box: Boxed) -> tuple[Boxed, ...]:
    """The boxed expressions directly inside one, cells of tables left out."""
    if isinstance(box, BoxedContext):
        return tuple(one.value for one in box.entries)
    if isinstance(box, Invocation):
        return (box.function, *(one.value for one in box.bindings if one.value is not None))
    if isinstance(box, BoxedList):
        return box.items
    if isinstance(box, Relation):
        return tuple(cell for row in box.rows for cell in row.items)
    if isinstance(box, FunctionDefinition):
        return () if box.body is None else (box.body,)
    if isinstance(box, Conditional):
        return (box.condition, box.then, box.otherwise)
    if isinstance(box, BoxedFilter):
        return (box.source, box.match)
    return (box.source, box.body) if isinstance(box, Iterator) else ()


def tables(model: Model) -> Many[tuple[str, DecisionTable]]:
    """Every decision table of a model, with the name of its decision or business knowledge model."""

    def within(box: Boxed) -> Many[DecisionTable]:
        if isinstance(box, DecisionTable):
            yield box
        for part in parts(box):
            yield from within(part)

    for decision in model.decisions:
        if decision.expression is not None:
            yield from ((decision.name, one) for one in within(decision.expression))
    for knowledge in model.knowledge:
        if knowledge.function is not None:
            yield from ((knowledge.name, one) for one in within(knowledge.function))
