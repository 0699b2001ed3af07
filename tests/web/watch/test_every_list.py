"""Every page that lists rows lets them leave as a workbook."""

from __future__ import annotations

import pytest
from django.urls import NoReverseMatch, reverse
from tests.house.test_addresses import _ours
from tests.web.bounds import BOUNDS
from tests.web.casefile.test_promises import client_of

from bancheng.store.models import Membership
from bancheng.usecases.access import actor_for

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STAY = {
    "watch:home": "figures; the cases behind them leave from their own list",
    "studio:standards_rules": "what may be adjusted, to be read; adjustments leave from the list of differences",
    "studio:standards_places": "figures by place; the differences leave from their own list",
    "studio:quality": "figures; the items behind them leave from their own list",
}
"""Lists that do not leave, each with its reason."""
VIEWS = {name: view for _, name, view in _ours() if getattr(view, "list_page", False)}
LISTS = [name for name in BOUNDS if name.partition(":")[0] in {"bureau", "counter", "studio", "watch"}]


@pytest.mark.parametrize("name", [one for one in LISTS if one not in STAY])
def test_a_list_leaves(town: None, name: str) -> None:
    try:
        address = reverse(name)
    except NoReverseMatch:
        pytest.skip("a list of one thing: with its own tests")
    roles = VIEWS[name.partition(":")[2]].access
    held = Membership.objects.filter(role__in=roles).select_related("user").order_by("id").first()
    assert held is not None
    answer = client_of(actor_for(held.user)).get(address, {"as": "xlsx"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, WORKBOOK)
    # Not closed by hand: that ends the request, and with it the connection of the test.
    assert answer.getvalue().startswith(b"PK")
