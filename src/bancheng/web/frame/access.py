"""Who may open a view: every view carries exactly one of these decorators, and a house test looks for its mark."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal, ParamSpec, Protocol, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)
View = Callable[..., HttpResponseBase]

ROLES = frozenset(
    {
        "applicant",
        "agent",
        "clerk",
        "reviewer",
        "inspector",
        "item_manager",
        "supervisor",
        "administrator",
    }
)
"""The roles of the house. A person may hold several."""


class HasRoles(Protocol):
    """What the frame needs to know of the one who asks."""

    @property
    def roles(self) -> frozenset[str]: ...


@dataclass(frozen=True, kw_only=True)
class Access:
    """The mark a view carries as ``view.access``: who may open it, and for ``role`` which roles."""

    kind: Literal["public", "signed_in", "role"]
    roles: frozenset[str] = frozenset()


def roles_of(request: HttpRequest) -> frozenset[str]:
    """The roles of the person who asks; nobody has none."""
    actor: HasRoles | None = getattr(request, "actor", None)
    return actor.roles if actor is not None else frozenset()


def public(view: Callable[..., R]) -> Callable[..., R]:
    """Anyone may open this page."""
    return _mark(view, Access(kind="public"))


def signed_in(view: View) -> View:
    """Anyone who is signed in may open this page; others sign in first and come back to it."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _sign_in(request)
        return view(request, *args, **kwargs)

    return _mark(guarded, Access(kind="signed_in"))


def role(*names: str) -> Callable[[View], View]:
    """People with one of the roles ``names`` may open this page; other signed-in people see the 403 page.

    Raises ValueError at import for a role the house does not know: a misspelt role would lock a page for ever.
    """
    unknown = set(names) - ROLES
    if unknown or not names:
        raise ValueError(f"unknown roles: {sorted(unknown)}; known are {sorted(ROLES)}")
    wanted = frozenset(names)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _sign_in(request)
            if not wanted & roles_of(request):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return _mark(guarded, Access(kind="role", roles=wanted))

    return decorate


def _mark(view: Callable[..., R], access: Access) -> Callable[..., R]:
    cast(Any, view).access = access
    return view


def _sign_in(request: HttpRequest) -> HttpResponseBase:
    """To the sign-in page, and afterwards to what was wanted; a lost POST leads back to the page it came from."""
    wanted = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
    if request.headers.get("HX-Request") == "true":
        response = redirect_to_login(wanted)
        # A partial answer would put the sign-in page into the middle of another page.
        response.headers["HX-Redirect"] = response.headers.pop("Location")
        response.status_code = 204
        return response
    return redirect_to_login(wanted)
