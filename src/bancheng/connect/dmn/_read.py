"""DMN XML (1.2 to 1.5) → a decision model, with every problem of the file at once."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final
from xml.sax import SAXException, SAXParseException

from defusedxml.common import DefusedXmlException

from bancheng.connect.dmn._boxes import BoxReader, common, squeezed, tests
from bancheng.connect.dmn._xml import Tag, read_xml
from bancheng.core.kernel import Place, Problem, Problems, Severity
from bancheng.core.rules.decisions import (
    DatedValue,
    Decision,
    DecisionService,
    Diagram,
    Edge,
    FunctionType,
    Import,
    InputData,
    ItemDefinition,
    KnowledgeModel,
    KnowledgeSource,
    Line,
    Model,
    Requirement,
    RequirementKind,
    Shape,
    Text,
    Variable,
)

VERSIONS: Final = {
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}

OURS: Final = "urn:bancheng:dmn:1"
"The namespace of our extension elements: dated values of a parameter."

_NO_ID: Final = re.compile(r"[^\w.-]")

_NOT_KEPT: Final = {
    "group": "分组",
    "association": "关联线",
    "textAnnotation": "文字批注",
    "elementCollection": "元素集合",
    "performanceIndicator": "绩效指标",
    "organizationUnit": "组织单位",
}


def read_model(content: bytes, file: str = "") -> tuple[Model | None, tuple[Problem, ...]]:
    """The model of a file and what is wrong with it, by line. Without a model nothing could be read at all."""
    problems = Problems()
    try:
        root = read_xml(content)
    except SAXParseException as error:
        place = Place(file, error.getLineNumber() or 0, (error.getColumnNumber() or 0) + 1)
        problems.add("dmn-xml", f"不是可读的 XML：{error.getMessage()}。", place, "请从建模工具重新导出")
        return None, problems.found()
    except (DefusedXmlException, SAXException, ValueError) as error:
        problems.add("dmn-xml", f"这个文件不能读：{error}。", Place(file), "请从建模工具重新导出，不带 DTD")
        return None, problems.found()
    if root.name != "definitions" or root.namespace not in VERSIONS:
        problems.add(
            "dmn-version",
            f"这不是 DMN 1.2 至 1.5 的文件：根元素是 {root.name}，命名空间是“{root.namespace}”。",
            Place(file, root.line),
            "请在建模工具里另存为 DMN 1.3 或更新的版本",
        )
        return None, problems.found()
    model = _Reader(file, problems).model(root)
    return model, problems.found()


class _Reader(BoxReader):
    def model(self, root: Tag) -> Model:
        for name, words in _NOT_KEPT.items():
            if found := next(root.all(name), None):
                self.problems.add(
                    "dmn-not-kept",
                    f"{words}（{name}）只用于看图，读入后不保留。",
                    Place(self.file, found.line),
                    severity=Severity.WARNING,
                )
        if not root.get("namespace"):
            self.report(root, "dmn-namespace", "模型没有命名空间。", "在 definitions 上写 namespace")
        self._ids(root)
        return Model(
            name=root.get("name"),
            namespace=root.get("namespace"),
            id=root.get("id"),
            description=root.said("description"),
            imports=tuple(self._import(one) for one in root.all("import")),
            items=tuple(self._item(one) for one in root.all("itemDefinition")),
            inputs=tuple(self._input_data(one) for one in root.all("inputData")),
            decisions=tuple(self._decision(one) for one in root.all("decision")),
            knowledge=tuple(self._knowledge(one) for one in root.all("businessKnowledgeModel")),
            services=tuple(self._service(one) for one in root.all("decisionService")),
            sources=tuple(self._source(one) for one in root.all("knowledgeSource")),
            diagrams=tuple(
                _diagram(one, number)
                for number, one in enumerate(
                    (one for part in root.all("DMNDI") for one in part.all("DMNDiagram")), 1
                )
            ),
        )

    def _ids(self, root: Tag) -> None:
        self._seen = seen = dict[str, int]()
        for tag in root.children:
            key = tag.get("id")
            if key and key in seen:
                self.report(
                    tag, "dmn-id", f"标识 {key} 用了两次，第一次在第 {seen[key]} 行。", "改成不同的标识"
                )
            seen.setdefault(key, tag.line)

    def _import(self, tag: Tag) -> Import:
        return Import(
            name=squeezed(tag.get("name")),
            namespace=tag.get("namespace"),
            kind=tag.get("importType"),
            location=tag.get("locationURI"),
            line=Line(tag.line),
        )

    def _item(self, tag: Tag) -> ItemDefinition:
        function = tag.one("functionItem")
        return ItemDefinition(
            name=squeezed(tag.get("name")),
            type=tag.said("typeRef"),
            collection=tag.get("isCollection") in {"true", "1"},
            allowed=tests(tag.one("allowedValues")),
            constraint=tests(tag.one("typeConstraint")),
            components=tuple(self._item(one) for one in tag.all("itemComponent")),
            function=None if function is None else self._function_type(function),
            **common(tag),
        )

    def _function_type(self, tag: Tag) -> FunctionType:
        return FunctionType(
            parameters=tuple(self.needed(one, "") for one in tag.all("parameters")),
            result=tag.get("outputTypeRef"),
        )

    def _named(self, tag: Tag) -> dict[str, str]:
        name = squeezed(tag.get("name"))
        if not name:
            self.report(tag, "dmn-name", f"{tag.name} 缺少名称。", "补上 name")
        return {**common(tag), "name": name, "id": tag.get("id") or self._own_id(tag.name, name)}

    def _own_id(self, kind: str, name: str) -> str:
        """An element that nothing refers to may lack its id; one is made of its kind and name."""
        made = f"{kind}_{_NO_ID.sub('_', name)}"
        while made in self._seen:
            made += "_"
        self._seen[made] = 0
        return made

    def _input_data(self, tag: Tag) -> InputData:
        extension = tag.one("extensionElements")
        dated = (
            ()
            if extension is None
            else tuple(
                found
                for one in extension.all("dated")
                if one.namespace == OURS and (found := self._dated(one))
            )
        )
        return InputData(variable=self.variable(tag.one("variable")), dated=dated, **self._named(tag))

    def _dated(self, tag: Tag) -> DatedValue | None:
        try:
            since = dt.date.fromisoformat(tag.get("from"))
        except ValueError:
            self.report(tag, "dmn-dated", f"“{tag.get('from')}”不是日期。", '写作 from="2026-01-01"')
            return None
        return DatedValue(since=since, value=Text(tag.text.strip(), tag.line), basis=tag.get("basis"))

    def _decision(self, tag: Tag) -> Decision:
        return Decision(
            variable=self._own_variable(tag),
            expression=self.child(tag),
            requirements=self._requirements(tag),
            question=tag.said("question"),
            allowed_answers=tag.said("allowedAnswers"),
            **self._named(tag),
        )

    def _own_variable(self, tag: Tag) -> Variable | None:
        return self.variable(tag.one("variable"))

    def _requirements(self, tag: Tag) -> tuple[Requirement, ...]:
        return tuple(
            Requirement(
                kind=RequirementKind(arrow.name),
                href=self._href(arrow),
                authority=one.name == "authorityRequirement",
                id=one.get("id"),
                line=Line(arrow.line),
            )
            for one in tag.all("informationRequirement", "knowledgeRequirement", "authorityRequirement")
            for arrow in one.all(*RequirementKind)
        )

    def _href(self, tag: Tag) -> str:
        href = tag.get("href")
        if "#" not in href:
            self.report(tag, "dmn-href", f"{tag.name} 没有指向任何元素。", '写作 href="#标识"')
        return href.removeprefix("#")

    def _knowledge(self, tag: Tag) -> KnowledgeModel:
        logic = tag.one("encapsulatedLogic")
        return KnowledgeModel(
            variable=self._own_variable(tag),
            function=None if logic is None else self.function(logic),
            requirements=self._requirements(tag),
            **self._named(tag),
        )

    def _service(self, tag: Tag) -> DecisionService:
        return DecisionService(
            variable=self._own_variable(tag),
            outputs=tuple(self._href(one) for one in tag.all("outputDecision")),
            encapsulated=tuple(self._href(one) for one in tag.all("encapsulatedDecision")),
            input_decisions=tuple(self._href(one) for one in tag.all("inputDecision")),
            input_data=tuple(self._href(one) for one in tag.all("inputData")),
            **self._named(tag),
        )

    def _source(self, tag: Tag) -> KnowledgeSource:
        return KnowledgeSource(
            kind=tag.said("type"),
            location=tag.get("locationURI"),
            requirements=self._requirements(tag),
            **self._named(tag),
        )


def _diagram(tag: Tag, number: int) -> Diagram:
    shapes = []
    for shape in tag.all("DMNShape"):
        bounds = shape.one("Bounds")
        if bounds is not None:
            x, y, width, height = (_points(bounds.get(key)) for key in ("x", "y", "width", "height"))
            element = shape.get("dmnElementRef").rpartition(":")[2]
            shapes.append(Shape(element=element, x=x, y=y, width=width, height=height))
    edges = tuple(
        Edge(
            element=edge.get("dmnElementRef").rpartition(":")[2],
            points=tuple((_points(one.get("x")), _points(one.get("y"))) for one in edge.all("waypoint")),
        )
        for edge in tag.all("DMNEdge")
    )
    return Diagram(
        name=tag.get("name"), id=tag.get("id") or f"diagram_{number}", shapes=tuple(shapes), edges=edges
    )


def _points(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
