"""Tokens → tree, by operator precedence (Pratt). What can be guessed is reported and read on, so that one look finds
more than one mistake."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

import msgspec

from bancheng.core.kernel import Problem, ProblemsFound
from bancheng.core.rules._lexer import Kind, Lexer, Token, place_of
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
    Span,
    UnaryTest,
    children,
)
from bancheng.core.rules._values import parse_number, parse_temporal

MAX_DEPTH: Final = 80
"Deepest nesting of a tree; every walk over it stays far from Python's own limit."

_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_ORDERINGS = _COMPARISONS - {"=", "!="}
_TYPES = (
    "number", "string", "boolean", "date", "time", "date and time", "days and time duration",
    "years and months duration", "list", "context", "range", "function", "Any", "Null",
)  # fmt: skip


class RuleSyntaxError(ProblemsFound):
    """A text is no FEEL expression; `problems` say where (line and column from 1), what is wrong and what to write."""


class _Stop(Exception):
    """Nothing sensible can be read any more."""


def parse(text: str, *, names: Collection[str] = ()) -> Expr:
    """Read one FEEL expression.

    `names` are the facts that may occur; they need to be given only where a name holds spaces or signs (the longest that
    fits is taken). Names may be Chinese, and dotted: ``applicant.age``. Whether a name exists is `infer`'s question.

    Raises:
        RuleSyntaxError: with every mistake found.
    """
    lexer = Lexer(text, names)
    parser = _Parser(text, lexer.run())
    tree = None if len(lexer.tokens) == 1 and lexer.problems else parser.whole()
    problems = sorted((*lexer.problems, *parser.problems), key=lambda one: (one.place.line, one.place.column))
    if problems or tree is None:
        raise RuleSyntaxError(problems)
    return tree


def parse_tests(text: str, *, names: Collection[str] = (), subject: str = "?") -> Expr:
    """Read unary tests as a decision table's cell has them (``< 5``, ``[1..3]``, ``"a", "b"``, ``not("a")``, ``-``) over `subject`.

    Raises:
        RuleSyntaxError: as `parse`.
    """
    lexer = Lexer(text, names)
    parser = _Parser(text, lexer.run())
    tree = parser.whole_tests(Name(name=subject))
    if lexer.problems or parser.problems or tree is None:
        raise RuleSyntaxError((*lexer.problems, *parser.problems))
    return tree


def depth_of(expr: Expr) -> int:
    """Levels of a tree, counted without recursion."""
    level, row = 0, [expr]
    while row:
        level += 1
        row = [child for one in row for child in children(one)]
    return level


class _Parser:
    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.text, self.tokens = text, tokens
        self.problems: list[Problem] = []
        self._at = 0
        self._depth = 0
        self._no_filter = False
        self._spots: set[int] = set()

    # ------------------------------------------------------------- whole texts

    def whole(self) -> Expr | None:
        return self._guard(lambda: self._expression(OPEN))

    def whole_tests(self, subject: Expr) -> Expr | None:
        return self._guard(lambda: self._table_tests(subject))

    def _guard(self, read: Callable[[], Expr]) -> Expr | None:
        try:
            tree = read()
        except _Stop:
            return None
        if self._now.kind is not Kind.END:
            self._leftover()
        elif depth_of(tree) > MAX_DEPTH:
            self._too_deep(self._now)
        return tree

    def _table_tests(self, subject: Expr) -> Expr:
        if self._is("-") and self.tokens[self._at + 1].kind is Kind.END:
            self._at += 1
            return Literal(kind=LiteralKind.BOOLEAN, text="true")
        negated = self._take("not")
        if negated:
            self._expect("(", "not")
        tests = self._tests(")" if negated else "")
        if negated:
            self._expect(")", "not(")
        found = In(value=subject, tests=tests, span=Span(0, len(self.text)))
        return Not(operand=found, span=found.span) if negated else found

    # ------------------------------------------------------------- moving

    @property
    def _now(self) -> Token:
        return self.tokens[self._at]

    def _is(self, *texts: str) -> bool:
        token = self._now
        return token.kind in {Kind.OPERATOR, Kind.KEYWORD} and token.text in texts

    def _take(self, text: str) -> bool:
        if found := self._is(text):
            self._at += 1
        return found

    def _expect(self, text: str, after: str) -> None:
        if not self._take(text):
            self._report(
                "rule-expected", f"这里应当是 {text}（接在 {after} 之后）。", self._now, f"补上 {text}"
            )

    def _span(self, start: int) -> Span:
        return Span(start, self.tokens[max(self._at - 1, 0)].end)

    def _report(self, code: str, message: str, token: Token, suggestion: str) -> None:
        if token.start not in self._spots:
            self._spots.add(token.start)
            self.problems.append(Problem(code, message, place_of(self.text, token.start), suggestion))

    def _too_deep(self, token: Token) -> None:
        self._report(
            "rule-too-deep",
            f"表达式嵌套超过 {MAX_DEPTH} 层。",
            token,
            "请拆成几条规则，或用 sum、决策表代替长串。",
        )

    def _leftover(self) -> None:
        token = self._now
        if token.text in {")", "]", "}"} and token.kind is Kind.OPERATOR:
            self._report(
                "rule-extra", f"多了一个 {token.text}。", token, f"删去 {token.text} 或补上前面的一半。"
            )
            return
        shown = f'"{token.text}"' if token.kind is Kind.STRING else token.text
        self._report(
            "rule-extra",
            f"表达式到这里已经完整，后面不该有 {shown}。",
            token,
            "两个条件之间请写 and 或 or；名称里有空格时请先在数据字典里登记。",
        )

    # ------------------------------------------------------------- operators

    def _expression(self, level: int) -> Expr:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._too_deep(self._now)
            raise _Stop
        outer, self._no_filter = self._no_filter, self._no_filter and level != OPEN
        left = self._prefix()
        rounds = 0
        while (following := self._infix(left, level)) is not None:
            left = following
            rounds += 1
            if rounds > 4 * MAX_DEPTH:
                self._too_deep(self._now)
                raise _Stop
        self._depth -= 1
        self._no_filter = outer
        return left

    def _infix(self, left: Expr, level: int) -> Expr | None:
        token = self._now
        if token.kind not in {Kind.OPERATOR, Kind.KEYWORD}:
            return None
        word = token.text
        if word in {"or", "and"}:
            return self._chain(left, word) if level <= (OR if word == "or" else AND) else None
        if level <= COMPARE and (word in _COMPARISONS or word in {"between", "in"}):
            return self._comparison(left, word)
        if word in BINARY and level <= BINARY[word]:
            self._at += 1
            right = self._expression(BINARY[word] + 1)
            return Binary(op=word, left=left, right=right, span=self._span(left.span.start))
        if word == "instance" and level <= INSTANCE:
            return self._instance(left)
        return self._postfix(left, word) if level <= POSTFIX else None

    def _chain(self, left: Expr, word: str) -> Expr:
        operands = [left]
        while self._take(word):
            operands.append(self._expression(AND if word == "or" else COMPARE))
        span = self._span(left.span.start)
        return (
            Or(operands=tuple(operands), span=span)
            if word == "or"
            else And(operands=tuple(operands), span=span)
        )

    def _comparison(self, left: Expr, word: str) -> Expr:
        token, start = self._now, left.span.start
        self._at += 1
        if word == "between":
            low = self._expression(ADD)
            self._expect("and", "between …")
            high = self._expression(ADD)
            return Between(value=left, low=low, high=high, span=self._span(start))
        if word == "in":
            tests = self._in_tests()
            return In(value=left, tests=tests, span=self._span(start))
        if isinstance(left, Compare) and word in _ORDERINGS and self.text[start : start + 1] != "(":
            middle = self.text[left.right.span.start : left.right.span.end]
            self._report(
                "rule-chain",
                "比较不能连写。",
                token,
                f"拆成两个比较：… {left.op} {middle} and {middle} {word} …",
            )
        right = self._expression(ADD)
        return Compare(op=word, left=left, right=right, span=self._span(start))

    def _instance(self, left: Expr) -> Expr:
        self._at += 1
        self._expect("of", "instance")
        token = self._now
        words = [token.text]
        self._at += token.kind is not Kind.END
        while " ".join(words) not in _TYPES and self._now.kind in {Kind.NAME, Kind.KEYWORD}:
            words.append(self._now.text)
            self._at += 1
        if self._is("and") and self.tokens[self._at + 1].text == "time" and words == ["date"]:
            words, self._at = ["date", "and", "time"], self._at + 2
        name = " ".join(words)
        if name not in _TYPES:
            self._report("rule-type", f"没有叫“{name}”的类型。", token, f"可用的类型：{'、'.join(_TYPES)}")
        return InstanceOf(value=left, type=name, span=self._span(left.span.start))

    def _postfix(self, left: Expr, word: str) -> Expr | None:
        if word not in {".", "[", "("} or (word == "[" and self._no_filter):
            return None
        start, token = left.span.start, self._now
        if word == "(" and not isinstance(left, (Name, Path)):
            return None
        self._at += 1
        if word == ".":
            name = self._now
            if name.kind not in {Kind.NAME, Kind.KEYWORD}:
                self._report("rule-path", "点号后面应当是名称。", name, "写作 主体.属性，如 applicant.age")
                return left
            self._at += 1
            return Path(source=left, name=name.text, span=self._span(start))
        if word == "[":
            condition = self._expression(OPEN)
            self._expect("]", "[")
            return Filter(source=left, condition=condition, span=self._span(start))
        return self._call(left, token)

    def _call(self, function: Expr, token: Token) -> Expr:
        arguments: list[Expr] = []
        parameters: list[str] = []
        while not self._is(")") and self._now.kind is not Kind.END:
            if parameter := self._parameter():
                parameters.append(parameter)
            arguments.append(self._expression(OPEN))
            if not self._take(","):
                break
        self._expect(")", f"{self.text[function.span.start : token.end]}…")
        if parameters and len(parameters) != len(arguments):
            self._report(
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
            span=self._span(function.span.start),
        )

    def _parameter(self) -> str:
        """``start position:`` before an argument; empty when the argument stands alone."""
        ahead = self._at
        while self.tokens[ahead].kind is Kind.NAME:
            ahead += 1
        if (
            ahead == self._at
            or self.tokens[ahead].text != ":"
            or self.tokens[ahead].kind is not Kind.OPERATOR
        ):
            return ""
        name = " ".join(token.text for token in self.tokens[self._at : ahead])
        self._at = ahead + 1
        return name

    # ------------------------------------------------------------- operands

    def _prefix(self) -> Expr:
        token = self._now
        reader = _PREFIX.get(token.text) if token.kind in {Kind.OPERATOR, Kind.KEYWORD} else None
        if reader is not None:
            self._at += 1
            return reader(self, token)
        if token.kind is Kind.NAME:
            self._at += 1
            return Name(name=token.text, span=self._span(token.start))
        if token.kind in {Kind.NUMBER, Kind.STRING, Kind.TEMPORAL}:
            self._at += 1
            return self._constant(token)
        return self._missing(token)

    def _missing(self, token: Token) -> Expr:
        before = self.tokens[self._at - 1].text if self._at else ""
        after = f"{before} 后面" if before else "开头"
        if token.kind is Kind.END and not before:
            self._report("rule-empty", "表达式是空的。", token, "没有条件时写 true。")
        elif token.kind is Kind.END:
            self._report(
                "rule-operand", f"{after}缺少内容。", token, f"在 {before} 后面补上数值、文字或名称。"
            )
        else:
            self._report(
                "rule-operand",
                f"{after}应当是数值、文字或名称，这里却是 {token.text}。",
                token,
                "补上缺少的一项。",
            )
        if token.kind is Kind.END or token.text in {"then", "else", "return", "satisfies", ":"}:
            raise _Stop
        return Literal(kind=LiteralKind.NULL, span=Span(token.start, token.start))

    def _constant(self, token: Token) -> Expr:
        kind = LiteralKind(token.kind.value)
        if kind is LiteralKind.TEMPORAL and parse_temporal(token.text) is None:
            self._report(
                "rule-temporal",
                f"“{token.text}”不是日期、时间或时长。",
                token,
                '日期写作 @"2026-01-31"，时长写作 @"P3D"、@"P1Y"',
            )
        if kind is LiteralKind.NUMBER and parse_number(token.text) is None:
            self._report("rule-number", f"“{token.text}”超出了数的范围。", token, "请检查指数。")
        return Literal(kind=kind, text=token.text, span=self._span(token.start))

    def keyword_literal(self, token: Token) -> Expr:
        if token.text == "null":
            return Literal(kind=LiteralKind.NULL, span=self._span(token.start))
        return Literal(kind=LiteralKind.BOOLEAN, text=token.text, span=self._span(token.start))

    def minus(self, token: Token) -> Expr:
        number = self._now.kind is Kind.NUMBER
        operand = self._expression(NEGATE)
        span = self._span(token.start)
        if number and isinstance(operand, Literal):
            return Literal(kind=LiteralKind.NUMBER, text=f"-{operand.text}", span=span)
        return Negate(operand=operand, span=span)

    def negation(self, token: Token) -> Expr:
        if not self._is("("):
            self._report("rule-not", "not 后面要用括号。", self._now, "写作 not(条件)")
            return Not(operand=self._expression(COMPARE), span=self._span(token.start))
        self._at += 1
        operand = self._expression(OPEN)
        self._expect(")", "not(")
        return Not(operand=operand, span=self._span(token.start))

    def choice(self, token: Token) -> Expr:
        condition = self._expression(OPEN)
        self._expect("then", "if 条件")
        then = self._expression(OPEN)
        if not self._is("else"):
            self._report(
                "rule-else",
                "if 缺少 else。",
                self._now,
                "FEEL 的 if 一定有 else；没有另一种结果时写 else null",
            )
            return If(
                condition=condition,
                then=then,
                otherwise=Literal(kind=LiteralKind.NULL),
                span=self._span(token.start),
            )
        self._at += 1
        otherwise = self._expression(OPEN)
        return If(condition=condition, then=then, otherwise=otherwise, span=self._span(token.start))

    def quantified(self, token: Token) -> Expr:
        binders = self._binders(token.text)
        self._expect("satisfies", f"{token.text} … in …")
        body = self._expression(OPEN)
        return Quantified(
            every=token.text == "every", binders=binders, satisfies=body, span=self._span(token.start)
        )

    def loop(self, token: Token) -> Expr:
        binders = self._binders("for")
        self._expect("return", "for … in …")
        return For(binders=binders, result=self._expression(OPEN), span=self._span(token.start))

    def _binders(self, word: str) -> tuple[Binder, ...]:
        found = []
        while True:
            name = self._now
            if name.kind is not Kind.NAME:
                self._report("rule-binder", f"{word} 后面应当是一个名称。", name, f"写作 {word} x in 列表 …")
                raise _Stop
            self._at += 1
            self._expect("in", f"{word} {name.text}")
            source = self._expression(OPEN)
            until = self._expression(OPEN) if self._take("..") else None
            found.append(Binder(name=name.text, source=source, until=until))
            if not self._take(","):
                return tuple(found)

    # ------------------------------------------------------------- brackets

    def group(self, token: Token) -> Expr:
        inside = self._expression(OPEN)
        if self._take(".."):
            return self._range_end(token, inside)
        self._expect(")", "(")
        return msgspec.structs.replace(inside, span=self._span(token.start))

    def listing(self, token: Token) -> Expr:
        items: list[Expr] = []
        while not self._is("]") and self._now.kind is not Kind.END:
            items.append(self._expression(OPEN))
            if len(items) == 1 and self._take(".."):
                return self._range_end(token, items[0])
            if not self._take(","):
                break
        self._expect("]", "[")
        return ListExpr(items=tuple(items), span=self._span(token.start))

    def open_range(self, token: Token) -> Expr:
        low = self._endpoint()
        self._expect("..", "]")
        return self._range_end(token, low)

    def _range_end(self, token: Token, low: Expr) -> Expr:
        high = self._endpoint()
        closed = self._is("]")
        if self._is("]", ")", "["):
            self._at += 1
        else:
            self._report("rule-range", "区间没有写完。", self._now, "写作 [1..5]，不含端点时用圆括号 (1..5]")
        return RangeExpr(
            low=low, high=high, low_closed=token.text == "[", high_closed=closed, span=self._span(token.start)
        )

    def _endpoint(self) -> Expr:
        """The end of a range. A ``[`` after it closes the range, so no filter is read here outside brackets."""
        outer, self._no_filter = self._no_filter, True
        end = self._expression(ADD)
        self._no_filter = outer
        return end

    def context(self, token: Token) -> Expr:
        entries: list[Entry] = []
        while not self._is("}") and self._now.kind is not Kind.END:
            key = self._now.text if self._now.kind is Kind.STRING else self._parameter()
            if self._now.kind is Kind.STRING:
                self._at += 1
                self._expect(":", "名称")
            elif not key:
                self._report(
                    "rule-context", "花括号里应当是 名称: 值。", self._now, '写作 {面积: 300, 类型: "餐饮"}'
                )
                raise _Stop
            entries.append(Entry(key=key, value=self._expression(OPEN)))
            if not self._take(","):
                break
        self._expect("}", "{")
        return ContextExpr(entries=tuple(entries), span=self._span(token.start))

    # ------------------------------------------------------------- tests after `in`

    def _in_tests(self) -> tuple[Expr, ...]:
        start = self._now
        if not self._take("("):
            return (self._test(ADD),)
        tests = self._tests(")")
        if len(tests) == 1 and self._take(".."):
            return (self._range_end(start, tests[0]),)
        self._expect(")", "in (")
        return tests

    def _tests(self, closing: str) -> tuple[Expr, ...]:
        tests = [self._test(OPEN)]
        while self._take(",") and not self._is(closing):
            tests.append(self._test(OPEN))
        return tuple(tests)

    def _test(self, level: int) -> Expr:
        token = self._now
        if token.kind is Kind.OPERATOR and token.text in _COMPARISONS:
            self._at += 1
            operand = self._expression(ADD)
            return UnaryTest(op=token.text, operand=operand, span=self._span(token.start))
        return self._expression(level)


_PREFIX: Final[dict[str, Callable[[_Parser, Token], Expr]]] = {
    "(": _Parser.group,
    "[": _Parser.listing,
    "]": _Parser.open_range,
    "{": _Parser.context,
    "-": _Parser.minus,
    "not": _Parser.negation,
    "if": _Parser.choice,
    "some": _Parser.quantified,
    "every": _Parser.quantified,
    "for": _Parser.loop,
    "true": _Parser.keyword_literal,
    "false": _Parser.keyword_literal,
    "null": _Parser.keyword_literal,
}
