"""What packs hold beside the catalogue: calendars, demo registers, demo people, example cases, and data sources."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from yaml import MappingNode, Node, SequenceNode

from bancheng.connect.packs._model import CaseSubjects, ExampleCase, Expectation, HeldDocument, Person, RegisterEntry
from bancheng.connect.packs._read import BAD, Path, Reading, joined, pairs, read_value, reader_of, struct_reader
from bancheng.connect.packs._tree import locate, place
from bancheng.connect.packs._words import did_you_mean
from bancheng.core.catalogue import Catalogue
from bancheng.core.clock import WorkCalendar, calendar_from_rows
from bancheng.core.evidence import Coverage, DataSource
from bancheng.core.kernel import (
    Confidence,
    Place,
    Problem,
    Problems,
    ProblemsFound,
    Record,
    is_sample_id_number,
    parse_credit_code,
)


class CalendarRow(Record):
    """One year's file."""

    year: int
    source: str
    confidence: Confidence
    announced: bool = True
    holidays: tuple[date, ...] = ()
    swapped: tuple[date, ...] = ()


class _CaseHead(Record):
    """The attributes of an example case that need no dictionary; the answers are read by their elements."""

    name: str
    onething: str
    expect: Expectation = Expectation()


class ExtrasReader:
    """Collects the extras of all packs; values are read by the kind of their element."""

    def __init__(
        self,
        problems: Problems,
        catalogue: Catalogue,
        sources: Mapping[str, DataSource],
        unread: Mapping[str, Collection[str]],
    ) -> None:
        self.registers: dict[str, dict[str, RegisterEntry]] = {}
        self.people: list[Person] = []
        self.cases: list[ExampleCase] = []
        self._rows: list[CalendarRow] = []
        self._row_places: dict[int, tuple[str, Node]] = {}
        self._problems = problems
        self._catalogue = catalogue
        self._sources = sources
        self._unread = unread

    def read(self, section: str, root: Node | None, reading: Reading, pack: str) -> None:
        """One file of one of the extra sections."""
        if root is None:
            return
        if section == "calendar":
            self._calendar_file(root, reading)
        elif section == "registers":
            self._registers_file(root, reading)
        elif section == "people":
            self._people_file(root, reading)
        else:
            self._cases_file(root, reading, pack)

    # ------------------------------------------------------------ calendar

    def _calendar_file(self, root: Node, reading: Reading) -> None:
        row = struct_reader(CalendarRow)(root, None, reading)
        if isinstance(row, CalendarRow):
            self._rows.append(row)
            self._row_places[row.year] = (reading.file, root)

    def calendar(self) -> WorkCalendar:
        """The calendar of all sound years; what is wrong with the others is told at their lines."""
        rows = [{name: getattr(row, name) for name in row.__struct_fields__} for row in self._rows]
        try:
            return calendar_from_rows(rows)
        except ProblemsFound as found:
            for problem in found.problems:
                year, _, attribute = problem.place.path.partition(".")
                file, root = self._row_places.get(int(year) if year.isdigit() else 0, ("", None))
                where = problem.place if root is None else place(locate(root, [attribute]), file, attribute)
                self._problems.take(problem, where)
            return WorkCalendar(())

    # ----------------------------------------------------------- registers

    def _registers_file(self, root: Node, reading: Reading) -> None:
        for key, key_node, node in pairs(root, None, reading):
            path: Path = (None, key)
            source = self._sources.get(key)
            if source is None:
                self._unknown("数据源", key, self._sources, key_node, path, reading, "sources")
                continue
            entries = self.registers.setdefault(key, {})
            for number, number_node, entry_node in pairs(node, path, reading):
                if number in entries:
                    said = f"“{number}”在数据源“{key}”里登记了两次。"
                    reading.report("duplicate_key", said, number_node, (path, number), "请合并成一条。")
                entry = self._entry(source, entry_node, (path, number), reading)
                if entry is not None:
                    entries[number] = entry
                self._sample_number(number, number_node, (path, number), reading)

    def _entry(self, source: DataSource, node: Node, path: Path, reading: Reading) -> RegisterEntry | None:
        parts = {key: value for key, _, value in pairs(node, path, reading)}
        for key, key_node, _ in pairs(node, path, reading) if isinstance(node, MappingNode) else ():
            if key not in RegisterEntry.__struct_fields__:
                hint = did_you_mean(key, RegisterEntry.__struct_fields__, "可用：as_of、values、documents。")
                reading.report("unknown_attribute", f"样例登记没有“{key}”这一项。", key_node, (path, key), hint)
        if "as_of" not in parts:
            reading.report("missing_attribute", "样例登记缺少 as_of。", node, path, "请补上一行“as_of: 2026-01-31”。")
            return None
        as_of = reader_of(date)(parts["as_of"], (path, "as_of"), reading)
        values = self._values(parts.get("values"), (path, "values"), reading, frozenset(source.elements))
        documents = {}
        for key, key_node, held in pairs(parts["documents"], (path, "documents"), reading) if "documents" in parts else ():
            where: Path = ((path, "documents"), key)
            if key not in source.documents:
                self._unknown("这个数据源提供的材料种类", key, source.documents, key_node, where, reading, "documents")
            document = struct_reader(HeldDocument)(held, where, reading)
            if document is not BAD:
                documents[key] = document
        return None if as_of is BAD else RegisterEntry(as_of=as_of, values=values, documents=documents)

    def _values(
        self, node: Node | None, path: Path, reading: Reading, allowed: Collection[str] | None = None
    ) -> dict[str, Any]:
        values = {}
        elements = self._catalogue.elements
        for key, key_node, inner in pairs(node, path, reading) if node is not None else ():
            known = elements if allowed is None else allowed
            if key not in known:
                what = "数据元" if allowed is None else "这个数据源提供的数据元"
                self._unknown(what, key, known, key_node, (path, key), reading, "elements")
            element = elements.get(key)
            value = read_value(inner, (path, key), reading, element.kind if element else None)
            if value is not BAD:
                values[key] = value
        return values

    def _sample_number(self, number: str, node: Node, path: Path, reading: Reading) -> None:
        """Demo data names nobody who could exist: numbers lie in the fictitious division 999999."""
        credit = parse_credit_code(number)
        if is_sample_id_number(number) or (credit is not None and credit.sample):
            return
        said = f"样例号码“{number}”不是虚构区划 999999 的有效号码。"
        reading.report("real_looking", said, node, path, "样例只用 999999 开头的身份号码，或区划为 999999 的信用代码。")

    # -------------------------------------------------------------- people

    def _people_file(self, root: Node, reading: Reading) -> None:
        path: Path = None
        if isinstance(root, MappingNode) and len(root.value) == 1 and root.value[0][0].value == "people":
            root, path = root.value[0][1], (None, "people")
        if not isinstance(root, SequenceNode):
            reading.report("wrong_type", "样例人员应写成列表。", root, path, "每人以“- username: …”开头。")
            return
        for index, node in enumerate(root.value):
            where: Path = (path, str(index))
            person = struct_reader(Person)(node, where, reading)
            if person is BAD:
                continue
            self._check_person(person, node, where, reading)
            self.people.append(person)

    def _check_person(self, person: Person, node: Node, path: Path, reading: Reading) -> None:
        if any(other.username == person.username for other in self.people):
            said = f"用户名“{person.username}”用了两次。"
            reading.report("duplicate_key", said, locate(node, ["username"]), (path, "username"), "请换一个。")
        bodies = self._catalogue.bodies
        for index, role in enumerate(person.roles):
            if role.body and role.body not in bodies:
                at = locate(node, ["roles", str(index), "body"])
                where: Path = (((path, "roles"), str(index)), "body")
                self._unknown("部门", role.body, bodies, at, where, reading, "bodies")
        if person.id_number:
            self._sample_number(person.id_number, locate(node, ["id_number"]), (path, "id_number"), reading)
        for index, number in enumerate(person.represents):
            at = locate(node, ["represents", str(index)])
            self._sample_number(number, at, ((path, "represents"), str(index)), reading)

    # --------------------------------------------------------------- cases

    def _cases_file(self, root: Node, reading: Reading, pack: str) -> None:
        if isinstance(root, SequenceNode):
            for index, node in enumerate(root.value):
                self._case(node, (None, str(index)), reading, pack)
        else:
            self._case(root, None, reading, pack)

    def _case(self, node: Node, path: Path, reading: Reading, pack: str) -> None:
        if not isinstance(node, MappingNode):
            pairs(node, path, reading)
            return
        apart = ("answers", "evidence")
        head_node = MappingNode(node.tag, [pair for pair in node.value if pair[0].value not in apart], node.start_mark)
        head = struct_reader(_CaseHead)(head_node, path, reading)
        rest = {key.value: value for key, value in node.value if key.value in apart}
        answers = self._values(rest.get("answers"), (path, "answers"), reading)
        evidence: Any = CaseSubjects()
        if "evidence" in rest:
            evidence = struct_reader(CaseSubjects)(rest["evidence"], (path, "evidence"), reading)
        if head is BAD or evidence is BAD:
            return
        if head.onething not in self._catalogue.onethings:
            at, where = locate(node, ["onething"]), (path, "onething")
            self._unknown("一件事", head.onething, self._catalogue.onethings, at, where, reading, "onethings")
        self.cases.append(
            ExampleCase(
                name=head.name,
                onething=head.onething,
                pack=pack,
                file=reading.file,
                answers=answers,
                evidence=evidence,
                expect=head.expect,
            )
        )

    def _unknown(
        self, what: str, key: str, known: Collection[str], node: Node, path: Path, reading: Reading, section: str
    ) -> None:
        if key not in self._unread.get(section, ()):
            hint = did_you_mean(key, known, "请核对键名。")
            self._problems.add("unknown_reference", f"找不到{what}“{key}”。", place(node, reading.file, joined(path)), hint)


def check_sources(
    coverage: Coverage, catalogue: Catalogue, unread: Mapping[str, Collection[str]]
) -> Iterator[Problem]:
    """Data sources refer to bodies, elements and documents that exist."""
    for source in coverage.sources:
        at = f"sources/{source.key}"
        named: list[tuple[str, str, Collection[str], str, str]] = [
            ("部门", "bodies", catalogue.bodies, source.body, f"{at}/body"),
            ("数据元", "elements", catalogue.elements, source.keyed_by, f"{at}/keyed_by"),
        ]
        for index, key in enumerate(source.elements):
            named.append(("数据元", "elements", catalogue.elements, key, f"{at}/elements/{index}"))
        for index, key in enumerate(source.documents):
            named.append(("材料种类", "documents", catalogue.documents, key, f"{at}/documents/{index}"))
        for what, section, known, key, path in named:
            if key not in known and key not in unread.get(section, ()):
                hint = did_you_mean(key, known, "请核对键名。")
                yield Problem("unknown_reference", f"找不到{what}“{key}”。", Place(path=path), hint)
