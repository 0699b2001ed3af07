"""The pages of signing in, in our look and words."""

from django.test import Client
from pytest_django import Settings
from tests.web.public.reading import words


def test_the_demo_shows_its_people_and_one_press_signs_in(visitor: Client) -> None:
    page = visitor.get("/accounts/login/")
    assert "演示：点一下就能登录 这些人都是虚构的。 张老三" in words(page)
    signed = visitor.post(
        "/accounts/login/?next=/cases/", {"login": "zhang", "password": "bancheng-demo-2026"}, follow=True
    )
    assert signed.request["PATH_INFO"] == "/cases/"


def test_outside_the_demo_nobody_is_shown(visitor: Client, settings: Settings) -> None:
    settings.BANCHENG_DEMO = False
    assert "演示" not in words(visitor.get("/accounts/login/"))


def test_a_wrong_password_is_told_and_the_name_kept(visitor: Client) -> None:
    page = visitor.post("/accounts/login/", {"login": "zhang", "password": "wrong"})
    assert page.status_code == 200
    assert 'value="zhang"' in page.content.decode()


def test_the_citys_identity_comes_first_where_there_is_one(visitor: Client, settings: Settings) -> None:
    app = {
        "provider_id": "city",
        "name": "统一身份认证",
        "client_id": "bancheng",
        "secret": "secret",
        "settings": {"server_url": "http://127.0.0.1:9/"},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    said = words(visitor.get("/accounts/login/"))
    assert said.index("用统一身份认证登录") < said.index("用户名")


def test_every_page_around_the_account_speaks_chinese(visitor: Client) -> None:
    for address, told in (
        ("/accounts/signup/", "注册账号"),
        ("/accounts/password/reset/", "找回密码"),
        ("/accounts/password/reset/done/", "信已发出"),
        ("/accounts/password/reset/key/1-x/", "这个链接已经用过或过期了"),
    ):
        assert told in words(visitor.get(address)), address


def test_signing_out_is_asked_and_done(zhang: Client) -> None:
    assert "退出登录？" in words(zhang.get("/accounts/logout/"))
    zhang.post("/accounts/logout/")
    assert zhang.get("/cases/").status_code == 302
