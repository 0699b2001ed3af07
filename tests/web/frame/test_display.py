"""The reader's choices of display work without script and stay on this site."""

import pytest
from django.test import Client, override_settings


@pytest.fixture
def reader() -> Client:
    with override_settings(BANCHENG_DEMO=True):
        yield Client(headers={"Accept-Language": "zh-CN"})


def test_large_type_is_one_link_from_every_page_and_comes_back(reader: Client) -> None:
    before = reader.get("/patterns/?x=1").content.decode()
    assert "data-size" not in before
    assert "/display/?size=large&amp;next=%2Fpatterns%2F%3Fx%3D1" in before
    answer = reader.get("/display/?size=large&next=/patterns/%3Fx%3D1")
    assert answer.url == "/patterns/?x=1"
    after = reader.get("/patterns/").content.decode()
    assert 'data-size="large"' in after
    assert "标准版" in after


def test_one_choice_leaves_the_others(reader: Client) -> None:
    reader.get("/display/?size=largest&theme=dark")
    reader.get("/display/?contrast=high")
    shown = reader.get("/patterns/").content.decode()
    assert 'data-size="largest" data-theme="dark" data-contrast="high"' in shown


def test_large_type_can_be_left_again(reader: Client) -> None:
    reader.get("/display/?size=large")
    reader.get("/display/?size=")
    assert "data-size" not in reader.get("/patterns/").content.decode()


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_choosing_never_leads_off_the_site(reader: Client, away: str) -> None:
    assert reader.get("/display/", {"size": "large", "next": away}).url == "/"
    assert away not in reader.get("/display/", {"next": away}).content.decode()


def test_a_made_up_choice_changes_nothing(reader: Client) -> None:
    reader.get("/display/", {"size": '"><script>', "lang": "xx"})
    assert "<script>" not in reader.get("/patterns/").content.decode()


def test_english_is_one_link_away(reader: Client) -> None:
    reader.get("/display/?lang=en")
    shown = reader.get("/display/").content.decode()
    assert '<html lang="en"' in shown
    assert "Display settings" in shown


def test_the_settings_page_shows_the_present_choice(reader: Client) -> None:
    reader.get("/display/?size=larger")
    assert 'value="larger" checked' in reader.get("/display/").content.decode()


def test_patterns_are_shown_in_the_demo_only() -> None:
    with override_settings(BANCHENG_DEMO=False):
        assert Client().get("/patterns/").status_code == 404


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500])
def test_an_error_page_is_kind_and_says_what_to_do(reader: Client, status: int) -> None:
    reader.raise_request_exception = False
    answer = reader.get(f"/patterns/errors/{status}/")
    shown = answer.content.decode()
    assert answer.status_code == status
    assert shown.count("<li>") >= 2
    assert "系统错误" not in shown
    assert "回首页" in shown


def test_nothing_inline_runs_or_paints(reader: Client) -> None:
    for path in ("/patterns/", "/patterns/officer/", "/display/"):
        shown = reader.get(path).content.decode()
        assert " style=" not in shown
        assert " onclick=" not in shown
        assert "<style" not in shown
        assert shown.count("<script") == shown.count("<script src=")
