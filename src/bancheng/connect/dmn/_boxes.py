"""XML → boxed expressions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bancheng.connect.dmn._xml import Tag
from bancheng.core.kernel import Place, Problems
from bancheng.core.rules.decisions import (
    Aggregation,
    Binding,
    Boxed,
    BoxedContext,
    BoxedFilter,
    BoxedList,
    Conditional,
    ContextEntry,
    DecisionTable,
    FunctionDefinition,
    HitPolicy,
    InputClause,
    Invocation,
    Iterator,
    IteratorKind,
    LiteralExpression,
    OutputClause,
    Relation,
    TableRow,
    Text,
    Variable,
)

NOTHING: Final = LiteralExpression()
"What stands where a file left out an expression; it is null."


class BoxReader:
    """Reads expressions of one file; what is wrong goes into `problems`."""

    def __init__(self, file: str, problems: Problems) -> None:
        self.file, self.problems = file, problems

    def report(self, tag: Tag, code: str, message: str, suggestion: str = "") -> None:
        self.problems.add(code, message, Place(self.file, tag.line), suggestion)

    def variable(self, tag: Tag | None) -> Variable | None:
        if tag is None:
            return None
        kind = tag.get("typeRef") or tag.said("typeRef")
        return Variable(name=squeezed(tag.get("name")), type=kind, **common(tag))

    def needed(self, tag: Tag, what: str) -> Variable:
        found = self.variable(tag.one(what) if what else tag)
        if found is None or not found.name:
            self.report(tag, "dmn-name", f"{tag.name} 缺少名称。", f"补上 {what or 'name'}")
        return found or Variable(name="")

    def child(self, tag: Tag) -> Boxed | None:
        """The one expression inside an element, if there is one."""
        found = next((one for one in tag.children if one.name in _READERS), None)
        return None if found is None else self.read(found)

    def required(self, tag: Tag | None, parent: Tag, what: str) -> Boxed:
        found = None if tag is None else self.child(tag)
        if found is None:
            self.report(parent, "dmn-expression", f"{parent.name} 的 {what} 里没有表达式。", "补上一个表达式")
        return found or NOTHING

    def read(self, tag: Tag) -> Boxed:
        return _READERS[tag.name](self, tag)

    # ------------------------------------------------------------- each form

    def literal(self, tag: Tag) -> LiteralExpression:
        if tag.one("importedValues") is not None:
            self.report(
                tag, "dmn-imported-values", "不支持从外部文件取值（importedValues）。", "把值写进模型"
            )
        return LiteralExpression(
            text=written(tag.one("text")),
            language=tag.get("expressionLanguage") if _foreign(tag) else "",
            **typed(tag),
        )

    def context(self, tag: Tag) -> BoxedContext:
        entries = []
        for entry in tag.all("contextEntry"):
            value = self.required(entry, entry, "内容")
            variable = self.variable(entry.one("variable"))
            entries.append(ContextEntry(value=value, variable=variable, id=entry.get("id")))
        return BoxedContext(entries=tuple(entries), **typed(tag))

    def invocation(self, tag: Tag) -> Invocation:
        bindings = tuple(
            Binding(parameter=self.needed(one, "parameter"), value=self.child(one))
            for one in tag.all("binding")
        )
        return Invocation(function=self.required(tag, tag, "函数"), bindings=bindings, **typed(tag))

    def list(self, tag: Tag) -> BoxedList:
        items = tuple(self.read(one) for one in tag.children if one.name in _READERS)
        return BoxedList(items=items, **typed(tag))

    def relation(self, tag: Tag) -> Relation:
        columns = tuple(self.needed(one, "") for one in tag.all("column"))
        rows = tuple(self.list(one) for one in tag.all("row"))
        for row, one in zip(rows, tag.all("row"), strict=True):
            if len(row.items) != len(columns):
                self.report(
                    one,
                    "dmn-relation",
                    f"这一行有 {len(row.items)} 格，表头有 {len(columns)} 列。",
                    "每行与表头的列数相同",
                )
        return Relation(columns=columns, rows=rows, **typed(tag))

    def function(self, tag: Tag) -> FunctionDefinition:
        return FunctionDefinition(
            parameters=tuple(self.needed(one, "") for one in tag.all("formalParameter")),
            body=self.child(tag),
            kind=tag.get("kind", "FEEL"),
            **typed(tag),
        )

    def conditional(self, tag: Tag) -> Conditional:
        condition, then, otherwise = (
            self.required(tag.one(name), tag, name) for name in ("if", "then", "else")
        )
        return Conditional(condition=condition, then=then, otherwise=otherwise, **typed(tag))

    def filter(self, tag: Tag) -> BoxedFilter:
        source, match = (self.required(tag.one(name), tag, name) for name in ("in", "match"))
        return BoxedFilter(source=source, match=match, **typed(tag))

    def iterator(self, tag: Tag) -> Iterator:
        within = tag.one("in")
        body = "return" if tag.name == "for" else "satisfies"
        return Iterator(
            kind=IteratorKind(tag.name),
            variable=squeezed(tag.get("iteratorVariable")),
            source=self.required(within, tag, "in"),
            source_type="" if within is None else within.get("typeRef"),
            body=self.required(tag.one(body), tag, body),
            **typed(tag),
        )

    def table(self, tag: Tag) -> DecisionTable:
        policy, aggregation = tag.get("hitPolicy", "UNIQUE"), tag.get("aggregation")
        if policy not in set(HitPolicy):
            self.report(
                tag, "dmn-hit-policy", f"没有叫“{policy}”的命中规则。", f"可用：{'、'.join(HitPolicy)}"
            )
            policy = "UNIQUE"
        if aggregation and aggregation not in set(Aggregation):
            self.report(
                tag, "dmn-aggregation", f"没有叫“{aggregation}”的汇总。", f"可用：{'、'.join(Aggregation)}"
            )
            aggregation = ""
        inputs = tuple(self._input(one) for one in tag.all("input"))
        outputs = tuple(self._output(one) for one in tag.all("output"))
        if not outputs:
            self.report(tag, "dmn-output", "决策表没有结果列。", "至少写一个 output")
        rows = tuple(self._row(one, len(inputs), len(outputs)) for one in tag.all("rule"))
        return DecisionTable(
            inputs=inputs,
            outputs=outputs,
            rows=rows,
            policy=HitPolicy(policy),
            aggregation=Aggregation(aggregation) if aggregation else None,
            annotations=tuple(one.get("name") for one in tag.all("annotation")),
            orientation=tag.get("preferredOrientation"),
            output_label=tag.get("outputLabel"),
            **typed(tag),
        )

    def _input(self, tag: Tag) -> InputClause:
        found = tag.one("inputExpression")
        expression = NOTHING if found is None else self.literal(found)
        if expression.text is None or not expression.text.text.strip():
            self.report(tag, "dmn-input", "条件列没有写判断什么。", "写上输入的名称")
        return InputClause(
            expression=expression,
            values=tests(tag.one("inputValues")),
            id=tag.get("id"),
            label=tag.get("label"),
        )

    def _output(self, tag: Tag) -> OutputClause:
        default = tag.one("defaultOutputEntry")
        return OutputClause(
            name=squeezed(tag.get("name")),
            type=tag.get("typeRef"),
            values=tests(tag.one("outputValues")),
            default=None if default is None else self.literal(default),
            id=tag.get("id"),
            label=tag.get("label"),
        )

    def _row(self, tag: Tag, inputs: int, outputs: int) -> TableRow:
        conditions = tuple(written(one.one("text")) or Text("-", one.line) for one in tag.all("inputEntry"))
        results = tuple(self.literal(one) for one in tag.all("outputEntry"))
        for found, wanted, what in ((len(conditions), inputs, "条件"), (len(results), outputs, "结果")):
            if found != wanted:
                self.report(
                    tag, "dmn-row", f"这一行有 {found} 个{what}，表头有 {wanted} 列。", "每行与表头的列数相同"
                )
        return TableRow(
            inputs=conditions,
            outputs=results,
            notes=tuple(one.said("text") for one in tag.all("annotationEntry")),
            id=tag.get("id"),
            description=tag.said("description"),
        )


_READERS: Final[dict[str, Callable[[BoxReader, Tag], Boxed]]] = {
    "literalExpression": BoxReader.literal,
    "context": BoxReader.context,
    "decisionTable": BoxReader.table,
    "invocation": BoxReader.invocation,
    "list": BoxReader.list,
    "relation": BoxReader.relation,
    "functionDefinition": BoxReader.function,
    "conditional": BoxReader.conditional,
    "filter": BoxReader.filter,
    "for": BoxReader.iterator,
    "some": BoxReader.iterator,
    "every": BoxReader.iterator,
}


def squeezed(name: str) -> str:
    """A name with single spaces, as FEEL reads it."""
    return " ".join(name.split())


def common(tag: Tag) -> dict[str, str]:
    """What every element may carry."""
    return {"id": tag.get("id"), "label": tag.get("label"), "description": tag.said("description")}


def typed(tag: Tag) -> dict[str, str]:
    """What every expression may carry."""
    return {"type": tag.get("typeRef") or tag.said("typeRef"), **common(tag)}


def written(tag: Tag | None) -> Text | None:
    """The text of an expression with its line; the spaces around it mean nothing."""
    if tag is None:
        return None
    raw = tag.text
    skipped = len(raw) - len(raw.lstrip())
    return Text(raw.strip(), tag.line + raw.count("\n", 0, skipped))


def tests(tag: Tag | None) -> Text | None:
    """Unary tests: allowed values, input values, output values."""
    return None if tag is None else written(tag.one("text"))


def _foreign(tag: Tag) -> bool:
    """Whether an expression says that it is in another language than FEEL."""
    language = tag.get("expressionLanguage")
    return bool(language) and not language.rstrip("/").lower().endswith("feel")
