"""How well an item is written, as an item-standardisation desk looks at it: rules with weights, marks, a score.

A rule marks what is at fault. Where something is missing as a whole it takes its whole weight away; where entries of a
list are at fault (materials, bases, fees) the first takes half of it, each further one half of what is left. What
remains of all weights, in hundredths, is the score. So a score lies between 0 and 100, and mending a fault, also by
deleting the entry, never lowers it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from bancheng.core.catalogue._check_items import CATCH_ALL
from bancheng.core.catalogue._dictionary import Body, Handling, ItemType
from bancheng.core.catalogue._item import Item, Material, MaterialForm, MaterialSource
from bancheng.core.catalogue._onething import Catalogue
from bancheng.core.kernel import (
    Confidence,
    Record,
    check_catalogue_code,
    check_implementation_code,
    chinese_date,
)


class QualityRule(Record, kw_only=False):
    """One rule of the desk. `words` says what should be so, `advice` what to do where it is not."""

    key: str
    words: str
    weight: int
    advice: str
    source: str


class QualityMark(Record, kw_only=False):
    """A fault of an item: the rule, the attribute it stands in (as in problems: ``materials/2``), and what is wrong."""

    rule: str
    path: str
    words: str


class ItemQuality(Record):
    """An item's score (0–100, one decimal) and its marks."""

    item: str
    name: str
    body: str
    score: Decimal
    marks: tuple[QualityMark, ...] = ()


class BodyQuality(Record):
    """A body's items together: the mean score, how many marks each rule gave, and its weakest items."""

    body: str
    items: int
    mean: Decimal
    marks: dict[str, int]
    worst: tuple[ItemQuality, ...]


_NORM = "GB/T 39554.2 政务服务事项实施清单要素"
_PRACTICE = "政务服务事项标准化的通行做法"
_LAW = "行政许可法"

QUALITY_RULES: tuple[QualityRule, ...] = (
    QualityRule("promise_within", "承诺时限不超过法定时限", 10, "请改短承诺，或核对法定时限。", f"{_LAW}第四十二条"),
    QualityRule("statutory_stated", "写明法定办结时限", 5, "请补上法定时限；公共服务可以不写。", _NORM),
    QualityRule("handling_fits", "即办件当场办结", 3, "请改为承诺件，或把承诺时限改为当场。", _NORM),
    QualityRule("basis_cited", "写明设定依据", 10, "请补上法律、法规、规章的名称和文号。", f"{_LAW}第十四至十七条"),
    QualityRule("basis_article", "依据写到条款", 7, "请补上第几条第几款。", _PRACTICE),
    QualityRule("basis_in_force", "依据现行有效", 8, "请换成现行的依据。", f"{_LAW}第十四至十七条"),
    QualityRule("no_catch_all", "没有“其他材料”的兜底", 8, "请逐项写明要什么，或删去。", _PRACTICE),
    QualityRule("material_source", "材料写明从哪里来", 5, "来源是“其他”的，请在“说明”里写明向谁取得。", _NORM),
    QualityRule("material_form", "材料写明形式和份数", 4, "请写明原件、复印件份数；只收纸质的写明原因。", _NORM),
    QualityRule("material_basis", "材料写明要求的依据", 3, "请补上这份材料的依据；没有依据的不要收。", _NORM),
    QualityRule("result_named", "写明办理结果", 6, "请补上结果的种类和名称。", _NORM),
    QualityRule("condition_stated", "写明受理条件", 4, "请补上受理条件。", f"{_LAW}第三十条；{_NORM}"),
    QualityRule("condition_basis", "条件有依据", 3, "请补上这一条件的依据；没有依据的条件不能设。", f"{_LAW}第十六条"),
    QualityRule("fee_basis", "收费有依据", 8, "请补上收费依据，或不再收费。", f"{_LAW}第五十八条"),
    QualityRule("channels", "写明办理形式", 3, "请写明窗口、网上、邮寄或自助终端。", _NORM),
    QualityRule("place", "写明办理地点", 4, "请补上事项或部门的地址。", _NORM),
    QualityRule("hours", "写明办理时间", 3, "请补上事项或部门的办公时间。", _NORM),
    QualityRule("phone", "写明咨询电话", 4, "请补上事项或部门的电话。", _NORM),
    QualityRule("complaints", "写明监督投诉方式", 2, "请补上监督投诉电话或网址。", _NORM),
    QualityRule("visits_explained", "要跑的写明为什么", 4, "请写明“必须到现场的原因”，或改为不用到现场。", _NORM),
    QualityRule("code_valid", "基本编码齐全有效", 5, "请对照目录补上或改正编码。", "GB/T 39554.1"),
    QualityRule("review_points", "写明审查要点", 3, "请补上审查要点，各人审同样的事有同样的标准。", _PRACTICE),
    QualityRule("faq", "有常见问题解答", 2, "请补上办事人常问的问题和回答。", _NORM),
    QualityRule("checked", "内容已核对原件", 4, "这一事项是整理所得，请对照原件核对后改正来源。", "本系统"),
)  # fmt: skip
"""The rules in the order of the page. Their weights are the house's own; a desk reads them beside each rule."""

_TOTAL = sum(rule.weight for rule in QUALITY_RULES)
_TENTH = Decimal("0.1")


class _About:
    """An item with what its rules look up."""

    def __init__(self, item: Item, catalogue: Catalogue, on: date) -> None:
        self.item = item
        self.on = on
        self.documents = catalogue.documents
        self.body = catalogue.bodies.get(item.body) or Body(key=item.body, name=item.body)

    def name_of(self, material: Material) -> str:
        document = self.documents.get(material.document)
        return material.name or (document.name if document else material.document)


_Found = Iterable[tuple[str, str]]
_Checked = tuple[bool, _Found]
"""Whether the rule looks at entries of a list, and what is at fault: path and words."""


def quality_of(item: Item, catalogue: Catalogue, on: date) -> ItemQuality:
    """The score of one item as of a day; `catalogue` gives its body and the names of papers."""
    about = _About(item, catalogue, on)
    lost = Fraction(0)
    marks: list[QualityMark] = []
    for rule in QUALITY_RULES:
        listed, found = _CHECKS[rule.key](about)
        faults = [QualityMark(rule.key, path, words) for path, words in found]
        if faults:
            lost += rule.weight * (1 - Fraction(1, 2 ** len(faults)) if listed else 1)
            marks += faults
    kept = 100 * (_TOTAL - lost) / _TOTAL
    score = (Decimal(kept.numerator) / Decimal(kept.denominator)).quantize(_TENTH, ROUND_HALF_UP)
    return ItemQuality(item=item.key, name=item.name, body=item.body, score=score, marks=tuple(marks))


def by_body(items: Iterable[ItemQuality], worst: int = 5) -> tuple[BodyQuality, ...]:
    """Bodies from the weakest mean to the best, each with its `worst` items."""
    grouped: dict[str, list[ItemQuality]] = {}
    for one in items:
        grouped.setdefault(one.body, []).append(one)
    bodies = [_body(key, rows, worst) for key, rows in grouped.items()]
    return tuple(sorted(bodies, key=lambda one: (one.mean, one.body)))


def _body(key: str, rows: list[ItemQuality], worst: int) -> BodyQuality:
    marks: dict[str, int] = {}
    for row in rows:
        for mark in row.marks:
            marks[mark.rule] = marks.get(mark.rule, 0) + 1
    total = sum((row.score for row in rows), Decimal(0))
    return BodyQuality(
        body=key,
        items=len(rows),
        mean=(total / len(rows)).quantize(_TENTH, ROUND_HALF_UP),
        marks=marks,
        worst=tuple(sorted(rows, key=lambda row: (row.score, row.item))[:worst]),
    )


# ------------------------------------------------------------------- checks


def _one(faulty: bool, path: str, words: str) -> _Checked:
    return False, ((path, words),) if faulty else ()


def _promise(about: _About) -> _Checked:
    item = about.item
    if item.statutory is None or item.promised.within(item.statutory):
        return False, ()
    said = f"承诺{item.promised.words()}，法定{item.statutory.words()}。"
    return _one(True, "promised", said)


def _statutory(about: _About) -> _Checked:
    missing = about.item.statutory is None and about.item.item_type is not ItemType.PUBLIC_SERVICE
    return _one(missing, "statutory", "没有写法定办结时限。")


def _handling(about: _About) -> _Checked:
    slow = about.item.handling is Handling.IMMEDIATE and about.item.promised.as_workdays() > 1
    return _one(slow, "promised", f"即办件，承诺时限却是{about.item.promised.words()}。")


def _basis(about: _About) -> _Checked:
    return _one(not any(one.title.strip() for one in about.item.basis), "basis", "没有写设定依据。")


def _article(about: _About) -> _Checked:
    rows = about.item.basis
    bare = [
        (f"basis/{at}", f"“{one.title}”没有写到条款。")
        for at, one in enumerate(rows)
        if not one.article.strip()
    ]
    return (True, bare) if rows else _one(True, "basis", "没有依据，也就没有条款。")


def _in_force(about: _About) -> _Checked:
    rows = about.item.basis
    return True, [
        (f"basis/{at}", f"“{one.title}”已于{chinese_date(one.valid_to)}失效。")
        for at, one in enumerate(rows)
        if one.valid_to is not None and one.valid_to < about.on
    ]


def _materials(faulty: Callable[[_About, Material], str]) -> Callable[[_About], _Checked]:
    """A rule over each material: `faulty` says what is wrong with one, or nothing."""

    def check(about: _About) -> _Checked:
        told = [(f"materials/{at}", faulty(about, one)) for at, one in enumerate(about.item.materials)]
        return True, [(path, words) for path, words in told if words]

    return check


def _catch_all(about: _About, one: Material) -> str:
    name = about.name_of(one)
    return f"“{name}”是兜底，办事人无法准备。" if CATCH_ALL.match(name.strip()) else ""


def _source(about: _About, one: Material) -> str:
    unclear = one.source is MaterialSource.OTHER and not one.note.strip()
    return f"“{about.name_of(one)}”的来源写的是“其他”，没有说明。" if unclear else ""


def _form(about: _About, one: Material) -> str:
    name = about.name_of(one)
    if not one.from_form and not one.copies and not one.originals:
        return f"“{name}”没有写要几份。"
    if one.form is MaterialForm.PAPER and not one.note.strip():
        return f"“{name}”只收纸质，没有说明原因。"
    return ""


def _demanded(about: _About, one: Material) -> str:
    return "" if one.basis.strip() or one.from_form else f"“{about.name_of(one)}”没有写要求的依据。"


def _result(about: _About) -> _Checked:
    rows = about.item.results
    bare = [
        (f"results/{at}", "结果没有名称。")
        for at, one in enumerate(rows)
        if not one.name.strip() and one.document not in about.documents
    ]
    return (True, bare) if rows else _one(True, "results", "没有写办理结果。")


def _conditions(about: _About) -> _Checked:
    return _one(not about.item.conditions, "conditions", "没有写受理条件。")


def _condition_basis(about: _About) -> _Checked:
    rows = about.item.conditions
    return True, [
        (f"conditions/{at}", f"“{one.text}”没有写依据。")
        for at, one in enumerate(rows)
        if not one.basis.strip()
    ]


def _fees(about: _About) -> _Checked:
    rows = about.item.fees
    return True, [
        (f"fees/{at}", f"“{one.name}”没有写依据。") for at, one in enumerate(rows) if not one.basis.strip()
    ]


def _visits(about: _About) -> _Checked:
    item = about.item
    unexplained = item.visits > 0 and not item.visits_reason.strip()
    return _one(unexplained, "visits", f"要到现场{item.visits}次，没有说明原因。")


def _code(about: _About) -> _Checked:
    item = about.item
    if item.code_scheme != "GBT39554":
        return _one(not (item.task_code or item.catalog_code), "catalog_code", "没有写编码。")
    if not item.catalog_code:
        return _one(True, "catalog_code", "没有写基本编码。")
    wrong = check_catalogue_code(item.catalog_code)
    if wrong is None and item.task_code:
        wrong = check_implementation_code(item.task_code)
    return _one(wrong is not None, "catalog_code", wrong.message if wrong else "")


_CHECKS: Mapping[str, Callable[[_About], _Checked]] = {
    "promise_within": _promise,
    "statutory_stated": _statutory,
    "handling_fits": _handling,
    "basis_cited": _basis,
    "basis_article": _article,
    "basis_in_force": _in_force,
    "no_catch_all": _materials(_catch_all),
    "material_source": _materials(_source),
    "material_form": _materials(_form),
    "material_basis": _materials(_demanded),
    "result_named": _result,
    "condition_stated": _conditions,
    "condition_basis": _condition_basis,
    "fee_basis": _fees,
    "channels": lambda about: _one(not about.item.channels, "channels", "没有写办理形式。"),
    "place": lambda about: _one(not (about.item.address or about.body.address), "address", "事项和部门都没有写地址。"),
    "hours": lambda about: _one(not (about.item.hours or about.body.hours), "hours", "事项和部门都没有写办公时间。"),
    "phone": lambda about: _one(not (about.item.phone or about.body.phone), "phone", "事项和部门都没有写电话。"),
    "complaints": lambda about: _one(not about.item.complaints, "complaints", "没有写监督投诉方式。"),
    "visits_explained": _visits,
    "code_valid": _code,
    "review_points": lambda about: _one(not about.item.review_points, "review_points", "没有写审查要点。"),
    "faq": lambda about: _one(not about.item.faq, "faq", "没有常见问题。"),
    "checked": lambda about: _one(
        about.item.provenance.confidence is Confidence.RECONSTRUCTED, "provenance", "整理所得，还没有核对原件。"
    ),
}  # fmt: skip
