"""假一件事: is a bundle one thing, or only a page of links? Twelve questions, each with a score and its evidence.

What the definition tells is always judged; what only records can tell (adoption, typing again, decisions typed back) is
judged when there are any, and else listed as not known: it then has no weight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from bancheng.core.catalogue import Catalogue, Channel, Item, MaterialSource, PartialPolicy
from bancheng.core.compiler._types import Blueprint, Disposition, MergedMaterial
from bancheng.core.kernel import Record, search_key


class FakeRecords(Record):
    """What really happened to a one-thing, counted. `single` are applications for its members one by one, None where
    nobody knows; `again` the fields typed though a connected source has them, of `typed` typed in all; `foreign` the
    reports and decisions entered by another body than the one that answers, of `reports`; `groundless` the pauses
    without a basis, of `pauses`; `known_marks` the marks of notices that ask for what the city has, of `marks`;
    `abandoned` the drafts left lying, of `drafts` begun. `examples` are numbers of cases by criterion."""

    cases: int = 0
    single: int | None = None
    typed: int = 0
    again: int = 0
    reports: int = 0
    foreign: int = 0
    pauses: int = 0
    groundless: int = 0
    marks: int = 0
    known_marks: int = 0
    drafts: int = 0
    abandoned: int = 0
    again_fields: tuple[str, ...] = ()
    examples: dict[str, tuple[str, ...]] = {}


class Criterion(Record):
    """One question: its `score` from 0 (a link) to 1 (one thing), None where nothing tells; what it was judged by."""

    key: str
    question: str
    weight: int
    score: Decimal | None
    evidence: tuple[str, ...]
    from_records: bool = False


class FakeTest(Record):
    """The twelve answers. `score` is the weighted mean of those that are known, 0–100."""

    onething: str
    name: str
    criteria: tuple[Criterion, ...]

    @property
    def score(self) -> Decimal:
        """Weighted mean of the known answers, in points of 100 with one decimal."""
        known = [(one.weight, one.score) for one in self.criteria if one.score is not None]
        total = sum(weight for weight, _ in known)
        points = sum((weight * score for weight, score in known), Decimal(0))
        return (100 * points / total).quantize(Decimal("0.1")) if total else Decimal(0)

    @property
    def unknown(self) -> tuple[Criterion, ...]:
        """Questions nobody can answer yet; they weigh nothing."""
        return tuple(one for one in self.criteria if one.score is None)


Finding = tuple[Decimal | None, list[str]]


def fake_test(blueprint: Blueprint, catalogue: Catalogue, records: FakeRecords | None = None) -> FakeTest:
    """Judge a bundle by its definition, and by its records where there are any."""
    judge = _Judge(blueprint, catalogue, records or FakeRecords())
    criteria: list[Criterion] = []
    for key, question, weight, finds, from_records in judge.questions():
        score, evidence = finds()
        criteria.append(
            Criterion(
                key=key,
                question=question,
                weight=weight,
                score=None if score is None else score.quantize(Decimal("0.001")),
                evidence=tuple(evidence),
                from_records=from_records,
            )
        )
    return FakeTest(onething=blueprint.key, name=blueprint.name, criteria=tuple(criteria))


def _part(good: int, of: int) -> Decimal:
    return Decimal(good) / of if of else Decimal(1)


class _Judge:
    def __init__(self, blueprint: Blueprint, catalogue: Catalogue, records: FakeRecords) -> None:
        self.blueprint, self.catalogue, self.records = blueprint, catalogue, records
        held = (catalogue.items.get(item.key) for item in blueprint.items)
        self.items: list[Item] = [item for item in held if item is not None]
        self.names = {item.key: item.name for item in blueprint.items}

    def questions(self) -> Iterator[tuple[str, str, int, Callable[[], Finding], bool]]:
        yield "form", "是一张表，还是一页链接？", 15, self._one_form, False
        yield "twice", "同一内容要不要填两遍？", 15, self._twice, False
        yield "again", "城市已有的，还要本人再填吗？", 5, self._again, True
        yield "produced", "政府自己出的证照，还要本人交吗？", 15, self._produced, False
        yield "number", "一个编号查得到全部事项吗？", 10, self._number, False
        yield "partial", "一家不许可，其余还办得下去吗？", 5, self._partial, False
        yield "same", "各家在同一处办，还是另录一遍？", 5, self._same_system, True
        yield "clock", "停表都有依据吗？", 5, self._clock, False
        yield "channels", "窗口和网上是同一张清单吗？", 5, self._channels, False
        yield "adoption", "真有人从一件事办吗？", 10, self._adoption, True
        yield "rejected", "有没有为城市已知的事退过件？", 5, self._rejected, True
        yield "left", "开始填的人填得完吗？", 5, self._left, True

    def _one_form(self) -> Finding:
        outside = [item.name for item in self.blueprint.items if not item.online]
        fields, shared = self.blueprint.fields, [one for one in self.blueprint.fields if len(one.items) > 1]
        evidence = [
            f"{len(self.items)} 个事项合成一张表 {len(fields)} 项，其中 {len(shared)} 项是几个事项共用的"
        ]
        evidence += [f"“{name}”不能网上申请，仍要另跑" for name in outside]
        return _part(len(self.blueprint.items) - len(outside), len(self.blueprint.items)), evidence

    def _twice(self) -> Finding:
        named: dict[str, list[str]] = {}
        for field in self.blueprint.fields:
            if not field.producers:
                named.setdefault(search_key(field.name), []).append(field.element)
        double = {name: keys for name, keys in named.items() if len(keys) > 1}
        titles = {field.element: field.name for field in self.blueprint.fields}
        extra = sum(len(keys) - 1 for keys in double.values())
        evidence = [
            f"“{titles[keys[0]]}”出现 {len(keys)} 次（{'、'.join(keys)}）" for keys in double.values()
        ]
        merged = sum(len(field.origins) for field in self.blueprint.fields)
        held = f"各事项共要 {merged} 项，合并成 {len(self.blueprint.fields)} 项"
        score = _part(max(0, len(self.blueprint.fields) - 2 * extra), len(self.blueprint.fields))
        return score, evidence or [f"没有同名的填写项；{held}"]

    def _again(self) -> Finding:
        if not self.records.typed:
            return None, ["还没有办件，量不到"]
        score = 1 - _part(self.records.again, self.records.typed)
        evidence = [f"办件里本人填的 {self.records.typed} 项中，{self.records.again} 项数据源本来就有"]
        evidence += [f"常被重填：{name}" for name in self.records.again_fields]
        return score, evidence + self._cases("again")

    def _cases(self, key: str) -> list[str]:
        numbers = self.records.examples.get(key, ())
        return [f"例如办件 {'、'.join(numbers)}"] if numbers else []

    def _produced(self) -> Finding:
        by_city = {
            result.document: item.name for item in self.catalogue.items.values() for result in item.results
        }
        government = {
            material.document
            for item in self.items
            for material in item.materials
            if material.source is MaterialSource.GOVERNMENT
        }
        official = [
            one for one in self.blueprint.materials if one.document in by_city or one.document in government
        ]
        asked = [one for one in official if one.disposition is Disposition.ASKED]
        if not official:
            return Decimal(1), ["没有一份材料是政府部门核发的"]
        evidence = [f"政府核发的材料 {len(official)} 份，还要本人交的 {len(asked)} 份"]
        return _part(len(official) - len(asked), len(official)), evidence + [
            self._why(one, by_city) for one in asked
        ]

    def _why(self, material: MergedMaterial, by_city: dict[str, str]) -> str:
        issuer = by_city.get(material.document)
        source = f"由“{issuer}”核发" if issuer else "由政府部门核发"
        return f"“{material.name}”{source}，没有接通证照库"

    def _number(self) -> Finding:
        return Decimal(1), [
            f"一次提交生成一个办件编号，{len(self.blueprint.items)} 个事项都挂在它下面（由系统保证，不需要另查）"
        ]

    def _partial(self) -> Finding:
        if self.blueprint.partial is PartialPolicy.DEPENDANTS_STOP:
            return Decimal(1), ["一家不予许可时，只有依赖它的事项停办，其余继续"]
        return Decimal(0), ["一家不予许可，整件事就停办"]

    def _same_system(self) -> Finding:
        if not self.records.reports:
            return None, ["还没有办件，量不到"]
        evidence = [f"{self.records.reports} 次环节办理和决定中，{self.records.foreign} 次是别的部门代录的"]
        return 1 - _part(self.records.foreign, self.records.reports), evidence + self._cases("same")

    def _clock(self) -> Finding:
        procedures = [(item, one) for item in self.items for one in item.special_procedures]
        bare = [f"“{item.name}”的“{one.name}”没有写依据" for item, one in procedures if not one.basis]
        total = len(procedures) + self.records.pauses
        bad = len(bare) + self.records.groundless
        evidence = [f"可以停表的特别程序 {len(procedures)} 个，没有依据的 {len(bare)} 个", *bare]
        if self.records.pauses:
            evidence.append(f"办件中停表 {self.records.pauses} 次，没有依据的 {self.records.groundless} 次")
        return 1 - _part(bad, total) if total else Decimal(1), evidence + self._cases("clock")

    def _channels(self) -> Finding:
        missing = [
            f"“{item.name}”没有{'窗口' if Channel.WINDOW not in item.channels else '网上'}渠道"
            for item in self.items
            if not {Channel.WINDOW, Channel.ONLINE} <= set(item.channels)
        ]
        evidence = missing or ["各事项窗口、网上都能办，用的是同一份编排"]
        return _part(len(self.items) - len(missing), len(self.items)), evidence

    def _adoption(self) -> Finding:
        if self.records.single is None:
            return None, [f"从一件事办的 {self.records.cases} 件；单项办了多少件还不知道，算不出采用率"]
        total = self.records.cases + self.records.single
        if not total:
            return None, ["还没有办件，量不到"]
        evidence = [f"从一件事办的 {self.records.cases} 件，单项办的 {self.records.single} 件"]
        return _part(self.records.cases, total), evidence

    def _rejected(self) -> Finding:
        if not self.records.cases:
            return None, ["还没有办件，量不到"]
        evidence = [f"补正要求 {self.records.marks} 处，其中城市已有的 {self.records.known_marks} 处"]
        score = 1 - _part(self.records.known_marks, self.records.marks) if self.records.marks else Decimal(1)
        return score, evidence + self._cases("rejected")

    def _left(self) -> Finding:
        begun = self.records.cases + self.records.drafts
        if not begun:
            return None, ["还没有人开始填"]
        evidence = [
            f"开始填的 {begun} 份，已提交 {self.records.cases} 份，搁置不动的 {self.records.abandoned} 份"
        ]
        return 1 - _part(self.records.abandoned, begun), evidence
