"""The place in the tokens, and what is reported there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bancheng.core.kernel import Problem
from bancheng.core.rules._lexer import Kind, Token, place_of
from bancheng.core.rules._tree import Span

MAX_DEPTH: Final = 80
"Deepest nesting of a tree; every walk over it stays far from Python's own limit."


class Stop(Exception):
    """Nothing sensible can be read any more."""


class Cursor:
    """Moves over tokens; one problem at most is told about one spot."""

    def __init__(self, text: str, tokens: list[Token], spots: Iterable[int] = ()) -> None:
        self.text, self.tokens = text, tokens
        self.problems: list[Problem] = []
        self.at = 0
        self._spots = set(spots)

    @property
    def now(self) -> Token:
        return self.tokens[self.at]

    def sees(self, *texts: str) -> bool:
        token = self.now
        return token.kind in {Kind.OPERATOR, Kind.KEYWORD} and token.text in texts

    def take(self, text: str) -> bool:
        if found := self.sees(text):
            self.at += 1
        return found

    def expect(self, text: str, after: str) -> None:
        if not self.take(text):
            self.report(
                "rule-expected", f"这里应当是 {text}（接在 {after} 之后）。", self.now, f"补上 {text}"
            )

    def span(self, start: int) -> Span:
        return Span(start, self.tokens[max(self.at - 1, 0)].end)

    def report(self, code: str, message: str, token: Token, suggestion: str) -> None:
        if token.start not in self._spots:
            self._spots.add(token.start)
            self.problems.append(Problem(code, message, place_of(self.text, token.start), suggestion))

    def too_deep(self, token: Token) -> None:
        self.report(
            "rule-too-deep",
            f"表达式嵌套超过 {MAX_DEPTH} 层。",
            token,
            "请拆成几条规则，或用 sum、决策表代替长串。",
        )

    def leftover(self) -> None:
        token = self.now
        if token.text in {")", "]", "}"} and token.kind is Kind.OPERATOR:
            self.report(
                "rule-extra", f"多了一个 {token.text}。", token, f"删去 {token.text} 或补上前面的一半。"
            )
            return
        shown = f'"{token.text}"' if token.kind is Kind.STRING else token.text
        self.report(
            "rule-extra",
            f"表达式到这里已经完整，后面不该有 {shown}。",
            token,
            "两个条件之间请写 and 或 or；名称里有空格时请先在数据字典里登记。",
        )
