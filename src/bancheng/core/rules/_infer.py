"""The walk that gives every node its type; `infer` is its door."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from bancheng.core.kernel import Problem
from bancheng.core.rules._builtins import BUILTINS, CLOCK
from bancheng.core.rules._functions import Builtin
from bancheng.core.rules._kinds import read_kind
from bancheng.core.rules._moments import parse_duration, parse_temporal
from bancheng.core.rules._text import to_text
from bancheng.core.rules._tree import (
    And,
    Between,
    Binary,
    Binder,
    Call,
    Compare,
    ContextExpr,
    Expr,
    Filter,
    For,
    FunctionExpr,
    If,
    In,
    InstanceOf,
    ListExpr,
    Literal,
    LiteralKind,
    Name,
    Negate,
    Not,
    Or,
    Path,
    Quantified,
    RangeExpr,
    UnaryTest,
    dotted,
)  # fmt: skip
from bancheng.core.rules._types import (
    ANY,
    BOOLEAN,
    LIST,
    NUMBER,
    STRING,
    ZH,
    FactKind,
    FactType,
    Findings,
    alike,
    mismatch_advice,
    nearest,
    united,
)  # fmt: skip
from bancheng.core.rules._values import kind_of, literal_value

_ORDERLESS = frozenset({FactKind.BOOLEAN, FactKind.LIST, FactKind.CONTEXT, FactKind.RANGE})
_OPEN = frozenset({FactKind.ANY, FactKind.NULL})
_DAYS = frozenset({FactKind.DATE, FactKind.DATE_TIME, FactKind.TIME})
_LONG = frozenset({FactKind.DAYS, FactKind.MONTHS, FactKind.DURATION})


def infer(
    expr: Expr, types: Mapping[str, FactType], *, expect: FactKind = FactKind.ANY, text: str = ""
) -> tuple[FactType, tuple[Problem, ...]]:
    """The type an expression yields under a dictionary of facts (dotted keys), and what is wrong with it.

    Reported: names the dictionary lacks (with the nearest it has), comparisons and arithmetic across kinds, codes
    outside a closed list, conditions that are no boolean, unknown functions and wrong arguments, dates that are none,
    and a result that is not `expect`. Give the source `text` when it has several lines; without it columns count from
    its start.
    """
    checker = _Checker(types, Findings(text))
    found = checker.of(expr, {})
    if expect is not FactKind.ANY and not alike(found, FactType(expect)):
        advice = (
            "写成一个比较，如 … = true 或 … > 0" if expect is FactKind.BOOLEAN else "请核对这条规则要得出什么"
        )
        checker.found.add(
            expr, "rule-result", f"这里需要{ZH[expect]}，这条规则得出的是{ZH[found.kind]}。", advice
        )
    return found, tuple(checker.found.problems)


Locals = Mapping[str, FactType]


class _Checker:
    def __init__(self, types: Mapping[str, FactType], found: Findings) -> None:
        self.types, self.found = types, found

    def of(self, expr: Expr, local: Locals) -> FactType:
        return _TYPE[type(expr)](self, expr, local)

    # ------------------------------------------------------------- names

    def name(self, expr: Name, local: Locals) -> FactType:
        known = local.get(expr.name) or self.types.get(expr.name)
        if known is not None:
            return known
        if any(key.startswith(f"{expr.name}.") for key in self.types):
            return FactType(FactKind.CONTEXT)
        self.unknown(expr, expr.name, local)
        return ANY

    def unknown(self, expr: Expr, key: str, local: Locals) -> None:
        if key in BUILTINS or key in CLOCK:
            self.found.add(expr, "rule-call", f"{key} 是函数，要写括号。", f"写作 {key}(…)")
            return
        advice = nearest(key, {**self.types, **local}, "请先在数据字典里登记，文字要加英文双引号。")
        self.found.add(expr, "rule-unknown-name", f"数据字典里没有“{key}”。", advice)

    def path(self, expr: Path, local: Locals) -> FactType:
        key = dotted(expr)
        root = key.partition(".")[0]
        if key and root not in local:
            if key in self.types:
                return self.types[key]
            if not any(one == root or one.startswith(f"{root}.") for one in self.types):
                self.unknown(expr, key, local)
                return ANY
        source = self.of(expr.source, local)
        return self.member(expr, source, key, local)

    def member(self, expr: Path, source: FactType, key: str, local: Locals) -> FactType:
        if source.kind is FactKind.LIST:
            inner = self.member(expr, source.item, key, local) if source.item else ANY
            return FactType(FactKind.LIST, inner)
        if (
            source.kind is FactKind.CONTEXT
            and not source.fields
            and key
            and key.partition(".")[0] not in local
        ):
            self.unknown(expr, key, local)
            return ANY
        if source.kind is not FactKind.CONTEXT or not source.fields:
            temporal = source.kind in _DAYS | _LONG
            return NUMBER if temporal else ANY
        if (found := source.field(expr.name)) is not None:
            return found
        advice = nearest(expr.name, tuple(name for name, _ in source.fields), "请核对名称。")
        self.found.add(expr, "rule-unknown-name", f"“{to_text(expr.source)}”里没有“{expr.name}”。", advice)
        return ANY

    # ------------------------------------------------------------- constants

    def literal(self, expr: Literal, _: Locals) -> FactType:
        if expr.kind is LiteralKind.STRING:
            return STRING
        return FactType(FactKind(kind_of(literal_value(expr))))

    def listing(self, expr: ListExpr, local: Locals) -> FactType:
        kinds = [self.of(one, local) for one in expr.items]
        item = kinds[0] if kinds else ANY
        for one in kinds[1:]:
            item = united(item, one)
        return FactType(FactKind.LIST, item)

    def context(self, expr: ContextExpr, local: Locals) -> FactType:
        fields: dict[str, FactType] = {}
        for entry in expr.entries:
            fields[entry.key] = self.of(entry.value, {**local, **fields})
        return FactType(FactKind.CONTEXT, fields=tuple(fields.items()))

    def range(self, expr: RangeExpr, local: Locals) -> FactType:
        low, high = self.of(expr.low, local), self.of(expr.high, local)
        self.comparable(expr, (expr.low, low), (expr.high, high))
        return FactType(FactKind.RANGE, united(low, high))

    # ------------------------------------------------------------- comparisons

    def comparable(self, node: Expr, left: tuple[Expr, FactType], right: tuple[Expr, FactType]) -> None:
        (one, kind), (two, other) = left, right
        if not alike(kind, other):
            advice = next(
                (
                    mismatch_advice(against, expr.text)
                    for expr, against in ((one, other), (two, kind))
                    if isinstance(expr, Literal) and expr.kind is LiteralKind.STRING
                ),
                "请核对两边是不是同一类数据",
            )
            message = f"{to_text(one)} 是{ZH[kind.kind]}，{to_text(two)} 是{ZH[other.kind]}，不能比较。"
            self.found.add(node, "rule-compare", message, advice)
        self.listed(one, two, other)
        self.listed(two, one, kind)

    def listed(self, code: Expr, fact: Expr, kind: FactType) -> None:
        """A string literal beside a choice must be one of its codes."""
        if not kind.values or not isinstance(code, Literal) or code.kind is not LiteralKind.STRING:
            return
        if code.text not in kind.values:
            shown = "、".join(kind.values[:12]) + ("…" if len(kind.values) > 12 else "")
            advice = f"{nearest(code.text, kind.values, '')}可用的值：{shown}"
            self.found.add(code, "rule-code", f"“{code.text}”不在 {to_text(fact)} 的可选值里。", advice)

    def compare(self, expr: Compare, local: Locals) -> FactType:
        left, right = self.of(expr.left, local), self.of(expr.right, local)
        self.comparable(expr, (expr.left, left), (expr.right, right))
        if expr.op not in {"=", "!="}:
            self.ordered(expr, expr.left, left)
        return BOOLEAN

    def ordered(self, node: Expr, expr: Expr, kind: FactType) -> None:
        if kind.kind in _ORDERLESS:
            advice = "拆成两个比较，用 and 连接" if isinstance(expr, Compare) else "这类数据只能用 = 和 !="
            self.found.add(node, "rule-order", f"{to_text(expr)} 是{ZH[kind.kind]}，没有大小之分。", advice)

    def between(self, expr: Between, local: Locals) -> FactType:
        value = self.of(expr.value, local)
        for end in (expr.low, expr.high):
            self.comparable(end, (expr.value, value), (end, self.of(end, local)))
        self.ordered(expr, expr.value, value)
        return BOOLEAN

    def membership(self, expr: In, local: Locals) -> FactType:
        value = self.of(expr.value, local)
        for test in expr.tests:
            self.test(expr.value, value, test, local)
        return BOOLEAN

    def test(self, subject: Expr, value: FactType, test: Expr, local: Locals) -> None:
        if isinstance(test, UnaryTest):
            self.comparable(test, (subject, value), (test.operand, self.of(test.operand, local)))
            return
        kind = self.of(test, local)
        if isinstance(test, ListExpr) and value.kind is not FactKind.LIST:
            for one in test.items:
                self.test(subject, value, one, local)
        elif kind.kind in {FactKind.RANGE, FactKind.LIST} and value.kind is not kind.kind:
            self.comparable(test, (subject, value), (test, kind.item or ANY))
        else:
            self.comparable(test, (subject, value), (test, kind))

    # ------------------------------------------------------------- logic

    def condition(self, expr: Expr, local: Locals) -> None:
        kind = self.of(expr, local)
        if not alike(kind, BOOLEAN):
            message = f"{to_text(expr)} 是{ZH[kind.kind]}，不能当作条件。"
            self.found.add(expr, "rule-condition", message, "写成一个比较，如 … > 0 或 … != null")

    def junction(self, expr: And | Or, local: Locals) -> FactType:
        for one in expr.operands:
            self.condition(one, local)
        return BOOLEAN

    def negation(self, expr: Not, local: Locals) -> FactType:
        self.condition(expr.operand, local)
        return BOOLEAN

    def choice(self, expr: If, local: Locals) -> FactType:
        self.condition(expr.condition, local)
        return united(self.of(expr.then, local), self.of(expr.otherwise, local))

    def instance(self, expr: InstanceOf, local: Locals) -> FactType:
        self.of(expr.value, local)
        return BOOLEAN

    # ------------------------------------------------------------- arithmetic

    def negate(self, expr: Negate, local: Locals) -> FactType:
        kind = self.of(expr.operand, local)
        if kind.kind not in _OPEN | _LONG | {FactKind.NUMBER}:
            self.found.add(
                expr, "rule-arithmetic", f"{to_text(expr.operand)} 是{ZH[kind.kind]}，没有负数。", "请核对"
            )
        return kind

    def binary(self, expr: Binary, local: Locals) -> FactType:
        left, right = self.of(expr.left, local), self.of(expr.right, local)
        if left.kind in _OPEN or right.kind in _OPEN:
            return ANY
        result = _arithmetic(expr.op, left.kind, right.kind)
        if result is None:
            message = f"{ZH[left.kind]}与{ZH[right.kind]}之间没有 {expr.op} 运算：{to_text(expr)}"
            self.found.add(
                expr,
                "rule-arithmetic",
                message,
                '日期加时长写作 birth + duration("P60Y")；文字转数用 number(…)',
            )
        return FactType(result) if result else ANY

    # ------------------------------------------------------------- lists and functions

    def bind(self, binders: tuple[Binder, ...], local: Locals) -> Locals:
        for binder in binders:
            source = self.of(binder.source, local)
            if binder.until is not None:
                self.of(binder.until, local)
            item = NUMBER if binder.until is not None else source.item or ANY
            if source.kind not in _OPEN | {FactKind.LIST, FactKind.RANGE} and binder.until is None:
                message = f"{to_text(binder.source)} 是{ZH[source.kind]}，不是列表。"
                self.found.add(binder.source, "rule-list", message, "in 后面应当是列表")
            local = {**local, binder.name: item}
        return local

    def quantified(self, expr: Quantified, local: Locals) -> FactType:
        self.condition(expr.satisfies, self.bind(expr.binders, local))
        return BOOLEAN

    def loop(self, expr: For, local: Locals) -> FactType:
        inside = {**self.bind(expr.binders, local), "partial": LIST}
        return FactType(FactKind.LIST, self.of(expr.result, inside))

    def filter(self, expr: Filter, local: Locals) -> FactType:
        source = self.of(expr.source, local)
        item = (source.item or ANY) if source.kind is FactKind.LIST else source
        condition = self.of(expr.condition, {**local, "item": item, **dict(item.fields)})
        if condition.kind is FactKind.NUMBER:
            return item
        if not alike(condition, BOOLEAN):
            message = f"{to_text(expr.condition)} 是{ZH[condition.kind]}，不能用来筛选。"
            self.found.add(
                expr.condition, "rule-condition", message, "写成条件，如 [item.age > 60]，或第几个，如 [1]"
            )
        return FactType(FactKind.LIST, item)

    def function(self, expr: FunctionExpr, local: Locals) -> FactType:
        if expr.external:
            return FactType(FactKind.FUNCTION, ANY)
        given = {one.name: _written(one.type) for one in expr.parameters}
        return FactType(FactKind.FUNCTION, self.of(expr.body, {**local, **given}))

    def test_alone(self, expr: UnaryTest, local: Locals) -> FactType:
        return FactType(FactKind.RANGE, self.of(expr.operand, local))

    def call(self, expr: Call, local: Locals) -> FactType:
        name = dotted(expr.function)
        kinds = [self.of(one, local) for one in expr.arguments]
        known = local.get(name) or self.types.get(name)
        if not name or (known is not None and known.kind in {FactKind.FUNCTION, FactKind.ANY}):
            return self.called(expr, known or self.of(expr.function, local))
        if name in CLOCK:
            return FactType(FactKind(CLOCK[name]))
        builtin = BUILTINS.get(name)
        if builtin is None:
            advice = nearest(name, (*BUILTINS, *CLOCK), "请查看函数表。")
            self.found.add(expr, "rule-unknown-function", f"没有叫“{to_text(expr.function)}”的函数。", advice)
            return ANY
        self.arguments(expr, name, builtin, kinds)
        return self.result(expr, name, builtin, kinds)

    def called(self, expr: Call, function: FactType) -> FactType:
        """The type of the result of a function that is a value."""
        if function.kind not in _OPEN | {FactKind.FUNCTION}:
            message = f"{to_text(expr.function)} 是{ZH[function.kind]}，不是函数，不能加括号调用。"
            self.found.add(expr, "rule-call", message, "去掉括号，或写函数的名称")
        return function.item or ANY

    def arguments(self, expr: Call, name: str, builtin: Builtin, kinds: list[FactType]) -> None:
        form = f"{name}({', '.join(builtin.parameters)})"
        allowed = {*builtin.parameters, *(one for names in builtin.also for one in names)}
        if strange := [one for one in expr.parameters if one not in allowed]:
            message = f"{name} 没有叫“{strange[0]}”的参数。"
            self.found.add(expr, "rule-arguments", message, f"写作 {form}")
        wanted = len(builtin.parameters)
        most = len(kinds) if builtin.repeats else wanted
        if (
            not builtin.variadic
            and not expr.parameters
            and not wanted - builtin.optional <= len(kinds) <= most
        ):
            self.found.add(expr, "rule-arguments", f"{name} 的参数个数不对。", f"写作 {form}")
        if expr.parameters:
            return
        for argument, kind, take in zip(expr.arguments, kinds, builtin.takes, strict=False):
            need = FactType(FactKind(take))
            dated = need.kind is FactKind.DATE and kind.kind is FactKind.DATE_TIME
            if not dated and not alike(kind, need):
                message = f"{name} 需要{ZH[need.kind]}，{to_text(argument)} 是{ZH[kind.kind]}。"
                self.found.add(argument, "rule-arguments", message, f"写作 {form}")
        if name == "list contains" and len(kinds) == 2 and kinds[0].item:
            fact, code = expr.arguments
            self.comparable(code, (fact, kinds[0].item), (code, kinds[1]))

    def result(self, expr: Call, name: str, builtin: Builtin, kinds: list[FactType]) -> FactType:
        first = expr.arguments[0] if expr.arguments else None
        text = first.text if isinstance(first, Literal) and first.kind is LiteralKind.STRING else None
        if text is not None and len(kinds) == 1 and name in {"date", "time", "duration", "date and time"}:
            value = parse_duration(text) if name == "duration" else parse_temporal(text)
            if value is None:
                form = '"P60Y"、"P3M"、"P15D"' if name == "duration" else '"2026-01-31"'
                self.found.add(expr, "rule-temporal", f"“{text}”不是 {name} 能读的写法。", f"写作 {form}")
            elif name == "duration":
                return FactType(FactKind(kind_of(value)))
        if builtin.gives == "item":
            source = kinds[0] if kinds else ANY
            return source.item or ANY if source.kind is FactKind.LIST else source
        if builtin.gives == "list":
            return kinds[0] if kinds and kinds[0].kind is FactKind.LIST else LIST
        return FactType(FactKind(builtin.gives))


def _arithmetic(op: str, left: FactKind, right: FactKind) -> FactKind | None:
    if left is right is FactKind.NUMBER:
        return FactKind.NUMBER
    if left is right is FactKind.STRING:
        return FactKind.STRING if op == "+" else None
    if left in _DAYS and right in _LONG:
        return left if op in {"+", "-"} else None
    if left in _LONG and right in _DAYS:
        return right if op == "+" else None
    if left in _DAYS and right in _DAYS:
        return FactKind.DAYS if op == "-" else None
    if left in _LONG and right is FactKind.NUMBER:
        return left if op in {"*", "/"} else None
    if left is FactKind.NUMBER and right in _LONG:
        return right if op == "*" else None
    if left in _LONG and right in _LONG:
        return left if op in {"+", "-"} else FactKind.NUMBER if op == "/" else None
    return None


def _written(text: str) -> FactType:
    """The type a parameter was given."""
    kind = read_kind(text) if text else None
    known = {one.value for one in FactKind}
    if kind is None or kind.name not in known:
        return ANY
    item = _written(kind.parts[0].name) if kind.parts and kind.name in {"list", "range"} else None
    return FactType(FactKind(kind.name), item)


_TYPE: Final[dict[type, Callable[[_Checker, Any, Locals], FactType]]] = {
    Literal: _Checker.literal,
    Name: _Checker.name,
    Path: _Checker.path,
    Negate: _Checker.negate,
    Binary: _Checker.binary,
    Compare: _Checker.compare,
    Between: _Checker.between,
    In: _Checker.membership,
    And: _Checker.junction,
    Or: _Checker.junction,
    Not: _Checker.negation,
    If: _Checker.choice,
    Call: _Checker.call,
    ListExpr: _Checker.listing,
    ContextExpr: _Checker.context,
    RangeExpr: _Checker.range,
    Quantified: _Checker.quantified,
    For: _Checker.loop,
    Filter: _Checker.filter,
    InstanceOf: _Checker.instance,
    FunctionExpr: _Checker.function,
    UnaryTest: _Checker.test_alone,
}
