"""Figures and trials on screen: each number with its formula, each picture with its table, nothing really changed."""

import csv
import io
import re
from xml.etree import ElementTree

import pytest
from django.test import Client
from tests.web.public.conftest import SignIn

from bancheng.store.models import BlueprintVersion, SavingsBaseline
from bancheng.usecases import figures
from bancheng.web.studio import charts

ONE = "/studio/onethings/open_restaurant/"


@pytest.fixture
def manager(sign_in: SignIn) -> Client:
    """The item manager."""
    return sign_in("items")


def text(client: Client, address: str, status: int = 200) -> str:
    """The page."""
    page = client.get(address)
    assert page.status_code == status
    return page.content.decode()


def test_savings_name_their_before_and_a_manager_freezes_it(manager: Client, sign_in: SignIn) -> None:
    assert "没有定稿" in text(manager, f"{ONE}savings/")
    assert sign_in("watch").post(f"{ONE}baseline").status_code == 403
    assert manager.post(f"{ONE}baseline", {"note": "2026 年方案"}).status_code == 302
    page = text(manager, f"{ONE}savings/")
    assert "定稿的“以前”" in page
    assert "2026 年方案" in page
    assert SavingsBaseline.objects.get().current


def test_the_savings_table_is_the_one_on_screen(manager: Client) -> None:
    page = text(manager, f"{ONE}savings/")
    found = figures.figures_of(figures.current_of("open_restaurant"))
    rows = list(csv.DictReader(io.StringIO(manager.get(f"{ONE}savings.csv").content.decode("utf-8-sig"))))
    for line in found.lines:
        name = figures.MEASURE_NAMES[line.measure][0]
        (row,) = [one for one in rows if one["谁"] == "按占比平均" and one["量"] == name]
        assert row["减幅"] == str(line.rate)
        assert line.formula in page


def test_what_if_ranks_single_cuts_and_then_compares(manager: Client) -> None:
    page = text(manager, f"{ONE}whatif/")
    assert "只改一处，哪一处最管用" in page
    body = re.search(r'name="(cut-[^"]+)"', page)
    paper = re.search(r'name="paper" value="([^"]+)"', page)
    assert body is not None
    assert paper is not None
    kept = list(BlueprintVersion.objects.values_list("digest", "current"))
    page = text(
        manager, f"{ONE}whatif/?{body[1]}=1&paper={paper[1]}&off=nothing&drop=nothing&version=nothing"
    )
    assert "每一处改动单独看" in page
    assert page.count("<figcaption><strong>") == 2
    assert "合在一起" in page
    assert list(BlueprintVersion.objects.values_list("digest", "current")) == kept


def test_changes_that_do_not_compile_are_said(manager: Client) -> None:
    members = figures.current_of("open_restaurant").items
    query = "&".join(f"drop={one.key}" for one in members)
    assert "这样改会带来问题" in text(manager, f"{ONE}whatif/?{query}")


def test_a_rehearsal_answers_the_form_with_a_picture_and_its_table(manager: Client) -> None:
    page = text(manager, f"{ONE}rehearse/?arrivals=6&days=10&runs=2")
    assert 'class="chart"' in page
    assert "最卡的地方" in page
    for name in re.findall(r'name="(staff-[^"]+)"', page):
        assert "人" in text(manager, f"{ONE}rehearse/?{name}=3&days=8&runs=2")
        break
    odd = text(manager, f"{ONE}rehearse/?arrivals=many&days=-4&runs=nan&hands_on=900&seed=1e99")
    assert 'name="days" min="5" max="250" value="5"' in odd
    assert text(manager, f"{ONE}rehearse/?arrivals=50&days=250&runs=20")


def test_the_fake_one_thing_test_gives_evidence_for_each_question(manager: Client) -> None:
    page = text(manager, f"{ONE}fake/")
    assert page.count("看编排") + page.count("看办件记录") == 12
    assert "还没有办件，量不到" in page


def test_the_city_s_figures_are_counted_and_taken_away(manager: Client, sign_in: SignIn) -> None:
    page = text(sign_in("watch"), "/studio/figures/")
    for row in figures.city().rows:
        assert row.name in page
    table = manager.get("/studio/figures/?as=csv")
    assert table["Content-Type"].startswith("text/csv")
    assert "全部一件事" in table.content.decode("utf-8-sig")
    text(sign_in("zhang"), "/studio/figures/", 403)


def test_pictures_are_well_formed_and_mark_what_is_late() -> None:
    bins = [(0.0, 1.0, 0.5), (1.0, 2.0, 0.25), (2.0, 3.0, 0.25)]
    drawn = charts.histogram(bins, 2.0, title="<图>", axis="天", promise="承诺 & 期限")
    assert ElementTree.fromstring(drawn).get("aria-label") == "<图>"
    assert (drawn.count('class="chart-bar"'), drawn.count('class="chart-late"')) == (2, 1)
    assert charts.histogram([], 2.0, title="", axis="", promise="") == ""
    many = [(f"部门{n}", [0.0, float(n)]) for n in range(1, 9)]
    queues = charts.lines(many, 40, title="排队", axis="天")
    assert len(ElementTree.fromstring(queues).findall("polyline")) == charts.LINES
    assert charts.lines([("部门", [0.0])], 40, title="", axis="") == ""
