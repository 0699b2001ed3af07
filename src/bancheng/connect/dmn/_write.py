"""A decision model → DMN XML (1.5, or 1.3), with a diagram, as common modellers open it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

import msgspec

from bancheng.connect.dmn._layout import laid_out
from bancheng.connect.dmn._read import OURS
from bancheng.connect.dmn._write_boxes import box, element, optional, text, variable, whole_function
from bancheng.core.rules.decisions import (
    BoxedFilter,
    Conditional,
    DatedValue,
    Decision,
    DecisionService,
    Diagram,
    InputData,
    ItemDefinition,
    KnowledgeModel,
    KnowledgeSource,
    Model,
    Requirement,
    RequirementKind,
)
from bancheng.core.rules.decisions import Iterator as BoxedIterator

SPACES: Final = {
    "1.3": "https://www.omg.org/spec/DMN/20191111/",
    "1.5": "https://www.omg.org/spec/DMN/20230324/",
}
"Versions in which files are written → the beginning of their namespaces."
DC = "http://www.omg.org/spec/DMN/20180521/DC/"
DI = "http://www.omg.org/spec/DMN/20180521/DI/"

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def write_model(model: Model, version: str = "1.5") -> bytes:
    """The XML of a model, UTF-8. A model without a diagram is laid out first (`laid_out`).

    Reading it gives back the same model. Line numbers are not kept, nor is what only a modeller's own extensions say.
    `version`: 1.5, or 1.3, which is as far as common modellers read.

    Raises:
        ValueError: the model uses what 1.3 does not have: conditionals, filters and iterators in boxes, constraints.
    """
    if version == "1.3" and any(_newer(one) for one in _parts(model)):
        raise ValueError("the model needs a later version of the standard")
    model, space = laid_out(model), SPACES[version]
    content = [
        *optional("description", model.description),
        *(
            element(
                "import",
                name=one.name,
                namespace=one.namespace,
                locationURI=one.location,
                importType=one.kind or f"{space}MODEL/",
            )
            for one in model.imports
        ),
        *(_item(one, "itemDefinition") for one in model.items),
        *map(_input, model.inputs),
        *map(_decision, model.decisions),
        *map(_knowledge, model.knowledge),
        *map(_service, model.services),
        *map(_source, model.sources),
        element("dmndi:DMNDI", *map(_diagram, model.diagrams)),
    ]
    spaces = {
        "xmlns": f"{space}MODEL/",
        "xmlns:dmndi": f"{space}DMNDI/",
        "xmlns:dc": DC,
        "xmlns:di": DI,
        "xmlns:bancheng": OURS,
    }
    root = element(
        "definitions",
        *content,
        **spaces,
        id=model.id,
        name=model.name,
        namespace=model.namespace,
        exporter="Bancheng",
    )
    clean = _CONTROL.sub("", root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{clean}\n'.encode()


def _parts(value: object) -> Iterator[object]:
    """Every record inside a model."""
    if isinstance(value, tuple):
        for one in value:
            yield from _parts(one)
    elif isinstance(value, msgspec.Struct):
        yield value
        for name in value.__struct_fields__:
            yield from _parts(getattr(value, name))


def _newer(part: object) -> bool:
    """Whether a record says what DMN 1.3 cannot."""
    constrained = isinstance(part, ItemDefinition) and part.constraint is not None
    return constrained or isinstance(part, (Conditional, BoxedFilter, BoxedIterator))


def _item(item: ItemDefinition, tag: str) -> str:
    function = item.function
    return element(
        tag,
        *optional("description", item.description),
        *optional("typeRef", item.type),
        *text("allowedValues", item.allowed),
        *text("typeConstraint", item.constraint),
        *(_item(one, "itemComponent") for one in item.components),
        *(
            ()
            if function is None
            else (
                element(
                    "functionItem",
                    *(variable("parameters", one) for one in function.parameters),
                    outputTypeRef=function.result,
                ),
            )
        ),
        name=item.name,
        id=item.id,
        label=item.label,
        isCollection="true" if item.collection else "",
    )


def _input(one: InputData) -> str:
    dated = element("extensionElements", *map(_dated, one.dated)) if one.dated else ""
    return element(
        "inputData",
        *optional("description", one.description),
        *((dated,) if dated else ()),
        *_variable(one),
        **_named(one),
    )


def _dated(one: DatedValue) -> str:
    attributes = f"from={quoteattr(one.since.isoformat())}" + (
        f" basis={quoteattr(one.basis)}" if one.basis else ""
    )
    return f"<bancheng:dated {attributes}>{escape(one.value.text)}</bancheng:dated>"


def _named(one: InputData | Decision | KnowledgeModel | DecisionService | KnowledgeSource) -> dict[str, str]:
    return {"id": one.id, "name": one.name, "label": one.label}


def _variable(one: InputData | Decision | KnowledgeModel | DecisionService) -> Iterable[str]:
    return () if one.variable is None else (variable("variable", one.variable),)


def _decision(one: Decision) -> str:
    return element(
        "decision",
        *optional("description", one.description),
        *optional("question", one.question),
        *optional("allowedAnswers", one.allowed_answers),
        *_variable(one),
        *_requirements(one.requirements),
        *(() if one.expression is None else (box(one.expression),)),
        **_named(one),
    )


_WRAPPERS = {
    RequirementKind.DECISION: "informationRequirement",
    RequirementKind.INPUT: "informationRequirement",
    RequirementKind.KNOWLEDGE: "knowledgeRequirement",
    RequirementKind.AUTHORITY: "authorityRequirement",
}
_ORDER = ("informationRequirement", "knowledgeRequirement", "authorityRequirement")


def _requirements(requirements: tuple[Requirement, ...]) -> Iterable[str]:
    """In the order of the schema; within one kind as they stand."""
    wrapped = [
        ("authorityRequirement" if one.authority else _WRAPPERS[one.kind], one) for one in requirements
    ]
    for wrapper, one in sorted(wrapped, key=lambda pair: _ORDER.index(pair[0])):
        yield element(wrapper, element(one.kind.value, href=_href(one.href)), id=one.id)


def _href(href: str) -> str:
    return href if "#" in href else f"#{href}"


def _knowledge(one: KnowledgeModel) -> str:
    return element(
        "businessKnowledgeModel",
        *optional("description", one.description),
        *_variable(one),
        *(() if one.function is None else (whole_function("encapsulatedLogic", one.function),)),
        *_requirements(one.requirements),
        **_named(one),
    )


def _service(one: DecisionService) -> str:
    members = (
        ("outputDecision", one.outputs),
        ("encapsulatedDecision", one.encapsulated),
        ("inputDecision", one.input_decisions),
        ("inputData", one.input_data),
    )
    return element(
        "decisionService",
        *optional("description", one.description),
        *_variable(one),
        *(element(name, href=_href(href)) for name, hrefs in members for href in hrefs),
        **_named(one),
    )


def _source(one: KnowledgeSource) -> str:
    return element(
        "knowledgeSource",
        *optional("description", one.description),
        *_requirements(one.requirements),
        *optional("type", one.kind),
        locationURI=one.location,
        **_named(one),
    )


def _diagram(one: Diagram) -> str:
    shapes = (
        element(
            "dmndi:DMNShape",
            element(
                "dc:Bounds",
                x=_number(shape.x),
                y=_number(shape.y),
                width=_number(shape.width),
                height=_number(shape.height),
            ),
            id=f"shape_{number}_{one.id}",
            dmnElementRef=shape.element,
        )
        for number, shape in enumerate(one.shapes, 1)
    )
    edges = (
        element(
            "dmndi:DMNEdge",
            *(element("di:waypoint", x=_number(x), y=_number(y)) for x, y in edge.points),
            id=f"edge_{number}_{one.id}",
            dmnElementRef=edge.element,
        )
        for number, edge in enumerate(one.edges, 1)
    )
    return element("dmndi:DMNDiagram", *shapes, *edges, id=one.id, name=one.name)


def _number(value: float) -> str:
    return repr(value).removesuffix(".0")
