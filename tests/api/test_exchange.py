"""Systems leave results under a signature; programs register where they are told; the thread as JSON."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from tests.api.conftest import Caller
from tests.usecases import town as specimen
from tests.usecases.test_exchange import ITEM, SECRET, SYSTEM, at_power

from bancheng.connect.exchange import digest_of, sign
from bancheng.core.casework import ItemStatus
from bancheng.store.models import Parcel
from bancheng.usecases import exchange

AT = f"/api/v1/exchange/{SYSTEM}/messages"


@pytest.fixture(autouse=True)
def _own_home(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.BANCHENG_HOME = tmp_path_factory.mktemp("own")
    settings.BANCHENG_SYSTEM_KEYS = {SYSTEM: SECRET}


def left(told: dict[str, Any], key: str, secret: str = SECRET, late: timedelta = timedelta()) -> Any:
    """What a system posts."""
    text = json.dumps(told)
    body = json.dumps({"key": key, "message": text, "digest": digest_of(text.encode())}).encode()
    headers = sign(secret, "POST", AT, key, body, timezone.now() - late)
    return Client().post(AT, body, content_type="application/json", headers=headers)


def test_a_signed_result_takes_effect_once_and_what_the_rules_forbid_is_told(town: None) -> None:
    file = at_power()
    exchange.run(timezone.now())
    about = Parcel.objects.get(kind="step").key
    result = {"kind": "result", "about": about, "code": "1", "item": "LSYD", "words": "同意接电"}
    assert left(result, "r1", secret="guessed").status_code == 401
    assert left(result, "r1", late=timedelta(minutes=6)).status_code == 401
    assert left({**result, "about": "other/1"}, "r0").status_code == 409
    assert specimen.fresh(file).state.items[ITEM].status is ItemStatus.OPEN
    assert [left(result, "r1").json() for _ in range(2)] == [{"state": "settled", "reason": ""}] * 2
    assert specimen.fresh(file).state.items[ITEM].status is ItemStatus.APPROVED
    again = left(result, "r2")
    assert (again.status_code, again["Content-Type"]) == (409, "application/problem+json")
    assert again.json()["detail"]


def test_a_program_registers_lists_and_forgets_where_it_is_told(caller: Callable[..., Caller]) -> None:
    zhang = caller("zhang")
    made = zhang("POST", "/hooks", {"address": "https://example.com/told"}, status=201)
    assert len(made["key"]) == 64
    assert zhang("GET", "/hooks") == [{**made, "key": ""}]
    assert caller("wang")("GET", "/hooks") == []
    caller("wang")("DELETE", f"/hooks/{made['id']}", status=404)
    zhang("DELETE", f"/hooks/{made['id']}", status=204)
    zhang("POST", "/hooks", {"address": "ftp://example.com"}, status=422)


def test_the_thread_is_read_and_written_as_json(caller: Callable[..., Caller]) -> None:
    file = specimen.accepted()
    at = f"/cases/{file.case.number}/talk"
    (line,) = caller("zhang")("POST", at, {"text": "什么时候能看完？"}, status=201)
    assert line["answer_due"] is not None
    problem = caller("zhang")("POST", at, {"text": "号码999999197203161016"}, status=422)
    assert problem["problems"][0]["code"] == "text.number"
    caller("wang")("GET", at, status=404)
    answered = caller("clerk")("POST", at, {"text": "明天。"}, status=201)
    assert [one["mine"] for one in answered] == [False, True]
