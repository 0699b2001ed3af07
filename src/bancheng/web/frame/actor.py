"""Puts the one who asks on the request, and turns a use case's "not yours" into its page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from bancheng.usecases.access import NotAllowed, NotFound, actor_for
from bancheng.usecases.mandate_scope import MandateEnded
from bancheng.web.frame.errors import forbidden, mandate_ended, not_found


class ActorMiddleware:
    """Sets ``request.actor``: who acts, with ``roles``. Stands after the authentication middleware.

    It is looked up when first needed, so that pages for everyone cost no query.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_for(request.user))  # type: ignore[attr-defined]  # reason: ours
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for what a use case did not allow or did not find; anything else is not ours."""
        if isinstance(exception, NotAllowed):
            return forbidden(request, exception)
        if isinstance(exception, MandateEnded):
            return mandate_ended(request, exception.words)
        if isinstance(exception, NotFound):
            return not_found(request, exception)
        return None
