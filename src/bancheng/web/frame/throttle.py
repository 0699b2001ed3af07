"""Limits of haste: how often one person or one address may send things.

Settings (all optional):

- ``BANCHENG_THROTTLE``: rule → (times, seconds); replaces single rules of ``DEFAULTS``; ``None`` switches all off.
- ``BANCHENG_PROXIES``: how many trusted proxies stand in front (0): the caller's address is then the last but
  so many of ``X-Forwarded-For``. With 0 that header is not believed.

Counts live in Django's default cache; where several processes serve, that cache must be shared.
"""

import math
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse

from bancheng.web.frame.errors import too_many, wait_words

DEFAULTS: dict[str, tuple[int, int]] = {
    # A service hall with fifty people behind one address must pass; a guesser of passwords must not.
    "sign_in": (60, 300),
    "upload": (60, 600),
    "send": (240, 60),
}
"""Rule → (times, seconds). Signed-in people are counted each, others by address."""


class Throttle:
    """Answers 429 with the time to wait when a POST comes too soon. Stands after the authentication middleware.

    A sliding window from two counters: the present stretch of time, and the share of the one before that still
    lies inside the window. It never needs a list of moments, and errs by at most the unevenness of one stretch.
    """

    def __init__(
        self, get_response: Callable[[HttpRequest], HttpResponse], now: Callable[[], float] = time.time
    ) -> None:
        self._get_response = get_response
        self._now = now

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for rule in _rules(request):
            wait = self._wait(rule, _who(request, rule))
            if wait:
                return _refuse(request, wait)
        return self._get_response(request)

    def _wait(self, rule: str, who: str) -> int:
        """Seconds until the next try is taken; 0 = now, and it is counted."""
        limits: dict[str, tuple[int, int]] | None = getattr(settings, "BANCHENG_THROTTLE", {})
        if limits is None:
            return 0
        times, seconds = {**DEFAULTS, **limits}[rule]
        stretch, into = divmod(self._now(), seconds)
        key = f"throttle:{rule}:{who}:"
        before = cache.get(f"{key}{int(stretch) - 1}", 0) * (1 - into / seconds)
        this = f"{key}{int(stretch)}"
        cache.add(this, 0, timeout=2 * seconds)
        if before + cache.get(this, 0) < times:
            _count(this)
            return 0
        return max(1, math.ceil(seconds - into))


def _count(key: str) -> None:
    try:
        cache.incr(key)
    except ValueError:
        # The counter ran out between adding and counting; the next try begins a new one.
        cache.add(key, 1)


def _rules(request: HttpRequest) -> Iterator[str]:
    if request.method != "POST":
        return
    yield "send"
    if request.path.startswith("/accounts/"):
        yield "sign_in"
    if request.content_type == "multipart/form-data":
        yield "upload"


def _who(request: HttpRequest, rule: str) -> str:
    user: Any = getattr(request, "user", None)
    if rule != "sign_in" and user is not None and user.is_authenticated:
        return f"u{user.pk}"
    return "a" + caller(request).replace(":", "-")


def caller(request: HttpRequest) -> str:
    """The network address of the one who asks."""
    proxies = int(getattr(settings, "BANCHENG_PROXIES", 0))
    told = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if proxies and len(told) >= proxies:
        return told[-proxies][:64]
    return str(request.META.get("REMOTE_ADDR", ""))


def _refuse(request: HttpRequest, wait: int) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": wait_words(wait)}, status=429, headers={"Retry-After": str(wait)})
    return too_many(request, wait)
