"""Checks of the parts: gate, members, conditions, fields, materials, steps, fees. Each looks for a person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

from bancheng.core.catalogue import FormField, Item, Material, Necessity
from bancheng.core.compiler._draft import Joined
from bancheng.core.compiler._feel import ALWAYS, both, either, names, readable, residual, truth
from bancheng.core.compiler._steps import own_steps
from bancheng.core.compiler.pass_situations import effects_of
from bancheng.core.compiler.proofs._domains import Example
from bancheng.core.compiler.proofs._report import Court, Finding, finding
from bancheng.core.compiler.proofs._search import Wanted
from bancheng.core.kernel import Severity


def contradictory_gate(court: Court) -> Iterator[Finding]:
    """A gate that admits nobody, with the fewest rules that exclude one another; and a rule that stops nobody."""
    place = court.draft.path("gate")
    if court.gate and court.find(Wanted(hold=court.gate), place).nobody:
        core = list(court.gate)
        for rule in court.gate:
            fewer = [one for one in core if one != rule]
            if court.search.find(Wanted(hold=tuple(fewer))).nobody:
                core = fewer
        near = court.search.find(Wanted(hold=tuple(core[:-1]), fail=tuple(core[-1:]))).person
        said = "；".join(f"“{rule}”" for rule in core)
        yield finding(
            "gate", "contradictory-gate", f"准入条件互相矛盾，没有人能通过：{said}", place, "请核对各条准入条件。",
            near, Severity.ERROR,
        )  # fmt: skip
        court.open_gate = False
        return
    for index, rule in enumerate(court.gate):
        others = tuple(one for one in court.gate if one != rule)
        if court.find(Wanted(hold=others, fail=(rule,)), f"{place}/{index}").nobody:
            yield finding(
                "gate", "idle-gate", f"准入条件“{rule}”不会拦下任何人", f"{place}/{index}",
                "可以删去，或改正这一条。", court.anybody(),
            )  # fmt: skip


def unreachable_items(court: Court) -> Iterator[Finding]:
    """A member that nobody takes, and one marked conditional that everybody takes."""
    for joined in court.draft.members():
        path = court.draft.path("members", joined.index)
        if not readable(joined.when) or court.fixed(joined.when):
            continue
        name, when = joined.item.name, joined.member.when
        if court.find(court.admitted(joined.when), path).nobody:
            outside = court.open_gate and not court.search.find(Wanted(hold=(joined.when,))).nobody
            why = "能通过准入的人都不满足" if outside else "任何回答下都不成立的是"
            yield finding(
                "items", "unreachable-item", f"“{name}”永远不会办理：{why}“{when}”", path,
                "请改正条件，或把该事项移出这件事。", court.anybody(*((when,) if outside else ())), Severity.ERROR,
            )  # fmt: skip
        elif when != ALWAYS and not joined.member.optional:
            found = court.find(court.admitted(fail=(joined.when,)), path)
            if found.nobody:
                yield finding(
                    "items", "always-joins", f"“{name}”写了条件“{when}”，但能办这件事的人都要办它", path,
                    "可以删去条件，或改正它。", court.anybody(joined.when),
                )  # fmt: skip


def contradictory_conditions(court: Court) -> Iterator[Finding]:
    """Conditions of an item that nobody meets who takes it."""
    for joined in court.members():
        rules = tuple(one.rule for one in joined.item.conditions if one.rule and readable(one.rule))
        path = f"items/{joined.item.key}/conditions"
        if rules and court.find(court.admitted(joined.when, *rules), path).nobody:
            said = "；".join(f"“{rule}”" for rule in rules)
            yield finding(
                "conditions", "contradictory-conditions",
                f"要办“{joined.item.name}”的人没有一个能符合它的受理条件：{said}", path,
                "请核对受理条件与办理条件。", court.anybody(joined.when), Severity.ERROR,
            )  # fmt: skip


def dead_parts(court: Court) -> Iterator[Finding]:
    """Fields, materials, steps and fees whose own condition nobody meets, in this bundle or any; fees below nought.

    What only this bundle's gate shuts out stays: the item serves other people, too.
    """
    for joined in court.members():
        for words, text, path in _conditional(joined):
            if text == ALWAYS or not readable(text) or court.fixed(text):
                continue
            if court.find(Wanted(hold=(text,)), path).nobody:
                yield finding(
                    "parts", "dead-part", f"“{joined.item.name}”的{words}对谁都不会出现：条件是“{text}”", path,
                    "请改正条件，或删去这一项。", court.anybody(joined.when),
                )  # fmt: skip
    for index, fee in enumerate(court.draft.fees):
        text, path = f"({fee.amount}) < 0", f"items/{fee.item}/fees"
        if readable(text) and readable(fee.when):
            found = court.find(court.admitted(fee.when, text), f"{path}/{index}")
            if found.person:
                yield finding(
                    "parts", "negative-fee", f"“{fee.name}”对有的人算出负数：{fee.amount}", path,
                    "请改正金额，或给数据元写上最小值。", found.person,
                )  # fmt: skip


def _conditional(joined: Joined) -> Iterator[tuple[str, str, str]]:
    item, home = joined.item, f"items/{joined.item.key}"
    for index, field in enumerate(item.fields):
        yield f"填写项“{field.element}”", field.visible, f"{home}/fields/{index}/visible"
    for index, material in enumerate(item.materials):
        yield f"材料“{material.name or material.document}”", material.when, f"{home}/materials/{index}/when"
    for index, step in enumerate(own_steps(item)):
        yield f"环节“{step.name}”", step.when, f"{home}/steps/{index}/when"
    for index, fee in enumerate(item.fees):
        yield f"收费“{fee.name}”", fee.when, f"{home}/fees/{index}/when"


def contradictory_fields(court: Court) -> Iterator[Finding]:
    """A field that must be filled in and is not shown, and two demands on one field that no value meets."""
    demands: dict[str, list[tuple[Joined, FormField, str]]] = {}
    for joined in court.members():
        for index, field in enumerate(joined.item.fields):
            path = f"items/{joined.item.key}/fields/{index}"
            demands.setdefault(field.element, []).append((joined, field, path))
            if ALWAYS in (field.required, field.visible) or not readable(both(field.required, field.visible)):
                continue
            found = court.find(court.admitted(joined.when, field.required, fail=(field.visible,)), path)
            if found.person:
                name = court.draft.element_name(field.element)
                yield finding(
                    "fields", "required-unseen",
                    f"“{joined.item.name}”的“{name}”按“{field.required}”必填，但“{field.visible}”不成立时不显示",
                    f"{path}/required", "请让显示条件包括必填条件。", found.person,
                )  # fmt: skip
    for element, wanting in demands.items():
        for (one, field, path), (other, second, _) in combinations(wanting, 2):
            if not _apart(field, second):
                continue
            shown = (one.when, field.visible, other.when, second.visible)
            found = court.find(court.admitted(*filter(readable, shown)), path)
            if found.person:
                yield finding(
                    "fields", "contradictory-field",
                    f"“{one.item.name}”与“{other.item.name}”对“{court.draft.element_name(element)}”的要求没有共同的值",
                    path, "请核对两个事项的取值范围。", found.person, Severity.ERROR,
                )  # fmt: skip


def _apart(one: FormField, other: FormField) -> bool:
    if one.allowed and other.allowed and not one.codes and not other.codes:
        return not set(one.allowed) & set(other.allowed)
    low = max((x for x in (one.minimum, other.minimum) if x is not None), default=None)
    high = min((x for x in (one.maximum, other.maximum) if x is not None), default=None)
    return low is not None and high is not None and low > high


def unobtainable_materials(court: Court) -> Iterator[Finding]:
    """A paper that only one member issues, asked of somebody who does not take that member and could not have it; or
    demanded by an item all of whose people that member must turn away. Of papers that serve for one another, all."""
    issuers = _only_issuers(court)
    for joined in court.members():
        for index, material in enumerate(joined.item.materials):
            issuing = _issuing(court, joined, material, issuers)
            if not issuing or material.from_form or material.necessity is not Necessity.REQUIRED:
                continue
            path = f"items/{joined.item.key}/materials/{index}"
            hold = (joined.when, material.when)
            if court.find(court.admitted(*hold), path).nobody:
                continue
            rules = [both(*_rules(issuer.item)) for issuer in issuing]
            nobody = court.find(court.admitted(*hold, either(*rules)), path).nobody
            missing = (*(issuer.when for issuer in issuing), *rules)
            outside = court.find(court.admitted(*hold, fail=missing), path).person
            if nobody or outside:
                yield finding(
                    "materials", "unobtainable-material",
                    _out_of_reach(court, joined, material, issuing, rules, nobody), path,
                    "请写明可以代替的材料，或让准入条件先拦下这些人。",
                    court.anybody(*hold) if nobody else outside,
                    Severity.ERROR if nobody else Severity.WARNING,
                )  # fmt: skip


def _issuing(
    court: Court, joined: Joined, material: Material, issuers: dict[str, Joined]
) -> tuple[Joined, ...]:
    """The members without which nobody has the paper or any that serves for it; none where one comes otherwise."""
    found = []
    for document in (material.document, *material.alternatives):
        issuer = None if court.draft.coverage.of_document(document) else issuers.get(document)
        if issuer is None or issuer.item.key == joined.item.key or not _rules(issuer.item):
            return ()
        found.append(issuer)
    return tuple(found)


def _out_of_reach(
    court: Court,
    joined: Joined,
    material: Material,
    issuing: tuple[Joined, ...],
    rules: list[str],
    nobody: bool,
) -> str:
    documents = (material.document, *material.alternatives)
    who = "需要它的人都" if nobody else "有人不办后者，也"
    if len(documents) == 1:
        name, issuer = court.draft.document_name(documents[0]), issuing[0].item.name
        return (
            f"“{joined.item.name}”要的“{name}”只有“{issuer}”能办出，而{who}不符合后者的受理条件“{rules[0]}”"
        )
    ways = "；".join(
        f"“{court.draft.document_name(document)}”只有“{issuer.item.name}”能办出，受理条件“{rule}”"
        for document, issuer, rule in zip(documents, issuing, rules, strict=True)
    )
    whoever = "需要的人" if nobody else "有人这些都不办，也"
    return f"“{joined.item.name}”要的几份可互相代替的材料，{whoever}一份也拿不到：{ways}"


def _only_issuers(court: Court) -> dict[str, Joined]:
    """The documents that a single item of the whole catalogue yields, when that is a member."""
    issuing: dict[str, set[str]] = {}
    for item in court.draft.catalogue.items.values():
        for result in item.results:
            issuing.setdefault(result.document, set()).add(item.key)
    members = {joined.item.key: joined for joined in court.draft.members()}
    single = {document: min(keys) for document, keys in issuing.items() if len(keys) == 1}
    return {document: members[key] for document, key in single.items() if key in members}


def _rules(item: Item) -> tuple[str, ...]:
    return tuple(one.rule for one in item.conditions if one.rule and readable(one.rule))


def untold_facts(court: Court) -> Iterator[Finding]:
    """A condition that hangs, for somebody, on a field he is not shown: nobody would ever learn the answer."""
    draft = court.draft
    asked = {question.element for question in draft.questions}
    fields = {field.element: field for field in draft.fields}
    reported: set[str] = set()
    for effect in effects_of(draft):
        if effect.amount or not readable(effect.text):
            continue
        for element in sorted(names(effect.text) & fields.keys() - asked - reported):
            field = fields[element]
            if field.visible == ALWAYS or field.producers or draft.coverage.of_element(element):
                continue
            seen = _ever(court, field.visible, element)
            wanted = Wanted(hold=court.admitted().hold, fail=(seen,), differ=(effect.text,), element=element)
            path = f"items/{field.items[0]}/fields"
            found = court.find(wanted, path).person
            if found and _unseen(court, field.visible, found, element):
                reported.add(element)
                yield finding(
                    "untold", "untold-for-some",
                    f"{effect.words}要看“{field.name}”，但有的人看不到这一项（显示条件“{field.visible}”），永远无法判断",
                    path, "请放宽显示条件，或改用一个情形问题。", found,
                )  # fmt: skip


def _ever(court: Court, visible: str, element: str) -> str:
    """When a field is shown whatever is said in it: as long as it is empty, its own value hides it from nobody."""
    if element not in names(visible):
        return visible
    domain = court.search.domains((element,))[element]
    values = domain.values or tuple(
        Decimal(one) + step for one in _NUMBER.findall(visible) for step in (-1, 0, 1)
    )
    return either(*(residual(visible, {element: value}, court.search.today) for value in values))


_NUMBER = re.compile(r"(?<![\w\"])\d+(?:\.\d+)?(?![\w\"])")


def _unseen(court: Court, visible: str, person: Example, element: str) -> bool:
    """Is the field hidden from the person before a word is said in it?"""
    told = {key: value for key, value in person.answers.items() if key != element}
    return truth(visible, told, court.search.today) is False
