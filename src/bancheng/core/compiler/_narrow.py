"""A blueprint narrowed to one person: their questions, form, list, plan, days and fees."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal

import msgspec

from bancheng.core.catalogue import ElementKind
from bancheng.core.compiler._asking import choice_of, left_to_ask, settled
from bancheng.core.compiler._covering import covered, disposed, serving
from bancheng.core.compiler._draft import WISH, taking_part, wishes
from bancheng.core.compiler._feel import (
    ALWAYS,
    NEVER,
    both,
    coerce,
    coerce_rows,
    names,
    repeats,
    residual,
    truth,
    value_of,
)
from bancheng.core.compiler._fees import reckoned, taken_off
from bancheng.core.compiler._narrow_plan import narrow_plan
from bancheng.core.compiler._personal import (
    Eligibility,
    PersonalFee,
    PersonalField,
    PersonalList,
    PersonalMaterial,
)
from bancheng.core.compiler._relevance import Choice
from bancheng.core.compiler._types import (
    Blueprint,
    Disposition,
    FeeLine,
    GuidedQuestion,
    ItemCondition,
    MergedField,
    MergedGroup,
    MergedMaterial,
    PlannedItem,
)
from bancheng.core.compiler.pass_clock import summarise
from bancheng.core.compiler.pass_materials import STRICTNESS, name_of
from bancheng.core.compiler.pass_situations import amount_text
from bancheng.core.evidence import Known, Value
from bancheng.core.kernel import Refusal
from bancheng.core.rules import UNKNOWN


def narrow(
    blueprint: Blueprint,
    answers: Mapping[str, object],
    known: Known,
    today: date | None,
    wanted: Collection[str] = (),
    *,
    assume_coverage: bool = False,
) -> PersonalList:
    """What one person needs, how long, what it costs, who decides.

    `answers` are values by element (text is taken as the element's kind has it; an answer wins over what is known),
    `wanted` the keys of optional items the person chose. `today` feeds ``today()``; without it what hangs on the day
    stays open. A material is waived only when the document really was found in `known`; `assume_coverage` takes the
    city's coverage for granted instead (before sign-in) and says so in the reason.
    """
    facts = facts_of(blueprint, answers, known, wanted)
    answered = {key for key, raw in answers.items() if raw not in (None, "") and key in facts}
    return narrow_to(Person(blueprint, facts, answered, known, today, assume_coverage), ask=True)


def narrow_to(person: Person, *, ask: bool) -> PersonalList:
    """`narrow` for facts already gathered; without `ask` the questions, which take longest to find, are left out."""
    blueprint = person.blueprint
    refusals, fallback, eligibility = person.gate()
    items, open_items = person.items()
    fields = person.fields()
    materials = person.materials()
    plan = narrow_plan(blueprint.plan, person.facts, person.today)
    shown = {one.field.element for one in fields}
    return PersonalList(
        blueprint=blueprint.digest,
        eligibility=eligibility,
        refusals=refusals,
        fallback=fallback,
        questions=person.questions(materials) if ask and not refusals else (),
        items=items,
        open_items=open_items,
        offered=person.offered(),
        groups=groups_of(blueprint, shown),
        fields=fields,
        materials=materials,
        plan=plan,
        clock=summarise(plan, (*items, *open_items), blueprint.clock),
        fees=person.fees(),
        gate_open=() if refusals else person.gate_open(),
        unmet=person.unmet(),
        down=person.known.down,
    )


def facts_of(
    blueprint: Blueprint, answers: Mapping[str, object], known: Known, wanted: Collection[str]
) -> dict[str, object]:
    """Everything told or known, typed as the rules want it, with the wishes for optional members.

    An element that must be asked afresh is never taken from a source. Choosing an item among `wanted` is the same as
    answering its wish with yes; a wish that no question asks is false until then.
    """
    afresh = {field.element for field in blueprint.fields if field.ask_afresh}
    told = {key: one.value for key, one in known.values.items() if key not in afresh}
    facts: dict[str, object] = {}
    for key, raw in (*told.items(), *answers.items(), *blueprint.fixed.items()):
        value = fact_of(blueprint, key, raw)
        if value is not None:
            facts[key] = value
    for item in blueprint.items:
        for wish in wishes(item.key, item.when) if item.optional else ():
            if item.key in wanted:
                facts[wish] = True
            elif wish == WISH + item.key:
                facts.setdefault(wish, False)
    return facts


def fact_of(blueprint: Blueprint, key: str, raw: object) -> object:
    """A value as the rules want it; None when it is empty or no such value."""
    kind = blueprint.kinds.get(key)
    if kind is ElementKind.RECORDS:
        return coerce_rows(blueprint.columns.get(key, ()), blueprint.kinds, raw)
    return coerce(kind, raw) if kind is not None else raw


class Person:
    """The facts of one person against a blueprint."""

    def __init__(
        self,
        blueprint: Blueprint,
        facts: dict[str, object],
        answered: set[str],
        known: Known,
        today: date | None,
        assume_coverage: bool,
    ) -> None:
        self.blueprint, self.facts, self.answered = blueprint, facts, answered
        self.known, self.today, self.assume = known, today, assume_coverage
        self.verdicts: dict[str, bool | None] = {}
        self._choices: dict[str, Choice] = {}
        self.taking = {item.key: self.holds(member_when(item)) for item in blueprint.items}

    def holds(self, text: str) -> bool | None:
        """Does the condition hold for this person? Each text is judged once."""
        if text not in self.verdicts:
            found = truth(text, self.facts, self.today)
            self.verdicts[text] = self._whatever(text) if found is None and repeats(text) else found
        return self.verdicts[text]

    def _whatever(self, text: str) -> bool | None:
        """What the questions still open come to, if they come to the same however they are answered."""
        untold = self.today is None and self.facts.keys().isdisjoint(names(text))
        left = text if untold else residual(text, self.facts, self.today)
        choices = [self._choice(one) for one in self.blueprint.questions if one.element in names(left)]
        known = {choice.element for choice in choices}
        choices += [
            Choice(element=name, values=(True, False))
            for name in sorted(names(left) - known)
            if self.blueprint.kinds.get(name) is ElementKind.BOOLEAN
        ]
        return settled(left, tuple(choices), self.today)

    def _choice(self, question: GuidedQuestion) -> Choice:
        found = self._choices.get(question.element)
        if found is None:
            found = self._choices[question.element] = choice_of(question)
        return found

    def gate(self) -> tuple[tuple[Refusal, ...], tuple[str, ...], Eligibility]:
        refusals: list[Refusal] = []
        fallback: dict[str, None] = {}
        open_rules = 0
        titles = {item.key: item.name for item in self.blueprint.items}
        for index, rule in enumerate(self.blueprint.gate):
            verdict = self.holds(rule.rule)
            open_rules += verdict is None
            if verdict is False:
                fallback.update(dict.fromkeys(rule.fallback))
                singly = "、".join(f"“{titles[key]}”" for key in rule.fallback if key in titles)
                remedy = f"您可以分别办理：{singly}。" if singly else ""
                refusals.append(Refusal(f"gate.{index}", rule.reason, rule.basis, remedy))
        if refusals:
            return tuple(refusals), tuple(fallback), Eligibility.NOT_ELIGIBLE
        return (), (), Eligibility.UNKNOWN if open_rules else Eligibility.ELIGIBLE

    def gate_open(self) -> tuple[str, ...]:
        left = (residual(rule.rule, self.facts, self.today) for rule in self.blueprint.gate)
        return tuple(dict.fromkeys(name for text in left for name in sorted(names(text))))

    def items(self) -> tuple[tuple[PlannedItem, ...], tuple[PlannedItem, ...]]:
        items = self.blueprint.items
        return (
            tuple(item for item in items if self.taking[item.key] is True),
            tuple(item for item in items if self.taking[item.key] is None),
        )

    def offered(self) -> tuple[PlannedItem, ...]:
        """Optional items left out so far that a wish alone would bring in."""
        found: list[PlannedItem] = []
        for item in self.blueprint.items:
            if item.optional and self.taking[item.key] is False:
                wished = {**self.facts, **dict.fromkeys(wishes(item.key, item.when), True)}
                if truth(item.when, wished, self.today) is not False:
                    found.append(item)
        return tuple(found)

    def produced(self, producers: tuple[str, ...]) -> bool | None:
        """Will one of these items be there to give it? None while that is open."""
        verdicts = {self.taking.get(key, False) for key in producers}
        return True if True in verdicts else None if None in verdicts else False

    def fields(self) -> tuple[PersonalField, ...]:
        found = (self.field(field) for field in self.blueprint.fields)
        return tuple(one for one in found if one is not None)

    def field(self, field: MergedField) -> PersonalField | None:
        shown = self.holds(field.visible)
        given = self.produced(field.producers)
        if shown is False or given is True or field.element in self.blueprint.fixed:
            return None
        if field.columns:
            field = self._list_for_person(field)
        known = (
            None
            if field.ask_afresh or field.element in self.answered
            else self.known.values.get(field.element)
        )
        value = self.facts.get(field.element)
        return PersonalField(
            field=field,
            value=_as_value(value),
            known=known,
            shown=None if given is None else shown,
            required=self.holds(field.required),
        )

    def _list_for_person(self, field: MergedField) -> MergedField:
        """The columns and the bounds of those items that ask for the list of this person."""
        origins = [one for one in field.origins if self.holds(one.visible) is not False]
        fewest = [one.min_rows for one in origins if one.min_rows is not None]
        most = [one.max_rows for one in origins if one.max_rows is not None]
        return msgspec.structs.replace(
            field,
            columns=tuple(one for one in field.columns if self.holds(one.visible) is not False),
            min_rows=max(fewest, default=None),
            max_rows=min(most, default=None),
        )

    def materials(self) -> tuple[PersonalMaterial, ...]:
        found = (self.material(material) for material in self.blueprint.materials)
        return covered(tuple(one for one in found if one is not None))

    def material(self, material: MergedMaterial) -> PersonalMaterial | None:
        present = self.holds(material.when)
        if present is False:
            return None
        material = self._for_person(material)
        required = self.holds(material.required)
        if material.disposition is Disposition.FORM:
            return PersonalMaterial(material=material, asked=False, required=required, reason=material.reason)
        if material.disposition is Disposition.PRODUCED:
            given = self.produced(material.producers)
            if given is not False:
                asked = False if given else None
                return PersonalMaterial(
                    material=material, asked=asked, required=required, reason=material.reason
                )
        return self._by_evidence(material, present, required)

    def _for_person(self, material: MergedMaterial) -> MergedMaterial:
        """The strictest form and largest counts among the items that demand it of this person, and what serves them
        all: fewer items may leave a wider choice."""
        origins = [one for one in material.origins if self.holds(one.when) is not False]
        if not origins:
            return material
        options = material.options
        if material.names:
            wanted = [one.options or (material.document,) for one in origins]
            options = tuple(one for one in wanted[0] if all(one in each for each in wanted))
        return msgspec.structs.replace(
            material,
            form=max((one.form for one in origins), key=STRICTNESS.index),
            originals=max(one.originals for one in origins),
            copies=max(one.copies for one in origins),
            options=options,
            name=name_of(options, material.names) if material.names else material.name,
        )

    def _by_evidence(
        self, material: MergedMaterial, present: bool | None, required: bool | None
    ) -> PersonalMaterial:
        held = [self.known.documents[one] for one in serving(material) if one in self.known.documents]
        valid = (one for one in held if not (one.valid_to and self.today and one.valid_to < self.today))
        document = next(valid, held[0] if held else None)
        expired = bool(document and document.valid_to and self.today and document.valid_to < self.today)
        if document and not expired:
            reason = f"已从“{document.source_name}”查到，免于提交"
            waived = disposed(material, Disposition.WAIVED, reason)
            return PersonalMaterial(
                material=waived, asked=False, required=required, reason=reason, document=document
            )
        if material.source and self.assume:
            reason = f"免提交（登录后从“{material.source_name}”核验）"
            waived = disposed(material, Disposition.WAIVED, reason)
            return PersonalMaterial(material=waived, asked=False, required=required, reason=reason)
        reason = ""
        if expired:
            reason = "查到的证照已过有效期，请提交有效的材料"
        elif material.source and {material.source, material.source_name} & set(self.known.down):
            reason = f"“{material.source_name}”暂时查询不到，请您提交"
        elif material.source:
            reason = f"在“{material.source_name}”没有查到，请您提交"
        asked = disposed(material, Disposition.ASKED, reason)
        return PersonalMaterial(
            material=asked, asked=True if present else None, required=required, reason=reason
        )

    def unmet(self) -> tuple[ItemCondition, ...]:
        return tuple(
            one
            for one in self.blueprint.conditions
            if one.rule and self.taking.get(one.item) is True and self.holds(one.rule) is False
        )

    def fees(self) -> tuple[PersonalFee, ...]:
        found = (self.fee(fee) for fee in self.blueprint.fees)
        return tuple(one for one in found if one is not None)

    def fee(self, fee: FeeLine) -> PersonalFee | None:
        due = self.holds(fee.when)
        if due is False:
            return None
        amount = value_of(fee.amount, self.facts, self.today)
        workings = reckoned(fee.how, self.facts, self.today) if fee.how and due else ()
        gross, reduced = taken_off(fee.how, workings)
        return PersonalFee(
            item=fee.item,
            body_name=self.blueprint.body_names.get(fee.body, fee.body),
            name=fee.name,
            amount=amount if due and isinstance(amount, Decimal) else None,
            basis=fee.basis,
            reduction=fee.reduction,
            workings=workings,
            body=fee.body,
            timing=fee.timing,
            gross=gross,
            reduced=reduced,
            refunds=fee.refunds,
        )

    def questions(self, materials: tuple[PersonalMaterial, ...]) -> tuple[GuidedQuestion, ...]:
        """Those whose answer can still change something for this person; the one to ask next comes first."""
        left = [question for question in self.blueprint.questions if question.element not in self.facts]
        if not left:
            return ()
        decisions = (residual(text, self.facts, self.today) for text in self._decisions(materials))
        open_ones = dict.fromkeys(text for text in decisions if text not in (ALWAYS, NEVER))
        by_element = {question.element: question for question in left}
        wanted = left_to_ask(tuple(open_ones), tuple(map(choice_of, left)), self.today)
        return tuple(by_element[element] for element in wanted)

    def _decisions(self, materials: tuple[PersonalMaterial, ...]) -> list[str]:
        blueprint = self.blueprint
        passed = both(*(rule.rule for rule in blueprint.gate))
        spared = {one.material.document for one in materials if one.asked is False}
        texts = [member_when(item) for item in blueprint.items]
        for field in blueprint.fields:
            if self.produced(field.producers) is not True:
                texts.extend((field.visible, field.required))
        for material in blueprint.materials:
            if material.document not in spared:
                texts.extend((material.when, material.required))
        texts.extend(origin.when for step in blueprint.plan.steps for origin in step.origins)
        texts.extend(fee.when for fee in blueprint.fees)
        texts.extend(both(one.when, one.rule) for one in blueprint.conditions if one.rule)
        amounts = [amount_text(both(passed, fee.when), fee.amount) for fee in blueprint.fees]
        return [passed, *(both(passed, text) for text in dict.fromkeys(texts)), *amounts]


def member_when(item: PlannedItem) -> str:
    return taking_part(item.key, item.when, optional=item.optional)


def _as_value(value: object) -> Value | None:
    if isinstance(value, tuple) and value and isinstance(value[0], Mapping):
        return tuple({key: None if cell is UNKNOWN else cell for key, cell in row.items()} for row in value)
    return value if isinstance(value, (str, bool, int, Decimal, date, tuple)) else None


def groups_of(blueprint: Blueprint, shown: set[str]) -> tuple[MergedGroup, ...]:
    narrowed = (
        msgspec.structs.replace(group, fields=tuple(element for element in group.fields if element in shown))
        for group in blueprint.groups
    )
    return tuple(group for group in narrowed if group.fields)
