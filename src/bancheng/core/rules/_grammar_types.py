"""How a type is written after ``instance of`` and behind a parameter."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bancheng.core.rules._cursor import Cursor
from bancheng.core.rules._kinds import BASIC
from bancheng.core.rules._lexer import Kind, Token

_WORDS = 12
"Most words in the name of a type."


class TypeGrammar(Cursor):
    """Reads types where the cursor stands. `types` are the names a model defines."""

    def __init__(
        self, text: str, tokens: list[Token], spots: Iterable[int] = (), types: Collection[str] = ()
    ) -> None:
        super().__init__(text, tokens, spots)
        self._types = frozenset((*BASIC, *types))

    def type_text(self) -> str:
        """``list<number>``, ``context<a: string>``, ``function<date> -> string``, or a name; as one text."""
        name = self._type_name()
        if name not in {"list", "range", "context", "function"} or not self.take("<"):
            return name
        parts: list[str] = []
        while not self.sees(">") and self.now.kind is not Kind.END:
            field = f"{self._field()}: " if name == "context" else ""
            parts.append(field + self.type_text())
            if not self.take(","):
                break
        self.expect(">", f"{name}<")
        inside = f"{name}<{', '.join(parts)}>"
        if name != "function":
            return inside
        self.expect("-", inside)
        self.expect(">", f"{inside} -")
        return f"{inside} -> {self.type_text()}"

    def _field(self) -> str:
        words = []
        while self.now.kind in {Kind.NAME, Kind.KEYWORD}:
            words.append(self.now.text)
            self.at += 1
        self.expect(":", "context<名称")
        return " ".join(words)

    def _type_name(self) -> str:
        """The longest run of words that names a type."""
        token, text, best, after = self.now, "", "", self.at
        for at in range(self.at, min(self.at + _WORDS, len(self.tokens))):
            word = self.tokens[at]
            if word.kind not in {Kind.NAME, Kind.KEYWORD} and not (text and word.text == "."):
                break
            text += word.text if not text or word.text == "." or text.endswith(".") else f" {word.text}"
            if text in self._types:
                best, after = text, at + 1
        if not best:
            shown = "、".join(BASIC)
            self.report("rule-type", f"没有叫“{token.text}”的类型。", token, f"可用的类型：{shown}")
            after = self.at + (token.kind is not Kind.END)
        self.at = after
        return best or "Any"
