"""One import: files in, lines out, in the order written. Memory does not grow with the number of rows.

1. Each file's tables are recognised and written into a temporary file; notes tell skipped sheets and unused columns.
2. Rows meet: materials, steps and the rest go to the item they name.
3. Each item becomes a line; what cannot become one waits in quarantine, with its rows as written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType

import msgspec

from bancheng.connect.packs import read_items
from bancheng.connect.tables._cells import Cell, Issue
from bancheng.connect.tables._compare import full
from bancheng.connect.tables._items import Line, LineReader, RawRow, Spot, Trouble
from bancheng.connect.tables._mapping import Mapping as SourceMapping
from bancheng.connect.tables._names import Names, Proposal
from bancheng.connect.tables._open import MAX_FILE_BYTES, open_tables, refuse
from bancheng.connect.tables._plan import Plan, plan_of
from bancheng.connect.tables._spill import Ready, Spill
from bancheng.connect.tables._vocabulary import CHILDREN, vocabulary
from bancheng.core.catalogue import Catalogue, Item
from bancheng.core.kernel import Record, canonical, decode

Progress = Callable[[str, int, int], None]
"""Told the stage (reading, comparing), how much is done and of how much (0 = not known)."""


class Note(Record, kw_only=False):
    """Something about a whole sheet: what was skipped or not used."""

    file: str
    sheet: str
    text: str


def _quiet(_stage: str, _done: int, _all: int) -> None:
    """No progress is told."""


class Intake:
    """Reads the files of one import. Use as a context; `read` first, then `lines` once."""

    def __init__(
        self,
        mapping: SourceMapping,
        catalogue: Catalogue,
        known_codes: Mapping[str, str],
        progress: Progress = _quiet,
    ) -> None:
        self.notes: list[Note] = []
        self.names = {
            "bodies": Names("bodies", catalogue.bodies.values(), mapping),
            "documents": Names("documents", catalogue.documents.values(), mapping),
            "elements": Names("elements", catalogue.elements.values(), mapping),
        }
        self._elements = catalogue.elements
        self._mapping = mapping
        self._known = known_codes
        self._progress = progress
        self._spill = Spill()

    def __enter__(self) -> Intake:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._spill.__exit__(kind, error, trace)

    @property
    def rows(self) -> int:
        """Rows read, without headings and empty ones."""
        return self._spill.rows

    @property
    def items(self) -> int:
        """Rows that stand for an item."""
        return self._spill.items

    @property
    def proposals(self) -> tuple[Proposal, ...]:
        """Dictionary records the list calls for, by section."""
        return tuple(one for names in self.names.values() for one in names.proposals.values())

    def read(self, files: Iterable[tuple[Path, str]]) -> None:
        """Take the rows of all files in; each with the name its owner gave it.

        Raises:
            ProblemsFound: a file cannot be read at all. Nothing of the import is to be used then.
        """
        for path, name in files:
            if name.lower().endswith((".yaml", ".yml")):
                self._yaml(path, name)
                continue
            found = False
            for table in open_tables(path, name):
                plan, rows = plan_of(table)
                if plan is None:
                    used = sum(1 for _ in rows)
                    if used:
                        said = "没有认出标题行，跳过了这张表。请看模板里的标题写法。"
                        self.notes.append(Note(name, table.title, said))
                    continue
                found = True
                self._table(plan, rows)
            if not found:
                said = f"“{name}”里没有认出任何一张清单。"
                raise refuse(
                    name,
                    "no_headings",
                    said,
                    "标题行要用规范的名称，如“事项名称”“实施编码”。可下载模板对照。",
                )
        self._spill.join()

    def _table(self, plan: Plan, rows: Iterator[tuple[int, tuple[Cell, ...]]]) -> None:
        sheet = self._spill.add_sheet(plan)
        if plan.unused:
            listed = "、".join(f"“{one}”" for one in plan.unused[:20])
            self.notes.append(Note(plan.file, plan.title, f"这些列没有用到，内容没有收进来：{listed}。"))
        if plan.kind != "items" and not plan.joins:
            said = "没有“实施编码”或“事项名称”列，不知道各行属于哪个事项。"
            self.notes.append(Note(plan.file, plan.title, said))
        for _ in self._spill.add(sheet, rows, plan.first):
            self._progress("reading", self._spill.rows, 0)

    def _yaml(self, path: Path, name: str) -> None:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise refuse(name, "file_too_large", f"“{name}”太大。", "请拆成几个文件。")
        found, problems = read_items(path.read_bytes(), name, self._elements)
        if problems and not found:
            raise refuse(name, problems[0].code, problems[0].message, problems[0].suggestion)
        self.notes += [Note(name, "items", one.message) for one in problems]
        sheet = self._spill.add_sheet(Plan(name, "items", "items", 1, ()))
        for one in found:
            issues = [Issue(each.code, f"{each.message}{each.suggestion}") for each in one.problems]
            record = canonical(one.item).decode() if one.item is not None else ""
            self._spill.add_ready(sheet, one.line, one.key, record, issues)

    # ------------------------------------------------------------ lines

    def lines(self) -> Iterator[Line]:
        """Every item row as a line, then every row that found no item; troubles say why a line waits."""
        reader = LineReader(self._mapping, self.names, self._known, self._spill.plans)
        seen: dict[str, Spot] = {}
        for done, one in enumerate(self._spill.each_item(), start=1):
            line = self._ready(one) if isinstance(one, Ready) else reader.line(*one)
            if line.key and line.key in seen:
                line = _again(line, seen[line.key], None if isinstance(one, Ready) else reader.raw(one[0]))
            elif line.key:
                seen[line.key] = line.spot
            if done % 100 == 0:
                self._progress("comparing", done, self._spill.items)
            yield line
        for row, shared in self._spill.orphans():
            raw = reader.raw(row)
            yield _orphan(raw, shared=shared)
        self._progress("comparing", self._spill.items, self._spill.items)

    def _ready(self, one: Ready) -> Line:
        plan = self._spill.plans[one.sheet]
        spot = Spot(plan.file, plan.title, one.number)
        item = decode(one.record, Item) if one.record else None
        troubles = tuple(Trouble(spot, issue) for issue in one.issues)
        values = {}
        if item is not None:
            values = {name: value for name, value in full(item).items() if name != "key"}
        return Line(
            key=one.key,
            name=item.name if item else "",
            spot=spot,
            stated=frozenset(Item.__struct_fields__) - {"key"},
            values=values,
            inner={
                kind: frozenset(vocabulary().sheets[kind].record.__struct_fields__) - {"key"}
                for kind in CHILDREN
            },
            codes=(item.task_code,) if item and item.task_code else (),
            troubles=troubles,
        )


def _again(line: Line, first: Spot, raw: RawRow | None) -> Line:
    what = line.codes[0] if line.codes else line.name
    where = f"{first.file}“{first.sheet}”第 {first.row} 行"
    said = f"与{where}是同一个事项（{what}）。请删去一行，或改正编码。"
    trouble = Trouble(line.spot, Issue("duplicate", said, "实施编码" if line.codes else "事项名称"))
    return msgspec.structs.replace(
        line, troubles=(*line.troubles, trouble), raw=line.raw or ((raw,) if raw else ())
    )


def _orphan(raw: RawRow, *, shared: bool) -> Line:
    if shared:
        said = "有几个事项叫这个名字或用这个编码，分不清这一行属于哪个。请填“事项键”或各自的业务办理项编码。"
    else:
        said = "找不到这一行所属的事项。请核对实施编码和事项名称，并把事项表一起放进来。"
    trouble = Trouble(raw.spot, Issue("orphan", said))
    return Line(
        key="",
        name="",
        spot=raw.spot,
        stated=frozenset(),
        values={},
        troubles=(trouble,),
        raw=(raw,),
    )
