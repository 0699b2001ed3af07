"""The compiler's work piece: what goes in, the parts that grow, the problems found on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from bancheng.core.catalogue import (
    Catalogue,
    ElementKind,
    GateRule,
    Item,
    Member,
    OneThingDefinition,
)
from bancheng.core.compiler._feel import NEVER, both, names
from bancheng.core.compiler._settled import Facts, fixed_facts, settled_definition, settled_item
from bancheng.core.compiler._types import (
    AskingPlan,
    ClockSummary,
    FeeLine,
    GuidedQuestion,
    MergedField,
    MergedGroup,
    MergedMaterial,
    Plan,
    PlannedItem,
    Savings,
)
from bancheng.core.evidence import Coverage
from bancheng.core.kernel import Place, Problem, Record, Severity, digest

WISH = "wants_"
"Elements with this prefix are wishes: true/false facts by which a person chooses an optional member."


class Draft(Record):
    """A one-thing in the making. Every pass takes one and gives the next; nothing is ever taken out again."""

    definition: OneThingDefinition
    catalogue: Catalogue
    coverage: Coverage
    joined: tuple[Joined, ...] = ()
    items: tuple[PlannedItem, ...] = ()
    questions: tuple[GuidedQuestion, ...] = ()
    asking: AskingPlan = AskingPlan()
    decisions: tuple[str, ...] = ()
    "The texts whose change matters to somebody, each once."
    gate: tuple[GateRule, ...] = ()
    groups: tuple[MergedGroup, ...] = ()
    fields: tuple[MergedField, ...] = ()
    materials: tuple[MergedMaterial, ...] = ()
    plan: Plan | None = None
    clock: ClockSummary | None = None
    fees: tuple[FeeLine, ...] = ()
    savings: Savings | None = None
    problems: tuple[Problem, ...] = ()

    def with_problems(self, found: Iterable[Problem]) -> Draft:
        """The same draft with `found` added to its problems."""
        return msgspec.structs.replace(self, problems=(*self.problems, *found))

    def members(self) -> Iterator[Joined]:
        """The members whose item the catalogue has, each once, in the order of the definition."""
        return iter(self.joined)

    def body_name(self, key: str) -> str:
        """The name people know a body by; its key when the catalogue lacks it."""
        body = self.catalogue.bodies.get(key)
        return body.name if body else key

    def document_name(self, key: str) -> str:
        """The name of a document type; its key when the catalogue lacks it."""
        document = self.catalogue.documents.get(key)
        return document.name if document else key

    def element_name(self, key: str) -> str:
        """The name of a data element, or of the wish for an optional member."""
        element = self.catalogue.elements.get(key)
        if element is None and key.removeprefix(WISH) in self.catalogue.items:
            return f"是否选办“{self.catalogue.items[key.removeprefix(WISH)].name}”"
        return element.name if element else key

    def kind_of(self, key: str) -> ElementKind:
        """How an element is typed; a wish is true or false."""
        element = self.catalogue.elements.get(key)
        if element is None:
            return ElementKind.BOOLEAN if key.startswith(WISH) else ElementKind.TEXT
        return element.kind

    def path(self, *parts: object) -> str:
        """A place inside this definition, such as ``onethings/restaurant/members/2``."""
        return "/".join(["onethings", self.definition.key, *(str(part) for part in parts)])


class Joined(Record):
    """A member with its item, and the FEEL condition under which it takes part (its wish included)."""

    index: int
    member: Member
    item: Item
    when: str
    written: Item
    "The item as its authors wrote it, before anything was settled."


def wishes(item: str, when: str) -> tuple[str, ...]:
    """The facts by which a person chooses an optional member.

    They are the wishes its own condition names (then a guided question asks for them), else one made from its key.
    """
    return tuple(sorted(name for name in names(when) if name.startswith(WISH))) or (WISH + item,)


def taking_part(item: str, when: str, *, optional: bool) -> str:
    """A member's whole condition: its own, and for an optional one the wish, where its own does not name one."""
    return both(when, *(wish for wish in wishes(item, when) if wish == WISH + item)) if optional else when


def member_condition(member: Member) -> str:
    """The condition under which a member takes part."""
    return taking_part(member.item, member.when, optional=member.optional)


def problem(
    code: str, message: str, path: str, suggestion: str = "", severity: Severity = Severity.ERROR
) -> Problem:
    """A problem at a place inside the definitions."""
    return Problem(code, message, Place(path=path), suggestion, severity)


def begin(definition: OneThingDefinition, catalogue: Catalogue, coverage: Coverage) -> Draft:
    """The draft the first pass starts from: members pinned to their items, unknown and double ones reported."""
    draft = Draft(definition=definition, catalogue=catalogue, coverage=coverage)
    problems: list[Problem] = []
    if not definition.members:
        problems.append(
            problem("no-members", "这件事没有任何联办事项", draft.path("members"), "请至少列出一个事项。")
        )
    seen: dict[str, int] = {}
    for index, member in enumerate(definition.members):
        path = draft.path("members", index)
        if member.item not in catalogue.items:
            problems.append(
                problem(
                    "unknown-item",
                    f"目录里没有事项“{member.item}”",
                    path,
                    "请核对事项键，或先把该事项加入目录。",
                )
            )
        if member.item in seen:
            problems.append(
                problem(
                    "double-member",
                    f"事项“{member.item}”已在 {draft.path('members', seen[member.item])} 列过",
                    path,
                    "请删去其中一处；同一事项的不同条件用 or 合并到一个 when。",
                )
            )
        seen.setdefault(member.item, index)
    facts = fixed_facts(definition, catalogue)
    draft = msgspec.structs.replace(
        draft,
        definition=settled_definition(definition, facts),
        joined=tuple(_joined(definition, catalogue, facts)),
    )
    planned = tuple(_plan_item(draft, joined) for joined in draft.members())
    return msgspec.structs.replace(draft, items=planned, problems=tuple(problems))


def _joined(definition: OneThingDefinition, catalogue: Catalogue, facts: Facts) -> Iterator[Joined]:
    """The members whose item the catalogue has, each once; without those that the fixed answers rule out."""
    seen: set[str] = set()
    for index, member in enumerate(settled_definition(definition, facts).members):
        item = catalogue.items.get(member.item)
        if item is None or member.item in seen or (facts and member.when == NEVER):
            continue
        seen.add(member.item)
        own = settled_item(item, facts)
        yield Joined(index=index, member=member, item=own, when=member_condition(member), written=item)


def _plan_item(draft: Draft, joined: Joined) -> PlannedItem:
    item = joined.item
    return PlannedItem(
        key=item.key,
        name=item.name,
        body=item.body,
        body_name=draft.body_name(item.body),
        version=item.version,
        digest=digest(joined.written),
        when=joined.member.when,
        optional=joined.member.optional,
        late=joined.member.late,
        statutory=item.statutory,
        promised=item.promised,
        results=tuple(result.document for result in item.results),
        visits=item.visits,
        online=any(channel.value == "online" for channel in item.channels),
    )
