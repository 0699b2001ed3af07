"""A file as an official may see it: the items of their bodies, the values and papers these need, nothing else.

Values that are sensitive are hidden until the official says why they must see them; that is written into the audit
chain and holds for a few minutes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

import msgspec
from django.core.cache import cache
from django.utils import timezone

from bancheng.core.casework import CaseState, Mark, MarkKind, MarkReason, MaterialKind, MaterialRef
from bancheng.core.catalogue import ElementKind
from bancheng.core.compiler import (
    Blueprint,
    Disposition,
    GuidedQuestion,
    MergedField,
    MergedGroup,
    MergedMaterial,
    Stored,
    field_kinds,
    from_stored,
    show_value,
)
from bancheng.core.evidence import Row, Value
from bancheng.core.kernel import mask_address, mask_id_number, mask_name, mask_phone
from bancheng.store.models import Case, CaseForm, Upload
from bancheng.usecases.access import Actor, NotFound, record, visible_case, visible_uploads
from bancheng.usecases.casework import CaseFile
from bancheng.usecases.handover import OwnCode, own_codes
from bancheng.usecases.mycases import form_of
from bancheng.usecases.prechecks import Remark, remarks
from bancheng.usecases.town import blueprint, body_name
from bancheng.usecases.uploads import open_upload

PARTY_NUMBER = "party.number"
PARTY_PHONE = "party.phone"
HIDDEN_KINDS = frozenset({ElementKind.ID_NUMBER, ElementKind.PHONE, ElementKind.BANK_ACCOUNT})
PRESENT_FOR = 180
"""Seconds for which a colleague who opened a file counts as being at it."""


@dataclass(frozen=True)
class Fact:
    """A value of the form as shown. `hidden` while it is masked, `private` when it needs a reason to be seen."""

    element: str
    name: str
    text: str
    group: str = ""
    source: str = ""
    as_of: date | None = None
    private: bool = False
    hidden: bool = False
    name_en: str = ""
    codes: tuple[OwnCode, ...] = ()
    "What the official's own bodies call it, where they have lists of their own; none while it is hidden."


@dataclass(frozen=True)
class Paper:
    """A material of the case: how it came, its files, and for a waived one the source that vouches for it."""

    ref: MaterialRef
    material: MergedMaterial | None
    files: tuple[Upload, ...]

    @property
    def name(self) -> str:
        """Its name as the one-thing has it."""
        return self.material.name if self.material else self.ref.name or self.ref.document

    @property
    def source(self) -> str:
        """The name of the source of a waived paper."""
        waived = self.ref.kind is MaterialKind.WAIVED and self.material is not None
        return self.material.source_name if waived and self.material else ""


@dataclass(frozen=True)
class MarkTarget:
    """A field or material that a mark may point at; `now` is what stands there."""

    kind: MarkKind
    target: str
    name: str
    now: str = ""

    @property
    def key(self) -> str:
        """The key of a mark on it."""
        return f"{self.kind.value}:{self.target}"

    def marked(self, reason: MarkReason, words: str, name: str = "") -> Mark:
        """A mark on it, under its usual name unless another is given."""
        return Mark(
            key=self.key,
            kind=self.kind,
            target=self.target,
            reason=reason,
            words=words,
            name=name or self.name,
        )


def items_of(state: CaseState, bodies: Collection[str]) -> frozenset[str]:
    """The items these bodies have a part in: their own, those of their part of a shared step, those they are asked
    about. Other bodies' items of a shared step stay theirs."""
    found = {key for key, one in state.items.items() if one.item.body in bodies}
    for step in state.steps.values():
        found |= {origin.item for origin in step.plan.origins if origin.body in bodies}
        alone = step.plan.bodies if len(step.plan.items) == 1 else ()
        if not {*step.plan.asks, *alone}.isdisjoint(bodies):
            found |= set(step.plan.items)
    found |= {key for key, one in state.supervision.items() if one.body in bodies}
    return frozenset(found & state.items.keys())


@dataclass(frozen=True)
class Dossier:
    """One file before one official. `items` are those they may see; `all_items` for the window that took it in."""

    file: CaseFile
    bodies: frozenset[str]
    items: frozenset[str]
    unmasked: frozenset[str]
    strict: bool
    "Whether numbers of people and accounts are hidden even where nothing is marked as sensitive."

    @property
    def case(self) -> Case:
        """The row."""
        return self.file.case

    @property
    def state(self) -> CaseState:
        """The fold."""
        return self.file.state

    @cached_property
    def blueprint(self) -> Blueprint:
        """The version of the one-thing that the case pins."""
        return blueprint(self.case.blueprint_id)

    @cached_property
    def form(self) -> CaseForm | None:
        """The form the case stands on."""
        return form_of(self.file)

    @cached_property
    def values(self) -> dict[str, Value]:
        """Every stored value, typed; for the rules, not for showing."""
        stored: Mapping[str, Stored] = (self.form.values or {}) if self.form else {}
        kinds = self.blueprint.kinds
        asked: tuple[GuidedQuestion | MergedField, ...] = (*self.blueprint.questions, *self.blueprint.fields)
        typed = {**kinds, **field_kinds(asked)}
        read = {
            key: from_stored(typed.get(key, ElementKind.TEXT), value, typed) for key, value in stored.items()
        }
        return {key: value for key, value in read.items() if value is not None}

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """What was answered and filled in, as far as these items need it, in the order of the form."""
        known = (self.form.known or {}) if self.form else {}
        fields = {one.element for one in self.blueprint.fields}
        shown: list[Fact] = []
        for question in self.blueprint.questions:
            value = self.values.get(question.element)
            if value is not None and question.element not in fields and self._mine(question.items):
                shown.append(
                    Fact(
                        question.element,
                        question.text,
                        show_value(question, value),
                        name_en=question.text_en,
                    )
                )
        for field in self.blueprint.fields:
            value = self.values.get(field.element)
            if value is not None and self._mine(field.items):
                shown.append(self._fact(field, value, known.get(field.element)))
        return tuple(shown)

    def groups(self) -> list[tuple[MergedGroup | None, list[Fact]]]:
        """The facts by section of the form, empty sections left out; the answers to the questions come first."""
        sections: list[MergedGroup | None] = [None, *self.blueprint.groups]
        grouped = [
            (section, [one for one in self.facts if one.group == (section.key if section else "")])
            for section in sections
        ]
        return [(section, facts) for section, facts in grouped if facts]

    @cached_property
    def papers(self) -> tuple[Paper, ...]:
        """The materials these items need, in the order of the one-thing."""
        files = list(Upload.objects.filter(case=self.case, state=Upload.CLEAN).order_by("created_at"))
        materials = {one.document: one for one in self.blueprint.materials}
        return tuple(
            Paper(ref, materials.get(document), tuple(one for one in files if one.document == document))
            for document, ref in self.state.materials.items()
            if document not in materials or self._mine(materials[document].items)
        )

    @cached_property
    def remarks(self) -> tuple[Remark, ...]:
        """What the machine says about these items."""
        today = timezone.localdate()
        return remarks(self.state, self.blueprint, self.values, self.items, today, self._instead)

    @cached_property
    def _instead(self) -> dict[str, str]:
        """What a reason says instead of a value: what is masked stays masked there, a list is told by its length."""
        said: dict[str, str] = {}
        for field in self.blueprint.fields:
            value = self.values.get(field.element)
            if field.kind is ElementKind.RECORDS and isinstance(value, tuple):
                said[field.element] = f"{len(value)} 行"
            elif value is not None and self._private(field) and field.element not in self.unmasked:
                said[field.element] = masked_value(field, value)
        return said

    @cached_property
    def targets(self) -> tuple[MarkTarget, ...]:
        """What may be marked: fields that were filled in or asked, and every material that people bring."""
        told = {one.element: one.text for one in self.facts}
        fields = [
            MarkTarget(MarkKind.FIELD, one.element, one.name, told.get(one.element, ""))
            for one in self.blueprint.fields
            if self._mine(one.items) and (one.element in told or not one.produced_by)
        ]
        brought = {Disposition.ASKED, Disposition.WAIVED}
        materials = [
            MarkTarget(MarkKind.MATERIAL, one.document, one.name)
            for one in self.blueprint.materials
            if self._mine(one.items) and (one.disposition in brought or one.document in self.state.materials)
        ]
        return (*fields, *materials)

    @property
    def party_number(self) -> str:
        """The number of whom the matter is about, hidden until a reason was given."""
        number = self.case.party.number
        return number if PARTY_NUMBER in self.unmasked else mask_id_number(number)

    @property
    def party_phone(self) -> str:
        """The telephone of whom the matter is about."""
        phone = self.case.party.phone
        return phone if PARTY_PHONE in self.unmasked else mask_phone(phone)

    @property
    def hidden(self) -> tuple[tuple[str, str], ...]:
        """What is masked now, as (element, name), to be asked for with a reason."""
        own = [(one.element, one.name) for one in self.facts if one.hidden]
        party = [
            (key, name)
            for key, name, value in (
                (PARTY_NUMBER, "申请人证件号码", self.case.party.number),
                (PARTY_PHONE, "申请人电话", self.case.party.phone),
            )
            if value and key not in self.unmasked
        ]
        return (*party, *own)

    def _private(self, field: MergedField) -> bool:
        return field.sensitive or (self.strict and field.kind in HIDDEN_KINDS)

    def _mine(self, items: Collection[str]) -> bool:
        return not self.items.isdisjoint(items)

    def _fact(self, field: MergedField, value: Value, known: list[str] | None) -> Fact:
        if field.kind is ElementKind.RECORDS:
            # A body sees the columns its own items ask for, no others.
            columns = tuple(one for one in field.columns if self._mine(one.items))
            field = msgspec.structs.replace(field, columns=columns)
        private = self._private(field) or any(self._private(one) for one in field.columns)
        hidden = private and field.element not in self.unmasked
        return Fact(
            element=field.element,
            name=field.name,
            text=_told(field, value, hidden=hidden),
            group=field.group,
            source=known[1] if known else "",
            as_of=date.fromisoformat(known[2]) if known else None,
            private=private,
            hidden=hidden,
            name_en=field.name_en,
            codes=() if hidden else own_codes(self.blueprint, self.bodies, field, value),
        )


def _told(field: MergedField, value: Value, *, hidden: bool) -> str:
    """A value on the file; of a list a line for each row, every cell named but the first, which names the row."""
    if field.kind is not ElementKind.RECORDS or not isinstance(value, tuple):
        return masked_value(field, value) if hidden else show_value(field, value)
    rows = (row for row in value if isinstance(row, dict))
    lines = (f"{number}. {_cells(field, row, hidden=hidden)}" for number, row in enumerate(rows, 1))
    return "\n".join(lines) or show_value(field, value)


def _cells(field: MergedField, row: Row, *, hidden: bool) -> str:
    told = []
    for at, column in enumerate(field.columns):
        cell = row.get(column.element)
        if cell is not None:
            masked = hidden and (column.sensitive or column.kind in HIDDEN_KINDS)
            text = masked_value(column, cell) if masked else show_value(column, cell)
            told.append(f"{column.name}：{text}" if at else text)
    return "；".join(told)


def masked_value(field: MergedField, value: Value) -> str:
    """A value of which no more is shown than is needed to speak about it."""
    if not isinstance(value, str):
        return "****"
    if field.kind is ElementKind.ID_NUMBER:
        return mask_id_number(value)
    if field.kind is ElementKind.PHONE:
        return mask_phone(value)
    if field.kind is ElementKind.NAME:
        return mask_name(value)
    if field.kind is ElementKind.ADDRESS:
        return mask_address(value)
    return f"****{value[-4:]}" if field.kind is ElementKind.BANK_ACCOUNT and len(value) > 8 else "****"


def unmask(actor: Actor, dossier: Dossier, elements: Collection[str], reason: str) -> tuple[str, ...]:
    """Write down that the official saw these hidden values and why; the elements that are now open to them."""
    names = dict(dossier.hidden)
    chosen = tuple(key for key in elements if key in names)
    if chosen:
        said = "、".join(names[key] for key in chosen)
        record(actor, "case.unmask", f"case:{dossier.case.number}", f"{reason}（{said}）"[:300])
    return chosen


def open_paper(actor: Actor, dossier: Dossier, upload: UUID) -> tuple[Upload, bytes]:
    """A file of a material this official may see; the look is written into the audit chain.

    Raises:
        NotFound: none among the materials of their items.
    """
    row = visible_uploads(actor).filter(pk=upload, case=dossier.case).first()
    if row is None or row.document not in {one.ref.document for one in dossier.papers}:
        raise NotFound("upload")
    return open_upload(actor, upload)


def colleagues_at(actor: Actor, dossier: Dossier) -> list[str]:
    """Who else opened the file in the last minutes, of other bodies with their body; the actor counts from now."""
    return _at(actor, dossier.case, dossier.bodies)


def at_file(actor: Actor, number: str) -> list[str]:
    """The same for an official who has the file open, without opening it anew.

    Raises:
        NotFound: not theirs to see.
    """
    case = visible_case(actor, number)
    bodies = frozenset(case.bodies.filter(body__in=actor.bodies).values_list("body", flat=True))
    if not bodies:
        raise NotFound("case")
    return _at(actor, case, bodies)


def _at(actor: Actor, case: Case, bodies: frozenset[str]) -> list[str]:
    key, now = f"at:{case.pk}", timezone.now().timestamp()
    at: dict[str, tuple[str, float, list[str]]] = cache.get(key) or {}
    fresh = {one: seen for one, seen in at.items() if now - seen[1] < PRESENT_FOR}
    others = [
        name if not bodies.isdisjoint(of) else f"{body_name(of[0])}{name}"
        for one, (name, _, of) in fresh.items()
        if one != actor.id
    ]
    cache.set(key, {**fresh, actor.id: (actor.name, now, sorted(bodies))}, PRESENT_FOR)
    return others
