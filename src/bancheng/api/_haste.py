"""How often one caller may ask: accounts are counted each, others by address."""

from django.conf import settings
from django.http import HttpRequest
from ninja.throttling import SimpleRateThrottle

from bancheng.store.models import User


class Haste(SimpleRateThrottle):
    """600 calls a minute for an account, 120 for an address. ``BANCHENG_THROTTLE = None`` switches it off."""

    scope = "api"

    def __init__(self) -> None:
        super().__init__("600/m")

    def allow_request(self, request: HttpRequest) -> bool:
        """Counts the call and says whether it is taken."""
        if getattr(settings, "BANCHENG_THROTTLE", {}) is None:
            return True
        self.num_requests = 600 if isinstance(request.user, User) else 120
        allowed: bool = super().allow_request(request)
        return allowed

    def get_cache_key(self, request: HttpRequest) -> str:
        """One counter for each account or address."""
        known = isinstance(request.user, User)
        return f"api:{'u' if known else 'a'}{request.user.pk if known else self.get_ident(request)}"
