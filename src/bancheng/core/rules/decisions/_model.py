"""A decision model as a value: what DMN 1.5 calls definitions, and every form in which its logic is written.

Element names follow the standard (OMG formal/24-01-01, clauses 6, 7, 8 and 10). References between elements are the
standard's ``href``: an id of the same model, or ``namespace#id`` of an imported one.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import TypeAlias

import msgspec

from bancheng.core.kernel import Record


class Text(msgspec.Struct, frozen=True, eq=False):
    """FEEL as written, and the line of its file (0 when it came from none), which equality leaves out."""

    text: str
    line: int = 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)


class Line(msgspec.Struct, frozen=True, eq=False):
    """The line of a file (0: none) at which something stands; any two are equal: a place makes no difference."""

    number: int = 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Line)

    def __hash__(self) -> int:
        return 0


class HitPolicy(StrEnum):
    """What a table yields when more than one row matches (clause 8.2.10)."""

    UNIQUE = "UNIQUE"
    ANY = "ANY"
    PRIORITY = "PRIORITY"
    FIRST = "FIRST"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"
    COLLECT = "COLLECT"


class Aggregation(StrEnum):
    """How a COLLECT table folds its outputs: ``C+ C# C< C>``."""

    SUM = "SUM"
    COUNT = "COUNT"
    MIN = "MIN"
    MAX = "MAX"


class Variable(Record):
    """A named value and its type (empty = any): input data, a parameter, a context entry, a column."""

    name: str
    type: str = ""
    id: str = ""
    label: str = ""
    description: str = ""


class FunctionType(Record):
    """The type of a function: of its parameters and of its result."""

    parameters: tuple[Variable, ...] = ()
    result: str = ""


class ItemDefinition(Record):
    """A named type: another one with allowed values, a context of components, a function; or a list of it.

    `allowed` limits the item (of a collection: each item), `constraint` the value as a whole.
    """

    name: str
    type: str = ""
    collection: bool = False
    allowed: Text | None = None
    constraint: Text | None = None
    components: tuple[ItemDefinition, ...] = ()
    function: FunctionType | None = None
    id: str = ""
    label: str = ""
    description: str = ""


class Box(Record, tag_field="box"):
    """Base of the boxed expressions."""

    type: str = ""
    id: str = ""
    label: str = ""
    description: str = ""


class LiteralExpression(Box, tag="literal"):
    """One FEEL text; None has no logic and is null. `language` names another language, which is not evaluated."""

    text: Text | None = None
    language: str = ""


class ContextEntry(Record):
    """One entry of a boxed context; the one without a variable is its result."""

    value: Boxed
    variable: Variable | None = None
    id: str = ""


class BoxedContext(Box, tag="context"):
    """Entries of which each sees the ones before it."""

    entries: tuple[ContextEntry, ...] = ()


class InputClause(Record):
    """A column of conditions: what is tested, and the values it may have."""

    expression: LiteralExpression
    values: Text | None = None
    id: str = ""
    label: str = ""


class OutputClause(Record):
    """A column of results. The order of `values` is the priority; `default` holds when no row matches."""

    name: str = ""
    type: str = ""
    values: Text | None = None
    default: LiteralExpression | None = None
    id: str = ""
    label: str = ""


class TableRow(Record):
    """One rule: a cell for each column; `notes` in the order of the table's annotation columns."""

    inputs: tuple[Text, ...]
    outputs: tuple[LiteralExpression, ...]
    notes: tuple[str, ...] = ()
    id: str = ""
    description: str = ""


class DecisionTable(Box, tag="table"):
    """A decision table (clause 8). `annotations` names the columns of notes."""

    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rows: tuple[TableRow, ...] = ()
    policy: HitPolicy = HitPolicy.UNIQUE
    aggregation: Aggregation | None = None
    annotations: tuple[str, ...] = ()
    orientation: str = ""
    output_label: str = ""


class Binding(Record):
    """A parameter of an invocation and what is passed for it."""

    parameter: Variable
    value: Boxed | None = None


class Invocation(Box, tag="invocation"):
    """A function called by its parameters' names."""

    function: Boxed
    bindings: tuple[Binding, ...] = ()


class BoxedList(Box, tag="list"):
    """A list, item by item."""

    items: tuple[Boxed, ...] = ()


class Relation(Box, tag="relation"):
    """A list of contexts, written as a grid."""

    columns: tuple[Variable, ...] = ()
    rows: tuple[BoxedList, ...] = ()


class FunctionDefinition(Box, tag="function"):
    """A function; `kind` is FEEL, Java or PMML, of which only FEEL is evaluated."""

    parameters: tuple[Variable, ...] = ()
    body: Boxed | None = None
    kind: str = "FEEL"


class Conditional(Box, tag="conditional"):
    """``if then else`` in boxes."""

    condition: Boxed
    then: Boxed
    otherwise: Boxed


class BoxedFilter(Box, tag="filter"):
    """The items of a list for which `match` holds (each called ``item``)."""

    source: Boxed
    match: Boxed


class IteratorKind(StrEnum):
    """What is made of the turns."""

    FOR = "for"
    SOME = "some"
    EVERY = "every"


class Iterator(Box, tag="iterator"):
    """``for``, ``some`` or ``every`` in boxes: `body` for each value of `variable` in `source`."""

    kind: IteratorKind
    variable: str
    source: Boxed
    body: Boxed
    source_type: str = ""


Boxed: TypeAlias = (
    LiteralExpression | BoxedContext | DecisionTable | Invocation | BoxedList | Relation
    | FunctionDefinition | Conditional | BoxedFilter | Iterator
)  # fmt: skip


class RequirementKind(StrEnum):
    """What an element needs of another."""

    DECISION = "requiredDecision"
    INPUT = "requiredInput"
    KNOWLEDGE = "requiredKnowledge"
    AUTHORITY = "requiredAuthority"


class Requirement(Record):
    """An arrow of the diagram that ends at the element that has it; `authority` marks the dotted ones."""

    kind: RequirementKind
    href: str
    authority: bool = False
    id: str = ""
    line: Line = Line()


class DatedValue(Record):
    """What a parameter is from a day on: FEEL text, and the legal reference that says so."""

    since: dt.date
    value: Text
    basis: str = ""


class InputData(Record):
    """Something the model is told. With `dated` values it is a parameter of law: known for each day, never asked."""

    id: str
    name: str
    variable: Variable | None = None
    dated: tuple[DatedValue, ...] = ()
    label: str = ""
    description: str = ""


class Decision(Record):
    """A question and the logic of its answer."""

    id: str
    name: str
    variable: Variable | None = None
    expression: Boxed | None = None
    requirements: tuple[Requirement, ...] = ()
    question: str = ""
    allowed_answers: str = ""
    label: str = ""
    description: str = ""


class KnowledgeModel(Record):
    """A business knowledge model: a function that decisions share."""

    id: str
    name: str
    variable: Variable | None = None
    function: FunctionDefinition | None = None
    requirements: tuple[Requirement, ...] = ()
    label: str = ""
    description: str = ""


class DecisionService(Record):
    """Decisions offered together as one function; the members are hrefs."""

    id: str
    name: str
    variable: Variable | None = None
    outputs: tuple[str, ...] = ()
    encapsulated: tuple[str, ...] = ()
    input_decisions: tuple[str, ...] = ()
    input_data: tuple[str, ...] = ()
    label: str = ""
    description: str = ""


class KnowledgeSource(Record):
    """An authority behind the logic: a law, a document, a person's judgement."""

    id: str
    name: str
    kind: str = ""
    location: str = ""
    requirements: tuple[Requirement, ...] = ()
    label: str = ""
    description: str = ""


class Import(Record):
    """Another model whose elements are seen under `name` (an empty one: as if they stood here)."""

    name: str
    namespace: str
    kind: str = ""
    location: str = ""
    line: Line = Line()


class Shape(Record):
    """Where an element stands in a diagram, in points from its top left."""

    element: str
    x: float
    y: float
    width: float
    height: float


class Edge(Record):
    """The way of an arrow: its points in order."""

    element: str
    points: tuple[tuple[float, float], ...]


class Diagram(Record):
    """One drawing of the model."""

    name: str = ""
    id: str = ""
    shapes: tuple[Shape, ...] = ()
    edges: tuple[Edge, ...] = ()


Element: TypeAlias = InputData | Decision | KnowledgeModel | DecisionService | KnowledgeSource


class Model(Record):
    """All of one file."""

    name: str
    namespace: str
    id: str = ""
    description: str = ""
    imports: tuple[Import, ...] = ()
    items: tuple[ItemDefinition, ...] = ()
    inputs: tuple[InputData, ...] = ()
    decisions: tuple[Decision, ...] = ()
    knowledge: tuple[KnowledgeModel, ...] = ()
    services: tuple[DecisionService, ...] = ()
    sources: tuple[KnowledgeSource, ...] = ()
    diagrams: tuple[Diagram, ...] = ()

    @property
    def elements(self) -> tuple[Element, ...]:
        """Everything that an href can mean."""
        return (*self.inputs, *self.decisions, *self.knowledge, *self.services, *self.sources)
