"""What the composing page shows, prepared for its templates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bancheng.core.catalogue import Element, ElementKind, GateRule, Item, Member, Profile
from bancheng.core.compiler import Blueprint, Mend, PlanView, diff
from bancheng.core.kernel import Confidence
from bancheng.usecases import composing, conditions
from bancheng.usecases.composing import Composition, Effect, Found
from bancheng.usecases.town import packs
from bancheng.web.frame.taking import plan_picture
from bancheng.web.studio import labels, parts

HEAD = "head"
LISTS = ("members", "gate", "situations", "orders", "profiles")


_ABOUT_FEEL = frozenset(("bad-condition", "unknown-element"))
"""Problems that the check of a condition tells better, with the place in it."""


@dataclass
class Slot:
    """What is said beside one row: its condition in words, what is wrong, and what would mend it (by mark)."""

    id: str
    words: str = ""
    said: list[tuple[bool, str, str]] = field(default_factory=list)
    mends: dict[str, Mend] = field(default_factory=dict)
    is_feel: bool = False

    def take(self, found: Found) -> None:
        """Say a problem here, once, and offer each of its mends once."""
        problem = found.problem
        told = self.is_feel and (problem.code in _ABOUT_FEEL or problem.message.startswith("规则“"))
        line = (found.is_error, problem.message, problem.suggestion)
        if not told and line[1] not in {one[1] for one in self.said}:
            self.said.append(line)
        known = {one.words for one in self.mends.values()}
        self.mends.update({mark: one for mark, one in found.mends if one.words not in known})


def slots(composed: Composition, shown: Effect) -> dict[str, Any]:
    """Every slot of the page with what belongs there now."""
    definition = composed.definition
    made = {name: Slot(name) for name in (HEAD, *LISTS)}
    for name in LISTS:
        for index, entry in enumerate(getattr(definition, name)):
            feel = {"members": "when", "gate": "rule"}.get(name, "")
            made[f"{name}-{index}"] = _slot(f"{name}-{index}", getattr(entry, feel) if feel else "")
    for found in composing.mended(shown, composed.items):
        made[_slot_of(found, composed, made)].take(found)
    return {"slots": made, "slot_list": list(made.values())}


def _slot(name: str, feel: str) -> Slot:
    said = []
    for one in conditions.checked(feel):
        spot = _("第 %(n)d 个字：") % {"n": one.place.column} if one.place.column else ""
        said.append((True, f"{spot}{one.message}", one.suggestion))
    words = "" if said else conditions.in_words(feel)
    if words and name.startswith("members"):
        words = _("只在：%s") % words
    return Slot(name, words, said, is_feel=bool(said))


def _slot_of(found: Found, composed: Composition, made: dict[str, Slot]) -> str:
    steps = found.problem.place.path.split("/")
    if steps[0] == "items" and len(steps) > 1:
        members = composed.definition.members
        at = next((i for i, one in enumerate(members) if one.item == steps[1]), -1)
        return f"members-{at}" if at >= 0 else "members"
    if len(steps) < 3 or steps[2] not in LISTS:
        return HEAD
    inside = steps[3] if len(steps) > 3 else ""
    if steps[2] == "situations" and not inside.isdigit():
        asked = composed.definition.situations
        inside = next((str(i) for i, one in enumerate(asked) if one.element == inside), "")
    named = f"{steps[2]}-{inside}"
    return named if named in made else steps[2]


# ---------------------------------------------------------------- editor


@dataclass(frozen=True)
class MemberRow:
    """A member with the item it names."""

    index: int
    member: Member
    item: Item | None
    drafted: bool
    slot: Slot

    @property
    def number(self) -> str:
        """The index as text, for the names of inputs."""
        return str(self.index)


@dataclass(frozen=True)
class GateRow:
    """A gate rule with its index as text."""

    number: str
    rule: GateRule


def editor(composed: Composition, shown: Effect) -> dict[str, Any]:
    """The lists of the editor, each entry with its slot."""
    definition, catalogue = composed.definition, packs().catalogue
    made = slots(composed, shown)["slots"]
    drafted = {one.key: one for one in composed.items}
    members = [
        MemberRow(
            index,
            member,
            drafted.get(member.item) or catalogue.items.get(member.item),
            member.item in drafted,
            made[f"members-{index}"],
        )
        for index, member in enumerate(definition.members)
    ]
    own = {one.element for one in definition.situations}
    asked = shown.blueprint.questions if shown.blueprint else ()
    elements = composing.answerable(shown.blueprint, definition)
    return {
        "composed": composed,
        "definition": definition,
        "slots": made,
        "members": members,
        "gate": [(i, GateRow(str(i), one), made[f"gate-{i}"]) for i, one in enumerate(definition.gate)],
        "situations": [
            (i, one, catalogue.elements.get(one.element), made[f"situations-{i}"])
            for i, one in enumerate(definition.situations)
        ],
        "offered": [one for one in asked if one.element not in own],
        "orders": [(i, one, made[f"orders-{i}"]) for i, one in enumerate(definition.orders)],
        "people": [
            (i, one, made[f"profiles-{i}"], _answers(elements, one))
            for i, one in enumerate(definition.profiles)
        ],
        "faq": list(enumerate(definition.faq)),
        "stages": catalogue.stages.values(),
        "bodies": sorted(catalogue.bodies.values(), key=lambda one: one.name),
        "subjects": labels.SUBJECTS.items(),
        "confidences": [(one.value, labels.CONFIDENCES[one.value][0]) for one in Confidence],
        "partials": labels.PARTIALS.items(),
        "item_choices": [
            (row.member.item, row.item.name if row.item else row.member.item) for row in members
        ],
        "aliases": "、".join(definition.aliases),
        "saved_at": composed.entry.saved_at if composed.entry else None,
    }


@dataclass(frozen=True)
class Answer:
    """An element that a sample person answers: its choices (empty: typed) and the answer."""

    element: Element
    choices: tuple[tuple[str, str], ...]
    value: str


def _answers(elements: Iterable[Element], person: Profile) -> list[Answer]:
    found = []
    for element in elements:
        codes = packs().catalogue.codes.get(element.codes)
        choices = tuple((code.value, code.name) for code in codes.codes) if codes else ()
        if element.kind is ElementKind.BOOLEAN:
            choices = (("true", _("是")), ("false", _("否")))
        stored = person.answers.get(element.key, "")
        value = str(stored).lower() if isinstance(stored, bool) else str(stored)
        found.append(Answer(element, choices, value))
    return found


# ---------------------------------------------------------------- effect


def effect(composed: Composition, shown: Effect, seen: str) -> dict[str, Any]:
    """The panel: counts with what changed since `seen` (the mark of the last effect), savings, plan, people."""
    before = composing.remembered(seen) if seen else None
    older = before.blueprint if before else None
    # Where an error stands in the way, the effect from before it stays in sight.
    blueprint = shown.blueprint or older
    own = composing.mark_of(composed.definition, composed.items)
    return {
        "composed": composed,
        "shown": shown,
        "basis": blueprint,
        "mark": own if shown.blueprint else seen,
        "counts": _counts(blueprint, older) if blueprint else [],
        "moved": parts.changes_of(blueprint, diff(older, blueprint))
        if blueprint and older and older.digest != blueprint.digest
        else [],
        "measures": parts.measures(blueprint),
        "plan_picture": _plan(blueprint),
        "tried": composing.tried(blueprint, timezone.localdate()) if blueprint else (),
        "against": _against(blueprint),
        "errors": shown.errors,
        "warnings": len(shown.problems) - shown.errors,
        "revision": composed.revision,
    }


def _counts(blueprint: Blueprint, older: Blueprint | None) -> list[dict[str, Any]]:
    named = (
        (_("事项"), lambda one: len(one.items)),
        (_("填写项"), lambda one: len(one.fields)),
        (_("要交材料"), lambda one: sum(m.disposition.value == "asked" for m in one.materials)),
        (_("情形问题"), lambda one: len(one.questions)),
        (_("环节"), lambda one: len(one.plan.steps)),
        (_("工作日"), lambda one: one.clock.critical_days),
        (_("收费"), lambda one: len(one.fees)),
    )
    rows = []
    for name, count in named:
        now = count(blueprint)
        moved = now - count(older) if older is not None else 0
        sign = "+" if moved > 0 else "−"
        rows.append(
            {
                "name": name,
                "value": parts.number(now) if not isinstance(now, int) else now,
                "moved": f"{sign}{parts.number(abs(moved)) if not isinstance(moved, int) else abs(moved)}"
                if moved
                else "",
            }
        )
    return rows


def _plan(blueprint: Blueprint | None) -> SafeString | str:
    if blueprint is None or not blueprint.plan.steps:
        return ""
    return plan_picture(blueprint, PlanView.SIMPLE, blueprint.name)


def _against(blueprint: Blueprint | None) -> list[tuple[str, str]] | None:
    """What differs from what people apply for now; None when it was never published, nothing when it is the same."""
    if blueprint is None:
        return None
    current = composing.published(blueprint.key)
    if current is None:
        return None
    if current.digest == blueprint.digest:
        return []
    return parts.changes_of(blueprint, diff(current, blueprint))
