"""Mends of problems, tried on the specimen: applying one removes the problem it is for."""

from collections.abc import Callable
from decimal import Decimal
from functools import cache

import msgspec
import pytest

from bancheng.connect.packs import Loaded, load_packs, packs_root
from bancheng.core.catalogue import (
    Catalogue,
    GateRule,
    Item,
    Member,
    OneThingDefinition,
    Option,
    Order,
    Profile,
    Situation,
    Subject,
    check_catalogue,
)
from bancheng.core.clock import Limit
from bancheng.core.compiler import Mend, compile_onething, mends_for
from bancheng.core.kernel import Problem

KEY = "open_restaurant"
Break = Callable[[OneThingDefinition], dict[str, object]]


@cache
def loaded() -> Loaded:
    """The national and the specimen pack."""
    return load_packs([packs_root() / "national", packs_root() / "specimen"])


def definition() -> OneThingDefinition:
    """A sound one-thing."""
    return loaded().catalogue.onethings[KEY]


def replaced(catalogue: Catalogue, one: OneThingDefinition, item: Item | None = None) -> Catalogue:
    """The catalogue with this definition, and this item."""
    items = {**catalogue.items, item.key: item} if item else catalogue.items
    return msgspec.structs.replace(catalogue, onethings={**catalogue.onethings, one.key: one}, items=items)


def found(one: OneThingDefinition, catalogue: Catalogue) -> list[Problem]:
    """What checking and compiling say about it."""
    home = f"onethings/{one.key}"
    checked = [problem for problem in check_catalogue(catalogue) if problem.place.path.startswith(home)]
    return [*checked, *compile_onething(one, catalogue, loaded().coverage).problems]


def member(one: OneThingDefinition, index: int, **changes: object) -> tuple[Member, ...]:
    """The members with one changed."""
    changed = msgspec.structs.replace(one.members[index], **changes)
    return (*one.members[:index], changed, *one.members[index + 1 :])


def asked(one: OneThingDefinition, *shares: str) -> tuple[Situation, ...]:
    """A question whose options have these shares."""
    options = tuple(
        Option(value=value, label=value, share=Decimal(share))
        for value, share in zip(("true", "false"), shares, strict=False)
    )
    return (Situation(element=_yes_no(), text="？", options=options),)


def _yes_no() -> str:
    return _kind("boolean")


def _kind(kind: str) -> str:
    return next(key for key, one in loaded().catalogue.elements.items() if one.kind.value == kind)


BREAKS: dict[str, tuple[str, Break]] = {
    "an item that is nearly there": (
        "unknown_reference", lambda one: {"members": (*one.members, Member(item="newborn_registrationn"))}),
    "an item that is nowhere": ("unknown-item", lambda one: {"members": (*one.members, Member(item="zzzz"))}),
    "an item written twice": ("double-member", lambda one: {"members": (*one.members, one.members[0])}),
    "a condition that never holds": (
        "unreachable-item", lambda one: {"members": member(one, 1, when=f"{_yes_no()} and not({_yes_no()})")}),
    "a condition that nobody can read": ("bad-condition", lambda one: {"members": member(one, 1, when="a and and")}),
    "a fact that does not exist": ("unknown-element", lambda one: {"members": member(one, 1, when="no_such_fact = 3")}),
    "a gate that contradicts itself": (
        "contradictory-gate",
        lambda one: {"gate": (GateRule(rule=_yes_no(), reason="甲"), GateRule(rule=f"not({_yes_no()})", reason="乙"))}),
    "a gate that leads nowhere": (
        "unknown-item", lambda one: {"gate": (GateRule(rule="true", reason="甲", fallback=("zzzz",)),)}),
    "a promise below the longest path": ("promise-too-short", lambda _: {"promised": Limit(0)}),
    "an order of somebody else": (
        "unknown_member", lambda one: {"orders": (Order(before="zzzz", after=one.members[0].item, reason=""),)}),
    "an order that waits for itself": (
        "cycle",
        lambda one: {"orders": (Order(before=one.members[0].item, after=one.members[1].item, reason=""),
                                Order(before=one.members[1].item, after=one.members[0].item, reason=""))}),
    "no lead body": ("unknown_reference", lambda _: {"lead": "nobody"}),
    "no stage": ("unknown_reference", lambda _: {"stage": "nowhere"}),
    "a stage of other people": ("stage_subject", lambda _: {"subject": Subject.PERSON}),
    "shares of more than everybody": ("shares_over_one", lambda one: {"situations": asked(one, "0.9", "0.6")}),
    "a share that is none": ("bad_share", lambda one: {"situations": asked(one, "-0.1")}),
    "people of more than everybody": (
        "shares_over_one",
        lambda _: {"profiles": tuple(Profile(key=key, name=key, answers={}, share=Decimal("0.7")) for key in "ab")}),
    "an answer to nothing": (
        "unknown_reference", lambda _: {"profiles": (Profile(key="p", name="甲", answers={"no_such": "1"}),)}),
    "a question that is no choice": (
        "situation_kind", lambda _: {"situations": (Situation(element=_kind("text"), text="？"),)}),
    "an alias of another": ("alias_shared", lambda _: {"aliases": (loaded().catalogue.onethings["newborn"].name,)}),
}  # fmt: skip


@pytest.mark.parametrize("what", BREAKS)
def test_a_mend_removes_its_problem(what: str) -> None:
    code, change = BREAKS[what]
    broken = msgspec.structs.replace(definition(), **change(definition()))
    catalogue = replaced(loaded().catalogue, broken)
    told = [one for one in found(broken, catalogue) if one.code == code]
    assert told, f"{code} is not found"
    for problem in told:
        mends = [one for one in mends_for(problem, broken, catalogue) if one.onething]
        assert mends, f"nothing mends {problem}"
        for mend in mends:
            _holds(mend, problem, catalogue)


def _holds(mend: Mend, problem: Problem, catalogue: Catalogue) -> None:
    assert mend.onething is not None
    after = found(mend.onething, replaced(catalogue, mend.onething))
    assert (problem.code, problem.message) not in {(one.code, one.message) for one in after}, mend.words


def test_the_likely_spelling_comes_first() -> None:
    catalogue, named = loaded().catalogue, _yes_no()
    wrong = named + "x"
    broken = msgspec.structs.replace(definition(), members=member(definition(), 1, when=wrong))
    problem = next(one for one in found(broken, replaced(catalogue, broken)) if one.code == "unknown-element")
    first = mends_for(problem, broken, catalogue)[0]
    assert first.onething is not None
    assert first.onething.members[1].when == named


def test_what_only_a_person_can_tell_is_opened() -> None:
    broken = msgspec.structs.replace(definition(), gate=(GateRule(rule="true", reason=""),))
    problem = next(
        one for one in found(broken, replaced(loaded().catalogue, broken)) if one.code == "no-reason"
    )
    assert [one.opens for one in mends_for(problem, broken, loaded().catalogue)] == ["gate/0/reason"]


def test_two_items_that_allow_different_codes_are_brought_together() -> None:
    one = definition()
    base = loaded().catalogue
    choice = next(
        key for key, each in base.elements.items() if each.codes and len(base.codes[each.codes].codes) > 1
    )
    first, last = (code.value for code in base.codes[base.elements[choice].codes].codes[:2])
    field = msgspec.structs.replace(
        base.items[one.members[0].item].fields[0], element=choice, allowed=(first,)
    )
    a = msgspec.structs.replace(base.items[one.members[0].item], fields=(field,))
    b = msgspec.structs.replace(
        base.items[one.members[1].item], fields=(msgspec.structs.replace(field, allowed=(last,)),)
    )
    catalogue = replaced(replaced(base, one, a), one, b)
    problem = next(each for each in found(one, catalogue) if each.code == "disjoint-codes")
    mends = [mend for mend in mends_for(problem, one, catalogue) if mend.item]
    assert len(mends) == 2
    for mend in mends:
        assert "disjoint-codes" not in {each.code for each in found(one, replaced(catalogue, one, mend.item))}
