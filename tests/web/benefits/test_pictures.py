"""The map and the trend: every township once, the shade by the amount, names escaped, nothing told by colour alone."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from bancheng.core.kernel import Fen
from bancheng.usecases.benefit_totals import Line
from bancheng.web.benefits import pictures

NAMES = {f"999999{n:03d}": f"云溪县第{n}镇（虚构）" for n in range(1, 13)}
AMOUNTS = st.dictionaries(st.sampled_from([*NAMES, "", "888888001"]), st.integers(0, 10**13), min_size=1)


def lines(amounts: dict[str, int]) -> list[Line]:
    return [Line(key, 1, 1, Fen(paid), Fen(0)) for key, paid in amounts.items()]


@given(amounts=AMOUNTS)
def test_law_every_place_stands_once_and_more_is_never_lighter(amounts: dict[str, int]) -> None:
    told = lines(amounts)
    drawn = ET.fromstring(str(pictures.tile_map(told, NAMES, frozenset(NAMES), title="图")))  # reason: ours
    tiles = list(drawn.iter("rect"))
    assert len(tiles) == len({*NAMES, *amounts})
    most = max(amounts.values())
    shades = sorted((paid, pictures.shade(paid, most)) for paid in amounts.values())
    assert [shade for _, shade in shades] == sorted(shade for _, shade in shades)
    assert all((shade == 0) == (paid == 0) and 0 <= shade <= pictures.SHADES for paid, shade in shades)
    named = [one.get("aria-label") or "" for one in drawn if one.tag in {"a", "g"}]
    assert len(named) == len(tiles)
    assert all("¥" in one for one in named), "the amount is said in words"


def test_names_are_escaped_and_shortened_by_what_they_share() -> None:
    drawn = str(
        pictures.tile_map(
            lines({"999999001": 5}), {**NAMES, "999999013": "云溪县<b>镇"}, frozenset(), title="<图>"
        )
    )
    assert "<b>" not in drawn
    assert ">第1镇<" in drawn
    assert ">云溪县<" in drawn
    assert "href" not in drawn, "no line on the page, no way to it"


@given(paid=st.lists(st.integers(0, 10**12), max_size=40))
def test_law_a_trend_has_a_bar_a_month_and_is_well_formed(paid: list[int]) -> None:
    told = [Line(f"{2024 + n // 12}-{n % 12 + 1:02d}", 1, 1, Fen(one), Fen(0)) for n, one in enumerate(paid)]
    drawn = str(pictures.trend(told, title="走势"))
    assert drawn.count("<rect") == (len(paid) if any(paid) else 0)
    if drawn:
        ET.fromstring(drawn)  # reason: ours
