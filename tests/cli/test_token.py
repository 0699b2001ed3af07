"""`bancheng token` prints a token once and keeps only its hash."""

import json

import pytest
from django.utils import timezone

from bancheng.site.cli_main import main
from bancheng.store.models import ApiToken, User
from bancheng.usecases.tokens import token_of

pytestmark = pytest.mark.django_db


def test_a_token_works_and_is_not_kept(capsys: pytest.CaptureFixture[str]) -> None:
    user = User.objects.create_user("payroll")
    assert main(["token", "payroll", "--name", "工资系统", "--scope", "act", "--json"]) == 0
    text = json.loads(capsys.readouterr().out)["token"]
    found = token_of(text, timezone.now())
    assert found is not None
    assert (found.user, found.name, found.scope) == (user, "工资系统", ApiToken.ACT)
    assert text not in found.hash


def test_nobody_gets_no_token(capsys: pytest.CaptureFixture[str]) -> None:
    User.objects.create_user("gone", is_active=False)
    assert main(["token", "gone"]) == 1
    assert "gone" in capsys.readouterr().err
    assert not ApiToken.objects.exists()


def test_a_token_for_ever_is_wrong_use() -> None:
    with pytest.raises(SystemExit) as left:
        main(["token", "anyone", "--days", "9999"])
    assert left.value.code == 2
