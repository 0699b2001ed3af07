"""A place is data: no city, county or province is named in the engine."""

import csv
import re
from functools import cache
from pathlib import Path

from tests.house.source import SRC, tracked, where

_TAILS = (
    "特别行政区",
    "维吾尔自治区",
    "壮族自治区",
    "回族自治区",
    "自治区",
    "自治州",
    "地区",
    "省",
    "市",
    "盟",
)
# Short names that are also words of the language; their full names stay barred.
_ALSO_WORDS = {"海南", "保定", "固原", "吉安", "文山", "资阳", "大同", "包头", "长治", "中山"}


@cache
def _names() -> re.Pattern[str]:
    with (Path(__file__).parent / "divisions.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    full = {row["name"] for row in rows if not row["name"].startswith("市")}
    short = {
        name.removesuffix(tail)
        for name in (row["name"] for row in rows if row["level"] != "county")
        for tail in _TAILS
        if name.endswith(tail)
    }
    barred = full | {name for name in short if len(name) >= 2} - _ALSO_WORDS
    return re.compile("|".join(sorted(barred, key=len, reverse=True)))


def _named(text: str) -> set[str]:
    return set(_names().findall(text))


def test_no_place_is_named_in_the_engine() -> None:
    found = {
        where(path): sorted(names)
        for path in tracked()
        if path.is_relative_to(SRC) and (names := _named(path.read_text(encoding="utf-8")))
    }
    assert found == {}


def test_no_local_pack_is_named_in_the_engine() -> None:
    packs = {path.name for path in (SRC.parents[1] / "packs").iterdir() if path.is_dir()}
    local = packs - {"national", "specimen"}
    found = [
        f"{where(path)} names {name}"
        for path in tracked()
        if path.is_relative_to(SRC)
        for name in local
        if name in path.read_text(encoding="utf-8").lower()
    ]
    assert found == []


def test_the_check_knows_a_city_when_it_sees_one() -> None:
    assert _named("if city == '济南': ...")
    assert _named("曲阜市")
    assert not _named("全市各县区的办事大厅")
