"""Who may sign in."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django.fixtures import Settings

from bancheng.store.models import Membership, User

pytestmark = pytest.mark.django_db
SECRET = "a-long-demo-password"


def _signs_in(client: Client, username: str) -> bool:
    client.post("/accounts/login/", {"login": username, "password": SECRET})
    return "_auth_user_id" in client.session


def test_a_person_signs_in_with_a_password(client: Client) -> None:
    User.objects.create_user("lin", SECRET)
    assert _signs_in(client, "lin")


def test_a_demo_account_is_refused_outside_demo_mode(client: Client, settings: Settings) -> None:
    User.objects.create_user("demo-lin", SECRET, is_demo=True)
    settings.BANCHENG_DEMO = False
    assert not _signs_in(client, "demo-lin")
    settings.BANCHENG_DEMO = True
    assert _signs_in(client, "demo-lin")


def test_a_demo_session_ends_when_demo_mode_ends(client: Client, settings: Settings) -> None:
    settings.BANCHENG_DEMO = True
    client.force_login(User.objects.create_user("demo-lin", SECRET, is_demo=True))
    assert client.get("/accounts/email/").status_code == 200
    settings.BANCHENG_DEMO = False
    assert client.get("/accounts/email/").status_code == 302


def test_a_closed_account_is_refused(client: Client) -> None:
    User.objects.create_user("gone", SECRET, is_active=False)
    assert not _signs_in(client, "gone")


@pytest.mark.parametrize("name", ["林小满", "阿依古丽·艾合买提", "𬭚", "苏", "Ngọc O’Brien-Müller"])
def test_a_name_is_kept_as_the_person_has_it(name: str) -> None:
    user = User.objects.create_user("someone", SECRET, display_name=name)
    user.full_clean()
    user.refresh_from_db()
    assert (user.get_full_name(), user.get_short_name()) == (name, name)


def test_a_password_is_stored_hashed_and_an_account_without_one_has_none_that_works() -> None:
    assert SECRET not in User.objects.create_user("a", SECRET).password
    assert not User.objects.create_user("b").has_usable_password()


def test_a_short_password_is_refused_in_chinese() -> None:
    with pytest.raises(ValidationError, match="密码太短，至少需要 10 个字符。"):
        validate_password("Plum-7roo")


@pytest.mark.parametrize(
    ("role", "desk"),
    [
        ("clerk", "/counter/"),
        ("reviewer", "/bureau/"),
        ("supervisor", "/watch/"),
        ("administrator", "/watch/"),
        ("item_manager", "/studio/"),
        (None, "/"),
    ],
)
def test_who_signs_in_comes_to_their_own_desk(client: Client, role: str | None, desk: str) -> None:
    user = User.objects.create_user("lin", SECRET)
    if role is not None:
        Membership.objects.create(user=user, role=role, body="")

    answer = client.post("/accounts/login/", {"login": "lin", "password": SECRET})

    assert answer.headers["Location"] == desk
