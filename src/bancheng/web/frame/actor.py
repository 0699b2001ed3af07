"""Puts the one who asks on the request."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject


class ActorMiddleware:
    """Sets ``request.actor``: who acts, with ``roles``. Stands after the authentication middleware.

    It is looked up when first needed, so that pages for everyone cost no query. `actor_for` is the use case
    ``bancheng.usecases.access.actor_for`` unless a test gives its own.
    """

    def __init__(
        self, get_response: Callable[[HttpRequest], HttpResponse], actor_for: Callable[[Any], Any] | None = None
    ) -> None:
        self._get_response = get_response
        self._actor_for = actor_for

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: self._find(request.user))  # type: ignore[attr-defined]  # reason: ours
        return self._get_response(request)

    def _find(self, user: Any) -> Any:
        if self._actor_for is None:
            self._actor_for = import_module("bancheng.usecases.access").actor_for
        return self._actor_for(user)
