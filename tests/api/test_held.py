"""By API too an act waits its seconds: nothing has happened before they are over."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from pytest_django import Settings
from tests.api.conftest import Caller
from tests.usecases import town as specimen

from bancheng.core.casework import Phase
from bancheng.store.models import CaseEvent, Outbox, User
from bancheng.usecases import undo


def test_an_acceptance_by_api_waits_is_taken_back_and_is_done_when_nobody_did(
    caller: Callable[..., Caller], settings: Settings
) -> None:
    settings.BANCHENG_UNDO_SECONDS = 10
    file = specimen.submitted()
    who = User.objects.get(pk=specimen.clerk_of(file).user_id).username
    clerk, other = caller(who), caller("liu")
    path, sent = f"/cases/{file.case.number}/accept", {"seen": file.state.seq}
    Outbox.objects.all().delete()
    first = clerk("POST", path, sent, status=202)
    assert (first["state"], first["case"]) == ("held", file.case.number)
    assert not CaseEvent.objects.filter(case=file.case, kind="Accepted").exists()
    assert not Outbox.objects.exists()
    clerk("POST", path, sent, status=409)
    other("DELETE", f"/held/{first['id']}", status=403)
    assert clerk("DELETE", f"/held/{first['id']}")["state"] == "undone"
    assert clerk("DELETE", f"/held/{first['id']}")["state"] == "undone", "twice is once"
    second: dict[str, Any] = clerk("POST", path, sent, status=202)
    assert undo.carry_out_due(timezone.now() + timedelta(seconds=11)) == 1
    assert specimen.fresh(file).state.phase is Phase.ACCEPTED
    assert clerk("GET", f"/held/{second['id']}")["state"] == "done"
    late = clerk("DELETE", f"/held/{second['id']}", status=409)
    assert "来不及" in str(late)
