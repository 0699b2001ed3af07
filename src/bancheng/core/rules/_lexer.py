"""Text → tokens, with what authors type by habit (other languages, Chinese signs) reported and read as meant."""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from bancheng.core.kernel import Place, Problem

MAX_LENGTH = 20_000
"Longest expression read, in characters."


class Kind(StrEnum):
    """What a token is."""

    NUMBER = "number"
    STRING = "string"
    TEMPORAL = "temporal"
    NAME = "name"
    KEYWORD = "keyword"
    OPERATOR = "operator"
    END = "end"


class Token(NamedTuple):
    """`text` is the meaning (a string without quotes, a name with single spaces), `start`/`end` where it stands."""

    kind: Kind
    text: str
    start: int
    end: int


KEYWORDS = frozenset(
    [
        "and",
        "or",
        "not",
        "if",
        "then",
        "else",
        "for",
        "in",
        "return",
        "some",
        "every",
        "satisfies",
        "between",
        "instance",
        "of",
        "true",
        "false",
        "null",
    ]
)

SPACED_FUNCTIONS = (
    "list contains", "starts with", "ends with", "string length", "upper case", "lower case", "round up",
    "round down", "round half up", "round half down", "date and time", "years and months duration",
    "distinct values", "is defined", "insert before", "list replace", "index of", "substring before",
    "substring after", "day of week", "day of year", "month of year", "week of year", "get value", "get entries",
    "met by", "overlaps before", "overlaps after", "finished by", "started by", "string join", "context put",
    "context merge",
)  # fmt: skip

SPACED_MEMBERS = ("start included", "end included", "time offset")
"Members of values whose names hold spaces."
"Names of built-in functions that hold spaces; all of DMN 1.5, so that a later one changes no parse."

_SPACE = re.compile(r"(?:\s|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_NUMBER = re.compile(r"(?:\d+(?:\.(?!\.)\d+)?|\.\d+)(?:[eE][+-]?\d+)?")
_NAME = re.compile(r"(?:[^\W\d]|[?\U00010000-\U000EFFFF])[\w·\U00010000-\U000EFFFF]*")
_OPERATOR = re.compile(r"\*\*|\.\.|<=|>=|!=|[-+*/()\[\]{},.:=<>]")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_SIMPLE = _NAME
_SURROGATES = re.compile("([\ud800-\udbff])([\udc00-\udfff])")

# Written by habit → what FEEL has for it, and the words to say so. Longest first.
_HABITS: tuple[tuple[str, str, str], ...] = (
    ("===", "=", "相等写作一个等号 ="),
    ("==", "=", "相等写作一个等号 ="),
    ("<>", "!=", "不等写作 !="),
    ("&&", "and", "“并且”写作 and"),
    ("||", "or", "“或者”写作 or"),
    ("=>", ">=", "大于等于写作 >="),
    ("=<", "<=", "小于等于写作 <="),
    ("！=", "!=", "不等写作 !=（英文标点）"),
    ("≠", "!=", "不等写作 !="),
    ("≥", ">=", "大于等于写作 >="),
    ("≤", "<=", "小于等于写作 <="),
    ("（", "(", "括号请用英文的 ( )"),
    ("）", ")", "括号请用英文的 ( )"),
    ("【", "[", "方括号请用英文的 [ ]"),
    ("】", "]", "方括号请用英文的 [ ]"),
    ("，", ",", "逗号请用英文的 ,"),
    ("、", ",", "并列的值之间用英文逗号 ,"),
    ("：", ":", "冒号请用英文的 :"),
    ("＝", "=", "等号请用英文的 ="),
    ("＞", ">", "大于号请用英文的 >"),
    ("＜", "<", "小于号请用英文的 <"),
    ("＋", "+", "加号请用英文的 +"),
    ("－", "-", "减号请用英文的 -"),
    ("×", "*", "乘号写作 *"),
    ("÷", "/", "除号写作 /"),
    ("！", "not", "“不是”写作 not(…)"),
    ("!", "not", "“不是”写作 not(…)"),
)
_HABITS_AT = {
    head: tuple(one for one in _HABITS if one[0][0] == head) for head in {one[0][0] for one in _HABITS}
}
_QUOTES = {"'": "'", "“": "”", "”": "”", "‘": "’", "＂": "＂", "「": "」"}
_WORDS = {
    "AND": "and",
    "OR": "or",
    "NOT": "not",
    "True": "true",
    "False": "false",
    "None": "null",
    "NULL": "null",
}


_BEFORE_NAMES = frozenset({"{", ",", "(", "for", "some", "every"})


def place_of(text: str, offset: int) -> Place:
    """Line and column, both from 1, of a character offset."""
    return Place(line=text.count("\n", 0, offset) + 1, column=offset - (text.rfind("\n", 0, offset) + 1) + 1)


def is_simple(name: str) -> bool:
    """Whether a name can be read without having been listed."""
    return bool(_SIMPLE.fullmatch(name)) and name not in KEYWORDS


def _numbered(name: str) -> bool:
    """Whether a dot in a name stands in a number (``step 2.1``) and not before a member."""
    return any(part[:1].isdigit() for part in name.split(".")[1:])


@lru_cache(maxsize=256)
def _listed(names: frozenset[str]) -> re.Pattern[str] | None:
    """Finds listed names that the plain pattern would not read whole, longest first, dotted ones in parts."""
    parts = {part for name in names for part in ((name,) if _numbered(name) else name.split("."))}
    special = sorted((part for part in parts if part and not is_simple(part)), key=len, reverse=True)
    segments = [r"\s+".join(re.escape(word) for word in part.split()) for part in special]
    functions = [r"\s+".join(name.split()) + r"(?=\s*[(（])" for name in SPACED_FUNCTIONS]
    members = [r"(?<=\.)" + r"\s+".join(name.split()) for name in SPACED_MEMBERS]
    return re.compile(rf"(?:{'|'.join((*segments, *functions, *members))})(?![\w·])")


class Lexer:
    """One pass over a text; `tokens` always ends with END, `problems` holds what was read as meant, `spots` where."""

    def __init__(self, text: str, names: Collection[str]) -> None:
        self.text = text
        self.tokens: list[Token] = []
        self.problems: list[Problem] = []
        self.spots: set[int] = set()
        self._special = _listed(frozenset(names))
        self._at = 0

    def run(self) -> list[Token]:
        if len(self.text) > MAX_LENGTH:
            self._report(
                "rule-too-long", f"表达式超过 {MAX_LENGTH} 个字符。", 0, "请拆成几条规则或使用决策表。"
            )
        else:
            while self._skip_space() < len(self.text):
                self._next()
        end = min(len(self.text), MAX_LENGTH)
        self.tokens.append(Token(Kind.END, "", end, end))
        return self.tokens

    def _skip_space(self) -> int:
        if match := _SPACE.match(self.text, self._at):
            self._at = match.end()
        return self._at

    def _next(self) -> None:
        at, text = self._at, self.text
        if (match := self._special and self._special.match(text, at)) and not self._plain_is_longer(
            match.end()
        ):
            self._add(Kind.NAME, " ".join(match.group().split()), match.end())
        elif text[at] == '"':
            self._string(at, '"', Kind.STRING)
        elif text.startswith('@"', at):
            self._string(at + 1, '"', Kind.TEMPORAL)
        elif match := _NAME.match(text, at):
            self._word(match)
        elif match := _NUMBER.match(text, at):
            self._add(Kind.NUMBER, match.group(), match.end())
        elif text.startswith("!=", at):  # before the habit of writing ! for not
            self._add(Kind.OPERATOR, "!=", at + 2)
        elif not self._habit() and (match := _OPERATOR.match(text, at)):
            self._add(Kind.OPERATOR, match.group(), match.end())
        elif self._at == at:
            self._unreadable()

    def _plain_is_longer(self, end: int) -> bool:
        plain = _NAME.match(self.text, self._at)
        return plain is not None and plain.end() > end

    def _add(self, kind: Kind, meaning: str, end: int) -> None:
        self.tokens.append(Token(kind, meaning, self._at, end))
        self._at = end

    def _word(self, match: re.Match[str]) -> None:
        word = match.group()
        if meant := _WORDS.get(word):
            self._report("rule-habit", f"“{word}”请写作 {meant}。", self._at, f"改为 {meant}。")
            word = meant
        self._add(Kind.KEYWORD if word in KEYWORDS else Kind.NAME, word, match.end())

    def _habit(self) -> bool:
        if self.text.startswith("!=", self._at):
            return False
        for written, meant, advice in _HABITS_AT.get(self.text[self._at], ()):
            if written == "<>" and self.tokens and self.tokens[-1].text == "function":
                break  # the type of a function without parameters
            if self.text.startswith(written, self._at):
                self._report(
                    "rule-habit", f"“{written}”不是规则里的写法：{advice}。", self._at, f"改为 {meant}"
                )
                kind = Kind.KEYWORD if meant.isalpha() else Kind.OPERATOR
                self._add(kind, meant, self._at + len(written))
                return True
        closing = _QUOTES.get(self.text[self._at])
        if closing is None:
            return False
        opening = self.text[self._at]
        self._report("rule-quotes", f"文字要用英文双引号，这里写成了 {opening}。", self._at, '改为 "文字"')
        self._string(self._at, closing, Kind.STRING)
        return True

    def _string(self, quote: int, closing: str, kind: Kind) -> None:
        at = quote + 1
        while at < len(self.text) and self.text[at] != closing:
            at += 2 if self.text[at] == "\\" else 1
        if at >= len(self.text):
            self._report("rule-string-open", "这段文字没有结束的双引号。", self._at, '在文字后面补上 "')
        self._add(kind, self._unescaped(self.text[quote + 1 : at]), min(at + 1, len(self.text)))

    def _unescaped(self, body: str) -> str:
        def one(match: re.Match[str]) -> str:
            code = match[1] or match[2]
            if code:
                number = int(code, 16)
                return chr(number) if number <= 0x10FFFF else match[0]
            return _ESCAPES.get(match[3], match[0])

        def pair(match: re.Match[str]) -> str:
            return chr(0x10000 + ((ord(match[1]) - 0xD800) << 10) + ord(match[2]) - 0xDC00)

        return _SURROGATES.sub(pair, _ESCAPE.sub(one, body))

    def _unreadable(self) -> None:
        char = self.text[self._at]
        advice = {"%": "百分数请写成小数，如 5% 写作 0.05。", ";": "一条规则只有一个表达式，请去掉分号。"}
        self._report(
            "rule-character",
            f"规则里不能用“{char}”。",
            self._at,
            advice.get(char, "请删去，或放进双引号里作为文字。"),
        )
        self._at += 1

    def _report(self, code: str, message: str, offset: int, suggestion: str) -> None:
        self.spots.add(offset)
        self.problems.append(Problem(code, message, place_of(self.text, offset), suggestion))


def written_names(tokens: list[Token]) -> set[str]:
    """Names of several words that the text itself brings: keys of contexts, variables of loops, parameters."""
    found = set()
    for at, token in enumerate(tokens):
        if token.text not in _BEFORE_NAMES or token.kind is Kind.STRING:
            continue
        end = at + 1
        while tokens[end].kind is Kind.NAME:
            end += 1
        if end - at > 2 and tokens[end].text in {":", "in"}:
            found.add(" ".join(one.text for one in tokens[at + 1 : end]))
        elif tokens[end].kind is Kind.STRING and tokens[end + 1].text == ":":
            words = tokens[end].text.split(" ")
            if len(words) > 1 and all(map(is_simple, words)):
                found.add(" ".join(words))
    return found
