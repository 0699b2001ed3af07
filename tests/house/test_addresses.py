"""Every address says who may open it, and every list says how many queries it may cost."""

from collections.abc import Iterator
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from bancheng.store.models import ROLES

KNOWN = {"public", "signed_in", "applicant", "agent", *ROLES}
# These libraries guard their own pages: sign-in must be open, the rest of it asks for a session.
GUARD_THEMSELVES = ("allauth.", "ninja.", "django.")


def _views(patterns: list[Any], prefix: str = "/") -> Iterator[tuple[str, str, Any]]:
    for entry in patterns:
        address = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _views(entry.url_patterns, address)
        elif isinstance(entry, URLPattern):
            # Libraries hand out partial functions; who guards them is told by what they call.
            view: Any = entry.callback
            yield address, entry.name or "", view.func if isinstance(view, partial) else view


def _ours() -> list[tuple[str, str, Any]]:
    every = _views(get_resolver().url_patterns)
    return [found for found in every if not found[2].__module__.startswith(GUARD_THEMSELVES)]


def _operations() -> list[tuple[str, Any]]:
    """Operations of the API; its door offers ``api``."""
    if find_spec("bancheng.api") is None:
        return []
    api = import_module("bancheng.api").api
    return [
        (f"{','.join(operation.methods)} {prefix}{path}", operation.view_func)
        for prefix, router in api._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
    ]


def test_every_page_says_who_may_open_it() -> None:
    assert [address for address, _, view in _ours() if not getattr(view, "access", None)] == []


def test_every_operation_of_the_api_says_who_may_call_it() -> None:
    assert [name for name, view in _operations() if not getattr(view, "access", None)] == []


def test_only_known_roles_are_named() -> None:
    marks = [(address, view.access) for address, _, view in _ours()]
    marks += [(name, view.access) for name, view in _operations()]
    assert {name: sorted(access - KNOWN) for name, access in marks if access - KNOWN} == {}


def test_every_page_has_a_name_to_link_to() -> None:
    assert [address for address, name, _ in _ours() if not name] == []


def test_every_list_page_has_a_bound_on_its_queries() -> None:
    lists = {name for _, name, view in _ours() if getattr(view, "list_page", False)}
    bounds = import_module("tests.web.bounds").BOUNDS if find_spec("tests.web.bounds") else {}
    assert lists - {name.rpartition(":")[2] for name in bounds} == set()
