"""Who may open a page. Every view of the site carries exactly one of these marks.

The mark is also data: ``view.access`` is a frozenset holding ``"public"``,
``"signed_in"`` or role names, which the tests of the house read for every address.
Scope (whose cases a person sees) is not decided here but in the query of the use case.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url

PUBLIC = "public"
SIGNED_IN = "signed_in"

View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """Anyone may open the page."""
    return _marked(view, frozenset({PUBLIC}))


def signed_in(view: View) -> View:
    """Anyone who has signed in may open the page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        return view(request, *args, **kwargs)

    return _marked(guarded, frozenset({SIGNED_IN}))


def role(*names: str) -> Callable[[View], View]:
    """Only people holding one of the roles ``names`` may open the page; others get 403 with a plain sentence."""
    allowed = frozenset(names)
    if not allowed:
        raise ValueError("name at least one role")

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            if not allowed & roles_of(request):
                return render(request, "frame/403.html", {"roles": sorted(allowed)}, status=403)
            return view(request, *args, **kwargs)

        return _marked(guarded, allowed)

    return decorate


def list_page(view: View) -> View:
    """Marks a page that lists rows: ``tests/web/bounds.py`` must bound its queries."""
    view.list_page = True  # type: ignore[attr-defined]  # reason: a mark on a plain function
    return view


def roles_of(request: HttpRequest) -> frozenset[str]:
    """The role names of the person asking, read once a request."""
    known: frozenset[str] | None = getattr(request, "role_names", None)
    if known is None:
        names = getattr(request.user, "role_names", None)
        known = frozenset(names()) if callable(names) else frozenset()
        request.role_names = known  # type: ignore[attr-defined]  # reason: a cache for this request only
    return known


def _marked(view: View, access: frozenset[str]) -> View:
    view.access = access  # type: ignore[attr-defined]  # reason: a mark on a plain function
    return view


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.method not in {"GET", "HEAD"}:
        target = resolve_url(settings.LOGIN_URL)
    else:
        target = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': request.get_full_path()})}"
    return HttpResponseRedirect(target)
