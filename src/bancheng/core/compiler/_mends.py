"""What would put a problem right, computed as data: a changed definition, a changed item, or the place to fill in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import ROUND_DOWN, Decimal
from typing import Any, TypeVar

import msgspec

from bancheng.core.catalogue import (
    Catalogue,
    ElementKind,
    FormField,
    Item,
    OneThingDefinition,
    Option,
    Profile,
    Situation,
    nearest,
)
from bancheng.core.compiler._compile import compile_onething
from bancheng.core.compiler._draft import begin
from bancheng.core.compiler._feel import ALWAYS, names
from bancheng.core.compiler.pass_clock import pass_clock
from bancheng.core.compiler.pass_plan import pass_plan
from bancheng.core.evidence import Coverage
from bancheng.core.kernel import Problem, Record

T = TypeVar("T")


class Mend(Record):
    """One way to put a problem right. `words` say what it does.

    `onething` or `item` is the definition with it applied. Where only a person can tell, both are None and `opens` is
    the path of what to fill in.
    """

    words: str
    onething: OneThingDefinition | None = None
    item: Item | None = None
    opens: str = ""

    @property
    def item_key(self) -> str:
        """The item that `opens` lies in; empty for a place of the one-thing."""
        section, _, rest = self.opens.partition("/")
        return rest.partition("/")[0] if section == "items" else ""

    @property
    def anchor(self) -> str:
        """`opens` as the name of an input: ``gate.0.reason``."""
        return self.opens.replace("/", ".")


def mends_for(problem: Problem, definition: OneThingDefinition, catalogue: Catalogue) -> tuple[Mend, ...]:
    """The mends of a problem that checking or compiling `definition` found, the likeliest first.

    After applying one that changes something, the same problem is no longer found. Empty where nothing can be computed.
    """
    section, _, rest = problem.place.path.partition("/")
    key, _, inside = rest.partition("/")
    if section == "onethings" and key == definition.key:
        return tuple(_OneThing(problem, definition, catalogue, inside.split("/") if inside else []).mends())
    item = catalogue.items.get(key) if section == "items" else None
    if item is None:
        return ()
    return tuple(_item_mends(problem, item, definition, catalogue, inside.split("/")))


def _without(entries: tuple[T, ...], index: int) -> tuple[T, ...]:
    return (*entries[:index], *entries[index + 1 :])


def _with(entries: tuple[T, ...], index: int, changed: T) -> tuple[T, ...]:
    return (*entries[:index], changed, *entries[index + 1 :])


class _OneThing:
    """Mends of one problem inside the definition; `steps` is its path there."""

    def __init__(
        self, problem: Problem, definition: OneThingDefinition, catalogue: Catalogue, steps: list[str]
    ) -> None:
        self.problem, self.definition, self.catalogue = problem, definition, catalogue
        self.section = steps[0] if steps else ""
        self.index = int(steps[1]) if len(steps) > 1 and steps[1].isdigit() else -1
        self.steps = steps

    def mends(self) -> Iterator[Mend]:
        entries = getattr(self.definition, self.section, ())
        makers: dict[str, Callable[[], Iterator[Mend]]] = {
            "members": self._members,
            "gate": self._gate,
            "orders": self._orders,
            "situations": self._situations,
            "profiles": self._profiles,
            "promised": self._promised,
            "aliases": self._aliases,
            "stage": self._stage,
            "lead": self._lead,
        }
        placed = not isinstance(entries, tuple) or self.index < len(entries)
        if self.section in makers and placed:
            yield from makers[self.section]()

    def _changed(self, words: str, **changes: object) -> Mend:
        return Mend(words=words, onething=msgspec.structs.replace(self.definition, **changes))

    # ------------------------------------------------------------ members

    def _members(self) -> Iterator[Mend]:
        if self.problem.code == "cycle":
            yield from self._untied()
            return
        if self.index < 0:
            yield Mend(words="去选事项", opens="members")
            return
        members, member = self.definition.members, self.definition.members[self.index]
        known = member.item in self.catalogue.items
        if not known:
            near = self._near(member.item, {key: one.name for key, one in self.catalogue.items.items()})
            if near and near not in {one.item for one in members}:
                changed = msgspec.structs.replace(member, item=near)
                said = f"换成“{self.catalogue.items[near].name}”"
                yield self._changed(said, members=_with(members, self.index, changed))
        doubled = sum(one.item == member.item for one in members) > 1 and self.problem.code in _DOUBLE
        if known and not doubled and member.when != ALWAYS:
            for words, text in self._rewritten(member.when):
                changed = msgspec.structs.replace(member, when=text)
                yield self._changed(words, members=_with(members, self.index, changed))
            if self.problem.code == "untold-fact":
                yield from self._asked()
            changed = msgspec.structs.replace(member, when=ALWAYS)
            yield self._changed("去掉条件，人人都办", members=_with(members, self.index, changed))
        yield self._changed(
            "移出这件事" if not doubled else "去掉重复的一处", members=_without(members, self.index)
        )

    def _near(self, wrong: str, named: dict[str, str]) -> str:
        by_name = next((key for key, name in named.items() if name == wrong), "")
        return by_name or nearest(wrong, named)

    def _rewritten(self, text: str) -> Iterator[tuple[str, str]]:
        """The condition with an unknown name, or an unknown code of a known element, put right."""
        elements = self.catalogue.elements
        for wrong in sorted(names(text) - set(elements)):
            near = self._near(wrong, {key: one.name for key, one in elements.items()})
            if near:
                yield f"把“{wrong}”改成“{elements[near].name}”", _renamed(text, wrong, near)
        for element in sorted(names(text) & set(elements)):
            codes = self.catalogue.codes.get(elements[element].codes)
            values = {code.value: code.name for code in codes.codes} if codes else {}
            for wrong in dict.fromkeys(re.findall(rf'\b{element}\s*!?=\s*"([^"]*)"', text)):
                near = self._near(wrong, values) if values and wrong not in values else ""
                if near:
                    said = f"把“{wrong}”改成“{values[near]}”"
                    yield said, text.replace(f'"{wrong}"', f'"{near}"')

    def _asked(self) -> Iterator[Mend]:
        """Ask what a condition looks at and nobody tells."""
        for element in self.catalogue.elements.values():
            closed = element.kind in {ElementKind.BOOLEAN, ElementKind.CHOICE}
            if closed and f"“{element.name}”" in self.problem.message:
                asked = {one.element for one in self.definition.situations}
                if element.key not in asked:
                    question = Situation(element=element.key, text=f"{element.name}？")
                    situations = (*self.definition.situations, question)
                    yield self._changed(f"加一个情形问题“{element.name}？”", situations=situations)

    # ------------------------------------------------------------ gate, orders

    def _gate(self) -> Iterator[Mend]:
        gate = self.definition.gate
        if self.index < 0:
            for index in range(len(gate)):
                mend = self._changed(f"去掉第 {index + 1} 条准入条件", gate=_without(gate, index))
                if self._gone(mend):
                    yield mend
            return
        rule = gate[self.index]
        if self.problem.code == "no-reason":
            yield Mend(words="写上原因", opens=f"gate/{self.index}/reason")
            return
        unknown = [key for key in rule.fallback if key not in self.catalogue.items]
        if unknown:
            kept = tuple(key for key in rule.fallback if key not in unknown)
            changed = msgspec.structs.replace(rule, fallback=kept)
            yield self._changed("去掉找不到的单项", gate=_with(gate, self.index, changed))
            return
        for words, text in self._rewritten(rule.rule):
            changed = msgspec.structs.replace(rule, rule=text)
            yield self._changed(words, gate=_with(gate, self.index, changed))
        if self.problem.code == "untold-fact":
            yield from self._asked()
        yield self._changed("去掉这条准入条件", gate=_without(gate, self.index))

    def _orders(self) -> Iterator[Mend]:
        if self.index >= 0:
            yield self._changed("去掉这条先后", orders=_without(self.definition.orders, self.index))
        else:
            yield from self._untied()

    def _untied(self) -> Iterator[Mend]:
        """Each explicit order without which nothing waits for itself."""
        for index, order in enumerate(self.definition.orders):
            names_of = [self._item_name(key) for key in (order.before, order.after)]
            mend = self._changed(
                f"去掉先后“{names_of[0]} → {names_of[1]}”", orders=_without(self.definition.orders, index)
            )
            if mend.onething is not None and not _tied(mend.onething, self.catalogue):
                yield mend

    def _item_name(self, key: str) -> str:
        return self.catalogue.items[key].name if key in self.catalogue.items else key

    def _gone(self, mend: Mend) -> bool:
        if mend.onething is None:
            return False
        found = compile_onething(mend.onething, self.catalogue, Coverage()).problems
        return all((one.code, one.place.path) != _what(self.problem) for one in found)

    # ------------------------------------------------------------ questions, people

    def _situations(self) -> Iterator[Mend]:
        situations = self.definition.situations
        at = self.index
        if at < 0 and len(self.steps) > 1:
            at = next((i for i, one in enumerate(situations) if one.element == self.steps[1]), -1)
        if at < 0:
            return
        question = situations[at]
        inside = self.steps[2] if len(self.steps) > 2 else ""
        if inside == "options":
            yield from self._options(at, question)
            return
        if self.problem.code in {"same-options", "order-not-exact"}:
            yield Mend(words="看看这个问题", opens=f"situations/{at}/text")
            return
        yield self._changed("删去这个问题", situations=_without(situations, at))

    def _options(self, at: int, question: Situation) -> Iterator[Mend]:
        situations = self.definition.situations
        if self.problem.code == "shares_over_one":
            shares = _scaled([option.share for option in question.options])
            pairs = zip(question.options, shares, strict=True)
            options = tuple(msgspec.structs.replace(option, share=share) for option, share in pairs)
        elif len(self.steps) > 3 and int(self.steps[3]) < len(question.options):
            number = int(self.steps[3])
            if self.problem.code == "bad_share":
                option: Option = msgspec.structs.replace(question.options[number], share=None)
                options = _with(question.options, number, option)
            else:
                options = _without(question.options, number)
        else:
            return
        changed = msgspec.structs.replace(question, options=options)
        words = {"shares_over_one": "按比例调到合计 100%", "bad_share": "不写占比"}
        said = words.get(self.problem.code, "删去这个选项")
        yield self._changed(said, situations=_with(situations, at, changed))

    def _profiles(self) -> Iterator[Mend]:
        profiles = self.definition.profiles
        if self.problem.code == "shares_over_one":
            pairs = zip(profiles, _scaled([one.share for one in profiles]), strict=True)
            people = tuple(msgspec.structs.replace(one, share=share) for one, share in pairs)
            yield self._changed("按比例调到合计 100%", profiles=people)
            return
        if self.index < 0:
            return
        person: Profile = profiles[self.index]
        if "answers" in self.steps:
            element = self.steps[self.steps.index("answers") + 1]
            answers = {key: value for key, value in person.answers.items() if key != element}
            changed = msgspec.structs.replace(person, answers=answers)
            yield self._changed("去掉这个回答", profiles=_with(profiles, self.index, changed))
        elif self.problem.code == "bad_share":
            changed = msgspec.structs.replace(person, share=None)
            yield self._changed("不写占比", profiles=_with(profiles, self.index, changed))
        else:
            yield self._changed("去掉重复的一个", profiles=_without(profiles, self.index))

    # ------------------------------------------------------------ head

    def _promised(self) -> Iterator[Mend]:
        free = msgspec.structs.replace(self.definition, promised=None)
        draft = pass_clock(pass_plan(begin(free, self.catalogue, Coverage())))
        if draft.clock is None:
            return
        needed, lawful = draft.clock.promised, draft.clock.statutory
        lawful_too = (
            self.problem.code == "beyond-statutory" and lawful is not None and needed.as_workdays() <= lawful
        )
        if self.problem.code == "promise-too-short" or lawful_too:
            yield self._changed(f"承诺改为 {needed.words()}", promised=needed)

    def _aliases(self) -> Iterator[Mend]:
        if self.index >= 0:
            yield self._changed("去掉这个别名", aliases=_without(self.definition.aliases, self.index))

    def _stage(self) -> Iterator[Mend]:
        stages = self.catalogue.stages
        stage = stages.get(self.definition.stage)
        if stage is not None:
            yield self._changed("服务对象改成与阶段一致", subject=stage.subject)
            return
        fitting = [one for one in stages.values() if one.subject is self.definition.subject]
        near = self._near(self.definition.stage, {one.key: one.name for one in fitting})
        chosen = stages[near] if near else next(iter(fitting), None)
        if chosen is not None:
            yield self._changed(f"放到“{chosen.name}”", stage=chosen.key)

    def _lead(self) -> Iterator[Mend]:
        first = next((one.item for one in self.definition.members if one.item in self.catalogue.items), None)
        if first is not None:
            body = self.catalogue.items[first].body
            if body in self.catalogue.bodies:
                yield self._changed(f"由“{self.catalogue.bodies[body].name}”牵头", lead=body)


_DOUBLE = frozenset(("double-member", "duplicate_key"))


def _what(problem: Problem) -> tuple[str, str]:
    return problem.code, problem.place.path


def _renamed(text: str, wrong: str, right: str) -> str:
    return re.sub(rf"(?<![\w.\"]){re.escape(wrong)}(?!\w)", right, text)


def _tied(definition: OneThingDefinition, catalogue: Catalogue) -> bool:
    draft = pass_plan(begin(definition, catalogue, Coverage()))
    return any(one.code == "cycle" for one in draft.problems)


def _scaled(shares: list[Decimal | None]) -> list[Decimal | None]:
    """Shares that make no more than one, in the same proportions, in whole hundredths."""
    told = [max(one, Decimal(0)) for one in shares if one is not None]
    total = sum(told, Decimal(0))
    if total <= 1:
        return shares
    cent = Decimal("0.01")
    return [
        None if one is None else (max(one, Decimal(0)) / total).quantize(cent, rounding=ROUND_DOWN)
        for one in shares
    ]


# ---------------------------------------------------------------- items


def _item_mends(
    problem: Problem, item: Item, definition: OneThingDefinition, catalogue: Catalogue, steps: list[str]
) -> Iterator[Mend]:
    section, index = steps[0], int(steps[1]) if len(steps) > 1 and steps[1].isdigit() else -1
    entries: tuple[Any, ...] = getattr(item, section, ()) if index >= 0 else ()
    where = "/".join(("items", item.key, *steps))
    if section == "fields" and index < len(entries):
        yield from _field_mends(problem, item, index, definition, catalogue)
    elif problem.code in {"fee-without-basis", "fee_without_basis"}:
        yield Mend(words="写上收费依据", opens=f"items/{item.key}/fees/{max(index, 0)}/basis")
        return
    yield Mend(words="打开这个事项", opens=where)


def _field_mends(
    problem: Problem, item: Item, index: int, definition: OneThingDefinition, catalogue: Catalogue
) -> Iterator[Mend]:
    field = item.fields[index]
    if problem.code == "disjoint-codes":
        yield from _agreed(item, index, definition, catalogue)
    elif problem.code == "disjoint-bounds":
        open_field = msgspec.structs.replace(field, minimum=None, maximum=None)
        changed = msgspec.structs.replace(item, fields=_with(item.fields, index, open_field))
        yield Mend(words=f"放开“{item.name}”的取值范围", item=changed)
    elif problem.code in {"asks-own-result", "unknown-element", "unknown_reference"}:
        changed = msgspec.structs.replace(item, fields=_without(item.fields, index))
        yield Mend(words=f"从“{item.name}”删去这一项", item=changed)


def _agreed(item: Item, index: int, definition: OneThingDefinition, catalogue: Catalogue) -> Iterator[Mend]:
    """Two items allow different codes of one element: either follows the other, or leaves the choice open."""
    field = item.fields[index]
    others: list[tuple[Item, FormField]] = []
    for member in definition.members:
        other = catalogue.items.get(member.item)
        if other is not None and other.key != item.key:
            others += [(other, one) for one in other.fields if one.element == field.element and one.allowed]
    common = [set(one.allowed) for _, one in others]
    shared = set.intersection(*common) if common else set()
    values = tuple(value for _, one in others[:1] for value in one.allowed if value in shared)
    if values:
        followed = msgspec.structs.replace(field, allowed=values)
        changed = msgspec.structs.replace(item, fields=_with(item.fields, index, followed))
        yield Mend(words=f"“{item.name}”采用“{others[0][0].name}”的选项", item=changed)
        freed = msgspec.structs.replace(field, allowed=())
        changed = msgspec.structs.replace(item, fields=_with(item.fields, index, freed))
        yield Mend(words=f"放开“{item.name}”的选项", item=changed)
