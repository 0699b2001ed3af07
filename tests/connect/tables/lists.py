"""Small item lists written as people write them, and what an import makes of them."""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from bancheng.connect.tables import Base, Intake, Line, Proposal, Result, settle
from bancheng.connect.tables import Mapping as SourceMapping
from bancheng.core.catalogue import Body, Catalogue, DocumentType, Element, ElementKind, Item
from bancheng.core.kernel import Confidence, sample_credit_code

BODY_CODE = sample_credit_code(1, "11")
CODE = f"{BODY_CODE}4990131003000"
HEADINGS = (
    "事项名称",
    "实施编码",
    "事项类型",
    "行使层级",
    "实施主体",
    "服务对象",
    "办件类型",
    "法定办结时限",
    "法定办结时限单位",
    "承诺办结时限",
    "承诺办结时限单位",
)
GOOD: dict[str, Any] = {
    "事项名称": "茶摊备案",
    "实施编码": CODE,
    "事项类型": "行政许可",
    "行使层级": "县级",
    "实施主体": "河畔示范城管局",
    "服务对象": "自然人^企业法人",
    "办件类型": "承诺件",
    "法定办结时限": 20,
    "法定办结时限单位": "工作日",
    "承诺办结时限": 5,
    "承诺办结时限单位": "工作日",
}


def catalogue() -> Catalogue:
    """A few bodies, papers and elements that lists refer to."""
    return Catalogue(
        bodies={
            "tea_office": Body(key="tea_office", name="河畔示范城管局", short="城管局", code=BODY_CODE),
            "market": Body(key="market", name="河畔示范市场监管局", short="市场监管局"),
        },
        documents={
            "business_licence": DocumentType(
                key="business_licence", name="营业执照", aliases=("营业执照副本",)
            ),
            "id_card": DocumentType(key="id_card", name="居民身份证"),
        },
        elements={"tables": Element(key="tables", name="茶桌数", kind=ElementKind.INTEGER)},
    )


def source(**more: Any) -> SourceMapping:
    """A source of a fictitious town."""
    return SourceMapping(
        name="riverside", title="河畔示范县事项清单", confidence=Confidence.FICTITIOUS, **more
    )


def workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Path:
    """Sheets by title, each a list of rows."""
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]  # reason: a new workbook has a sheet
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(list(row))
    book.save(path)
    return path


def row(**different: Any) -> list[Any]:
    """The good item's row with some cells different; cells of further columns are put behind."""
    cells = {**GOOD, **different}
    return [cells[one] for one in HEADINGS]


def text_csv(path: Path, rows: Sequence[Sequence[Any]], encoding: str = "utf-8") -> Path:
    """Rows as CSV in an encoding."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


@dataclass
class Taken:
    """What became of an import."""

    lines: list[Line]
    results: list[Result]
    proposals: tuple[Proposal, ...]
    notes: list[str]
    rows: int
    items: int

    @property
    def by_key(self) -> dict[str, Result]:
        """Results of items by key."""
        return {line.key: result for line, result in zip(self.lines, self.results, strict=True)}

    @property
    def outcomes(self) -> list[str]:
        """What became of each line, in order."""
        return [one.outcome.value for one in self.results]

    @property
    def said(self) -> str:
        """Everything that is wrong, as told."""
        return "\n".join(trouble.said() for one in self.results for trouble in one.troubles)


def take(
    *files: Path,
    mapping: SourceMapping | None = None,
    known: Mapping[str, Item] | None = None,
    base: Callable[[Line], Base | None] = lambda _line: None,
    codes: Mapping[str, str] | None = None,
    words: Catalogue | None = None,
) -> Taken:
    """Read files and compare them with what is known."""
    used = mapping or source()
    with Intake(used, words or catalogue(), codes or {}) as intake:
        intake.read((path, path.name) for path in files)
        lines = list(intake.lines())
        results = [settle(one, (known or {}).get(one.key), base(one), used) for one in lines]
        notes = [one.text for one in intake.notes]
        return Taken(lines, results, intake.proposals, notes, intake.rows, intake.items)
