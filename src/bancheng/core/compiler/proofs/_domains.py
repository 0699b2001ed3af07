"""What a person can answer: for every element the values it may have, and the words for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from bancheng.core.catalogue import ElementKind
from bancheng.core.compiler._draft import Draft
from bancheng.core.compiler._feel import coerce
from bancheng.core.kernel import Record

ROWS = 3
"Lists of records are tried with so many rows at most; beyond, a proof is not complete and says so."
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)

NUMBERS = (ElementKind.INTEGER, ElementKind.DECIMAL, ElementKind.MONEY)


class Domain(Record):
    """The values of one element. `values` are all there are (empty: open); of several choices, those to choose from."""

    key: str
    name: str
    kind: ElementKind
    values: tuple[object, ...] = ()
    labels: dict[str, str] = {}
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    unit: str = ""
    columns: tuple[Domain, ...] = ()
    least_rows: int = 0
    most_rows: int = ROWS
    bounded: bool = False
    "More rows are allowed than are tried."

    @property
    def closed(self) -> bool:
        """Can all values be tried one after the other?"""
        return bool(self.values) and self.kind is not ElementKind.MULTI_CHOICE


def domain_of(draft: Draft, key: str) -> Domain:
    """What people can say of an element: its own bounds and codes, tightened by the merged form."""
    element = draft.catalogue.elements.get(key)
    kind = draft.kind_of(key)
    name = draft.element_name(key)
    if element is None:
        values: tuple[object, ...] = (True, False) if kind is ElementKind.BOOLEAN else ()
        return Domain(key=key, name=name, kind=kind, values=values)
    field = next((one for one in draft.fields if one.element == key), None)
    low = [one for one in (element.minimum, field.minimum if field else None) if one is not None]
    high = [one for one in (element.maximum, field.maximum if field else None) if one is not None]
    labels = _labels(draft, key)
    most = element.max_rows if element.max_rows is not None else ROWS + 1
    return Domain(
        key=key,
        name=name,
        kind=kind,
        values=_values(draft, key, kind, labels),
        labels=labels,
        minimum=max(low, default=None),
        maximum=min(high, default=None),
        unit=element.unit,
        columns=tuple(domain_of(draft, column) for column in element.columns),
        least_rows=min(element.min_rows or 0, ROWS),
        most_rows=min(most, ROWS),
        bounded=kind is ElementKind.RECORDS and most > ROWS,
    )


def _labels(draft: Draft, key: str) -> dict[str, str]:
    element = draft.catalogue.elements.get(key)
    table = draft.catalogue.codes.get(element.codes) if element else None
    labels = {code.value: code.name for code in table.codes} if table else {}
    for question in draft.questions:
        if question.element == key:
            labels |= {option.value: option.label for option in question.options}
    return labels


def _values(draft: Draft, key: str, kind: ElementKind, labels: Mapping[str, str]) -> tuple[object, ...]:
    if key in draft.definition.fixed:
        return (coerce(kind, draft.definition.fixed[key]),)
    if kind is ElementKind.BOOLEAN:
        return (True, False)
    return tuple(labels) if kind in (ElementKind.CHOICE, ElementKind.MULTI_CHOICE) else ()


class Example(Record):
    """A person who shows the fault: answers by element, and the same in words."""

    answers: dict[str, object]
    words: str


def in_words(domains: Mapping[str, Domain], answers: Mapping[str, object]) -> str:
    """“经营面积 299 平方米、是否用燃气：否”; empty for somebody of whom nothing matters."""
    return "、".join(_said(domains[key], value) for key, value in answers.items())


def _said(domain: Domain, value: object) -> str:
    if isinstance(value, bool):
        return f"{domain.name}：{'是' if value else '否'}"
    if isinstance(value, Decimal):
        number = format(value.normalize(), "f")
        return f"{domain.name} {number}{' ' + domain.unit if domain.unit else ''}"
    if isinstance(value, date):
        return f"{domain.name} {value.isoformat()}"
    if domain.kind is ElementKind.RECORDS and isinstance(value, tuple):
        columns = {column.key: column for column in domain.columns}
        rows = ["、".join(_said(columns[key], cell) for key, cell in row.items()) for row in value]
        return f"{domain.name} {len(rows)} 行" + (f"（{'；'.join(rows)}）" if rows else "")
    if isinstance(value, tuple):
        chosen = "、".join(domain.labels.get(str(one), str(one)) for one in value)
        return f"{domain.name}：{chosen or '都不选'}"
    return f"{domain.name}：{domain.labels.get(str(value), str(value))}"
