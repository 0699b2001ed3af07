"""Every example of the guide to the language has the value written beside it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bancheng.core.rules import evaluate, parse

GUIDE = Path(__file__).parents[3] / "docs" / "howto" / "rules-language.md"
ROWS = re.findall(r"^\| `(.+)` \| `(.+)` \|$", GUIDE.read_text("utf-8"), re.MULTILINE)
FACTS: dict[str, object] = {
    "年龄": 66,
    "户籍": "本市",
    "领取低保": False,
    "出生": date(1960, 3, 1),
    "收入": (Decimal("2500.5"), 1200, 2000),
}


@pytest.mark.parametrize(("rule", "value"), ROWS)
def test_an_example_has_the_value_beside_it(rule: str, value: str) -> None:
    assert evaluate(parse(rule), FACTS) == evaluate(parse(value), {})


def test_the_guide_has_its_examples() -> None:
    assert len(ROWS) > 30
