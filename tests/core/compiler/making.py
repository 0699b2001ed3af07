"""Small bundles for tests: written as brief YAML, or drawn by Hypothesis."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import strategies as st

from bancheng.core.catalogue import (
    Body,
    Catalogue,
    Code,
    CodeList,
    DocumentType,
    Element,
    FormGroup,
    Item,
    OneThingDefinition,
    StepKind,
)
from bancheng.core.clock import Limit, LimitUnit
from bancheng.core.compiler import Compiled, compile_onething
from bancheng.core.evidence import Coverage, DataSource

FICTITIOUS = {"source": "虚构示例", "confidence": "fictitious"}
LIMITS = {"limit", "promised", "statutory"}


class World(msgspec.Struct, frozen=True):
    """What the compiler is given."""

    definition: OneThingDefinition
    catalogue: Catalogue
    coverage: Coverage

    def compiled(self) -> Compiled:
        return compile_onething(self.definition, self.catalogue, self.coverage)


def world(raw: Mapping[str, Any]) -> World:
    """Read a bundle: `elements` by kind, `items`, `onething`, `sources`, and `codes` (lists that map to others) and
    `groups` where they matter; documents and bodies make themselves, named as `names` says, but not those `missing`."""
    elements, codes = _elements(raw.get("elements", {}))
    codes |= {key: _code_list(key, one) for key, one in raw.get("codes", {}).items()}
    names, missing = raw.get("names", {}), set(raw.get("missing", ()))
    groups = raw.get("groups", {"main": {"name": "基本信息"}})
    items = {key: _item(key, one or {}) for key, one in raw["items"].items()}
    onething = {"members": [{"item": key} for key in items], **raw.get("onething", {})}
    definition = msgspec.convert(_limits({**_FRAME, **onething}), OneThingDefinition, strict=False)
    sources = tuple(
        msgspec.convert({**_SOURCE, "key": key, "name": key, **one}, DataSource, strict=False)
        for key, one in raw.get("sources", {}).items()
    )
    named = {one.document for item in items.values() for one in (*item.materials, *item.results)}
    named |= {other for item in items.values() for one in item.materials for other in one.alternatives}
    bodies = {item.body for item in items.values()} | {definition.lead}
    bodies |= {step.body for item in items.values() for step in item.steps if step.body}
    bodies |= {body for item in items.values() for step in item.steps for body in step.asks}
    catalogue = Catalogue(
        elements=elements,
        codes=codes,
        items=items,
        groups={key: FormGroup(key=key, **one) for key, one in groups.items()},
        documents={key: DocumentType(key=key, name=names.get(key, key)) for key in sorted(named - missing)},
        bodies={key: Body(key=key, name=names.get(key, key)) for key in sorted(bodies - missing)},
    )
    return World(definition, catalogue, Coverage(sources=sources))


_FRAME = {
    "key": "thing", "name": "测试一件事", "subject": "person", "stage": "s", "lead": "lead", "provenance": FICTITIOUS,
}  # fmt: skip
_SOURCE = {"body": "lead", "kind": "register", "keyed_by": "who", "subject": "person"}


def _elements(raw: Mapping[str, Any]) -> tuple[dict[str, Element], dict[str, CodeList]]:
    elements: dict[str, Element] = {}
    codes: dict[str, CodeList] = {}
    for key, one in raw.items():
        spec = {"kind": one} if isinstance(one, str) else dict(one)
        if isinstance(spec.get("codes"), list):
            codes[key] = CodeList(
                key=key, name=key, codes=tuple(Code(value=str(v), name=str(v)) for v in spec["codes"])
            )
            spec["codes"] = key
        elements[key] = msgspec.convert(
            {"key": key, "name": key, "group": "main", **spec}, Element, strict=False
        )
    return elements, codes


def _code_list(key: str, raw: Mapping[str, Any]) -> CodeList:
    """`codes` by value: a name, or all attributes."""
    codes = {
        value: {"name": one} if isinstance(one, str) else dict(one) for value, one in raw["codes"].items()
    }
    listed = [{"value": str(value), **one} for value, one in codes.items()]
    return msgspec.convert({"key": key, "name": key, **raw, "codes": listed}, CodeList)


def _item(key: str, raw: Mapping[str, Any]) -> Item:
    frame: dict[str, Any] = {
        "key": key, "name": key, "body": f"body_{key}", "item_type": "permit", "handling": "promised",
        "statutory": "20 workday", "promised": "10 workday", "provenance": FICTITIOUS,
    }  # fmt: skip
    raw = {**frame, **raw}
    raw["fields"] = [{"element": one} if isinstance(one, str) else one for one in raw.get("fields", ())]
    raw["materials"] = [
        {"key": one, "document": one} if isinstance(one, str) else {"key": one["document"], **one}
        for one in raw.get("materials", ())
    ]
    raw["results"] = [
        {"key": one, "document": one} if isinstance(one, str) else {"key": one["document"], **one}
        for one in raw.get("results", ())
    ]
    steps = raw.get("steps", ())
    raw["steps"] = [
        {"name": one["key"], "kind": "decision" if one is steps[-1] else "review", **one} for one in steps
    ]
    return msgspec.convert(_limits(raw), Item, strict=False)


def _limits(raw: Any) -> Any:
    if isinstance(raw, dict):
        return {
            key: _limit(value) if key in LIMITS and isinstance(value, str) else _limits(value)
            for key, value in raw.items()
        }
    return [_limits(one) for one in raw] if isinstance(raw, list) else raw


def _limit(text: str) -> dict[str, Any]:
    amount, _, unit = text.partition(" ")
    limit = Limit(int(amount), LimitUnit(unit))
    return {"amount": limit.amount, "unit": limit.unit}


# ---------------------------------------------------------------- drawn

KINDS = (
    (StepKind.DECISION,),
    (StepKind.REVIEW, StepKind.DECISION),
    (StepKind.REVIEW, StepKind.INSPECTION, StepKind.DECISION),
)
QUESTIONS = ("q0", "q1", "q2", "q3")


def holds(text: str, answers: Mapping[str, bool]) -> bool:
    """The drawn conditions mean the same in Python: an evaluation that shares nothing with ours."""
    return bool(eval(text.replace("true", "True").replace("false", "False"), {}, dict(answers)))


def conditions(weight: int = 3) -> st.SearchStrategy[str]:
    """FEEL over the questions; `weight` of true among the others."""
    name = st.sampled_from(QUESTIONS)
    return st.one_of(
        *[st.just("true")] * weight,
        name,
        name.map(lambda one: f"not({one})"),
        st.tuples(name, name).map(lambda pair: f"({pair[0]} and {pair[1]})"),
        st.tuples(name, name).map(lambda pair: f"({pair[0]} or not({pair[1]}))"),
    )


@st.composite
def worlds(draw: st.DrawFn, items: int = 5) -> World:
    """Bundles without mistakes: 2 to `items` items whose results feed later ones, with orders and conditions."""
    count = draw(st.integers(2, items))
    raw_items: dict[str, Any] = {}
    for index in range(count):
        raw_items[f"i{index}"] = _drawn_item(draw, index)
    orders = [
        {"before": f"i{a}", "after": f"i{b}", "reason": "规定的先后"}
        for a in range(count)
        for b in range(a + 1, count)
        if draw(st.integers(0, 5)) == 0
    ]
    members = [
        {"item": key, "when": draw(conditions(1)), "optional": draw(st.integers(0, 6)) == 0}
        for key in raw_items
    ]
    gate = [{"rule": draw(conditions(1)), "reason": "不适用"}] if draw(st.booleans()) else []
    situations = [
        {
            "element": key,
            "text": f"{key}？",
            "options": [
                {"value": "true", "label": "是", "share": str(share)},
                {"value": "false", "label": "否", "share": str(1 - share)},
            ],
        }
        for key, share in ((key, Decimal(draw(st.integers(1, 9))) / 10) for key in QUESTIONS)
    ]
    return world(
        {
            "elements": {**dict.fromkeys(QUESTIONS, "boolean"), **{f"f{n}": "text" for n in range(6)}},
            "items": raw_items,
            "onething": {"members": members, "orders": orders, "gate": gate, "situations": situations},
        }
    )


def _drawn_item(draw: st.DrawFn, index: int) -> dict[str, Any]:
    names = draw(st.lists(st.sampled_from([f"f{n}" for n in range(6)]), unique=True, max_size=4))
    given = {f"f{index}"} if index < 3 and draw(st.booleans()) else set()
    materials = [
        {"document": f"d{source}", "when": draw(conditions())}
        for source in range(index)
        if draw(st.integers(0, 2)) == 0
    ]
    papers = [{"document": f"p{n}", "when": draw(conditions())} for n in range(3) if draw(st.booleans())]
    steps = [
        {
            "key": f"s{n}",
            "limit": f"{draw(st.integers(0, 3))} workday",
            "when": draw(conditions()),
            "kind": kind.value,
        }
        for n, kind in enumerate(draw(st.sampled_from(KINDS)))
    ]
    return {
        "fields": [
            {"element": name, "required": draw(conditions()), "visible": draw(conditions())}
            for name in names
            if name not in given and (name[1:] > str(index) or int(name[1:]) >= 3)
        ]
        + [{"element": name} for name in names if int(name[1:]) < min(index, 3)],
        "materials": materials + papers,
        "results": [{"document": f"d{index}", "gives": sorted(given)}],
        "steps": steps,
        "situations": [],
    }


def answers() -> st.SearchStrategy[dict[str, bool]]:
    """A complete set of answers."""
    return st.fixed_dictionaries({key: st.booleans() for key in QUESTIONS})
