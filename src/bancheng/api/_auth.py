"""Who calls: a session of the site, or a personal access token. And what an operation says about who may."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja.errors import HttpError
from ninja.security import APIKeyCookie, HttpBearer

from bancheng.store.models import ApiToken, User
from bancheng.usecases.access import Actor, NotAllowed, actor_for
from bancheng.usecases.tokens import token_of

Operation = Callable[..., Any]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def actor_of(request: HttpRequest) -> Actor:
    """Who asks."""
    return cast(Any, request).actor  # type: ignore[no-any-return]  # reason: set by middleware or by the token


class Session(APIKeyCookie):
    """A signed-in session of the site; acting needs its CSRF token."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:  # noqa: ARG002  # reason: ninja's
        """The account of the session; Django has read the cookie already."""
        return request.user if isinstance(request.user, User) else None


class Bearer(HttpBearer):
    """A personal access token; one with scope ``read`` may not act."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        """The account of the token."""
        found = token_of(token, timezone.now())
        if found is None or (found.user.is_demo and not settings.BANCHENG_DEMO):
            return None
        if found.scope == ApiToken.READ and request.method not in SAFE:
            raise HttpError(403, "这个令牌只能读取。")
        request.user = found.user
        cast(Any, request).actor = actor_for(found.user)
        return found.user


def allow(*names: str) -> Callable[[Operation], Operation]:
    """Marks an operation with who may call it: ``public``, ``signed_in``, or roles; roles are checked here."""
    wanted = frozenset(names)

    def decorate(operation: Operation) -> Operation:
        @wraps(operation)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not wanted & {"public", "signed_in"} and not wanted & actor_of(request).roles:
                raise NotAllowed("api")
            return operation(request, *args, **kwargs)

        cast(Any, guarded).access = wanted
        return guarded

    return decorate
