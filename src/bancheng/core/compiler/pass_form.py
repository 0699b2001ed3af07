"""Pass 3: one form (多表合一). Fields of all items meet in their data element and are asked once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

import msgspec

from bancheng.core.catalogue import ColumnField, Element, ElementKind, FormField, FormGroup, Option
from bancheng.core.compiler._codings import local_codes
from bancheng.core.compiler._draft import Draft, Joined, problem
from bancheng.core.compiler._feel import NEVER, both, either
from bancheng.core.compiler._types import BodyCoding, FieldOrigin, MergedField, MergedGroup
from bancheng.core.kernel import Problem, Record

REST = FormGroup(key="other", name="其他信息", name_en="Other information")
"Where fields go whose element names no group."


class _Demand(Record):
    """One item's demand for one element or column, with its place in the definitions; its conditions include those
    of what it is part of, the item or the list of records."""

    joined: Joined
    field: FormField | ColumnField
    path: str
    visible: str
    required: str


def _demand(joined: Joined, field: FormField | ColumnField, path: str, when: str) -> _Demand:
    visible = both(when, field.visible)
    return _Demand(
        joined=joined, field=field, path=path, visible=visible, required=both(visible, field.required)
    )


def pass_form(draft: Draft) -> Draft:
    """Merge fields by element: constraints intersected, conditions joined by "or", origins kept.

    A field is required for a person when any item that takes part shows and requires it. A value that the result of
    another member gives is never asked. Constraints that leave no value are a Problem naming both places.
    """
    demands, problems = _collect(draft)
    produced = producers(draft)
    guided = frozenset(question.element for question in draft.questions)
    fields: list[MergedField] = []
    for element, wanted in demands.items():
        giving = produced.get(element, ())
        merged, found = _merge(draft, draft.catalogue.elements[element], wanted, giving, guided)
        fields.append(merged)
        problems.extend(found)
    fields.sort(key=_form_order(draft))
    groups = _groups(draft, fields)
    return msgspec.structs.replace(draft, fields=tuple(fields), groups=groups).with_problems(problems)


def producers(draft: Draft) -> dict[str, tuple[str, ...]]:
    """Element → members whose result gives its value, in the order of the definition."""
    found: dict[str, tuple[str, ...]] = {}
    for joined in draft.members():
        for result in joined.item.results:
            for element in result.gives:
                found[element] = tuple(dict.fromkeys((*found.get(element, ()), joined.item.key)))
    return found


def _collect(draft: Draft) -> tuple[dict[str, list[_Demand]], list[Problem]]:
    demands: dict[str, list[_Demand]] = {}
    problems: list[Problem] = []
    for joined in draft.members():
        for index, field in enumerate(joined.item.fields):
            path = f"items/{joined.item.key}/fields/{index}"
            if field.element not in draft.catalogue.elements:
                problems.append(
                    problem(
                        "unknown-element",
                        f"字典里没有数据元“{field.element}”",
                        path,
                        "请先在字典里登记这个数据元。",
                    )
                )
                continue
            demand = _demand(joined, field, path, joined.when)
            if draft.definition.fixed and demand.visible == NEVER:
                continue
            demands.setdefault(field.element, []).append(demand)
    return demands, problems


def _merge(
    draft: Draft,
    element: Element,
    demands: list[_Demand],
    giving: tuple[str, ...] = (),
    guided: frozenset[str] = frozenset(),
) -> tuple[MergedField, list[Problem]]:
    items = tuple(dict.fromkeys(one.joined.item.key for one in demands))
    codes, codings, problems = _codes(draft, element, demands)
    low, high, bound_problems = _bounds(element, demands)
    columns, fewest, most, row_problems = _rows(draft, element, demands)
    problems += [*bound_problems, *row_problems]
    lengths = [one.field.max_length for one in demands if one.field.max_length is not None]
    if element.max_length is not None:
        lengths.append(element.max_length)
    # an item that asks for what it also gives is asking for the old value, so the person must say it
    giving = () if set(giving) & set(items) else giving
    source = None if element.ask_afresh else draft.coverage.of_element(element.key)
    field = MergedField(
        element=element.key,
        name=element.name,
        name_en=element.name_en,
        kind=element.kind,
        group=element.group or REST.key,
        required=either(*(one.required for one in demands)),
        visible=either(*(one.visible for one in demands)),
        subject=element.subject,
        items=items,
        bodies=tuple(dict.fromkeys(one.joined.item.body for one in demands)),
        origins=tuple(_origin(element, one) for one in demands),
        codes=codes,
        unit=element.unit,
        hint="；".join(
            dict.fromkeys(text for text in (element.hint, *(d.field.note for d in demands)) if text)
        ),
        minimum=low,
        maximum=high,
        max_length=min(lengths, default=None),
        pattern=element.pattern,
        sensitive=element.sensitive,
        ask_afresh=element.ask_afresh,
        source=source.key if source else "",
        source_name=source.name if source else "",
        produced_by=giving[0] if giving else "",
        producers=giving,
        guided=element.key in guided,
        columns=columns,
        min_rows=fewest,
        max_rows=most,
        row_name=element.row_name or (element.name if columns else ""),
        row_name_en=element.row_name_en or (element.name_en if columns else ""),
        codings=codings,
    )
    return field, problems


def _origin(element: Element, demand: _Demand) -> FieldOrigin:
    return FieldOrigin(
        item=demand.joined.item.key,
        body=demand.joined.item.body,
        required=demand.required,
        visible=demand.visible,
        min_rows=_own_rows(element, demand, "min_rows", max),
        max_rows=_own_rows(element, demand, "max_rows", min),
    )


def _rows(
    draft: Draft, element: Element, demands: list[_Demand]
) -> tuple[tuple[MergedField, ...], int | None, int | None, list[Problem]]:
    """The columns any item asks for, in the element's order, and the rows all of them can live with."""
    if element.kind is not ElementKind.RECORDS:
        return (), None, None, []
    wanted: dict[str, list[_Demand]] = {}
    for demand in demands:
        listed = demand.field.columns if isinstance(demand.field, FormField) else ()
        for index, column in enumerate(listed or (ColumnField(element=key) for key in element.columns)):
            path = f"{demand.path}/columns/{index}" if listed else demand.path
            one = _demand(demand.joined, column, path, demand.visible)
            wanted.setdefault(column.element, []).append(one)
    merged: list[MergedField] = []
    problems: list[Problem] = []
    for key in element.columns:
        if key in wanted and key in draft.catalogue.elements:
            field, found = _merge(draft, draft.catalogue.elements[key], wanted[key])
            own = msgspec.structs.replace(field, group="", source="", source_name="")
            merged.append(own)
            problems.extend(found)
    fewest = _row_bound(element, demands, "min_rows")
    most = _row_bound(element, demands, "max_rows")
    if fewest and most and fewest[0] > most[0]:
        text = f"“{element.name}”在 {fewest[1]} 最少 {fewest[0]} 行，在 {most[1]} 却最多 {most[0]} 行，无法同时满足"
        problems.append(problem("disjoint-bounds", text, fewest[1], "请核对两个事项要求的行数。"))
    return tuple(merged), fewest[0] if fewest else None, most[0] if most else None, problems


def _own_rows(
    element: Element, demand: _Demand, name: str, strictest: Callable[[Iterable[int]], int]
) -> int | None:
    """The bound of rows of one item, the element's included."""
    own: int | None = getattr(element, name)
    asked: int | None = getattr(demand.field, name, None)
    if own is None or asked is None:
        return asked if own is None else own
    return strictest((own, asked))


def _row_bound(element: Element, demands: list[_Demand], name: str) -> tuple[int, str] | None:
    """The strictest bound with its place."""
    own: int | None = getattr(element, name)
    found = [(own, f"elements/{element.key}")] if own is not None else []
    for demand in demands:
        bound: int | None = getattr(demand.field, name, None)
        if bound is not None:
            found.append((bound, demand.path))
    strictest = max if name == "min_rows" else min
    return strictest(found, key=lambda pair: pair[0], default=None)


def _codes(
    draft: Draft, element: Element, demands: list[_Demand]
) -> tuple[tuple[Option, ...], tuple[BodyCoding, ...], list[Problem]]:
    table = draft.catalogue.codes.get(element.codes)
    if table is None:
        return (), (), []
    locals_ = {id(demand): _local(draft, element, demand) for demand in demands}
    left = {code.value for code in table.codes}
    narrowed: _Demand | None = None
    for demand in demands:
        if not demand.field.allowed:
            continue
        remaining = left & _allowed(demand, locals_[id(demand)])
        if left and not remaining:
            other = narrowed.path if narrowed else f"codes/{table.key}"
            found = problem(
                "disjoint-codes",
                f"“{element.name}”在 {other} 与 {demand.path} 的可选值没有交集，合并后无值可选",
                demand.path,
                "请两个事项统一代码，或把它们拆成两个数据元。",
            )
            return (), (), [found]
        left, narrowed = remaining, demand
    options = (
        Option(value=code.value, label=code.name, label_en=code.name_en)
        for code in table.codes
        if code.value in left
    )
    found_codings, problems = _codings(draft, element, demands, locals_, left)
    return tuple(options), found_codings, problems


def _local(draft: Draft, element: Element, demand: _Demand) -> dict[str, tuple[str, ...]] | None:
    """The answers people give → the body's codes for each; None where the body uses the same list."""
    own = demand.field.codes
    if not own or own == element.codes:
        return None
    return local_codes(draft.catalogue.codes, own, element.codes)


def _allowed(demand: _Demand, local: dict[str, tuple[str, ...]] | None) -> set[str]:
    """What a demand allows, in the codes people answer in."""
    allowed = set(demand.field.allowed)
    if local is None:
        return allowed
    return {value for value, codes in local.items() if allowed & set(codes)}


def _codings(
    draft: Draft,
    element: Element,
    demands: list[_Demand],
    locals_: dict[int, dict[str, tuple[str, ...]] | None],
    left: set[str],
) -> tuple[tuple[BodyCoding, ...], list[Problem]]:
    """Every body's own codes for the answers that are left; an answer without exactly one is a Problem."""
    codings: list[BodyCoding] = []
    problems: list[Problem] = []
    first: dict[str, _Demand] = {}
    for demand in demands:
        other = first.setdefault(demand.joined.item.body, demand)
        if other.field.codes != demand.field.codes:
            text = (
                f"“{element.name}”在 {other.path} 与 {demand.path} 用两种代码交给同一个部门，不知该用哪一种"
            )
            problems.append(
                problem("ambiguous-codes", text, demand.path, "请让这个部门的事项用同一张代码表。")
            )
        local = locals_[id(demand)]
        if local is None:
            continue
        problems.extend(_unmapped(draft, element, demand, local, left))
        codings.append(
            BodyCoding(
                item=demand.joined.item.key,
                body=demand.joined.item.body,
                codes=demand.field.codes,
                pairs={value: codes[0] for value, codes in sorted(local.items()) if codes and value in left},
            )
        )
    return tuple(codings), problems


def _unmapped(
    draft: Draft, element: Element, demand: _Demand, local: dict[str, tuple[str, ...]], left: set[str]
) -> Iterator[Problem]:
    asked, own = draft.catalogue.codes[element.codes], demand.field.codes
    for value in (code.value for code in asked.codes if code.value in left):
        codes = local.get(value, ())
        if len(codes) == 1:
            continue
        said = f"codes/{asked.key} 的“{asked.name_of(value)}”在 codes/{own} 里"
        if codes:
            text = f"“{element.name}”：{said}同时对应 {'、'.join(codes)}，交给 {demand.path} 时不知该用哪一个"
            advice = f"请在 codes/{own} 里只留一个 means: {value}，或把 codes/{asked.key} 分得更细。"
            yield problem("ambiguous-code", text, demand.path, advice)
        else:
            text = f"“{element.name}”：{said}没有对应的代码，无法交给 {demand.path}"
            advice = f"请在 codes/{own} 里写上 means: {value}；这个事项不收这个值时，在 allowed 里去掉它。"
            yield problem("unmapped-code", text, demand.path, advice)


def _bounds(element: Element, demands: list[_Demand]) -> tuple[Decimal | None, Decimal | None, list[Problem]]:
    home = f"elements/{element.key}"
    lows = [(low, path) for low, path in _of(element.minimum, home, demands, "minimum")]
    highs = [(high, path) for high, path in _of(element.maximum, home, demands, "maximum")]
    low = max(lows, key=lambda pair: pair[0], default=None)
    high = min(highs, key=lambda pair: pair[0], default=None)
    problems: list[Problem] = []
    if low and high and low[0] > high[0]:
        text = f"“{element.name}”在 {low[1]} 不得小于 {low[0]}，在 {high[1]} 却不得大于 {high[0]}，没有值能同时满足"
        problems.append(problem("disjoint-bounds", text, low[1], "请核对两个事项的取值范围。"))
    return low[0] if low else None, high[0] if high else None, problems


def _of(own: Decimal | None, home: str, demands: list[_Demand], name: str) -> Iterator[tuple[Decimal, str]]:
    if own is not None:
        yield own, home
    for demand in demands:
        bound = demand.field.minimum if name == "minimum" else demand.field.maximum
        if bound is not None:
            yield bound, demand.path


def _groups(draft: Draft, fields: list[MergedField]) -> tuple[MergedGroup, ...]:
    members: dict[str, list[str]] = {}
    for field in fields:
        members.setdefault(field.group, []).append(field.element)
    known = {**draft.catalogue.groups, REST.key: draft.catalogue.groups.get(REST.key, REST)}
    return tuple(
        MergedGroup(
            key=key, name=group.name, name_en=group.name_en, intro=group.intro, fields=tuple(elements)
        )
        for key, elements in members.items()
        for group in (known.get(key, msgspec.structs.replace(REST, key=key)),)
    )


def _form_order(draft: Draft) -> _Order:
    groups = {key: index for index, key in enumerate(draft.catalogue.groups)}
    elements = {key: index for index, key in enumerate(draft.catalogue.elements)}
    return _Order(groups=groups, elements=elements)


class _Order(Record):
    """Sort key of the form: groups as the catalogue lists them, elements within as it lists them."""

    groups: dict[str, int]
    elements: dict[str, int]

    def __call__(self, field: MergedField) -> tuple[int, int]:
        return self.groups.get(field.group, len(self.groups)), self.elements.get(field.element, 0)
