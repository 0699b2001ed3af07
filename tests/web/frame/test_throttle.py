"""Limits of haste."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings

from bancheng.web.frame.throttle import Throttle, caller

ANYONE = SimpleNamespace(is_authenticated=False, pk=None)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.time = 1_000_000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Iterator[Clock]:
    memory = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "throttle"}}
    with override_settings(BANCHENG_THROTTLE={"send": (3, 60), "sign_in": (2, 60)}, CACHES=memory):
        cache.clear()
        yield Clock()


def send(
    clock: Clock, path: str = "/x", user: object = ANYONE, method: str = "POST", address: str = "10.0.0.1"
) -> HttpResponse:
    request = RequestFactory().generic(method, path, REMOTE_ADDR=address)
    request.user = user  # type: ignore[assignment]  # reason: enough of a user
    return Throttle(lambda _: HttpResponse("ok"), now=clock)(request)


def test_the_fourth_of_three_waits_and_is_told_how_long(clock: Clock) -> None:
    answers = [send(clock).status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]
    last = send(clock)
    assert 0 < int(last.headers["Retry-After"]) <= 60
    assert "请等" in last.content.decode()


def test_after_the_window_it_goes_on(clock: Clock) -> None:
    for _ in range(4):
        send(clock)
    clock.time += 120
    assert send(clock).status_code == 200


def test_a_burst_at_the_edge_of_two_windows_is_still_one_burst(clock: Clock) -> None:
    clock.time = 1_000_020.0 - 1
    assert (int(clock.time) + 1) % 60 == 0
    for _ in range(3):
        send(clock)
    clock.time += 2
    assert [send(clock).status_code for _ in range(2)][-1] == 429


def test_reading_is_never_counted(clock: Clock) -> None:
    assert {send(clock, method="GET").status_code for _ in range(9)} == {200}


def test_people_behind_one_address_are_counted_each(clock: Clock) -> None:
    for number in range(5):
        person = SimpleNamespace(is_authenticated=True, pk=number)
        assert send(clock, user=person).status_code == 200


def test_sign_in_is_counted_by_address_whoever_asks(clock: Clock) -> None:
    people = [SimpleNamespace(is_authenticated=True, pk=number) for number in range(3)]
    assert [send(clock, "/accounts/login/", person).status_code for person in people] == [200, 200, 429]
    assert send(clock, "/accounts/login/", address="10.0.0.2").status_code == 200


def test_a_program_gets_json(clock: Clock) -> None:
    for _ in range(3):
        send(clock)
    assert send(clock, "/api/v1/cases").headers["Content-Type"] == "application/json"


def test_none_switches_the_limits_off(clock: Clock) -> None:
    with override_settings(BANCHENG_THROTTLE=None):
        assert {send(clock).status_code for _ in range(9)} == {200}


@pytest.mark.parametrize(("proxies", "seen"), [(0, "10.9.9.9"), (1, "2.2.2.2"), (2, "1.1.1.1")])
def test_a_forwarded_address_is_believed_only_from_our_own_proxies(proxies: int, seen: str) -> None:
    request: HttpRequest = RequestFactory().get(
        "/", REMOTE_ADDR="10.9.9.9", headers={"X-Forwarded-For": "1.1.1.1, 2.2.2.2"}
    )
    with override_settings(BANCHENG_PROXIES=proxies):
        assert caller(request) == seen
