"""The grammar, by operator precedence (Pratt). What can be guessed is reported and read on, so that one look finds more
than one mistake."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Final

import msgspec

from bancheng.core.rules._cursor import MAX_DEPTH, Stop
from bancheng.core.rules._grammar_types import TypeGrammar
from bancheng.core.rules._lexer import Kind, Token
from bancheng.core.rules._moments import parse_temporal
from bancheng.core.rules._text import ADD, AND, BINARY, COMPARE, INSTANCE, NEGATE, OPEN, OR, POSTFIX
from bancheng.core.rules._tree import (
    And,
    Between,
    Binary,
    Binder,
    Call,
    Compare,
    ContextExpr,
    Entry,
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
    Parameter,
    Path,
    Quantified,
    RangeExpr,
    Span,
    UnaryTest,
)
from bancheng.core.rules._values import parse_number

_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_IN_KEYS = frozenset("+-*/.'")
_ORDERINGS = _COMPARISONS - {"=", "!="}


class Grammar(TypeGrammar):
    """Reads expressions from where the cursor stands."""

    def __init__(
        self, text: str, tokens: list[Token], spots: Iterable[int] = (), types: Collection[str] = ()
    ) -> None:
        super().__init__(text, tokens, spots, types)
        self._depth = 0
        self._no_filter = False

    # ------------------------------------------------------------- operators

    def expression(self, level: int) -> Expr:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self.too_deep(self.now)
            raise Stop
        outer, self._no_filter = self._no_filter, self._no_filter and level != OPEN
        left = self._prefix()
        rounds = 0
        while (following := self._infix(left, level)) is not None:
            left = following
            rounds += 1
            if rounds > 4 * MAX_DEPTH:
                self.too_deep(self.now)
                raise Stop
        self._depth -= 1
        self._no_filter = outer
        return left

    def _infix(self, left: Expr, level: int) -> Expr | None:
        token = self.now
        if token.kind not in {Kind.OPERATOR, Kind.KEYWORD}:
            return None
        word = token.text
        if word in {"or", "and"}:
            return self._chain(left, word) if level <= (OR if word == "or" else AND) else None
        if level <= COMPARE and (word in _COMPARISONS or word in {"between", "in"}):
            return self._comparison(left, word)
        if word in BINARY and level <= BINARY[word]:
            self.at += 1
            right = self.expression(BINARY[word] + 1)
            return Binary(op=word, left=left, right=right, span=self.span(left.span.start))
        if word == "instance" and level <= INSTANCE:
            return self._instance(left)
        return self._postfix(left, word) if level <= POSTFIX else None

    def _chain(self, left: Expr, word: str) -> Expr:
        operands = [left]
        while self.take(word):
            operands.append(self.expression(AND if word == "or" else COMPARE))
        span = self.span(left.span.start)
        return (
            Or(operands=tuple(operands), span=span)
            if word == "or"
            else And(operands=tuple(operands), span=span)
        )

    def _comparison(self, left: Expr, word: str) -> Expr:
        token, start = self.now, left.span.start
        self.at += 1
        if word == "between":
            low = self.expression(ADD)
            self.expect("and", "between …")
            high = self.expression(ADD)
            return Between(value=left, low=low, high=high, span=self.span(start))
        if word == "in":
            tests = self._in_tests()
            return In(value=left, tests=tests, span=self.span(start))
        if isinstance(left, Compare) and word in _ORDERINGS and self.text[start : start + 1] != "(":
            middle = self.text[left.right.span.start : left.right.span.end]
            self.report(
                "rule-chain",
                "比较不能连写。",
                token,
                f"拆成两个比较：… {left.op} {middle} and {middle} {word} …",
            )
        right = self.expression(ADD)
        return Compare(op=word, left=left, right=right, span=self.span(start))

    def _instance(self, left: Expr) -> Expr:
        self.at += 1
        self.expect("of", "instance")
        kind = self.type_text()
        return InstanceOf(value=left, type=kind, span=self.span(left.span.start))

    def _postfix(self, left: Expr, word: str) -> Expr | None:
        if word not in {".", "[", "("} or (word == "[" and self._no_filter):
            return None
        start, token = left.span.start, self.now
        if word == "(" and not self._callable(left):
            return None
        self.at += 1
        if word == ".":
            name = self.now
            if name.kind not in {Kind.NAME, Kind.KEYWORD}:
                self.report("rule-path", "点号后面应当是名称。", name, "写作 主体.属性，如 applicant.age")
                return left
            self.at += 1
            return Path(source=left, name=name.text, span=self.span(start))
        if word == "[":
            condition = self.expression(OPEN)
            self.expect("]", "[")
            return Filter(source=left, condition=condition, span=self.span(start))
        return self._call(left, token)

    def _callable(self, expr: Expr) -> bool:
        """A name, what a call gave, or anything in brackets."""
        return isinstance(expr, (Name, Path, Call, Filter)) or (
            not isinstance(expr, RangeExpr) and self.text.startswith("(", expr.span.start)
        )

    def _call(self, function: Expr, token: Token) -> Expr:
        arguments: list[Expr] = []
        parameters: list[str] = []
        while not self.sees(")") and self.now.kind is not Kind.END:
            if parameter := self._parameter():
                parameters.append(parameter)
            arguments.append(self.expression(OPEN))
            if not self.take(","):
                break
        self.expect(")", f"{self.text[function.span.start : token.end]}…")
        if parameters and len(parameters) != len(arguments):
            self.report(
                "rule-arguments",
                "参数要么都写名称，要么都不写。",
                token,
                "如 substring(string: 名称, start: 1)",
            )
            parameters = []
        return Call(
            function=function,
            arguments=tuple(arguments),
            parameters=tuple(parameters),
            span=self.span(function.span.start),
        )

    def _parameter(self) -> str:
        """``start position:`` before an argument; empty when the argument stands alone."""
        ahead = self.at
        while self.tokens[ahead].kind is Kind.NAME:
            ahead += 1
        if ahead == self.at or self.tokens[ahead].text != ":" or self.tokens[ahead].kind is not Kind.OPERATOR:
            return ""
        name = " ".join(token.text for token in self.tokens[self.at : ahead])
        self.at = ahead + 1
        return name

    # ------------------------------------------------------------- operands

    def _prefix(self) -> Expr:
        token = self.now
        reader = _PREFIX.get(token.text) if token.kind in {Kind.OPERATOR, Kind.KEYWORD} else None
        if reader is not None:
            self.at += 1
            return reader(self, token)
        if token.kind is Kind.NAME:
            self.at += 1
            if token.text == "function" and self.sees("("):
                return self._function(token)
            return Name(name=token.text, span=self.span(token.start))
        if token.kind in {Kind.NUMBER, Kind.STRING, Kind.TEMPORAL}:
            self.at += 1
            return self._constant(token)
        return self._missing(token)

    def _missing(self, token: Token) -> Expr:
        before = self.tokens[self.at - 1].text if self.at else ""
        after = f"{before} 后面" if before else "开头"
        if token.kind is Kind.END and not before:
            self.report("rule-empty", "表达式是空的。", token, "没有条件时写 true。")
        elif token.kind is Kind.END:
            self.report(
                "rule-operand", f"{after}缺少内容。", token, f"在 {before} 后面补上数值、文字或名称。"
            )
        else:
            self.report(
                "rule-operand",
                f"{after}应当是数值、文字或名称，这里却是 {token.text}。",
                token,
                "补上缺少的一项。",
            )
        if token.kind is Kind.END or token.text in {"then", "else", "return", "satisfies", ":"}:
            raise Stop
        return Literal(kind=LiteralKind.NULL, span=Span(token.start, token.start))

    def _constant(self, token: Token) -> Expr:
        kind = LiteralKind(token.kind.value)
        if kind is LiteralKind.TEMPORAL and parse_temporal(token.text) is None:
            self.report(
                "rule-temporal",
                f"“{token.text}”不是日期、时间或时长。",
                token,
                '日期写作 @"2026-01-31"，时长写作 @"P3D"、@"P1Y"',
            )
        if kind is LiteralKind.NUMBER and parse_number(token.text) is None:
            self.report("rule-number", f"“{token.text}”超出了数的范围。", token, "请检查指数。")
        return Literal(kind=kind, text=token.text, span=self.span(token.start))

    def keyword_literal(self, token: Token) -> Expr:
        if token.text == "null":
            return Literal(kind=LiteralKind.NULL, span=self.span(token.start))
        return Literal(kind=LiteralKind.BOOLEAN, text=token.text, span=self.span(token.start))

    def minus(self, token: Token) -> Expr:
        number = self.now.kind is Kind.NUMBER
        operand = self.expression(NEGATE)
        span = self.span(token.start)
        if number and isinstance(operand, Literal):
            return Literal(kind=LiteralKind.NUMBER, text=f"-{operand.text}", span=span)
        return Negate(operand=operand, span=span)

    def negation(self, token: Token) -> Expr:
        if not self.sees("("):
            if self.text.startswith("not", token.start):  # otherwise a ! that was told already
                self.report("rule-not", "not 后面要用括号。", self.now, "写作 not(条件)")
            return Not(operand=self.expression(COMPARE), span=self.span(token.start))
        self.at += 1
        operand = self.expression(OPEN)
        self.expect(")", "not(")
        return Not(operand=operand, span=self.span(token.start))

    def choice(self, token: Token) -> Expr:
        condition = self.expression(OPEN)
        self.expect("then", "if 条件")
        then = self.expression(OPEN)
        if not self.sees("else"):
            self.report(
                "rule-else",
                "if 缺少 else。",
                self.now,
                "FEEL 的 if 一定有 else；没有另一种结果时写 else null",
            )
            return If(
                condition=condition,
                then=then,
                otherwise=Literal(kind=LiteralKind.NULL),
                span=self.span(token.start),
            )
        self.at += 1
        otherwise = self.expression(OPEN)
        return If(condition=condition, then=then, otherwise=otherwise, span=self.span(token.start))

    def quantified(self, token: Token) -> Expr:
        binders = self._binders(token.text)
        self.expect("satisfies", f"{token.text} … in …")
        body = self.expression(OPEN)
        return Quantified(
            every=token.text == "every", binders=binders, satisfies=body, span=self.span(token.start)
        )

    def loop(self, token: Token) -> Expr:
        binders = self._binders("for")
        self.expect("return", "for … in …")
        return For(binders=binders, result=self.expression(OPEN), span=self.span(token.start))

    def _binders(self, word: str) -> tuple[Binder, ...]:
        found = []
        while True:
            name = self.now
            if name.kind is not Kind.NAME:
                self.report("rule-binder", f"{word} 后面应当是一个名称。", name, f"写作 {word} x in 列表 …")
                raise Stop
            words = []
            while self.now.kind is Kind.NAME:
                words.append(self.now.text)
                self.at += 1
            self.expect("in", f"{word} {name.text}")
            source = self.expression(OPEN)
            until = self.expression(OPEN) if self.take("..") else None
            found.append(Binder(name=" ".join(words), source=source, until=until))
            if not self.take(","):
                return tuple(found)

    def _function(self, token: Token) -> Expr:
        """``function(a: number, b) body``, the word already read."""
        self.at += 1
        parameters: list[Parameter] = []
        while not self.sees(")") and self.now.kind is not Kind.END:
            words = []
            while self.now.kind is Kind.NAME:
                words.append(self.now.text)
                self.at += 1
            if not words:
                self.report(
                    "rule-parameter",
                    "这里应当是参数的名称。",
                    self.now,
                    "写作 function(a, b: number) a + b",
                )
                raise Stop
            kind = self.type_text() if self.take(":") else ""
            parameters.append(Parameter(name=" ".join(words), type=kind))
            if not self.take(","):
                break
        self.expect(")", "function(…")
        external = self.now.text == "external" and self.tokens[self.at + 1].text == "{"
        self.at += external
        body = self.expression(OPEN)
        return FunctionExpr(
            parameters=tuple(parameters), body=body, external=external, span=self.span(token.start)
        )

    # ------------------------------------------------------------- brackets

    def group(self, token: Token) -> Expr:
        if self.now.kind is Kind.OPERATOR and self.now.text in _COMPARISONS:
            test = self._test(ADD)
            self.expect(")", "(")
            return msgspec.structs.replace(test, span=self.span(token.start))
        inside = self.expression(OPEN)
        if self.take(".."):
            return self._range_end(token, inside)
        self.expect(")", "(")
        return msgspec.structs.replace(inside, span=self.span(token.start))

    def listing(self, token: Token) -> Expr:
        items: list[Expr] = []
        while not self.sees("]") and self.now.kind is not Kind.END:
            items.append(self.expression(OPEN))
            if len(items) == 1 and self.take(".."):
                return self._range_end(token, items[0])
            if not self.take(","):
                break
        self.expect("]", "[")
        return ListExpr(items=tuple(items), span=self.span(token.start))

    def open_range(self, token: Token) -> Expr:
        low = self._endpoint()
        self.expect("..", "]")
        return self._range_end(token, low)

    def _range_end(self, token: Token, low: Expr) -> Expr:
        high = self._endpoint()
        closed = self.sees("]")
        if self.sees("]", ")", "["):
            self.at += 1
        else:
            self.report("rule-range", "区间没有写完。", self.now, "写作 [1..5]，不含端点时用圆括号 (1..5]")
        return RangeExpr(
            low=low, high=high, low_closed=token.text == "[", high_closed=closed, span=self.span(token.start)
        )

    def _endpoint(self) -> Expr:
        """The end of a range. A ``[`` after it closes the range, so no filter is read here outside brackets."""
        outer, self._no_filter = self._no_filter, True
        end = self.expression(ADD)
        self._no_filter = outer
        return end

    def key(self) -> str:
        if self.now.kind is Kind.STRING:
            self.at += 1
            self.expect(":", "名称")
            return self.tokens[self.at - 2].text
        start, ahead = self.now.start, self.at
        while self.tokens[ahead].kind in {Kind.NAME, Kind.KEYWORD, Kind.NUMBER} or (
            ahead > self.at and self.tokens[ahead].text in _IN_KEYS
        ):
            ahead += 1
        if ahead > self.at and self.tokens[ahead].text == ":" and self.tokens[ahead].kind is Kind.OPERATOR:
            self.at = ahead + 1
            return " ".join(self.text[start : self.tokens[ahead - 1].end].split())
        advice = '写作 {面积: 300, 类型: "餐饮"}'
        self.report("rule-context", "花括号里应当是 名称: 值。", self.now, advice)
        raise Stop

    def context(self, token: Token) -> Expr:
        entries: list[Entry] = []
        while not self.sees("}") and self.now.kind is not Kind.END:
            key = self.key()
            entries.append(Entry(key=key, value=self.expression(OPEN)))
            if not self.take(","):
                break
        self.expect("}", "{")
        return ContextExpr(entries=tuple(entries), span=self.span(token.start))

    # ------------------------------------------------------------- tests after `in`

    def _in_tests(self) -> tuple[Expr, ...]:
        start = self.now
        if not self.take("("):
            return (self._test(ADD),)
        tests = self.tests(")")
        if len(tests) == 1 and self.take(".."):
            return (self._range_end(start, tests[0]),)
        self.expect(")", "in (")
        return tests

    def tests(self, closing: str) -> tuple[Expr, ...]:
        tests = [self._test(OPEN)]
        while self.take(",") and not self.sees(closing):
            tests.append(self._test(OPEN))
        return tuple(tests)

    def _test(self, level: int) -> Expr:
        token = self.now
        if token.kind is Kind.OPERATOR and token.text in _COMPARISONS:
            self.at += 1
            operand = self.expression(ADD)
            return UnaryTest(op=token.text, operand=operand, span=self.span(token.start))
        return self.expression(level)


_PREFIX: Final[dict[str, Callable[[Grammar, Token], Expr]]] = {
    "(": Grammar.group,
    "[": Grammar.listing,
    "]": Grammar.open_range,
    "{": Grammar.context,
    "-": Grammar.minus,
    "not": Grammar.negation,
    "if": Grammar.choice,
    "some": Grammar.quantified,
    "every": Grammar.quantified,
    "for": Grammar.loop,
    "true": Grammar.keyword_literal,
    "false": Grammar.keyword_literal,
    "null": Grammar.keyword_literal,
}
