"""What every template knows: the reader's way of display, the areas open to them, addresses of the main pages."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from bancheng.web.frame.access import roles_of
from bancheng.web.frame.display import Display

AREAS = (
    ("counter", _("窗口"), frozenset({"clerk"})),
    ("bureau", _("审批"), frozenset({"reviewer", "inspector", "senior", "government"})),
    ("studio", _("编排"), frozenset({"item_manager", "supervisor"})),
    ("watch", _("监督"), frozenset({"supervisor", "administrator", "senior"})),
)
"""The officers' areas: url namespace, word, roles that may enter. Each has a page named ``home``."""


@dataclass(frozen=True, kw_only=True)
class AreaLink:
    """One entry of the officers' bar."""

    key: str
    text: Any
    url: str
    current: bool


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``display``, ``areas``, ``desk`` and ``pages`` (addresses or ""), ``place_name``, ``demo``."""
    return {
        "display": Display.of(request),
        "areas": SimpleLazyObject(lambda: areas(request)),
        "desk": SimpleLazyObject(lambda: desk_of(roles_of(request))),
        "pages": SimpleLazyObject(_pages),
        "place_name": getattr(settings, "BANCHENG_PLACE_NAME", ""),
        "demo": getattr(settings, "BANCHENG_DEMO", False),
    }


def areas(request: HttpRequest) -> tuple[AreaLink, ...]:
    """The areas the one who asks may enter, that exist in this deployment."""
    held = roles_of(request)
    match = request.resolver_match
    here = match.namespace.split(":")[0] if match is not None else ""
    links = (
        AreaLink(key=key, text=text, url=address(f"{key}:home"), current=key == here)
        for key, text, wanted in AREAS
        if held & wanted
    )
    return tuple(link for link in links if link.url)


def desk_of(held: frozenset[str]) -> str:
    """The address of the desk that one with these roles works at, "" for the public; who watches only reads in 编排."""
    mine = [key for key, _, wanted in AREAS if held & wanted]
    mine.sort(key=lambda key: key == "studio" and "item_manager" not in held)
    return next(filter(None, (address(f"{key}:home") for key in mine)), "")


def address(name: str) -> str:
    """The address of a named page, or "" where this deployment has no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _pages() -> dict[str, str]:
    return {
        "home": address("public:home") or "/",
        "search": address("public:search"),
        "cases": address("public:cases"),
        "verify": address("public:verify"),
        "sign_in": address("account_login"),
        "sign_out": address("account_logout"),
        "sign_up": address("account_signup"),
        "display": address("frame:display"),
    }
