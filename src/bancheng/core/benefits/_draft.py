"""From the text of a policy a draft of its conditions, by patterns of how such texts are written; a person corrects it.

Nothing is decided here and nothing is guessed: what no pattern reads is given back as unread, sentence by sentence.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Final

from bancheng.core.benefits._entitlements import Condition
from bancheng.core.benefits._policy import Every
from bancheng.core.kernel import Record

_DIGITS: Final = {char: at for at, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_NUMBER: Final = r"(\d+(?:\.\d+)?|[一二三四五六七八九十百两〇零]+)"
_UNITS: Final = {"万": 10_000, "千": 1_000, "百": 100, "": 1}


class Proposed(Record):
    """One condition as the text says it: the clause, the condition in FEEL, the facts it reads."""

    clause: str
    condition: Condition
    facts: tuple[str, ...]


class PolicyDraft(Record):
    """What was read: conditions, an amount in yuan as FEEL, how often, from when to when, and the sentences unread."""

    conditions: tuple[Proposed, ...] = ()
    amount: str = ""
    every: Every | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    unread: tuple[str, ...] = ()


def number_of(text: str) -> Decimal:
    """``80`` and ``八十`` → 80; ``一百二十`` → 120; ``12.5`` → 12.5.

    Raises:
        ValueError: it is no number.
    """
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return Decimal(text)
    whole, last = 0, 0
    for char in text:
        if char in _DIGITS:
            last = _DIGITS[char]
        elif char in "十百":
            whole += (last or 1) * (10 if char == "十" else 100)
            last = 0
        else:
            raise ValueError(text)
    return Decimal(whole + last)


Say = Callable[[re.Match[str]], str]


def _n(match: re.Match[str], group: int = 1) -> str:
    return f"{number_of(match[group]).normalize():f}"


def _money(match: re.Match[str]) -> str:
    return f"{(number_of(match[1]) * _UNITS[match[2] or '']).normalize():f}"


_STAGES: Final = {"小学": "primary", "初中": "middle", "高中": "high", "职业学校": "vocational", "中职": "vocational",
                  "大学": "college", "幼儿园": "nursery"}  # fmt: skip
_AGE: Final = "age(person.birth, today())"
_CHILD: Final = "age(children.youngest, today())"
_INSURED: Final = r"(?:社会保险|社保|职工养老保险|失业保险)"
_OVER: Final = r"(?:不低于|不少于|达到|满|超过)"

_PATTERNS: Final[tuple[tuple[str, tuple[str, ...], Say], ...]] = (
    (
        rf"未满{_NUMBER}周?岁(?:的)?(?:子女|孩子|婴幼儿|幼儿)",
        ("children.youngest",),
        lambda m: f"{_CHILD} < {_n(m)}",
    ),
    (rf"(?:孩子|子女|婴幼儿)未满{_NUMBER}周?岁", ("children.youngest",), lambda m: f"{_CHILD} < {_n(m)}"),
    (
        rf"{_NUMBER}(?:周岁)?(?:至|到|—|-|～){_NUMBER}周?岁",
        ("person.birth",),
        lambda m: f"{_AGE} >= {_n(m)} and {_AGE} <= {_n(m, 2)}",
    ),
    (rf"(?:年满|满){_NUMBER}周?岁", ("person.birth",), lambda m: f"{_AGE} >= {_n(m)}"),
    (rf"{_NUMBER}周?岁(?:（含）)?(?:以上|及以上)", ("person.birth",), lambda m: f"{_AGE} >= {_n(m)}"),
    (rf"(?:未满|不满|不超过){_NUMBER}周?岁", ("person.birth",), lambda m: f"{_AGE} < {_n(m)}"),
    (
        r"(?:本[县市区](?:户籍|户口)|(?:户籍|户口)在本[县市区])",
        ("person.hukou",),
        lambda _: 'person.hukou in ["town", "village"]',
    ),
    (r"(?:本[县市区])?农村(?:户籍|户口)", ("person.hukou",), lambda _: 'person.hukou = "village"'),
    (r"独居|一个人(?:居)?住", ("person.alone",), lambda _: "person.alone"),
    (
        r"(?:享受|领取|正在享受)?(?:城乡)?(?:最低生活保障|低保)(?:对象|家庭|待遇)?",
        ("minimum.active",),
        lambda _: "minimum.active",
    ),
    (
        r"(?:重度残疾|一级[、或和至]二级残疾|一、二级残疾)",
        ("disability.severe",),
        lambda _: "disability.severe",
    ),
    (rf"{_NUMBER}级(?:及)?以?上?残疾", ("disability.level",), lambda m: f"disability.level <= {_n(m)}"),
    (
        r"(?:持有?|领有|取得)(?:第[一二三]代)?(?:中华人民共和国)?残疾人?证",
        ("disability.kind",),
        lambda _: "disability.kind != null",
    ),
    (
        rf"{_INSURED}(?:费)?(?:累计|连续)?(?:缴纳|缴费)?{_OVER}?{_NUMBER}(?:个月|次)",
        ("insurance.months",),
        lambda m: f"insurance.months >= {_n(m)}",
    ),
    (
        rf"(?:缴纳|参加|缴)(?:职工)?{_INSURED}(?:费)?{_OVER}?{_NUMBER}(?:个月|次)",
        ("insurance.months",),
        lambda m: f"insurance.months >= {_n(m)}",
    ),
    (
        rf"家庭(?:年|人均)?(?:总)?收入(?:不超过|低于|不高于|在){_NUMBER}(万|千)?元",
        ("home.income",),
        lambda m: f"home.income <= {_money(m)}",
    ),
    (
        rf"自付(?:的)?(?:医疗)?费用?(?:超过|达到|不低于|满){_NUMBER}(万|千)?元",
        ("medical.own",),
        lambda m: f"medical.own > {_money(m)}",
    ),
    (r"(?:登记失业|失业登记|办理过?失业)", ("unemployment.last",), lambda _: "unemployment.last != null"),
    (
        r"(?:无|没有|未受过?|未被)(?:[^，。；]{0,8})行政处罚",
        ("penalties.count",),
        lambda _: "penalties.count = 0",
    ),
    (rf"服(?:现)?役{_OVER}{_NUMBER}年", ("veteran.years",), lambda m: f"veteran.years >= {_n(m)}"),
    (r"退役军人|退役士兵", ("veteran.years",), lambda _: "veteran.years >= 1"),
    (
        rf"{_NUMBER}级(?:及)?以上(?:职业|技能)[^，。；]{{0,6}}证书?",
        ("training.grade",),
        lambda m: f"training.grade >= {_n(m)}",
    ),
    (
        rf"(?:种粮|种植|耕地)(?:面积)?(?:在)?{_OVER}?{_NUMBER}亩",
        ("farm.land",),
        lambda m: f"farm.land >= {_n(m)}",
    ),
    (
        r"(?:在读|就读于?|正在读)(小学|初中|高中|职业学校|中职|大学|幼儿园)",
        ("student.stage",),
        lambda m: f'student.stage = "{_STAGES[m[1]]}"',
    ),
    (r"健在", ("person.died",), lambda _: "person.died = null"),
)
"""How texts say it, the facts it reads, and the condition; the first that fits a stretch of the text takes it."""
_EVERY: Final = ((r"每月|按月", Every.MONTH), (r"每季|按季", Every.QUARTER), (r"每年|按年|年度", Every.YEAR),
                 (r"一次性", Every.ONCE))  # fmt: skip
_AMOUNT: Final = re.compile(
    rf"(?:每人)?(?:每月|每季度?|每年|一次性)?(?:发放|给予|补贴|补助|奖励|资助|标准为)[^，。；\d一二三四五六七八九十]{{0,8}}{_NUMBER}(万|千|百)?元"
)
_NUMBERED: Final = r"^(?:第?[一二三四五六七八九十\d]+[、.．条]|[（(][一二三四五六七八九十\d]+[)）])"
_TITLE: Final = re.compile(r"(?:办法|通知|规定|细则|方案|意见|公告)(?:（[^）]*）)?$")
_DAY: Final = r"(\d{4})年(\d{1,2})月(\d{1,2})日"
_WEIGHTY: Final = re.compile(r"应当|须|符合|条件|不得|不低于|不超过|以上|以下|满|除外|限于")


def draft(text: str) -> PolicyDraft:
    """Read the text of a policy: conditions in the order in which they stand, each once; amount, days, how often."""
    conditions, unread = list[Proposed](), list[str]()
    seen = set[str]()
    for sentence in _sentences(text):
        if _TITLE.search(sentence):
            continue
        found = list(_conditions(sentence))
        for clause, when, facts in found:
            if when not in seen:
                seen.add(when)
                name = f"c{len(conditions) + 1}"
                conditions.append(
                    Proposed(clause=clause, condition=Condition(id=name, text=clause, when=when), facts=facts)
                )
        dated = re.search(_DAY, sentence) or _AMOUNT.search(sentence)
        if not found and not dated and _WEIGHTY.search(sentence):
            unread.append(sentence)
    paid = _AMOUNT.search(text)
    since, until = _days(text)
    return PolicyDraft(
        conditions=tuple(conditions),
        amount=_money(paid) if paid else "",
        every=next((every for words, every in _EVERY if re.search(words, text)), None),
        valid_from=since,
        valid_to=until,
        unread=tuple(unread),
    )


def _sentences(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[。；;\n]", text) if part.strip()]


def _conditions(sentence: str) -> Iterable[tuple[str, str, tuple[str, ...]]]:
    """Clause, condition and facts; a stretch of the sentence is read once."""
    taken = [False] * len(sentence)
    found = list[tuple[int, str, str, tuple[str, ...]]]()
    for pattern, facts, say in _PATTERNS:
        for match in re.finditer(pattern, sentence):
            if any(taken[match.start() : match.end()]):
                continue
            try:
                when = say(match)
            except ValueError:
                continue
            taken[match.start() : match.end()] = [True] * (match.end() - match.start())
            found.append((match.start(), _clause(sentence, match), when, facts))
    return ((clause, when, facts) for _, clause, when, facts in sorted(found))


def _clause(sentence: str, match: re.Match[str]) -> str:
    """The words between the commas around what was read."""
    start = max(sentence.rfind(mark, 0, match.start()) for mark in "，,：:、（(") + 1
    ends = [at for mark in "，,：:）)" if (at := sentence.find(mark, match.end())) >= 0]
    clause = sentence[start : min(ends, default=len(sentence))].strip()
    return (
        re.sub(
            r"^(?:第?[一二三四五六七八九十\d]+[、.．条]|[（(][一二三四五六七八九十\d]+[)）])", "", clause
        ).strip()
        or match[0]
    )


def _days(text: str) -> tuple[dt.date | None, dt.date | None]:
    since = re.search(rf"自{_DAY}起(?:施行|实施|执行)?", text)
    until = re.search(rf"(?:有效期(?:至|到)|执行至|至){_DAY}", text)
    return _day(since), _day(until)


def _day(match: re.Match[str] | None) -> dt.date | None:
    if match is None:
        return None
    try:
        return dt.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
