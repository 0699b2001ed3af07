"""Who may open a view: every view carries exactly one of ``public``, ``signed_in`` and ``role``.

The mark is also data: ``view.access`` is a frozenset holding ``"public"``, ``"signed_in"`` or role names, which the
tests of the house read for every address. Whose cases a person sees is not decided here but in the use case's query.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

R = TypeVar("R", bound=HttpResponseBase)
View = Callable[..., HttpResponseBase]

ROLES = frozenset(
    {
        "applicant",
        "agent",
        "clerk",
        "reviewer",
        "inspector",
        "senior",
        "government",
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


PUBLIC = "public"
SIGNED_IN = "signed_in"


def roles_of(request: HttpRequest) -> frozenset[str]:
    """The roles of the person who asks; nobody has none."""
    actor: HasRoles | None = getattr(request, "actor", None)
    return actor.roles if actor is not None else frozenset()


def public(view: Callable[..., R]) -> Callable[..., R]:
    """Anyone may open this page."""
    return _mark(view, frozenset({PUBLIC}))


def signed_in(view: View) -> View:
    """Anyone who is signed in may open this page; others sign in first and come back to it."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _sign_in(request)
        return view(request, *args, **kwargs)

    return _mark(guarded, frozenset({SIGNED_IN}))


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

        return _mark(guarded, wanted)

    return decorate


def list_page(view: Callable[..., R]) -> Callable[..., R]:
    """Marks a page that lists rows: the tests of the house want a bound on its queries."""
    cast(Any, view).list_page = True
    return view


def _mark(view: Callable[..., R], access: frozenset[str]) -> Callable[..., R]:
    cast(Any, view).access = access
    return view


def _sign_in(request: HttpRequest) -> HttpResponseBase:
    """To the sign-in page, and afterwards to what was wanted; a lost POST leads back to the page it came from."""
    wanted = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
    if request.headers.get("HX-Request") == "true":
        response = redirect_to_login(wanted)
        # A partial answer would put the sign-in page into the middle of another page.
        response.headers["HX-Redirect"] = response.url
        del response.headers["Location"]
        response.status_code = 204
        return response
    return redirect_to_login(wanted)
